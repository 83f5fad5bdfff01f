// Overdue supervision as a board: a lane a rung of the ladder, a card a hazard, and the rehearsal of what rises next and whom it tells.
import type { HazardView, Role } from "#protocols/api/views.ts";
import { Section } from "../bureau/section.tsx";
import { call } from "../data/api.ts";
import { ledgerMoved } from "../data/ledger-moved.ts";
import { serverNow } from "../data/live.ts";
import { parseMoment, shortMoment } from "../format/moments.ts";
import { useAsked } from "../parts/asked.ts";
import { Empty, Moment, Panel, ProblemNote } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { ledgerPages } from "../shell/sections.ts";
import { said, words } from "../words/language.ts";
import { type Card, type Lane, lanesOf, type Planned, type Rung } from "./lanes.ts";
import { say } from "./say.ts";
import { TownReports } from "./town-reports.tsx";

const mostCards = 200;
const dayMs = 86_400_000;

const short = (at: string | null): string => {
  const moment = parseMoment(at);
  return moment === undefined ? "—" : shortMoment(moment, serverNow.peek());
};

function CardBox({ card: { hazard, next } }: { card: Card }) {
  const t = say.value;
  const last = hazard.steps.at(-1);
  const paused = hazard.paused_until !== null && (parseMoment(hazard.paused_until) ?? 0) > serverNow.peek();
  return (
    <li>
      <button type="button" class={`board-card${paused ? " paused" : ""}`} data-card={hazard.id} onClick={() => show("hazard", hazard.id)}>
        <span class="board-late">
          <span>▲ {t.late(hazard.overdue_days)}</span>
          {hazard.listed && <span class="tag">{t.listed}</span>}
        </span>
        <span>{hazard.compound}</span>
        <span class="muted">
          {hazard.place} · {said(hazard)}
        </span>
        <small class="muted">
          {hazard.id} · {hazard.responsible ?? t.nobody}
        </small>
        {hazard.postponements > 0 && hazard.original_deadline !== null && (
          <small class="muted">{t.original(hazard.original_deadline.slice(0, 10), hazard.postponements)}</small>
        )}
        {last !== undefined && <small class="muted">{t.last(last.note.split("（")[0]?.slice(0, 24) ?? "", short(last.at))}</small>}
        {paused ? (
          <small class="board-next">{t.paused(short(hazard.paused_until))}</small>
        ) : (
          next !== null && <small class="board-next">{t.next(said(next), short(next.at))}</small>
        )}
      </button>
    </li>
  );
}

function LaneBox({ lane }: { lane: Lane }) {
  const t = say.value;
  const name = lane.level === 0 ? t.notYet : lane.rung === null ? t.level(lane.level) : said(lane.rung);
  return (
    <section class="board-lane" aria-label={name} data-level={lane.level}>
      <header>
        <h2>{name}</h2>
        <b>{t.count(lane.cards.length)}</b>
      </header>
      <ol>
        {lane.cards.map((card) => (
          <CardBox key={card.hazard.id} card={card} />
        ))}
      </ol>
    </section>
  );
}

function Rehearsal({ planned }: { planned: readonly Planned[] }) {
  const t = say.value;
  const soon = planned.filter(({ at }) => (parseMoment(at) ?? 0) <= serverNow.peek() + dayMs);
  const roleName = (role: string): string => words.value.roles[role as Role] ?? role;
  return (
    <Panel title={t.rehearsal} class="wide">
      {soon.length === 0 ? (
        <p class="empty">{t.rehearsalNone}</p>
      ) : (
        <div class="scroll-x">
          <table class="ledger">
            <thead>
              <tr>
                {[t.when, t.hazard, t.step, t.tells].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {soon.map((one) => (
                <tr key={`${one.hazard} ${one.at}`} data-rehearsed={one.hazard}>
                  <td data-column={t.when}>
                    <Moment at={one.at} />
                  </td>
                  <td data-column={t.hazard}>
                    <button type="button" class="text" onClick={() => show("hazard", one.hazard)}>
                      {one.hazard}
                    </button>
                  </td>
                  <td data-column={t.step}>{said(one)}</td>
                  <td data-column={t.tells}>{one.tells.map(roleName).join("、")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

export function SupervisionPage() {
  const t = say.value;
  const moved = ledgerMoved();
  const overdue = useAsked<{ items: HazardView[]; total: number }>(`board ${moved}`, () =>
    call(`/api/v1/hazards?list=overdue&sort=deadline&page=1&limit=${mostCards}`),
  );
  const ladder = useAsked<{ usual: readonly Rung[]; now: readonly { readonly body: readonly Rung[] }[] }>("ladder", () =>
    call("/api/v1/ledger/rules?kind=ladder"),
  );
  const planned = useAsked<Planned[]>(`planned ${moved}`, () => call("/api/v1/ledger/escalations?days=7"));
  const rungs = ladder.value === null ? null : (ladder.value.now[0]?.body ?? ladder.value.usual);
  const problem = overdue.problem ?? ladder.problem;
  const again = (): void => {
    overdue.again();
    ladder.again();
  };
  const lanes = overdue.value === null || rungs === null ? null : lanesOf(rungs, overdue.value.items, planned.value ?? []);
  return (
    <>
      <header class="page-head">
        <h1>{words.value.nav.supervision}</h1>
        <p class="muted">{t.about}</p>
      </header>
      <Section of={ledgerPages} page="supervision" />
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {lanes === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {lanes !== null && overdue.value?.total === 0 && <Empty>{t.none}</Empty>}
      {lanes !== null && (overdue.value?.total ?? 0) > mostCards && <p class="muted">{t.more(mostCards, overdue.value?.total ?? 0)}</p>}
      {lanes !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, and keys must reach what lies beside it
        <section class="board" tabIndex={0} aria-label={words.value.nav.supervision}>
          {lanes.map((lane) => (
            <LaneBox key={lane.level} lane={lane} />
          ))}
        </section>
      )}
      {planned.value !== null && <Rehearsal planned={planned.value} />}
      <TownReports />
    </>
  );
}

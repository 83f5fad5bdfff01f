// The duty room's shifts: who is on and what would be handed over now, the one that waits for its answer, and all that were handed over, with their slips to print.
import { useEffect, useRef, useState } from "preact/hooks";
import { type HandoverState, handoverStates } from "#protocols/api/handover-states.ts";
import type { HandoverNow, HandoverView } from "#protocols/api/handovers.ts";
import { Section } from "../bureau/section.tsx";
import { readHandovers, readShiftNow, signHandover } from "../data/handovers-api.ts";
import { live } from "../data/live.ts";
import { newName } from "../data/order-name.ts";
import { fullMoment, parseMoment } from "../format/moments.ts";
import { yuan } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { SiteChoice } from "../parts/list-line.tsx";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment, Panel, ProblemNote } from "../parts/small.tsx";
import { More, TableHead } from "../parts/table.tsx";
import { useUnfolded } from "../parts/unfolded.ts";
import { dayOf } from "../reports/period.ts";
import type { Filters } from "../shell/address.ts";
import { narrow, route } from "../shell/route.ts";
import { reportPages } from "../shell/sections.ts";
import { person } from "../shell/session.ts";
import { words as page } from "../words/language.ts";
import { Answering } from "./answering.tsx";
import { Figures } from "./figures.tsx";
import { maySit } from "./may.ts";
import { say } from "./say.ts";
import { Slip } from "./slip.tsx";

const again_ms = 15_000;
const columns = ["number", "who", "when", "money", "open", "state"] as const;
const siteOf = (filters: Filters): string => {
  const sites = live.value?.sites ?? [];
  return sites.find(({ id }) => id === filters.site)?.id ?? sites[0]?.id ?? "";
};
const momentText = (at: string): string => {
  const moment = parseMoment(at);
  return moment === undefined ? say.value.unknown : fullMoment(moment).slice(5, 16);
};

function SignForm({ now, done }: { now: HandoverNow; done: () => void }) {
  const words = say.value;
  const name = useRef(newName());
  const [to, setTo] = useState("");
  const [notes, setNotes] = useState("");
  const form = useSending(
    () => signHandover({ site: now.site, to, notes: notes.trim() }, name.current),
    () => {
      name.current = newName();
      setNotes("");
      done();
    },
  );
  const me = person.value;
  const people = now.people.filter((one) => one.person !== me?.id);
  if (!maySit() || me === null) return <p class="muted about">{words.forbidden}</p>;
  const inPlace = now.on !== null && now.on.person !== me.id;
  if (inPlace && me.role !== "property-manager") return <p class="muted about">{words.notOn(now.on?.name ?? "")}</p>;
  if (people.length === 0) return <p class="muted about">{words.nobodyElse}</p>;
  return (
    <form class="form handover-form" onSubmit={form.go}>
      {inPlace && <p class="notice">{words.inPlace(now.on?.name ?? "")}</p>}
      <label>
        {words.to}
        <select name="to" required value={to} onChange={(event) => setTo(event.currentTarget.value)}>
          <option value="">{words.choose}</option>
          {people.map((one) => (
            <option key={one.person} value={one.person}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.notes}
        <textarea name="notes" rows={3} maxLength={1000} value={notes} onInput={(event) => setNotes(event.currentTarget.value)} />
        <small class="muted">{words.notesHint}</small>
      </label>
      <SendFoot form={form} send={words.sign} busy={words.signing} />
    </form>
  );
}

function Now({ now, again }: { now: HandoverNow; again: () => void }) {
  const words = say.value;
  return (
    <section aria-label={words.sign} data-on={now.on?.person ?? ""}>
      <p class="sentence">{now.on === null ? words.nobody : words.on(now.on.name, momentText(now.on.since))}</p>
      <p class="muted about">{words.counted(momentText(now.counted_from))}</p>
      {now.waiting !== null ? <Answering view={now.waiting} done={again} /> : <SignForm now={now} done={again} />}
      <Figures figures={now.figures} />
    </section>
  );
}

function HistoryLine({ filters, people }: { filters: Filters; people: readonly { person: string; name: string }[] }) {
  const words = say.value;
  const set = (given: Filters) => narrow({ ...filters, ...given });
  return (
    <form class="filter-line no-print" aria-label={page.value.filter} onSubmit={(event) => event.preventDefault()}>
      <span class="segments">
        {(["", ...handoverStates] as const).map((one) => (
          <button key={one} type="button" aria-pressed={(filters.state ?? "") === one} data-state={one} onClick={() => set({ state: one })}>
            {one === "" ? words.all : words.state[one]}
          </button>
        ))}
      </span>
      <label>
        <span class="unseen">{words.person}</span>
        <select name="person" value={filters.text ?? ""} onChange={(event) => set({ text: event.currentTarget.value })}>
          <option value="">{words.anybody}</option>
          {people.map((one) => (
            <option key={one.person} value={one.person}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      {(["from", "to"] as const).map((end) => (
        <label key={end}>
          {end === "from" ? words.from : words.until}{" "}
          <input type="date" name={end} value={filters[end] ?? ""} onChange={(event) => set({ [end]: event.currentTarget.value })} />
        </label>
      ))}
      <SiteChoice word={words.title} chosen={siteOf(filters)} pick={(site) => set({ site })} />
    </form>
  );
}

function Row({ view }: { view: HandoverView }) {
  const { columns, state, open } = say.value;
  const { cash, waived, alarms } = view.figures;
  return (
    <tr data-handover={view.id} data-state={view.state}>
      <th scope="row">
        <button type="button" class="text row-link" onClick={() => narrow({ ...route.peek().filters, unit: view.id })}>
          {open(view.number)}
        </button>
      </th>
      <td data-column={columns.who}>
        {view.from_name} → {view.to_name}
      </td>
      <td data-column={columns.when}>
        <Moment at={view.signed} />
      </td>
      <td data-column={columns.money}>
        {yuan(cash.amount_fen)} / {yuan(waived.amount_fen)}
      </td>
      <td data-column={columns.open}>{alarms.unacknowledged}</td>
      <td data-column={columns.state}>
        <span class="tag">{state[view.state]}</span>
      </td>
    </tr>
  );
}

function useHistory(site: string, { state, text, from, to }: Filters, round: number) {
  const query = {
    ...{ site, person: text, state: handoverStates.find((one) => one === state) as HandoverState | undefined },
    ...{ from: from === undefined ? undefined : dayOf(from)?.from, to: to === undefined ? undefined : dayOf(to)?.to },
  };
  return useUnfolded(`handovers ${JSON.stringify(query)}`, round, (after) =>
    readHandovers({ ...query, ...(after === undefined ? {} : { after }) }),
  );
}

function History({ site, filters, people, round }: { site: string; filters: Filters; people: HandoverNow["people"]; round: number }) {
  const words = say.value;
  const { rows, problem, again, next, more } = useHistory(site, filters, round);
  const narrowed = Object.keys(filters).some((name) => name !== "site");
  return (
    <Panel title={words.history} class="handover-history">
      <HistoryLine filters={filters} people={people} />
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {rows === null && problem === null && <p class="muted late">{page.value.loading}</p>}
      {rows !== null && rows.length === 0 && <Empty>{narrowed ? words.noneFound : words.none}</Empty>}
      {rows !== null && rows.length > 0 && (
        <table class="ledger handovers-table">
          <TableHead caption={words.history} heads={columns.map((column) => words.columns[column])} />
          <tbody>
            {rows.map((view) => (
              <Row key={view.id} view={view} />
            ))}
          </tbody>
        </table>
      )}
      <More next={next} word={words.more} further={more} />
    </Panel>
  );
}

export function HandoversPage() {
  const words = say.value;
  const { filters } = route.value;
  const site = siteOf(filters);
  const [round, setRound] = useState(0);
  const now = useAsked<HandoverNow | null>(`shift ${site}`, () =>
    site === "" ? Promise.resolve({ ok: true as const, value: null }) : readShiftNow(site),
  );
  const all = () => {
    now.again();
    setRound(round + 1);
  };
  useEffect(() => {
    const timer = setInterval(now.again, again_ms);
    return () => clearInterval(timer);
  });
  if (filters.unit !== undefined) return <Slip id={filters.unit} />;
  const on = now.value?.on ?? null;
  const people = [...(now.value?.people ?? []), ...(on === null ? [] : [{ ...on, role: "" }])];
  return (
    <>
      <header class="page-head">
        <h1>{words.title}</h1>
        <p class="muted">{words.about}</p>
      </header>
      <Section of={reportPages} page="handovers" />
      {now.problem !== null && <ProblemNote problem={now.problem} retry={now.again} />}
      {now.value === null && now.problem === null && <p class="muted late">{page.value.loading}</p>}
      {now.value !== null && <Now now={now.value} again={all} />}
      {site !== "" && <History site={site} filters={filters} people={people} round={round} />}
    </>
  );
}

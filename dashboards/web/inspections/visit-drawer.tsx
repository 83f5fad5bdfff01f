// One visit whole: who went, what they saw item by item, the hazards that it became, and the lot that sent them.

import { serverNow } from "../data/live.ts";
import { parseMoment, shortMoment } from "../format/moments.ts";
import { Drawer } from "../parts/drawer.tsx";
import { show } from "../shell/route.ts";
import { said } from "../words/language.ts";
import { HandIn } from "./hand-in.tsx";
import { Lot } from "./lot.tsx";
import { say } from "./say.ts";
import type { Drawn } from "./visits.ts";

function Items({ visit }: { visit: Drawn }) {
  const t = say.value;
  return (
    <section>
      <h3>{t.detail.items}</h3>
      <ul class="rules">
        {visit.inspection.checklist.items.map(({ id, zh }) => {
          const answer = visit.answers?.find(({ item }) => item === id);
          const more = [answer?.place, answer?.words].filter((one) => one !== undefined).join(" · ");
          const hazard = answer?.hazard;
          return (
            <li key={id} class="rule" data-answer={id} data-ok={answer === undefined ? "none" : String(answer.ok)}>
              <span class="rule-mark" aria-hidden="true">
                {answer === undefined ? "○" : answer.ok ? "✓" : "✗"}
              </span>
              <div>
                <p lang="zh-CN">{zh}</p>
                {answer !== undefined && <p class="muted">{answer.ok ? t.hand.ok : `${t.hand.wrong}${more === "" ? "" : ` · ${more}`}`}</p>}
                {hazard !== undefined && (
                  <button type="button" class="text" data-hazard-of={id} onClick={() => show("hazard", hazard)}>
                    {t.detail.hazard(hazard)}
                  </button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function VisitDrawer({ visit, close, handed }: { visit: Drawn; close: () => void; handed: (hazards: number) => void }) {
  const t = say.value.detail;
  const { inspection } = visit;
  const at = parseMoment(visit.handed_at);
  return (
    <Drawer title={`${visit.name} · ${said(inspection.checklist)}`} onClose={close}>
      <dl class="facts" data-visit={visit.key}>
        <div>
          <dt>{t.pair}</dt>
          {visit.pair.map(({ id, name, organisation }) => (
            <dd key={id}>
              {name} <span class="muted">{organisation}</span>
            </dd>
          ))}
        </div>
        <div>
          <dt>{t.handed}</dt>
          <dd>{at === undefined ? t.notYet : `${visit.handed_by?.name ?? ""} · ${shortMoment(at, serverNow.peek())}`}</dd>
        </div>
        <div>
          <dt>{t.drawnOn}</dt>
          <dd>{inspection.day}</dd>
        </div>
        <div>
          <dt>{t.note}</dt>
          <dd>{inspection.note}</dd>
        </div>
      </dl>
      {visit.mine ? <HandIn visit={visit} done={handed} /> : <Items visit={visit} />}
      <Lot inspection={inspection} />
    </Drawer>
  );
}

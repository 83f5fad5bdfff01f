// One lane: how long the last car took from decision to passage, and the events about it.
import type { LaneView } from "#protocols/api/views.ts";
import { compositeId } from "../data/choices.ts";
import { lastPassage, type Passage } from "../data/passage.ts";
import { OrdersOf } from "../orders/order-form.tsx";
import { argsOf, kindOf, orderActions } from "../orders/targets.ts";
import { KeptNote } from "../parts/kept.tsx";
import { Moment, Plate } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import { EvidenceEvents, useEvents } from "./evidence-events.tsx";

const width = 100;

function Waterfall({ passage }: { passage: Passage }) {
  const say = words.value.passage;
  const whole = Math.max(1, passage.steps.at(-1)?.after_ms ?? 1);
  return (
    <figure class="waterfall" data-waterfall={passage.steps.length}>
      <figcaption>
        {say.title} <Moment at={passage.at} /> {passage.plate !== null && <Plate plate={passage.plate} />}
      </figcaption>
      <ol>
        {passage.steps.map(({ what, after_ms }, index) => {
          const from = passage.steps[index - 1]?.after_ms ?? 0;
          return (
            <li key={what} data-step={what}>
              <span>{say.step[what]}</span>
              <svg viewBox={`0 0 ${width} 12`} preserveAspectRatio="none" aria-hidden="true">
                <rect x={(width * from) / whole} y="2" width={Math.max(0.8, (width * (after_ms - from)) / whole)} height="8" />
              </svg>
              <b>{say.ms(after_ms)}</b>
            </li>
          );
        })}
      </ol>
      <p class="muted">{say.about}</p>
    </figure>
  );
}

export function LaneDetail({ lane }: { lane: LaneView }) {
  const { events } = useEvents({ subject: lane.id, site: lane.site });
  const passage = lastPassage(events.filter((event) => event.gateway === lane.gateway));
  const kept = lane.kept?.mode;
  const actions = orderActions
    .filter((action) => kindOf(action) === "lane")
    // What would be refused in any case is not offered.
    .filter((action) => (action === "gate.release" ? kept === "held-open" : action === "gate.unlock" ? kept === "closed" : true))
    .map((action) => ({ action, args: argsOf(action, lane) }));
  return (
    <>
      <KeptNote lane={lane} />
      <OrdersOf actions={actions} target={{ key: compositeId(lane), name: lane.name, site: lane.site, gateway: lane.gateway }} />
      {passage !== undefined && <Waterfall passage={passage} />}
      <EvidenceEvents query={{ subject: lane.id, site: lane.site }} />
    </>
  );
}

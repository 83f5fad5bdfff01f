// One lane: how long the last car took from decision to passage, and the events about it.
import type { LaneView } from "#protocols/api/views.ts";
import { compositeId } from "../data/choices.ts";
import { lastPassage } from "../data/passage.ts";
import { OrdersOf } from "../orders/order-form.tsx";
import { argsOf, kindOf, orderActions } from "../orders/targets.ts";
import { KeptNote } from "../parts/kept.tsx";
import { words } from "../words/language.ts";
import { EvidenceEvents, useEvents } from "./evidence-events.tsx";
import { PassageWaterfall } from "./passage-of.tsx";

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
      {passage !== undefined && <PassageWaterfall passage={passage} title={words.value.passage.title} />}
      <EvidenceEvents query={{ subject: lane.id, site: lane.site }} />
    </>
  );
}

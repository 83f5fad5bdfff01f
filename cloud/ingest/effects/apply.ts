// What each event means: its row in the list of events, its projection, its alarms. One switch, so that the compiler finds the event that nobody handles.
import { applyAlarmRules, raiseByEvent } from "#cloud/alarms/alarms.ts";
import * as commands from "#cloud/commands/commands.ts";
import * as documents from "#cloud/documents/documents.ts";
import type { Compound } from "#cloud/ledger/hazards.ts";
import type { Effect } from "#cloud/store/happening.ts";
import { lateAfterMs, noteLabels } from "#cloud/store/labels.ts";
import { often } from "#cloud/store/often.ts";
import { addToTally } from "#cloud/store/tally.ts";
import { anchored } from "./anchored.ts";
import * as charging from "./charging.ts";
import type { AnyHappening } from "./events.ts";
import * as gaps from "./gaps.ts";
import * as gateways from "./gateways.ts";
import { gatewayCommissioned, gatewayHealth } from "./health.ts";
import * as lanes from "./lanes.ts";
import * as parking from "./parking.ts";
import * as sheds from "./sheds.ts";
import * as succession from "./succession.ts";

export async function applyEvent(effect: Effect, event: AnyHappening, compound: Compound): Promise<void> {
  await keep(effect, event);
  await project(effect, event, compound);
  await applyAlarmRules(effect, event);
}

type Kept = Readonly<Record<"site" | "gateway" | "epoch" | "stream" | "type" | "stamp" | "clock" | "data", string>> &
  Readonly<Record<"seq" | "at" | "received_at" | "late", number>> & { readonly subject: string | null };

const keepEvent = often((db, row: Kept) => {
  const { site, gateway, epoch, stream, seq, type, at, received_at, late, subject, stamp, clock, data } = row;
  return db
    .insertInto("event")
    .values({ site, gateway, epoch, stream, seq, type, at, received_at, late, subject, stamp, clock, data })
    .returning("ordinal");
});

/** It stands in its own table, once; the list of events names it. */
const withoutText = ({ kind, name, hash }: { kind: string; name: string; hash: string }) => ({ kind, name, hash });

async function keep(effect: Effect, event: AnyHappening): Promise<void> {
  const [, epoch = "", stream = "", seq = "0"] = event.key.split("/");
  const { site, gateway, type, at, stamp, received } = event;
  const data = event.data as Readonly<Record<string, unknown>>;
  const late = received - at.wall > lateAfterMs || data.known_late === true;
  const subject = data.socket ?? data.station ?? data.lane ?? data.shed ?? data.budget ?? data.device ?? null;
  const [made] = await keepEvent(effect.change, {
    ...{ site, gateway, epoch, stream, seq: Number(seq), type, at: at.wall, received_at: received, late: late ? 1 : 0 },
    subject: subject === null ? null : String(subject),
    stamp: JSON.stringify(stamp),
    clock: at.clock ?? "true",
    data: JSON.stringify(event.type === "config.local" ? withoutText(event.data) : event.data),
  });
  if (made === undefined) throw new Error("an event that was just kept has no number");
  await noteLabels(effect, event, [{ place: "event.at", key: made.ordinal }]);
  if (at.open === true) await raiseByEvent(effect, event, { rule: "uplink.clock", source: gateway });
  await addToTally(effect.change, { site }, "events");
  effect.marks.add({ kind: "event", ordinal: made.ordinal });
}

function project(effect: Effect, event: AnyHappening, compound: Compound): Promise<void> | undefined {
  switch (event.type) {
    case "gateway.started":
      return gateways.gatewayStarted(effect, event);
    case "visit.opened":
      return parking.visitOpened(effect, event);
    case "visit.corrected":
      return parking.visitCorrected(effect, event);
    case "visit.billed":
      return parking.visitBilled(effect, event);
    case "visit.paid":
      return parking.visitPaid(effect, event);
    case "visit.closed":
      return parking.visitClosed(effect, event);
    // Kept in the list of events.
    case "pass.written":
    case "pass.sold":
    case "pass.refunded":
    case "pass.changed":
    case "pass.expires":
    case "resident.asked":
    case "resident.decided":
    case "coupon.given":
    case "coupon.used":
    case "car.listed":
    case "occasion.written":
    case "merchant.written":
    case "merchant.settled":
    case "gate.ordered":
    case "visit.chosen":
    case "site.shadow":
    case "visit.inferred":
    case "visit.lingers":
    case "lot.recounted":
    case "lot.drifted":
    case "camera.list":
    case "slip.entered":
    case "money.entered":
    case "money.unmatched":
    case "money.disputed":
    case "money.dispute-ended":
    case "visit.rematched":
    case "shift.ended":
      return undefined;
    case "lane.passed":
      return lanes.lanePassed(effect, event);
    case "gate.opened":
      return lanes.gateOpened(effect, event);
    case "lane.mode":
      return lanes.laneKept(effect, event);
    case "lane.exception":
      return lanes.laneException(effect, event);
    case "lane.offline-read":
      return lanes.offlineRead(effect, event);
    case "gate.unanswered":
    case "gate.refused":
    case "camera.silent":
      return lanes.laneFault(effect, event);
    case "session.started":
      return charging.sessionStarted(effect, event);
    case "session.ended":
      return charging.sessionEnded(effect, event);
    case "charging.cut":
      return charging.cut(effect, event, compound);
    case "charging.welded":
      return charging.welded(effect, event, compound);
    case "charging.opened":
      return charging.opened(effect, event);
    case "charging.rearmed":
      return charging.rearmed(effect, event);
    case "charging.latch-reset":
      return charging.latchReset(effect, event);
    case "gateway.health":
      return gatewayHealth(effect, event);
    case "gateway.commissioned":
      return gatewayCommissioned(effect, event);
    case "gateway.restored":
      return succession.restored(effect, event);
    case "command.received":
      return commands.received(effect, event);
    case "command.ended":
      return commands.ended(effect, event);
    case "config.taken":
      return documents.taken(effect, event);
    case "config.refused":
      return documents.refused(effect, event);
    case "config.running":
      return documents.running(effect, event);
    case "config.local":
      return documents.local(effect, event);
    case "shed.tripped":
      return sheds.tripped(effect, event, compound);
    case "shed.reset":
    case "shed.sighted":
      return sheds.serves(effect, event);
    case "shed.opened":
      return sheds.opened(effect, event);
    case "shed.input":
    case "shed.input-silent":
    case "shed.input-answers":
      return sheds.input(effect, event);
    case "shed.leaking":
    case "shed.leakage-over":
      return sheds.leaking(effect, event, compound);
    case "shed.contactor-stuck":
      return sheds.stuck(effect, event, compound);
    case "shed.contactor-lost":
      return sheds.lost(effect, event);
    case "shed.contactor-closed":
      return sheds.closed(effect, event);
    // Seen in the list of events.
    case "session.billed":
    case "session.occupied":
    case "session.waiting":
    case "card.entered":
    case "card.lost":
    case "session.asked":
    case "charging.test-begun":
    case "charging.test-ended":
      return undefined;
    case "clock.anchored":
      return anchored(effect, event);
    case "stream.gap":
      return gaps.streamGap(effect, event);
    // Alarms and the list of events only.
    case "storage.short":
    case "storage.well":
    case "gateway.diagnosed":
    case "shed.reset-refused":
    case "load.shed":
    case "load.over":
    case "charging.refused":
    case "charging.warned":
    case "charging.eased":
    case "station.silent":
    case "station.answers":
    case "line.late":
    case "line.in-time":
    case "protection.silent":
    case "protection.answers":
    case "pile.alarm":
    case "pile.cut":
    case "pile.fault":
    case "pile.fault-over":
    case "pile.unbilled":
    case "energy.balanced":
    case "energy.unbalanced":
    case "energy.unjudged":
    case "fire.raised":
    case "fire.over":
    case "fire.operation":
    case "fire.device-silent":
    case "fire.device-answers":
    case "fire.sentry-asked":
    case "fire.sentry-answered":
    case "fire.sentry-unanswered":
    case "facility.raised":
    case "facility.over":
    case "facility.silent":
    case "facility.answers":
      return undefined;
  }
}

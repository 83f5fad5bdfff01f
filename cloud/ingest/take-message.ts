// One message from the broker to its durable effect, and what to answer. The answer is made only when both stores have it.
import type { Logger } from "pino";
import { raiseOwnAlarm } from "#cloud/alarms/alarms.ts";
import type { Acknowledgement } from "#protocols/uplink/envelope.ts";
import { type GatewayAddress, readTopic } from "#protocols/uplink/topics.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { bury } from "./dead-letters.ts";
import { keepFramePart, readFramePart } from "./effects/frames.ts";
import { statusOf } from "./effects/gateways.ts";
import { greeted } from "./effects/identity.ts";
import { isSuperseded } from "./effects/succession.ts";
import { type ReadBulk, type ReadEvents, readBulkBatch, readEventBatch } from "./read-batch.ts";
import { readStatus } from "./read-status.ts";
import { changingOf, type Rooms } from "./rooms.ts";
import { takeBulk } from "./take-bulk.ts";
import { takeEvents } from "./take-events.ts";
import type { Outcome, Place } from "./take-in.ts";

export type Answer = { readonly to: GatewayAddress; readonly acknowledgement: Acknowledgement } | undefined;

/** Throws only when a store is in trouble: then nothing is answered and the gateway sends again. */
export async function takeMessage(rooms: Rooms, topic: string, payload: Buffer): Promise<Answer> {
  const read = readTopic(topic);
  if (read === undefined || read.kind === "acknowledgement" || read.kind === "command") return undefined;
  const compound = rooms.compoundOf(read);
  if (compound === undefined) {
    rooms.log.warn({ site: read.site, gateway: read.gateway }, "refused: this gateway is not configured for this site");
    return undefined;
  }
  if (read.kind === "frame") return takeFrame(rooms, read, payload);
  if (read.kind !== "up") return takeStatus(rooms, read, payload);
  const from = { site: read.site, gateway: read.gateway, stream: read.stream };
  const batch = readUp(payload, from);
  if (batch.kind === "undecodable") {
    await buryMessage(rooms, { from, topic, reason: batch.reason, payload });
    return undefined;
  }
  const place: Place = { ...from, epoch: batch.epoch, topic, received: rooms.now() };
  if (await isSuperseded(rooms.store.read, place)) {
    rooms.log.error(
      { gateway: from.gateway, epoch: batch.epoch, stream: from.stream },
      "refused: a restored journal has taken this one's place",
    );
    await changingOf(rooms, from, (effect) =>
      raiseOwnAlarm(effect, { ...from, rule: "uplink.superseded", source: from.gateway, at: place.received }),
    );
    return undefined;
  }
  const outcome = batch.kind === "bulk" ? await takeBulk(rooms, place, batch) : await takeEvents(rooms, { place, batch, compound });
  note(rooms.log, place, outcome);
  if (outcome.upTo === 0) return undefined;
  return { to: from, acknowledgement: { v: 1, epoch: batch.epoch, stream: from.stream, upTo: outcome.upTo } };
}

type Source = GatewayAddress & { readonly stream: Stream };

/** Four times what a gateway ever sends: whatever is acknowledged can be kept whole. */
const largestMessage = 1024 * 1024;

export function readUp(payload: Buffer, from: Source): ReadEvents | ReadBulk | Undecodable {
  if (payload.length > largestMessage) return undecodable(`more than ${largestMessage} bytes`);
  return from.stream === "bulk" ? readBulkBatch(payload, from) : readEventBatch(payload, from);
}

function note(log: Logger, { gateway, stream, epoch }: Place, outcome: Outcome): void {
  const where = { gateway, stream, epoch };
  if (outcome.conflict !== undefined)
    log.error({ ...where, seq: outcome.conflict }, "same key, other content: dead letter, not acknowledged");
  if (outcome.gapBefore !== undefined)
    log.warn({ ...where, up_to: outcome.upTo, next: outcome.gapBefore }, "gap: nothing past it is acknowledged");
  if (outcome.buried > 0) log.warn({ ...where, dead_letters: outcome.buried }, "events without effect went to the dead letters");
}

/** Nothing is answered: a picture that is not whole is none. */
async function takeFrame(rooms: Rooms, address: GatewayAddress, payload: Buffer): Promise<undefined> {
  const part = readFramePart(payload, address);
  if (part.kind === "undecodable") {
    rooms.log.warn({ gateway: address.gateway, reason: part.reason }, "a part of a frame that is none was ignored");
    return;
  }
  await changingOf(rooms, address, ({ change }) => keepFramePart(change, address, { ...part, at: rooms.now() }));
}

async function takeStatus(rooms: Rooms, address: GatewayAddress, payload: Buffer): Promise<undefined> {
  const status = readStatus(payload);
  if (status === undefined) {
    rooms.log.warn({ gateway: address.gateway }, "a status that is no status was ignored");
    return;
  }
  const { site, gateway } = address;
  await changingOf(rooms, address, async (effect) => {
    await statusOf(effect, { site, gateway, state: status.state, at: rooms.now() });
    await greeted(effect, address, { ...status, at: rooms.now() });
  });
}

interface Unreadable {
  readonly from: Source;
  readonly topic: string;
  readonly reason: string;
  readonly payload: Buffer;
}

async function buryMessage(rooms: Rooms, { from, topic, reason, payload }: Unreadable): Promise<void> {
  const { site, gateway } = from;
  rooms.log.warn({ gateway, stream: from.stream, reason }, "message that cannot be read: dead letter");
  // Of a message that is too large its beginning is enough, and enough to hold in memory.
  const text = payload.toString("utf8", 0, largestMessage);
  const letter = { site, gateway, topic, reason, kind: "message" as const, key: null, payload: text, tries: 1, at: rooms.now() };
  await changingOf(rooms, from, (effect) => bury(effect, letter));
}

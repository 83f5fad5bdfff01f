// One message from the broker to its durable effect, and what to answer. The answer is made only when both stores have it.
import type { Logger } from "pino";
import { raiseOwnAlarm } from "#cloud/alarms/alarms.ts";
import type { Compound } from "#cloud/ledger/hazards.ts";
import type { Effect } from "#cloud/store/happening.ts";
import { Marks } from "#cloud/store/marks.ts";
import { isStoreTrouble, type Store } from "#cloud/store/store.ts";
import type { Telemetry } from "#cloud/telemetry/port.ts";
import type { Acknowledgement } from "#protocols/uplink/envelope.ts";
import { type GatewayAddress, readTopic } from "#protocols/uplink/topics.ts";
import { eventKeyText, isId, type Stream } from "#protocols/vocabulary/ids.ts";
import { bury } from "./dead-letters.ts";
import { applyEvent } from "./effects/apply.ts";
import { knowSocket } from "./effects/charging.ts";
import type { AnyHappening } from "./effects/events.ts";
import { heardOf, statusOf } from "./effects/gateways.ts";
import { isSuperseded } from "./effects/succession.ts";
import { type ReadBulk, type ReadEvent, type ReadEvents, readBulkBatch, readEventBatch } from "./read-batch.ts";
import { readStatus } from "./read-status.ts";
import { hashOf, type Outcome, type Place, takeIn } from "./take-in.ts";

export interface Rooms {
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  /** The site that this gateway may speak for; undefined: not one of ours. */
  readonly compoundOf: (address: GatewayAddress) => Compound | undefined;
  readonly now: () => number;
  /** After the commit: what to show. */
  readonly committed: (marks: Marks) => void;
}

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
  if (read.kind !== "up") return takeStatus(rooms, read, payload);
  const from = { site: read.site, gateway: read.gateway, stream: read.stream };
  const batch = from.stream === "bulk" ? readBulkBatch(payload, from) : readEventBatch(payload, from);
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
    await changing(rooms, from, (effect) =>
      raiseOwnAlarm(effect, { ...from, rule: "uplink.superseded", source: from.gateway, at: place.received }),
    );
    return undefined;
  }
  const outcome = batch.kind === "bulk" ? await takeBulk(rooms, place, batch) : await takeEvents(rooms, { place, batch, compound });
  note(rooms.log, place, outcome);
  if (outcome.upTo === 0) return undefined;
  return { to: from, acknowledgement: { v: 1, epoch: batch.epoch, stream: from.stream, upTo: outcome.upTo } };
}

function note(log: Logger, { gateway, stream, epoch }: Place, outcome: Outcome): void {
  const where = { gateway, stream, epoch };
  if (outcome.conflict !== undefined)
    log.error({ ...where, seq: outcome.conflict }, "same key, other content: dead letter, not acknowledged");
  if (outcome.gapBefore !== undefined)
    log.warn({ ...where, up_to: outcome.upTo, next: outcome.gapBefore }, "gap: nothing past it is acknowledged");
  if (outcome.buried > 0) log.warn({ ...where, dead_letters: outcome.buried }, "events without effect went to the dead letters");
}

/** Everything of one gateway stands in line, whichever ingest process it came to: order, cursors and newest facts depend on it. */
async function changing<Result>(
  rooms: Rooms,
  { site, gateway }: GatewayAddress,
  work: (effect: Effect) => Promise<Result>,
): Promise<Result> {
  const marks = new Marks();
  const result = await rooms.store.change((change) => {
    marks.take(); // a transaction that is run again starts with no marks
    return work({ change, marks });
  }, `${site}/${gateway}`);
  if (marks.size > 0) rooms.committed(marks);
  return result;
}

async function takeStatus(rooms: Rooms, address: GatewayAddress, payload: Buffer): Promise<undefined> {
  const status = readStatus(payload);
  if (status === undefined) {
    rooms.log.warn({ gateway: address.gateway }, "a status that is no status was ignored");
    return;
  }
  const { site, gateway } = address;
  await changing(rooms, address, (effect) => statusOf(effect, { site, gateway, state: status.state, at: rooms.now() }));
}

interface Unreadable {
  readonly from: GatewayAddress & { readonly stream: Stream };
  readonly topic: string;
  readonly reason: string;
  readonly payload: Buffer;
}

async function buryMessage(rooms: Rooms, { from, topic, reason, payload }: Unreadable): Promise<void> {
  const { site, gateway } = from;
  rooms.log.warn({ gateway, stream: from.stream, reason }, "message that cannot be read: dead letter");
  const letter = { site, gateway, topic, reason, key: null, payload: payload.toString("utf8"), at: rooms.now() };
  await changing(rooms, from, (effect) => bury(effect, letter));
}

/** Telemetry first: its points may be written twice without harm, its number only once both are there. Other content under a known key is not written at all. */
async function takeBulk(rooms: Rooms, place: Place, batch: ReadBulk): Promise<Outcome> {
  if ((await hashOf(rooms.store.read, place, batch.seq)) === undefined)
    await rooms.telemetry.write(
      batch.points.map((point) => ({ ...point, tags: { ...point.tags, site: place.site, gateway: place.gateway } })),
    );
  const { seq, hash, poison, text } = batch;
  const item = { seq, hash, poison, payload: () => text };
  return changing(rooms, place, async (effect) => {
    const taken = await takeIn(effect, { place, items: [item] }, () => measured(effect, place, batch));
    await heardOf(effect, { ...place, at: place.received });
    return taken;
  });
}

/** The sockets that were measured: made known if they are new, shown if this is news and no history. */
async function measured(effect: Effect, place: Place, batch: ReadBulk): Promise<void> {
  const sockets = new Set<string>();
  for (const { measurement, tags } of batch.points)
    if (measurement === "socket" && isId(tags.station ?? "") && /^[1-9][0-9]{0,2}$/.test(tags.socket ?? ""))
      sockets.add(`${tags.station}/${tags.socket}`);
  for (const socket of sockets) {
    await knowSocket(effect, place, socket);
    if (!batch.historical) effect.marks.add({ kind: "socket", site: place.site, gateway: place.gateway, id: socket });
  }
}

interface EventsToTake {
  readonly place: Place;
  readonly batch: ReadEvents;
  readonly compound: Compound;
}

async function takeEvents(rooms: Rooms, { place, batch, compound }: EventsToTake): Promise<Outcome> {
  try {
    return await takeTogether(rooms, { place, items: itemsOf(batch.events), compound });
  } catch (error) {
    if (isStoreTrouble(error)) throw error;
    rooms.log.error({ gateway: place.gateway, stream: place.stream, err: error }, "a batch has no effect as a whole: one event at a time");
    return takeOneByOne(rooms, { place, batch, compound });
  }
}

type EventItem = ReadEvent & { readonly payload: () => string };
const itemsOf = (events: readonly ReadEvent[]): EventItem[] =>
  events.map((event) => ({ ...event, payload: () => JSON.stringify(event.content) }));

function takeTogether(
  rooms: Rooms,
  { place, items, compound }: { place: Place; items: readonly EventItem[]; compound: Compound },
): Promise<Outcome> {
  return changing(rooms, place, async (effect) => {
    const outcome = await takeIn(effect, { place, items }, (item) => applyEvent(effect, happening(place, item), compound));
    await heardOf(effect, { ...place, at: place.received });
    return outcome;
  });
}

function happening(place: Place, { content, seq }: ReadEvent): AnyHappening {
  const { site, gateway, received } = place;
  // `poison` is undefined: the catalogue has said that type and data belong together.
  return {
    site,
    gateway,
    received,
    key: eventKeyText({ ...place, seq }),
    type: content.type,
    data: content.data,
    at: content.at,
  } as AnyHappening;
}

/** The event that makes our own code fail goes to the dead letters, the others have their effect: a fault here must not stop a whole compound. */
async function takeOneByOne(rooms: Rooms, { place, batch, compound }: EventsToTake): Promise<Outcome> {
  let sum: Outcome = { upTo: 0, taken: 0, duplicates: 0, buried: 0, conflict: undefined, gapBefore: undefined };
  for (const item of itemsOf(batch.events)) {
    const one = await takeTogether(rooms, { place, items: [item], compound }).catch((error: unknown) => {
      if (isStoreTrouble(error)) throw error;
      const poison = `no effect: ${error instanceof Error ? error.message : String(error)}`;
      return takeTogether(rooms, { place, items: [{ ...item, poison }], compound });
    });
    sum = {
      ...{ upTo: one.upTo, taken: sum.taken + one.taken, duplicates: sum.duplicates + one.duplicates, buried: sum.buried + one.buried },
      ...{ conflict: one.conflict, gapBefore: one.gapBefore },
    };
    if (one.conflict !== undefined || one.gapBefore !== undefined) break;
  }
  return sum;
}

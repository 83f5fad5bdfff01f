// A dead letter tried again because a person asked: with newer software, or after what it stumbled over was mended. If it succeeds it has its effect once, however often it is asked for.
import { settleOwnAlarm } from "#cloud/alarms/alarms.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import { type Change, isStoreTrouble, type Queries } from "#cloud/store/store.ts";
import { addToTally } from "#cloud/store/tally.ts";
import type { WireEvent } from "#protocols/uplink/envelope.ts";
import { readTopic } from "#protocols/uplink/topics.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { applyEvent } from "./effects/apply.ts";
import { poisonOf, readBulkBatch } from "./read-batch.ts";
import { changingOf, type Rooms } from "./rooms.ts";
import { measured, writePoints } from "./take-bulk.ts";
import { happening } from "./take-events.ts";
import { readUp, takeMessage } from "./take-message.ts";

type Letter = Row<"dead_letter">;

export interface Asked {
  readonly id: number;
  readonly person: string;
  /** Committed with what came of it. */
  readonly also?: (change: Change, outcome: string) => Promise<void>;
}

export const letterById = (read: Queries, id: number): Promise<Letter | undefined> =>
  read.selectFrom("dead_letter").selectAll().where("id", "=", id).executeTakeFirst();

/** undefined: there is no such letter. A letter that still has no effect waits on; the reason stands with the try. */
export async function requeue(rooms: Rooms, asked: Asked): Promise<Letter | Refusal | undefined> {
  const letter = await letterById(rooms.store.read, asked.id);
  if (letter === undefined) return undefined;
  const refused = refusedAtOnce(rooms, letter);
  if (refused !== undefined) return refused;
  const why = await tryAgain(rooms, letter, asked).catch((error: unknown) => {
    if (isStoreTrouble(error)) throw error;
    return `no effect: ${error instanceof Error ? error.message : String(error)}`;
  });
  if (why !== undefined) await changingOf(rooms, letter, (effect) => noted(effect, letter, { ...asked, at: rooms.now(), why }));
  return letterById(rooms.store.read, asked.id);
}

function refusedAtOnce(rooms: Rooms, letter: Letter): Refusal | undefined {
  if (letter.state === "delivered") return alreadyDelivered;
  if (letter.kind === "conflict")
    return refusal(
      "conflict",
      "同一序号已有其他内容，不能重投；请人工核对",
      "its key belongs to other content: it is never tried, compare both by hand",
    );
  if (rooms.compoundOf(letter) === undefined)
    return refusal("no-such-gateway", "该网关已不在配置中", "this gateway is no longer configured");
  return undefined;
}

const alreadyDelivered = refusal("already-delivered", "已成功投递，不会再次生效", "it has had its effect, and will not have it twice");

/** undefined: it has had its effect now, or had it already. Otherwise why not. */
function tryAgain(rooms: Rooms, letter: Letter, asked: Asked): Promise<string | undefined> {
  if (letter.kind === "event") return tryEvent(rooms, letter, asked);
  return letter.kind === "batch" ? tryBatch(rooms, letter, asked) : tryMessage(rooms, letter, asked);
}

/** In one transaction, in the gateway's own line: whether it still waits, its effect, and that it waits no longer. */
function once(
  rooms: Rooms,
  { letter, asked }: { letter: Letter; asked: Asked },
  work: (effect: Effect) => Promise<void>,
): Promise<undefined> {
  return changingOf(rooms, letter, async (effect) => {
    const { state } = await effect.change.selectFrom("dead_letter").select("state").where("id", "=", letter.id).executeTakeFirstOrThrow();
    if (state === "delivered") return undefined;
    await work(effect);
    await effect.change.updateTable("dead_letter").set({ state: "delivered" }).where("id", "=", letter.id).execute();
    await addToTally(effect.change, letter, "dead_letters", -1);
    await noted(effect, letter, { ...asked, at: rooms.now(), why: undefined });
    await settleWhenEmpty(effect, letter, rooms.now());
    return undefined;
  });
}

async function tryEvent(rooms: Rooms, letter: Letter, asked: Asked): Promise<string | undefined> {
  const [, epoch = "", stream = "", seq = ""] = (letter.event_key ?? "").split("/");
  const content = JSON.parse(letter.payload) as WireEvent;
  const poison = poisonOf(content, stream as Stream, false);
  const compound = rooms.compoundOf(letter);
  if (poison !== undefined || compound === undefined) return poison;
  const { site, gateway } = letter;
  const place = { site, gateway, epoch, stream: stream as Stream, received: rooms.now() };
  return once(rooms, { letter, asked }, async (effect) =>
    applyEvent(effect, await happening(effect, place, { content, seq: Number(seq) }), compound),
  );
}

async function tryBatch(rooms: Rooms, letter: Letter, asked: Asked): Promise<string | undefined> {
  const batch = readBulkBatch(Buffer.from(letter.payload), letter);
  if (batch.kind === "undecodable") return batch.reason;
  if (batch.poison !== undefined) return batch.poison;
  // Written twice a point is one point; it is history by now, and no news.
  await writePoints(rooms, letter, batch);
  return once(rooms, { letter, asked }, (effect) => measured(effect, { ...letter, received: rooms.now() }, { ...batch, historical: true }));
}

/** It was never acknowledged and has no place yet: it goes the way of every message, which takes nothing twice. */
async function tryMessage(rooms: Rooms, letter: Letter, asked: Asked): Promise<string | undefined> {
  const topic = readTopic(letter.topic);
  if (topic?.kind !== "up") return "no topic of ours";
  const payload = Buffer.from(letter.payload);
  const batch = readUp(payload, topic);
  if (batch.kind === "undecodable") return batch.reason;
  const answer = await takeMessage(rooms, letter.topic, payload);
  const last = batch.kind === "bulk" ? batch.seq : (batch.events.at(-1)?.seq ?? 0);
  if ((answer?.acknowledgement.upTo ?? 0) < last) return "its stream has not come so far, or has other content there";
  return once(rooms, { letter, asked }, async () => undefined);
}

interface Tried extends Asked {
  readonly at: number;
  readonly why: string | undefined;
}

async function noted(effect: Effect, letter: Letter, { person, at, why, also }: Tried): Promise<void> {
  const { n } = await effect.change
    .selectFrom("letter_try")
    .select((eb) => eb.fn.countAll<number | string>().as("n"))
    .where("letter", "=", letter.id)
    .executeTakeFirstOrThrow();
  const outcome = why === undefined ? "delivered" : "refused";
  await effect.change
    .insertInto("letter_try")
    .values({ letter: letter.id, n: Number(n) + 1, at, person, outcome, reason: (why ?? "").slice(0, 500) })
    .execute();
  effect.marks.add({ kind: "counts" });
  await also?.(effect.change, outcome);
}

/** The alarm of a gateway of which nothing waits any more is over. */
async function settleWhenEmpty(effect: Effect, { site, gateway }: Letter, at: number): Promise<void> {
  const left = await effect.change
    .selectFrom("dead_letter")
    .select("id")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("state", "=", "waiting")
    .limit(1)
    .executeTakeFirst();
  if (left === undefined) await settleOwnAlarm(effect, { site, gateway, rule: "uplink.dead-letter", source: gateway, at });
}

// Exactly one effect per (gateway, epoch, stream, seq): the key, its hash and everything it changes are one transaction.
// A repeat is acknowledged again and counted; the same key with other content is a dead letter and an alarm, never an acknowledgement; past a gap nothing is acknowledged.
import { raiseOwnAlarm, settleOwnAlarm } from "#cloud/alarms/alarms.ts";
import type { Effect, Origin } from "#cloud/store/happening.ts";
import { often } from "#cloud/store/often.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { addToTally } from "#cloud/store/tally.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { buryEvent } from "./dead-letters.ts";

export interface Place extends Origin {
  readonly epoch: string;
  readonly stream: Stream;
  readonly topic: string;
  readonly received: number;
}

/** Something with a place in a stream: an event, or a whole bulk batch. */
export interface Item {
  readonly seq: number;
  /** A gap record: it stands for all numbers from here to `seq`. */
  readonly first?: number;
  readonly hash: string;
  /** Another key under which it may have been taken: then it has no effect again. */
  readonly was?: { readonly epoch: string; readonly seq: number; readonly hash: string } | undefined;
  /** What to keep of it when it goes to the dead letters. */
  readonly payload: () => string;
  readonly poison: string | undefined;
  /** How often its effect was tried in vain; undefined: what it says was enough. */
  readonly tries?: number;
}

export interface Outcome {
  /** Everything up to here is in the store, as this batch says it. */
  readonly upTo: number;
  readonly taken: number;
  readonly duplicates: number;
  readonly buried: number;
  readonly conflict: number | undefined;
  readonly gapBefore: number | undefined;
}

/** Takes consecutive items in; `apply` makes the effects of one that is new and sound. */
export async function takeIn<I extends Item>(
  effect: Effect,
  batch: { readonly place: Place; readonly items: readonly I[] },
  apply: (item: I) => Promise<void>,
): Promise<Outcome> {
  const { place, items } = batch;
  const { change } = effect;
  const cursor = await readCursor(change, place);
  const known = await knownHashes(change, place, items);
  const keys: I[] = [];
  let upTo = cursor.upTo;
  let duplicates = 0;
  let taken = 0;
  let buried = 0;
  let conflict: number | undefined;
  let gapBefore: number | undefined;
  for (const item of items) {
    const hash = known.get(item.seq);
    // Of what a gateway calls lost, we keep what we have.
    if (item.first !== undefined && item.seq <= upTo) {
      duplicates += 1;
      continue;
    }
    if (hash !== undefined || item.seq <= upTo) {
      if (hash === item.hash) {
        duplicates += 1;
        continue;
      }
      conflict = item.seq;
      await buryEvent(effect, { place, item, kind: "conflict", reason: "conflict: the same key with other content" });
      await raiseOwnAlarm(effect, { ...place, rule: "uplink.conflict", source: place.stream, at: place.received });
      break;
    }
    if ((item.first ?? item.seq) > upTo + 1) {
      gapBefore = item.seq;
      await raiseOwnAlarm(effect, { ...place, rule: "uplink.gap", source: place.stream, at: place.received });
      break;
    }
    keys.push(item);
    const before = item.was === undefined ? "new" : await takenBefore(change, place, item.was);
    if (before === "taken") duplicates += 1;
    else if (before === "differs") {
      buried += 1;
      await buryEvent(effect, { place, item, kind: "conflict", reason: "conflict: its former key was taken with other content" });
      await raiseOwnAlarm(effect, { ...place, rule: "uplink.conflict", source: place.stream, at: place.received });
    } else if (item.poison === undefined) await apply(item);
    else {
      buried += 1;
      await buryEvent(effect, { place, item, kind: place.stream === "bulk" ? "batch" : "event", reason: item.poison });
    }
    taken += 1;
    upTo = item.seq;
  }
  await writeKeys(change, place, keys);
  const seenTo = Math.max(cursor.seenTo, upTo, gapBefore === undefined ? 0 : (items.at(-1)?.seq ?? 0));
  await writeCursor(change, { place, upTo, seenTo });
  if (upTo === seenTo && cursor.seenTo > cursor.upTo)
    await settleOwnAlarm(effect, { ...place, rule: "uplink.gap", source: place.stream, at: place.received });
  await addToTally(change, place, "duplicates", duplicates);
  if (seenTo !== cursor.seenTo || duplicates > 0 || taken > 0) effect.marks.add({ kind: "counts" });
  // No further than this batch goes, whatever was taken before: only so far is it known to be the same, and a gateway that was killed knows of no later number.
  const seen = Math.min(upTo, items.at(-1)?.seq ?? upTo);
  return { upTo: conflict === undefined ? seen : Math.min(seen, conflict - 1), taken, duplicates, buried, conflict, gapBefore };
}

/** Rows of one statement; what is left over goes one by one. */
const keysAtOnce = 25;
const numbered = Array.from({ length: keysAtOnce }, (_, n) => [`seq${n}`, `hash${n}`] as const);
type Keys = Of & { readonly received_at: number } & Readonly<Record<string, string | number>>;

const oneKey = often((db, { gateway, epoch, stream, received_at, seq, hash }: Keys & { seq: number; hash: string }) =>
  db.insertInto("inbox").values({ gateway, epoch, stream, seq, hash, received_at }),
);
const manyKeys = often((db, value: Keys) => {
  const { gateway, epoch, stream, received_at } = value;
  const rows = numbered.map(([seq, hash]) => ({ seq: value[seq] as number, hash: value[hash] as string }));
  return db.insertInto("inbox").values(rows.map((row) => ({ gateway, epoch, stream, received_at, ...row })));
});

async function writeKeys(
  change: Change,
  { gateway, epoch, stream, received }: Place,
  keys: readonly Pick<Item, "seq" | "hash">[],
): Promise<void> {
  const of = { gateway, epoch, stream, received_at: received };
  let at = 0;
  for (; at + keysAtOnce <= keys.length; at += keysAtOnce)
    await manyKeys(change, {
      ...of,
      ...Object.fromEntries(
        numbered.flatMap(([seq, hash], n) => [
          [seq, keys[at + n]?.seq ?? 0],
          [hash, keys[at + n]?.hash ?? ""],
        ]),
      ),
    });
  for (const { seq, hash } of keys.slice(at)) await oneKey(change, { ...of, seq, hash });
}

/** An event of a restored journal: taken under its old key already, or new; then the old key is taken with it, should it come late. */
async function takenBefore(change: Change, place: Place, was: NonNullable<Item["was"]>): Promise<"taken" | "differs" | "new"> {
  const { gateway, stream, received } = place;
  const key = { gateway, epoch: was.epoch, stream, seq: was.seq };
  const made = await change
    .insertInto("inbox")
    .values({ ...key, hash: was.hash, received_at: received })
    .onConflict((conflict) => conflict.columns(["gateway", "epoch", "stream", "seq"]).doNothing())
    .returning("seq")
    .executeTakeFirst();
  if (made !== undefined) return "new";
  const known = await change
    .selectFrom("inbox")
    .select("hash")
    .where("gateway", "=", key.gateway)
    .where("epoch", "=", key.epoch)
    .where("stream", "=", key.stream)
    .where("seq", "=", key.seq)
    .executeTakeFirstOrThrow();
  return known.hash === was.hash ? "taken" : "differs";
}

type Of = Readonly<Record<"gateway" | "epoch" | "stream", string>>;

const cursors = often((db, { gateway, epoch, stream }: Of) =>
  db
    .selectFrom("cursor")
    .select(["up_to", "seen_to"])
    .where("gateway", "=", gateway)
    .where("epoch", "=", epoch)
    .where("stream", "=", stream),
);

async function readCursor(change: Change, { gateway, epoch, stream }: Place): Promise<{ upTo: number; seenTo: number }> {
  const [row] = await cursors(change, { gateway, epoch, stream });
  return row === undefined ? { upTo: 0, seenTo: 0 } : { upTo: row.up_to, seenTo: row.seen_to };
}

/** What was taken under this key; undefined: nothing yet. */
export async function hashOf(read: Queries, place: Place, seq: number): Promise<string | undefined> {
  return (await knownHashes(read, place, [{ seq }])).get(seq);
}

const hashes = often((db, { gateway, epoch, stream, first, last }: Of & { first: number; last: number }) =>
  db
    .selectFrom("inbox")
    .select(["seq", "hash"])
    .where("gateway", "=", gateway)
    .where("epoch", "=", epoch)
    .where("stream", "=", stream)
    .where("seq", ">=", first)
    .where("seq", "<=", last),
);

async function knownHashes(change: Queries, place: Place, items: readonly Pick<Item, "seq">[]): Promise<Map<number, string>> {
  const { gateway, epoch, stream } = place;
  const rows = await hashes(change, { gateway, epoch, stream, first: items[0]?.seq ?? 0, last: items.at(-1)?.seq ?? 0 });
  return new Map(rows.map((row) => [row.seq, row.hash]));
}

type Moved = Of & Readonly<{ site: string; up_to: number; seen_to: number; updated_at: number }>;
const moveCursor = often((db, { site, gateway, epoch, stream, up_to, seen_to, updated_at }: Moved) =>
  db
    .insertInto("cursor")
    .values({ site, gateway, epoch, stream, up_to, seen_to, updated_at })
    .onConflict((conflict) => conflict.columns(["gateway", "epoch", "stream"]).doUpdateSet({ up_to, seen_to, updated_at })),
);

async function writeCursor(change: Change, { place, upTo, seenTo }: { place: Place; upTo: number; seenTo: number }): Promise<void> {
  const { site, gateway, epoch, stream, received } = place;
  await moveCursor(change, { site, gateway, epoch, stream, up_to: upTo, seen_to: seenTo, updated_at: received });
}

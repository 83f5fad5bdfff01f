// Plates and cards leave after the days that the configuration says: out of stays that are over, out of events, out of what a lane last showed, and out of delivered letters.
// So do pictures, after theirs, once every hazard that shows them is closed: their hashes stay in the chains.
// Money stays: a stay keeps a keyed hash in its plate's place, so that two stays of one car still agree, and nobody can try out plates without the key.
import { createHmac } from "node:crypto";
import { appendAudit } from "#cloud/audit/chain.ts";
import type { Change, Store } from "#cloud/store/store.ts";
import { withoutPlates } from "#cloud/views/present.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

export interface Retention {
  readonly days: number;
  /** Of pictures, counted from when their hazard was closed; not said: they stay. */
  readonly pictureDays?: number | undefined;
  readonly key: Buffer;
  readonly now: number;
}

const counted = ["visits", "events", "lanes", "sessions", "letters", "pictures"] as const;
export type Removed = Readonly<Record<(typeof counted)[number], number>>;

const portion = 500;

async function clearVisits(change: Change, { key, before }: { key: Buffer; before: number }): Promise<number> {
  const rows = await change
    .selectFrom("visit")
    .select(["visit", "plate"])
    .where("left_at", "<", before)
    .where("plate", "is not", null)
    .limit(portion)
    .execute();
  for (const { visit, plate } of rows) {
    const plate_key = createHmac("sha256", key)
      .update(plate ?? "")
      .digest("hex")
      .slice(0, 32);
    await change.updateTable("visit").set({ plate: null, plate_key }).where("visit", "=", visit).execute();
  }
  return rows.length;
}

/** In the order in which they came: those that were gone through are not looked at again. */
async function clearEvents(change: Change, before: number): Promise<{ changed: number; more: boolean }> {
  const known = await change.selectFrom("retention").select("ordinal").where("name", "=", "events").executeTakeFirst();
  const rows = await change
    .selectFrom("event")
    .select(["ordinal", "data"])
    .where("ordinal", ">", known?.ordinal ?? 0)
    .where("received_at", "<", before)
    .orderBy("ordinal")
    .limit(portion)
    .execute();
  let changed = 0;
  for (const row of rows) {
    const told = JSON.parse(row.data) as unknown;
    const left = withoutPlates(told);
    if (left === told) continue;
    changed += 1;
    await change
      .updateTable("event")
      .set({ data: JSON.stringify(left) })
      .where("ordinal", "=", row.ordinal)
      .execute();
  }
  const last = rows.at(-1);
  if (last !== undefined)
    await change
      .insertInto("retention")
      .values({ name: "events", ordinal: last.ordinal, at: before })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ ordinal: last.ordinal, at: before }))
      .execute();
  return { changed, more: rows.length === portion };
}

async function clearRest(change: Change, before: number): Promise<Pick<Removed, "lanes" | "sessions" | "letters">> {
  const lanes = change.updateTable("lane").set({ last_plate: null }).where("last_at", "<", before).where("last_plate", "is not", null);
  const sessions = change.updateTable("session").set({ card: null }).where("ended_at", "<", before).where("card", "is not", null);
  // What still waits may be money: it stays whole until it is delivered.
  const letters = change
    .updateTable("dead_letter")
    .set({ payload: "" })
    .where("state", "=", "delivered")
    .where("last_at", "<", before)
    .where("payload", "!=", "");
  const rows = async (update: { executeTakeFirst(): Promise<{ numUpdatedRows: bigint }> }): Promise<number> =>
    Number((await update.executeTakeFirst()).numUpdatedRows);
  return { lanes: await rows(lanes), sessions: await rows(sessions), letters: await rows(letters) };
}

/** The same picture may stand at several hazards: the last to be closed counts. */
async function clearPictures(change: Change, before: number): Promise<number> {
  const kept = change
    .selectFrom("evidence")
    .innerJoin("hazard", "hazard.id", "evidence.hazard")
    .select("evidence.sha256")
    .where((eb) => eb.or([eb("hazard.closed_at", "is", null), eb("hazard.closed_at", ">=", before)]));
  const rows = await change
    .selectFrom("evidence_bytes")
    .select("sha256")
    .where("sha256", "in", change.selectFrom("evidence").select("evidence.sha256").where("uploaded_at", "<", before))
    .where("sha256", "not in", kept)
    .limit(portion)
    .execute();
  if (rows.length === 0) return 0;
  await change
    .deleteFrom("evidence_bytes")
    .where(
      "sha256",
      "in",
      rows.map(({ sha256 }) => sha256),
    )
    .execute();
  return rows.length;
}

async function step(change: Change, { days, pictureDays, key, now }: Retention): Promise<{ removed: Removed; more: boolean }> {
  const before = now - days * dayMs;
  const pictures = pictureDays === undefined ? 0 : await clearPictures(change, now - pictureDays * dayMs);
  const visits = await clearVisits(change, { key, before });
  const { changed: events, more } = await clearEvents(change, before);
  const removed = { visits, events, pictures, ...(await clearRest(change, before)) };
  return { removed, more: more || visits === portion || pictures === portion };
}

const sum = (one: Removed, other: Removed): Removed =>
  Object.fromEntries(counted.map((name) => [name, one[name] + other[name]])) as Removed;
const nothing = Object.fromEntries(counted.map((name) => [name, 0])) as Removed;
const machine = { person: null, person_name: "厝边云 the cloud itself", role: null, organisation: null, address: null } as const;

/** Portion by portion, so that no writer waits long; a portion that took something away has its row of the audit log. */
export async function runRetention(store: Store, given: Retention): Promise<Removed> {
  const { days, pictureDays, now } = given;
  const row = { ...machine, at: now, site: null, action: "retention.run", object: null, outcome: "done", code: null } as const;
  const portionOf = async (change: Change): ReturnType<typeof step> => {
    const done = await step(change, given);
    if (counted.some((name) => done.removed[name] > 0))
      await appendAudit(change, {
        ...row,
        detail: { days, ...(pictureDays === undefined ? {} : { picture_days: pictureDays }), ...done.removed },
      });
    return done;
  };
  for (let total = nothing; ; ) {
    const { removed, more } = await store.change(portionOf, { alone: "retention" });
    total = sum(total, removed);
    if (!more) return total;
  }
}

/** Carries what was counted out of a transaction that is undone. */
class Counted extends Error {
  readonly removed: Removed;
  constructor(removed: Removed) {
    super("counted, and undone");
    this.removed = removed;
  }
}

/** What a run would take away: everything is done, counted and undone, so that it cannot say other numbers than the run. */
export async function countRetention(store: Store, given: Retention): Promise<Removed> {
  const counting = store.change(
    async (change) => {
      for (let total = nothing; ; ) {
        const { removed, more } = await step(change, given);
        total = sum(total, removed);
        if (!more) throw new Counted(total);
      }
    },
    { alone: "retention" },
  );
  return counting.catch((error: unknown) => {
    if (error instanceof Counted) return error.removed;
    throw error;
  });
}

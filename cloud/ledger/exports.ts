// Files of the ledger that are made aside: asked for, made one after another in a thread, fetched by whoever asked within a day. What is asked stands in the database, so that a
// service that ends or dies leaves nothing half: the next one, or another process on the same database, begins the file anew. What was cancelled leaves its row and nothing of a file.
import { createHash, randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { type Changing, changing } from "#cloud/store/changing.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { type Aside, exportAside } from "./sheet/aside.ts";
import type { LedgerFile } from "./sheet/export.ts";

export const keptFor_ms = dayMs;
/** Of one person at once. */
export const mostWaiting = 5;
/** A process that said nothing of its file for so long is taken for dead. */
const silent_ms = 60_000;
const mostTries = 3;
const pieceBytes = 768 * 1024;
const lookEvery_ms = 20_000;
const sayEvery_ms = 300;

export type Job = Row<"export_job">;

export interface Asking {
  readonly person: string;
  readonly asked: LedgerFile;
  readonly name: string;
  readonly site: string | null;
}

export async function askExport(change: Change, { person, asked, name, site }: Asking): Promise<Job | Refusal> {
  const { n } = await change
    .selectFrom("export_job")
    .select((eb) => eb.fn.countAll<number | string>().as("n"))
    .where("person", "=", person)
    .where("state", "in", ["queued", "running"])
    .executeTakeFirstOrThrow();
  if (Number(n) >= mostWaiting)
    return refusal(
      "too-many",
      `您已有 ${mostWaiting} 个导出在排队，请等其完成`,
      `${mostWaiting} exports of yours wait already: let them end first`,
    );
  const row: Job = {
    ...{ id: randomUUID(), person, asked: JSON.stringify(asked), name, site, state: "queued", done: 0, total: null, bytes: 0 },
    ...{ sha256: null, why: null, asked_at: asked.now, ended_at: null, runner: null, beat_at: asked.now, tries: 0 },
  };
  await change.insertInto("export_job").values(row).execute();
  return row;
}

/** Those that wait for it, or behind it, stand elsewhere in the line from now on. */
async function markWaiting({ change, marks }: Effect): Promise<void> {
  const waiting = await change.selectFrom("export_job").select("id").where("state", "=", "queued").execute();
  for (const { id } of waiting) marks.add({ kind: "export", id });
}

export interface Cancelled {
  readonly job: Job;
  /** It was cancelled before: nothing was changed now. */
  readonly again: boolean;
}

/** What was written of it goes in the same transaction; whoever writes finds nothing left to write to, and ends. undefined: nothing of this person's. */
export async function cancelExport(
  effect: Effect,
  { id, person, now }: { readonly id: string; readonly person: string; readonly now: number },
): Promise<Cancelled | Refusal | undefined> {
  const { change, marks } = effect;
  const { numUpdatedRows } = await change
    .updateTable("export_job")
    .set({ state: "cancelled", ended_at: now })
    .where("id", "=", id)
    .where("person", "=", person)
    .where("state", "in", ["queued", "running"])
    .executeTakeFirst();
  const job = await change.selectFrom("export_job").selectAll().where("id", "=", id).where("person", "=", person).executeTakeFirst();
  if (job === undefined) return undefined;
  if (job.state !== "cancelled")
    return job.state === "ready"
      ? refusal(
          "ended",
          "文件已经做好，不能再取消；不需要可不下载，一天后自动删除",
          "the file is ready and cannot be cancelled any more: leave it, it goes after a day",
        )
      : refusal("ended", "这次导出已经失败，没有可取消的", "this export has failed: there is nothing to cancel");
  if (numUpdatedRows === 0n) return { job, again: true };
  await change.deleteFrom("export_piece").where("job", "=", id).execute();
  marks.add({ kind: "export", id });
  await markWaiting(effect);
  return { job, again: false };
}

/** How many are made before it. */
export async function aheadOf(read: Queries, { id, state, asked_at }: Job): Promise<number> {
  if (state !== "queued") return 0;
  const { n } = await read
    .selectFrom("export_job")
    .select((eb) => eb.fn.countAll<number | string>().as("n"))
    .where("state", "in", ["queued", "running"])
    .where((eb) => eb.or([eb("asked_at", "<", asked_at), eb.and([eb("asked_at", "=", asked_at), eb("id", "<", id)])]))
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** The file, a piece at a time. */
export async function* piecesOf(read: Queries, id: string): AsyncGenerator<Buffer> {
  for (let n = 0; ; n += 1) {
    const piece = await read.selectFrom("export_piece").select("base64").where("job", "=", id).where("n", "=", n).executeTakeFirst();
    if (piece === undefined) return;
    yield Buffer.from(piece.base64, "base64");
  }
}

/** The next to be made, now ours; what nobody fetched in a day goes. */
async function take(effect: Effect, runner: string, now: number): Promise<Job | undefined> {
  const { change, marks } = effect;
  const old = change
    .selectFrom("export_job")
    .select("id")
    .where("asked_at", "<", now - keptFor_ms);
  await change.deleteFrom("export_piece").where("job", "in", old).execute();
  await change
    .deleteFrom("export_job")
    .where("asked_at", "<", now - keptFor_ms)
    .execute();
  const waiting = await change
    .selectFrom("export_job")
    .selectAll()
    .where((eb) => eb.or([eb("state", "=", "queued"), eb.and([eb("state", "=", "running"), eb("beat_at", "<", now - silent_ms)])]))
    .orderBy("asked_at")
    .orderBy("id")
    .execute();
  for (const job of waiting) {
    await change.deleteFrom("export_piece").where("job", "=", job.id).execute();
    const set =
      job.tries >= mostTries
        ? { state: "failed", why: "多次未能完成 / it was begun and not ended too often", ended_at: now }
        : { state: "running", runner, beat_at: now, done: 0, total: null, bytes: 0, tries: job.tries + 1 };
    await change.updateTable("export_job").set(set).where("id", "=", job.id).execute();
    marks.add({ kind: "export", id: job.id });
    if (set.state === "running") return { ...job, ...set };
  }
  return undefined;
}

export interface Exports {
  /** Something was asked for. */
  wake(): void;
  /** It was cancelled: if it is being made here, its thread ends now, and not with the next thing that it says. */
  drop(id: string): void;
  /** What is being made is given back: it begins anew with the next start. */
  stop(): Promise<void>;
}

interface Making extends Changing {
  readonly now: () => number;
  readonly log: Logger;
  /** Whoever writes the file, beside us. */
  readonly aside?: typeof exportAside;
}

export function startExports({ store, committed, now, log, aside = exportAside }: Making): Exports {
  const runner = randomUUID();
  let stopped = false;
  let wanted = false;
  let making: { readonly id: string; readonly aside: Aside } | undefined;
  let running: Promise<void> | undefined;

  const wake = (): void => {
    wanted = true;
    if (stopped || running !== undefined) return;
    running = all()
      .catch((error: unknown) => log.error({ err: error }, "exports could not be made"))
      .finally(() => {
        running = undefined;
        if (wanted) wake();
      });
  };
  async function all(): Promise<void> {
    wanted = false;
    while (!stopped) {
      const job = await changing({ store, committed }, (effect) => take(effect, runner, now()), { alone: "exports" });
      if (job === undefined) return;
      await make(job);
    }
  }
  /** false: it is not ours any more, cancelled or taken over: nothing was written. */
  const ours = (id: string, set: Partial<Job>, more?: (change: Change) => Promise<unknown>): Promise<boolean> =>
    changing({ store, committed }, async (effect) => {
      const { change, marks } = effect;
      const { numUpdatedRows } = await change
        .updateTable("export_job")
        .set(set)
        .where("id", "=", id)
        .where("runner", "=", runner)
        .where("state", "=", "running")
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await more?.(change);
      marks.add({ kind: "export", id });
      if (set.ended_at !== undefined) await markWaiting(effect);
      return true;
    });

  async function make({ id, asked }: Job): Promise<void> {
    const hash = createHash("sha256");
    let [pieces, size, n, bytes]: [Uint8Array[], number, number, number] = [[], 0, 0, 0];
    let said = performance.now();
    // One after another, in the order in which they came.
    let written: Promise<unknown> = Promise.resolve();
    const write = (set: Partial<Job>, more?: (change: Change) => Promise<unknown>): void => {
      written = written.then(async () => {
        if (!(await ours(id, { ...set, beat_at: now() }, more))) made.stop();
      });
      written.catch(() => undefined);
    };
    const keep = (): void => {
      const piece = { job: id, n, base64: Buffer.concat(pieces).toString("base64") };
      [pieces, size, n] = [[], 0, n + 1];
      write({}, (change) => change.insertInto("export_piece").values(piece).execute());
    };
    const tell = (set: Partial<Job>, always = false): void => {
      if (!always && performance.now() - said < sayEvery_ms) return;
      said = performance.now();
      write(set);
    };
    const made = aside(store.place, JSON.parse(asked) as LedgerFile, {
      total: (total) => tell({ total }, true),
      done: (done) => tell({ done }),
      bytes: (some) => {
        hash.update(some);
        pieces.push(some);
        size += some.length;
        bytes += some.length;
        if (size >= pieceBytes) keep();
      },
    });
    making = { id, aside: made };
    try {
      const rows = await made.ended;
      if (size > 0) keep();
      await written;
      await ours(id, { state: "ready", done: rows, total: rows, bytes, sha256: hash.digest("hex"), ended_at: now() });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const set = stopped ? { state: "queued", runner: null } : { state: "failed", why, ended_at: now() };
      const dropped = (change: Change) => change.deleteFrom("export_piece").where("job", "=", id).execute();
      // Else it was cancelled, which is why it ended.
      if ((await ours(id, set, dropped)) && !stopped) log.error({ err: error, job: id }, "an export could not be made");
    } finally {
      making = undefined;
    }
  }

  const looking = setInterval(wake, lookEvery_ms);
  looking.unref();
  wake();
  return {
    wake,
    drop(id) {
      if (making?.id === id) making.aside.stop();
    },
    async stop() {
      stopped = true;
      wanted = false;
      clearInterval(looking);
      making?.aside.stop();
      await running;
    },
  };
}

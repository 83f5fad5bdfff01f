// Readings that wait for the cloud, in a file of their own: never worth a stop, never in the way of money. Its bound is a policy in three steps, and what went is
// known: half full, the oldest are thinned; full, the oldest go; when the disk itself is short, all of it goes, and nothing comes until there is room again.
import type { Monotonic, Stamp, Wall } from "#protocols/vocabulary/time.ts";
import { linesOf, thin } from "./thinning.ts";
import { openWaitingFile, removeFile, type StoredGap, type StoredRow, setAside, type WaitingFile } from "./waiting-file.ts";

export interface WaitingRow {
  readonly row: number;
  readonly at: Stamp;
  /** `measurement,tags fields age`, each with its end; the age in milliseconds before `at`. */
  readonly lines: string;
}

export const gapReasons = ["thinned", "limit", "disk-full", "damaged"] as const;
export type GapReason = (typeof gapReasons)[number];

/** Readings that are no more. Its id never repeats, so that it counts once however often it is told. */
export interface WaitingGap {
  readonly id: string;
  readonly reason: GapReason;
  /** null: since nobody knows when. */
  readonly first: Stamp | null;
  readonly last: Stamp;
  /** null: nobody could count them. */
  readonly points: number | null;
}

export interface TelemetryQueue {
  add(lines: string, at: Stamp): void;
  /** The oldest rows, at most `limitBytes` together, at least one when there is any. `unready` names a boot whose unsynchronised rows wait for a clock. */
  oldest(limitBytes: number, unready?: string): WaitingRow[];
  /** The newest rows of this boot that are not older than `since`, in order, at most `limitBytes` together. */
  newest(since: Monotonic, boot: string, limitBytes: number): WaitingRow[];
  gaps(): WaitingGap[];
  /** These have been numbered and written into the journal. */
  taken(numbered: { readonly from: number; readonly to: number; readonly gaps: readonly string[] }): void;
  onAdd(listener: () => void): void;
  counts(): { readonly rows: number; readonly bytes: number; readonly lost: number; readonly thinned: number };
  /** The disk is short: everything goes, and nothing is taken in until `resume`. Bytes of the disk that this gave back. */
  giveUp(): number;
  resume(): void;
  close(): void;
}

export interface TelemetrySettings {
  readonly path: string;
  readonly limitBytes: number;
  /** What is left when half of the file is used: one point of a series in this time. */
  readonly thinTo_ms: number;
  /** Rows younger than this are not thinned. */
  readonly thinAfter_ms: number;
  /** What the journal has numbered: these rows are not sent again, and new ones are counted from behind `last`, even when a power cut has taken rows from this file. */
  readonly numbered: { readonly from: number; readonly to: number; readonly last: number };
  readonly newId: () => string;
  readonly now: () => Stamp;
  /** Told when rows could not be kept (disk full): the point is lost, the site goes on. */
  readonly onDrop?: (why: string) => void;
}

const thinnedAtOnce = 200;
const keepEveryMs = 10_000;

export function openTelemetryQueue(settings: TelemetrySettings): TelemetryQueue {
  const { path, limitBytes, newId } = settings;
  const listeners: (() => void)[] = [];
  /** Gaps that the file could not take yet. */
  const owed = new Map<GapReason, WaitingGap>();
  const keptOf = new Map<string, string>();
  let file = openOrAside(settings, owed);
  let rows = 0;
  let bytes = 0;
  let last = settings.numbered.last;
  let short = false;
  let lost = 0;
  let thinned = 0;
  let kept = Number.NEGATIVE_INFINITY;

  const recount = (): void => {
    const sums = file?.sums() ?? { rows: 0, bytes: 0, last: null };
    ({ rows, bytes } = sums);
    last = Math.max(last, sums.last ?? 0);
  };
  file?.remove(settings.numbered.from, settings.numbered.to);
  recount();

  /** What is not told yet of the same reason and boot grows; in the caller's transaction. */
  const putGap = (into: WaitingFile, gap: WaitingGap): void => {
    const known = into
      .gaps()
      .map(readGap)
      .find((one) => one.reason === gap.reason && one.last.boot === gap.last.boot && one.first !== null && gap.first !== null);
    into.putGap(writeGap(extended(known, gap)));
  };
  const note = (reason: GapReason, at: Pick<WaitingGap, "first" | "last" | "points">): void => {
    if (reason === "thinned") thinned += at.points ?? 0;
    else lost += at.points ?? 0;
    const gap = { id: newId(), reason, ...at };
    if (file === undefined) owed.set(reason, extended(owed.get(reason), gap));
    else putGap(file, gap);
  };
  const payOwed = (): void => {
    if (file !== undefined) for (const gap of owed.values()) putGap(file, gap);
  };
  const dropOldest = (): void => {
    while (file !== undefined && bytes > limitBytes) {
      const [oldest] = file.ascending();
      if (oldest === undefined) return;
      count(file.remove(oldest.row, oldest.row));
      note("limit", { first: stampOf(oldest), last: stampOf(oldest), points: oldest.points });
    }
  };
  const count = (gone: { rows: number; bytes: number }): void => {
    rows -= gone.rows;
    bytes -= gone.bytes;
  };
  const thinOldest = (now: Stamp): void => {
    if (file === undefined || bytes <= limitBytes / 2) return;
    for (const stored of file.unthinned(thinnedAtOnce)) {
      if (stored.boot === now.boot && stored.mono > now.mono - settings.thinAfter_ms) return;
      const left = thin(stored, keptOf, settings.thinTo_ms);
      if (left.lines === "") count(file.remove(stored.row, stored.row));
      else {
        const size = Buffer.byteLength(left.lines);
        file.thinned(stored.row, left.lines, { points: stored.points - left.gone, bytes: size });
        bytes -= stored.bytes - size;
      }
      if (left.gone > 0) note("thinned", { first: stampOf(stored), last: stampOf(stored), points: left.gone });
    }
    // As many series as a site has sockets; what is remembered of those that are gone would only grow.
    if (keptOf.size > 50_000) keptOf.clear();
  };
  const store = (lines: string, at: Stamp): void => {
    if (file === undefined) throw new Error("no file");
    const points = linesOf(lines).length;
    const row = { row: last + 1, ...at, synchronised: at.synchronised ? 1 : 0, points, bytes: Buffer.byteLength(lines), lines };
    file.insert(row);
    last += 1;
    rows += 1;
    bytes += row.bytes;
    payOwed();
    thinOldest(at);
    dropOldest();
  };
  const refuse = (lines: string, at: Stamp, why: string): void => {
    const points = linesOf(lines).length;
    if (!owed.has("disk-full")) settings.onDrop?.(why);
    owed.set("disk-full", extended(owed.get("disk-full"), { id: newId(), reason: "disk-full", first: at, last: at, points }));
    lost += points;
    // What is known only in memory would be unknown after a power cut.
    if (at.mono - kept < keepEveryMs) return;
    kept = at.mono;
    keepGaps();
  };

  return {
    add: (lines, at) => {
      if (short || file === undefined) return refuse(lines, at, "the disk is short");
      try {
        file.database.transaction(store)(lines, at);
        owed.clear();
      } catch (error) {
        // Undone in the file; what memory says of it goes too.
        keptOf.clear();
        recount();
        return refuse(lines, at, error instanceof Error ? error.message : String(error));
      }
      for (const listener of listeners) listener();
    },
    oldest: (limit, unready) => {
      const found: WaitingRow[] = [];
      let size = 0;
      for (const row of file?.ascending() ?? []) {
        size += row.bytes;
        if ((found.length > 0 && size > limit) || (row.boot === unready && row.synchronised === 0)) break;
        found.push({ row: row.row, at: stampOf(row), lines: row.lines });
      }
      return found;
    },
    newest: (since, boot, limit) => {
      const found: WaitingRow[] = [];
      let size = 0;
      for (const row of file?.descending() ?? []) {
        size += row.bytes;
        if ((found.length > 0 && size > limit) || row.boot !== boot || row.mono < since) break;
        found.push({ row: row.row, at: stampOf(row), lines: row.lines });
      }
      return found.reverse();
    },
    gaps: () => [...(file?.gaps() ?? []).map(readGap), ...owed.values()],
    taken: ({ from, to, gaps }) => {
      const held = file;
      if (held === undefined) return;
      held.database.transaction(() => {
        count(held.remove(from, to));
        for (const id of gaps) held.removeGap(id);
      })();
      for (const gap of owed.values()) if (gaps.includes(gap.id)) owed.delete(gap.reason);
    },
    onAdd: (listener) => listeners.push(listener),
    counts: () => ({ rows, bytes, lost, thinned }),
    giveUp: () => {
      if (short) return 0;
      short = true;
      if (file === undefined || path === ":memory:") return 0;
      const gaps = file.gaps().map(readGap);
      const [first] = file.ascending();
      const [newest] = file.descending();
      const points = file.points();
      for (const gap of gaps) owed.set(gap.reason, extended(owed.get(gap.reason), gap));
      if (first !== undefined && newest !== undefined)
        owed.set(
          "disk-full",
          extended(owed.get("disk-full"), { id: newId(), reason: "disk-full", first: stampOf(first), last: stampOf(newest), points }),
        );
      lost += points;
      file.database.close();
      file = undefined;
      const given = removeFile(path);
      // A small file again at once, so that what went is on the disk too.
      keepGaps();
      recount();
      return given;
    },
    resume: () => {
      short = false;
      keepGaps();
    },
    close: () => file?.database.close(),
  };

  function keepGaps(): void {
    try {
      file ??= openOrAside(settings, owed);
      file?.database.transaction(payOwed)();
      owed.clear();
      file?.database.pragma("wal_checkpoint(TRUNCATE)");
    } catch (error) {
      settings.onDrop?.(error instanceof Error ? error.message : String(error));
    }
  }
}

/** A damaged file is set aside and a new one begun; with a disk that refuses even that there is none, for now. */
function openOrAside({ path, onDrop, now, newId }: TelemetrySettings, owed: Map<GapReason, WaitingGap>): WaitingFile | undefined {
  try {
    return openWaitingFile(path);
  } catch (error) {
    if (path === ":memory:") throw error;
    const why = error instanceof Error ? error.message : String(error);
    const code = (error as { code?: unknown }).code;
    if (typeof code === "string" && /^SQLITE_(FULL|IOERR|CANTOPEN)/.test(code)) {
      onDrop?.(`no file for telemetry: ${why}`);
      return undefined;
    }
    onDrop?.(`telemetry file set aside as ${setAside(path)}: ${why}`);
    const at = now();
    owed.set("damaged", { id: newId(), reason: "damaged", first: null, last: at, points: null });
    return openWaitingFile(path);
  }
}

const stampOf = ({ wall, mono, boot, synchronised }: StoredRow): Stamp => ({
  wall: wall as Wall,
  mono: mono as Monotonic,
  boot,
  synchronised: synchronised === 1,
});
const readGap = (gap: StoredGap): WaitingGap => ({
  ...gap,
  reason: gap.reason as GapReason,
  first: JSON.parse(gap.first) as Stamp | null,
  last: JSON.parse(gap.last) as Stamp,
});
const writeGap = (gap: WaitingGap): StoredGap => ({ ...gap, first: JSON.stringify(gap.first), last: JSON.stringify(gap.last) });

/** The same gap, reaching as far as both. Of two boots the one that was known first is the earlier. */
function extended(known: WaitingGap | undefined, more: WaitingGap): WaitingGap {
  if (known === undefined) return more;
  const before = (a: Stamp, b: Stamp): boolean => a.boot !== b.boot || a.mono <= b.mono;
  const { first } = known;
  return {
    ...known,
    first: first === null || more.first === null ? null : before(first, more.first) ? first : more.first,
    last: before(known.last, more.last) ? more.last : known.last,
    points: known.points === null || more.points === null ? null : known.points + more.points,
  };
}

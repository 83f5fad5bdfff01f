// What the journal knows of the machine's clocks: the order of its boots, and for each the newest moment at which the wall clock was true: its anchor.
// A stamp keeps what the clocks said; its true time is derived from the anchor of its boot. So nothing is rewritten, and nothing is lost when a clock steps.
import { type Anchor, type Stamp, trueTime, type Wall } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "./journal.ts";

export interface Clocks {
  /** When it truly was; undefined while nobody knows. */
  trueTime(stamp: Stamp): Wall | undefined;
  /** The best label: the true time, or what the clock said. */
  label(stamp: Stamp): Wall;
}

export function clocksOf(reads: Reads): Clocks {
  const known = (stamp: Stamp): Wall | undefined => {
    if (stamp.synchronised) return stamp.wall;
    const anchor = anchorOf(reads, stamp.boot);
    return anchor === undefined ? undefined : trueTime(stamp, anchor);
  };
  return { trueTime: known, label: (stamp) => known(stamp) ?? stamp.wall };
}

/** A moment of which the true time is known: by its own clock, or, where that was not set, by what the cloud said. */
interface Kept {
  readonly stamp: Stamp;
  readonly wall: Wall;
  /** The cloud has been told, while the clock was not set. */
  readonly told?: true;
}

interface ClockRow {
  boot: string;
  number: number;
  anchor: string | null;
  doubt: number | null;
}

const keptOf = (text: string | null | undefined): Kept | undefined => (text == null ? undefined : (JSON.parse(text) as Kept));

function anchorOf(reads: Reads, boot: string): Anchor | undefined {
  const kept = keptOf(reads.get<{ anchor: string | null }>("SELECT anchor FROM clock WHERE boot = ?", boot)?.anchor);
  return kept === undefined ? undefined : { wall: kept.wall, mono: kept.stamp.mono, boot };
}

type Run = Transaction["run"];

/** A boot in which this journal was never open has no number: nobody could say where it stands among the others. */
export const beginBoot = (run: Run, boot: string): unknown =>
  run("INSERT INTO clock (boot, number) SELECT ?, coalesce(max(number), 0) + 1 FROM clock WHERE true ON CONFLICT (boot) DO NOTHING", boot);

export function numbered(reads: Reads, stamp: Stamp): Stamp {
  const row = reads.get<{ number: number }>("SELECT number FROM clock WHERE boot = ?", stamp.boot);
  return row === undefined ? stamp : { ...stamp, boots: row.number };
}

const offsetOf = ({ wall, mono }: Pick<Stamp, "wall" | "mono">): number => wall - mono;

/** An event with an untrue label was written: its boot's anchor has to be told, whenever there is one. */
export const doubt = (run: Run, stamp: Stamp): unknown =>
  run("UPDATE clock SET doubt = ? WHERE boot = ? AND doubt IS NULL", offsetOf(stamp), stamp.boot);

/** A time server turns the clock's hands; its frequency is turned in both clocks alike. So between them only a step changes anything; a leap second is none. */
const slack_ms = 1_000;

/** Before this no cloud with this code existed: one that says so does not know the time itself. */
const earliest = Date.UTC(2026, 0, 1);

/** Asked every second, and whenever the cloud says what time it is (`heard`). true: there is something to write. */
export function isClockNews(reads: Reads, now: Stamp, heard?: Wall): boolean {
  return newAnchor(reads, now, heard) !== undefined || owed(reads, now).length > 0;
}

/** The anchor of this boot moves when there is none or a better one, or the clock was stepped; whoever has been told untrue labels is told the anchor. */
export function writeClock(tx: Transaction, now: Stamp, heard?: Wall): void {
  const fresh = newAnchor(tx, now, heard);
  if (fresh !== undefined) {
    tx.run("UPDATE clock SET anchor = ? WHERE boot = ?", JSON.stringify(fresh.kept), now.boot);
    if (fresh.stepped !== undefined) tx.run("UPDATE clock SET doubt = coalesce(doubt, ?) WHERE boot = ?", fresh.stepped, now.boot);
  }
  for (const { kept, off } of owed(tx, now)) {
    const { stamp, wall } = kept;
    tx.event("clock.anchored", { off_ms: wall - stamp.mono - off, ...(stamp.synchronised ? {} : { wall }) }, stamp);
    if (stamp.synchronised || stamp.boot !== now.boot) tx.run("UPDATE clock SET doubt = NULL WHERE boot = ?", stamp.boot);
    else tx.run("UPDATE clock SET anchor = ? WHERE boot = ?", JSON.stringify({ ...kept, told: true } satisfies Kept), stamp.boot);
  }
}

/** `stepped`: what the clocks were apart before. */
function newAnchor(reads: Reads, now: Stamp, heard: Wall | undefined): { kept: Kept; stepped: number | undefined } | undefined {
  const row = reads.get<Pick<ClockRow, "anchor">>("SELECT anchor FROM clock WHERE boot = ?", now.boot);
  if (row === undefined) return undefined;
  const before = keptOf(row.anchor);
  if (!now.synchronised)
    return before === undefined && heard !== undefined && heard >= earliest
      ? { kept: { stamp: now, wall: heard }, stepped: undefined }
      : undefined;
  const kept = { stamp: now, wall: now.wall };
  if (before === undefined) return { kept, stepped: undefined };
  const offset = before.wall - before.stamp.mono;
  if (Math.abs(offsetOf(now) - offset) > slack_ms) return { kept, stepped: offset };
  return before.stamp.synchronised ? undefined : { kept, stepped: undefined };
}

/**
 * Anchors that stand for labels which the cloud was told untrue. That of this boot is told at this moment, so that it lies behind every stamp that it makes true;
 * while the clock is not set it is told once, for it holds for what comes later too.
 */
function owed(reads: Reads, now: Stamp): { kept: Kept; off: number }[] {
  return reads
    .all<ClockRow & object>("SELECT boot, number, anchor, doubt FROM clock WHERE doubt IS NOT NULL AND anchor IS NOT NULL ORDER BY number")
    .flatMap(({ boot, anchor, doubt: off }) => {
      const kept = keptOf(anchor);
      if (kept === undefined || off === null) return [];
      if (boot !== now.boot) return [{ kept, off }];
      if (now.synchronised) return [{ kept: { stamp: now, wall: now.wall }, off }];
      return kept.told === true ? [] : [{ kept: { stamp: now, wall: trueTime(now, { ...kept.stamp, wall: kept.wall }) }, off }];
    });
}

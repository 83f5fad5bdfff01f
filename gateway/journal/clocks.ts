// What the journal knows of the machine's clocks: the order of its boots, and for each the newest moment at which the wall clock was true: its anchor.
// A stamp keeps what the clocks said; its true time is derived from the anchor of its boot. So nothing is rewritten, and nothing is lost when a clock steps.
import { type Stamp, trueTime, type Wall } from "#protocols/vocabulary/time.ts";
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

interface ClockRow {
  boot: string;
  number: number;
  anchor: string | null;
  doubt: number | null;
}

function anchorOf(reads: Reads, boot: string): Stamp | undefined {
  const row = reads.get<{ anchor: string | null }>("SELECT anchor FROM clock WHERE boot = ?", boot);
  return row?.anchor == null ? undefined : (JSON.parse(row.anchor) as Stamp);
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

/** Asked every second. true: there is something to write. */
export function isClockNews(reads: Reads, now: Stamp): boolean {
  return newAnchor(reads, now) !== undefined || owed(reads, now).length > 0;
}

/** The anchor of this boot moves when there is none, or the clock was stepped; whoever has been told untrue labels is told the anchor. */
export function writeClock(tx: Transaction, now: Stamp): void {
  const fresh = newAnchor(tx, now);
  if (fresh !== undefined) {
    tx.run("UPDATE clock SET anchor = ? WHERE boot = ?", JSON.stringify(now), now.boot);
    if (fresh.stepped !== undefined) tx.run("UPDATE clock SET doubt = coalesce(doubt, ?) WHERE boot = ?", fresh.stepped, now.boot);
  }
  for (const { boot, anchor, off } of owed(tx, now)) {
    tx.event("clock.anchored", { off_ms: offsetOf(anchor) - off }, anchor);
    tx.run("UPDATE clock SET doubt = NULL WHERE boot = ?", boot);
  }
}

/** `stepped`: what the clocks were apart before. */
function newAnchor(reads: Reads, now: Stamp): { stepped: number | undefined } | undefined {
  if (!now.synchronised) return undefined;
  const row = reads.get<Pick<ClockRow, "anchor">>("SELECT anchor FROM clock WHERE boot = ?", now.boot);
  if (row === undefined) return undefined;
  if (row.anchor === null) return { stepped: undefined };
  const before = offsetOf(JSON.parse(row.anchor) as Stamp);
  return Math.abs(offsetOf(now) - before) > slack_ms ? { stepped: before } : undefined;
}

/** Anchors that stand for labels which the cloud was told untrue. That of this boot is `now` itself: it lies behind every stamp that it makes true. */
function owed(reads: Reads, now: Stamp): { boot: string; anchor: Stamp; off: number }[] {
  return reads
    .all<ClockRow & object>("SELECT boot, number, anchor, doubt FROM clock WHERE doubt IS NOT NULL AND anchor IS NOT NULL ORDER BY number")
    .flatMap(({ boot, anchor, doubt: off }) => {
      if (anchor === null || off === null || (boot === now.boot && !now.synchronised)) return [];
      return [{ boot, anchor: boot === now.boot ? now : (JSON.parse(anchor) as Stamp), off }];
    });
}

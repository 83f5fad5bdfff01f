// Shadow: the lanes read, price and keep their books while another system opens the gates. Nothing is commanded but for a fire. One switch goes live, and the same one goes back.
import { dayBegins } from "#gateway/core/parking/pass-price.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";

export interface ShadowState {
  readonly mode: "live" | "shadow";
  readonly since: number | null;
  readonly person: string | null;
  readonly reason: string | null;
}

export interface ShadowOrder {
  readonly mode: "live" | "shadow";
  readonly person: string;
  readonly reason: string;
}

interface Row {
  number: number;
  from_at: number;
  until_at: number | null;
  person: string;
  reason: string;
}

const newest = (reads: Reads): Row | undefined => reads.get<Row>("SELECT * FROM shadow_span ORDER BY number DESC LIMIT 1");

export const inShadow = (reads: Reads): boolean => reads.get("SELECT 1 FROM shadow_span WHERE until_at IS NULL LIMIT 1") !== undefined;

export function shadowState(reads: Reads): ShadowState {
  const row = newest(reads);
  if (row === undefined) return { mode: "live", since: null, person: null, reason: null };
  if (row.until_at === null) return { mode: "shadow", since: row.from_at, person: row.person, reason: row.reason };
  return { mode: "live", since: row.until_at, person: row.person, reason: row.reason };
}

/** Switched to what it is already, nothing is written. */
export function switchShadow(tx: Transaction, { mode, person, reason }: ShadowOrder, now: Stamp): ShadowState {
  const is = inShadow(tx);
  if (is === (mode === "shadow")) return shadowState(tx);
  if (mode === "shadow") tx.run("INSERT INTO shadow_span (from_at, person, reason) VALUES (?, ?, ?)", now.wall, person, reason);
  else tx.run("UPDATE shadow_span SET until_at = ?, person = ?, reason = ? WHERE until_at IS NULL", now.wall, person, reason);
  tx.event("site.shadow", { mode, person, reason });
  return shadowState(tx);
}

/** Events go to the cloud and are forgotten here: what a day in the shadow is told by is counted beside them. Midnights are China's. */
export function countInShadow(
  tx: Transaction,
  what: "opening" | "passage" | `exception ${string}`,
  { now, count = 1 }: { now: Stamp; count?: number },
): void {
  if (count < 1 || !inShadow(tx)) return;
  tx.run(
    "INSERT INTO shadow_day (day, what, count) VALUES (?, ?, ?) ON CONFLICT (day, what) DO UPDATE SET count = count + excluded.count",
    ...[dayBegins(now.wall), what, count],
  );
}

export const countedInShadow = (reads: Reads, day: number): ReadonlyMap<string, number> =>
  new Map(
    reads
      .all<{ what: string; count: number }>("SELECT what, count FROM shadow_day WHERE day = ?", day)
      .map(({ what, count }) => [what, count]),
  );

/** What left then was let out by the other system, and paid there. */
export const leftInShadow = (reads: Reads, gone: number): boolean =>
  reads.get("SELECT 1 FROM shadow_span WHERE from_at <= ? AND (until_at IS NULL OR until_at > ?) LIMIT 1", gone, gone) !== undefined;

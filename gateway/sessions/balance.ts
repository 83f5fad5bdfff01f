// What the meters counted and no bill has: between the end of one session and the beginning of the next on the same socket. A number that grows is a relay that leaks, or a theft.
import type { Reads } from "../journal/journal.ts";

interface Metered {
  readonly socket: string;
  readonly first_mWh: number | null;
  readonly meter_mWh: number | null;
}

/** `shows`: what each socket's counter shows now, and what it showed when it was new here is its first session's. A counter that stands lower was reset meanwhile: nothing can be said of that gap. */
export function declaredLoss(reads: Reads, shows: ReadonlyMap<string, number>): number {
  const last = new Map<string, number>();
  let sum = 0;
  const gap = (socket: string, next: number): void => {
    const before = last.get(socket);
    if (before !== undefined && next >= before) sum += next - before;
  };
  for (const { socket, first_mWh, meter_mWh } of reads.all<Metered>(
    "SELECT socket, first_mWh, meter_mWh FROM charge_account WHERE first_mWh IS NOT NULL ORDER BY rowid",
  )) {
    if (first_mWh !== null) gap(socket, first_mWh);
    if (meter_mWh !== null) last.set(socket, meter_mWh);
  }
  for (const [socket, now] of shows) gap(socket, now);
  return sum;
}

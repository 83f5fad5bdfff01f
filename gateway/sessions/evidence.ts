// What is kept of each charge: its curve, a point every half minute; and around whatever protection did or warned of, ten minutes before and after, reading by reading.
import type { Stamp, Wall } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import type { SocketReading, SpooledFact } from "../link/messages.ts";

export interface Point {
  readonly at: number;
  readonly power_mW: number | null;
  readonly current_mA: number | null;
  readonly temperature_mC: number | null;
  readonly voltage_mV: number | null;
}

export interface Evidence {
  seen(readings: readonly SocketReading[], at: Stamp): void;
  /** Facts that were taken just now, in the transaction that took them. */
  facts(tx: Transaction, fresh: readonly SpooledFact[]): void;
  keep(tx: Transaction, at: Stamp): void;
}

const around_ms = 10 * 60_000;
/** Long enough for any question of the next month; older ones are in the cloud's telemetry. */
const kept_ms = 40 * 86_400_000;
const about = new Set(["cut", "welded", "warned", "load-shed"]);

/** `reads`, `now`: what happened less than ten minutes before this start is gone on with. */
export function startEvidence({ reads, now }: { readonly reads: Reads; readonly now: Wall }): Evidence {
  /** Newest last; at most ten minutes of readings a second. */
  const rings = new Map<string, Point[]>();
  /** Not written yet, of windows that are still open. */
  const pending = new Map<string, Point[]>();
  const until = new Map<string, number>();
  for (const { socket, at, fact } of reads.all<{ socket: string; at: number; fact: string }>(
    "SELECT socket, at, fact FROM socket_fact WHERE at > ? ORDER BY at",
    now - around_ms,
  ))
    if (about.has((JSON.parse(fact) as { kind: string }).kind)) until.set(socket, at + around_ms);
  let charging: readonly { readonly socket: string; readonly point: Point }[] = [];
  let pruned = 0;

  const write = (tx: Transaction, socket: string, points: readonly Point[]): void => {
    for (const { at, power_mW, current_mA, temperature_mC, voltage_mV } of points)
      tx.run(
        "INSERT OR IGNORE INTO socket_moment (socket, at, power_mW, current_mA, temperature_mC, voltage_mV) VALUES (?, ?, ?, ?, ?, ?)",
        ...[socket, at, power_mW, current_mA, temperature_mC, voltage_mV],
      );
  };

  return {
    seen(readings, { wall }) {
      const now: { socket: string; point: Point }[] = [];
      for (const { socket, quality, age_ms, state, power_mW, current_mA, temperature_mC, voltage_mV } of readings) {
        if (quality !== "good") continue;
        // Where nothing flows there is nothing to remember, but for what follows an event.
        const point: Point = { at: wall - age_ms, power_mW, current_mA, temperature_mC, voltage_mV };
        const open = (until.get(socket) ?? 0) > wall;
        if (state === "charging" || rings.has(socket)) remember(rings, socket, { point, wall, state });
        if (open) pending.set(socket, [...(pending.get(socket) ?? []), point]);
        if (state === "charging") now.push({ socket, point });
      }
      charging = now;
    },
    facts(tx, fresh) {
      for (const { id, at, fact } of fresh) {
        if (!("socket" in fact) || fact.socket === null) continue;
        const { socket } = fact;
        tx.run("INSERT INTO socket_fact (socket, at, n, fact) VALUES (?, ?, ?, ?)", socket, at.wall, id, JSON.stringify(fact));
        if (!about.has(fact.kind)) continue;
        write(tx, socket, rings.get(socket) ?? []);
        until.set(socket, at.wall + around_ms);
      }
    },
    keep(tx, { wall }) {
      for (const [socket, points] of pending) write(tx, socket, points);
      pending.clear();
      for (const { socket, point } of charging) {
        const charge = tx.get<{ session: string }>("SELECT session FROM charge WHERE socket = ? AND state = 'open'", socket);
        if (charge === undefined) continue;
        const { at, power_mW, current_mA, temperature_mC, voltage_mV } = point;
        tx.run(
          "INSERT OR IGNORE INTO charge_curve (session, at, power_mW, current_mA, temperature_mC, voltage_mV) VALUES (?, ?, ?, ?, ?, ?)",
          ...[charge.session, at, power_mW, current_mA, temperature_mC, voltage_mV],
        );
      }
      if (wall - pruned < 86_400_000) return;
      pruned = wall;
      for (const table of ["charge_curve", "socket_moment", "socket_fact"]) tx.run(`DELETE FROM ${table} WHERE at < ?`, wall - kept_ms);
    },
  };
}

/** Once idle for ten minutes a socket is forgotten. */
function remember(rings: Map<string, Point[]>, socket: string, now: { point: Point; wall: number; state: SocketReading["state"] }): void {
  const ring = rings.get(socket) ?? [];
  rings.set(socket, ring);
  // An idle socket adds nothing; what it did before grows old.
  if (now.state === "charging" || ring.length > 0) ring.push(now.point);
  const first = ring.findIndex(({ at }) => at >= now.wall - around_ms);
  if (first > 0) ring.splice(0, first);
  if (now.state !== "charging" && ring.every(({ power_mW }) => power_mW === 0)) rings.delete(socket);
}

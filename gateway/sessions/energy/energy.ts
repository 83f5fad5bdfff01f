// A meter above a group of sockets, day by day: its counter and theirs are stepped together whenever it answers, written down, and judged when the civil day is over.
import { type Stamp, toRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import { meterStep } from "../../core/charging/meter.ts";
import { judgeDay } from "../../core/charging/reconcile.ts";
import type { Journal, Transaction } from "../../journal/journal.ts";
import type { SocketReading } from "../../link/messages.ts";

export interface EnergyGroup {
  readonly meter: string;
  readonly ratio: number;
  readonly sockets: readonly string[];
  readonly bound_permille: number;
}

interface Row {
  readonly day: string;
  readonly counter_mWh: number;
  readonly at_wall: number;
  readonly metered_mWh: number;
  readonly delivered_mWh: number;
  readonly unseen: number;
}
interface SocketRow {
  readonly counter_mWh: number;
  readonly at_wall: number;
}

/** Two digits behind the point, six before: then it begins again at 0. */
const wrap_mWh = 1_000_000_000_000;
/** What a direct-connected three-phase meter of 100 A can count; a socket of ours never draws more than the other. */
const meterMost_mW = 80_000_000;
const socketMost_mW = 7_000_000;
/** What a reading may lag behind. */
const slack_ms = 30_000;
/** Older at the end of the day than this: part of the day was not seen. */
const stale_ms = 10 * 60_000;
/** A day whose meter has not answered so long after its end is closed without it. */
const closes_ms = 3_600_000;

const dayOf = (at: Wall): string => toRfc3339(at).slice(0, 10);
const rowOf = (tx: Pick<Transaction, "get">, meter: string): Row | undefined =>
  tx.get<Row>("SELECT * FROM energy_day WHERE meter = ?", meter);
const socketOf = (tx: Pick<Transaction, "get">, socket: string): SocketRow | undefined =>
  tx.get<SocketRow>("SELECT * FROM energy_socket WHERE socket = ?", socket);
const passed = (from: number, to: number): number => Math.max(0, to - from) + slack_ms;

function write(tx: Transaction, meter: string, row: Row): void {
  tx.run(
    `INSERT INTO energy_day (meter, day, counter_mWh, at_wall, metered_mWh, delivered_mWh, unseen) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (meter) DO UPDATE SET day = excluded.day, counter_mWh = excluded.counter_mWh, at_wall = excluded.at_wall,
       metered_mWh = excluded.metered_mWh, delivered_mWh = excluded.delivered_mWh, unseen = excluded.unseen`,
    ...[meter, row.day, row.counter_mWh, row.at_wall, row.metered_mWh, row.delivered_mWh, row.unseen],
  );
}

function close(tx: Transaction, { meter, sockets, bound_permille }: EnergyGroup, row: Row, at: Stamp): void {
  const late = sockets.filter((socket) => (socketOf(tx, socket)?.at_wall ?? 0) < row.at_wall - stale_ms).length;
  const { verdict, loss_permille, words } = judgeDay({ ...row, unseen: row.unseen + late }, bound_permille);
  const data = { device: meter, day: row.day, metered_mWh: row.metered_mWh, delivered_mWh: row.delivered_mWh, ...words };
  if (loss_permille === null) tx.event("energy.unjudged", data, at);
  else if (verdict === "lost" || verdict === "surplus")
    tx.event("energy.unbalanced", { ...data, cause: verdict, value: loss_permille, limit: bound_permille, unit: "‰" }, at);
  else tx.event("energy.balanced", { ...data, value: loss_permille, limit: bound_permille, unit: "‰" }, at);
}

/** The meter has answered. Where the hour is not known no day ends, and counting goes on. */
export function meterSaid(
  journal: Journal,
  group: EnergyGroup,
  { counter_mWh, readings, at }: { readonly counter_mWh: number; readonly readings: readonly SocketReading[]; readonly at: Stamp },
): void {
  journal.commit((tx) => {
    const before = rowOf(tx, group.meter);
    const today = at.synchronised || before === undefined ? dayOf(at.wall) : before.day;
    const ended = before !== undefined && before.day !== today;
    if (ended && before.day < today) close(tx, group, before, at);
    const fresh = { day: today, counter_mWh, at_wall: at.wall, metered_mWh: 0, delivered_mWh: 0, unseen: 0 };
    const base = before === undefined || ended ? fresh : before;
    let { metered_mWh, delivered_mWh, unseen } = base;
    if (before !== undefined) {
      const { energy_mWh, how } = meterStep(before.counter_mWh, counter_mWh, {
        ms: passed(before.at_wall, at.wall),
        most_mW: meterMost_mW,
        wrap_mWh,
      });
      if (energy_mWh === null || how === "reset") unseen += 1;
      metered_mWh += (energy_mWh ?? 0) * group.ratio;
    }
    for (const socket of group.sockets) {
      const reading = readings.find((one) => one.socket === socket);
      if (reading?.quality !== "good" || reading.energy_mWh === null) continue;
      const last = socketOf(tx, socket);
      const about = { ms: passed(last?.at_wall ?? at.wall, at.wall), most_mW: socketMost_mW };
      const { energy_mWh, how } = meterStep(last?.counter_mWh ?? null, reading.energy_mWh, about);
      // First seen together with the meter it begins to count; first seen later, part of the day is missing.
      if (how === "replaced" || how === "reset" || (how === "unseen" && before !== undefined)) unseen += 1;
      delivered_mWh += energy_mWh ?? 0;
      tx.run(
        "INSERT INTO energy_socket (socket, counter_mWh, at_wall) VALUES (?, ?, ?) ON CONFLICT (socket) DO UPDATE SET counter_mWh = excluded.counter_mWh, at_wall = excluded.at_wall",
        ...[socket, reading.energy_mWh, at.wall],
      );
    }
    write(tx, group.meter, { day: today, counter_mWh, at_wall: at.wall, metered_mWh, delivered_mWh, unseen });
  });
}

/** It has not answered: a day that has been over for an hour is closed, and said not to be judged; the next begins with what it has missed. */
export function meterSilent(journal: Journal, group: EnergyGroup, at: Stamp): void {
  const row = rowOf(journal, group.meter);
  if (row === undefined || !at.synchronised || row.day >= dayOf((at.wall - closes_ms) as Wall)) return;
  journal.commit((tx) => {
    close(tx, group, { ...row, unseen: row.unseen + 1 }, at);
    write(tx, group.meter, { ...row, day: dayOf(at.wall), metered_mWh: 0, delivered_mWh: 0, unseen: 1 });
  });
}

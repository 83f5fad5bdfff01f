// How many places of a lot are taken: by its visits, and by what the boards counted since a person counted last. Where the two differ a person is told; a count sets both straight.
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { LaneConfig, LotConfig } from "../config/schema.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { boardRow } from "./counting.ts";
import { readStamp } from "./visits.ts";

export interface Ground {
  readonly lots: readonly LotConfig[];
  readonly lanes: readonly LaneConfig[];
}

export interface Places {
  readonly lot: string;
  readonly capacity: number;
  /** Visits that stand in this lot's own area; a car in a lot within it stands there. */
  readonly visits: number;
  /** By the boards since the last count; null: nobody has counted, or a board was replaced since. */
  readonly boards: number | null;
  readonly taken: number;
  /** Never below 0. */
  readonly free: number;
  readonly counted: { readonly at: Stamp; readonly person: string; readonly cars: number } | null;
}

/** The lots that lie within this one, at any depth. */
export function lotsWithin(lots: readonly LotConfig[], lot: string): string[] {
  const direct = lots.filter(({ within }) => within === lot).map(({ id }) => id);
  return direct.flatMap((id) => [id, ...lotsWithin(lots, id)]);
}

function visitsIn(reads: Reads, { lots }: Ground, lot: string): number {
  const inner = lotsWithin(lots, lot);
  const marks = inner.map(() => "?").join(", ");
  const elsewhere =
    inner.length === 0
      ? ""
      : ` AND NOT EXISTS (SELECT 1 FROM visit i WHERE i.plate = v.plate AND i.lot IN (${marks}) AND i.state <> 'gone' AND i.turned_back IS NULL)`;
  const sql = `SELECT count(*) AS n FROM visit v WHERE v.lot = ? AND v.state <> 'gone' AND v.turned_back IS NULL AND v.entry_lost = 0${elsewhere}`;
  return reads.get<{ n: number }>(sql, lot, ...inner)?.n ?? 0;
}

/** Lanes at this area's edge: what a passage adds to it. The way into a lot within it leads out of its own area. */
const edgeOf = ({ lots, lanes }: Ground, lot: string): { readonly lane: string; readonly adds: 1 | -1 }[] => {
  const inner = new Set(lots.filter(({ within }) => within === lot).map(({ id }) => id));
  return lanes.flatMap(({ id, lot: of, direction }) => {
    if (of === lot) return [{ lane: id, adds: direction === "entry" ? (1 as const) : (-1 as const) }];
    return inner.has(of) ? [{ lane: id, adds: direction === "entry" ? (-1 as const) : (1 as const) }] : [];
  });
};

interface CountRow {
  counted: number;
  passed: string;
  person: string;
  at: string;
}
const countRow = (reads: Reads, lot: string): CountRow | undefined =>
  reads.get<CountRow>("SELECT counted, passed, person, at FROM lot_count WHERE lot = ?", lot);

/** No lane sees more cars than this between two counts: the board is another one. */
const mostPassed = 1_000_000;

/** Beside the lane's passages: no id has a space. */
const againstOf = (lane: string): string => `${lane} against`;

function boardsSince(reads: Reads, ground: Ground, { lot, row }: { lot: string; row: CountRow }): number | null {
  const base = JSON.parse(row.passed) as Readonly<Record<string, number>>;
  let cars = row.counted;
  for (const { lane, adds } of edgeOf(ground, lot)) {
    const now = boardRow(reads, lane);
    if (now === undefined) continue;
    const passed = now.passed - (base[lane] ?? Number.NaN);
    // A board that began to tell it after the count is counted from there.
    const before = base[againstOf(lane)];
    const against = before === undefined || now.against === undefined ? 0 : now.against - before;
    if (![passed, against].every((more) => more >= 0 && more < mostPassed)) return null;
    // Out by the way in, or in by the way out.
    cars += adds * (passed - against);
  }
  return cars;
}

export function placesOf(reads: Reads, ground: Ground, lot: string): Places {
  const capacity = ground.lots.find(({ id }) => id === lot)?.capacity ?? 0;
  const visits = visitsIn(reads, ground, lot);
  const row = countRow(reads, lot);
  const boards = row === undefined ? null : boardsSince(reads, ground, { lot, row });
  const taken = Math.max(0, boards ?? visits);
  const counted = row === undefined ? null : { at: readStamp(row.at), person: row.person, cars: row.counted };
  return { lot, capacity, visits, boards, taken, free: Math.max(0, capacity - taken), counted };
}

/** Of a lot and of what lies within it: a car that may only cross the outer one finds its place inside. */
export const freeFor = (reads: Reads, ground: Ground, lot: string): number =>
  [lot, ...lotsWithin(ground.lots, lot)].reduce((sum, one) => sum + placesOf(reads, ground, one).free, 0);

export interface Recount {
  readonly counted: number;
  readonly person: string;
  readonly reason: string;
}

/** A person has counted: from here on the boards go on counting from that number. Answers what was thought before. */
export function recount(
  tx: Transaction,
  ground: Ground,
  { lot, now, counted, person, reason }: Recount & { lot: string; now: Stamp },
): Places {
  const before = placesOf(tx, ground, lot);
  const passed = Object.fromEntries(
    edgeOf(ground, lot).flatMap(({ lane }) => {
      const row = boardRow(tx, lane);
      if (row === undefined) return [];
      return row.against === undefined
        ? [[lane, row.passed] as const]
        : [[lane, row.passed] as const, [againstOf(lane), row.against] as const];
    }),
  );
  tx.run(
    "INSERT INTO lot_count (lot, counted, passed, person, reason, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (lot) DO UPDATE SET counted = excluded.counted, passed = excluded.passed, person = excluded.person, reason = excluded.reason, at = excluded.at, drift_told = 0",
    lot,
    counted,
    JSON.stringify(passed),
    person,
    reason,
    JSON.stringify(now),
  );
  tx.event("lot.recounted", { lot, counted, visits: before.visits, boards: before.boards, person, reason });
  return before;
}

/** Cars by which the two may differ: those that are just at a gate, and a few that nobody is to be called for. */
const driftAllowed = (capacity: number): number => Math.max(3, Math.ceil(capacity / 50));

/** Told once, until the two agree again or somebody counts. */
export function checkDrift(tx: Transaction, ground: Ground): void {
  for (const { id, capacity } of ground.lots) {
    const { visits, boards } = placesOf(tx, ground, id);
    if (boards === null) continue;
    const apart = Math.abs(visits - boards) > driftAllowed(capacity) ? 1 : 0;
    const changed = tx.run("UPDATE lot_count SET drift_told = ? WHERE lot = ? AND drift_told <> ?", apart, id, apart).changes;
    if (changed > 0 && apart === 1) tx.event("lot.drifted", { lot: id, visits, boards });
  }
}

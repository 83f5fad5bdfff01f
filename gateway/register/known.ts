// What a car has when its price is asked: passes with the other cars of their spaces, coupons that are its own, its class, its charging.
import { type PassState, passState } from "#gateway/core/parking/pass-price.ts";
import type { Coupon, Pass, Stay } from "#gateway/core/parking/tariff.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { dayMs, type Stamp, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";

interface Car {
  readonly lot: string;
  readonly plate: Plate;
  readonly visit: string;
}

interface PassRow {
  id: string;
  spaces: number;
  from_at: number;
  until_at: number;
  suspended: string;
  grace_days: number;
  since: number | null;
  upto: number | null;
}

export function passesOf(reads: Reads, { lot, plate }: Car, stay: { entered: Wall; left: Wall }): Pass[] {
  return reads
    .all<PassRow>(
      "SELECT p.id, p.spaces, p.from_at, p.until_at, p.suspended, p.grace_days, o.from_at AS since, o.until_at AS upto FROM pass p JOIN pass_plate o ON o.pass = p.id WHERE o.plate = ? AND p.lot = ? AND p.withdrawn = 0 ORDER BY p.id",
      plate,
      lot,
    )
    .map((row) => ({
      id: row.id,
      ...spanFor(row),
      suspended: (JSON.parse(row.suspended) as [number, number][]).map(([from, until]) => ({ from: wall(from), until: wall(until) })),
      spaces: { count: row.spaces, others: othersOf(reads, { pass: row.id, lot, plate }, stay) },
    }));
}

/** The pass, with the days after its end in which it may still be renewed; less, for a car that only stands in for another one. */
const spanFor = ({ from_at, until_at, grace_days, since, upto }: PassRow): { from: Wall; until: Wall } => ({
  from: wall(Math.max(from_at, since ?? from_at)),
  until: wall(Math.min(until_at + grace_days * dayMs, upto ?? Number.MAX_SAFE_INTEGER)),
});

/** What a display says of this car's pass: the one that holds longest. */
export function passStateOf(reads: Reads, { lot, plate }: Pick<Car, "lot" | "plate">, now: Wall): PassState | undefined {
  const row = reads.get<{ from_at: number; until_at: number; grace_days: number }>(
    "SELECT p.from_at, p.until_at, p.grace_days FROM pass p JOIN pass_plate o ON o.pass = p.id WHERE o.plate = ? AND p.lot = ? AND p.withdrawn = 0 AND p.kind = 'pass' AND p.from_at <= ? AND (o.until_at IS NULL OR o.until_at > ?) ORDER BY p.until_at DESC LIMIT 1",
    ...[plate, lot, now, now],
  );
  return row && passState({ from: wall(row.from_at), until: wall(row.until_at) }, now, row.grace_days);
}

/** The other cars of a pass, when they were inside: each plate's stays that touch this one. A plate that is inside twice is one car: its newest stay. */
function othersOf(
  reads: Reads,
  of: { pass: string; lot: string; plate: Plate },
  stay: { entered: Wall; left: Wall },
): { entered: Wall; left?: Wall }[] {
  const rows = reads.all<{ plate: string; entered: string; gone: string | null; state: string }>(
    "SELECT v.plate, v.entered, v.gone, v.state FROM visit v JOIN pass_plate o ON o.plate = v.plate WHERE o.pass = ? AND v.lot = ? AND v.plate <> ? AND v.entered_at <= ? ORDER BY v.entered_at DESC LIMIT 400",
    of.pass,
    of.lot,
    of.plate,
    stay.left,
  );
  const inside = new Set<string>();
  return rows.flatMap((row) => {
    const entered = (JSON.parse(row.entered) as Stamp).wall;
    if (row.gone !== null) {
      const left = (JSON.parse(row.gone) as Stamp).wall;
      return left > stay.entered ? [{ entered, left }] : [];
    }
    if (inside.has(row.plate)) return [];
    inside.add(row.plate);
    return [{ entered }];
  });
}

/** Not withdrawn, not used by another stay, and still good when this was asked. */
export function couponsOf(reads: Reads, { lot, plate, visit }: Car, asked: Wall): Coupon[] {
  return reads
    .all<{ id: string; coupon: string; given_at: number }>(
      "SELECT id, coupon, given_at FROM coupon WHERE plate = ? AND lot = ? AND withdrawn = 0 AND (visit = ? OR (visit IS NULL AND (until_at IS NULL OR until_at >= ?))) ORDER BY given_at, id LIMIT 20",
      plate,
      lot,
      visit,
      asked,
    )
    .map((row) => ({ ...(JSON.parse(row.coupon) as Coupon), id: row.id, presented: wall(row.given_at) }));
}

/** The coupons that a settled bill used are spent, by this stay. */
export function useCoupons(
  tx: Transaction,
  bill: { id: string; visit: string; lines: readonly { coupon?: string; amount: number }[] },
): void {
  for (const id of new Set(bill.lines.flatMap((line) => line.coupon ?? []))) {
    // What it took off, where that is a sum of its own: a shop's account is made of these.
    const worth = bill.lines.reduce((sum, line) => (line.coupon === id ? sum - line.amount : sum), 0);
    const { changes } = tx.run(
      "UPDATE coupon SET visit = ?, bill = ?, worth_fen = ? WHERE id = ? AND visit IS NULL",
      ...[bill.visit, bill.id, worth, id],
    );
    if (changes > 0) tx.event("coupon.used", { coupon: id, visit: bill.visit, bill: bill.id });
  }
}

export function vehicleOf(reads: Reads, plate: Plate): Pick<Stay, "class" | "bays" | "operating"> {
  const row = reads.get<{ class: string | null; bays: number | null; operating: number | null }>(
    "SELECT class, bays, operating FROM vehicle WHERE plate = ?",
    plate,
  );
  return {
    ...(row?.class == null ? {} : { class: row.class }),
    ...(row?.bays == null ? {} : { bays: row.bays }),
    ...(row?.operating == null ? {} : { operating: row.operating === 1 }),
  };
}

export const chargingOf = (reads: Reads, plate: Plate, stay: { entered: Wall; left: Wall }): NonNullable<Stay["charging"]> =>
  reads
    .all<{ from_at: number; until_at: number; energy_mWh: number }>(
      "SELECT from_at, until_at, energy_mWh FROM car_charging WHERE plate = ? AND from_at < ? AND until_at > ? ORDER BY from_at",
      plate,
      stay.left,
      stay.entered,
    )
    .map((row) => ({ from: wall(row.from_at), until: wall(row.until_at), energy_mWh: row.energy_mWh }));

// What was put in, to be looked through: by plate or from the beginning, a page at a time.
import type { RegisterListed, RegisterTable } from "#protocols/api/register.ts";
import { displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { Reads } from "../journal/journal.ts";

const page = 100;

export interface Wanted {
  readonly list: RegisterTable["list"];
  readonly plate: Plate | undefined;
  readonly after: string;
}

type Cells = RegisterListed["rows"][number];
type Row = Record<string, string | number | null>;

/** As a table of coupons has it: percent, minutes, or yuan. */
const numberIn = ({ percent, minutes, amount }: Readonly<Record<string, unknown>>): number | null =>
  typeof percent === "number" ? percent : typeof minutes === "number" ? minutes : typeof amount === "number" ? amount / 100 : null;

const timeText = (at: Row[string] | undefined): string | null => (typeof at === "number" ? toRfc3339(wall(at)) : null);

export function listed(reads: Reads, { list, plate, after }: Wanted): RegisterListed {
  const key = list === "vehicles" ? "plate" : "id";
  const rows = reads.all<Row>(queries[list], after, plate ?? null, plate ?? null, page + 1);
  const shown = rows.slice(0, page);
  return { rows: shown.map((row) => cellsOf(reads, list, row)), next: rows.length > page ? String(shown.at(-1)?.[key]) : null };
}

const queries: Readonly<Record<RegisterTable["list"], string>> = {
  passes:
    "SELECT * FROM pass WHERE kind = 'pass' AND id > ? AND (? IS NULL OR id IN (SELECT pass FROM pass_plate WHERE plate = ?)) ORDER BY id LIMIT ?",
  coupons: "SELECT * FROM coupon WHERE id > ? AND (? IS NULL OR plate = ?) ORDER BY id LIMIT ?",
  visitors:
    "SELECT * FROM pass WHERE kind = 'visitor' AND id > ? AND (? IS NULL OR id IN (SELECT pass FROM pass_plate WHERE plate = ?)) ORDER BY id LIMIT ?",
  cars: "SELECT * FROM known_car WHERE id > ? AND (? IS NULL OR plate = ?) ORDER BY id LIMIT ?",
  vehicles: "SELECT * FROM vehicle WHERE plate > ? AND (? IS NULL OR plate = ?) ORDER BY plate LIMIT ?",
};

function cellsOf(reads: Reads, list: RegisterTable["list"], row: Row): Cells {
  const shown = (plate: unknown) => displayPlate(String(plate) as Plate);
  if (list === "passes")
    return {
      pass: row.id ?? null,
      lot: row.lot ?? null,
      plates: reads
        .all<{ plate: Plate }>("SELECT plate FROM pass_plate WHERE pass = ? ORDER BY plate", row.id ?? "")
        .map(({ plate }) => shown(plate)),
      spaces: row.spaces ?? null,
      from: timeText(row.from_at),
      until: timeText(row.until_at),
      withdrawn: row.withdrawn === 1,
      person: row.person ?? null,
    };
  if (list === "visitors")
    return {
      visitor: row.id ?? null,
      lot: row.lot ?? null,
      plate: reads
        .all<{ plate: Plate }>("SELECT plate FROM pass_plate WHERE pass = ? ORDER BY plate", row.id ?? "")
        .map(({ plate }) => shown(plate))
        .join(" "),
      host: row.host ?? null,
      from: timeText(row.from_at),
      until: timeText(row.until_at),
      withdrawn: row.withdrawn === 1,
      person: row.person ?? null,
    };
  if (list === "cars")
    return {
      car: row.id ?? null,
      list: row.list ?? null,
      lot: row.lot ?? null,
      plate: shown(row.plate),
      reason: row.reason ?? null,
      words: row.words ?? null,
      from: timeText(row.from_at),
      until: timeText(row.until_at),
      withdrawn: row.withdrawn === 1,
      person: row.person ?? null,
    };
  if (list === "coupons")
    return {
      coupon: row.id ?? null,
      lot: row.lot ?? null,
      plate: shown(row.plate),
      kind: (JSON.parse(String(row.coupon)) as { kind: string }).kind,
      value: numberIn(JSON.parse(String(row.coupon)) as Readonly<Record<string, unknown>>),
      until: timeText(row.until_at),
      used: row.visit !== null,
      withdrawn: row.withdrawn === 1,
      person: row.person ?? null,
    };
  return {
    plate: shown(row.plate),
    class: row.class ?? null,
    bays: row.bays ?? null,
    operating: row.operating === null ? null : row.operating === 1,
    person: row.person ?? null,
  };
}

// Cars that stand inside when the system is changed: brought from a sheet. With their time of entry they are stays like any other; without it the first stay is free, once a plate.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { canonicalPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { minuteMs, monotonic, type Stamp, type Wall } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { writeBetween } from "../register/between.ts";
import { type CellComplaint, readSheetBetween, type Sheet, type SheetColumn, type When, whenOf } from "../register/sheet.ts";
import type { Tables } from "../register/tables-of.ts";
import type { SiteContext } from "../site-context.ts";
import type { Tariffs } from "./tariffs.ts";
import { openVisit, visitInside } from "./visits.ts";

export interface BroughtCars {
  readonly written: boolean;
  readonly rows: number;
  readonly new: number;
  /** Inside already, or brought before: nothing is written twice. */
  readonly known: number;
  readonly free: number;
  readonly complaints: readonly CellComplaint[];
  readonly ignored: readonly string[];
}

const columns: readonly SheetColumn[] = [
  {
    key: "plate",
    names: ["车牌", "车牌号", "车牌号码", "号牌", "号牌号码", "plate", "plate number"],
    needed: true,
    example: "闽C12345",
    read: (cell) => canonicalPlate(cell),
  },
  {
    key: "entered",
    names: ["入场时间", "进场时间", "入场日期", "进场日期", "入口时间", "entered", "entry time"],
    example: "2026-11-25 08:30",
    read: whenOf,
  },
];

/** A time of entry that somebody wrote down; it shares no boot with us. */
const writtenStamp = (at: Wall): Stamp => ({ wall: at, mono: monotonic(0), boot: "sheet", synchronised: true });

export async function bringCars(
  context: SiteContext,
  tariffs: Tariffs,
  { tables, lot, dry_run, only_right }: { tables: Tables; lot: string; dry_run: boolean; only_right: boolean },
): Promise<BroughtCars | Refusal> {
  const { journal, clock, chance, config } = context;
  const entry = config.lanes.find((lane) => lane.lot === lot && lane.direction === "entry");
  if (entry === undefined) return refusal("no-lot", `没有这个停车场，或它没有入口：${lot}`, `no such lot, or it has no entry: ${lot}`);
  const { rows, complaints: found, ignored } = await readSheetBetween(tables, columns);
  const complaints = [...found];
  const now = clock.stamp();
  const bad = new Set(found.map(({ line }) => line));
  for (const { line, values } of rows) {
    const entered = values.entered as When | undefined;
    if (entered === undefined || entered.at <= now.wall + minuteMs) continue;
    bad.add(line);
    complaints.push({ cell: `A${line}`, line, column: "", value: "", zh: "入场时间在将来", en: "it came in the future" });
  }
  const sums = { new: 0, known: 0, free: 0 };
  const write = !dry_run && (complaints.length === 0 || only_right);
  const seen = new Set<Plate>();
  const bring = (tx: Transaction, { line, values }: Sheet["rows"][number]): void => {
    if (bad.has(line)) return;
    const plate = values.plate as Plate;
    const entered = values.entered as When | undefined;
    const before =
      seen.has(plate) ||
      visitInside(tx, lot, plate) !== undefined ||
      tx.get("SELECT 1 FROM brought WHERE lot = ? AND plate = ?", lot, plate) !== undefined;
    seen.add(plate);
    sums[before ? "known" : "new"] += 1;
    if (before) return;
    if (entered === undefined) sums.free += 1;
    if (!write) return;
    const visit = chance.id();
    const at = entered === undefined ? now : writtenStamp(entered.at);
    const under = { tariff: tariffs.label(lot, at.wall), tariffHash: tariffs.hash(lot) };
    openVisit(tx, {
      id: visit,
      lot,
      plate,
      colour: "unknown",
      entryLane: entry.id,
      entered: at,
      ...under,
      received: null,
      offline: true,
    });
    tx.run(
      "INSERT INTO brought (lot, plate, visit, free, at) VALUES (?, ?, ?, ?, ?)",
      ...[lot, plate, visit, entered === undefined ? 1 : 0, now.wall],
    );
  };
  await writeBetween({ journal }, rows, bring);
  return { written: write, rows: rows.length, ...sums, complaints, ignored };
}

/** This very stay began before the books did, at a time that nobody knows. */
export const isFreeOnce = (reads: Reads, visit: string): boolean =>
  reads.get("SELECT 1 FROM brought WHERE visit = ? AND free = 1", visit) !== undefined;

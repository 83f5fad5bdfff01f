// Passes that are brought from another system's sheet: one card a line or several lines a card. The same sheet again changes nothing; a pass that was paid for here is not set back.
import { createHash } from "node:crypto";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { canonicalPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { dayMs, fromCivil, toCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Transaction } from "../../journal/journal.ts";
import { eachBetween, writeBetween } from "../../register/between.ts";
import { type CellComplaint, endOf, readSheetBetween, type Sheet, type SheetColumn, type When, whenOf } from "../../register/sheet.ts";
import type { Tables } from "../../register/tables-of.ts";
import type { SiteContext } from "../../site-context.ts";
import { passById, writePlates } from "./orders.ts";
import { holderByPass, writeHolder } from "./prices.ts";

export interface Brought {
  readonly written: boolean;
  readonly rows: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Paid for here meanwhile: the sheet's older end is not taken. */
  readonly kept: number;
  readonly complaints: readonly CellComplaint[];
  readonly ignored: readonly string[];
}

export interface Bringing {
  readonly lot: string;
  readonly person: string;
  readonly dry_run: boolean;
  /** Lines without a fault are written although others have one. */
  readonly only_right: boolean;
}

interface Card {
  readonly pass: string;
  readonly plates: Plate[];
  readonly from: Wall;
  readonly until: Wall;
  readonly spaces: number;
  readonly room: string;
  readonly contact: string;
}

const platesIn = (cell: string): Plate[] | undefined => {
  const found = cell
    .split(/[\s,，、;；/|]+/)
    .filter((one) => one !== "")
    .map(canonicalPlate);
  return found.length > 0 && found.every((plate) => plate !== undefined) ? (found as Plate[]) : undefined;
};
const columns: readonly SheetColumn[] = [
  {
    key: "plates",
    names: ["车牌", "车牌号", "车牌号码", "号牌", "号牌号码", "plate", "plates", "plate number"],
    needed: true,
    example: "闽C12345",
    read: platesIn,
  },
  {
    key: "until",
    names: ["到期日期", "到期时间", "到期日", "结束日期", "结束时间", "有效期至", "截止日期", "有效期", "until", "end", "end date"],
    needed: true,
    example: "2026-12-31",
    read: whenOf,
  },
  {
    key: "from",
    names: ["开始日期", "开始时间", "生效日期", "起始日期", "开卡日期", "from", "start", "start date"],
    example: "2026-01-01",
    read: whenOf,
  },
  {
    key: "pass",
    names: ["卡号", "月卡编号", "编号", "月卡号", "pass", "card"],
    example: "A-101",
    read: (cell) => (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(cell) ? cell : undefined),
  },
  {
    key: "spaces",
    names: ["车位数", "车位数量", "spaces"],
    example: "1",
    read: (cell) => (/^[1-9]\d?$/.test(cell) ? Number(cell) : undefined),
  },
  {
    key: "room",
    names: ["房号", "房间号", "住址", "地址", "单元房号", "room", "address"],
    example: "3-1201",
    read: (cell) => cell.slice(0, 64),
  },
  {
    key: "contact",
    names: ["电话", "手机", "手机号", "手机号码", "联系电话", "phone", "telephone"],
    example: "13800000000",
    read: (cell) => cell.slice(0, 40),
  },
];

export async function bringPasses(context: SiteContext, tables: Tables, how: Bringing): Promise<Brought | Refusal> {
  const { journal, clock, config } = context;
  if (!config.lots.some(({ id }) => id === how.lot)) return refusal("no-lot", `没有停车场 ${how.lot}`, `no such lot: ${how.lot}`);
  const { rows, complaints: found, ignored } = await readSheetBetween(tables, columns);
  const complaints = [...found];
  const bad = new Set(found.map(({ line }) => line));
  const cards = await cardsOf(rows, { lot: how.lot, now: clock.wall(), bad, complaints });
  const sums = { new: 0, changed: 0, unchanged: 0, kept: 0 };
  const told = (written: boolean): Brought => ({ written, rows: rows.length, ...sums, complaints, ignored });
  const stops = complaints.length > 0 && !how.only_right;
  const write = !stops && !how.dry_run;
  // Each card is judged and written in one transaction; a dry run judges alone.
  const bring = (tx: Transaction, card: Card): void => {
    const known = passById(tx, card.pass);
    const plates = tx
      .all<{ plate: string }>("SELECT plate FROM pass_plate WHERE pass = ? AND until_at IS NULL ORDER BY plate", card.pass)
      .map(({ plate }) => plate);
    const paid = tx.get("SELECT 1 FROM pass_order WHERE pass = ? AND state = 'paid' LIMIT 1", card.pass) !== undefined;
    const same =
      known !== undefined &&
      known.until_at === card.until &&
      known.spaces === card.spaces &&
      plates.join() === [...card.plates].sort().join() &&
      known.withdrawn === 0;
    const fate = known === undefined ? "new" : paid ? "kept" : same ? "unchanged" : "changed";
    sums[fate] += 1;
    if (!write || fate === "unchanged" || fate === "kept") return;
    const { pass, from, until, spaces, room, contact } = card;
    const begins = known?.from_at ?? from;
    tx.run(
      "INSERT INTO pass (id, lot, spaces, from_at, until_at, suspended, withdrawn, person, at) VALUES (?, ?, ?, ?, ?, '[]', 0, ?, ?) ON CONFLICT (id) DO UPDATE SET spaces = excluded.spaces, from_at = excluded.from_at, until_at = excluded.until_at, withdrawn = 0, person = excluded.person, at = excluded.at",
      ...[pass, how.lot, spaces, begins, until, how.person, clock.wall()],
    );
    writePlates(tx, pass, card.plates);
    const holding = { nth: holderByPass(tx, pass)?.nth ?? 1, spaces };
    writeHolder(
      tx,
      { pass, lot: how.lot, room, contact, plates: card.plates, ...holding },
      { link: context.chance.id(), person: how.person, at: clock.wall() },
    );
    tx.event("pass.written", {
      pass,
      lot: how.lot,
      plates: card.plates,
      spaces,
      from: begins,
      until,
      withdrawn: false,
      person: how.person,
    });
  };
  await writeBetween({ journal }, [...cards.values()], bring);
  return told(write);
}

interface Collecting {
  readonly lot: string;
  readonly now: Wall;
  readonly bad: Set<number>;
  readonly complaints: CellComplaint[];
}

async function cardsOf(rows: Sheet["rows"], { lot, now, bad, complaints }: Collecting): Promise<Map<string, Card>> {
  const cards = new Map<string, Card>();
  const holders = new Map<Plate, string>();
  const complain = (line: number, value: string, zh: string, en: string): void => {
    bad.add(line);
    complaints.push({ cell: `A${line}`, line, column: "", value, zh, en });
  };
  await eachBetween(rows, ({ line, values }) => {
    if (bad.has(line)) return;
    const plates = values.plates as Plate[];
    const until = endOf(values.until as When);
    const { year, month, day } = toCivil(now);
    const from = (values.from as When | undefined)?.at ?? fromCivil({ year, month, day });
    const room = String(values.room ?? "-");
    // A sheet without card numbers: the same room with the same cars is the same card.
    const named = values.pass as string | undefined;
    const pass =
      named ??
      `imp-${createHash("sha256")
        .update(`${lot}|${room}|${[...plates].sort().join()}`)
        .digest("hex")
        .slice(0, 12)}`;
    if (until <= from && values.from !== undefined) {
      complain(line, "", "到期早于开始", "it ends before it begins");
      return;
    }
    const other = plates.find((plate) => holders.has(plate) && holders.get(plate) !== pass);
    if (other !== undefined) {
      complain(line, other, `车牌 ${other} 已在另一张卡上`, `the plate ${other} is on another card`);
      return;
    }
    for (const plate of plates) holders.set(plate, pass);
    const known = cards.get(pass);
    cards.set(pass, {
      pass,
      plates: [...new Set([...(known?.plates ?? []), ...plates])],
      from: wall(Math.min(known?.from ?? from, until > from ? from : until - dayMs)),
      until: wall(Math.max(known?.until ?? until, until)),
      spaces: (values.spaces as number | undefined) ?? known?.spaces ?? 1,
      room: known?.room ?? room,
      contact: known?.contact ?? String(values.contact ?? ""),
    });
  });
  return cards;
}

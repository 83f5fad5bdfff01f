// What people put in is checked whole, and written whole: one wrong line and nothing is taken, with every wrong line told.
import Value from "typebox/value";
import { parseDocument } from "yaml";
import type { Coupon, Version } from "#gateway/core/parking/tariff.ts";
import { RegisterEntries, type RegisterTaken, type RegisterText } from "#protocols/api/register.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { canonicalPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { dayMs, fromRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Transaction } from "../journal/journal.ts";
import type { SiteContext } from "../site-context.ts";
import { eachBetween, writeBetween } from "./between.ts";
import { carWrite, visitorWrite } from "./cars.ts";

/** The rules that are in force at a lot now; undefined: none are. */
export type RulesOf = (lot: string) => Version | undefined;

type Wrong = (where: string, zh: string, en: string) => void;

export interface Fault {
  /** passes[3] */
  readonly where: string;
  readonly zh: string;
  readonly en: string;
}

interface Judging {
  readonly faults: Fault[];
  /** Judges one entry, and answers what would write it. */
  readonly judges: (() => Write)[];
}

function judging(context: SiteContext, rules: RulesOf, entries: RegisterEntries): Judging {
  const faults: Fault[] = [];
  const wrong: Wrong = (where, zh, en) => void faults.push({ where, zh, en });
  const known = new Set(context.config.lots.map((lot) => lot.id));
  const lotOf = (lot: string, where: string): boolean => {
    if (!known.has(lot)) wrong(where, `没有停车场 ${lot}`, `no such lot: ${lot}`);
    return known.has(lot);
  };
  const judges: Judging["judges"] = [
    ...(entries.passes ?? []).map(
      (entry, at) => () => passWrite(entry, { where: `passes[${at}]`, wrong, lotOf, rules, context, person: entries.person }),
    ),
    ...(entries.coupons ?? []).map(
      (entry, at) => () => couponWrite(entry, { where: `coupons[${at}]`, wrong, lotOf, rules, context, person: entries.person }),
    ),
    ...(entries.vehicles ?? []).map(
      (entry, at) => () => vehicleWrite(entry, { where: `vehicles[${at}]`, wrong, lotOf, rules, context, person: entries.person }),
    ),
    ...(entries.charging ?? []).map(
      (entry, at) => () => chargingWrite(entry, { where: `charging[${at}]`, wrong, lotOf, rules, context, person: entries.person }),
    ),
    ...(entries.visitors ?? []).map(
      (entry, at) => () => visitorWrite(entry, { where: `visitors[${at}]`, wrong, lotOf, rules, context, person: entries.person }),
    ),
    ...(entries.cars ?? []).map(
      (entry, at) => () => carWrite(entry, { where: `cars[${at}]`, wrong, lotOf, rules, context, person: entries.person }),
    ),
  ];
  return { faults, judges };
}

/** Everything that is wrong, and what would be written; the lanes go on meanwhile. */
export async function checkRegister(
  context: SiteContext,
  rules: RulesOf,
  entries: RegisterEntries,
): Promise<{ faults: readonly Fault[]; write: () => Promise<void> }> {
  const { faults, judges } = judging(context, rules, entries);
  const writes: Write[] = [];
  await eachBetween(judges, (judge) => void writes.push(judge()));
  return { faults, write: () => writeBetween(context, writes, (tx, one) => one(tx)) };
}

function refused(faults: readonly Fault[]): Refusal {
  const first = faults.slice(0, 20);
  return refusal(
    "register-refused",
    `没有写入任何一条：${first.map(({ where, zh }) => `${where} ${zh}`).join("；")}`,
    `nothing was written: ${first.map(({ where, en }) => `${where} ${en}`).join("; ")}`,
  );
}

/** At once and as one: for the few entries that somebody else's step writes. */
export function writeRegister(context: SiteContext, rules: RulesOf, entries: RegisterEntries): RegisterTaken | Refusal {
  const { faults, judges } = judging(context, rules, entries);
  const writes = judges.map((judge) => judge());
  if (faults.length > 0) return refused(faults);
  context.journal.commit((tx) => {
    for (const one of writes) one(tx);
  });
  return takenOf(entries);
}

/** As many as people bring: nothing is written where one is wrong. */
export async function bringRegister(context: SiteContext, rules: RulesOf, entries: RegisterEntries): Promise<RegisterTaken | Refusal> {
  const { faults, write } = await checkRegister(context, rules, entries);
  if (faults.length > 0) return refused(faults);
  await write();
  return takenOf(entries);
}

function takenOf(entries: RegisterEntries): RegisterTaken {
  const count = (list: readonly unknown[] | undefined): number => list?.length ?? 0;
  return {
    passes: count(entries.passes),
    coupons: count(entries.coupons),
    vehicles: count(entries.vehicles),
    charging: count(entries.charging),
    visitors: count(entries.visitors),
    cars: count(entries.cars),
  };
}

/** The same in a file: lists under passes, coupons, vehicles, charging. */
export function importRegister(context: SiteContext, rules: RulesOf, text: RegisterText): RegisterTaken | Refusal {
  const entries = entriesIn(text);
  return "kind" in entries ? entries : writeRegister(context, rules, entries);
}

export async function bringFile(context: SiteContext, rules: RulesOf, text: RegisterText): Promise<RegisterTaken | Refusal> {
  const entries = entriesIn(text);
  return "kind" in entries ? entries : bringRegister(context, rules, entries);
}

function entriesIn({ person, yaml }: RegisterText): RegisterEntries | Refusal {
  let raw: unknown;
  try {
    const document = parseDocument(yaml, { strict: true, uniqueKeys: true });
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) throw error;
    raw = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return refusal("register-refused", `不是有效的 YAML：${why}`, `not valid YAML: ${why}`);
  }
  const entries: unknown = typeof raw === "object" && raw !== null ? { ...raw, person } : raw;
  const [first] = Value.Errors(RegisterEntries, entries);
  if (first !== undefined || !Value.Check(RegisterEntries, entries))
    return refusal(
      "register-refused",
      `${first?.instancePath ?? ""} 写法不对：${first?.message ?? ""}`,
      `${first?.instancePath ?? ""} ${first?.message ?? ""}`,
    );
  return entries;
}

export interface Place {
  readonly where: string;
  readonly wrong: Wrong;
  /** Whether there is such a lot; its rules are asked for only then. */
  readonly lotOf: (lot: string, where: string) => boolean;
  readonly rules: RulesOf;
  readonly context: SiteContext;
  readonly person: string;
}

export type Write = (tx: Transaction) => void;
export type Of<Key extends Exclude<keyof RegisterEntries, "person">> = NonNullable<RegisterEntries[Key]>[number];

export function plateOf(text: string, { where, wrong }: Place): Plate {
  const plate = canonicalPlate(text);
  if (plate === undefined) wrong(where, `不是车牌：${text}`, `no plate: ${text}`);
  return plate ?? ("" as Plate);
}

/** A bare date as an end is its whole day. */
export function timeOf(text: string, { where, wrong }: Place, end = false): Wall {
  const day = text.length === 10;
  const at = fromRfc3339(day ? `${text}T00:00` : text);
  if (at === undefined) wrong(where, `不是时间：${text}`, `no time: ${text}`);
  return wall((at ?? 0) + (day && end ? dayMs : 0));
}

export function spanOf(entry: { from: string; until: string }, place: Place): { from: Wall; until: Wall } {
  const span = { from: timeOf(entry.from, place), until: timeOf(entry.until, place, true) };
  if (span.until <= span.from) place.wrong(place.where, "结束不晚于开始", "ends before it begins");
  return span;
}

function passWrite(entry: Of<"passes">, place: Place): Write {
  const { where, wrong, lotOf, rules, context, person } = place;
  if (lotOf(entry.lot, where) && rules(entry.lot)?.passes === undefined)
    wrong(where, "该停车场的收费文件没有月卡规则（passes）", "the lot's tariff says nothing of passes");
  const plates = [...new Set(entry.plates.map((plate) => plateOf(plate, place)))];
  const { from, until } = spanOf(entry, place);
  const suspended = (entry.suspended ?? []).map((span) => Object.values(spanOf(span, place)));
  const withdrawn = entry.withdrawn === true;
  return (tx) => {
    tx.run(
      "INSERT INTO pass (id, lot, spaces, from_at, until_at, suspended, withdrawn, person, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET lot = excluded.lot, spaces = excluded.spaces, from_at = excluded.from_at, until_at = excluded.until_at, suspended = excluded.suspended, withdrawn = excluded.withdrawn, person = excluded.person, at = excluded.at",
      ...[entry.pass, entry.lot, entry.spaces, from, until, JSON.stringify(suspended), withdrawn ? 1 : 0, person, context.clock.wall()],
    );
    tx.run("DELETE FROM pass_plate WHERE pass = ?", entry.pass);
    for (const plate of plates) tx.run("INSERT INTO pass_plate (pass, plate) VALUES (?, ?)", entry.pass, plate);
    tx.event("pass.written", { pass: entry.pass, lot: entry.lot, plates, spaces: entry.spaces, from, until, withdrawn, person });
  };
}

function couponWrite(entry: Of<"coupons">, place: Place): Write {
  const { where, wrong, lotOf, rules, context, person } = place;
  const ruled = lotOf(entry.lot, where);
  const plate = plateOf(entry.plate, place);
  const value = couponOf(entry, place);
  if (ruled && rules(entry.lot)?.coupons?.accepted.includes(entry.value.kind) !== true)
    wrong(where, `该停车场的收费文件不接受这种券：${entry.value.kind}`, `the lot's tariff does not accept ${entry.value.kind} coupons`);
  const until = entry.until === undefined ? null : timeOf(entry.until, place, true);
  const withdrawn = entry.withdrawn === true;
  const used = context.journal.get<{ lot: string; plate: string; coupon: string; visit: string | null }>(
    "SELECT lot, plate, coupon, visit FROM coupon WHERE id = ?",
    entry.coupon,
  );
  if (used !== undefined && used.visit !== null) wrong(where, "这张券已经用过", "this coupon was used");
  else if (used !== undefined && (used.plate !== plate || used.lot !== entry.lot || used.coupon !== JSON.stringify(value)))
    wrong(where, "该券号已用于另一张券", "this id was given to another coupon");
  return (tx) => {
    tx.run(
      "INSERT INTO coupon (id, lot, plate, coupon, given_at, until_at, person, withdrawn) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at, withdrawn = excluded.withdrawn, person = excluded.person",
      ...[entry.coupon, entry.lot, plate, JSON.stringify(value), context.clock.wall(), until, person, withdrawn ? 1 : 0],
    );
    tx.event("coupon.given", { coupon: entry.coupon, lot: entry.lot, plate, kind: entry.value.kind, withdrawn, person });
  };
}

export function couponOf({ coupon: id, value }: Pick<Of<"coupons">, "coupon" | "value">, place: Place): Coupon {
  const second = (clock: string): number => Number(clock.slice(0, 2)) * 3600 + Number(clock.slice(3)) * 60;
  switch (value.kind) {
    case "cash":
      return { id, kind: "cash", amount: fen(value.amount_fen) };
    case "valid-for":
      return { id, kind: "valid-for", given: timeOf(value.given, place), hours: value.hours };
    case "time-window":
      return { id, kind: "time-window", from: second(value.from), until: second(value.until) };
    default:
      return { id, ...value };
  }
}

function vehicleWrite(entry: Of<"vehicles">, place: Place): Write {
  const plate = plateOf(entry.plate, place);
  const operating = entry.operating === undefined ? null : entry.operating ? 1 : 0;
  return (tx) =>
    void tx.run(
      "INSERT INTO vehicle (plate, class, bays, operating, person, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (plate) DO UPDATE SET class = excluded.class, bays = excluded.bays, operating = excluded.operating, person = excluded.person, at = excluded.at",
      ...[plate, entry.class ?? null, entry.bays ?? null, operating, place.person, place.context.clock.wall()],
    );
}

function chargingWrite(entry: Of<"charging">, place: Place): Write {
  const plate = plateOf(entry.plate, place);
  const { from, until } = spanOf(entry, place);
  return (tx) =>
    void tx.run(
      "INSERT INTO car_charging (id, plate, from_at, until_at, energy_mWh, person) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET plate = excluded.plate, from_at = excluded.from_at, until_at = excluded.until_at, energy_mWh = excluded.energy_mWh",
      ...[entry.charging, plate, from, until, Math.round(entry.energy_kWh * 1_000_000), place.person],
    );
}

// From the file's words to the tariff that is computed with. What the schema cannot say (exactly one of several, whole fen, dates that exist) is complained about here.
import type { Calendar, Concession, EntriesCap, LostEntryRule, Tariff, VehicleClass, Version } from "#gateway/core/parking/tariff/types.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import type { Complain, Path } from "./complaint.ts";
import { oneOf, readFree, readPricing } from "./read-pricing.ts";
import { checkTariff } from "./rules.ts";
import type { TariffFile, VersionFile } from "./schema.ts";
import { Units } from "./units.ts";

export function readTariff(file: TariffFile, complain: Complain): Tariff {
  const units = new Units(complain);
  const tariff = {
    id: file.tariff,
    name: file.name,
    demonstration: file.demonstration === true,
    ...(file.source === undefined ? {} : { source: file.source }),
    versions: file.versions.map((version, index) => readVersion(version, ["versions", index], units)),
  };
  checkTariff(tariff, complain);
  return tariff;
}

const optional = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };

function readVersion(file: VersionFile, path: Path, units: Units): Version {
  const from = units.date(file.from, [...path, "from"]);
  const lastDay = file.until === undefined ? undefined : units.date(file.until, [...path, "until"]);
  const { coupons, passes, round, payment } = file;
  return {
    id: file.version,
    from,
    ...optional("until", lastDay === undefined ? undefined : wall(lastDay + 86_400_000)),
    ...optional("calendar", file.calendar && readCalendar(file.calendar, [...path, "calendar"], units)),
    pricing: readPricing(file.pricing, [...path, "pricing"], units),
    classes: (file.classes ?? []).map((entry, index) => readClass(entry, [...path, "classes", index], units)),
    concessions: (file.concessions ?? []).map((entry, index) => readConcession(entry, [...path, "concessions", index], units)),
    ...optional(
      "coupons",
      coupons && {
        accepted: coupons.accepted,
        stacking: coupons.stacking,
        afterPartialPayment: coupons.after_partial_payment,
        withConcession: coupons.with_concession,
      },
    ),
    ...optional(
      "passes",
      passes && {
        whenSpaceFallsFree: passes.when_space_falls_free,
        tolerance: units.length(passes.tolerance, [...path, "passes", "tolerance"]),
        freeTimeForRest: passes.rest_has_free_time,
      },
    ),
    ...optional("inner", file.inner_lots),
    ...optional("lostEntry", file.lost_entry && readLostEntry(file.lost_entry, [...path, "lost_entry"], units)),
    ...optional("entries", file.entries_cap && readEntriesCap(file.entries_cap, [...path, "entries_cap"], units)),
    ...optional("rounding", round && { to: fen(Math.round(round.to * 100)), way: round.way }),
    ...optional(
      "payment",
      payment && { grace: units.length(payment.grace, [...path, "payment", "grace"]), afterGrace: payment.after_grace },
    ),
    idleCaps: file.idle_caps === true,
    longerMayCostLess: file.longer_may_cost_less === true,
  };
}

function readCalendar(file: NonNullable<VersionFile["calendar"]>, path: Path, units: Units): Calendar {
  const [from, until] = [units.day(file.from, [...path, "from"]), units.day(file.until, [...path, "until"])];
  return {
    from,
    until,
    holidays: units.days(file.holidays, [...path, "holidays"]),
    makeUpDays: units.days(file.make_up_days, [...path, "make_up_days"]),
  };
}

function readClass(file: NonNullable<VersionFile["classes"]>[number], path: Path, units: Units): VehicleClass {
  const kind = oneOf(file, ["free", "factor", "by_bays", "pricing"], path, units.complain);
  const when = {
    ...optional("classes", file.when.class),
    ...optional("colours", file.when.colours),
    ...optional("kinds", file.when.kinds),
  };
  const base = { id: file.id, name: file.name, when };
  if (kind === "factor") return { ...base, effect: { kind: "factor", ...fraction(file.factor ?? 1) } };
  if (kind === "by_bays") return { ...base, effect: { kind: "bays" } };
  if (kind === "pricing" && file.pricing !== undefined)
    return { ...base, effect: { kind: "pricing", pricing: readPricing(file.pricing, [...path, "pricing"], units) } };
  return { ...base, effect: { kind: "free" } };
}

/** 1.5 -> 1500 / 1000, exact to three decimals. */
const fraction = (factor: number): { numerator: number; denominator: number } => ({
  numerator: Math.round(factor * 1000),
  denominator: 1000,
});

function readConcession(file: NonNullable<VersionFile["concessions"]>[number], path: Path, units: Units): Concession {
  const kind = oneOf(file, ["free", "percent_off", "charging_time"], path, units.complain);
  const { when } = file;
  const base = {
    id: file.id,
    name: file.name,
    when: {
      ...optional("classes", when.class),
      ...optional("colours", when.colours),
      ...optional("operating", when.operating),
      ...optional(
        "chargedAtLeast_mWh",
        when.charged_at_least_kWh === undefined ? undefined : Math.round(when.charged_at_least_kWh * 1_000_000),
      ),
      ...optional(
        "firstEntryIn",
        when.first_entry_in === undefined ? undefined : units.length(when.first_entry_in, [...path, "when", "first_entry_in"]),
      ),
    },
  };
  if (kind === "free" && file.free !== undefined)
    return { ...base, give: { kind: "free-time", free: readFree(file.free, [...path, "free"], units) } };
  if (kind === "charging_time") {
    const most = file.charging_time?.most;
    return {
      ...base,
      give: {
        kind: "charging-time",
        ...optional("most", most === undefined ? undefined : units.length(most, [...path, "charging_time", "most"])),
      },
    };
  }
  return { ...base, give: { kind: "percent-off", percent: file.percent_off ?? 0 } };
}

function readLostEntry(file: NonNullable<VersionFile["lost_entry"]>, path: Path, units: Units): LostEntryRule {
  const kind = oneOf(file, ["fixed", "assume", "ask"], path, units.complain);
  if (kind === "fixed") return { kind, price: units.money(file.fixed ?? 0, [...path, "fixed"]) };
  if (kind === "assume") return { kind, seconds: units.length(file.assume ?? "0 s", [...path, "assume"]) };
  return { kind: "ask" };
}

function readEntriesCap(file: NonNullable<VersionFile["entries_cap"]>, path: Path, units: Units): EntriesCap {
  if ((file.kind === "rolling") !== (file.length !== undefined))
    units.complain(path, {
      code: "length-for-rolling",
      zh: "rolling 需要 length；calendar-day 不写 length",
      en: "rolling needs a length, a calendar day has none",
      example: "{ kind: rolling, length: 24 h, cap: 30 }",
    });
  return {
    kind: file.kind,
    seconds: file.length === undefined ? 86_400 : units.length(file.length, [...path, "length"]),
    cap: units.money(file.cap, [...path, "cap"]),
  };
}

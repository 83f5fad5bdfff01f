// How time becomes money, read from the file: free time, windows with their caps, one rate or a table of periods.
import type { FreeTime, Period, PeriodRates, Pricing, Rate, Step, Windows } from "#gateway/core/parking/tariff/types.ts";
import type { Complain, Path } from "./complaint.ts";
import type { FreeFile, PricingFile, RateFile } from "./schema.ts";
import { seconds, type Units } from "./units.ts";

/** Which one of these keys is there; complains when it is none or several. */
export function oneOf<Key extends string>(file: object, keys: readonly Key[], path: Path, complain: Complain): Key | undefined {
  const present = keys.filter((key) => key in file);
  const [first, second] = present;
  const list = keys.join("、");
  if (first === undefined)
    complain(path, {
      code: "none-of",
      zh: `要写其中一项：${list}`,
      en: `one of these is needed: ${keys.join(", ")}`,
      example: `${keys[0]}: …`,
    });
  if (second !== undefined)
    complain([...path, second], {
      code: "more-than-one",
      zh: `${present.join("、")} 只能写一项`,
      en: `only one of ${present.join(", ")} may stand here`,
      example: "只留一项 / leave one",
    });
  return first;
}

export function readPricing(file: PricingFile, path: Path, units: Units): Pricing {
  const kind = oneOf(file, ["rate", "periods"], path, units.complain);
  const free = file.free && readFree(file.free, [...path, "free"], units);
  const windows = file.windows && readWindows(file.windows, [...path, "windows"], units);
  if (free?.again === "each-window" && windows === undefined)
    units.complain([...path, "free", "again"], {
      code: "no-windows",
      zh: "没有 windows，不能每个周期免费一次",
      en: "there are no windows to be free in: write once, or windows",
      example: "windows: { kind: rolling, length: 24 h, rate: restarts }",
    });
  return {
    ...(free === undefined ? {} : { free }),
    ...(windows === undefined ? {} : { windows }),
    ...(file.stay_cap === undefined ? {} : { stayCap: units.money(file.stay_cap, [...path, "stay_cap"]) }),
    rate:
      kind === "periods" && file.periods !== undefined
        ? readPeriods(file.periods, [...path, "periods"], units)
        : readRate(file.rate ?? { free: true }, [...path, "rate"], units),
  };
}

export function readFree(file: FreeFile, path: Path, units: Units): FreeTime {
  const length = (key: "first_entry_in" | "not_after_exit") => {
    const text = file[key];
    return text === undefined ? undefined : units.length(text, [...path, key]);
  };
  const [firstEntryIn, notAfterExit] = [length("first_entry_in"), length("not_after_exit")];
  return {
    seconds: units.length(file.time, [...path, "time"]),
    boundary: file.boundary,
    whenExceeded: file.when_exceeded,
    again: file.again,
    ...(firstEntryIn === undefined ? {} : { firstEntryIn }),
    ...(notAfterExit === undefined ? {} : { notAfterExit }),
  };
}

function readWindows(file: NonNullable<PricingFile["windows"]>, path: Path, units: Units): Windows {
  const rolling = file.kind === "rolling";
  if (rolling !== (file.length !== undefined) || rolling === (file.day_starts !== undefined))
    units.complain(path, {
      code: "length-for-rolling",
      zh: "rolling 需要 length，不写 day_starts；calendar-day 需要 day_starts，不写 length",
      en: "rolling needs a length and no day_starts; a calendar day needs day_starts and no length",
      example: rolling ? "length: 24 h" : 'day_starts: "00:00"',
    });
  const given = (["cap", "caps", "caps_by_stay"] as const).filter((key) => key in file);
  if (given[1] !== undefined)
    units.complain([...path, given[1]], {
      code: "more-than-one",
      zh: `${given.join("、")} 只能写一项`,
      en: `only one of ${given.join(", ")} may stand here`,
      example: "只留一项 / leave one",
    });
  const caps = file.caps ?? (file.cap === undefined ? [] : [file.cap]);
  return {
    kind: file.kind,
    seconds: file.length === undefined ? 86_400 : units.length(file.length, [...path, "length"]),
    dayStarts: file.day_starts === undefined ? 0 : units.clock(file.day_starts, [...path, "day_starts"]) % 86_400,
    rate: file.rate,
    caps: caps.map((cap, index) => units.money(cap, file.caps === undefined ? [...path, "cap"] : [...path, "caps", index])),
    capsByStay: (file.caps_by_stay ?? []).map((row, index) => {
      const at = [...path, "caps_by_stay", index];
      const cap = units.money(row.cap, [...at, "cap"]);
      return row.up_to === undefined ? { cap } : { upTo: units.length(row.up_to, [...at, "up_to"]), cap };
    }),
  };
}

export function readRate(file: RateFile, path: Path, units: Units): Rate {
  const kind = oneOf(file, ["free", "per_visit", "steps", "brackets"], path, units.complain);
  if (file.beyond !== undefined && kind !== "brackets")
    units.complain([...path, "beyond"], {
      code: "belongs-elsewhere",
      zh: "beyond 只跟在 brackets 之后",
      en: "beyond belongs to brackets",
      example: "brackets: [{ up_to: 2 h, price: 2 }]",
    });
  if (kind === "per_visit") return { shape: "brackets", rows: [{ price: units.money(file.per_visit ?? 0, [...path, "per_visit"]) }] };
  if (kind === "brackets") {
    const rows = (file.brackets ?? []).map((row, index) => ({
      upTo: units.length(row.up_to, [...path, "brackets", index, "up_to"]),
      price: units.money(row.price, [...path, "brackets", index, "price"]),
    }));
    return file.beyond === undefined
      ? { shape: "brackets", rows }
      : { shape: "brackets", rows, beyond: readStep(file.beyond, { path: [...path, "beyond"], partUnit: undefined }, units) };
  }
  if (kind === "steps")
    return {
      shape: "steps",
      steps: (file.steps ?? []).map((step, index) => readStep(step, { path: [...path, "steps", index], partUnit: file.part_unit }, units)),
    };
  return { shape: "free" };
}

type StepFile = { until?: string; per: string; price: number; part_unit?: string };

function readStep(file: StepFile, { path, partUnit }: { path: Path; partUnit: string | undefined }, units: Units): Step {
  const unit = units.length(file.per, [...path, "per"]);
  const word = file.part_unit ?? partUnit;
  if (word === undefined)
    units.complain([...path, "part_unit"], {
      code: "part-unit-unsaid",
      zh: "没有说明不足一个计时单位怎么收；不设默认值",
      en: "it is not said how a part of a unit is charged; there is no default",
      example: "part_unit: up",
    });
  const price = units.money(file.price, [...path, "price"]);
  const step = { unit, price, dropUpTo: dropUpTo(word ?? "up", unit) };
  if (step.dropUpTo >= unit)
    units.complain([...path, "part_unit"], {
      code: "drops-everything",
      zh: "舍去的时间不短于计时单位",
      en: "drops as much as the unit itself",
      example: "part_unit: drop 15 min",
    });
  return file.until === undefined ? step : { ...step, until: units.length(file.until, [...path, "until"]) };
}

function dropUpTo(word: string, unit: number): number {
  if (word === "up") return 0;
  return word === "down" ? unit - 1 : seconds(word.replace("drop ", ""));
}

function readPeriods(file: NonNullable<PricingFile["periods"]>, path: Path, units: Units): PeriodRates {
  return {
    shape: "periods",
    unitsAcross: file.units_across,
    stepsAcross: file.steps_across,
    boundary: file.boundary,
    together: file.together,
    periods: file.table.map((period, index): Period => {
      const at = [...path, "table", index];
      const from = units.clock(period.from, [...at, "from"]);
      const until = units.clock(period.until, [...at, "until"]);
      if (from === 86_400)
        units.complain([...at, "from"], { code: "no-such-time", zh: "一天从 00:00 开始", en: "a day begins at 00:00", example: '"00:00"' });
      return {
        id: period.id,
        name: period.name,
        from,
        until,
        days: period.days,
        ...(period.except === undefined ? {} : { except: period.except }),
        rate: readRate(period.rate, [...at, "rate"], units),
        ...(period.free === undefined ? {} : { free: units.length(period.free, [...at, "free"]) }),
        ...(period.cap === undefined ? {} : { cap: units.money(period.cap, [...at, "cap"]) }),
      };
    }),
  };
}

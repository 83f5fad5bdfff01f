// From the checked file to the tariff that the core computes with: lengths in seconds, money in fen, dates as moments. What the core does not compute yet is refused, never passed over.

import type {
  Calendar,
  FreeTime,
  Period,
  PeriodRates,
  Pricing,
  Rate,
  Step,
  VehicleClass,
  Windows,
} from "#gateway/core/parking/tariff/types.ts";
import type { Tariff, Version } from "#gateway/core/parking/tariff.ts";
import { type Fen, fen } from "#protocols/vocabulary/money.ts";
import { dayMs, fromRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Complain, Path } from "./complaint.ts";
import type { FreeFile, PricingFile, RateFile, TariffFile, VersionFile } from "./schema.ts";

const day = 86_400;
const unitSeconds: Readonly<Record<string, number>> = { d: day, h: 3600, min: 60, s: 1 };

/** "1 h 30 min" -> 5400. The schema has seen to its form. */
export function secondsOf(length: string): number {
  return [...length.matchAll(/(\d+) (d|h|min|s)/g)].reduce(
    (sum, [, count, unit = "s"]) => sum + Number(count) * (unitSeconds[unit] ?? 0),
    0,
  );
}

const clockSeconds = (clock: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  return hours * 3600 + minutes * 60 + seconds;
};

class Reader {
  readonly #complain: Complain;
  constructor(complain: Complain) {
    this.#complain = complain;
  }

  price(yuan: number, path: Path): Fen {
    const cents = Math.round(yuan * 100);
    if (Math.abs(yuan * 100 - cents) > 1e-6)
      this.#complain(path, { code: "part-of-fen", zh: `金额最多两位小数：${yuan}`, en: `at most two decimals: ${yuan}`, example: "2.50" });
    return fen(cents);
  }

  date(text: string, path: Path): Wall {
    const at = fromRfc3339(`${text}T00:00:00`);
    if (at === undefined)
      this.#complain(path, { code: "no-such-day", zh: `没有 ${text} 这一天`, en: `there is no day ${text}`, example: "2025-10-01" });
    return at ?? wall(0);
  }

  dropUpTo(partUnit: string | undefined, unit: number, path: Path): number {
    if (partUnit === undefined) {
      this.#complain(path, {
        code: "missing-key",
        zh: "缺少 part_unit：不足一个计时单位怎么收？不设默认值",
        en: "part_unit is missing: what of a part of a unit? There is no silent default",
        example: "part_unit: up",
      });
      return 0;
    }
    if (partUnit === "up") return 0;
    return partUnit === "down" ? unit - 1 : secondsOf(partUnit.slice("drop ".length));
  }

  step(file: { until?: string; per: string; price: number; part_unit?: string }, usual: string | undefined, path: Path): Step {
    const unit = secondsOf(file.per);
    if (unit === 0)
      this.#complain([...path, "per"], { code: "zero-length", zh: "计时单位不能为零", en: "a unit cannot be nothing", example: "1 h" });
    return {
      ...(file.until === undefined ? {} : { until: secondsOf(file.until) }),
      unit: Math.max(1, unit),
      price: this.price(file.price, [...path, "price"]),
      dropUpTo: this.dropUpTo(file.part_unit ?? usual, unit, [...path, "part_unit"]),
    };
  }

  rate(file: RateFile, path: Path): Rate {
    const shapes = (["free", "per_visit", "steps", "brackets"] as const).filter((key) => file[key] !== undefined);
    if (shapes.length !== 1)
      this.#complain(path, {
        code: "one-of",
        zh: "free、per_visit、steps、brackets 须恰好写一项",
        en: "exactly one of free, per_visit, steps, brackets",
        example: "steps: [{ per: 1 h, price: 2 }]",
      });
    if (file.per_visit !== undefined) return { shape: "brackets", rows: [{ price: this.price(file.per_visit, [...path, "per_visit"]) }] };
    if (file.steps !== undefined) return { shape: "steps", steps: this.#steps(file.steps, file.part_unit, [...path, "steps"]) };
    if (file.brackets !== undefined) {
      const rows = file.brackets.map((row, index) => ({
        upTo: secondsOf(row.up_to),
        price: this.price(row.price, [...path, "brackets", index, "price"]),
      }));
      this.#rising(
        rows.map((row) => row.upTo),
        [...path, "brackets"],
        "up_to",
      );
      if (file.beyond === undefined)
        this.#complain(path, {
          code: "gap",
          zh: "分档表之后没有 beyond：更久的停车没有价格",
          en: "no beyond after the last bracket: a longer stay has no price",
          example: "beyond: { per: 1 h, price: 1, part_unit: up }",
        });
      return {
        shape: "brackets",
        rows,
        ...(file.beyond === undefined ? {} : { beyond: this.step(file.beyond, undefined, [...path, "beyond"]) }),
      };
    }
    return { shape: "free" };
  }

  #steps(files: NonNullable<RateFile["steps"]>, usual: string | undefined, path: Path): Step[] {
    const steps = files.map((step, index) => this.step(step, usual, [...path, index]));
    const open = steps.findIndex((step) => step.until === undefined);
    if (open === -1)
      this.#complain(path, {
        code: "gap",
        zh: "最后一段写了 until：更久的停车没有价格",
        en: "the last step has an until: a longer stay has no price",
        example: "去掉最后一段的 until / leave out its until",
      });
    else if (open < steps.length - 1)
      this.#complain([...path, open + 1], {
        code: "unreachable",
        zh: "前一段没有 until，这一段永远用不到",
        en: "the step before has no until: this one is never reached",
        example: "until: 1 h",
      });
    this.#rising(
      steps.flatMap((step) => step.until ?? []),
      path,
      "until",
    );
    return steps;
  }

  #rising(lengths: readonly number[], path: Path, key: string): void {
    for (const [index, length] of lengths.entries())
      if (index > 0 && length <= (lengths[index - 1] ?? 0))
        this.#complain([...path, index, key], { code: "overlap", zh: `${key} 必须逐行增大`, en: `${key} must rise from row to row` });
  }

  free(file: FreeFile): FreeTime {
    const { time, boundary, when_exceeded: whenExceeded, again, first_entry_in, not_after_exit } = file;
    return {
      seconds: secondsOf(time),
      boundary,
      whenExceeded,
      again,
      ...(first_entry_in === undefined ? {} : { firstEntryIn: secondsOf(first_entry_in) }),
      ...(not_after_exit === undefined ? {} : { notAfterExit: secondsOf(not_after_exit) }),
    };
  }

  windows(file: NonNullable<PricingFile["windows"]>, path: Path): Windows {
    const caps = file.caps ?? (file.cap === undefined ? [] : [file.cap]);
    if (file.kind === "rolling" && file.length === undefined)
      this.#complain([...path, "length"], {
        code: "missing-key",
        zh: "滚动周期要写 length",
        en: "a rolling window needs its length",
        example: "length: 24 h",
      });
    if (file.kind === "calendar-day" && file.length !== undefined)
      this.#complain([...path, "length"], { code: "one-of", zh: "自然日周期不写 length", en: "a calendar day has no length of its own" });
    if ([file.cap, file.caps, file.caps_by_stay].filter((one) => one !== undefined).length > 1)
      this.#complain(path, { code: "one-of", zh: "cap、caps、caps_by_stay 只能写一项", en: "only one of cap, caps, caps_by_stay" });
    return {
      kind: file.kind,
      seconds: file.kind === "rolling" ? Math.max(1, secondsOf(file.length ?? "24 h")) : day,
      dayStarts: clockSeconds(file.day_starts ?? "00:00"),
      rate: file.rate,
      caps: caps.map((cap, index) => this.price(cap, file.caps === undefined ? [...path, "cap"] : [...path, "caps", index])),
      capsByStay: (file.caps_by_stay ?? []).map((row, index) => ({
        ...(row.up_to === undefined ? {} : { upTo: secondsOf(row.up_to) }),
        cap: this.price(row.cap, [...path, "caps_by_stay", index, "cap"]),
      })),
    };
  }

  periods(file: NonNullable<PricingFile["periods"]>, path: Path): PeriodRates {
    const { units_across: unitsAcross, steps_across: stepsAcross, boundary, together } = file;
    const periods = file.table.map((row, index): Period => {
      const at: Path = [...path, "table", index];
      const { id, name, days } = row;
      return {
        id,
        name,
        from: clockSeconds(row.from),
        until: clockSeconds(row.until),
        days,
        rate: this.rate(row.rate, [...at, "rate"]),
        ...(row.cap === undefined ? {} : { cap: this.price(row.cap, [...at, "cap"]) }),
      };
    });
    return { shape: "periods", unitsAcross, stepsAcross, boundary, together, periods };
  }

  pricing(file: PricingFile, path: Path): Pricing {
    if ((file.rate === undefined) === (file.periods === undefined))
      this.#complain(path, {
        code: "one-of",
        zh: "rate 与 periods 须恰好写一项",
        en: "exactly one of rate and periods",
        example: "rate: { part_unit: up, steps: [{ per: 1 h, price: 2 }] }",
      });
    const rate: Rate | PeriodRates =
      file.periods !== undefined
        ? this.periods(file.periods, [...path, "periods"])
        : file.rate !== undefined
          ? this.rate(file.rate, [...path, "rate"])
          : { shape: "free" };
    return {
      ...(file.free === undefined ? {} : { free: this.free(file.free) }),
      ...(file.windows === undefined ? {} : { windows: this.windows(file.windows, [...path, "windows"]) }),
      rate,
      ...(file.stay_cap === undefined ? {} : { stayCap: this.price(file.stay_cap, [...path, "stay_cap"]) }),
    };
  }

  vehicleClass(file: NonNullable<VersionFile["classes"]>[number], path: Path): VehicleClass {
    const { id, name, when } = file;
    const effects = (["free", "factor", "by_bays", "pricing"] as const).filter((key) => file[key] !== undefined);
    if (effects.length !== 1)
      this.#complain(path, {
        code: "one-of",
        zh: "free、factor、by_bays、pricing 须恰好写一项",
        en: "exactly one of free, factor, by_bays, pricing",
        example: "factor: 2",
      });
    const effect: VehicleClass["effect"] =
      file.pricing !== undefined
        ? { kind: "pricing", pricing: this.pricing(file.pricing, [...path, "pricing"]) }
        : file.factor !== undefined
          ? { kind: "factor", numerator: Math.round(file.factor * 1000), denominator: 1000 }
          : file.by_bays !== undefined
            ? { kind: "bays" }
            : { kind: "free" };
    return {
      id,
      name,
      when: {
        ...(when.class === undefined ? {} : { classes: when.class }),
        ...(when.colours === undefined ? {} : { colours: when.colours }),
        ...(when.kinds === undefined ? {} : { kinds: when.kinds }),
      },
      effect,
    };
  }

  calendar(file: NonNullable<VersionFile["calendar"]>, path: Path): Calendar {
    const numberOf = (text: string, at: Path): number => Math.floor((this.date(text, at) + 8 * 3_600_000) / dayMs);
    const daysOf = (ranges: readonly string[], key: string): Set<number> => {
      const found = new Set<number>();
      for (const [index, range] of ranges.entries()) {
        const at: Path = [...path, key, index];
        const [first = "", last = first] = range.split(" to ");
        for (let one = numberOf(first, at); one <= numberOf(last, at) && found.size < 4000; one += 1) found.add(one);
      }
      return found;
    };
    return {
      from: numberOf(file.from, [...path, "from"]),
      until: numberOf(file.until, [...path, "until"]),
      holidays: daysOf(file.holidays, "holidays"),
      makeUpDays: daysOf(file.make_up_days, "make_up_days"),
    };
  }

  version(file: VersionFile, path: Path): Version {
    // The file can say these; the core does not compute them yet. A bill that passed over one would be a wrong bill.
    for (const key of ["concessions", "coupons", "passes", "inner_lots", "lost_entry", "entries_cap", "round"] as const)
      if (file[key] !== undefined)
        this.#complain([...path, key], {
          code: "not-computed",
          zh: `${key} 尚不能计算，因此拒绝整份文件`,
          en: `${key} is not computed yet, so the file is refused`,
        });
    const classes = (file.classes ?? []).map((row, index) => this.vehicleClass(row, [...path, "classes", index]));
    return {
      id: file.version,
      from: this.date(file.from, [...path, "from"]),
      // The last day is covered whole.
      ...(file.until === undefined ? {} : { until: wall(this.date(file.until, [...path, "until"]) + dayMs) }),
      ...(file.calendar === undefined ? {} : { calendar: this.calendar(file.calendar, [...path, "calendar"]) }),
      pricing: this.pricing(file.pricing, [...path, "pricing"]),
      classes,
      concessions: [],
      ...(file.payment === undefined ? {} : { payment: { grace: secondsOf(file.payment.grace), afterGrace: file.payment.after_grace } }),
      longerMayCostLess: file.longer_may_cost_less === true,
    };
  }
}

export function readTariff(file: TariffFile, complain: Complain): Tariff {
  const reader = new Reader(complain);
  const versions = file.versions.map((version, index) => reader.version(version, ["versions", index]));
  for (const [index, version] of versions.entries()) {
    const next = versions[index + 1];
    if (next !== undefined && (next.from <= version.from || (version.until !== undefined && version.until > next.from)))
      complain(["versions", index + 1, "from"], {
        code: "overlap",
        zh: "版本的有效期重叠或次序颠倒",
        en: "the versions overlap, or are out of order",
      });
  }
  return {
    id: file.tariff,
    name: file.name,
    demonstration: file.demonstration === true,
    ...(file.source === undefined ? {} : { source: file.source }),
    versions,
  };
}

// Random tariffs in the file's own words, and random stays that love boundaries. One seed, one case: a failure is told by its number.
import { fenOf, len, type NaiveStay, type Raw } from "./naive.ts";

export class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0;
  }
  /** mulberry32 */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  below(n: number): number {
    return Math.floor(this.unit() * n);
  }
  one<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
  yes(share = 0.5): boolean {
    return this.unit() < share;
  }
  some<T>(from: readonly T[]): T[] {
    const found = from.filter(() => this.yes());
    return found.length > 0 ? found : [this.one(from)];
  }
}

const name = { zh: "甲", en: "a" };
const prices = [0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 10];
const units = ["15 min", "30 min", "1 h", "2 h"];
const partUnits = ["up", "up", "down", "drop 5 min", "drop 15 min"];
const usable = (word: string, unit: string) => (word.startsWith("drop") && len(word.slice(5)) >= len(unit) ? "up" : word);

function steps(c: Chance): Raw {
  const rows: Raw[] = [];
  let until = 0;
  for (let rest = c.one([0, 0, 1, 2, 3]); rest > 0; rest -= 1) {
    const per = c.one(units);
    until += len(per) * (1 + c.below(3));
    rows.push({
      until: `${until / 60} min`,
      per,
      price: c.one(prices),
      ...(c.yes(0.3) ? { part_unit: usable(c.one(partUnits), per) } : {}),
    });
  }
  const per = c.one(units);
  rows.push({ per, price: c.one(prices) });
  const shortest = rows.reduce((a, b) => (len(a.per) < len(b.per) ? a : b)).per;
  return { part_unit: usable(c.one(partUnits), shortest), steps: rows };
}

function brackets(c: Chance): Raw {
  const rows: Raw[] = [];
  let upTo = 0;
  let price = 0;
  for (let rest = 1 + c.below(4); rest > 0; rest -= 1) {
    upTo += 15 * (1 + c.below(12));
    price += c.one(prices);
    rows.push({ up_to: `${upTo} min`, price });
  }
  const per = c.one(units);
  return { brackets: rows, beyond: { per, price: c.one(prices), part_unit: usable(c.one(partUnits), per) } };
}

const rate = (c: Chance, free = false): Raw => {
  if (free && c.yes(0.4)) return { free: true };
  const draw = c.unit();
  return draw < 0.55 ? steps(c) : draw < 0.8 ? brackets(c) : { per_visit: c.one(prices) };
};

const freeTime = (c: Chance, windows: boolean): Raw => ({
  time: c.one(["10 min", "15 min", "30 min", "1 h", "2 h"]),
  boundary: c.one(["included", "excluded"]),
  when_exceeded: c.one(["counted", "deducted"]),
  again: windows && c.yes() ? "each-window" : "once",
  ...(c.yes(0.15) ? { first_entry_in: c.one(["12 h", "24 h"]) } : {}),
  ...(c.yes(0.15) ? { not_after_exit: c.one(["30 min", "2 h"]) } : {}),
});

const caps = [5, 8, 10, 20, 30];
function windows(c: Chance): Raw {
  const base = c.yes()
    ? { kind: "rolling", length: c.one(["4 h", "12 h", "24 h", "24 h", "24 h"]) }
    : { kind: "calendar-day", day_starts: c.one(["00:00", "06:00"]) };
  const draw = c.unit();
  const cap =
    draw < 0.4
      ? { cap: c.one(caps) }
      : draw < 0.65
        ? { caps: [c.one(caps), c.one(caps), c.one(caps)] }
        : draw < 0.85
          ? { caps_by_stay: [{ up_to: "24 h", cap: c.one(caps) }, { up_to: "48 h", cap: c.one(caps) }, { cap: c.one(caps) }] }
          : {};
  return { ...base, rate: c.one(["restarts", "continues"]), ...cap };
}

function periods(c: Chance, byDay: boolean, windows: boolean): Raw {
  const cuts = c.one([
    ["07:00", "19:00"],
    ["08:00", "22:00"],
    ["00:00", "12:00"],
    ["07:00", "21:00"],
    ["06:30", "12:00", "18:00"],
  ]);
  const row = (from: string, until: string, [days, except]: string[][], id: string): Raw => ({
    id,
    name,
    from,
    until,
    days,
    ...(except ? { except } : {}),
    rate: rate(c, true),
    ...(c.yes(0.2) ? { free: c.one(["15 min", "30 min"]) } : {}),
    ...(c.yes(0.4) ? { cap: c.one([3, 5, 8]) } : {}),
  });
  const around = (days: string[][], tag: string) =>
    cuts.map((from, index) => row(from, index + 1 < cuts.length ? cuts[index + 1]! : cuts[0]!, days, `${tag}${index}`));
  const groups = byDay
    ? c.one([
        [[["workday"]], [["weekend", "holiday"]]],
        [[["workday", "weekend"]], [["holiday"]]],
        [[["workday"]], [["weekend"]], [["holiday"]]],
        [[["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"], ["holiday"]], [["sunday", "holiday"]]],
        [[["every-day"], ["weekend"]], [["weekend"]]],
      ])
    : [[["every-day"]]];
  return {
    units_across: c.one(["cut", "carried"]),
    steps_across: c.one(["restart", "continue"]),
    boundary: c.one(["next", "next", "previous"]),
    together: windows ? c.one(["sum", "sum", "highest"]) : "sum",
    table: groups.flatMap((days, group) => around(days, `p${group}-`)),
  };
}

function pricing(c: Chance, byDay: boolean): Raw {
  const w = c.yes(0.7) ? windows(c) : undefined;
  return {
    ...(c.yes(0.6) ? { free: freeTime(c, w !== undefined) } : {}),
    ...(w ? { windows: w } : {}),
    ...(byDay || c.yes() ? { periods: periods(c, byDay, w !== undefined) } : { rate: rate(c) }),
    ...(c.yes(0.35) ? { stay_cap: c.one(w ? [32, 40] : [6, 15, 40]) } : {}),
  };
}

const colours = ["blue", "yellow", "green", "yellow-green"];
const classWords = ["small", "large"];
const kinds = ["police", "coach", "ordinary"];
export const couponKinds = ["free", "percent", "minutes", "cash", "valid-for", "time-window"];

function classes(c: Chance): Raw {
  const when = c.one([{ class: ["large"] }, { colours: ["yellow"] }, { kinds: ["police"] }, { colours: ["yellow", "yellow-green"] }]);
  return [
    { id: "one", name, when, ...c.one([{ free: true }, { factor: 2 }, { factor: 2 }, { by_bays: true }, { pricing: pricing(c, false) }]) },
  ];
}

function concession(c: Chance, id: string): Raw {
  const when: Raw = c.one([{ colours: ["green", "yellow-green"] }, { operating: false }, { charged_at_least_kWh: 5 }, {}]);
  if (c.yes(0.5)) when.first_entry_in = "24 h";
  const give = c.one([
    { free: { time: c.one(["1 h", "2 h"]), boundary: "included", when_exceeded: c.one(["counted", "deducted"]), again: "once" } },
    { percent_off: c.one([10, 50, 33]) },
    { charging_time: c.yes() ? { most: "1 h" } : {} },
  ]);
  return { id, name, when, ...give };
}

export function randomFile(c: Chance): Raw {
  const byDay = c.yes(0.3);
  const version = {
    version: "1",
    from: "2025-01-01",
    ...(byDay
      ? {
          calendar: {
            from: "2025-01-01",
            until: "2026-12-31",
            holidays: ["2025-11-05 to 2025-11-06", "2025-11-09"],
            make_up_days: ["2025-11-15"],
          },
        }
      : {}),
    pricing: pricing(c, byDay),
    ...(c.yes(0.3) ? { classes: classes(c) } : {}),
    ...(c.yes(0.35) ? { concessions: [concession(c, "x"), ...(c.yes() ? [concession(c, "y")] : [])] } : {}),
    ...(c.yes(0.6)
      ? {
          coupons: {
            accepted: c.yes(0.8) ? couponKinds : c.some(couponKinds),
            stacking: c.one(["one", "one-of-each-kind", "all"]),
            after_partial_payment: c.yes(),
            with_concession: c.yes(),
          },
        }
      : {}),
    ...(c.yes(0.8)
      ? { passes: { when_space_falls_free: c.one(["covered", "temporary"]), tolerance: "15 min", rest_has_free_time: c.yes() } }
      : {}),
    ...(c.yes(0.8) ? { inner_lots: c.one(["excluded", "excluded", "counted"]) } : {}),
    ...(c.yes(0.5) ? { lost_entry: c.one([{ fixed: 10 }, { assume: "24 h" }, { assume: "2 h" }, { ask: true }]) } : {}),
    ...(c.yes(0.2)
      ? { entries_cap: c.yes() ? { kind: "rolling", length: "24 h", cap: c.one(caps) } : { kind: "calendar-day", cap: c.one(caps) } }
      : {}),
    ...(c.yes(0.3) ? { round: { to: c.one([0.1, 1]), way: c.one(["down", "up", "half-up"]) } } : {}),
    ...(c.yes(0.6) ? { payment: { grace: "15 min", after_grace: c.one(["whole-stay", "new-stay"]) } } : {}),
  };
  return { tariff: "random", name, versions: [version] };
}

const at = (day: number, clock: number): number => Date.UTC(2025, 10, 3) / 1000 + day * 86400 + clock;

function lengthOfStay(c: Chance, { free, windows: w }: Raw): number {
  const draw = c.unit();
  const whole = w?.kind === "rolling" ? len(w.length) : 86_400;
  const base =
    w && c.yes(0.25)
      ? whole * (1 + c.below(2)) + c.below(whole)
      : draw < 0.4 && free
        ? len(free.time)
        : draw < 0.6
          ? 900 * (1 + c.below(16))
          : draw < 0.85
            ? c.below(6 * 3600)
            : draw < 0.96
              ? c.below(30 * 3600)
              : c.below(75 * 3600);
  return Math.max(0, base + c.one([0, 0, 0, 0, 1, -1, c.below(60)]));
}

export function randomStay(c: Chance, file: Raw): NaiveStay {
  const version = file.versions[0];
  const entered = at(c.below(14), c.yes(0.4) ? 3600 * c.below(24) - c.below(3) + 1 : c.below(86400));
  const length = lengthOfStay(c, version.pricing);
  const left = entered + length;
  const inside = () => entered + c.below(length + 1);
  const span = () => {
    const [a, b] = [inside(), inside()];
    return { from: Math.min(a, b), until: Math.max(a, b) };
  };
  const stay: NaiveStay = { entered, left, colour: c.one(colours), kind: c.one(kinds), bays: 1 + c.below(3), operating: c.yes(0.3) };
  if (c.yes(0.8)) stay.class = c.one(classWords);
  if (c.yes(0.95)) {
    let before = entered - c.below(3600);
    stay.history = [];
    for (let rest = c.one([0, 0, 1, 2, 3]); rest > 0; rest -= 1) {
      const enteredThen = before - 600 - c.below(12 * 3600);
      stay.history.push({ entered: enteredThen, left: before, charged: 100 * c.below(12) });
      before = enteredThen - c.below(10 * 3600);
    }
  }
  if (version.passes ? c.yes(0.3) : c.yes(0.02)) {
    const draw = c.unit();
    const valid =
      draw < 0.4
        ? { from: entered - 86400, until: inside() }
        : draw < 0.6
          ? { from: inside(), until: left + 86400 }
          : { from: entered - 86400, until: left + 86400 };
    const suspended: [number, number][] = [];
    if (c.yes(0.3)) {
      const { from, until } = span();
      suspended.push([from, until]);
    }
    const others = [0, 1, 2]
      .slice(0, c.below(4))
      .map(() => ({ entered: entered - c.below(7200), ...(c.yes(0.8) ? { left: c.yes(0.6) ? entered + c.below(1000) : inside() } : {}) }));
    stay.passes = [{ ...valid, suspended, ...(c.yes(0.6) ? { spaces: { count: 1, others } } : {}) }];
  }
  if (version.inner_lots ? c.yes(0.15) : c.yes(0.02)) stay.inner = [span()];
  if (c.yes(0.4)) stay.charging = [{ ...span(), energy: c.below(12) * 1_000_000 }];
  if (c.yes(version.coupons ? 0.6 : 0.05)) {
    stay.coupons = [0, 1, 2].slice(0, 1 + c.below(3)).map((id) => {
      const kind = c.one(couponKinds);
      return {
        id: `c${id}`,
        kind,
        ...(c.yes(0.4) ? { presented: inside() } : {}),
        ...(kind === "percent" ? { percent: c.one([10, 25, 33]) } : {}),
        ...(kind === "minutes" ? { minutes: c.one([15, 60]) } : {}),
        ...(kind === "cash" ? { amount: fenOf(c.one([1, 2.5, 5])) } : {}),
        ...(kind === "valid-for" ? { given: inside(), hours: c.one([1, 3]) } : {}),
        ...(kind === "time-window"
          ? c.one([
              { from: 64_800, until: 79_200 },
              { from: 79_200, until: 25_200 },
            ])
          : {}),
      };
    });
  }
  if (c.yes(0.3)) {
    const paidAt = c.yes(0.6) ? left - c.below(1200) : inside();
    stay.payments = [{ at: Math.max(entered, paidAt), amount: c.yes(0.7) ? fenOf(c.one([10, 20, 60, 200])) : fenOf(c.one([1, 2])) }];
    if (c.yes(0.1)) stay.payments[0]!.at = left + c.below(3600);
    if (c.yes(0.3)) stay.payments.push({ at: Math.max(stay.payments[0]!.at, left - c.below(600)), amount: fenOf(c.one([1, 5, 20])) });
  }
  if (c.yes(0.05)) stay.entryLost = true;
  return stay;
}

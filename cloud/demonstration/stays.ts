// Ninety days of cars and charging as rows: stays with their bills and payments, sessions with their energy. They stand beside the running counts and are in none of them, so that what a
// live gateway counts can still be held against what the cloud counts of it.
import { dayOf, startOf } from "#cloud/calendar/calendar.ts";
import type { NewRow } from "#cloud/store/schema.ts";
import { dayMs, hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { type Chance, chance } from "./chance.ts";

export interface Yard {
  readonly site: string;
  readonly gateway: string;
  readonly lanes: readonly { readonly id: string; readonly name: string; readonly direction: "entry" | "exit" }[];
  readonly stations: readonly { readonly id: string; readonly sockets: number }[];
  readonly cars_a_day: number;
}

export interface History {
  readonly visits: readonly NewRow<"visit">[];
  readonly bills: readonly NewRow<"bill">[];
  readonly payments: readonly NewRow<"payment">[];
  readonly sessions: readonly NewRow<"session">[];
}

const tariff = "demonstration";
const price_fen = 200;
const freeMinutes = 30;
/** Cars with a pass, and for how many days their comings and goings are told: as many as the heat of a week is drawn from. */
const residents = 58;
const residentDays = 29;

/** More cars come before nine and from five on. */
const hours = [7, 7, 8, 8, 8, 9, 10, 11, 12, 14, 15, 17, 17, 18, 18, 18, 19, 19, 20, 21, 22] as const;
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";

function plateOf(by: Chance): { readonly plate: string; readonly plate_colour: string } {
  const digits = String(by.whole(0, 9_999)).padStart(4, "0");
  return by.unit() < 0.4
    ? { plate: `闽CD${digits}${by.whole(0, 9)}`, plate_colour: "green" }
    : { plate: `闽C${by.pick([...letters])}${digits}`, plate_colour: "blue" };
}

type Car = ReturnType<typeof plateOf>;
type Line = { readonly rule: string; readonly zh: string; readonly en: string; readonly amount_fen: number };

/** One stay as rows. Who has not left by `until` stands inside still: so what a live gateway counts from then on goes on from here. */
class Stays {
  readonly visits: NewRow<"visit">[] = [];
  readonly bills: NewRow<"bill">[] = [];
  readonly payments: NewRow<"payment">[] = [];
  readonly #inside = new Set<string>();
  readonly #by: Chance;
  readonly #yard: Yard;
  readonly #until: number;
  constructor(by: Chance, yard: Yard, until: number) {
    this.#by = by;
    this.#yard = yard;
    this.#until = until;
  }

  add(car: Car, { entered_at, left_at }: { entered_at: number; left_at: number }, lines: readonly Line[]): void {
    const by = this.#by;
    const { site, gateway, lanes } = this.#yard;
    const lane = (way: "entry" | "exit") => by.pick(lanes.filter(({ direction }) => direction === way));
    const visit = by.id();
    const came = { visit, site, gateway, lot: "main", lane_in: lane("entry").id, ...car, tariff, offline: 0, entered_at };
    if (left_at >= this.#until) {
      if (entered_at < this.#until && !this.#inside.has(car.plate))
        this.visits.push({ ...came, lane_out: null, state: "inside", left_at: null, total_fen: null, paid_fen: 0 });
      this.#inside.add(car.plate);
      return;
    }
    const out = lane("exit");
    const total_fen = lines.reduce((sum, { amount_fen }) => sum + amount_fen, 0);
    const paid_fen = total_fen > 0 && by.unit() < 0.015 ? 0 : total_fen;
    // Now and then a stay is written down by hand, by a slip.
    const charged_by = paid_fen > 0 && this.visits.length % 119 === 7 ? "slip" : tariff;
    this.visits.push({ ...came, tariff: charged_by, lane_out: out.id, state: "gone", left_at, total_fen, paid_fen });
    const said = { visit, site, lane: out.id };
    this.bills.push({
      ...{ bill: by.id(), ...said, tariff: charged_by, lines: JSON.stringify(lines), total_fen, paid_fen, due_fen: total_fen - paid_fen },
      ...{ entered_at, left_at },
    });
    if (paid_fen > 0)
      this.payments.push({
        ...{ payment: by.id(), ...said, method: by.unit() < 0.85 ? "wechat" : "cash", amount_fen: paid_fen, collector: "demonstration" },
        at: left_at - 30_000,
      });
  }
}

/** The day of number 0 was a Thursday. */
const isWeekend = (day: number): boolean => [0, 6].includes((day + 4) % 7);

/** Who lives here comes home in the evening and leaves in the morning; at weekends later, and now and then not at all. */
function tellResidents(by: Chance, stays: Stays, { from, until }: { readonly from: number; readonly until: number }): void {
  const covered: readonly Line[] = [{ rule: "passes", zh: "月租车，在有效期内", en: "a monthly pass that is valid", amount_fen: 0 }];
  for (let n = 0; n < residents; n += 1) {
    const car = plateOf(by);
    for (let day = dayOf(from); startOf(day) < until; day += 1) {
      const entered_at = startOf(day) + by.whole(1_000, 1_360) * minuteMs + by.whole(0, 59) * 1_000;
      while (by.unit() < (isWeekend(day + 1) ? 0.45 : 0.08)) day += 1;
      const morning = startOf(day + 1) + by.whole(390, 555) * minuteMs;
      stays.add(car, { entered_at, left_at: morning + by.whole(0, 59) * 1_000 }, covered);
    }
  }
}

export function tellStays(seed: number, yard: Yard, { from, until }: { readonly from: number; readonly until: number }): History {
  const by = chance(seed);
  const stays = new Stays(by, yard, until);
  const gates = (["entry", "exit"] as const).every((way) => yard.lanes.some(({ direction }) => direction === way));
  const regulars = Array.from({ length: 60 }, () => plateOf(by));
  for (let day = dayOf(from); gates && startOf(day) < until; day += 1)
    for (let n = 0; n < yard.cars_a_day; n += 1) {
      const entered_at = startOf(day) + by.pick(hours) * hourMs + by.whole(0, 3_599) * 1_000;
      const stayed = by.unit() < 0.25 ? by.whole(4, 29) : by.whole(31, 700);
      const car = by.unit() < 0.6 ? by.pick(regulars) : plateOf(by);
      const charged = Math.max(0, Math.min(10, Math.ceil((stayed - freeMinutes) / 60)));
      const free = { rule: "free", zh: `首 ${freeMinutes} 分钟免费`, en: `first ${freeMinutes} minutes free`, amount_fen: 0 };
      const hour = { rule: "hour", zh: `${charged} 个小时 × 2.00 元`, en: `${charged} hours × ¥2.00`, amount_fen: charged * price_fen };
      stays.add(car, { entered_at, left_at: entered_at + stayed * minuteMs }, charged === 0 ? [free] : [free, hour]);
    }
  if (gates) tellResidents(by, stays, { from: until - residentDays * dayMs, until });
  const { visits, bills, payments } = stays;
  return { visits, bills, payments, sessions: tellSessions(by, yard, { from, until: until - hourMs }) };
}

function tellSessions(
  by: Chance,
  { site, gateway, stations }: Yard,
  { from, until }: { from: number; until: number },
): NewRow<"session">[] {
  const sessions: NewRow<"session">[] = [];
  for (const { id, sockets } of stations)
    for (let number = 1; number <= sockets; number += 1)
      for (let at = from + by.whole(0, 36) * hourMs; at < until; at += dayMs + by.whole(-6, 30) * hourMs) {
        const seconds = by.whole(40, 420) * 60;
        if (at + seconds * 1000 >= until) break;
        sessions.push({
          ...{ session: by.id(), site, gateway, socket: `${id}/${number}`, card: `1000${by.whole(1_000, 9_999)}` },
          ...{ started_at: at, ended_at: at + seconds * 1_000, seconds, cause: by.unit() < 0.8 ? "full" : "unplugged" },
          ...{ start_mWh: 0, energy_mWh: Math.round((seconds / 3_600) * by.whole(120_000, 420_000)) },
        });
      }
  return sessions;
}

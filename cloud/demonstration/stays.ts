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

/** More cars come before nine and from five on. */
const hours = [7, 7, 8, 8, 8, 9, 10, 11, 12, 14, 15, 17, 17, 18, 18, 18, 19, 19, 20, 21, 22] as const;
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";

function plateOf(by: Chance): { readonly plate: string; readonly plate_colour: string } {
  const digits = String(by.whole(0, 9_999)).padStart(4, "0");
  return by.unit() < 0.4
    ? { plate: `闽CD${digits}${by.whole(0, 9)}`, plate_colour: "green" }
    : { plate: `闽C${by.pick([...letters])}${digits}`, plate_colour: "blue" };
}

/** All of it lies before `until`. */
export function tellStays(seed: number, yard: Yard, { from, until }: { readonly from: number; readonly until: number }): History {
  const by = chance(seed);
  const visits: NewRow<"visit">[] = [];
  const bills: NewRow<"bill">[] = [];
  const payments: NewRow<"payment">[] = [];
  const { site, gateway, lanes } = yard;
  const [entries, exits] = (["entry", "exit"] as const).map((way) => lanes.filter(({ direction }) => direction === way));
  const regulars = Array.from({ length: 60 }, () => plateOf(by));
  for (let day = dayOf(from); startOf(day) < until; day += 1)
    for (let n = 0; n < yard.cars_a_day && entries !== undefined && entries.length > 0; n += 1) {
      const entered_at = startOf(day) + by.pick(hours) * hourMs + by.whole(0, 3_599) * 1_000;
      const stayed = by.unit() < 0.25 ? by.whole(4, 29) : by.whole(31, 700);
      const left_at = entered_at + stayed * minuteMs;
      if (left_at >= until) continue;
      const car = by.unit() < 0.6 ? by.pick(regulars) : plateOf(by);
      const charged = Math.max(0, Math.min(10, Math.ceil((stayed - freeMinutes) / 60)));
      const total_fen = charged * price_fen;
      const paid_fen = total_fen > 0 && by.unit() < 0.015 ? 0 : total_fen;
      const [visit, out] = [by.id(), by.pick(exits ?? [])];
      visits.push({
        ...{ visit, site, gateway, lot: "main", lane_in: by.pick(entries).id, lane_out: out.id, ...car, tariff, offline: 0 },
        ...{ state: "gone", entered_at, left_at, total_fen, paid_fen },
      });
      const lines = [
        { rule: "free", zh: `首 ${freeMinutes} 分钟免费`, en: `first ${freeMinutes} minutes free`, amount_fen: 0 },
        ...(charged === 0
          ? []
          : [{ rule: "hour", zh: `${charged} 个小时 × 2.00 元`, en: `${charged} hours × ¥2.00`, amount_fen: total_fen }]),
      ];
      const said = { visit, site, lane: out.id };
      bills.push({
        ...{ bill: by.id(), ...said, tariff, lines: JSON.stringify(lines), total_fen, paid_fen, due_fen: total_fen - paid_fen },
        ...{ entered_at, left_at },
      });
      if (paid_fen > 0)
        payments.push({
          ...{ payment: by.id(), ...said, method: by.unit() < 0.85 ? "wechat" : "cash", amount_fen: paid_fen, collector: "demonstration" },
          at: left_at - 30_000,
        });
    }
  return { visits, bills, payments, sessions: tellSessions(by, yard, { from, until }) };
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

// From event to hazard: which cut-offs and welds of the property's own list become official, a row each.
// The grade is always 一般: a major fire hazard (重大火灾隐患, GB 35181) is a judgement that people make together, never a machine.
import type { EventType } from "#protocols/uplink/events.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

export interface PromotionRule {
  readonly rule: string;
  readonly on: EventType;
  readonly causes?: readonly string[];
  /** So many cut-offs of one socket within so many days, this one among them. */
  readonly repeated?: { readonly times: number; readonly days: number };
  readonly category: string;
  readonly zh: string;
  readonly en: string;
  /** Proposed at dispatch when the dispatcher names no other. */
  readonly deadline_days: number;
}

const category = "电动自行车充电设施";

/** The first row that fits is the one. */
export const promotionRules: readonly PromotionRule[] = [
  {
    rule: "weld",
    on: "charging.welded",
    category,
    zh: "继电器粘连，插座断不开电",
    en: "welded relay: the socket cannot be switched off",
    deadline_days: 1,
  },
  {
    rule: "smoke",
    on: "charging.cut",
    causes: ["smoke"],
    category,
    zh: "充电站烟雾报警",
    en: "smoke at a charging station",
    deadline_days: 1,
  },
  {
    rule: "shed-fire",
    on: "shed.tripped",
    causes: ["smoke", "heat", "panel"],
    category,
    zh: "充电棚火灾报警",
    en: "fire alarm in a charging shed",
    deadline_days: 1,
  },
  {
    rule: "shed-leaking",
    on: "shed.leaking",
    category,
    zh: "充电棚进线剩余电流报警",
    en: "residual current of a charging shed's feeder",
    deadline_days: 3,
  },
  {
    rule: "shed-contactor",
    on: "shed.contactor-stuck",
    category,
    zh: "充电棚上级接触器断不开",
    en: "the contactor above a charging shed does not open",
    deadline_days: 1,
  },
  {
    rule: "leakage",
    on: "charging.cut",
    causes: ["leakage", "feeder-leakage"],
    category,
    zh: "充电设施漏电",
    en: "leakage at a charging socket or its feeder",
    deadline_days: 3,
  },
  {
    rule: "over-temperature",
    on: "charging.cut",
    causes: ["over-temperature", "temperature-rise"],
    category,
    zh: "充电插座过温",
    en: "over-temperature at a charging socket",
    deadline_days: 3,
  },
  {
    rule: "second-rise",
    on: "charging.cut",
    causes: ["second-rise"],
    category,
    zh: "电池疑似二次发热",
    en: "a battery that seems to heat up again",
    deadline_days: 1,
  },
  {
    rule: "third-cut",
    on: "charging.cut",
    repeated: { times: 3, days: 7 },
    category,
    zh: "同一插座 7 天内第三次保护断电",
    en: "third protective cut-off of one socket within 7 days",
    deadline_days: 7,
  },
];

/** `cuts` are the times of every known cut-off of the socket, this one included, in any order: late ones count where they belong. */
export function promotionOf(event: { type: string; cause: string; at: number; cuts: readonly number[] }): PromotionRule | undefined {
  return promotionRules.find(
    (row) =>
      row.on === event.type &&
      (row.causes === undefined || row.causes.includes(event.cause)) &&
      (row.repeated === undefined || isRepeated(event, row.repeated)),
  );
}

function isRepeated({ at, cuts }: { at: number; cuts: readonly number[] }, { times, days }: { times: number; days: number }): boolean {
  const sorted = [...cuts].sort((a, b) => a - b);
  for (let first = 0; first + times <= sorted.length; first += 1) {
    const from = sorted[first] ?? 0;
    const to = sorted[first + times - 1] ?? 0;
    if (to - from <= days * dayMs && from <= at && at <= to) return true;
  }
  return false;
}

export function promotionRule(name: string): PromotionRule | undefined {
  return promotionRules.find((row) => row.rule === name);
}

// Who was shed or refused, and why, so that the person at the pile and the one who pays for the supply both understand it.
import type { LoadFact } from "./facts.ts";
import type { LoadStep, NoRoom, Shedding } from "./load.ts";

export const inWords = (value: number, unit: "mA" | "mW"): string =>
  unit === "mA" ? `${(value / 1000).toFixed(1)} A` : `${(value / 1_000_000).toFixed(2)} kW`;

const unmeasured = (reserved: number, unit: "mA" | "mW"): { zh: string; en: string } =>
  reserved === 0
    ? { zh: "", en: "" }
    : {
        zh: `（其中未测得、按最大值计 ${inWords(reserved, unit)}）`,
        en: ` (of which ${inWords(reserved, unit)} not measured and taken at its most)`,
      };

export function loadShedFact({ budget, taken, socket, share, priority, on_ms }: Shedding, held: { id: string; session: string }): LoadFact {
  const { unit, limit, name } = budget;
  const [value, most, own] = [taken.value, limit, share].map((amount) => inWords(amount, unit));
  const more = unmeasured(taken.reserved, unit);
  const seconds = Math.round(on_ms / 1000);
  return {
    kind: "load-shed",
    budget: budget.id,
    of: budget.kind,
    socket,
    session: held.session,
    authority: held.id,
    value: taken.value,
    limit,
    unit,
    reserved: taken.reserved,
    share,
    priority,
    seconds,
    zh: `${name.zh} ${value}，超过 ${most}${more.zh}：${socket} 优先级 ${priority}、充电 ${seconds} 秒，依次先停，让出 ${own}`,
    en: `${name.en} at ${value}, more than ${most}${more.en}: ${socket}, priority ${priority}, ${seconds} s on, is next to go and frees ${own}`,
  };
}

export function loadOverFact({ budget, taken }: LoadStep["helpless"][number]): LoadFact {
  const { unit, limit, name } = budget;
  const more = unmeasured(taken.reserved, unit);
  return {
    kind: "load-over",
    budget: budget.id,
    of: budget.kind,
    value: taken.value,
    limit,
    unit,
    zh: `${name.zh} ${inWords(taken.value, unit)}，超过 ${inWords(limit, unit)}${more.zh}，已无可停的充电`,
    en: `${name.en} at ${inWords(taken.value, unit)}, more than ${inWords(limit, unit)}${more.en}, and no charge is left that could be ended`,
  };
}

export function noRoomWords({ budget, taken, reserve, limit }: NoRoom): { zh: string; en: string } {
  const { unit, name } = budget;
  const more = unmeasured(taken.reserved, unit);
  return {
    zh: `${name.zh}已用 ${inWords(taken.value, unit)}${more.zh}，再加 ${inWords(reserve, unit)} 将超过 ${inWords(limit, unit)}，请稍后再试`,
    en: `${name.en} takes ${inWords(taken.value, unit)}${more.en}; ${inWords(reserve, unit)} more would exceed ${inWords(limit, unit)}: try again later`,
  };
}

export const shedRefusalWords: Readonly<Record<"shed-latched" | "shed-blind" | "contactor-open", { zh: string; en: string }>> = {
  "shed-latched": { zh: "充电棚已锁定，须由人员到场解除", en: "the shed is latched until a person on site resets it" },
  "shed-blind": { zh: "读不到充电棚的烟感等触点，不送电", en: "the shed's contacts cannot be read: nothing is energised" },
  "contactor-open": { zh: "充电棚上级接触器未闭合", en: "the contactor above the shed is not closed" },
};

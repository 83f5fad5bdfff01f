// What protection says, in both languages: states, causes, and each fact with its number.
import type { ChargingFact, CutCause, EndCause, WarnCause } from "./facts.ts";
import type { SocketState } from "./state.ts";

export interface Both {
  readonly zh: string;
  readonly en: string;
}

export const stateWords: Readonly<Record<SocketState, Both>> = {
  idle: { zh: "空闲", en: "idle" },
  energising: { zh: "送电中", en: "energising" },
  charging: { zh: "充电", en: "charging" },
  opening: { zh: "断开中", en: "opening" },
  latched: { zh: "锁定", en: "latched" },
  welded: { zh: "粘连", en: "welded" },
  blind: { zh: "看不见", en: "blind" },
  waiting: { zh: "等待再试", en: "waiting to be tried again" },
};

export const cutWords: Readonly<Record<CutCause, Both>> = {
  "over-current": { zh: "反时限过流", en: "inverse-time over-current" },
  instantaneous: { zh: "速断", en: "instantaneous over-current" },
  "over-power": { zh: "过功率", en: "over-power" },
  "over-temperature": { zh: "过温", en: "over-temperature" },
  "temperature-rise": { zh: "升温过快", en: "temperature rising too fast" },
  "over-voltage": { zh: "过压", en: "over-voltage" },
  "under-voltage": { zh: "欠压", en: "under-voltage" },
  leakage: { zh: "该路漏电", en: "residual current of the socket" },
  "feeder-leakage": { zh: "整站漏电", en: "residual current of the station" },
  "second-rise": { zh: "功率二次上升", en: "second rise of power" },
  smoke: { zh: "烟雾", en: "smoke" },
  blind: { zh: "失去读数", en: "no fresh reading" },
  shed: { zh: "整棚断电", en: "the whole shed was opened" },
};
const endWords: Readonly<Record<EndCause, Both>> = {
  full: { zh: "已充满", en: "full" },
  unplugged: { zh: "插头拔出", en: "unplugged" },
  "no-load": { zh: "无负荷", en: "no load" },
  "never-charging": { zh: "始终未充电", en: "never charging" },
  "max-time": { zh: "到最长时间", en: "longest time" },
  released: { zh: "平台停止", en: "released" },
  interrupted: { zh: "被中断", en: "interrupted" },
  expired: { zh: "授权到期", en: "authority expired" },
  load: { zh: "有序削减", en: "ended to relieve the supply" },
};
const warnWords: Readonly<Record<WarnCause, Both>> = {
  "over-temperature": { zh: "插座偏热", en: "the socket grows hot" },
  "feeder-leakage": { zh: "整站漏电", en: "residual current of the station" },
  "long-charge": { zh: "充电过久", en: "a long charge" },
};

const bigger: Readonly<Record<string, readonly [unit: string, of: number]>> = {
  mA: ["A", 1_000],
  mW: ["W", 1_000],
  mV: ["V", 1_000],
  "m°C": ["°C", 1_000],
  ms: ["s", 1_000],
};
/** 5200 mA -> "5.2 A"; residual currents stay in mA. */
export function quantity(value: number | null, unit: string): string {
  if (value === null) return "—";
  const [name, of] = bigger[unit] ?? [unit, 1];
  return unit === "mA" && Math.abs(value) < 1_000 ? `${value} mA` : `${Number((value / of).toPrecision(6))} ${name}`;
}

/** A fact may come from a journal that another version wrote: a cause that is not known here stands as it is. */
const named = <Name extends string>(words: Readonly<Record<Name, Both>>, name: Name): Both =>
  (words as Readonly<Record<string, Both | undefined>>)[name] ?? { zh: name, en: name };

function cutFact(fact: Extract<ChargingFact, { kind: "cut" }>): Both {
  const { value, limit, unit, latched, rearm } = fact;
  const after = latched
    ? { zh: "；锁定，须由人解除", en: "; latched until a person resets it" }
    : rearm === true
      ? { zh: "；条件恢复后可自动再试", en: "; may be tried again once it is well" }
      : { zh: "", en: "" };
  const numbers = limit === null ? "" : `${quantity(value, unit)}`;
  const cause = named(cutWords, fact.cause);
  return {
    zh: `跳闸：${cause.zh}${numbers === "" ? "" : ` ${numbers}，限值 ${quantity(limit, unit)}`}${after.zh}`,
    en: `cut: ${cause.en}${numbers === "" ? "" : ` ${numbers}, limit ${quantity(limit, unit)}`}${after.en}`,
  };
}

/** One fact in a sentence. */
export function factWords(fact: ChargingFact): Both {
  switch (fact.kind) {
    case "closed":
      return { zh: "继电器吸合，开始充电", en: "the relay closed, a charge begins" };
    case "cut":
      return cutFact(fact);
    case "ended":
      return { zh: `结束：${named(endWords, fact.cause).zh}`, en: `ended: ${named(endWords, fact.cause).en}` };
    case "opened":
      return {
        zh: `确认断开，用时 ${quantity(fact.confirmed_after_ms, "ms")}`,
        en: `seen open after ${quantity(fact.confirmed_after_ms, "ms")}`,
      };
    case "welded": {
      const flow = fact.current_mA === null ? "" : ` ${quantity(fact.current_mA, "mA")}`;
      return {
        zh: `粘连：断开 ${quantity(fact.waited_ms, "ms")} 后仍有电${flow}`,
        en: `welded: still live${flow} ${quantity(fact.waited_ms, "ms")} after OFF`,
      };
    }
    case "rearm":
      return fact.ready
        ? { zh: `可再合闸（本次充电第 ${fact.n} 次，最多 ${fact.of} 次）`, en: `ready again (${fact.n} of ${fact.of} this session)` }
        : { zh: "不再等待", en: "nobody waits any more" };
    case "latch-reset":
      return { zh: `锁定已由 ${fact.person} 解除`, en: `latch reset by ${fact.person}` };
    case "refused":
      return { zh: `不送电：${fact.zh}`, en: `refused: ${fact.en}` };
    case "warned":
      return {
        zh: `提示：${named(warnWords, fact.cause).zh} ${quantity(fact.value, fact.unit)}（${quantity(fact.limit, fact.unit)}）`,
        en: `warning: ${named(warnWords, fact.cause).en} ${quantity(fact.value, fact.unit)} (${quantity(fact.limit, fact.unit)})`,
      };
    case "eased":
      return { zh: `提示解除：${named(warnWords, fact.cause).zh}`, en: `over: ${named(warnWords, fact.cause).en}` };
    case "station-silent":
      return {
        zh: `整站 ${quantity(fact.silent_ms, "ms")} 没有应答`,
        en: `the station has been silent for ${quantity(fact.silent_ms, "ms")}`,
      };
    case "station-answers":
      return { zh: "整站恢复应答", en: "the station answers again" };
    case "test-begun":
      return { zh: `试跳开始，限值 ${quantity(fact.limit_mA, "mA")}`, en: `trip test begun, limit ${quantity(fact.limit_mA, "mA")}` };
    case "test-refused":
      return { zh: `试跳被拒：${fact.zh}`, en: `trip test refused: ${fact.en}` };
    case "test-ended":
      return { zh: `试跳结束（${fact.cause}）`, en: `trip test ended (${fact.cause})` };
  }
}

export const both = ({ zh, en }: Both): string => `${zh} / ${en}`;

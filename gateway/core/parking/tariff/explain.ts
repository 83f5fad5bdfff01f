// The tariff in plain words, as it would hang at the entrance: every rule of the file, in the order in which it is applied.
import { plateKinds } from "#protocols/vocabulary/plate.ts";
import { toCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { explainPricing, freeWords } from "./explain-pricing.ts";
import { explainRest } from "./explain-rest.ts";
import type { Concession, Tariff, VehicleWhen, Version, Words } from "./types.ts";
import { lengthWords } from "./words.ts";

export function explainTariff(tariff: Tariff, version: Version): Words[] {
  const demonstration = tariff.demonstration
    ? { zh: "【演示，不是真实收费】", en: " [a demonstration, not a real tariff]" }
    : { zh: "", en: "" };
  return [
    {
      zh: `${tariff.name.zh}${tariff.name.zh.includes("收费") ? "" : " 收费标准"}${demonstration.zh}`,
      en: `${tariff.name.en}${/price/.test(tariff.name.en) ? "" : ": prices"}${demonstration.en}`,
    },
    validWords(version),
    ...explainPricing(version.pricing),
    ...version.classes.flatMap(classWords),
    ...version.concessions.map((concession) => concessionWords(concession, version)),
    ...(version.concessions.length > 1
      ? [{ zh: "同时符合几项优惠的，按最省的一项，不叠加", en: "of several concessions the cheapest one holds; they are not added up" }]
      : []),
    ...explainRest(version),
  ];
}

function validWords({ from, until }: Version): Words {
  if (until === undefined) return { zh: `${dateZh(from)}起入场的车辆适用`, en: `for vehicles that enter from ${dateEn(from)} on` };
  const last = wall(until - 1);
  return { zh: `${dateZh(from)}至${dateZh(last)}入场的车辆适用`, en: `for vehicles that enter from ${dateEn(from)} to ${dateEn(last)}` };
}

function dateZh(at: Wall): string {
  const { year, month, day } = toCivil(at);
  return `${year}年${month}月${day}日`;
}

function dateEn(at: Wall): string {
  const { year, month, day } = toCivil(at);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

const colourWords: Record<string, Words> = {
  unknown: { zh: "颜色不明", en: "unknown" },
  blue: { zh: "蓝牌", en: "blue" },
  yellow: { zh: "黄牌", en: "yellow" },
  white: { zh: "白牌", en: "white" },
  black: { zh: "黑牌", en: "black" },
  green: { zh: "绿牌", en: "green" },
  "yellow-green": { zh: "黄绿牌", en: "yellow-green" },
};

const kindWords = (kind: string): Words => ({
  zh: plateKinds.find((entry) => entry.kind === kind)?.zh ?? kind,
  en: kind.replaceAll("-", " "),
});

/** By what people can see of a vehicle; the file's own word for a class is said by the class's name. */
function whoWords({ colours, kinds }: VehicleWhen): Words[] {
  const parts: Words[] = [];
  if (colours !== undefined)
    parts.push({
      zh: colours.map((colour) => colourWords[colour]?.zh ?? colour).join("、"),
      en: `${colours.map((colour) => colourWords[colour]?.en ?? colour).join(" or ")} plates`,
    });
  if (kinds !== undefined) {
    const words = kinds.map(kindWords);
    parts.push({ zh: words.map((word) => word.zh).join("、"), en: `${words.map((word) => word.en).join(", ")} plates` });
  }
  return parts;
}

const inBrackets = (parts: readonly Words[]): Words =>
  parts.length === 0
    ? { zh: "", en: "" }
    : { zh: `（${parts.map((part) => part.zh).join("，")}）`, en: ` (${parts.map((part) => part.en).join(", ")})` };

function classWords({ name, when, effect }: Version["classes"][number]): Words[] {
  const who = inBrackets(whoWords(when));
  const head = { zh: `${name.zh}${who.zh}`, en: `${name.en}${who.en}` };
  if (effect.kind === "free") return [{ zh: `${head.zh}：免费`, en: `${head.en}: free` }];
  if (effect.kind === "bays")
    return [{ zh: `${head.zh}：按占用的车位数，每个车位按上述标准收费`, en: `${head.en}: the above for each bay that is used` }];
  if (effect.kind === "factor") {
    const { numerator, denominator } = effect;
    const factor = numerator / denominator;
    const zh = factor < 1 ? `${Math.round(factor * 1000) / 10}%` : `${factor}倍`;
    return [{ zh: `${head.zh}：收费和封顶均为上述标准的${zh}`, en: `${head.en}: prices and caps are ${factor} times the above` }];
  }
  return [
    { zh: `${head.zh}：`, en: `${head.en}:` },
    ...explainPricing(effect.pricing).map((words) => ({ zh: `　${words.zh}`, en: `  ${words.en}` })),
  ];
}

function concessionWords({ name, when, give }: Concession, { pricing }: Version): Words {
  const conditions = whoWords(when);
  if (when.classes !== undefined) conditions.push({ zh: when.classes.join("、"), en: when.classes.join(", ") });
  if (when.operating === false) conditions.push({ zh: "非营运", en: "no taxis or ride-hailing cars" });
  if (when.chargedAtLeast_mWh !== undefined) {
    const energy = when.chargedAtLeast_mWh / 1_000_000;
    conditions.push({ zh: `充电满${energy}度`, en: `${energy} kWh charged or more` });
  }
  if (when.firstEntryIn !== undefined) {
    const span = lengthWords(when.firstEntryIn);
    conditions.push({ zh: `${span.zh}内首次停放`, en: `the first stop in ${span.en}` });
  }
  const condition = inBrackets(conditions);
  const gift = giftWords(give, pricing.windows);
  return { zh: `${name.zh}${condition.zh}：${gift.zh}`, en: `${name.en}${condition.en}: ${gift.en}` };
}

function giftWords(give: Concession["give"], windows: Version["pricing"]["windows"]): Words {
  if (give.kind === "free-time") return freeWords(give.free, windows);
  if (give.kind === "percent-off")
    return give.percent === 100 ? { zh: "免费", en: "free" } : { zh: `减免${give.percent}%`, en: `${give.percent} % off` };
  const most = give.most === undefined ? undefined : lengthWords(give.most);
  return most === undefined
    ? { zh: "充电期间不收停车费", en: "no parking fee while charging" }
    : { zh: `充电期间不收停车费，最多${most.zh}`, en: `no parking fee while charging, for ${most.en} at most` };
}

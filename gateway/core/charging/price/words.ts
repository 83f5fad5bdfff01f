// How the lines of a charging bill read aloud. Electricity and service fee stand apart, with the kilowatt hours (NDRC notice 发改办价格〔2024〕537号).
import type { Tiers, TimeRate, Words } from "./types.ts";

/** 812345 -> "0.812": thousandths of a kilowatt hour, rounded half up for reading; the amounts are computed from the whole. */
export const kWhText = (mWh: number): string => {
  const thousandths = Math.floor((mWh + 500) / 1000);
  return `${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, "0")}`;
};

/** 5330 hundredths of a fen -> "0.533": as few decimals as it takes, two at least. */
export const rateText = (rate: number): string => {
  const decimals = String(rate % 10_000)
    .padStart(4, "0")
    .replace(/0{1,2}$/, "");
  return `${Math.floor(rate / 10_000)}.${decimals}`;
};

const unitWords = (count: number, zh: string, en: string): Words => ({ zh: `${count}${zh}`, en: `${count} ${en}` });

export function lengthWords(seconds: number): Words {
  const parts: Words[] = [];
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) parts.push(unitWords(hours, "小时", "h"));
  if (minutes > 0) parts.push(unitWords(minutes, "分", "min"));
  if (rest > 0 || parts.length === 0) parts.push(unitWords(rest, "秒", "s"));
  return { zh: parts.map(({ zh }) => zh).join(""), en: parts.map(({ en }) => en).join(" ") };
}

export const unitOf = (seconds: number): Words =>
  seconds === 3600 ? { zh: "小时", en: "h" } : seconds === 60 ? { zh: "分", en: "min" } : lengthWords(seconds);

const watts = (mW: number): string => String(mW / 1000);

/** "200–400 W"; nothing where there is one tier. */
export function tierWords({ table }: Tiers, tier: number): string {
  if (table.length < 2) return "";
  const from = table[tier - 1]?.upTo_mW;
  const until = table[tier]?.upTo_mW;
  if (until === undefined) return ` >${watts(from ?? 0)} W`;
  return from === undefined ? ` ≤${watts(until)} W` : ` ${watts(from)}–${watts(until)} W`;
}

export const energyLine = (name: Words, band: Words | undefined, energy: { readonly mWh: number; readonly rate: number }): Words => ({
  zh: `${name.zh}${band === undefined ? "" : `（${band.zh}）`} ${kWhText(energy.mWh)}度 × ${rateText(energy.rate)}元/度`,
  en: `${name.en}${band === undefined ? "" : ` (${band.en})`} ${kWhText(energy.mWh)} kWh × ${rateText(energy.rate)} yuan/kWh`,
});

export function timeLine(tier: string, ms: number, { per_s, rate }: TimeRate): Words {
  const length = lengthWords(Math.floor(ms / 1000));
  const unit = unitOf(per_s);
  return {
    zh: `服务费${tier} ${length.zh} × ${rateText(rate)}元/${unit.zh}`,
    en: `service${tier} ${length.en} × ${rateText(rate)} yuan/${unit.en}`,
  };
}

export const electricityName: Words = { zh: "电费", en: "electricity" };
export const serviceName: Words = { zh: "服务费", en: "service" };

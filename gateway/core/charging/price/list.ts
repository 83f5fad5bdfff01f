// A price as it hangs beside the socket: what a kilowatt hour and an hour cost, and what else may come. Read before anybody pays; nothing that a bill may hold is left out.
import { yuanText } from "#protocols/vocabulary/money.ts";
import type { Band, ByEnergy, PriceVersion, Span, Words } from "./types.ts";
import { electricityName, kWhText, lengthWords, rateText, serviceName, tierWords, unitOf } from "./words.ts";

const two = (n: number): string => String(n).padStart(2, "0");
const hour = (second: number): string => `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}`;
const spanText = ({ from, until }: Span): string => `${hour(from)}–${hour(until)}`;
const yuan = (fen: number): string => yuanText(fen as Parameters<typeof yuanText>[0]);

function byEnergy({ rates }: ByEnergy, name: Words, bands: readonly Band[]): Words[] {
  const alike = new Set(rates).size <= 1;
  const shown = alike ? bands.slice(0, 1) : bands;
  return shown.map((band, at) => {
    const rate = rateText(rates[at] ?? 0);
    const when = alike
      ? { zh: "", en: "" }
      : { zh: ` ${band.name.zh} ${band.spans.map(spanText).join("、")}`, en: ` ${band.name.en} ${band.spans.map(spanText).join(", ")}` };
    return { zh: `${name.zh}${when.zh} ${rate} 元/度`, en: `${name.en}${when.en} ${rate} yuan/kWh` };
  });
}

function serviceList(version: PriceVersion): Words[] {
  const { service, bands, tiers } = version;
  if (service.kind === "energy") return byEnergy(service, serviceName, bands);
  if (service.kind === "session")
    return [{ zh: `服务费 每次 ${yuan(service.price_fen)} 元`, en: `service ${yuan(service.price_fen)} yuan a charge` }];
  if (service.kind === "free") return [{ zh: "不收服务费", en: "no service fee" }];
  const part = service.part === "up" ? [{ zh: "不足一个计费单位按一个计", en: "a part of a unit is charged as a whole one" }] : [];
  const times = service.rates.map(({ per_s, rate }, tier): Words => {
    const [unit, power] = [unitOf(per_s), tierWords(tiers, tier)];
    return { zh: `服务费${power} ${rateText(rate)} 元/${unit.zh}`, en: `service${power} ${rateText(rate)} yuan/${unit.en}` };
  });
  const highest =
    tiers.by === "highest" && service.rates.length > 1
      ? [{ zh: "整次按达到过的最高功率档计", en: "all of it at the highest tier of power that it reached" }]
      : [];
  return [...times, ...highest, ...part];
}

export function priceList(version: PriceVersion): Words[] {
  const { electricity, bands, minimum_fen, cap_fen, free, occupied } = version;
  const list: Words[] =
    electricity.kind === "included"
      ? [{ zh: "电费含在服务费内", en: "electricity is paid with the service fee" }]
      : byEnergy(electricity, electricityName, bands);
  list.push(...serviceList(version));
  if (free !== undefined) {
    const what =
      free.energy_mWh === undefined
        ? lengthWords(free.seconds ?? 0)
        : { zh: `${kWhText(free.energy_mWh)} 度`, en: `${kWhText(free.energy_mWh)} kWh` };
    const beyond =
      free.whenExceeded === "counted"
        ? { zh: "超过后全部计费", en: "beyond it all is charged" }
        : { zh: "超过的部分计费", en: "only what is beyond is charged" };
    list.push({ zh: `每次 ${what.zh} 以内免费，${beyond.zh}`, en: `free up to ${what.en}; ${beyond.en}` });
  }
  if (minimum_fen !== undefined) list.push({ zh: `最低消费 ${yuan(minimum_fen)} 元`, en: `at least ${yuan(minimum_fen)} yuan` });
  if (cap_fen !== undefined) list.push({ zh: `每次封顶 ${yuan(cap_fen)} 元`, en: `at most ${yuan(cap_fen)} yuan a charge` });
  if (occupied !== undefined) {
    const [grace, per] = [lengthWords(occupied.grace_s), unitOf(occupied.per_s)];
    list.push({
      zh: `充电结束 ${grace.zh} 后仍占用：${yuan(occupied.price_fen)} 元/${per.zh}，封顶 ${yuan(occupied.cap_fen)} 元`,
      en: `a socket kept longer than ${grace.en} after the charge: ${yuan(occupied.price_fen)} yuan/${per.en}, at most ${yuan(occupied.cap_fen)}`,
    });
  }
  return list;
}

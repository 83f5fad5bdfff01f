// Published tariffs, worked through by hand: each row names its file (which names its source), the rule in one line, and the arithmetic. The table reads down the page.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { quote, type Stay, type Tariff } from "#gateway/core/parking/tariff.ts";
import { checkTariffFile, parseTariff } from "#gateway/tariff/file.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { canonicalPlate } from "#protocols/vocabulary/plate.ts";
import { fromRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";

const folder = new URL("../../tariffs/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

const tariffs = new Map<string, Tariff>();
function tariff(name: string): Tariff {
  const known = tariffs.get(name);
  if (known !== undefined) return known;
  const read = parseTariff(readFileSync(new URL(`${name}.yaml`, folder), "utf8"), name);
  if ("complaints" in read) throw new Error(JSON.stringify(read.complaints));
  tariffs.set(name, read.tariff);
  return read.tariff;
}

const at = (text: string): Wall => {
  const found = fromRfc3339(text.includes("T") ? text : text.replace(" ", "T"));
  if (found === undefined) throw new Error(text);
  return found;
};

const green: Partial<Stay> = { colour: "green" };
const large: Partial<Stay> = { class: "large" };
const earlier = (from: string, until: string, charged: number): Partial<Stay> => ({
  history: [{ entered: at(from), left: at(until), charged: fen(charged) }],
});

type Row = [file: string, enter: string, exit: string, sum: string, rule: string, more?: Partial<Stay>];
// 2025-11-03 is a Monday.
const rows: Row[] = [
  // 泉州动车站，泉州晚报 2018-10-30
  ["quanzhou-station", "2018-11-20 09:00", "2018-11-20 09:30", "0", "30分钟（含）以内免费"],
  ["quanzhou-station", "2018-11-20 09:00", "2018-11-20 09:30:01", "1*3", "超过的1秒按1小时"],
  ["quanzhou-station", "2018-11-20 09:00", "2018-11-20 13:30", "4*3", "免费之后1至4小时每小时3元"],
  ["quanzhou-station", "2018-11-20 09:00", "2018-11-20 15:31", "4*3 + 3*4", "4至12小时每小时4元，不足1小时按1小时"],
  ["quanzhou-station", "2018-11-20 09:00", "2018-11-20 21:30", "4*3 + 8*4", "12小时整"],
  ["quanzhou-station", "2018-11-20 09:00", "2018-11-21 08:00", "50", "4*3+8*4+11*5=99，24小时封顶50元"],
  ["quanzhou-station", "2018-11-20 09:00", "2018-11-21 20:00", "50 + 11*6", "第二个24小时接着按每小时6元（第25个小时已在前一天开始）"],
  ["quanzhou-station", "2018-11-20 09:00", "2018-11-22 09:00", "50 + 70", "24至48小时封顶70元"],
  ["quanzhou-station", "2018-11-20 09:00", "2018-11-23 09:00", "50 + 70 + 100", "48小时以上每24小时100元"],
  ["quanzhou-station", "2018-11-20 09:00", "2018-11-20 11:30", "2*2*3", "中大型车按占用的2个车位", { class: "medium", bays: 2 }],
  // 泉州新能源优惠，海峡网 2025-04-08
  ["quanzhou-station", "2025-11-03 09:00", "2025-11-03 11:00", "0", "绿牌首次停放免费2小时（含）", { ...green, history: [] }],
  ["quanzhou-station", "2025-11-03 09:00", "2025-11-03 13:00", "2*3", "免费2小时后按现行标准", { ...green, history: [] }],
  [
    "quanzhou-station",
    "2025-11-03 09:00",
    "2025-11-03 11:00",
    "2*3",
    "营运车辆（出租、网约）不享受：扣30分钟，1.5小时按2小时",
    { ...green, operating: true, history: [] },
  ],
  [
    "quanzhou-station",
    "2025-11-03 15:00",
    "2025-11-03 17:00",
    "2*3",
    "24小时内多次进出只有首次免费2小时",
    { ...green, ...earlier("2025-11-03 08:00", "2025-11-03 09:00", 0) },
  ],
  [
    "quanzhou-station",
    "2025-11-04 08:00",
    "2025-11-04 10:00",
    "0",
    "首次入场满24小时以后又是首次",
    { ...green, ...earlier("2025-11-03 08:00", "2025-11-03 09:00", 0) },
  ],
  [
    "quanzhou-station",
    "2025-11-03 09:00",
    "2025-11-05 09:00",
    "50 + 70",
    "连续停放超过24小时只免一次2小时（两天都封顶）",
    { ...green, history: [] },
  ],
  ["quanzhou-new-energy-per-visit", "2025-11-03 09:00", "2025-11-03 18:00", "10 - 5", "按次停车场对新能源减半", green],
  ["quanzhou-new-energy-per-visit", "2025-11-03 09:00", "2025-11-03 18:00", "10", "营运的新能源车不减", { ...green, operating: true }],
  // 泉州北站地下，bkwk.cn
  ["quanzhou-station-underground", "2025-11-03 09:00", "2025-11-03 14:00", "4*3.5 + 1*4.5", "4小时以内3.5元，4至12小时4.5元"],
  ["quanzhou-station-underground", "2025-11-03 09:00", "2025-11-04 10:00", "4*3.5 + 8*4.5 + 12*6 + 1*7", "24小时以上每小时7元"],
  // 北京路侧，新华社 2018-04-29
  ["beijing-on-street-class-1", "2025-11-03 10:00", "2025-11-03 10:14:59", "0", "不足15分钟不收"],
  ["beijing-on-street-class-1", "2025-11-03 10:00", "2025-11-03 10:15", "1*2.5", "满15分钟收一个单位"],
  ["beijing-on-street-class-1", "2025-11-03 10:00", "2025-11-03 11:29", "4*2.5 + 1*3.75", "首小时外3.75元/15分钟，余14分钟不收"],
  ["beijing-on-street-class-1", "2025-11-03 18:30", "2025-11-03 21:30", "2*2.5 + 1*1", "19:00起夜间，满2小时1元，余30分钟不收"],
  ["beijing-on-street-class-1", "2025-11-03 19:00", "2025-11-04 07:00", "6*1", "一夜12小时"],
  ["beijing-on-street-class-1", "2025-11-03 19:00", "2025-11-04 08:00", "6*1 + 4*2.5", "次日白天首小时"],
  ["beijing-on-street-class-3", "2025-11-03 10:00", "2025-11-03 12:00", "4*0.5 + 4*0.75", "三类地区"],
  // 小区，186177.com
  ["residential-free-hour", "2025-11-03 09:00", "2025-11-03 10:00", "0", "首小时内不收费"],
  ["residential-free-hour", "2025-11-03 09:00", "2025-11-03 10:00:01", "1*2", "超过1小时，不足1小时按1小时"],
  ["residential-free-hour", "2025-11-03 09:00", "2025-11-03 12:30", "3*2", "扣1小时，2.5小时按3小时"],
  ["residential-free-hour", "2025-11-03 09:00", "2025-11-04 08:59", "10", "24小时内最高10元"],
  ["residential-free-hour", "2025-11-03 09:00", "2025-11-04 11:00", "10 + 2*2", "第二个24小时重新计"],
  // 机场，hbzqbyyxgs.com
  ["airport-escalating", "2025-11-03 09:00", "2025-11-03 09:30", "2", "第一个半小时内2元"],
  ["airport-escalating", "2025-11-03 09:00", "2025-11-03 11:00", "2 + 2*5", "超过半小时按小时5元，1.5小时按2小时"],
  ["airport-escalating", "2025-11-03 09:00", "2025-11-04 09:00", "30", "第一个24小时不超过30元"],
  ["airport-escalating", "2025-11-03 09:00", "2025-11-05 09:00", "30 + 40", "第二个24小时不超过40元"],
  ["airport-escalating", "2025-11-03 09:00", "2025-11-07 09:00", "30 + 40 + 50 + 50", "第三个24小时起每24小时不超过50元"],
  ["airport-escalating", "2025-11-03 09:00", "2025-11-03 11:00", "5 + 2*10", "大型车另有价格", large],
  // 火车站、码头，hbzqbyyxgs.com
  ["station-half-hours", "2025-11-03 09:00", "2025-11-03 10:10", "3*1", "每半小时1元，不足半小时按半小时"],
  ["station-half-hours", "2025-11-03 09:00", "2025-11-04 09:00", "30", "每24小时不超过30元"],
  ["station-half-hours", "2025-11-03 09:00", "2025-11-03 10:10", "2*3*1", "大型车两倍", large],
  ["station-half-hours", "2025-11-03 09:00", "2025-11-03 10:10", "3*0.5", "三轮车减半", { class: "tricycle" }],
  // 闵行，m.114262.cn
  ["minhang-residential", "2025-11-03 09:00", "2025-11-03 10:00", "0", "1小时以内免费"],
  ["minhang-residential", "2025-11-03 09:00", "2025-11-03 16:00", "5", "1至8小时5元"],
  ["minhang-residential", "2025-11-03 09:00", "2025-11-03 18:00", "10", "8至24小时10元"],
  ["minhang-residential", "2025-11-03 09:00", "2025-11-04 12:00", "10 + 5", "超过24小时重新计"],
  ["shanghai-residential-hourly", "2025-11-03 09:00", "2025-11-03 11:20", "3*1", "每小时1元，不足1小时按1小时"],
  ["shanghai-residential-hourly", "2025-11-03 09:00", "2025-11-04 05:00", "8*1", "超过8小时不超过24小时按8小时"],
  // 批复自2020-12-10，ddtbk.com
  ["free-evening", "2025-11-03 09:00", "2025-11-03 09:45", "0", "45分钟（含）免费"],
  ["free-evening", "2025-11-03 09:00", "2025-11-03 11:00", "3", "2小时（含）以内3元"],
  ["free-evening", "2025-11-03 09:00", "2025-11-03 13:30", "3 + 3*1", "超过2小时每小时1元，2.5小时按3小时"],
  ["free-evening", "2025-11-03 16:00", "2025-11-03 23:00", "3 + 1*1", "19:00以后不加收"],
  ["free-evening", "2025-11-03 05:00", "2025-11-03 19:00", "10", "24小时内最高10元"],
  ["free-evening", "2025-11-03 09:00", "2025-11-04 09:30", "10 + 3", "超过24小时重新计，45分钟免费不再重复"],
  ["free-evening", "2025-11-03 09:00", "2025-11-03 20:00", "25", "9座以上12小时以内25元", { class: "coach" }],
  ["free-evening", "2025-11-03 09:00", "2025-11-04 01:00", "25 + 4*3", "9座以上12小时以上每小时3元", { class: "coach" }],
  // 新能源另表，zuomama.com
  ["new-energy-own-table", "2025-11-03 09:00", "2025-11-03 10:30", "0", "1.5小时内免费"],
  ["new-energy-own-table", "2025-11-03 09:00", "2025-11-03 11:00", "5", "1.5至2小时5元"],
  ["new-energy-own-table", "2025-11-03 09:00", "2025-11-03 13:10", "5 + 3*1", "超过2小时每小时加1元"],
  ["new-energy-own-table", "2025-11-03 09:00", "2025-11-04 09:00", "20", "24小时最高20元"],
  ["new-energy-own-table", "2025-11-03 09:00", "2025-11-03 12:00", "0", "新能源3小时（含）内免费", green],
  ["new-energy-own-table", "2025-11-03 09:00", "2025-11-03 14:00", "2.5 + 1*1", "新能源3至4小时2.5元，以后每小时加1元", green],
  ["new-energy-own-table", "2025-11-03 09:00", "2025-11-03 14:00", "6 + 3*2", "9座以上", { class: "coach" }],
  [
    "new-energy-own-table",
    "2025-11-03 09:00",
    "2025-11-04 09:00",
    "0",
    "警车免费",
    { plate: canonicalPlate("闽C1234警")!, colour: "white" },
  ],
  // ajiexun.com
  ["several-entries-capped", "2025-11-03 09:00", "2025-11-03 09:30", "0", "半小时免费"],
  ["several-entries-capped", "2025-11-03 09:00", "2025-11-03 09:31", "5", "首小时5元，含免费的半小时"],
  ["several-entries-capped", "2025-11-03 09:00", "2025-11-03 12:00", "5 + 2*1", "以后每小时1元"],
  [
    "several-entries-capped",
    "2025-11-03 18:00",
    "2025-11-03 20:00",
    "10 - 7",
    "多次进出10元封顶：先前已收7元",
    earlier("2025-11-03 09:00", "2025-11-03 12:00", 700),
  ],
  ["day-and-night", "2025-11-03 09:00", "2025-11-03 16:30", "40", "白天每小时10元，40元封顶"],
  ["day-and-night", "2025-11-03 19:30", "2025-11-03 23:00", "3*1", "白天半小时免费；夜间又免费半小时，2.5小时按3小时"],
  ["day-and-night", "2025-11-03 19:00", "2025-11-03 20:30", "1*10", "白天余半小时按1小时；夜间半小时免费"],
  // gwh.nhs.uk
  ["hospital-brackets", "2025-11-03 09:00", "2025-11-03 09:20", "0", "0–20 minutes free"],
  ["hospital-brackets", "2025-11-03 09:00", "2025-11-03 09:21", "1.1", "21 minutes to 1 hour"],
  ["hospital-brackets", "2025-11-03 09:00", "2025-11-03 14:30", "7.2", "4–6 hours"],
  ["hospital-brackets", "2025-11-03 09:00", "2025-11-03 22:00", "8.8", "6–24 hours"],
  [
    "hospital-brackets",
    "2025-11-03 09:00",
    "2025-11-03 09:05",
    "8.8",
    "a lost ticket is charged at the 6–24 hours tariff",
    { entryLost: true },
  ],
  // stgeorges.nhs.uk
  ["hospital-free-night", "2025-11-03 09:00", "2025-11-03 12:10", "4*2.5", "up to four hours £10"],
  ["hospital-free-night", "2025-11-03 09:00", "2025-11-03 18:00", "8*2.5 + 5", "over eight hours £25"],
  ["hospital-free-night", "2025-11-03 22:00", "2025-11-04 06:00", "0", "free between 22:00 and 06:00"],
  ["hospital-free-night", "2025-11-03 21:00", "2025-11-04 07:00", "2*2.5", "one hour before the free night and one after"],
  // nenepark.org.uk
  ["park-brackets", "2025-11-03 09:00", "2025-11-03 09:20", "0", "grace period 20 minutes"],
  ["park-brackets", "2025-11-03 09:00", "2025-11-03 11:30", "4.8", "up to 3 hours"],
  ["park-brackets", "2025-11-03 09:00", "2025-11-03 18:00", "7.4", "over 8 hours"],
  // HDB night parking
  ["night-cap", "2025-11-03 20:00", "2025-11-03 21:10", "3*0.5", "half-hourly 0.50"],
  ["night-cap", "2025-11-03 22:30", "2025-11-04 07:00", "2", "at night at most 2.00"],
  ["night-cap", "2025-11-03 22:30", "2025-11-04 00:10", "4*0.5", "100 minutes of the night are 4 half hours"],
  // Singapore S 615/2016: weekdays, Sundays and public holidays
  ["singapore-sundays", "2016-12-05 09:00", "2016-12-05 10:10", "3*1.2", "Mondays to Saturdays 7 a.m.–5 p.m. 1.20 per half hour or part"],
  ["singapore-sundays", "2016-12-10 09:00", "2016-12-10 10:10", "3*1.2", "a Saturday is one of them"],
  ["singapore-sundays", "2016-12-05 16:00", "2016-12-05 18:00", "2*1.2 + 2*0.6", "5 p.m.–10.30 p.m. 0.60"],
  ["singapore-sundays", "2016-12-11 09:00", "2016-12-11 10:10", "3*0.6", "Sundays 0.60"],
  ["singapore-sundays", "2016-12-26 09:00", "2016-12-26 10:10", "3*0.6", "a public holiday on a Monday"],
  ["singapore-sundays", "2016-12-05 22:30", "2016-12-06 07:00", "5", "a night at most 5.00 (17*0.60 = 10.20)"],
  [
    "singapore-sundays",
    "2016-12-24 21:00",
    "2016-12-25 08:00",
    "3*0.6 + 5 + 2*0.6",
    "from a Saturday evening into a Sunday that is a holiday",
  ],
  // idaho-falls-airport.com
  ["airport-short-stay", "2025-11-03 09:00", "2025-11-03 09:30", "0", "the first 30 minutes are free"],
  ["airport-short-stay", "2025-11-03 09:00", "2025-11-03 10:15", "3*1.5", "each further 20 minutes 1.50: 45 minutes are 3"],
  ["airport-short-stay", "2025-11-03 09:00", "2025-11-03 17:00", "15", "daily maximum 15"],
  // 福州小区 2001，110.com
  ["compound-per-visit", "2025-11-03 09:00", "2025-11-03 18:00", "3", "每次3元"],
  ["compound-per-visit", "2025-11-03 20:00", "2025-11-04 07:00", "5", "过夜5元，不与3元相加"],
  // 泉州体育中心
  ["sports-centre", "2025-11-03 09:00", "2025-11-03 11:00", "2", "2小时以内每次2元"],
  ["sports-centre", "2025-11-03 09:00", "2025-11-03 13:20", "2 + 3*1", "以后每小时加1元"],
  ["sports-centre", "2025-11-03 09:00", "2025-11-03 13:00", "2*2 + 2*2*1", "大型车按车位", { ...large, bays: 2 }],
];

/** "4*3 + 3*4" -> 24.00 in fen */
function sumOf(text: string): number {
  let total = 0;
  for (const [, sign, product = ""] of text.matchAll(/([+-]?) ?([\d.*]+)/g)) {
    const amount = product.split("*").reduce((all, factor) => all * Number(factor), 1);
    total += sign === "-" ? -amount : amount;
  }
  return Math.round(total * 100);
}

test.each(rows)("%s  %s – %s = %s  %s", (file, enter, exit, sum, _rule, more = {}) => {
  const found = quote(tariff(file), { entered: at(enter), left: at(exit), colour: "blue", history: [], ...more });
  if ("kind" in found) throw new Error(found.en);
  expect(found.total, found.lines.map((line) => `${line.zh} ${line.amount}`).join("\n")).toBe(sumOf(sum));
  expect(found.lines.reduce((all, line) => all + line.amount, 0)).toBe(found.total);
  for (const line of found.lines) expect(line.zh !== "" && line.en !== "" && line.rule !== "").toBe(true);
});

test("P 03.examples every row has a source, its rule in one line, and its arithmetic", (context) => {
  const sources = new Set(rows.map(([file]) => (tariff(file).source ?? "").split(/[（，。/]/)[0]));
  expect(sources.has("")).toBe(false);
  expect(rows.length).toBeGreaterThanOrEqual(40);
  expect(sources.size).toBeGreaterThanOrEqual(12);
  expect(new Set(rows.map(([file]) => file)).size, "every file with a source has rows").toBe(files.length - 1);
  counted(context, { rows: rows.length, sources: sources.size, files: files.length });
});

test.each(files)("tariffs/%s has no fault and its name in the file", (name) => {
  const { tariff: read, complaints } = checkTariffFile(readFileSync(new URL(name, folder), "utf8"), name);
  expect(complaints).toEqual([]);
  expect(read?.id).toBe(name.replace(".yaml", ""));
  expect(read?.demonstration === true || read?.source !== undefined).toBe(true);
});

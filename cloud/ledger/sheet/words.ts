// What people write into sheets, read: dates in every dress, "8月底前", "立行立改", "长期坚持", "同上"; grades, sources and states by their many names. Pure; what cannot be read
// says why, and what would be read.
import { type Calendar, type Day, dayFrom, dayOf, endOf, openCalendar } from "#cloud/calendar/calendar.ts";
import { hazardSources } from "#protocols/api/hazards.ts";
import { fromCivil, toCivil, wall } from "#protocols/vocabulary/time.ts";

export interface Unreadable {
  readonly zh: string;
  readonly en: string;
}
export type Read<Value> = { readonly value: Value } | Unreadable;

export const ditto = (text: string): boolean => /^[-—（(]?(同上|同上行|同上格|〃|″|"|”|〞|同前|同左上|ditto)[-—）).。]?$/i.test(text);

const two = (n: string | number): string => String(n).padStart(2, "0");
const day = (year: string | number, month: string, date: string): Day | undefined => dayFrom(`${year}-${two(month)}-${two(date)}`);
const lastOfMonth = (year: number, month: number): Day =>
  dayOf(fromCivil({ year: month === 12 ? year + 1 : year, month: (month % 12) + 1, day: 1 })) - 1;
const noDay = (text: string): Unreadable => ({
  zh: `看不懂日期“${text}”，可写 2026-08-31、2026年8月31日、8月底前、立行立改、长期坚持`,
  en: `no date that can be read: "${text}"; write 2026-08-31`,
});

/** "2026-08-31", "2026/8/31 14:30", "2026年8月31日", "2026.8.31", "20260831": the moment, noon where no hour is said. */
export function readMoment(text: string): Read<number> {
  const match =
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]*(\d{1,2})[:：时](\d{1,2})?分?)?(?::\d{2})?$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (match === null) return noDay(text);
  const [, year = "", month = "", date = "", hour, minute] = match;
  if (day(year, month, date) === undefined) return { zh: `没有这一天：${text}`, en: `there is no such day: ${text}` };
  const at = fromCivil({
    year: Number(year),
    month: Number(month),
    day: Number(date),
    hour: Number(hour ?? 12),
    minute: Number(minute ?? 0),
  });
  return Number(hour ?? 0) < 24 && Number(minute ?? 0) < 60 ? { value: at } : noDay(text);
}

export interface Deadline {
  /** null: there is none (长期坚持). */
  readonly at: number | null;
  /** Kept as it was written, where it is no plain date. */
  readonly words: string | null;
}

const immediately =
  /^已?(立行立改|立即整改|即知即改|即查即改|立查立改|边查边改|立改|立整立改|当场整改|当日整改|当天整改|马上整改|即时整改)$/;
const always = /^(长期坚持|长期|持续|持续推进|长期整改|常态化|常态化管理|长期落实|长效|长效管理)([、，,；].*)?$/;
const numerals = "一二三四五六七八九";
/** "十五" -> 15, "两" -> 2, "20" -> 20. */
function countOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const [tens, ones] = text.replace("两", "二").split("十") as [string, string | undefined];
  const digit = (letter: string): number => numerals.indexOf(letter) + 1;
  return ones === undefined ? digit(tens) : (tens === "" ? 1 : digit(tens)) * 10 + (ones === "" ? 0 : digit(ones));
}
const quarters = { 一: 3, 二: 6, 三: 9, 四: 12, 1: 3, 2: 6, 3: 9, 4: 12 } as const;

/** "10 日内", "三个工作日内", "半个月内": so long from the day that it was found. */
function within(text: string, found: number, calendar: Calendar): number | undefined {
  const match = /^(半|\d{1,3}|[一二两三四五六七八九十]{1,3})个?(工作日|日|天|周|星期|月|年)$/.exec(text);
  if (match === null) return undefined;
  const [, many = "", unit = ""] = match;
  if (many === "半") return unit === "月" || unit === "年" ? endOf(dayOf(found) + (unit === "月" ? 15 : 182)) : undefined;
  const n = countOf(many);
  if (n === 0) return undefined;
  if (unit === "工作日") return calendar.workingDaysAfter(found, n).at;
  if (unit !== "月" && unit !== "年") return endOf(dayOf(found) + n * (unit === "日" || unit === "天" ? 1 : 7));
  const { year, month, day: date } = toCivil(wall(found));
  const months = year * 12 + month - 1 + n * (unit === "年" ? 12 : 1);
  const [then, of] = [Math.floor(months / 12), (months % 12) + 1];
  return endOf(Math.min(lastOfMonth(then, of), dayOf(fromCivil({ year: then, month: of, day: 1 })) + date - 1));
}

const done = /^(已?(完成|整改|整改完成|整改到位|落实|销号))$/;

/** "立行立改（已整改）", "8月底前，长期坚持": what stands in brackets or behind is kept in words; the first part decides, where the rest says nothing of another day. */
function firstPart(text: string): string {
  const [first = "", ...rest] = text.replace(/[（(][^（）()]*[)）]/g, "").split(/[，,、；;。]/);
  return rest.every((part) => part === "" || immediately.test(part) || always.test(part) || done.test(part)) ? first : text;
}

/** `found`: a month without a year is the next one from then. */
export function readDeadline(written: string, found: number, calendar: Calendar = openCalendar()): Read<Deadline> {
  // A blank between two digits stands between day and hour.
  const whole = written.trim().replace(/(?<!\d)\s+|\s+(?!\d)/g, "");
  const text = firstPart(whole);
  const read = readFirst(text, { written, found, calendar });
  // As it was written, where more was said than a day.
  return "value" in read && text !== whole ? { value: { ...read.value, words: whole } } : read;
}

interface Written {
  readonly written: string;
  readonly found: number;
  readonly calendar: Calendar;
}

function readFirst(text: string, { written, found, calendar }: Written): Read<Deadline> {
  if (immediately.test(text)) return { value: { at: endOf(dayOf(found)), words: text } };
  if (always.test(text)) return { value: { at: null, words: text } };
  const { year: now, month: month0, day: day0 } = toCivil(wall(found));
  const before = text.replace(/(之前|以前|前|完成|整改|到位|落实)+$/, "").replace(/(以|之)?内$/, "");
  const long = /内(完成|整改|到位|落实)*$/.test(text) ? within(before, found, calendar) : undefined;
  if (long !== undefined) return { value: { at: long, words: text } };
  const end = (of: Day): Read<Deadline> => ({ value: { at: endOf(of), words: text } });
  if (/^(年底|年末|今年底)$/.test(before)) return end(lastOfMonth(now, 12));
  if (/^(月底|本月底|月末|本月)$/.test(before)) return end(lastOfMonth(now, month0));
  if (/^下个?月(底|末)?$/.test(before)) return end(month0 === 12 ? lastOfMonth(now + 1, 1) : lastOfMonth(now, month0 + 1));
  const yearEnd = /^(\d{4})年(底|末|内)?$/.exec(before);
  if (yearEnd !== null) return end(lastOfMonth(Number(yearEnd[1]), 12));
  const part = /^(?:(\d{4})年|今年)?(?:(上|下)半年|第?([一二三四1-4])季度)(底|末)?$/.exec(before);
  if (part !== null) {
    const month = part[2] === undefined ? quarters[(part[3] ?? "一") as "一"] : part[2] === "上" ? 6 : 12;
    return end(lastOfMonth(part[1] === undefined && month < month0 ? now + 1 : Number(part[1] ?? now), month));
  }
  const monthEnd = /^(?:(\d{4})年)?(\d{1,2})月(底|末|份|中旬|上旬|下旬)?$/.exec(before);
  if (monthEnd !== null) {
    const month = Number(monthEnd[2]);
    if (month < 1 || month > 12) return noDay(written);
    const year = monthEnd[1] === undefined ? (month < month0 ? now + 1 : now) : Number(monthEnd[1]);
    const part = { 上旬: 10, 中旬: 20 }[monthEnd[3] ?? ""];
    return end(part === undefined ? lastOfMonth(year, month) : dayOf(fromCivil({ year, month, day: part })));
  }
  const monthDay = /^(\d{1,2})月(\d{1,2})日?$/.exec(before) ?? /^(\d{1,2})[./-](\d{1,2})$/.exec(before);
  if (monthDay !== null) {
    const [, month = "", date = ""] = monthDay;
    const earlier = Number(month) < month0 || (Number(month) === month0 && Number(date) < day0);
    const of = day(earlier ? now + 1 : now, month, date);
    return of === undefined ? { zh: `没有这一天：${written}`, en: `there is no such day: ${written}` } : end(of);
  }
  const moment = readMoment(before);
  if (!("value" in moment)) return moment;
  // A day without an hour is meant with all of it.
  return { value: { at: /[:：时]/.test(before) ? moment.value : endOf(dayOf(moment.value)), words: before === text ? null : text } };
}

export function readGrade(text: string): Read<"一般" | "重大"> {
  if (/^(一般|一般隐患|一般火灾隐患|较小|低|III?级|Ⅲ级|3级|4级)$/.test(text)) return { value: "一般" };
  if (/^(重大|重大隐患|重大火灾隐患|重大事故隐患|I级|Ⅰ级|1级)$/.test(text)) return { value: "重大" };
  return { zh: `等级应为“一般”或“重大”，却是“${text}”`, en: `a grade is 一般 or 重大, not "${text}"` };
}

const sourceNames: readonly (readonly [pattern: RegExp, source: (typeof hazardSources)[number]])[] = [
  [/网格|巡查/, "网格巡查"],
  [/双随机|抽查/, "双随机"],
  [/12345|热线/, "12345"],
  [/自查|物业/, "物业自查"],
  [/消防/, "消防检查"],
  [/检察/, "检察建议"],
  [/群众|居民|业主|举报|投诉/, "群众上报"],
  [/自动|监测|报警/, "自动监测"],
  [/基线|排查|摸底|普查/, "基线排查"],
];
export function readSource(text: string): Read<string> {
  const source = (hazardSources as readonly string[]).includes(text) ? text : sourceNames.find(([pattern]) => pattern.test(text))?.[1];
  return source === undefined
    ? { zh: `不认识来源“${text}”，应为：${hazardSources.join("、")}`, en: `no such source: "${text}"` }
    : { value: source };
}

/** Whether the sheet says that it is done. */
export function readState(text: string): Read<"已销号" | "整改中" | "待派单"> {
  if (/^(已销号|已整改|整改完成|已完成|完成|是|√|✓|已闭环|已办结|销号)/.test(text)) return { value: "已销号" };
  if (/^(整改中|正在整改|推进中|进行中|部分整改|待复查)/.test(text)) return { value: "整改中" };
  if (/^(未整改|未完成|待派单|待整改|待签收|否|×|未销号|未开始)/.test(text)) return { value: "待派单" };
  return { zh: `看不懂状态“${text}”，可写：已销号、整改中、未整改`, en: `no such state: "${text}"; write 已销号, 整改中 or 未整改` };
}

export function readPriority(text: string): Read<number> {
  const found = { 高: 1, 紧急: 1, 较高: 2, 中: 3, 一般: 3, 低: 4 }[text] ?? (/^[1-4]$/.test(text) ? Number(text) : undefined);
  return found === undefined ? { zh: `优先级应为 1–4，却是“${text}”`, en: `a priority is 1 to 4, not "${text}"` } : { value: found };
}

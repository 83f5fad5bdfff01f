// From what people write to what is counted: "1 h 30 min" to seconds, yuan to fen, dates to day numbers.
import { dayOf, localSecond } from "#gateway/core/parking/tariff/days.ts";
import { longestStay } from "#gateway/core/parking/tariff/types.ts";
import { type Fen, fen } from "#protocols/vocabulary/money.ts";
import { fromRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Complain, Path } from "./complaint.ts";

const unitSeconds: Record<string, number> = { d: 86_400, h: 3600, min: 60, s: 1 };

/** "1 h 30 min" -> 5400. The schema has seen to the form. */
export function seconds(text: string): number {
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+) (d|h|min|s)/g)) total += Number(count) * (unitSeconds[unit ?? ""] ?? 0);
  return total;
}

/** "07:00" -> 25200 */
export function clock(text: string): number {
  const [hour = "0", minute = "0", second = "0"] = text.split(":");
  return Number(hour) * 3600 + Number(minute) * 60 + Number(second);
}

/** The units of one reading, which complain about what the schema cannot see. */
export class Units {
  readonly complain: Complain;

  constructor(complain: Complain) {
    this.complain = complain;
  }

  money(yuan: number, path: Path): Fen {
    const amount = Math.round(yuan * 100);
    if (Math.abs(yuan * 100 - amount) > 1e-6)
      this.complain(path, {
        code: "not-whole-fen",
        zh: "金额最多两位小数（到分）",
        en: "at most two decimals: money is whole fen",
        example: "2.50",
      });
    return fen(amount + 0); // no negative zero
  }

  /** A length that must not be nothing, nor longer than any stay is priced. */
  length(text: string, path: Path): number {
    const length = seconds(text);
    if (length === 0) this.complain(path, { code: "no-length", zh: "时长不能为零", en: "a length of nothing", example: "30 min" });
    if (length > longestStay)
      this.complain(path, {
        code: "out-of-range",
        zh: `时长超过 ${longestStay / 86_400} 天`,
        en: `longer than ${longestStay / 86_400} days`,
        example: "30 min",
      });
    return Math.min(Math.max(length, 1), longestStay);
  }

  clock(text: string, path: Path): number {
    const second = clock(text);
    if (second > 86_400) this.complain(path, { code: "no-such-time", zh: "没有这个钟点", en: "there is no such hour", example: '"24:00"' });
    return Math.min(second, 86_400);
  }

  date(text: string, path: Path): Wall {
    const at = fromRfc3339(`${text}T00:00`);
    if (at === undefined)
      this.complain(path, { code: "no-such-date", zh: `没有 ${text} 这一天`, en: `there is no day ${text}`, example: "2025-10-01" });
    return at ?? wall(0);
  }

  day(text: string, path: Path): number {
    return dayOf(localSecond(this.date(text, path)));
  }

  /** "2025-10-01 to 2025-10-08" -> each day number */
  days(ranges: readonly string[], path: Path): Set<number> {
    const found = new Set<number>();
    for (const [index, range] of ranges.entries()) {
      const [from = "", until = from] = range.split(" to ");
      const [first, last] = [this.day(from, [...path, index]), this.day(until, [...path, index])];
      if (last < first)
        this.complain([...path, index], {
          code: "ends-before-it-begins",
          zh: "结束日期早于开始日期",
          en: "the range ends before it begins",
          example: "2025-10-01 to 2025-10-08",
        });
      if (last - first > 366)
        this.complain([...path, index], {
          code: "out-of-range",
          zh: "一段假期超过一年",
          en: "a holiday of more than a year",
          example: "2025-10-01 to 2025-10-08",
        });
      for (let at = first; at <= Math.min(last, first + 366); at += 1) found.add(at);
    }
    return found;
  }
}

// Rates and caps: rows in order, whole units, nothing behind the end of a window, no cap of nothing, no price that can only be a slip of the pen.
import { dearestDay, type FreeTime, type Pricing, type Rate, type Step } from "#gateway/core/parking/tariff/types.ts";
import type { Complain, Path } from "./complaint.ts";

/** Seconds: a shorter window than this is a slip of the pen. */
export const shortestWindow = 3600;

export const windowShort = (path: Path, complain: Complain): void =>
  complain(path, { code: "window-short", zh: "周期不足1小时", en: "a window of less than an hour", example: "length: 24 h" });

export function checkCaps({ windows, stayCap }: Pricing, path: Path, complain: Complain): void {
  const nothing = (at: Path): void =>
    complain(at, {
      code: "cap-of-nothing",
      zh: "封顶为零：不收费请写 rate: { free: true }",
      en: "a cap of nothing: say rate: { free: true }",
      example: "cap: 10",
    });
  if (stayCap === 0) nothing([...path, "stay_cap"]);
  if (windows === undefined) return;
  for (const [index, cap] of windows.caps.entries())
    if (cap === 0) nothing([...path, "windows", ...(windows.caps.length === 1 ? ["cap"] : ["caps", index])]);
  if (windows.seconds < shortestWindow) windowShort([...path, "windows", "length"], complain);
  const rows = windows.capsByStay;
  for (const [index, row] of rows.entries()) {
    const at: Path = [...path, "windows", "caps_by_stay", index];
    if (row.cap === 0) nothing([...at, "cap"]);
    if (row.upTo === undefined && index < rows.length - 1)
      complain([...path, "windows", "caps_by_stay", index + 1], {
        code: "cap-unreachable",
        zh: "前一行没有 up_to，这一行永远用不到",
        en: "the row before has no up_to: this one is never reached",
        example: "- { up_to: 48 h, cap: 80 }",
      });
    if (index > 0 && row.upTo !== undefined && row.upTo <= (rows[index - 1]?.upTo ?? 0)) notRising([...at, "up_to"], complain);
    if (index === rows.length - 1 && row.upTo !== undefined)
      complain([...at, "up_to"], {
        code: "caps-end-early",
        zh: "停得更久就没有封顶了：最后一行不写 up_to",
        en: "longer stays have no cap: the last row has no up_to",
        example: "- { cap: 110 }",
      });
  }
  if (stayCap !== undefined && windows.caps.length > 0 && stayCap <= Math.min(...windows.caps))
    complain([...path, "windows"], {
      code: "cap-unreachable",
      zh: "整次封顶不高于周期封顶，周期封顶永远用不到",
      en: "the cap of the stay is no higher than that of a window: the window's is never reached",
      example: "- { up_to: 48 h, cap: 80 }",
    });
}

const notRising = (path: Path, complain: Complain): void =>
  complain(path, {
    code: "not-rising",
    zh: "要逐行变大",
    en: "must grow from row to row",
    example: "2 h, 4 h, 8 h",
  });

interface Place {
  readonly path: Path;
  readonly complain: Complain;
}

/** `longest`: how far the rate is ever counted. */
export function checkRate(rate: Rate, about: { longest: number; free: FreeTime | undefined }, { path, complain }: Place): void {
  if (rate.shape === "steps") checkSteps(rate.steps, about.longest, { path: [...path, "steps"], complain });
  if (rate.shape === "brackets") checkBrackets(rate, about, { path, complain });
}

function checkBrackets(
  rate: Extract<Rate, { shape: "brackets" }>,
  { longest, free }: { longest: number; free: FreeTime | undefined },
  { path, complain }: Place,
): void {
  const always = free !== undefined && free.firstEntryIn === undefined && free.notAfterExit === undefined;
  for (const [index, row] of rate.rows.entries()) {
    const before = rate.rows[index - 1];
    const at: Path = [...path, "brackets", index];
    if (always && free.whenExceeded === "counted" && row.upTo !== undefined && row.upTo <= free.seconds)
      complain(at, {
        code: "bracket-unreachable",
        zh: "免费时间不短于这一行，永远用不到",
        en: "the free time is no shorter than this row: it is never reached",
        example: "{ up_to: 2 h, price: 3 }",
      });
    if (before?.upTo === undefined || row.upTo === undefined) continue;
    if (row.upTo <= before.upTo) notRising([...at, "up_to"], complain);
    if (row.price < before.price)
      complain([...at, "price"], {
        code: "bracket-falls",
        zh: "停得更久反而更便宜",
        en: "a longer stay would cost less than the row before",
        example: "{ up_to: 2 h, price: 5 }, { up_to: 4 h, price: 8 }",
      });
    if (before.upTo >= longest)
      complain(at, {
        code: "bracket-unreachable",
        zh: "上一行已到周期（时段）末尾，这一行用不到",
        en: "the row before already reaches the end of the window or period",
        example: "windows: { kind: rolling, length: 24 h, rate: restarts }",
      });
  }
  const last = rate.rows.at(-1)?.upTo;
  if (last !== undefined && rate.beyond === undefined && last < longest)
    complain([...path, "brackets"], {
      code: "brackets-end-early",
      zh: "超过最后一行没有价格：写 beyond，或用按同样时长重新开始的 windows",
      en: "beyond the last row there is no price: write beyond, or windows that restart by then",
      example: "beyond: { per: 1 h, price: 1, part_unit: up }",
    });
  if (last !== undefined && rate.beyond !== undefined && last >= longest)
    complain([...path, "beyond"], {
      code: "bracket-unreachable",
      zh: "最后一行已到周期（时段）末尾，beyond 用不到",
      en: "the last row already reaches the end of the window or period: beyond is never reached",
      example: "brackets: [{ up_to: 2 h, price: 3 }]",
    });
  if (rate.beyond !== undefined) checkPrice(rate.beyond, [...path, "beyond"], complain);
}

function checkPrice({ unit, price }: Step, path: Path, complain: Complain): void {
  if ((price * 86_400) / unit <= dearestDay) return;
  complain([...path, "price"], {
    code: "too-dear",
    zh: "按这个价格一天超过一百万元：单位或价格写错了？",
    en: "at this price a day costs more than a million yuan: is it the unit, or the price?",
    example: "{ per: 1 h, price: 2 }",
  });
}

function checkSteps(steps: readonly Step[], longest: number, { path, complain }: Place): void {
  for (const [index, step] of steps.entries()) {
    const at: Path = [...path, index];
    const start = index === 0 ? 0 : (steps[index - 1]?.until ?? 0);
    const last = index === steps.length - 1;
    checkPrice(step, at, complain);
    if (last && step.until !== undefined && step.until < longest)
      complain([...at, "until"], {
        code: "steps-end-early",
        zh: "最后一段不写 until，否则更久的停车没有价格",
        en: "the last step has no until, or longer stays have no price",
        example: "- { per: 1 h, price: 2 }",
      });
    if (!last && step.until === undefined)
      complain([...path, index + 1], {
        code: "step-unreachable",
        zh: "前一段没有 until，这一段永远用不到",
        en: "the step before has no until: this one is never reached",
        example: "until: 1 h",
      });
    if (start >= longest && index > 0)
      complain(at, {
        code: "step-unreachable",
        zh: "前一段已到周期（时段）末尾，这一段用不到",
        en: "the step before already reaches the end of the window or period",
        example: "until: 1 h",
      });
    if (step.until === undefined) continue;
    if (step.until <= start) notRising([...at, "until"], complain);
    else if ((step.until - start) % step.unit !== 0)
      complain([...at, "per"], {
        code: "step-splits-unit",
        zh: "这一段的长度不是计时单位的整数倍",
        en: "the step is no whole number of its units",
        example: "until: 1 h, per: 15 min",
      });
  }
}

const isNothing = (rate: Rate): boolean =>
  rate.shape === "steps"
    ? rate.steps.every((step) => step.price === 0)
    : rate.shape === "brackets" && rate.rows.every((row) => row.price === 0) && (rate.beyond?.price ?? 0) === 0;

/** All prices are zero, and nobody said "free". */
export function chargesNothing({ rate }: Pricing): boolean {
  if (rate.shape !== "periods") return isNothing(rate);
  return (
    rate.periods.some((period) => period.rate.shape !== "free") &&
    rate.periods.every(({ rate: one }) => one.shape === "free" || isNothing(one))
  );
}

// How lengths, moments and ranges are said, in Chinese and in English, so that a bill can be read aloud.
import { type Fen, yuanText } from "#protocols/vocabulary/money.ts";
import { toCivil } from "#protocols/vocabulary/time.ts";
import { day, dayOf, wallOf } from "./days.ts";
import type { Words } from "./types.ts";

const units = [
  { seconds: 3600, zh: "小时", en: "h" },
  { seconds: 60, zh: "分钟", en: "min" },
  { seconds: 1, zh: "秒", en: "s" },
] as const;

/** 5400 -> 1小时30分钟 · 1 h 30 min */
export const lengthWords = (seconds: number): Words => keptLength(seconds);
function newLengthWords(seconds: number): Words {
  if (seconds === 0) return { zh: "0分钟", en: "0 min" };
  const zh: string[] = [];
  const en: string[] = [];
  let rest = seconds;
  for (const unit of units) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count === 0) continue;
    zh.push(`${count}${unit.zh}`);
    en.push(`${count} ${unit.en}`);
  }
  return { zh: zh.join(""), en: en.join(" ") };
}

/** "每小时", "每15分钟" · "an hour", "15 min" */
export function unitWords(seconds: number): Words {
  if (seconds === 3600) return { zh: "小时", en: "h" };
  const words = lengthWords(seconds);
  return words;
}

/** Words that are said again and again are made once; so many are kept. */
const mostKept = 4_096;
function kept<Key>(make: (key: Key) => Words): (key: Key) => Words {
  const known = new Map<Key, Words>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= mostKept) known.clear();
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

export const yuan: (amount: Fen) => Words = kept((amount) => ({ zh: `${yuanText(amount)}元`, en: `¥${yuanText(amount)}` }));

/** On a sign nobody writes 2.00元: 2元, 2.5元. */
export function plainYuan(amount: Fen): Words {
  const text = yuanText(amount);
  return { zh: `${text.replace(/\.?0+$/, "")}元`, en: `¥${text.replace(/\.00$/, "")}` };
}

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);

const keptLength = kept(newLengthWords);
const dayWords = kept((dayNumber: number) => {
  const c = toCivil(wallOf(dayNumber * day));
  return { zh: `${c.month}月${c.day}日`, en: `${c.year}-${two(c.month)}-${two(c.day)}` };
});

/** 11月3日 14:05 · 3 Nov 14:05 */
export function momentWords(second: number): Words {
  const { zh, en } = dateWords(second);
  const clock = clockText(second - dayOf(second) * day);
  return { zh: `${zh} ${clock}`, en: `${en} ${clock}` };
}

export const dateWords = (second: number): Words => dayWords(dayOf(second));

export const clockText = (second: number): string => {
  const whole = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}`;
  return second % 60 === 0 ? whole : `${whole}:${two(second % 60)}`;
};

// Which language the page speaks. Chinese first; the choice is kept in this browser and stands in <html lang>.
import { computed, effect, signal } from "@preact/signals";
import { spanOf } from "../format/moments.ts";
import { en } from "./en.ts";
import type { Widen } from "./widen.ts";
import { type Messages, zh } from "./zh.ts";

export type Language = "zh" | "en";

/** Private windows may refuse storage: then the choice lasts as long as the page. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // kept for this page only
  }
}

const asked = new URLSearchParams(location.search).get("lang") ?? recall("cuobian.language");
export const language = signal<Language>(asked === "en" ? "en" : "zh");
export const words = computed<Messages>(() => (language.value === "en" ? en : zh));

/** Words of a room beyond the first screen: they come with its file. */
export const wordsOf = <T extends object>(zhWords: T, enWords: Widen<T>): { readonly value: Widen<T> } =>
  computed(() => (language.value === "en" ? enWords : (zhWords as Widen<T>)));

export function switchLanguage(): void {
  language.value = language.value === "zh" ? "en" : "zh";
  remember("cuobian.language", language.value);
}

export const followLanguage = (): void => {
  effect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
  });
};

/** Views carry both languages. */
export const said = (view: { readonly zh: string; readonly en: string }): string => (language.value === "en" ? view.en : view.zh);

/** The largest unit that matters: "21 秒", "3 分钟", "2 小时 5 分", "4 天". */
export function spanWords(ms: number, say: Messages): string {
  const { days, hours, minutes, seconds } = spanOf(ms);
  if (days > 0) return say.span.days(days, hours);
  if (hours > 0) return say.span.hours(hours, minutes);
  return minutes > 0 ? say.span.minutes(minutes) : say.span.seconds(seconds);
}

/** A word for a code; a code that has no word yet is shown as it is. */
export const wordOf = (table: Readonly<Record<string, string>>, code: string): string => table[code] ?? code;

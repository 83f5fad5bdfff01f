// What the installer's page knows: who may ask, which view, which language and theme; and what it was told last.
import type { SiteHistory, SiteOverview } from "#protocols/api/installer.ts";
import type { Api, Said } from "./api.ts";
import { type Words, zh } from "./words.ts";
import { en } from "./words-en.ts";

export const views = ["home", "charging", "bench", "lanes", "log", "report"] as const;
export type View = (typeof views)[number];

export interface State {
  api: Api | undefined;
  words: Words;
  view: View;
  overview: SiteOverview | undefined;
  /** The last hour of each device; asked less often than the overview. */
  history: SiteHistory | undefined;
  lost: boolean;
}

export const state: State = { api: undefined, words: zh, view: "home", overview: undefined, history: undefined, lost: false };

export const inWords = ({ zh: chinese, en: english }: Said): string => (state.words === zh ? chinese : english);

const kept = "cuobian-installer";

/** What this browser is told to remember; never the token. */
function remembered(): { english?: boolean; dark?: boolean } {
  try {
    return JSON.parse(localStorage.getItem(kept) ?? "{}") as { english?: boolean; dark?: boolean };
  } catch {
    return {};
  }
}

const remember = (more: { english?: boolean; dark?: boolean }): void =>
  localStorage.setItem(kept, JSON.stringify({ ...remembered(), ...more }));

export function setLanguage(english: boolean): void {
  state.words = english ? en : zh;
  document.documentElement.lang = english ? "en" : "zh-CN";
  document.title = `${state.words.title} · ${state.words.brand}`;
  remember({ english });
}

export function setTheme(dark: boolean): void {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  remember({ dark });
}

export const isDark = (): boolean => document.documentElement.dataset.theme === "dark";

/** As it was chosen here before; else what the address and the system say. */
export function begin(): void {
  const { english, dark } = remembered();
  setLanguage(english ?? new URLSearchParams(location.search).get("lang") === "en");
  setTheme(dark ?? matchMedia("(prefers-color-scheme: dark)").matches);
}

/** How old, as a person says it. */
export const age = (ms: number): string =>
  ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;

// What the page knows, and what it shows of it.
import type { BoothView, Candidates, Due } from "#protocols/api/booth.ts";
import type { Api, Said } from "./api.ts";
import { en, type Words, zh } from "./words.ts";

export interface State {
  api: Api | undefined;
  person: string;
  /** People have tokens of their own here. */
  named: boolean;
  words: Words;
  view: BoothView | undefined;
  /** Of the chosen lane. */
  lane: string | undefined;
  exception: string | undefined;
  candidates: Candidates;
  due: Due;
  /** Why nothing is due there: the gateway's own words. */
  dueRefused: Said | undefined;
  lost: boolean;
}

/** An exception that nobody chose is shown while it is news. */
const news_ms = 10 * 60_000;

export const state: State = {
  api: undefined,
  person: "",
  named: false,
  words: zh,
  view: undefined,
  lane: undefined,
  exception: undefined,
  candidates: null,
  due: null,
  dueRefused: undefined,
  lost: false,
};

export const inWords = ({ zh: chinese, en: english }: Said): string => (state.words === zh ? chinese : english);

export function switchLanguage(): void {
  state.words = state.words === zh ? en : zh;
  document.documentElement.lang = state.words === zh ? "zh-CN" : "en";
}

export const yuan = (fen: number): string =>
  `${fen < 0 ? "-" : ""}${Math.floor(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, "0")}`;

/** 11-25 08:11, as the gateway's clock says it. */
export const moment = (at: string): string => at.slice(5, 16).replace("T", " ");

/** The exception whose read is shown: the chosen one, else the newest while it is news. */
export function exceptionNow(): BoothView["exceptions"][number] | undefined {
  const { view, exception } = state;
  const chosen = view?.exceptions.find((one) => one.exception === exception);
  const [newest] = view?.exceptions ?? [];
  if (chosen !== undefined || newest === undefined) return chosen;
  return Date.parse(view?.now ?? "") - Date.parse(newest.at) < news_ms ? newest : undefined;
}

/** The lane that is asked about: the chosen one, else one where somebody waits, else the first exit. */
export function laneNow(): BoothView["lanes"][number] | undefined {
  const lanes = state.view?.lanes ?? [];
  return (
    lanes.find(({ lane }) => lane === state.lane) ??
    lanes.find(({ waits }) => waits !== null) ??
    lanes.find(({ direction }) => direction === "exit") ??
    lanes[0]
  );
}

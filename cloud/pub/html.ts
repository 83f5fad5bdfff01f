// HTML made by hand: escaped text, no inline script, no inline style; what a person typed never becomes markup, and no plate or phone leaves on a public page.
import { fen, yuanText } from "#protocols/vocabulary/money.ts";

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");

const plates = /[\u4e00-\u9fff][A-Z][·\s]?[A-Z0-9]{4,5}[A-Z0-9挂学警港澳]/g;
const phones = /(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)/g;
/** For everybody's eyes. */
export const publicText = (text: string): string => escaped(text.replace(plates, "***").replace(phones, "***"));

export const yuan = (amount: number): string =>
  `${amount < 0 ? "−" : ""}¥${yuanText(fen(Math.abs(amount))).replace(/\B(?=(\d{3})+\.)/g, ",")}`;

export type Lang = "zh-CN" | "en";

/** Said in Chinese on a page in English: a reading voice must know. */
export const inChinese = (lang: Lang, text: string): string =>
  lang === "en" && /[\u4e00-\u9fff]/.test(text) ? `<span lang="zh-CN">${text}</span>` : text;

export interface PageOf {
  readonly lang: Lang;
  readonly title: string;
  readonly body: string;
  readonly style?: string;
  readonly script?: string;
}

export const page = ({ lang, title, body, style = "/pub/style.css", script }: PageOf): string =>
  `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${style}">${script === undefined ? "" : `<script src="${script}" defer></script>`}</head><body>${body}</body></html>
`;

export interface SheetOf extends Omit<PageOf, "style"> {
  /** Where the mark leads: the compound's notice. */
  readonly home: string;
  readonly switches: readonly { readonly href: string; readonly text: string; readonly lang?: string; readonly on?: boolean }[];
  readonly large?: boolean;
}

const mark =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M4 14.7c4.500-.8 8.800-4.800 12-9.200 3.200 4.400 7.500 8.400 12 9.200l-1.400 2.300C22.800 16.200 19.200 13.500 16 10c-3.200 3.500-6.800 6.200-10.600 7Z"/><path d="M8.500 18.600h2.600v6.200h3.100v-5h3.600v5h3.100v-6.200h2.600V27H8.500Z"/></svg>';

/** A page of ours for residents: the bar with its switches, then what it is about. */
export function sheet({ home, switches, large = false, body, lang, ...rest }: SheetOf): string {
  const links = switches.map(
    ({ href, text, lang: of, on }) =>
      `<a href="${href}"${of === undefined ? "" : ` lang="${of}" hreflang="${of}"`}${on === true ? ' aria-current="true"' : ""}>${text}</a>`,
  );
  const bar = `<header class="bar"><a class="mark" href="${home}">${mark}${lang === "en" ? "Cuobian" : "厝边"}</a><nav aria-label="${lang === "en" ? "View" : "显示"}">${links.join("")}</nav></header>`;
  return page({ ...rest, lang, body: `<div class="sheet${large ? " large" : ""}">${bar}<main>${body}</main></div>` });
}

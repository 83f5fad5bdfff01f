// HTML made by hand: escaped text, no script, no inline style; what a person typed never becomes markup, and no plate or phone leaves on a public page.
import { fen, yuanText } from "#protocols/vocabulary/money.ts";

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");

const plates = /[\u4e00-\u9fff][A-Z][·\s]?[A-Z0-9]{4,5}[A-Z0-9挂学警港澳]/g;
const phones = /(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)/g;
/** For everybody's eyes. */
export const publicText = (text: string): string => escaped(text.replace(plates, "***").replace(phones, "***"));

export const yuan = (amount: number): string => `¥${yuanText(fen(amount)).replace(/\B(?=(\d{3})+\.)/g, ",")}`;

export interface PageOf {
  readonly lang: "zh-CN" | "en";
  readonly title: string;
  readonly body: string;
  readonly style?: string;
  readonly script?: string;
}

export const page = ({ lang, title, body, style = "/pub/style.css", script }: PageOf): string =>
  `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title><link rel="stylesheet" href="${style}">${script === undefined ? "" : `<script src="${script}" defer></script>`}</head><body>${body}</body></html>
`;

export const rows = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  `<table><thead><tr>${head.map((one) => `<th scope="col">${escaped(one)}</th>`).join("")}</tr></thead><tbody>${lines
    .map((line) => `<tr>${line.map((one, at) => (at === 0 ? `<th scope="row">${one}</th>` : `<td>${one}</td>`)).join("")}</tr>`)
    .join("")}</tbody></table>`;

export const publicStyle = `:root{color-scheme:light}body{font:16px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif;max-width:46rem;margin:0 auto;padding:1rem;color:#1f2430;background:#fff;font-variant-numeric:tabular-nums}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #8a93a0;padding:.35rem .5rem;text-align:left;vertical-align:top}td{text-align:right}
.lead{font-size:1.1rem}.muted{color:#5b6470}.stars{font-size:1.5rem;color:#7a5b00}nav a{margin-right:1rem}label{display:block;margin:.8rem 0}input,textarea{font:inherit;width:100%;box-sizing:border-box;border:1px solid #8a93a0;padding:.5rem}button{font:inherit;min-height:44px;padding:.5rem 1.5rem;background:#0a53c7;color:#fff;border:0}
.large{font-size:1.35rem}.qr{width:12rem;height:12rem}@media print{nav,form{display:none}@page{size:A4;margin:20mm}}`;

// A resident's pages: his pass and what it costs to renew, his receipts, what an invoice needs, and the request for a pass.
import { lastDay } from "#gateway/core/parking/pass-price.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { displayPlate } from "#protocols/vocabulary/plate.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import type { HeldPass } from "../../payments/passes/door.ts";
import type { Receipt } from "../../payments/passes/receipts.ts";
import type { Method } from "../../payments/providers/provider.ts";
import { type Html, html } from "./html.ts";
import { money, said } from "./pages.ts";
import { passText } from "./pass-words.ts";
import { type Language, words } from "./words.ts";

export interface Offer {
  readonly months: number;
  readonly total_fen: number;
  readonly last: string;
}

export interface ShownPass {
  readonly held: HeldPass;
  readonly offers: readonly Offer[];
  readonly methods: readonly Method[];
  readonly refusal?: Refusal | undefined;
}

const dayOf = (span: { readonly from: number; readonly until: number }): string =>
  lastDay({ from: wall(span.from), until: wall(span.until) });

export function passPage(language: Language, { held, offers, methods, refusal }: ShownPass): Html {
  const t = passText[language];
  const { holder, span } = held;
  const until =
    span === null ? html`<p>${t.notYet}</p>` : html`<p>${t.until} <b data-until="${span.until}">${dayOf(span)} 23:59:59</b></p>`;
  const choices = offers.map(
    ({ months, total_fen, last }) =>
      html`<label class="choice"><input type="radio" name="months" value="${months}" required> ${t.months(months)} · ${money(total_fen, language)} · ${last}</label>`,
  );
  const ways = methods.map(
    (method) => html`<button name="method" value="${method}" class="main ${method}">${words[language][method]}</button>`,
  );
  const receipts = held.orders.map(
    ({ order, amount_fen, from_at, until_at }) =>
      html`<li><a href="/pay/receipt/${order}?lang=${language}">${dayOf({ from: from_at, until: until_at })} · ${money(amount_fen, language)}</a></li>`,
  );
  const renew =
    offers.length === 0 || methods.length === 0
      ? html`<p class="said">${words[language].noMethods}</p>`
      : html`<form method="post" action="/pay/pass/${holder.link}?lang=${language}"><h2>${t.renew}</h2>${choices}${ways}</form>`;
  return html`<h2>${t.title} ${holder.pass}</h2>${said(language, refusal)}${until}
<p>${t.cars} ${holder.plates.map((plate) => displayPlate(plate)).join(" ")}</p>
${renew}
<h2>${t.receipts}</h2><ul>${receipts}</ul>`;
}

export function receiptPage(language: Language, receipt: Receipt, refusal?: Refusal): Html {
  const t = passText[language];
  const lines = receipt.lines.map(
    ({ zh, en, amount_fen }) => html`<tr><td>${language === "zh" ? zh : en}</td><td>${money(amount_fen, language)}</td></tr>`,
  );
  const back =
    receipt.back_fen === 0 ? undefined : html`<tr><th scope="row">${t.back}</th><td>${money(receipt.back_fen, language)}</td></tr>`;
  const payee = receipt.payee === null ? "" : ` · ${receipt.payee}`;
  const invoice =
    receipt.invoice !== null
      ? html`<p class="done">${t.invoiceKept}</p>`
      : html`<form method="post" action="/pay/receipt/${receipt.receipt}?lang=${language}"><h2>${t.invoice}</h2>
<label>${t.invoiceTitle}<input name="title" required maxlength="100"></label><label>${t.tax}<input name="tax_number" maxlength="20"></label><label>${t.email}<input name="email" type="email" maxlength="100"></label>
<button class="main">${t.save}</button></form>`;
  return html`<h2>${t.receipt}</h2>${said(language, refusal)}<p class="car">${receipt.about}</p><p>${receipt.at.slice(0, 16).replace("T", " ")}${payee}</p>
<table><tbody>${lines}</tbody><tfoot><tr><th scope="row">${t.paid}</th><td data-paid="${receipt.paid_fen}">${money(receipt.paid_fen, language)}</td></tr>${back}</tfoot></table>
<p><small>${receipt.receipt}</small></p>
${invoice}`;
}

type Lot = { readonly id: string; readonly name: string };

export function joinPage(language: Language, { lots, refusal }: { lots: readonly Lot[]; refusal?: Refusal | undefined }): Html {
  const t = passText[language];
  const places = lots.map(({ id, name }) => html`<option value="${id}">${name}</option>`);
  return html`<h2>${t.joinTitle}</h2>${said(language, refusal)}
<form method="post" action="/pay/join?lang=${language}" enctype="multipart/form-data">
<select name="lot" aria-label="${t.title}">${places}</select>
<label>${t.room}<input name="room" required maxlength="64"></label><label>${t.phone}<input name="contact" required maxlength="20" inputmode="tel"></label>
<label>${t.plates}<input name="plates" required maxlength="80"></label><label>${t.note}<input name="note" maxlength="200"></label>
<label>${t.photo}<input name="photo" type="file" accept="image/jpeg,image/png" capture="environment"></label>
<button class="main">${t.join}</button></form>`;
}

export function askedPage(
  language: Language,
  { state, answer, link }: { state: "asked" | "approved" | "rejected"; answer: string | null; link: string | null },
): Html {
  const t = passText[language];
  const next = link === null ? undefined : html`<p><a class="main" href="/pay/pass/${link}?lang=${language}">${t.title}</a></p>`;
  return html`<p class="${state === "rejected" ? "said" : "done"}" data-state="${state}" role="status">${t[state]}</p><p>${answer ?? ""}</p>${next}`;
}

// A charge on a phone: what the socket costs and what may be chosen, then what becomes of it, to the bill and the refund.
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { amounts_fen, type ChargingOrder, hoursOffered, type Offer } from "../../payments/charging/orders.ts";
import type { Method } from "../../payments/providers/provider.ts";
import type { ChargeSeen } from "../../site-context.ts";
import { chargeWords } from "./charge-words.ts";
import { type Html, html } from "./html.ts";
import { money, said } from "./pages.ts";
import { type Language, words } from "./words.ts";

const usual_fen = 200;

export function offerPage(
  language: Language,
  { offer, token, methods, refusal }: { offer: Offer; token: string; methods: readonly Method[]; refusal?: Refusal | undefined },
): Html {
  const t = chargeWords[language];
  const why = refusal ?? offer.not;
  const amounts = amounts_fen.map(
    (fen) =>
      html`<label class="choice"><input type="radio" name="amount" value="${fen}"${fen === usual_fen ? html` checked` : undefined}> ${money(fen, language)}</label>`,
  );
  const untils = [null, ...hoursOffered].map(
    (hours) =>
      html`<label class="choice"><input type="radio" name="hours" value="${hours ?? ""}"${hours === null ? html` checked` : undefined}> ${hours === null ? t.full : t.hours(hours)}</label>`,
  );
  const pay = methods.map(
    (method) => html`<button name="method" value="${method}" class="main ${method}">${t.pay} · ${words[language][method]}</button>`,
  );
  const form =
    offer.not !== undefined
      ? html`<p><a class="main" href="/pay/socket/${token}?lang=${language}">${t.again}</a></p>`
      : methods.length === 0
        ? html`<p class="said">${t.noMethods}</p>`
        : html`<form method="post" action="/pay/socket/${token}?lang=${language}"><fieldset><legend>${t.amount}</legend>${amounts}</fieldset><fieldset><legend>${t.until}</legend>${untils}</fieldset><p>${t.note}</p>${pay}</form>`;
  return html`<p class="car" data-socket="${offer.socket}">${t.socket} ${offer.socket}</p>${said(language, why)}
<h2>${t.prices}</h2><ul class="prices">${offer.prices.map((one) => html`<li>${language === "zh" ? one.zh : one.en}</li>`)}</ul>${form}`;
}

/** As a customer sees it: what stands at the cashier and what stands at the socket are one thing to him. */
export function stateOf({ state }: ChargingOrder, charge: ChargeSeen | undefined): keyof (typeof chargeWords)["zh"]["states"] {
  if (state === "settled" || state === "returned" || state === "asked") return state;
  if (charge === undefined) return "paid";
  if (charge.state === "waiting") return "waiting";
  return charge.state === "ended" || charge.state === "not-begun" ? "ended" : charge.state === "asked" ? "paid" : "charging";
}

/** Whether it is worth looking again by itself. */
export const moves = (state: ReturnType<typeof stateOf>): boolean => state !== "settled" && state !== "returned";

export function orderPage(
  language: Language,
  { order, charge, stopped }: { order: ChargingOrder; charge: ChargeSeen | undefined; stopped: boolean },
): Html {
  const t = chargeWords[language];
  const state = stateOf(order, charge);
  const why = language === "zh" ? order.zh : order.en;
  const waits = charge?.waits;
  const bill = charge?.bill;
  const lines = (bill?.lines ?? []).map(
    (line) => html`<tr><td>${language === "zh" ? line.zh : line.en}</td><td>${money(line.amount_fen, language)}</td></tr>`,
  );
  const used =
    charge === undefined || charge.seconds === 0
      ? undefined
      : html`<p data-seconds="${charge.seconds}">${t.used(Math.floor(charge.seconds / 60), ((charge.energy_mWh ?? 0) / 1_000_000).toFixed(3))}</p>`;
  return html`<p class="${state === "settled" || state === "charging" ? "done" : "said"}" role="status" data-state="${state}">${t.states[state]}</p>
<p class="car">${t.socket} ${order.socket}</p>${why === null ? undefined : html`<p>${why}</p>`}
${waits === undefined ? undefined : html`<p>${language === "zh" ? waits.zh : waits.en}${waits.latest === null ? "" : ` ${t.latest(toRfc3339(wall(waits.latest)).slice(11, 16))}`}</p>`}${used}
${bill === undefined ? undefined : html`<table><tbody>${lines}</tbody><tfoot><tr><th scope="row">${t.total}</th><td data-total="${bill.total_fen}">${money(bill.total_fen, language)}</td></tr></tfoot></table>`}
<p>${t.prepaid} ${money(order.amount_fen, language)}${moves(state) ? undefined : html` · ${t.back} <b data-back="${order.back_fen}">${money(order.back_fen, language)}</b>`}</p>
${moves(state) || order.back_fen === 0 ? undefined : html`<p>${t.backHint}</p>`}
${state === "charging" ? html`<form method="post" action="/pay/order/${order.id}/stop?lang=${language}"><button class="main">${t.stop}</button></form>` : undefined}
${stopped ? html`<p role="status">${t.stopped}</p>` : undefined}<p>${t.keep}</p>`;
}

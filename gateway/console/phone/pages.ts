// The driver's pages, as wide as a phone: the plate, what it owes line by line, the way to the provider, and what became of it. They read and work without a script; one makes the plate's keys.

import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { fen, yuanText } from "#protocols/vocabulary/money.ts";
import { provinces } from "#protocols/vocabulary/plate.ts";
import type { Owed, PhoneCharge } from "../../payments/phone.ts";
import { type Html, html } from "./html.ts";
import { type Language, words } from "./words.ts";

export interface Frame {
  readonly language: Language;
  /** Of this page in the other language. */
  readonly path: string;
  readonly site: string;
  readonly telephone: string | undefined;
  /** Of a page that is not about parking. */
  readonly title?: string;
  /** Seconds until the page asks again. */
  readonly refresh?: { readonly seconds: number; readonly url: string };
}

export function page(frame: Frame, body: Html): string {
  const t = words[frame.language];
  const title = frame.title ?? t.title;
  const other = frame.language === "zh" ? "en" : "zh";
  return html`<!doctype html>
<html lang="${t.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
${again(frame.refresh)}
<title>${title} · ${frame.site}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/pay/page.css">
</head>
<body>
<header><div><p>${frame.site}</p><h1>${title}</h1></div><a class="other" href="${frame.path}?lang=${other}" lang="${words[other].lang}" hreflang="${words[other].lang}">${t.other}</a></header>
<main${frame.refresh === undefined || frame.refresh.seconds === 0 ? undefined : html` data-follow="${frame.refresh.url}" data-follow-s="${frame.refresh.seconds}"`}>${body}</main>
<footer>${frame.telephone === undefined ? undefined : html`<a href="tel:${frame.telephone}">${t.call} ${frame.telephone}</a>`}</footer>
<script src="/pay/page.js" defer></script>
</body>
</html>`.html;
}

/** On to the provider at once; what is waited for is asked again by the page's script, and without one by the browser itself. */
function again(refresh: Frame["refresh"]): Html | undefined {
  if (refresh === undefined) return undefined;
  const meta = html`<meta http-equiv="refresh" content="${refresh.seconds};url=${refresh.url}">`;
  return refresh.seconds === 0 ? meta : html`<noscript>${meta}</noscript>`;
}

export const said = (language: Language, refusal: Refusal | undefined): Html | undefined =>
  refusal === undefined
    ? undefined
    : html`<p class="said" role="alert" data-code="${refusal.code}">${language === "zh" ? refusal.zh : refusal.en}</p>`;

export function platePage(language: Language, { refusal, plate }: { refusal?: Refusal | undefined; plate: string }): Html {
  return html`${said(language, refusal)}${plateForm(language, { action: "/pay", plate, button: words[language].ask })}`;
}

export function plateForm(language: Language, { action, plate, button }: { action: string; plate: string; button: string }): Html {
  const t = words[language];
  return html`<form class="card" method="post" action="${action}?lang=${language}" autocomplete="off">
<label for="plate">${t.plate}</label>
<div class="plate-field"><input id="plate" name="plate" value="${plate}" maxlength="10" required autocapitalize="characters" spellcheck="false" placeholder="闽C12345" aria-describedby="hint"></div>
<p id="hint">${t.plateHint}</p>
<div id="keys" role="group" aria-label="${t.plate}" data-provinces="闽${provinces.replace("闽", "")}" data-erase="${t.erase}" data-clear="${t.clear}" data-eighth="${t.newEnergy}"></div>
<button type="submit" class="main">${button}</button>
</form>`;
}

export function enterPage(
  language: Language,
  { lane, asked, refusal }: { lane: string; asked: string; refusal?: Refusal | undefined },
): Html {
  const t = words[language];
  return html`<div class="card"><h2>${t.enterTitle}</h2>${said(language, refusal)}<p>${t.enterHint}</p>
<form method="post" action="/pay/enter/${lane}?lang=${language}"><input type="hidden" name="asked" value="${asked}"><button class="main">${t.enter}</button></form></div>`;
}

export function tokenPage(language: Language, gate: string | null): Html {
  const t = words[language];
  const open = gate === "opening" || gate === "already-open";
  return html`<p class="${open ? "done" : "said"}" role="status" data-gate="${gate ?? "none"}">${open ? t.entered2 : t.notOpened}</p><p>${t.keep}</p>`;
}

export function leftPage(language: Language, gate: string): Html {
  const t = words[language];
  const open = gate === "opening" || gate === "already-open";
  return html`<p class="${open ? "done" : "said"}" role="status" data-gate="${gate}">${open ? t.opened : t.notOpened}</p>`;
}

/** Beside the plate's field, for a phone that holds a token. */
export const leaveForm = (language: Language, lane: string): Html =>
  html`<form class="card" method="post" action="/pay/lane/${lane}/leave?lang=${language}"><button class="main">${words[language].leaveHere}</button></form>`;

export function shopPage(
  language: Language,
  { name, left, link, refusal, given }: { name: string; left: number; link: string; refusal?: Refusal | undefined; given?: string },
): Html {
  const t = words[language];
  return html`<div class="card"><h2>${t.shopTitle} · ${name}</h2><p>${t.shopLeft} <b data-left="${left}">${left}</b></p></div>${said(language, refusal)}
${given === undefined ? undefined : html`<p class="done" role="status">${given} ${t.shopGiven}</p>`}
${plateForm(language, { action: `/pay/shop/${link}`, plate: "", button: t.shopGive })}`;
}

export const money = (amount_fen: number, language: Language): string =>
  language === "zh" ? `${yuanText(fen(amount_fen))} ${words.zh.yuan}` : `¥${yuanText(fen(amount_fen))}`;

/** To the minute, as the driver's own clock shows it. */
const minuteText = (at: string): string => at.slice(0, 16).replace("T", " ");

/** Hours and minutes, as a driver thinks of a stay. */
const spanText = (language: Language, ms: number): string => {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  return words[language].hours(Math.floor(minutes / 60), minutes % 60);
};

export function owedPage(language: Language, owed: Owed): Html {
  const t = words[language];
  const lines = owed.lines.map(
    ({ zh, en, amount_fen }) => html`<tr><td>${language === "zh" ? zh : en}</td><td>${money(amount_fen, language)}</td></tr>`,
  );
  const ways = owed.methods.map(
    (method) =>
      html`<button name="method" value="${method}" class="main ${method}"><span>${t[method]}</span> <b>${money(owed.due_fen, language)}</b></button>`,
  );
  return html`<section class="card due"><p class="car">${owed.plate}</p><p class="amount"><small>${t.due}</small> <b data-due="${owed.due_fen}">${money(owed.due_fen, language)}</b></p>
<dl><div><dt>${t.entered}</dt><dd>${minuteText(owed.entered_at)}</dd></div><div><dt>${t.stayed}</dt><dd>${spanText(language, owed.stayed_ms)}</dd></div></dl></section>
<section class="card"><h2>${t.lines}</h2><table><tbody>${lines}</tbody><tfoot><tr><th scope="row">${t.due}</th><td>${money(owed.due_fen, language)}</td></tr></tfoot></table></section>
${
  owed.methods.length === 0
    ? html`<p class="said">${t.noMethods}</p>`
    : html`<form class="card" method="post" action="/pay/charge?lang=${language}"><input type="hidden" name="visit" value="${owed.visit}"><h2>${t.payBy}</h2>${ways}</form>`
}
<p class="acts"><a href="/pay?lang=${language}">${t.again}</a></p>`;
}

/** A form that is answered by a redirect to another host is stopped by the page's own policy: so the phone is sent on by this page. */
export function goingPage(language: Language, url: string): Html {
  const t = words[language];
  return html`<section class="card wait"><p class="spin" aria-hidden="true"></p><p role="status">${t.going}</p><a class="main" href="${url}">${t.goOn}</a></section>`;
}

/** Inside WeChat: the script hands it to the app, which asks the payer. What the app says of the outcome proves nothing: the page that waits asks the gateway. */
export function handedPage(language: Language, { charge, handed }: { charge: string; handed: Readonly<Record<string, string>> }): Html {
  const t = words[language];
  const next = `/pay/charge/${charge}?lang=${language}`;
  return html`<section class="card wait"><p role="status">${t.inApp}</p><button type="button" class="main wechat" id="in-app" data-handed="${JSON.stringify(handed)}" data-next="${next}">${t.wechat}</button></section>
<p class="acts"><a href="${next}">${t.inAppDone}</a></p>`;
}

/** Whoever holds the charge's own name may say that it is not right; it is answered by a person. */
const disputeForm = (language: Language, charge: string): Html => {
  const t = words[language];
  return html`<details class="card"><summary>${t.dispute}</summary><form method="post" action="/pay/charge/${charge}/dispute?lang=${language}">
<label>${t.disputeWords}<input name="words" required minlength="2" maxlength="200"></label><label>${t.contact}<input name="contact" maxlength="20" inputmode="tel"></label>
<button class="main">${t.send}</button></form></details>`;
};

export const disputedPage = (language: Language): Html =>
  html`<p class="done" role="status" data-state="disputed">${words[language].disputed}</p><p class="acts"><a href="/pay?lang=${language}">${words[language].again}</a></p>`;

/** The time that is left runs down by the page's script; without one the last minute stands there in words. */
function leaving(language: Language, charge: PhoneCharge): Html {
  const t = words[language];
  const within = html`<p>${t.leaveWithin(Math.floor(charge.grace_ms / 60_000))}</p>`;
  const { leave } = charge;
  if (leave === null) return within;
  const minutes = Math.floor(leave.left_ms / 60_000);
  const clock = `${String(minutes).padStart(2, "0")}:${String(Math.floor((leave.left_ms % 60_000) / 1000)).padStart(2, "0")}`;
  return html`<section class="card leave" data-left-ms="${leave.left_ms}" data-over="${t.over}"><p class="count"><small>${t.left}</small> <b role="timer">${clock}</b></p>
<dl><div><dt>${t.leaveBy}</dt><dd>${minuteText(leave.by)}</dd></div></dl>${within}<p class="over" role="status">${leave.left_ms === 0 ? t.over : undefined}</p></section>`;
}

export function chargePage(language: Language, charge: PhoneCharge): Html {
  const t = words[language];
  const again = html`<p class="acts"><a href="/pay?lang=${language}">${t.again}</a></p>`;
  if (charge.state === "paid") {
    const parking = charge.visit !== null;
    return html`<section class="card paid"><p class="tick" aria-hidden="true">✓</p><p class="amount" role="status" data-state="paid">${t.paid} <b>${money(charge.amount_fen, language)}</b></p><p class="car">${charge.plate}</p></section>
${parking ? leaving(language, charge) : undefined}<p class="acts"><a href="/pay/receipt/${charge.charge}?lang=${language}">${t.receipt}</a></p>${parking ? disputeForm(language, charge.charge) : undefined}${again}`;
  }
  if (charge.state === "closed") return html`<p class="said" data-state="closed">${t.closed}</p><p>${t.closedHint}</p>${again}`;
  return html`<section class="card wait"><p class="spin" aria-hidden="true"></p><p class="amount" role="status" data-state="asked">${t.waiting} <b>${money(charge.amount_fen, language)}</b></p><p>${t.waitingHint}</p></section>${again}`;
}

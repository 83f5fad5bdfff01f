// The money of a quarter as residents read it: a sentence, the waterfall from what came in to what is divided, how it is divided, the fund, what it paid for.
import type { QuarterBody, QuarterLine } from "#cloud/revenue/quarters.ts";
import { escaped, inChinese, type Lang, publicText, yuan } from "./html.ts";
import { fallBar, fallsOf } from "./pictures.ts";
import { say } from "./words.ts";

interface Bar {
  readonly name: string;
  readonly amount_fen: number;
  readonly sum?: true;
}

/** A sum is said by its bar, its letters and its place. */
function waterfall(bars: readonly Bar[]): string {
  const falls = fallsOf(bars);
  const rows = bars.map(({ name, amount_fen, sum }, at) => {
    const fall = falls[at];
    const bar = fall === undefined ? "" : fallBar(fall);
    return `<li${sum === true ? ' class="is-sum"' : ""}><span>${name}</span><b>${yuan(amount_fen)}</b>${bar}</li>`;
  });
  return `<ul class="falls">${rows.join("")}</ul>`;
}

interface Line {
  readonly name: string;
  readonly amount_fen: number;
  readonly note?: string;
}
const lines = (of: readonly Line[], total?: Line): string =>
  `<ul class="lines">${[...of, ...(total === undefined ? [] : [total])]
    .map(
      ({ name, amount_fen, note }, at) =>
        `<li${at === of.length ? ' class="is-sum"' : ""}><span>${name}</span><b>${yuan(amount_fen)}</b>${note === undefined ? "" : `<small>${note}</small>`}</li>`,
    )
    .join("")}</ul>`;

export function incomePart(body: QuarterBody, lang: Lang): string {
  const t = say[lang].notice;
  const named = (one: { readonly zh: string; readonly en: string }): string => inChinese(lang, publicText(lang === "en" ? one.en : one.zh));
  const said = (text: string): string => inChinese(lang, publicText(text));
  // Quarters that were published before this day hold none of these.
  const { accounting = [], late = { payments: 0, fen: 0 }, spending = [], balances = [], silent_when_published = [] } = body;
  const warning = (words: string, of: readonly string[]): string =>
    of.length === 0 ? "" : `<p class="note warn">▲ ${words}${escaped(of.join(", "))}</p>`;
  const counted =
    accounting.length === 0
      ? ""
      : `<p class="small muted">${t.counted}: ${accounting.map((one) => (one === "accrual" ? t.accrual : t.cash)).join(" / ")}${late.payments === 0 ? "" : ` · ${t.late} ${late.payments} · ${yuan(late.fen)}`}${body.spaces == null ? "" : ` · ${t.spaces}: ${inChinese(lang, publicText(body.spaces))}`}</p>`;
  const bar = (one: QuarterLine, sign: 1 | -1): Bar => ({ name: named(one), amount_fen: sign * one.amount_fen });
  const fall = waterfall([
    ...body.income.map((one) => bar(one, 1)),
    ...(body.income.length > 1 ? [{ name: `${t.income} ${t.total}`, amount_fen: body.gross_fen, sum: true as const }] : []),
    ...body.costs.map((one) => bar(one, -1)),
    { name: t.divided, amount_fen: body.base_fen, sum: true },
  ]);
  const { opening_fen, in_fen, out_fen, closing_fen } = body.fund;
  const fund = waterfall([
    { name: t.opening, amount_fen: opening_fen, sum: true },
    { name: t.in, amount_fen: in_fen },
    { name: t.out, amount_fen: -out_fen },
    { name: t.closing, amount_fen: closing_fen, sum: true },
  ]);
  const works = body.works.map((one) => ({
    name: said(one.words),
    amount_fen: one.amount_fen,
    note: [
      one.hazard === null ? "" : escaped(one.hazard),
      one.vote === null ? "" : `${t.vote}: ${said(one.vote)}${one.ballot === undefined ? "" : ` ${named(one.ballot)}`}`,
      one.notice === null ? "" : `${t.publicNotice}: ${said(one.notice)}`,
    ]
      .filter((part) => part !== "")
      .join(" · "),
  }));
  const spent = spending.map((one) => ({
    name: said(one.words),
    amount_fen: one.amount_fen,
    note: `${escaped(one.day)} · ${t.decision}: ${said(one.decision)} · ${t.voucher}: ${said(one.voucher)}`,
  }));
  const part = (title: string, rows: string, shown = true): string => (shown ? `<h3>${title}</h3>${rows}` : "");
  return `<p class="lead">${t.sentence(yuan(body.gross_fen), yuan(body.costs_fen), yuan(body.base_fen))}${lang === "en" ? " " : ""}${t.fundSentence(yuan(closing_fen))}</p>
${warning(t.silent, body.silent)}${warning(t.silentNow, silent_when_published)}${warning(t.missing, body.missing_months)}${counted}
${part(t.came, fall)}${part(
  t.parts,
  lines(
    body.parts.map((one) => ({ name: named(one), amount_fen: one.amount_fen })),
    { name: t.total, amount_fen: body.base_fen },
  ),
)}${part(t.fund, fund)}${part(t.works, lines(works), works.length > 0)}${part(t.spent, lines(spent), spent.length > 0)}${part(
  t.balance,
  lines(balances.map((one) => ({ name: named(one), amount_fen: one.closing_fen }))),
  balances.length > 0,
)}`;
}

// The public notice of a compound: stars, hazards in numbers, the last quarter that was published, objections, the wall. Read on a phone without a script, and on paper.
import type { QuarterBody } from "#cloud/revenue/quarters.ts";
import { noticeLine } from "#cloud/revenue/quarters.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { HazardState } from "#protocols/api/hazard-tables.ts";
import { qrSvg } from "#protocols/qr/qr.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { escaped, inChinese, type Lang, publicText, sheet } from "./html.ts";
import { incomePart } from "./income.ts";
import { meter, starRow } from "./pictures.ts";
import type { Shown } from "./read.ts";
import { say } from "./words.ts";

export interface How {
  readonly lang: Lang;
  readonly large: boolean;
  /** Of the cloud's own file; without it nothing printed carries a code. */
  readonly origin?: string | undefined;
}

export const rootOf = (code: string): string => `/pub/${encodeURIComponent(code)}`;
export const minuteText = (at: number): string => toRfc3339(wall(at)).slice(0, 16).replace("T", " ");
export const dayOnly = (at: number): string => toRfc3339(wall(at)).slice(0, 10);

/** The other language, and the size of letters; each keeps what the other chose. */
export function switchesOf(path: (lang: Lang) => string, { lang, large }: Pick<How, "lang" | "large">) {
  const other = lang === "en" ? "zh-CN" : "en";
  const join = (href: string, more: boolean): string => (more ? `${href}${href.includes("?") ? "&amp;" : "?"}large=1` : href);
  return [
    { href: join(path(lang), !large), text: large ? say[lang].normal : say[lang].large, on: large },
    { href: join(path(other), large), text: other === "en" ? "English" : "中文", lang: other },
  ];
}

const card = (id: string, title: string, body: string): string =>
  `<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;

function starsPart({ stars, score_milli }: Shown, lang: Lang): string {
  const t = say[lang].notice;
  const rating =
    stars === null
      ? `<p class="empty">${t.none}</p>`
      : `<p class="rating">${starRow(stars, t.starsOf(stars))}<span><span class="score">${((score_milli ?? 0) / 1000).toFixed(1)}</span> <span class="muted">${t.of100}</span></span></p>`;
  return card("stars", t.stars, `${rating}<p class="screen-only"><a href="/pub/stars/${lang}">${t.all}</a></p>`);
}

function safetyPart({ open, closed, overdue }: Shown, lang: Lang): string {
  const t = say[lang].notice;
  const all = open + closed;
  if (all === 0) return card("safety", t.safety, `<p class="empty">${t.noHazards}</p>`);
  const tile = (name: string, n: number, late = false): string => `<div${late ? ' class="late"' : ""}><dt>${name}</dt><dd>${n}</dd></div>`;
  const bar = meter(
    [
      { class: "done", n: closed },
      { class: "overdue", n: overdue },
    ],
    all,
  );
  return card(
    "safety",
    t.safety,
    `<dl class="tiles">${tile(t.open, open)}${tile(t.closed, closed)}${tile(t.overdue, overdue, overdue > 0)}</dl>${bar}<p class="small muted">${t.meter(closed, all)}。${t.open} ${open} · ${t.closed} ${closed} · ${t.overdue} ${overdue}</p>`.replace(
      "。",
      lang === "en" ? ". " : "。",
    ),
  );
}

/** Closed on which day, or to be answered by which: the clock of the answer runs in the open. */
function answered({ closed_at, answer_by }: Shown["wall"][number], now: number, lang: Lang): string {
  const t = say[lang].notice;
  if (closed_at !== null) return `${t.closed} ${dayOnly(closed_at)}`;
  return `${t.due} ${dayOnly(answer_by)}${now > answer_by ? ` ▲ ${t.unanswered}` : ""}`;
}

function wallPart({ wall: posts, now }: Shown, lang: Lang): string {
  const t = say[lang].notice;
  const voices = posts.map(
    (one) =>
      `<li><div class="row"><span class="pill${one.state === "已销号" ? " done" : ""}">${say[lang].state[one.state as HazardState]}</span><span class="small muted">${t.kinds[one.matter as "wish"]} · ${dayOnly(one.found_at)} · ${escaped(one.id)} · ${answered(one, now, lang)}</span></div><p>${inChinese(lang, publicText(one.zh))}</p></li>`,
  );
  return card("wall", t.wall, voices.length === 0 ? `<p class="empty">${t.noWishes}</p>` : `<ul class="wall">${voices.join("")}</ul>`);
}

function objectionsPart({ objections, now, compound }: Shown, quarter: Row<"quarter">, lang: Lang): string {
  const t = say[lang].notice;
  const asked = objections.filter(({ line }) => line !== noticeLine);
  const answered = asked.filter(({ replied_at }) => replied_at !== null).length;
  const voices = asked.map((one) => {
    const late = one.reply === null && now > one.due_at;
    // What a stranger wrote is shown with its answer: until then nobody of the house has read it.
    const body =
      one.reply === null
        ? `<p class="muted">${t.due} ${dayOnly(one.due_at)}</p>`
        : `<p>${inChinese(lang, publicText(one.words))}</p><p class="note"><b>${t.replied}</b> ${inChinese(lang, publicText(one.reply))}</p>`;
    return `<li><div class="row"><span class="pill${late ? " late" : one.reply === null ? "" : " done"}">${late ? `▲ ${t.unanswered}` : one.reply === null ? t.due : t.replied}</span><span class="small muted">${dayOnly(one.at)}</span></div>${body}</li>`;
  });
  const notices = objections
    .filter(({ line }) => line === noticeLine)
    .map((one) => `<p class="note warn"><b>${t.correction}</b> ${dayOnly(one.at)} ${inChinese(lang, publicText(one.words))}</p>`);
  const ask = `<p class="screen-only"><a href="${rootOf(compound.compound_code)}/report?lang=${lang}&amp;about=${quarter.quarter}">${t.ask}</a></p>`;
  const list = voices.length === 0 ? `<p class="empty">${t.noObjections}</p>` : `<ul class="wall">${voices.join("")}</ul>`;
  return card(
    "objections",
    t.objections,
    `${notices.join("")}<p class="small muted">${t.objections} ${asked.length} · ${t.replied} ${answered}</p>${list}${ask}`,
  );
}

export function publicPage(shown: Shown, { lang, large, origin }: How): string {
  const t = say[lang].notice;
  const { compound, quarter } = shown;
  const root = rootOf(compound.compound_code);
  const parts: readonly (readonly [string, string])[] = [
    ["safety", t.safety],
    ["income", t.income],
    ...(quarter === undefined ? [] : ([["objections", t.objections]] as const)),
    ["wall", t.wall],
  ];
  const jump = `<nav class="jump" aria-label="${t.jump}">${parts.map(([id, name]) => `<a href="#${id}">${name}</a>`).join("")}</nav>`;
  const hero = `<div class="hero"><p class="kicker">${t.title}</p><h1>${inChinese(lang, escaped(compound.name))}</h1><p class="small muted">${t.until} ${minuteText(shown.now)}</p></div>`;
  const income = card(
    "income",
    quarter === undefined ? t.income : `${t.income} ${escaped(quarter.quarter)}`,
    quarter === undefined
      ? `<p class="empty">${t.unpublished}</p>`
      : `${incomePart(JSON.parse(quarter.body) as QuarterBody, lang)}<p class="seal">${t.hash} ${escaped(quarter.hash ?? "")}</p>`,
  );
  const acts = `<div class="acts"><a class="button main" href="${root}/report?lang=${lang}">${t.report}</a><a class="button" href="${root}/progress?lang=${lang}">${t.progress}</a></div>`;
  const address = `${root}/${lang}`;
  // The name of its namespace would be the only address on the page; HTML needs none.
  const paper =
    origin === undefined
      ? ""
      : `<div class="paper">${qrSvg(`${origin}${address}`, t.scan).replace(' xmlns="http://www.w3.org/2000/svg"', "")}<p>${t.scan}<br>${escaped(origin.replace(/^https?:\/\//, ""))}${address}</p></div>`;
  const body = `${hero}${jump}${starsPart(shown, lang)}${safetyPart(shown, lang)}${income}${quarter === undefined ? "" : objectionsPart(shown, quarter, lang)}${wallPart(shown, lang)}${acts}${paper}`;
  return sheet({
    ...{ lang, large, title: `${compound.name} ${t.title}`, home: address, body },
    switches: switchesOf((of) => `${root}/${of}`, { lang, large }),
  });
}

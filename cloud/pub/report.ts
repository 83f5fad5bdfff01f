// A resident's two pages behind the poster's code: report something, and follow what was reported. Following needs no script.
import type { Compound } from "#cloud/ledger/hazards.ts";
import type { QuarterBody } from "#cloud/revenue/quarters.ts";
import type { Row } from "#cloud/store/schema.ts";
import { escaped, inChinese, type Lang, publicText, sheet } from "./html.ts";
import { dayOnly, minuteText, rootOf, switchesOf } from "./notice.ts";
import type { Progress } from "./read.ts";
import { say } from "./words.ts";

interface Asking {
  readonly lang: Lang;
  readonly large: boolean;
}

const camera =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 8h3l1.500-2.500h7L17 8h3v11H4z"/><circle cx="12" cy="13" r="3.500"/></svg>';

const field = (name: string, label: string, { control, hint }: { control: string; hint: string }): string =>
  `<div><label class="label" for="${name}">${label}</label>${control}<p class="hint" id="${name}-hint">${hint}</p></div>`;

/** About a quarter that was published it is an objection to one of its lines; otherwise a hazard, a wish or a complaint. */
function aboutWhat(lang: Lang, quarter: Row<"quarter"> | undefined): string {
  const t = say[lang].report;
  if (quarter === undefined) {
    const kinds = Object.entries(t.kinds).map(
      ([kind, name], at) =>
        `<label><input type="radio" name="kind" value="${kind}"${at === 0 ? " checked" : ""}><span>${name}</span></label>`,
    );
    return `<fieldset><legend>${t.kind}</legend><div class="kinds">${kinds.join("")}</div></fieldset>${field("place", t.place, {
      control: `<input id="place" name="place" required maxlength="120" aria-describedby="place-hint" autocomplete="off">`,
      hint: t.placeHint,
    })}`;
  }
  const body = JSON.parse(quarter.body) as QuarterBody;
  const options = [...body.income, ...body.costs, ...body.parts].map(
    (one) => `<option value="${escaped(one.id)}">${escaped(lang === "en" ? one.en : one.zh)}</option>`,
  );
  return `<div><label class="label" for="line">${t.line}</label><select id="line" name="line"><option value="whole">${t.whole}</option>${options.join("")}</select></div>`;
}

export function reportPage(compound: Compound, asking: Asking & { readonly quarter?: Row<"quarter"> | undefined }): string {
  const { lang, large, quarter } = asking;
  const { report: t, progress, back } = say[lang];
  const root = rootOf(compound.compound_code);
  const title = quarter === undefined ? t.title : `${t.object} ${escaped(quarter.quarter)}`;
  const photo = `<div><span class="label" id="photo-label">${t.photo}</span><div class="photo">${camera}<span id="photo-said" class="muted">${t.photoHint}</span><input id="photo" type="file" accept="image/jpeg,image/png,image/webp" capture="environment" aria-labelledby="photo-label"></div></div>`;
  const words = field("words", t.words, {
    control: `<textarea id="words" name="words" required maxlength="500" rows="4" aria-describedby="words-hint"></textarea>`,
    hint: t.wordsHint,
  });
  const form = `<form id="report" class="card" data-code="${escaped(compound.compound_code)}" data-lang="${lang}"${quarter === undefined ? "" : ` data-quarter="${escaped(quarter.quarter)}"`}>${aboutWhat(lang, quarter)}${words}${quarter === undefined ? photo : ""}<button class="main" type="submit">${t.send}</button></form>`;
  const body = `<div class="hero"><p class="kicker">${inChinese(lang, escaped(compound.name))}</p><h1>${title}</h1><p class="muted">${t.about}</p></div>
${quarter === undefined ? `<p class="note warn">▲ ${t.danger}</p>` : ""}<noscript><p class="note warn">${t.script}</p></noscript><div id="answer" role="status"></div>${form}<section class="card" id="mine" hidden><h2>${t.mine}</h2><ul class="lines"></ul></section><div class="acts"><a class="button" href="${root}/progress?lang=${lang}">${progress.title}</a><a class="button" href="${root}/${lang}">${back}</a></div>`;
  const about = quarter === undefined ? "" : `&amp;about=${quarter.quarter}`;
  return sheet({
    ...{ lang, large, title: `${compound.name} ${t.title}`, home: `${root}/${lang}`, body, script: "/pub/report.js" },
    switches: switchesOf((of) => `${root}/report?lang=${of}${about}`, { lang, large }),
  });
}

function way({ way: steps }: Progress, lang: Lang): string {
  const { way: names, progress: t } = say[lang];
  return `<ol class="way">${steps
    .map(
      ({ state, at, stands }) =>
        `<li class="${stands}"${stands === "now" ? ' aria-current="step"' : ""}>${names[state]}${at === null ? (stands === "come" ? ` <span class="small">${t.toCome}</span>` : "") : `<time>${minuteText(at)}</time>`}</li>`,
    )
    .join("")}</ol>`;
}

function found(one: Progress, lang: Lang): string {
  const t = say[lang].progress;
  const state = one.way.find(({ stands }) => stands === "now")?.state ?? "待派单";
  const fact = (name: string, value: string): string => `<li><span class="muted">${name}</span><span>${value}</span></li>`;
  const notes = [
    one.merged ? `<p class="note">${t.merged}</p>` : "",
    one.archived ? `<p class="note">${t.archived}</p>` : "",
    one.returned > 0 ? `<p class="note warn">${t.returned(one.returned)}</p>` : "",
  ];
  const deadline = one.deadline === null ? "" : fact(t.deadline, `${dayOnly(one.deadline)}${one.overdue ? ` ▲ ${t.late}` : ""}`);
  return `<section class="card" aria-labelledby="stands" data-state="${state}"><h2 id="stands">${say[lang].way[state]}</h2>${notes.join("")}<div>${way(one, lang)}</div></section>
<section class="card" aria-label="${t.number} ${escaped(one.id)}"><ul class="lines facts">${fact(t.number, escaped(one.id))}${fact(t.place, inChinese(lang, publicText(one.place)))}${fact(t.words, inChinese(lang, publicText(one.words)))}${fact(say[lang].report.photo, t.photos(one.photos))}${deadline}</ul></section>`;
}

export interface Looked extends Asking {
  readonly typed: string | undefined;
  readonly progress: Progress | undefined;
}

export function progressPage(compound: Compound, { lang, large, typed, progress }: Looked): string {
  const { progress: t, back } = say[lang];
  const root = rootOf(compound.compound_code);
  const answer =
    progress !== undefined ? found(progress, lang) : typed === undefined ? "" : `<p class="note warn" role="alert">${t.nothing}</p>`;
  const ask = `<form class="card" method="get" action="${root}/progress"><input type="hidden" name="lang" value="${lang}">${field(
    "receipt",
    t.receipt,
    {
      control: `<input id="receipt" name="receipt" required maxlength="16" autocapitalize="characters" autocomplete="off" spellcheck="false" value="${escaped(typed ?? "")}" aria-describedby="receipt-hint">`,
      hint: t.hint,
    },
  )}<button class="main">${t.look}</button></form>`;
  const body = `<div class="hero"><p class="kicker">${inChinese(lang, escaped(compound.name))}</p><h1>${t.title}</h1><p class="muted">${t.keep}</p></div>${answer}${ask}<div class="acts"><a class="button" href="${root}/report?lang=${lang}">${t.another}</a><a class="button" href="${root}/${lang}">${back}</a></div>`;
  const receipt = typed === undefined ? "" : `&amp;receipt=${encodeURIComponent(typed)}`;
  return sheet({
    ...{ lang, large, title: `${compound.name} ${t.title}`, home: `${root}/${lang}`, body },
    switches: switchesOf((of) => `${root}/progress?lang=${of}${receipt}`, { lang, large }),
  });
}

// Stars of every compound, for everybody: by score, equal scores share a place, whoever was not assessed stands at the end without one.
import { escaped, inChinese, type Lang, sheet } from "./html.ts";
import { rootOf, switchesOf } from "./notice.ts";
import { meter, starRow } from "./pictures.ts";
import type { Starred } from "./read.ts";
import { say } from "./words.ts";

export interface Placed extends Starred {
  readonly place: number | null;
}

/** Pure: places are shared, and the next after two firsts is the third. */
export function placed(all: readonly Starred[]): readonly Placed[] {
  const byName = (a: Starred, b: Starred): number => (a.compound.name < b.compound.name ? -1 : 1);
  const scored = all
    .filter(({ score_milli }) => score_milli !== null)
    .sort((a, b) => (b.score_milli ?? 0) - (a.score_milli ?? 0) || byName(a, b));
  return [
    ...scored.map((one) => ({ ...one, place: 1 + scored.filter(({ score_milli }) => (score_milli ?? 0) > (one.score_milli ?? 0)).length })),
    ...all
      .filter(({ score_milli }) => score_milli === null)
      .sort(byName)
      .map((one) => ({ ...one, place: null })),
  ];
}

export function starList(
  all: readonly Starred[],
  quarter: string,
  { lang, large }: { readonly lang: Lang; readonly large: boolean },
): string {
  const { list: t, notice } = say[lang];
  const rows = placed(all).map(({ compound, stars, score_milli, place }) => {
    const name = `<a href="${rootOf(compound.compound_code)}/${lang}">${inChinese(lang, escaped(compound.name))}</a>`;
    if (stars === null || score_milli === null) return `<li><span>${name}</span><span class="muted">${t.none}</span></li>`;
    const score = (score_milli / 1000).toFixed(1);
    return `<li><span>${place}. ${name}</span><span class="row">${starRow(stars, notice.starsOf(stars))} ${t.score(score)}</span>${meter([{ class: "done", n: score_milli }], 100_000)}</li>`;
  });
  const body = `<div class="hero"><p class="kicker">${notice.title}</p><h1>${t.title}</h1><p class="muted">${t.about(quarter)}</p></div><section class="card" aria-label="${t.title}">${rows.length === 0 ? `<p class="empty">${t.nobody}</p>` : `<ol class="ranks">${rows.join("")}</ol>`}</section>`;
  return sheet({
    ...{ lang, large, title: t.title, home: `/pub/stars/${lang}`, body },
    switches: switchesOf((of) => `/pub/stars/${of}`, { lang, large }),
  });
}

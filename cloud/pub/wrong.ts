// What a resident's browser shows instead of a public page: what is wrong and what to do, as a page and not as a message for programs.
import { escaped, type Lang, sheet } from "./html.ts";

interface Wrong {
  readonly status: number;
  /** In the page's language, of whoever refused. */
  readonly words: string;
  readonly lang: Lang;
}

const say = {
  "zh-CN": {
    kicker: "小区公示",
    missing: "没有这个页面",
    missingWhy: "地址可能抄错了，或者这个小区没有公示。请重新扫描公告栏上的二维码。",
    down: "页面暂时打不开",
    downWhy: "服务出了问题，请几分钟后再试；紧急情况请直接联系物业或拨打 119。",
    refused: "请求没有被接受",
    all: "全部小区星级",
  },
  en: {
    kicker: "Public notice",
    missing: "There is no such page",
    missingWhy: "The address may be mistyped, or this compound has no notice. Scan the code on the notice board again.",
    down: "This page cannot be shown now",
    downWhy: "Something is wrong at our end: try again in a few minutes. In an emergency call the property office or 119.",
    refused: "The request was not taken",
    all: "Stars of every compound",
  },
} as const;

export function wrongPage({ status, words, lang }: Wrong): string {
  const t = say[lang];
  const [title, why] =
    status >= 500 ? [t.down, t.downWhy] : status === 404 ? [t.missing, t.missingWhy] : ([t.refused, escaped(words)] as const);
  const home = `/pub/stars/${lang}`;
  const body = `<div class="hero"><p class="kicker">${t.kicker}</p><h1>${title}</h1></div><section class="card" role="alert" data-status="${status}"><p>${why}</p><div class="acts"><a class="button" href="${home}">${t.all}</a></div></section>`;
  return sheet({ lang, title, home, switches: [], body });
}

/** In which language a public address asks; it says so itself, or the browser does. */
export const languageAsked = (url: string, accepted: string | undefined): Lang =>
  /\/en(?:[?#]|$)|[?&]lang=en(?:&|$)/.test(url) || (!/\/zh-CN(?:[?#]|$)|[?&]lang=zh/.test(url) && /^\s*en\b/i.test(accepted ?? ""))
    ? "en"
    : "zh-CN";

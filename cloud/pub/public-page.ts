// What everybody may read of a compound, without signing in and without a script: its stars, its hazards in numbers, the last quarter that was published, what repairs cost, the wall.
import { assess, schemeOn } from "#cloud/assessment/assess.ts";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import type { Compound } from "#cloud/ledger/hazards.ts";
import type { QuarterBody } from "#cloud/revenue/quarters.ts";
import { noticeLine } from "#cloud/revenue/quarters.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { qrSvg } from "#protocols/qr/qr.ts";
import { toCivil, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { escaped, page, publicText, rows, yuan } from "./html.ts";

export type Lang = "zh-CN" | "en";

interface Shown {
  readonly compound: Compound;
  readonly stars: number | null;
  readonly score_milli: number | null;
  readonly open: number;
  readonly closed: number;
  readonly overdue: number;
  readonly quarter: Row<"quarter"> | undefined;
  readonly objections: readonly Row<"objection">[];
  readonly wall: readonly Row<"hazard">[];
  readonly now: number;
}

export const quarterOf = (at: number): string => {
  const { year, month } = toCivil(wall(at));
  return `${year}-Q${Math.ceil(month / 3)}`;
};

export async function readPublic(read: Queries, compound: Compound, now: number): Promise<Shown> {
  const period = quarterOf(now);
  const scheme = await schemeOn(read, "stars-third", dayText(dayOf(now)));
  const [score] = scheme === undefined ? [] : await assess(read, { scheme, period, now }, [compound.id]);
  const counts = await read
    .selectFrom("hazard")
    .select((eb) => ["state", eb.fn.countAll<number | string>().as("n")])
    .where("site", "=", compound.id)
    .where("matter", "=", "hazard")
    .where("false_alarm", "=", 0)
    .groupBy("state")
    .execute();
  const of = (closed: boolean): number =>
    counts.filter(({ state }) => (state === "已销号") === closed).reduce((sum, { n }) => sum + Number(n), 0);
  const overdue = await read
    .selectFrom("hazard")
    .select((eb) => eb.fn.countAll<number | string>().as("n"))
    .where("site", "=", compound.id)
    .where("matter", "=", "hazard")
    .where("state", "!=", "已销号")
    .where("deadline", "<", now)
    .executeTakeFirstOrThrow();
  const quarter = await read
    .selectFrom("quarter")
    .selectAll()
    .where("site", "=", compound.id)
    .where("state", "=", "published")
    .orderBy("quarter", "desc")
    .limit(1)
    .executeTakeFirst();
  const objections =
    quarter === undefined
      ? []
      : await read
          .selectFrom("objection")
          .selectAll()
          .where("site", "=", compound.id)
          .where("quarter", "=", quarter.quarter)
          .orderBy("at")
          .execute();
  const posts = await read
    .selectFrom("hazard")
    .selectAll()
    .where("site", "=", compound.id)
    .where("published", "=", 1)
    .where("matter", "in", ["wish", "complaint"])
    .orderBy("found_at", "desc")
    .limit(50)
    .execute();
  const assessed = score?.combined ?? null;
  return {
    ...{ compound, stars: assessed === null ? null : (score?.stars ?? null), score_milli: assessed?.score_milli ?? null },
    ...{ open: of(false), closed: of(true), overdue: Number(overdue.n), quarter, objections, wall: posts, now },
  };
}

const say = {
  "zh-CN": {
    ...{
      title: "小区公示",
      stars: "星级",
      none: "尚未评定",
      safety: "消防隐患",
      open: "在册",
      closed: "已销号",
      overdue: "逾期",
      income: "公共收益",
      costs: "支出",
      parts: "分配",
      fund: "公维金",
    },
    ...{
      opening: "期初",
      in: "收入",
      out: "支出",
      closing: "期末",
      works: "公维金用在哪里",
      wall: "心愿墙",
      unpublished: "本小区还没有公示的季度。",
      silent: "统计期内网关有中断，迟到的款项计入下一期：",
    },
    ...{
      missing: "尚未结算的月份：",
      item: "项目",
      amount: "金额",
      objections: "异议",
      replied: "已答复",
      notice: "更正公告",
      report: "上报隐患",
      large: "大字",
      until: "数据截至",
      hash: "公示内容哈希",
      base: "可分配",
      vote: "表决",
      public_notice: "公示",
    },
    ...{
      silentNow: "公示时网关失联或有未传数据，补传后的款项计入下一期：",
      late: "其中上期迟到",
      counted: "核算方式",
      cash: "收付实现制（按实收）",
      accrual: "权责发生制（按应收）",
      spent: "收益使用",
      decision: "决议",
      voucher: "凭证",
      balance: "各方结余",
      due: "应答复",
      unanswered: "逾期未答复",
      ask: "对公示有异议",
    },
  },
  en: {
    ...{
      title: "Public notice",
      stars: "Stars",
      none: "not assessed yet",
      safety: "Fire hazards",
      open: "open",
      closed: "closed",
      overdue: "overdue",
      income: "Public income",
      costs: "Costs",
      parts: "Divided among",
      fund: "Maintenance fund",
    },
    ...{
      opening: "Opening",
      in: "In",
      out: "Out",
      closing: "Closing",
      works: "What the fund paid for",
      wall: "Wishes and complaints",
      unpublished: "No quarter was published yet.",
      silent: "Gateways were silent in the period; what came late counts in the next: ",
    },
    ...{
      missing: "Months not settled yet: ",
      item: "Item",
      amount: "Amount",
      objections: "Objections",
      replied: "answered",
      notice: "Correction",
      report: "Report a hazard",
      large: "Large text",
      until: "Data until",
      hash: "Hash of what was published",
      base: "To be divided",
      vote: "vote",
      public_notice: "notice",
    },
    ...{
      silentNow: "Gateways were silent or owed events when this was published; what they still send counts in the next: ",
      late: "of it late from before",
      counted: "Counted",
      cash: "by cash, as received",
      accrual: "by accrual, as billed",
      spent: "What was spent",
      decision: "decision",
      voucher: "voucher",
      balance: "What is left of each part",
      due: "answer due",
      unanswered: "not answered in time",
      ask: "Object to this notice",
    },
  },
} as const;

export function publicPage(shown: Shown, lang: Lang, large: boolean): string {
  const words = say[lang];
  const { compound, stars, quarter } = shown;
  const root = `/pub/${encodeURIComponent(compound.compound_code)}`;
  const other = lang === "en" ? "zh-CN" : "en";
  const nav = `<nav><a href="${root}/${other}">${other === "en" ? "English" : "中文"}</a><a href="${root}/${lang}?large=1">${words.large}</a><a href="${root}/report">${words.report}</a></nav>`;
  const star =
    stars === null
      ? `<span class="muted">${words.none}</span>`
      : `<span class="stars" aria-label="${stars}">${"★".repeat(stars)}${"☆".repeat(5 - stars)}</span> ${((shown.score_milli ?? 0) / 1000).toFixed(3)}`;
  const body = `<main${large ? ' class="large"' : ""}>${nav}<h1>${escaped(compound.name)} ${words.title}</h1>
<p class="lead">${words.stars} ${star}</p>
<h2>${words.safety}</h2><p class="lead">${words.open} ${shown.open} · ${words.closed} ${shown.closed} · ${words.overdue} ${shown.overdue}</p>
${quarter === undefined ? `<h2>${words.income}</h2><p>${words.unpublished}</p>` : quarterPart(shown, quarter, lang)}
${
  shown.wall.length === 0
    ? ""
    : `<h2>${words.wall}</h2>${rows(
        [words.item, ""],
        shown.wall.map((one) => [publicText(one.zh), escaped(one.state)]),
      )}`
}
<p class="muted">${words.until} ${toRfc3339(wall(shown.now)).slice(0, 16).replace("T", " ")}</p></main>`;
  return page({ lang, title: `${compound.name} ${words.title}`, body });
}

const questions = (objections: readonly Row<"objection">[]) => objections.filter(({ line }) => line !== noticeLine);

function quarterPart({ objections, now }: Shown, quarter: Row<"quarter">, lang: Lang): string {
  const words = say[lang];
  const body = JSON.parse(quarter.body) as QuarterBody;
  const named = (one: { readonly zh: string; readonly en: string }): string => publicText(lang === "en" ? one.en : one.zh);
  const table = (title: string, lines: QuarterBody["income"], total: number): string =>
    `<h3>${title}</h3>${rows([words.item, words.amount], [...lines.map((one) => [named(one), yuan(one.amount_fen)]), ["=", yuan(total)]])}`;
  const works = body.works.map((one) => [
    `${publicText(one.words)}${one.hazard === null ? "" : ` <span class="muted">${escaped(one.hazard)}</span>`}${one.vote === null ? "" : `<br><small>${words.vote}: ${publicText(one.vote)}${one.ballot === undefined ? "" : `<br>${named(one.ballot)}`}</small>`}${one.notice === null ? "" : `<br><small>${words.public_notice}: ${publicText(one.notice)}</small>`}`,
    yuan(one.amount_fen),
  ]);
  const notices = objections.filter(({ line }) => line === noticeLine);
  // Quarters that were published before this day hold none of these.
  const { accounting = [], late = { payments: 0, fen: 0 }, spending = [], balances = [], silent_when_published = [] } = body;
  const spent = spending.map((one) => [
    `${publicText(one.words)}<br><small>${escaped(one.day)} · ${words.decision}: ${publicText(one.decision)} · ${words.voucher}: ${publicText(one.voucher)}</small>`,
    yuan(one.amount_fen),
  ]);
  const asked = questions(objections).map((one) => {
    const said =
      one.reply === null
        ? `${words.due} ${toRfc3339(wall(one.due_at)).slice(0, 10)}${now > one.due_at ? ` ▲ ${words.unanswered}` : ""}`
        : publicText(one.reply);
    // What a stranger wrote is shown with its answer: until then nobody of the house has read it.
    return [one.reply === null ? toRfc3339(wall(one.at)).slice(0, 10) : publicText(one.words), said];
  });
  const { opening_fen, in_fen, out_fen, closing_fen } = body.fund;
  return `<h2>${words.income} ${escaped(body.quarter)}</h2>
${body.silent.length === 0 ? "" : `<p>▲ ${words.silent}${escaped(body.silent.join(", "))}</p>`}${silent_when_published.length === 0 ? "" : `<p>▲ ${words.silentNow}${escaped(silent_when_published.join(", "))}</p>`}${body.missing_months.length === 0 ? "" : `<p>▲ ${words.missing}${escaped(body.missing_months.join(", "))}</p>`}
${accounting.length === 0 ? "" : `<p class="muted">${words.counted}: ${accounting.map((one) => (one === "accrual" ? words.accrual : words.cash)).join(" / ")}${late.payments === 0 ? "" : ` · ${words.late} ${late.payments} · ${yuan(late.fen)}`}</p>`}
${table(words.income, body.income, body.gross_fen)}${table(words.costs, body.costs, body.costs_fen)}${table(`${words.parts} (${words.base})`, body.parts, body.base_fen)}
<h3>${words.fund}</h3>${rows(
    [words.item, words.amount],
    [
      [words.opening, yuan(opening_fen)],
      [words.in, yuan(in_fen)],
      [words.out, yuan(out_fen)],
      [words.closing, yuan(closing_fen)],
    ],
  )}
${works.length === 0 ? "" : `<h3>${words.works}</h3>${rows([words.item, words.amount], works)}`}
${spent.length === 0 ? "" : `<h3>${words.spent}</h3>${rows([words.item, words.amount], spent)}`}
${
  balances.length === 0
    ? ""
    : `<h3>${words.balance}</h3>${rows(
        [words.item, words.amount],
        balances.map((one) => [named(one), yuan(one.closing_fen)]),
      )}`
}
${asked.length === 0 ? "" : `<h3>${words.objections}</h3>${rows([words.objections, words.replied], asked)}`}
${notices.map((one) => `<p><strong>${words.notice}</strong> ${toRfc3339(wall(one.at)).slice(0, 10)} ${publicText(one.words)}</p>`).join("")}
<p class="muted">${words.objections} ${asked.length} · ${words.replied} ${questions(objections).filter(({ replied_at }) => replied_at !== null).length}<br>${words.hash} ${escaped(quarter.hash)}</p>`;
}

/**
 * For the notice board, A4: where to read, and where to report; each address stands below its code, for whoever has no camera. Without an address that the cloud's
 * own file names there is no code: one that was read off a request could lead a whole compound to a stranger's page.
 */
export function posterPage(compound: Compound, origin: string | undefined): string {
  const path = `/pub/${encodeURIComponent(compound.compound_code)}`;
  if (origin === undefined) {
    const words = `<p class="lead">云端配置未写公开网址（http.public_url），无法印制二维码。</p><p class="lead">The cloud's file names no public address (http.public_url): there is nothing to print.</p><p><a href="${path}/zh-CN">公共收益与消防公示 / Public notice</a><br><a href="${path}/report">上报隐患 / Report</a></p>`;
    return page({
      lang: "zh-CN",
      title: `${compound.name} 公示海报`,
      body: `<main class="large"><h1>${escaped(compound.name)}</h1>${words}</main>`,
    });
  }
  const root = `${origin}${path}`;
  const one = (title: string, address: string): string =>
    `<section><h2>${title}</h2>${qrSvg(address, escaped(title))}<p>${escaped(address)}</p></section>`;
  const body = `<main class="large"><h1>${escaped(compound.name)}</h1>${one("公共收益与消防公示 / Public notice", `${root}/zh-CN`)}${one("上报隐患、心愿、投诉 / Report", `${root}/report`)}<p class="muted">扫码即看，不用登录 / no account is needed</p></main>`;
  return page({ lang: "zh-CN", title: `${compound.name} 公示海报`, body });
}

export function reportPage(compound: Compound, lang: Lang): string {
  const body = `<main><h1>${escaped(compound.name)} · 上报隐患 / Report a hazard</h1><p>不用登录。请写明位置和情况，可附一张照片。 / No account. Say where and what; add a photo if you can.</p>
<form id="report" data-code="${escaped(compound.compound_code)}"><label>事项 / Kind <select name="kind"><option value="report">隐患 / hazard</option><option value="wish">心愿 / wish</option><option value="complaint">投诉 / complaint</option></select></label><label>位置 / Where<input name="place" required maxlength="120"></label><label>情况 / What<textarea name="words" required maxlength="500" rows="4"></textarea></label><label>照片 / Photo<input name="photo" type="file" accept="image/jpeg,image/png,image/webp" capture="environment"></label><button>提交 / Send</button></form><p id="answer" role="status"></p><noscript><p>此页需要脚本才能提交；也可拨打 12345。 / Sending takes a script; or call 12345.</p></noscript></main>`;
  return page({ lang, title: `${compound.name} 上报隐患`, body, script: "/pub/report.js" });
}

/** Sends the form with the header that only our own pages send. */
export const reportScript = `const form=document.getElementById("report"),answer=document.getElementById("answer");
const read=(file)=>new Promise((done,no)=>{const r=new FileReader();r.onload=()=>done(String(r.result).replace(/^[^,]*,/,""));r.onerror=()=>no(r.error);r.readAsDataURL(file)});
form.addEventListener("submit",async(event)=>{event.preventDefault();answer.textContent="…";const data=new FormData(form),file=data.get("photo");
const body={code:form.dataset.code,kind:data.get("kind"),place:data.get("place"),words:data.get("words")};
if(file&&file.size>0){body.photo=await read(file);body.mime=file.type}
try{const r=await fetch("/api/v1/public/reports",{method:"POST",headers:{"content-type":"application/json","x-cuobian":"1"},body:JSON.stringify(body)});const said=await r.json();
answer.textContent=r.ok?"已收到，编号 "+said.id+" / received":(said.title||r.status);if(r.ok)form.reset()}catch{answer.textContent="没有发出去，请稍后再试 / not sent: try again"}});
`;

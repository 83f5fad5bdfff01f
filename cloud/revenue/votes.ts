// Votes of the owners as they are kept: entered with heads and areas apart, judged by the rule of their day; what the fund pays out stands under one that passed, and not beyond its amount.
import { dayFrom, dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { ruleOn } from "#cloud/rulebook/rulebook.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal, sealAgain } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { fen, yuanText } from "#protocols/vocabulary/money.ts";
import { type Block, text } from "#protocols/word/write.ts";
import {
  judgeVote,
  moneyMatters,
  type VoteMatter,
  type VoteRule,
  type Votes,
  voteMatters,
  voteRuleOn,
  type WrittenVoteRule,
  writtenFor,
} from "./vote-rules.ts";

export interface NewVote extends Votes {
  readonly site: string;
  readonly number: string;
  readonly subject: string;
  /** Of votes on money how much; of others nothing. */
  readonly matter: VoteMatter;
  readonly day: string;
  readonly amount_fen: number;
  /** The number of a vote that was written down wrongly. */
  readonly replaces?: string | undefined;
  readonly person: { readonly id: string; readonly name: string };
  readonly at: number;
}

/** The compound's own, the place's, or the law's as usually read: of those that hold on that day the one that begins last. */
export async function voteRuleFor(
  read: Queries,
  site: string,
  { day, matter }: { readonly day: string; readonly matter: VoteMatter },
): Promise<VoteRule | undefined> {
  const written = (await ruleOn(read, "votes", site, day)) ?? (await ruleOn(read, "votes", "", day));
  const usual = voteRuleOn(day, matter);
  if (written === undefined || (usual !== undefined && usual.from > written.valid_from)) return usual;
  const own = writtenFor(written.body as WrittenVoteRule, matter);
  return own === undefined ? usual : { ...own, from: written.valid_from, confirmed: true };
}

export const votesOf = (row: Row<"owners_vote">): Votes => ({
  all: { heads: row.all_heads, areas_milli: row.all_areas_milli },
  taking_part: { heads: row.part_heads, areas_milli: row.part_areas_milli },
  agreeing: { heads: row.agree_heads, areas_milli: row.agree_areas_milli },
});

export async function enterVote(change: Change, vote: NewVote): Promise<Row<"owners_vote"> | Refusal> {
  const { site, number, subject, matter, day, amount_fen, all, taking_part, agreeing, replaces, person, at } = vote;
  if (dayFrom(day) === undefined || day > dayText(dayOf(at)))
    return refusal("no-day", "表决日期应为已到的日子", "the day of a vote is a day that has come");
  // Of nobody, nothing is two thirds too.
  if (all.heads < 1 || all.areas_milli < 1)
    return refusal("no-owners", "请填写全体业主人数与面积", "say how many owners there are, and their area");
  const more = [taking_part.heads - all.heads, taking_part.areas_milli - all.areas_milli];
  if ([...more, agreeing.heads - taking_part.heads, agreeing.areas_milli - taking_part.areas_milli].some((over) => over > 0))
    return refusal(
      "more-votes",
      "同意不能多于参与，参与不能多于全体（人数、面积分别核对）",
      "no more can agree than take part, nor take part than there are",
    );
  if (moneyMatters.has(matter) && amount_fen < 1) return refusal("no-amount", "请填写表决的金额", "say how much money the vote is about");
  const rule = await voteRuleFor(change, site, { day, matter });
  if (rule === undefined) return refusal("no-rule", "没有该日适用的表决规则", "no rule of votes holds on that day");
  const known = await voteNamed(change, site, number);
  if (known !== undefined) return refusal("known", "该文号的表决已登记", "a vote of this number was entered already");
  const old = replaces === undefined ? undefined : await voteNamed(change, site, replaces);
  if (replaces !== undefined && (old === undefined || old.replaced_by !== null || (await spentUnder(change, site, replaces)) !== 0))
    return refusal(
      "not-replaceable",
      "被更正的表决不存在、已被更正，或已据以支出",
      "the vote to be replaced is not there, was replaced, or money was spent under it",
    );
  const { passed, short } = judgeVote(rule, vote);
  const row: Row<"owners_vote"> = {
    ...{ site, number, subject, matter, day, amount_fen, all_heads: all.heads, all_areas_milli: all.areas_milli },
    ...{ part_heads: taking_part.heads, part_areas_milli: taking_part.areas_milli },
    ...{ agree_heads: agreeing.heads, agree_areas_milli: agreeing.areas_milli },
    ...{ rule: JSON.stringify(rule), passed: passed ? 1 : 0, short: JSON.stringify(short) },
    ...{ replaces: replaces ?? null, replaced_by: null, person: person.id, person_name: person.name, at },
  };
  await change.insertInto("owners_vote").values(row).execute();
  await seal(change, "owners_vote", [row]);
  if (old === undefined) return row;
  await change.updateTable("owners_vote").set({ replaced_by: number }).where("site", "=", site).where("number", "=", old.number).execute();
  await sealAgain(change, "owners_vote:replaced", { site, number: old.number });
  return row;
}

export const voteNamed = (read: Queries, site: string, number: string): Promise<Row<"owners_vote"> | undefined> =>
  read.selectFrom("owners_vote").selectAll().where("site", "=", site).where("number", "=", number).executeTakeFirst();

/** What went out under it, less what a correction brought back. */
export async function spentUnder(read: Queries, site: string, number: string): Promise<number> {
  const row = await read
    .selectFrom("fund_entry")
    .select((eb) => eb.fn.sum<number | string | null>("amount_fen").as("sum"))
    .where("site", "=", site)
    .where("vote", "=", number)
    .executeTakeFirst();
  return 0 - Number(row?.sum ?? 0);
}

/** Why nothing may go out under it; judged again from its numbers, so that nobody passes a vote by writing "passed". */
export async function whyNotUnder(
  read: Queries,
  asked: { readonly site: string; readonly vote: string; readonly out_fen: number; readonly person: string; readonly at: number },
): Promise<Refusal | undefined> {
  const { site, vote: number, out_fen, person, at } = asked;
  const vote = await voteNamed(read, site, number);
  if (vote === undefined)
    return refusal(
      "vote-unknown",
      `没有登记过“${number}”的表决；请先登记人数与面积`,
      `no vote "${number}" was entered: enter its heads and areas first`,
    );
  if (vote.replaced_by !== null)
    return refusal("vote-replaced", `该表决已由“${vote.replaced_by}”更正`, `the vote was replaced by "${vote.replaced_by}"`);
  if (vote.matter !== "use-fund")
    return refusal(
      "vote-matter",
      `该表决的事项是“${matterWords(vote)[0]}”，不能据以支出维修资金`,
      `the vote was ${matterWords(vote)[1]}: the fund is not spent under it`,
    );
  const { passed, short } = judgeVote(JSON.parse(vote.rule) as VoteRule, votesOf(vote));
  if (!passed)
    return refusal(
      "vote-failed",
      `表决未通过：${short.map((one) => shortWords[one]?.[0] ?? one).join("、")}`,
      `the vote did not pass: ${short.map((one) => shortWords[one]?.[1] ?? one).join(", ")}`,
    );
  if (vote.day > dayText(dayOf(at))) return refusal("vote-later", "表决在支出之后", "the vote is later than what is spent");
  if (vote.person === person) return refusal("same-person", "登记表决的人不得据以支出", "who entered a vote does not spend under it");
  const left = vote.amount_fen - (await spentUnder(read, site, number));
  if (out_fen > left)
    return refusal(
      "vote-spent",
      `超出表决金额：尚可支出 ${yuanText(fen(left))} 元`,
      `beyond what was voted: ${yuanText(fen(left))} yuan are left of it`,
    );
  return undefined;
}

export const matterWords = ({ matter }: Pick<Row<"owners_vote">, "matter">): readonly [zh: string, en: string] =>
  voteMatters[matter as VoteMatter] ?? [matter, matter];

const shortWords: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  "quorum-heads": ["参与表决人数不足", "too few heads took part"],
  "quorum-areas": ["参与表决面积不足", "too little area took part"],
  "majority-heads": ["同意人数不足", "too few heads agreed"],
  "majority-areas": ["同意面积不足", "too little area agreed"],
};

const area = (milli: number): string => `${Math.floor(milli / 1_000)}.${String(milli % 1_000).padStart(3, "0")}`;
/** Rounded down: a share that is not half is never printed as half. */
const percent = (part: number, whole: number): string => {
  if (whole === 0) return "—";
  const hundredths = Number((BigInt(part) * 10_000n) / BigInt(whole));
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}%`;
};
const share = ({ numerator, denominator }: { readonly numerator: number; readonly denominator: number }): string =>
  numerator === 0 ? "不限" : `${numerator}/${denominator}`;

/** One line for a public page: heads and areas apart. */
export function ballotWords(row: Row<"owners_vote">): { readonly zh: string; readonly en: string } {
  const { all, taking_part: part, agreeing } = votesOf(row);
  return {
    zh: `人数：同意 ${agreeing.heads}／参与 ${part.heads}／全体 ${all.heads}；面积（㎡）：同意 ${area(agreeing.areas_milli)}／参与 ${area(part.areas_milli)}／全体 ${area(all.areas_milli)}`,
    en: `heads: ${agreeing.heads} agreed of ${part.heads} of ${all.heads}; m²: ${area(agreeing.areas_milli)} of ${area(part.areas_milli)} of ${area(all.areas_milli)}`,
  };
}

const titles: Partial<Readonly<Record<VoteMatter, string>>> = {
  "use-fund": "维修资金使用表决结果公示",
  "raise-fund": "维修资金筹集表决结果公示",
};
function sumWords({ matter, amount_fen }: Row<"owners_vote">): string {
  if (matter === "use-fund") return `，拟使用维修资金不超过 ${yuanText(fen(amount_fen))} 元`;
  return matter === "raise-fund" ? `，拟筹集维修资金 ${yuanText(fen(amount_fen))} 元` : "";
}

/** What is put up for the owners to read: the count, the rule of its day, and what came of it. */
export function voteNotice(
  row: Row<"owners_vote">,
  { compound, issuer, day }: { readonly compound: string; readonly issuer: string; readonly day: string },
): readonly Block[] {
  const rule = JSON.parse(row.rule) as VoteRule;
  const { all, taking_part: part, agreeing } = votesOf(row);
  const { passed, short } = judgeVote(rule, votesOf(row));
  const of = rule.of === "all" ? all : part;
  const is = (name: string): string => (short.includes(name) ? "未达到" : "达到");
  const how = rule.strict ? "超过" : "不少于";
  return [
    text("title", titles[row.matter as VoteMatter] ?? "业主表决结果公示"),
    text("paragraph", `${compound}业主：`),
    text(
      "paragraph",
      `就“${row.subject}”（事项：${matterWords(row)[0]}），业主于${row.day}作出表决（${row.number}）${sumWords(row)}。人数与专有部分面积分别计算如下：`,
    ),
    {
      kind: "table",
      head: ["项目", "人数", "面积（㎡）"],
      rows: [
        ["全体业主", String(all.heads), area(all.areas_milli)],
        [
          "参与表决",
          `${part.heads}（${percent(part.heads, all.heads)}）`,
          `${area(part.areas_milli)}（${percent(part.areas_milli, all.areas_milli)}）`,
        ],
        ["参与要求", `${share(rule.quorum.heads)}，${is("quorum-heads")}`, `${share(rule.quorum.areas)}，${is("quorum-areas")}`],
        [
          "同意",
          `${agreeing.heads}（${percent(agreeing.heads, of.heads)}）`,
          `${area(agreeing.areas_milli)}（${percent(agreeing.areas_milli, of.areas_milli)}）`,
        ],
        [
          "同意要求",
          `${how} ${share(rule.majority.heads)}，${is("majority-heads")}`,
          `${how} ${share(rule.majority.areas)}，${is("majority-areas")}`,
        ],
      ],
    },
    text(
      "paragraph",
      `依据：${rule.source}（自 ${rule.from} 起；同意比例以${rule.of === "all" ? "全体业主" : "参与表决的业主"}为基数）。${rule.confirmed ? "" : "该规则为通行理解，尚未经本地主管部门确认。"}`,
    ),
    text(
      "paragraph",
      `结果：${passed ? "通过" : `未通过（${short.map((one) => shortWords[one]?.[0] ?? one).join("、")}）`}。${row.replaced_by === null ? "" : `本次登记已由“${row.replaced_by}”更正。`}`,
    ),
    text("right", issuer),
    text("right", day),
  ];
}

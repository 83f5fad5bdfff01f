// A period's results frozen: what each compound came to by one scheme, under which company, chained, never counted again. From them the lists (five stars, four stars, model, failed) and a
// compound's history; whoever failed gets a way of replacement opened in the same transaction.
import { createHash } from "node:crypto";
import { dayFrom, startOf } from "#cloud/calendar/calendar.ts";
import { openCourse } from "#cloud/ledger/courses.ts";
import { rulesOn } from "#cloud/rulebook/rulebook.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Assessed, assess, frozenAlready, quarterDays } from "./assess.ts";
import type { Scheme } from "./scheme.ts";

export const awardLists = ["model", "five-star", "four-star", "failed"] as const;
export type AwardList = (typeof awardLists)[number];
type Award = Row<"award">;

const usualModel = { stars: 5, periods: 4 } as const;

export interface Freezing {
  readonly scheme: Scheme;
  readonly period: string;
  readonly compounds: readonly { readonly id: string; readonly name: string }[];
  readonly person: { readonly id: string; readonly name: string };
  readonly now: number;
}

export interface Frozen {
  readonly period: string;
  readonly awards: number;
  /** Of so many compounds nobody saw anything: they have no award, and coverage is not full. */
  readonly unseen: readonly string[];
  readonly opened: readonly string[];
  readonly hash: string;
}

export async function freezePeriod(change: Change, { scheme, period, compounds, person, now }: Freezing): Promise<Frozen | Refusal> {
  const days = quarterDays(period);
  const to = days === undefined ? undefined : dayFrom(days.to);
  if (days === undefined || to === undefined) return refusal("no-period", "考评期应写作 2026-Q4", "a period is written 2026-Q4");
  if (now < startOf(to)) return refusal("too-early", "该考评期尚未结束", "the period is not over yet");
  if (await frozenAlready(change, scheme.id, period)) return refusal("frozen", "该期结果已冻结", "this period was frozen already");
  const scores = await assess(
    change,
    { scheme, period, now },
    compounds.map(({ id }) => id),
  );
  const seen = scores.filter(({ combined }) => combined !== null);
  if (seen.length === 0) return refusal("nothing", "本期没有任何考评记录", "nothing was assessed in this period");
  const lastDay = days.to;
  const companies = new Map(
    (await rulesOn(change, "compound", lastDay)).map(({ scope, body }) => [scope, (body as { company?: string }).company ?? null]),
  );
  const appealed = await openAppeals(change, scheme.id, period);
  if (appealed > 0) return refusal("appeals", `尚有 ${appealed} 件申诉未裁定`, `${appealed} appeals are not decided yet`);
  const last = await change
    .selectFrom("award")
    .select(["seq", "hash"])
    .where("scheme", "=", scheme.id)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  let [seq, previous] = [last?.seq ?? 0, last?.hash ?? ""];
  const opened: string[] = [];
  for (const one of seen) {
    const company = companies.get(one.site) ?? null;
    const body = JSON.stringify({ ...one, scheme });
    seq += 1;
    const said = { scheme: scheme.id, period, site: one.site, company, body, seq, previous };
    const hash = hashOf(said);
    const model = await isModel(change, scheme, { period, assessed: one });
    const row: Award = {
      ...said,
      ...{ score_milli: one.combined?.score_milli ?? null, stars: one.stars, failed: one.failed ? 1 : 0, model: model ? 1 : 0 },
      ...{ frozen_at: now, person: person.id, hash },
    };
    await change.insertInto("award").values(row).execute();
    await seal(change, "award", [row]);
    previous = hash;
    if (one.failed) opened.push(await openReplacement(change, { ...one, company, period, scheme, person, now }));
  }
  const unseen = scores.filter(({ combined }) => combined === null).map(({ site }) => site);
  return { period, awards: seen.length, unseen, opened, hash: previous };
}

const hashOf = ({
  scheme,
  period,
  site,
  company,
  body,
  seq,
  previous,
}: Pick<Award, "scheme" | "period" | "site" | "company" | "body" | "seq" | "previous">): string =>
  createHash("sha256")
    .update(JSON.stringify([scheme, period, site, company, body, seq, previous]))
    .digest("hex");

async function openAppeals(read: Queries, scheme: string, period: string): Promise<number> {
  const { n } = await read
    .selectFrom("appeal")
    .innerJoin("assessment_entry", "assessment_entry.id", "appeal.entry")
    .select((eb) => eb.fn.countAll<number | string>().as("n"))
    .where("scheme", "=", scheme)
    .where("period", "=", period)
    .where("decided_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

const before = (period: string): string => {
  const [year = 0, quarter = 1] = period.split("-Q").map(Number);
  return quarter === 1 ? `${year - 1}-Q4` : `${year}-Q${quarter - 1}`;
};

/** Periods running: one that was not frozen, or that had less, breaks the row. */
async function isModel(
  read: Queries,
  { id, model = usualModel }: Scheme,
  { period, assessed }: { readonly period: string; readonly assessed: Assessed },
): Promise<boolean> {
  if (assessed.failed || assessed.stars < model.stars) return false;
  const wanted: string[] = [];
  for (let at = before(period); wanted.length < model.periods - 1; at = before(at)) wanted.push(at);
  if (wanted.length === 0) return true;
  const { n } = await read
    .selectFrom("award")
    .select((eb) => eb.fn.countAll<number | string>().as("n"))
    .where("scheme", "=", id)
    .where("site", "=", assessed.site)
    .where("period", "in", wanted)
    .where("stars", ">=", model.stars)
    .where("failed", "=", 0)
    .executeTakeFirstOrThrow();
  return Number(n) === wanted.length;
}

interface Failed extends Pick<Assessed, "site"> {
  readonly company: string | null;
  readonly period: string;
  readonly scheme: Scheme;
  readonly person: Freezing["person"];
  readonly now: number;
}

/** One way for one company at a time: who failed again while it is open goes on with it. */
async function openReplacement(change: Change, { site, company, period, scheme, person, now }: Failed): Promise<string> {
  const open = await change
    .selectFrom("course")
    .select("id")
    .where("kind", "=", "replacement")
    .where("site", "=", site)
    .where("state", "=", "open")
    .executeTakeFirst();
  if (open !== undefined) return open.id;
  const title = `${period} ${scheme.zh}不合格，启动物业更换程序`;
  return (await openCourse(change, { kind: "replacement", site, title, about: company, budget_fen: null, note: title, person, now })).id;
}

/** Periods that are over and were assessed, and that nobody has frozen. */
export async function toFreeze(read: Queries, scheme: string, now: number): Promise<string[]> {
  const assessed = await read.selectFrom("assessment_visit").select("period").distinct().where("scheme", "=", scheme).execute();
  const frozen = await read.selectFrom("award").select("period").distinct().where("scheme", "=", scheme).execute();
  const over = (period: string): boolean => {
    const to = dayFrom(quarterDays(period)?.to ?? "");
    return to !== undefined && startOf(to) <= now;
  };
  return assessed
    .map(({ period }) => period)
    .filter((period) => over(period) && !frozen.some((one) => one.period === period))
    .sort();
}

export const listsOf = ({ stars, failed, model }: Pick<Award, "stars" | "failed" | "model">): AwardList[] => [
  ...(model === 1 ? (["model"] as const) : []),
  ...(failed === 1 ? (["failed"] as const) : stars === 5 ? (["five-star"] as const) : stars === 4 ? (["four-star"] as const) : []),
];

/** Awards that are not what was frozen. */
export function awardsWrong(rows: readonly Award[]): string[] {
  const wrong: string[] = [];
  const previous = new Map<string, string>();
  for (const row of [...rows].sort((a, b) => a.seq - b.seq)) {
    if (row.previous !== (previous.get(row.scheme) ?? "") || row.hash !== hashOf(row))
      wrong.push(`${row.scheme} ${row.period} ${row.site}`);
    previous.set(row.scheme, row.hash);
  }
  return wrong;
}

// Which rules there are, and what each must be before it is taken in: what is wrong is said in words.
import Type, { type TSchema } from "typebox";
import Value from "typebox/value";
import { complaintsOfScheme, type Scheme } from "#cloud/assessment/scheme.ts";
import { complaintsOf as complaintsOfYear } from "#cloud/calendar/calendar.ts";
import type { PublishedYear } from "#cloud/calendar/years.ts";
import { type Deduction, deductionKinds } from "#cloud/revenue/base.ts";
import { complaintsOf as complaintsOfSplit, type SplitRule } from "#cloud/revenue/split.ts";
import { voteMatterNames, type WrittenVoteRule } from "#cloud/revenue/vote-rules.ts";
import { roles } from "#protocols/api/views.ts";

export const ruleKinds = [
  "calendar",
  "clocks",
  "ladder",
  "separations",
  "clauses",
  "bodies",
  "compound",
  "households",
  "split",
  "scheme",
  "votes",
  "issuers",
  "checklists",
] as const;
export type RuleKind = (typeof ruleKinds)[number];

const strict = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1, maxLength: 120 });
const day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const whole = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const separation = Type.Object({ closer_is_another: Type.Boolean(), closer_of_another_organisation: Type.Boolean() }, strict);
const fraction = Type.Object({ numerator: whole(0, 1e9), denominator: whole(1, 1e9) }, strict);

/** Of heads and of areas: two shares, never one of both together. */
const shares = Type.Object({ heads: fraction, areas: fraction }, strict);
const threshold = { source: name, of: Type.Enum(["all", "taking-part"]), strict: Type.Boolean(), quorum: shares, majority: shares };

/** What may be taken off or given, each time, in thousandths of a point. */
const weighedItem = Type.Object({ id: name, zh: name, milli: whole(0, 100_000) }, strict);
const schemeItem = Type.Object({ id: name, zh: name, milli: whole(0, 100_000), from: Type.Optional(Type.Literal("ledger")) }, strict);

/** A compound's facts of a time: who manages it, how large it is. Days overdue belong to the company of the time. */
export const CompoundFacts = Type.Object(
  {
    town: name,
    community: name,
    grid: Type.Optional(name),
    kind: name,
    aliases: Type.Array(name, { maxItems: 20 }),
    company: name,
    contract_until: Type.Optional(day),
    manager: Type.Optional(name),
    fire_maintenance: Type.Optional(name),
    households: whole(0, 100_000),
    area_m2: whole(0, 100_000_000),
    e_bikes: whole(0, 100_000),
    sheds: whole(0, 10_000),
    ports: Type.Object({ planned: whole(0, 1e6), started: whole(0, 1e6), finished: whole(0, 1e6), in_use: whole(0, 1e6) }, strict),
    fire_facilities: Type.Enum(["完好", "部分故障", "停用", "维修中"]),
    control_room: Type.Boolean(),
    /** Whose the parking spaces are: income of common ones is the owners'. */
    spaces: Type.Optional(Type.Enum(["业主共有", "开发商", "人防", "混合"])),
  },
  strict,
);

const schemas: Readonly<Record<RuleKind, TSchema>> = {
  /** What an inspector asks on site; an item that is not so becomes a hazard of this category and clause. */
  checklists: Type.Array(
    Type.Object(
      {
        ...{ id: Type.String({ pattern: "^[a-z0-9-]{1,30}$" }), zh: name, en: name },
        items: Type.Array(
          Type.Object({ id: Type.String({ pattern: "^[a-z0-9-]{1,40}$" }), zh: name, category: name, clause: Type.Optional(name) }, strict),
          { minItems: 1, maxItems: 200 },
        ),
      },
      strict,
    ),
    { minItems: 1, maxItems: 50 },
  ),
  calendar: Type.Object(
    {
      year: whole(2000, 2200),
      source: name,
      holidays: Type.Array(Type.Object({ name, from: day, to: day }, strict)),
      worked: Type.Array(day),
    },
    strict,
  ),
  clocks: Type.Object(
    {
      ...{ notice_working_days: whole(1, 60), reinspection_working_days: whole(1, 60), major_report_days: whole(1, 30) },
      ...{ interim_control_hours: whole(1, 240), reply_working_days: whole(1, 60), near_days: whole(0, 30), pause_days: whole(1, 60) },
    },
    strict,
  ),
  ladder: Type.Array(
    Type.Object(
      {
        ...{ id: Type.String({ pattern: "^[a-z0-9-]{1,30}$" }), days: whole(-60, 365), counted: Type.Enum(["civil", "working"]) },
        ...{ level: whole(0, 20), zh: name, en: name, tells: Type.Array(Type.Enum([...roles])) },
      },
      strict,
    ),
    { maxItems: 30 },
  ),
  separations: Type.Object({ 一般: separation, 重大: separation }, strict),
  clauses: Type.Array(
    Type.Object(
      {
        id: name,
        zh: Type.String({ minLength: 1, maxLength: 500 }),
        grade: Type.Enum(["一般", "重大"]),
        source: name,
        judged: Type.Enum(["直接", "综合"]),
      },
      strict,
    ),
  ),
  bodies: Type.Array(Type.Object({ id: Type.String({ pattern: "^[a-z0-9-]{1,30}$" }), zh: name, en: name, core: Type.Boolean() }, strict), {
    minItems: 8,
  }),
  compound: CompoundFacts,
  households: Type.Array(Type.Object({ id: name, area_milli: whole(1, 1e9) }, strict), { maxItems: 20_000 }),
  split: Type.Object(
    {
      parties: Type.Array(Type.Object({ id: Type.String({ pattern: "^[a-z0-9-]{1,30}$" }), zh: name, en: name }, strict)),
      counted: Type.Enum(["month", "year", "always"]),
      tiers: Type.Array(
        Type.Object(
          {
            up_to_fen: Type.Union([whole(1, Number.MAX_SAFE_INTEGER), Type.Null()]),
            shares: Type.Array(Type.Object({ party: name, numerator: whole(0, 1e9), denominator: whole(1, 1e9) }, strict)),
          },
          strict,
        ),
      ),
      minimum: Type.Optional(
        Type.Object(
          { party: name, share: Type.Optional(fraction), fen: Type.Optional(whole(0, Number.MAX_SAFE_INTEGER)), from: Type.Array(name) },
          strict,
        ),
      ),
      last_fen: name,
      order: Type.Array(Type.Object({ kind: Type.Enum([...deductionKinds]), how: Type.Union([Type.Literal("booked"), fraction]) }, strict)),
      accounting: Type.Enum(["cash", "accrual"]),
      /** The party whose part goes into the maintenance fund. */
      fund: Type.Optional(name),
    },
    strict,
  ),
  scheme: Type.Object(
    {
      ...{ id: Type.String({ pattern: "^[a-z0-9-]{1,60}$" }), kind: Type.Enum(["精细化考评", "星级评价"]), zh: name },
      modules: Type.Array(
        Type.Object({ id: name, zh: name, en: name, share: fraction, items: Type.Array(schemeItem, { maxItems: 200 }) }, strict),
        { minItems: 1, maxItems: 30 },
      ),
      ...{ bonus: Type.Array(weighedItem, { maxItems: 50 }), bonus_cap_milli: whole(0, 100_000) },
      vetoes: Type.Array(Type.Object({ id: name, zh: name, effect: Type.Enum(["no-star", "failed"]) }, strict), { maxItems: 50 }),
      stars: Type.Array(Type.Object({ from_milli: whole(0, 200_000), stars: whole(0, 5) }, strict), { maxItems: 5 }),
      failed_below_milli: whole(0, 100_000),
      model: Type.Optional(Type.Object({ stars: whole(1, 5), periods: whole(1, 40) }, strict)),
      ...{ town_share: fraction, disagreement_milli: whole(0, 100_000), sample: fraction },
    },
    strict,
  ),
  /** Holds for votes from its own day on; a later day of the law's stands over an earlier one that was written. */
  votes: Type.Object(
    {
      ...threshold,
      /** Matters that need more than the ordinary ones; of those that are not named the law's own stands. */
      special: Type.Optional(
        Type.Array(Type.Object({ ...threshold, matters: Type.Array(Type.Enum([...voteMatterNames]), { minItems: 1 }) }, strict), {
          maxItems: 10,
        }),
      ),
    },
    strict,
  ),
  issuers: Type.Array(
    Type.Object(
      {
        ...{
          id: Type.String({ pattern: "^[a-z0-9-]{1,30}$" }),
          zh: name,
          en: name,
          roles: Type.Array(Type.Enum([...roles]), { minItems: 1 }),
        },
        organisation: Type.Optional(name),
        papers: Type.Array(
          Type.Object(
            {
              kind: Type.Enum(["notice", "opinion", "closure", "supervision"]),
              title: name,
              word: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
              closing: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
            },
            strict,
          ),
          { maxItems: 4 },
        ),
        clocks: Type.Optional(
          Type.Object({ notice_working_days: Type.Optional(whole(1, 60)), reinspection_working_days: Type.Optional(whole(1, 60)) }, strict),
        ),
      },
      strict,
    ),
    { minItems: 1, maxItems: 30 },
  ),
};

export interface IncomeRule extends SplitRule {
  readonly order: readonly Deduction[];
  readonly accounting: "cash" | "accrual";
  readonly fund?: string;
}

/** Checks that a shape cannot make. */
const more: Partial<Record<RuleKind, (scope: string, body: unknown) => string[]>> = {
  calendar: (scope, body) => [
    ...complaintsOfYear(body as PublishedYear),
    ...(scope === String((body as PublishedYear).year) ? [] : [`范围应为年份 / the scope is the year: ${scope}`]),
  ],
  split: (_, body) => {
    const rule = body as IncomeRule;
    const unknown = rule.fund !== undefined && !rule.parties.some(({ id }) => id === rule.fund);
    return [...complaintsOfSplit(rule), ...(unknown ? [`公维金一方不明 / fund: no such party: ${rule.fund}`] : [])];
  },
  scheme: (scope, body) => [
    ...complaintsOfScheme(body as Scheme),
    ...((body as Scheme).id === scope ? [] : [`范围应为方案编号 / the scope is the scheme's id: ${scope}`]),
  ],
  votes: (_, body) => {
    const { special = [], ...ordinary } = body as WrittenVoteRule;
    const all = [ordinary, ...special];
    const over = all
      .flatMap(({ quorum, majority }) => [quorum.heads, quorum.areas, majority.heads, majority.areas])
      .some(({ numerator, denominator }) => numerator > denominator);
    const none = all.flatMap(({ majority }) => [majority.heads, majority.areas]).some(({ numerator }) => numerator === 0);
    const named = special.flatMap(({ matters }) => matters);
    return [
      ...(new Set(named).size < named.length ? ["一个事项只能有一条规则 / a matter stands in one rule only"] : []),
      ...(over ? ["比例大于一 / a share above one: no vote could ever pass"] : []),
      ...(none ? ["同意比例为零 / a majority of nothing: every vote would pass"] : []),
    ];
  },
  issuers: (_, body) => {
    const issuers = body as { id: string; papers: { kind: string }[] }[];
    const twice = (values: readonly string[]): boolean => new Set(values).size < values.length;
    return [
      ...(twice(issuers.map(({ id }) => id)) ? ["单位编号重复 / an issuer's id stands twice"] : []),
      ...issuers
        .filter(({ papers }) => twice(papers.map(({ kind }) => kind)))
        .map(({ id }) => `${id}：文书种类重复 / a kind of paper stands twice`),
    ];
  },
  checklists: (_, body) => {
    const lists = body as { id: string; items: { id: string }[] }[];
    const twice = (values: readonly { id: string }[]): boolean => new Set(values.map(({ id }) => id)).size < values.length;
    return [
      ...lists.filter(({ items }) => twice(items)).map(({ id }) => `${id}：条目编号重复 / an item stands twice`),
      ...(twice(lists) ? ["检查表编号重复 / a check list stands twice"] : []),
    ];
  },
  ladder: (_, body) => {
    const ids = (body as { id: string }[]).map(({ id }) => id);
    return new Set(ids).size < ids.length ? ["级次编号重复 / a rung's id stands twice"] : [];
  },
};

export function complaintsOfRule(kind: RuleKind, scope: string, body: unknown): string[] {
  const schema = schemas[kind];
  if (!Value.Check(schema, body))
    return [...Value.Errors(schema, body)].slice(0, 5).map(({ instancePath, message }) => `${instancePath}: ${message}`);
  return more[kind]?.(scope, body) ?? [];
}

// What a vote came to as somebody reads it: each condition with its numbers, its share and whether it was reached, heads and areas apart; and what was typed, read exactly and held against itself. Pure.
import type { Fraction } from "#protocols/api/comparison.ts";
import type { MatterRule } from "#protocols/api/votes.ts";
import type { Vote, VoteAsked } from "../data/votes-api.ts";

export type Kind = "heads" | "areas";
export interface Condition {
  /** "quorum-heads": so the cloud calls it where it falls short. */
  readonly name: string;
  readonly part: number;
  readonly whole: number;
  readonly wanted: Fraction;
  /** More than, not at least. */
  readonly strict: boolean;
  readonly reached: boolean;
}
export interface Ballot {
  readonly kind: Kind;
  readonly all: number;
  readonly part: number;
  readonly agree: number;
  readonly quorum: Condition;
  readonly majority: Condition;
}

type Judged = Pick<
  Vote,
  "rule" | "short" | "all_heads" | "all_areas_milli" | "part_heads" | "part_areas_milli" | "agree_heads" | "agree_areas_milli"
>;
/** Whether a share was reached is the cloud's word, not counted again here. */
export function ballotsOf(vote: Judged): readonly [Ballot, Ballot] {
  const { rule, short } = vote;
  const ballot = (kind: Kind, all: number, part: number, agree: number): Ballot => {
    const condition = (what: "quorum" | "majority", of: readonly [number, number], strict: boolean): Condition => {
      const name = `${what}-${kind}`;
      return { name, part: of[0], whole: of[1], wanted: rule[what][kind], strict, reached: !short.includes(name) };
    };
    return {
      ...{ kind, all, part, agree, quorum: condition("quorum", [part, all], false) },
      majority: condition("majority", [agree, rule.of === "all" ? all : part], rule.strict),
    };
  };
  return [
    ballot("heads", vote.all_heads, vote.part_heads, vote.agree_heads),
    ballot("areas", vote.all_areas_milli, vote.part_areas_milli, vote.agree_areas_milli),
  ];
}

/** Rounded down: a share that is not half is never printed as half. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "—";
  const hundredths = Number((BigInt(part) * 10_000n) / BigInt(whole));
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}%`;
}

/** 60315000 -> "60 315", 1500 -> "1.5": square metres with as many places as they have. */
export function squareMetres(milli: number): string {
  const places = String(milli % 1_000)
    .padStart(3, "0")
    .replace(/0+$/, "");
  const metres = String(Math.floor(milli / 1_000)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return places === "" ? metres : `${metres}.${places}`;
}

/** "82000.5" -> 82000500 thousandths; undefined: no such number, or finer than can be kept. */
export function decimalOf(typed: string, places: number): number | undefined {
  const match = /^(\d{1,12})(?:[.．](\d+))?$/.exec(typed.trim().replace(/[,，\s]/g, ""));
  const behind = match?.[2] ?? "";
  if (match === null || behind.length > places) return undefined;
  const n = Number(`${match[1]}${behind.padEnd(places, "0")}`);
  return Number.isSafeInteger(n) ? n : undefined;
}

export const counts = ["all", "part", "agree"] as const;
export const textFields = ["matter", "day", "number", "subject", "amount", "replaces"] as const;
export type CountField = `${(typeof counts)[number]}_${Kind}`;
export type Field = (typeof textFields)[number] | CountField;
export type Typed = Readonly<Record<Field, string>>;
/** "needed", "number", "over": what is wrong, for the page to say. */
export type Wrong = "needed" | "number" | "places" | "over-all" | "over-part" | "none";

const countOf = (typed: Typed, count: (typeof counts)[number], kind: Kind): number | undefined =>
  decimalOf(typed[`${count}_${kind}`], kind === "heads" ? 0 : 3);

/** Everything that can be seen to be wrong before it is sent; the cloud looks again. */
export function wrongOf(typed: Typed, { money }: Pick<MatterRule, "money">): Partial<Record<Field, Wrong>> {
  const wrong: Partial<Record<Field, Wrong>> = {};
  for (const field of ["number", "subject", "day"] as const) if (typed[field].trim() === "") wrong[field] = "needed";
  if (money) {
    const amount = decimalOf(typed.amount, 2);
    if (typed.amount.trim() === "") wrong.amount = "needed";
    else if (amount === undefined) wrong.amount = "places";
    else if (amount < 1) wrong.amount = "none";
  }
  for (const kind of ["heads", "areas"] as const) {
    const [all, part, agree] = counts.map((count) => countOf(typed, count, kind));
    for (const count of counts) {
      const field: CountField = `${count}_${kind}`;
      if (typed[field].trim() === "") wrong[field] = "needed";
      else if (countOf(typed, count, kind) === undefined) wrong[field] = kind === "heads" ? "number" : "places";
    }
    if (all === 0) wrong[`all_${kind}`] = "none";
    if (all !== undefined && part !== undefined && part > all) wrong[`part_${kind}`] = "over-all";
    if (part !== undefined && agree !== undefined && agree > part) wrong[`agree_${kind}`] = "over-part";
  }
  return wrong;
}

/** Of what is not wrong. */
export function askedOf(site: string, typed: Typed, { money }: Pick<MatterRule, "money">): VoteAsked {
  const counted = (count: (typeof counts)[number]) => ({
    heads: countOf(typed, count, "heads") ?? 0,
    areas_milli: countOf(typed, count, "areas") ?? 0,
  });
  return {
    ...{ site, number: typed.number.trim(), subject: typed.subject.trim(), matter: typed.matter, day: typed.day },
    ...(money ? { amount_fen: decimalOf(typed.amount, 2) ?? 0 } : {}),
    ...{ all: counted("all"), taking_part: counted("part"), agreeing: counted("agree") },
    ...(typed.replaces === "" ? {} : { replaces: typed.replaces }),
  };
}

/** Which field the cloud's refusal is about. */
const fieldOfCode: Readonly<Record<string, Field>> = {
  ...{ "no-day": "day", "no-rule": "day", "no-owners": "all_heads", "more-votes": "part_heads", "no-amount": "amount" },
  ...{ known: "number", "not-replaceable": "replaces" },
};
const fieldOfPointer: Readonly<Record<string, Field>> = {
  ...{ "/number": "number", "/subject": "subject", "/day": "day", "/matter": "matter", "/amount_fen": "amount", "/replaces": "replaces" },
  ...{ "/all/heads": "all_heads", "/all/areas_milli": "all_areas", "/taking_part/heads": "part_heads" },
  ...{ "/taking_part/areas_milli": "part_areas", "/agreeing/heads": "agree_heads", "/agreeing/areas_milli": "agree_areas" },
};
export interface Refused {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[] | undefined;
}
export function refusedFields({ type, title, detail, errors = [] }: Refused): Partial<Record<Field, string>> {
  const coded = fieldOfCode[type.replace("urn:cuobian:problem:", "")];
  const pointed = errors.flatMap(({ pointer, detail: why }) => {
    const field = fieldOfPointer[pointer.replace(/^(#|\/body)/, "")];
    return field === undefined ? [] : [[field, why] as const];
  });
  return { ...Object.fromEntries(pointed), ...(coded === undefined ? {} : { [coded]: detail === "" ? title : detail }) };
}

/** May take the place of another: it was not replaced, and nothing was spent under it. */
export const replaceable = (votes: readonly Vote[]): Vote[] =>
  votes.filter(({ replaced_by, spent_fen }) => replaced_by === null && spent_fen === 0);

// What the public pages show, as it stands in the store: counts, the last quarter that was published, the wall, stars, and how a report stands.
import { assess, schemeOn } from "#cloud/assessment/assess.ts";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { replyDue } from "#cloud/ledger/clocks.ts";
import type { Compound } from "#cloud/ledger/hazards.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { type HazardState, hazardStates } from "#protocols/api/hazard-tables.ts";
import { toCivil, wall } from "#protocols/vocabulary/time.ts";
import { readReceipt, receiptKept } from "./receipts.ts";

export interface Shown {
  readonly compound: Compound;
  readonly stars: number | null;
  readonly score_milli: number | null;
  readonly open: number;
  readonly closed: number;
  readonly overdue: number;
  readonly quarter: Row<"quarter"> | undefined;
  readonly objections: readonly Row<"objection">[];
  /** What was said, and by when it is to be answered. */
  readonly wall: readonly (Row<"hazard"> & { readonly answer_by: number })[];
  readonly now: number;
}

export const quarterOf = (at: number): string => {
  const { year, month } = toCivil(wall(at));
  return `${year}-Q${Math.ceil(month / 3)}`;
};

/** The scheme whose stars are for everybody. */
const publicScheme = "stars-third";

export interface Starred {
  readonly compound: Compound;
  readonly stars: number | null;
  readonly score_milli: number | null;
}

/** Of this quarter so far; a compound that nobody has assessed has none, and is not the worst for it. */
export async function readStars(read: Queries, compounds: readonly Compound[], now: number): Promise<readonly Starred[]> {
  const scheme = await schemeOn(read, publicScheme, dayText(dayOf(now)));
  const ids = compounds.map(({ id }) => id);
  const scores = scheme === undefined ? [] : await assess(read, { scheme, period: quarterOf(now), now }, ids);
  return compounds.map((compound) => {
    const score = scores.find(({ site }) => site === compound.id);
    const assessed = score?.combined ?? null;
    return { compound, stars: assessed === null ? null : (score?.stars ?? null), score_milli: assessed?.score_milli ?? null };
  });
}

export const publishedQuarter = (read: Queries, site: string): Promise<Row<"quarter"> | undefined> =>
  read
    .selectFrom("quarter")
    .selectAll()
    .where("site", "=", site)
    .where("state", "=", "published")
    .orderBy("quarter", "desc")
    .limit(1)
    .executeTakeFirst();

export async function readPublic(read: Queries, compound: Compound, now: number): Promise<Shown> {
  const [starred] = await readStars(read, [compound], now);
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
  const quarter = await publishedQuarter(read, compound.id);
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
  const { calendar, clocks } = await policyOn(read, now);
  // Until somebody takes it on, the clock runs from the day on which it was said.
  const answer_by = ({ deadline, found_at }: Row<"hazard">): number => deadline ?? replyDue(calendar, clocks, found_at).at;
  return {
    ...{ compound, stars: starred?.stars ?? null, score_milli: starred?.score_milli ?? null },
    ...{ open: of(false), closed: of(true), overdue: Number(overdue.n), quarter, objections, now },
    wall: posts.map((one) => ({ ...one, answer_by: answer_by(one) })),
  };
}

export interface Reached {
  readonly state: HazardState;
  /** When it came to this state last; null: it has not, or not yet again. */
  readonly at: number | null;
  readonly stands: "been" | "now" | "come";
}

export interface Progress {
  readonly id: string;
  readonly place: string;
  readonly words: string;
  readonly photos: number;
  readonly deadline: number | null;
  readonly overdue: boolean;
  readonly returned: number;
  readonly merged: boolean;
  readonly archived: boolean;
  readonly way: readonly Reached[];
}

/** What the holder of the receipt may know: how it stands and since when. Who works on it, and what officers wrote to each other, is not in it. */
export async function readProgress(
  read: Queries,
  compound: Compound,
  { typed, now }: { readonly typed: string; readonly now: number },
): Promise<Progress | undefined> {
  const code = readReceipt(typed);
  const kept = code === undefined ? undefined : await receiptKept(read, code);
  if (kept === undefined) return undefined;
  const one = (id: string) => read.selectFrom("hazard").selectAll().where("id", "=", id).where("site", "=", compound.id).executeTakeFirst();
  const own = await one(kept.hazard);
  if (own === undefined) return undefined;
  const followed = (own.merged_into === null ? undefined : await one(own.merged_into)) ?? own;
  const steps = await read
    .selectFrom("hazard_step")
    .select(["at", "action", "to_state"])
    .where("hazard", "=", followed.id)
    .orderBy("seq")
    .execute();
  const photos = await read
    .selectFrom("evidence")
    .select((eb) => eb.fn.countAll<number | string>().as("n"))
    .where("hazard", "=", own.id)
    .executeTakeFirstOrThrow();
  const stands = hazardStates.indexOf(followed.state as HazardState);
  const { deadline } = followed;
  return {
    ...{ id: own.id, place: own.place, words: own.zh, photos: Number(photos.n), deadline },
    overdue: deadline !== null && deadline < now && followed.state !== "已销号",
    returned: steps.filter(({ action }) => action === "return").length,
    ...{ merged: followed.id !== own.id, archived: followed.false_alarm === 1 },
    way: hazardStates.map((state, at) => ({
      state,
      at: at > stands ? null : ((at === 0 ? followed.found_at : steps.findLast(({ to_state }) => to_state === state)?.at) ?? null),
      stands: at < stands ? "been" : at === stands ? "now" : "come",
    })),
  };
}

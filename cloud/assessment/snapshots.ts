// A frozen week: numbered, hashed, chained to the one before it, with its formulas and denominators. What is mended afterwards is a correction beside it; the week stays as it was.
import { createHash } from "node:crypto";
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { hourMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { formulas, numbers, type RankedHazard, type RankedUnit, rank, type Unit } from "./ranking.ts";
import type { Week } from "./weeks.ts";

export interface SnapshotBody {
  readonly week: string;
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly frozen_at: string;
  readonly formulas: readonly string[];
  readonly units: readonly RankedUnit[];
  /** The hazards behind every number, as one hash: none can be exchanged for another. */
  readonly rows_hash: string;
}

const hashOf = (body: string, previous: string): string =>
  createHash("sha256")
    .update(JSON.stringify([body, previous]))
    .digest("hex");

type SnapshotRow = Row<"snapshot_row">;
const rowsHash = (rows: readonly SnapshotRow[]): string =>
  createHash("sha256")
    .update(JSON.stringify(rows.map(({ unit, number, hazard }) => `${unit} ${number} ${hazard}`).sort()))
    .digest("hex");

/** The units that are ranked: every town, every compound. Whoever said nothing at all in the week is silent. */
export async function unitsOf(
  read: Queries,
  compounds: readonly { readonly id: string; readonly name: string; readonly town: string }[],
  week: Week,
): Promise<Unit[]> {
  const steps = await read
    .selectFrom("hazard_step")
    .innerJoin("hazard", "hazard.id", "hazard_step.hazard")
    .select("hazard.site")
    .distinct()
    .where("hazard_step.at", ">=", week.from)
    .where("hazard_step.at", "<", week.to)
    .where("hazard_step.person", "is not", null)
    .execute();
  const reports = await read.selectFrom("town_report").select("town").where("at", ">=", week.from).where("at", "<", week.to).execute();
  const spoke = new Set(steps.map(({ site }) => site));
  const reported = new Set(reports.map(({ town }) => town));
  const towns = [...new Set(compounds.map(({ town }) => town).filter((town) => town !== ""))].sort();
  return [
    ...towns.map((town): Unit => {
      const sites = compounds.filter((one) => one.town === town).map(({ id }) => id);
      return { id: `town:${town}`, name: town, kind: "town", sites, spoke: reported.has(town) || sites.some((site) => spoke.has(site)) };
    }),
    ...compounds.map(
      ({ id, name, town }): Unit => ({ id, name, kind: "compound", sites: [id], spoke: spoke.has(id) || reported.has(town) }),
    ),
  ];
}

/** Open ones and those closed since the week began: two ranges of one index that holds all that is asked. */
export async function rankedHazards(read: Queries, week: Week): Promise<RankedHazard[]> {
  const found = read
    .selectFrom("hazard")
    .select(["id", "site", "source", "found_at", "closed_at", "deadline", "false_alarm", "merged_into"])
    .where("matter", "=", "hazard")
    .where("found_at", "<", week.to);
  return await found
    .where("closed_at", "is", null)
    .unionAll(found.where("closed_at", ">=", week.from))
    .execute();
}

export async function freezeWeek(
  change: Change,
  { week, units, now }: { readonly week: Week; readonly units: readonly Unit[]; readonly now: number },
): Promise<Row<"snapshot"> | Refusal> {
  const known = await change.selectFrom("snapshot").selectAll().where("week", "=", week.name).executeTakeFirst();
  if (known !== undefined)
    return refusal("frozen", `${week.name} 已冻结（第 ${known.number} 号）`, `${week.name} is frozen already, number ${known.number}`);
  if (now < week.to + 8 * hourMs)
    return refusal("too-early", "下周一 08:00 之后才能冻结", "a week is frozen after 08:00 of the Monday that follows");
  const last = await change.selectFrom("snapshot").selectAll().orderBy("number", "desc").limit(1).executeTakeFirst();
  if (last !== undefined && last.week > week.name)
    return refusal("passed", `${last.week} 已冻结，不能再补 ${week.name}`, `${last.week} is frozen already: ${week.name} is past`);
  const { units: ranked, rows } = rank(await rankedHazards(change, week), units, week);
  const behind = Object.entries(rows).flatMap(([unit, mine]) =>
    Object.entries(mine).flatMap(([number, ids]) => ids.map((hazard): SnapshotRow => ({ week: week.name, unit, number, hazard }))),
  );
  const body: SnapshotBody = {
    ...{ week: week.name, number: (last?.number ?? 0) + 1, from: toRfc3339(wall(week.from)), to: toRfc3339(wall(week.to)) },
    ...{ frozen_at: toRfc3339(wall(now)), formulas, units: ranked, rows_hash: rowsHash(behind) },
  };
  const text = JSON.stringify(body);
  const previous = last?.hash ?? "";
  const row = { week: week.name, number: body.number, frozen_at: now, body: text, hash: hashOf(text, previous), previous };
  await change.insertInto("snapshot").values(row).execute();
  await seal(change, "snapshot", [row]);
  await change.insertInto("snapshot_count").values({ week: week.name, units: ranked.length, rows: behind.length }).execute();
  for (let at = 0; at < behind.length; at += 200)
    await change
      .insertInto("snapshot_row")
      .values(behind.slice(at, at + 200))
      .execute();
  return row;
}

export interface Corrected {
  readonly hazard: string;
  readonly action: string;
  readonly note: string;
  readonly person: { readonly id: string; readonly name: string };
  readonly at: number;
  readonly set: object;
}

/** In the transaction of the step that mends something: every frozen week in which the hazard counted gets an entry. */
export async function noteCorrection(change: Change, { hazard, action, note, person, at, set }: Corrected): Promise<string[]> {
  const weeks = await change.selectFrom("snapshot_row").select("week").distinct().where("hazard", "=", hazard).orderBy("week").execute();
  for (const { week } of weeks) {
    const snapshot = await change.selectFrom("snapshot").select("hash").where("week", "=", week).executeTakeFirstOrThrow();
    const last = await change
      .selectFrom("snapshot_correction")
      .selectAll()
      .where("week", "=", week)
      .orderBy("seq", "desc")
      .limit(1)
      .executeTakeFirst();
    const counted = await change
      .selectFrom("snapshot_row")
      .select(["unit", "number"])
      .where("week", "=", week)
      .where("hazard", "=", hazard)
      .execute();
    const body = JSON.stringify({ hazard, action, set, counted: counted.map(({ unit, number }) => `${unit} ${number}`).sort() });
    const previous = last?.hash ?? snapshot.hash;
    const seq = (last?.seq ?? 0) + 1;
    const row = { week, seq, at, person: person.id, person_name: person.name, note, body, previous };
    const hash = hashOf(JSON.stringify([week, seq, at, person.id, note, body]), previous);
    const correction = { ...row, hash };
    await change.insertInto("snapshot_correction").values(correction).execute();
    await seal(change, "snapshot_correction", [correction]);
  }
  return weeks.map(({ week }) => week);
}

/** Hashes, the chain of weeks, the chain of each week's corrections, and every number against its rows. What is wrong, in words. */
export async function verifySnapshots(
  read: Queries,
): Promise<{ readonly weeks: number; readonly numbers: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = [...(await linksWrong(read))];
  let checked = 0;
  const weeks = await read.selectFrom("snapshot").select("week").orderBy("number").execute();
  // One after another: the bodies of all weeks at once are no small thing.
  for (const { week } of weeks) {
    const one = await verifyWeek(read, week);
    checked += one.numbers;
    wrong.push(...one.wrong);
  }
  return { weeks: weeks.length, numbers: checked, wrong };
}

/** Is each week there, and does it follow the one before it, and does it say how much it counted? Of the small columns only: this is asked at every look at the list. */
export async function linksWrong(read: Queries): Promise<readonly string[]> {
  const weeks = await read
    .selectFrom("snapshot")
    .leftJoin("snapshot_count", "snapshot_count.week", "snapshot.week")
    .select(["snapshot.week", "snapshot.number", "snapshot.hash", "snapshot.previous", "snapshot_count.rows"])
    .orderBy("snapshot.number")
    .execute();
  return weeks.flatMap(({ week, number, previous, rows }, at) => [
    ...(number === at + 1 ? [] : [`number ${at + 1} is missing`]),
    ...(previous === (weeks[at - 1]?.hash ?? "") ? [] : [`${week} does not follow the week before it`]),
    ...(rows === null ? [`${week}: its count is missing`] : []),
  ]);
}

/** One week counted again: its hash, its rows against its numbers and against what was counted at the freeze, and its corrections. */
export async function verifyWeek(read: Queries, week: string): Promise<{ readonly numbers: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = [];
  let checked = 0;
  const one = await read.selectFrom("snapshot").selectAll().where("week", "=", week).executeTakeFirst();
  if (one === undefined) return { numbers: 0, wrong: [`${week} is missing`] };
  if (one.hash !== hashOf(one.body, one.previous)) wrong.push(`${one.week} was changed`);
  const body = JSON.parse(one.body) as SnapshotBody;
  const rows = await read.selectFrom("snapshot_row").selectAll().where("week", "=", one.week).execute();
  if (rowsHash(rows) !== body.rows_hash) wrong.push(`${one.week}: its rows were changed`);
  const kept = await read.selectFrom("snapshot_count").selectAll().where("week", "=", one.week).executeTakeFirst();
  if (kept?.rows !== rows.length || kept.units !== body.units.length) wrong.push(`${one.week}: it is not what was counted at the freeze`);
  const counts = new Map<string, number>();
  for (const { unit, number } of rows) counts.set(`${unit} ${number}`, (counts.get(`${unit} ${number}`) ?? 0) + 1);
  for (const unit of body.units)
    for (const name of Object.keys(numbers)) {
      checked += 1;
      const is = counts.get(`${unit.unit} ${name}`) ?? 0;
      const said = unit.numbers[name as keyof typeof numbers];
      if (is !== said) wrong.push(`${one.week} ${unit.unit} ${name}: ${said}, but ${is} rows`);
    }
  let link = one.hash;
  for (const row of await read.selectFrom("snapshot_correction").selectAll().where("week", "=", one.week).orderBy("seq").execute()) {
    const hash = hashOf(JSON.stringify([row.week, row.seq, row.at, row.person, row.note, row.body]), row.previous);
    if (row.previous !== link || row.hash !== hash) wrong.push(`${one.week}: correction ${row.seq} was changed`);
    link = row.hash;
  }
  return { numbers: checked, wrong };
}

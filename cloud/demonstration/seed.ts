// Ninety days before the demonstration began, written by the rooms' own steps with the times of then, in the order in which they happened: hazards with their chain, frozen weeks,
// money and assessment in one transaction, stays and charging in a second. Each is there whole or not at all, and is written once.
import { freezeWeek, unitsOf } from "#cloud/assessment/snapshots.ts";
import { lastWeek, weekOf } from "#cloud/assessment/weeks.ts";
import { dayOf, dayText, startOf } from "#cloud/calendar/calendar.ts";
import type { Tree } from "#cloud/identity/tree.ts";
import { dueRungs } from "#cloud/ledger/clocks.ts";
import { escalating, standOn } from "#cloud/ledger/escalate.ts";
import { attachEvidence } from "#cloud/ledger/evidence.ts";
import { type Compound, reportHazard, transitHazard } from "#cloud/ledger/hazards.ts";
import { usualIssuers } from "#cloud/ledger/papers/issuers.ts";
import { issuePaper, stepPaper } from "#cloud/ledger/papers/register.ts";
import { compoundsWithTowns, placesOn } from "#cloud/ledger/places.ts";
import { usualPolicy } from "#cloud/ledger/policy.ts";
import type { Effect } from "#cloud/store/happening.ts";
import { Marks } from "#cloud/store/marks.ts";
import type { Database, NewRow } from "#cloud/store/schema.ts";
import type { Change, Store } from "#cloud/store/store.ts";
import type { HazardAction } from "#protocols/api/views.ts";
import { dayMs, hourMs } from "#protocols/vocabulary/time.ts";
import { tellAssessment } from "./assessed.ts";
import { tellCare } from "./care.ts";
import { done } from "./done.ts";
import { type Act, days, type Told, tellHazards } from "./fates.ts";
import { tellHandovers } from "./handovers.ts";
import { tellInspections } from "./inspected.ts";
import { tellMoney } from "./money.ts";
import { type Cast, castOf, type Known } from "./people.ts";
import { demonstrationPicture } from "./picture.ts";
import { tellTownReports } from "./reported.ts";
import { tellStays, type Yard } from "./stays.ts";
import { tellVoices } from "./voices.ts";
import { companyAt, tellWorks, type Told as Works } from "./works.ts";

export interface Scene {
  readonly store: Store;
  readonly compounds: readonly (Compound & { readonly area?: string | undefined })[];
  readonly tree: Tree;
  readonly people: readonly Known[];
  readonly seed: number;
  readonly now: number;
  /** Whoever ends meanwhile leaves nothing half done behind: the transaction is rolled back. */
  readonly signal?: AbortSignal;
}

export interface Seeded {
  readonly compounds: number;
  readonly lanes: number;
  readonly sockets: number;
  readonly days: number;
  readonly hazards: number;
  readonly overdue: number;
  readonly steps: number;
  readonly stays: number;
  readonly sessions: number;
  /** Wishes and complaints of residents, in the open. */
  readonly voices: number;
}

const marker = { ledger: "demonstration.ledger", stays: "demonstration.stays" } as const;

/** false: written before. */
async function once(change: Change, name: string): Promise<boolean> {
  const made = await change
    .insertInto("tally")
    .values({ name, value: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return made.numInsertedOrUpdatedRows === 1n;
}

interface Stage {
  readonly scene: Scene;
  readonly cast: Cast;
  /** Who managed its compound when. */
  readonly works: readonly Works[];
  /** The newest paper of each kind about each hazard. */
  readonly papers: Map<string, string>;
}

async function take(effect: Effect, told: Told, act: Act, id: string | undefined, { scene, cast, works, papers }: Stage): Promise<string> {
  if (act.what === "found" || id === undefined) {
    const { place, category, zh, source, clause, priority, compound, matter } = told;
    const where = scene.compounds[compound] as Compound;
    const said = {
      place,
      category,
      zh,
      ...(clause === null ? {} : { clause }),
      priority,
      source: source as "网格巡查",
      note: `${zh}（${place}）`,
    };
    const person = matter === undefined ? cast.grid : null;
    const more = { compound: where, found_at: act.at, now: act.at, person, ...(matter === undefined ? {} : { matter }) };
    return (await reportHazard(effect, { ...said, ...more })).id;
  }
  if (act.what === "before" || act.what === "after") {
    // No two pictures of the ledger are the same.
    const number = told.number + (act.what === "after" ? act.nth * 1_000 : 0);
    const base64 = demonstrationPicture(number, act.what === "after");
    const person = act.what === "after" ? cast.property : cast.grid;
    const picture = {
      hazard: id,
      kind: act.what,
      mime: "image/png",
      base64,
      captured: true,
      place: "演示图片",
      person,
      now: act.at,
      // Drawn by one hand, they all look alike.
      looks: undefined,
    } as const;
    done(await attachEvidence(effect, picture));
  } else if (act.what === "rungs") {
    const row = await effect.change.selectFrom("hazard").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    if (row.state === "已销号") return id;
    const due = dueRungs(escalating(row), { ...usualPolicy, now: act.at });
    if (due.length > 0) await standOn(effect, { hazard: row, due }, act.at);
  } else if (act.what === "step") {
    const { who, action, note, given = {}, at } = act;
    const responsible = action === "dispatch" ? { responsible: companyAt(works, at) ?? cast.property.organisation } : {};
    done(await transitHazard(effect, { ...given, ...responsible, id, action: action as HazardAction, note, person: cast[who], now: at }));
  } else if (act.what === "paper") {
    const { who, kind, at } = act;
    const paper = done(
      await issuePaper(effect, { hazard: id, kind, person: cast[who], issuers: usualIssuers, policy: usualPolicy, now: at }),
    );
    papers.set(`${kind} ${id}`, paper.id);
  } else if (act.what === "paper-step") {
    const { who, kind, at, said } = act;
    const when = said.step === "withdraw" ? said : { ...said, at };
    done(await stepPaper(effect, { id: papers.get(`${kind} ${id}`) ?? "", said: when, person: cast[who], now: at }));
  }
  return id;
}

/** Weeks are frozen when they were: on their Mondays, with what was known by then. */
async function freezeWeeks(change: Change, { compounds, tree, now }: Scene, from: number): Promise<void> {
  const named = await compoundsWithTowns(change, { tree, compounds }, dayText(dayOf(now)));
  for (let at = weekOf(from).to; at <= lastWeek(now).from; at += 7 * dayMs) {
    const week = weekOf(at);
    done(await freezeWeek(change, { week, units: await unitsOf(change, named, week), now: week.to + 8 * hourMs }));
  }
}

async function tellLedger(effect: Effect, scene: Scene): Promise<void> {
  const { compounds, tree, people, now, seed } = scene;
  const casts = compounds.map(({ id }) => castOf(id, people, tree));
  const told = [...tellHazards(seed, now, compounds.length), ...tellVoices(seed, now, compounds.length)];
  const acts = told
    .flatMap((one) => one.acts.map((act) => ({ one, act })))
    .sort((a, b) => a.act.at - b.act.at || a.one.number - b.one.number);
  const ids = new Map<number, string>();
  const papers = new Map<string, string>();
  const where = await placesOn(effect.change, { tree, compounds }, dayText(dayOf(now)));
  const placed = compounds.map(({ id }, at) => ({
    ...{ town: where.get(id)?.town || "演示街道", community: where.get(id)?.community || "演示社区" },
    company: casts[at]?.property.organisation ?? "演示物业",
  }));
  const works = placed.map((place, at) => tellWorks(at, place, now));
  for (const { one, act } of acts) {
    scene.signal?.throwIfAborted();
    const stage = { scene, cast: casts[one.compound] as Cast, works: works[one.compound] ?? [], papers };
    ids.set(one.number, await take(effect, one, act, ids.get(one.number), stage));
  }
  const from = startOf(dayOf(now) - days);
  for (const [at, { id: site }] of compounds.entries()) {
    const closed = told.find(({ compound, fate, matter }) => compound === at && fate === "closed" && matter === undefined);
    const { town = "演示街道", community = "演示社区" } = placed[at] ?? {};
    await tellMoney(effect.change, seed + at, {
      ...{ site, cast: casts[at] as Cast, mended: ids.get(closed?.number ?? -1), from, now },
      ...{ town, community, nth: at },
    });
    await tellCare(effect, seed + at, { site, cast: casts[at] as Cast, now });
    await tellHandovers(effect.change, seed + at, { site, tree, now });
  }
  await freezeWeeks(effect.change, scene, from);
  const assessed = compounds.map(({ id, name }, at) => ({ id, name, town: placed[at]?.town ?? "演示街道", cast: casts[at] as Cast }));
  await tellAssessment(effect.change, seed, assessed, now);
  await tellInspections(effect, scene, casts);
  const towns = new Map<string, { sites: string[]; person: Cast["street"] }>();
  for (const [at, { town }] of placed.entries()) {
    const known = towns.get(town) ?? { sites: [], person: (casts[at] as Cast).street };
    towns.set(town, { ...known, sites: [...known.sites, compounds[at]?.id ?? ""] });
  }
  await tellTownReports(effect.change, { towns, now });
}

/** The first compound is the live one: its lanes and sockets come from its gateway. The others have theirs from here. */
export function yardsOf(compounds: readonly Compound[]): Yard[] {
  const lane = (id: string, name: string, direction: "entry" | "exit") => ({ id, name, direction });
  const yards: readonly Omit<Yard, "site">[] = [
    {
      ...{ gateway: "gw-1", cars_a_day: 46 },
      lanes: [lane("east-in", "东门入口", "entry"), lane("east-out", "东门出口", "exit"), lane("west-in", "西门入口", "entry")],
      stations: [1, 2].map((n) => ({ id: `station-${n}`, sockets: 10 })),
    },
    {
      ...{ gateway: "gw-2", cars_a_day: 58 },
      lanes: [lane("south-in", "南门入口", "entry"), lane("south-out", "南门出口", "exit"), lane("north-out", "北门出口", "exit")],
      stations: [1, 2].map((n) => ({ id: `station-${n}`, sockets: 10 })),
    },
    { gateway: "gw-3", cars_a_day: 0, lanes: [], stations: [1, 2, 3, 4].map((n) => ({ id: `station-${n}`, sockets: 10 })) },
  ];
  return compounds.slice(0, yards.length).map(({ id }, at) => ({ site: id, ...(yards[at] as Omit<Yard, "site">) }));
}

/** Both databases bound how many values one statement may carry. */
async function insertAll<Name extends keyof Database>(change: Change, table: Name, rows: readonly NewRow<Name>[]): Promise<void> {
  for (let at = 0; at < rows.length; at += 60)
    await change
      .insertInto(table)
      .values(rows.slice(at, at + 60) as never)
      .execute();
}

async function tellYard(change: Change, yard: Yard, at: number, { seed, now }: Scene): Promise<void> {
  const { site, gateway, lanes, stations } = yard;
  const history = tellStays(seed + 100 + at, yard, { from: startOf(dayOf(now) - days), until: now });
  await insertAll(change, "visit", history.visits);
  await insertAll(change, "bill", history.bills);
  await insertAll(change, "payment", history.payments);
  await insertAll(change, "session", history.sessions);
  if (at === 0) return;
  const nothing = { last_stamp: null, last_at: null, last_plate: null, last_what: null, last_zh: null, last_en: null };
  const passed = { passages: 0, openings: 0 };
  await insertAll(
    change,
    "lane",
    lanes.map(({ id, name, direction }) => ({ site, gateway, lane: id, name, direction, ...nothing, ...passed })),
  );
  const unknown = { state: "unknown", session: null, since: null, trip: null, cause: null, stamp: null };
  const sockets = stations.flatMap(({ id, sockets: n }) =>
    Array.from({ length: n }, (_, i) => ({ site, gateway, socket: `${id}/${i + 1}`, station: id, number: i + 1, ...unknown })),
  );
  await insertAll(change, "socket", sockets);
}

/** undefined: it was there already. */
export async function seedDemonstration(scene: Scene): Promise<Seeded | undefined> {
  const { store, compounds, now } = scene;
  const yards = yardsOf(compounds);
  const rows = await store.change(async (change) => {
    if (!(await once(change, marker.stays))) return undefined;
    for (const [at, yard] of yards.entries()) {
      scene.signal?.throwIfAborted();
      await tellYard(change, yard, at, scene);
    }
    return true;
  });
  const told = await store.change(async (change) => {
    if (!(await once(change, marker.ledger))) return undefined;
    await tellLedger({ change, marks: new Marks() }, scene);
    return true;
  });
  if (rows === undefined && told === undefined) return undefined;
  const sites = compounds.map(({ id }) => id);
  const count = async (table: "visit" | "session" | "hazard_step"): Promise<number> =>
    Number(
      (
        await store.read
          .selectFrom(table)
          .select((eb) => eb.fn.countAll<number | string>().as("n"))
          .executeTakeFirstOrThrow()
      ).n,
    );
  const hazards = await store.read
    .selectFrom("hazard")
    .select(["state", "deadline", "rule", "matter"])
    .where("site", "in", sites)
    .execute();
  const seeded = hazards.filter(({ rule, matter }) => rule === "by-hand" && matter === "hazard");
  return {
    ...{ compounds: compounds.length, days, hazards: seeded.length },
    lanes: yards.reduce((sum, { lanes }) => sum + lanes.length, 0),
    voices: hazards.filter(({ matter }) => matter !== "hazard").length,
    sockets: yards.reduce((sum, { stations }) => sum + stations.reduce((n, { sockets }) => n + sockets, 0), 0),
    overdue: seeded.filter(({ state, deadline }) => state !== "已销号" && deadline !== null && deadline < now).length,
    ...{ steps: await count("hazard_step"), stays: await count("visit"), sessions: await count("session") },
  };
}

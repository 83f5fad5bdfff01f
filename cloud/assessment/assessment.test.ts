// P 09.freeze: a frozen week stays as it was, whatever is mended afterwards; every number is the sum of its rows. Schemes score exactly, side by side, and say what is missing for five stars.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { compound } from "#cloud/ingest/room-for-tests.ts";
import { reportHazard } from "#cloud/ledger/hazards.ts";
import { writeStep } from "#cloud/ledger/steps.ts";
import { Marks } from "#cloud/store/marks.ts";
import { startPostgres, type TemporaryPostgres } from "#cloud/store/postgres-for-tests.ts";
import type { Role } from "#protocols/api/views.ts";
import { dayMs, fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { commandPath, hasCommand } from "#test/debian.ts";
import { counted, plain } from "#test/promise.ts";
import { numbers, type RankedHazard, rank, scoreOf as rankScore, type Unit } from "./ranking.ts";
import { combine, complaintsOfScheme, missingFor, rounded, scoreOf, type Taken } from "./scheme.ts";
import { verifySnapshots } from "./snapshots.ts";
import { usualSchemes } from "./usual-schemes.ts";
import { lastWeek, weekNamed, weekOf } from "./weeks.ts";

const at = (text: string): number => fromRfc3339(`${text}+08:00`) ?? Number.NaN;

test.each([
  ["2026-11-25T12:00:00", "2026-W48"],
  ["2026-11-29T23:59:59", "2026-W48"],
  ["2026-11-30T00:00:00", "2026-W49"],
  ["2026-01-01T00:00:00", "2026-W01"],
  ["2027-01-03T23:59:59", "2026-W53"],
  ["2024-12-30T00:00:00", "2025-W01"],
])("%s lies in %s", (moment, name) => {
  const week = weekOf(at(moment));
  expect([week.name, weekNamed(name)]).toEqual([name, week]);
  expect(week.to - week.from).toBe(7 * dayMs);
});
test("a week may be frozen from 08:00 of the Monday that follows", () => {
  expect([lastWeek(at("2026-11-30T07:59:59")).name, lastWeek(at("2026-11-30T08:00:00")).name]).toEqual(["2026-W47", "2026-W48"]);
  expect(weekNamed("2026-W54")).toBeUndefined();
});

describe("a ranking", () => {
  const week = weekOf(at("2026-11-25T12:00:00"));
  const hazard = (id: string, given: Partial<RankedHazard> = {}): RankedHazard => ({
    ...{
      id,
      site: "a",
      source: "网格巡查",
      found_at: week.from - 9 * dayMs,
      closed_at: null,
      deadline: week.from + dayMs,
      false_alarm: 0,
      merged_into: null,
    },
    ...given,
  });
  const unit = (id: string, given: Partial<Unit> = {}): Unit => ({ id, name: id, kind: "compound", sites: [id], spoke: true, ...given });
  test("due, in time, late, overdue; nothing over nothing is no rate and no rank; silence is not first", () => {
    const { units, rows } = rank(
      [
        hazard("1", { closed_at: week.from + dayMs }),
        hazard("2", { closed_at: week.from + 2 * dayMs }),
        hazard("3"),
        hazard("4", { deadline: week.to + dayMs }),
        hazard("5", { false_alarm: 1, closed_at: week.from }),
        hazard("6", { closed_at: week.from - 1 }),
        hazard("7", { found_at: week.to }),
        hazard("8", { site: "b", closed_at: week.from, found_at: week.from - 10 * dayMs }),
      ],
      [unit("a"), unit("b"), unit("c", { spoke: false })],
      week,
    );
    expect(rows.a).toEqual({
      due: ["1", "2", "3"],
      on_time: ["1"],
      closed: ["1", "2"],
      found: [],
      automatic: [],
      open: ["3", "4"],
      overdue: ["3"],
    });
    const said = units.map((one) => [one.unit, one.rank, one.score_milli, one.on_time_share, one.average_tenths, one.small, one.silent]);
    expect(said).toEqual([
      ["b", 1, 100_000, { numerator: 1, denominator: 1 }, 100, true, false],
      ["a", 2, 38_333, { numerator: 1, denominator: 3 }, 105, true, false],
      ["c", null, null, null, null, true, true],
    ]);
  });
  test("equal scores share a rank, and thirds are rounded once", () => {
    const tied = ["a", "b", "c"].map((site) => hazard(site, { site, ...(site === "c" ? {} : { closed_at: week.from }) }));
    expect(
      rank(
        tied,
        ["a", "b", "c"].map((id) => unit(id)),
        week,
      ).units.map((one) => one.rank),
    ).toEqual([1, 1, 3]);
    expect(rankScore({ due: 3, on_time: 2, open: 7, overdue: 2, closed: 0, found: 0, automatic: 0 })).toBe(
      Math.round((70_000 * 2) / 3 + (30_000 * 5) / 7),
    );
  });
});

describe("a scheme", () => {
  const [third, fifth] = usualSchemes;
  if (third === undefined || fifth === undefined) throw new Error("no schemes");
  const taken = (item: string, milli: number, id = item): Taken => ({ id, source: "town", item, milli });
  const given = { bonus: [], vetoes: [] };
  test("shares are one; one third is one third", () => {
    expect(usualSchemes.flatMap(complaintsOfScheme)).toEqual([]);
    expect(complaintsOfScheme({ ...third, modules: third.modules.slice(1) })[0]).toMatch(/not one together/);
    const lost = { ...given, taken: [taken("safety-exits", 10_000)] };
    expect([
      scoreOf(third, { ...given, taken: [] }).total_milli,
      scoreOf(third, lost).total_milli,
      scoreOf(fifth, lost).total_milli,
    ]).toEqual([100_000, 96_667, 98_000]);
  });
  test("both schemes over the same points, and the difference", () => {
    const both = [third, fifth].map(
      (scheme) =>
        scoreOf(scheme, {
          ...given,
          taken: [taken("safety-overdue", 5_000, "1"), taken("safety-overdue", 5_000, "2"), taken("order-parking", 5_000)],
        }).total_milli,
    );
    // 100 − 10/3 − 5/6 and 100 − 10/5 − 5/5.
    expect(both).toEqual([95_833, 97_000]);
  });
  test("a module falls to nothing and no further; a bonus has an end; a veto leaves no star", () => {
    const heavy = scoreOf(third, { ...given, taken: Array.from({ length: 9 }, (_, n) => taken("safety-major", 20_000, `${n}`)) });
    expect([heavy.modules[0]?.milli, heavy.total_milli]).toEqual([0, 66_667]);
    expect(scoreOf(third, { ...given, taken: [], bonus: Array.from({ length: 9 }, () => taken("bonus-iot", 3_000)) }).bonus_milli).toBe(
      15_000,
    );
    expect(scoreOf(third, { ...given, taken: [], vetoes: ["veto-fire"] })).toMatchObject({ stars: 0, failed: true, total_milli: 100_000 });
    expect(scoreOf(third, { ...given, taken: [], vetoes: ["veto-refusal"] })).toMatchObject({ stars: 0, failed: false });
  });
  test("what is missing for five stars: what brings most first, and no more than is needed", () => {
    const score = scoreOf(third, {
      ...given,
      taken: [taken("safety-exits", 10_000), taken("order-parking", 5_000), taken("service-public", 20_000)],
    });
    expect(score.total_milli).toBe(92_500);
    expect(missingFor(third, score, 5)).toEqual({
      ...{ short_milli: 2_500, reachable: true, vetoed: false },
      steps: [{ what: "safety-exits", item: "safety-exits", gain_milli: 3_333 }],
    });
    expect(missingFor(third, scoreOf(third, { ...given, taken: [] }), 5)).toMatchObject({ short_milli: 0, steps: [] });
    expect(missingFor(third, { ...score, vetoes: ["veto-fire"] }, 5)).toMatchObject({ reachable: false, vetoed: true });
  });
  test("town and sample: three fifths and two; too far apart, the sample holds", () => {
    expect([
      combine(third, 95_000, 90_000),
      combine(third, 95_000, 80_000),
      combine(third, null, 80_000),
      combine(third, null, null),
    ]).toEqual([
      { score_milli: 93_000, difference_milli: 5_000, disagree: false },
      { score_milli: 80_000, difference_milli: 15_000, disagree: true },
      { score_milli: 80_000, difference_milli: null, disagree: false },
      null,
    ]);
    expect([rounded(5n, 2n), rounded(-5n, 2n), rounded(7n, 3n)]).toEqual([3, -2, 2]);
  });
});

let server: TemporaryPostgres | undefined;
afterAll(() => server?.stop());
const databases = [
  { name: "sqlite", here: true, place: () => undefined },
  {
    name: "postgres",
    here: hasCommand("postgres"),
    place: () => {
      server ??= startPostgres(commandPath("postgres") ?? "");
      return { kind: "postgres" as const, url: server.fresh() };
    },
  },
];

// A whole plain run tells it on the embedded one; by its name or file both are asked.
describe.each(databases.filter(({ name, here }) => here && (!plain || name === "sqlite")))("over $name", ({ place }) => {
  let api: TestApi;
  const ids: string[] = [];
  const ask = async (role: Role, method: "GET" | "POST", url: string, payload?: object) => {
    api.cloud.clock.now += 1_000;
    const answer = await api.ask(role, { method, url, ...(payload === undefined ? {} : { payload }) });
    return { status: answer.statusCode, body: answer.json() };
  };
  const monday = at("2026-11-23T09:00:00");
  beforeAll(async () => {
    api = await openTestApi({ place: place() });
    // A week of thirty hazards: some closed in time, some late, some open.
    const person = { id: "grid-worker", name: "网格员" };
    await api.cloud.store.change(async (change) => {
      const effect = { change, marks: new Marks() };
      for (let n = 0; n < 30; n += 1) {
        const found_at = monday - (n % 10) * dayMs + n * 60_000;
        const row = await reportHazard(effect, {
          compound,
          place: `${n} 号楼`,
          category: "消防设施",
          zh: `第 ${n} 处`,
          source: n % 3 === 0 ? "自动监测" : "网格巡查",
          found_at,
          now: monday,
          person,
        });
        const set = n % 4 === 0 ? {} : { state: "已销号", closed_at: monday + (n % 5) * dayMs, closed_by: "某" };
        await writeStep(change, row, {
          at: monday + dayMs,
          person,
          action: "import",
          note: "基线",
          set: { ...set, deadline: monday + (n % 7) * dayMs },
        });
        ids.push(row.id);
      }
    });
    api.cloud.clock.now = at("2026-11-30T08:30:00");
  }, 60_000);
  afterAll(() => api?.close());

  test("P 09.freeze: the hash stays, a correction stands beside it, every number is the sum of its rows", async (context) => {
    expect((await ask("street-officer", "POST", "/api/v1/ledger/snapshots", {})).status).toBe(403);
    const frozen = await ask("bureau-officer", "POST", "/api/v1/ledger/snapshots", {});
    expect(frozen).toMatchObject({ status: 200, body: { week: "2026-W48", number: 1 } });
    expect((await ask("bureau-officer", "POST", "/api/v1/ledger/snapshots", { week: "2026-W48" })).body.type).toMatch(/frozen/);
    expect((await ask("bureau-officer", "POST", "/api/v1/ledger/snapshots", { week: "2026-W49" })).body.type).toMatch(/too-early/);
    const url = "/api/v1/ledger/snapshots?week=2026-W48";
    const before = (await ask("street-officer", "GET", url)).body;
    expect(before.formulas.join()).toMatch(/得分 = 70/);
    let sums = 0;
    for (const unit of before.units)
      for (const name of Object.keys(numbers) as (keyof typeof numbers)[]) {
        const opened = (await ask("street-officer", "GET", `${url}&unit=${encodeURIComponent(unit.unit)}&number=${name}`)).body;
        expect(opened.rows.length, `${unit.unit} ${name}`).toBe(unit.numbers[name]);
        expect(opened.rows.every(({ hazard }: { hazard: string }) => ids.includes(hazard))).toBe(true);
        sums += 1;
      }
    // History is mended afterwards, in five ways.
    const counted_ = (await ask("street-officer", "GET", `${url}&unit=${compound.id}`)).body.rows as { number: string; hazard: string }[];
    const closed = counted_.find(({ number }) => number === "closed")?.hazard ?? "";
    const openOnes = [...new Set(counted_.filter(({ number }) => number === "open").map(({ hazard }) => hazard))];
    const edits: readonly (readonly [id: string, payload: object])[] = [
      [closed, { action: "correct", note: "来源写错", field: "source", value: "双随机" }],
      [closed, { action: "reopen", note: "回头看发现反弹" }],
      [openOnes[0] ?? "", { action: "archive-false-alarm", note: "不是隐患" }],
      [openOnes[1] ?? "", { action: "merge", note: "同一件事", merged_into: openOnes[2] }],
      [openOnes[3] ?? "", { action: "correct", note: "位置写错", field: "place", value: "9 号楼" }],
    ];
    for (const [id, payload] of edits)
      expect((await ask("street-officer", "POST", `/api/v1/hazards/${id}/transitions`, payload)).status, JSON.stringify(payload)).toBe(200);
    const after = (await ask("street-officer", "GET", url)).body;
    expect([after.hash, after.units, after.rows_hash]).toEqual([before.hash, before.units, before.rows_hash]);
    expect(after.corrections.map(({ hazard, action }: { hazard: string; action: string }) => `${hazard} ${action}`)).toEqual(
      edits.map(([id, payload]) => `${id} ${(payload as { action: string }).action}`),
    );
    const verdict = await verifySnapshots(api.cloud.store.read);
    expect(verdict.wrong).toEqual([]);
    // The list says what was counted at the freeze, and counts nothing again; a week that is opened is counted.
    const list = async () => (await ask("auditor", "GET", "/api/v1/ledger/snapshots")).body;
    const kept = await api.cloud.store.read.selectFrom("snapshot_count").selectAll().execute();
    const total = await api.cloud.store.read.selectFrom("snapshot_row").select("hazard").execute();
    expect([kept, (await list()).sound, after.sound]).toEqual([
      [{ week: "2026-W48", units: kept[0]?.units, rows: total.length }],
      true,
      true,
    ]);
    // What stands now is another thing, and says that it is not frozen.
    const now = (await ask("street-officer", "GET", "/api/v1/ledger/ranking?week=2026-W48")).body;
    expect([now.frozen, now.units[0].numbers.open]).toEqual([false, before.units[0].numbers.open - 2 + 1]);
    // A week changed in the database itself is found.
    const row = await api.cloud.store.read.selectFrom("snapshot").selectAll().executeTakeFirstOrThrow();
    const spoil = (set: object) => api.cloud.store.change((c) => c.updateTable("snapshot").set(set).where("week", "=", row.week).execute());
    await spoil({ body: row.body.replace('"rank":1', '"rank":2') });
    expect((await verifySnapshots(api.cloud.store.read)).wrong).toContain("2026-W48 was changed");
    await spoil({ body: row.body });
    await api.cloud.store.change((c) => c.deleteFrom("snapshot_row").where("number", "=", "overdue").execute());
    expect((await verifySnapshots(api.cloud.store.read)).wrong.length).toBeGreaterThan(0);
    expect((await ask("street-officer", "GET", url)).body.sound).toBe(false);
    expect((await list()).sound).toBe(true);
    await spoil({ previous: "0".repeat(64) });
    expect((await list()).sound).toBe(false);
    counted(context, {
      numbers: sums,
      "rows behind them": counted_.length,
      "edits afterwards": edits.length,
      corrections: after.corrections.length,
    });
  });

  test("P 09.freeze: an assessment by town and sample; two schemes side by side; an appeal takes two others", async (context) => {
    const base = { scheme: "stars-third", period: "2026-Q4", site: compound.id };
    const assess = async (more = "") =>
      (await ask("owners-committee", "GET", `/api/v1/assessment?scheme=stars-third&period=2026-Q4${more}`)).body;
    const empty = await assess();
    expect([empty.towns[0].full_coverage, empty.towns[0].covered, empty.compounds[0].combined]).toEqual([false, 0, null]);
    const write = (role: Role, item: string) => ask(role, "POST", "/api/v1/assessment/entries", { ...base, item, reason: "现场查看" });
    const exits = await write("street-officer", "safety-exits");
    expect([exits.status, exits.body.source]).toEqual([201, "town"]);
    expect((await write("assessment-team", "visit")).body.source).toBe("department");
    expect((await write("street-officer", "safety-overdue")).status).toBe(400);
    expect((await write("property-manager", "visit")).status).toBe(403);
    const scored = await assess("&beside=stars-fifth");
    const [one] = scored.compounds;
    const overdue = await api.cloud.store.read
      .selectFrom("hazard")
      .select("id")
      .where("state", "!=", "已销号")
      .where("false_alarm", "=", 0)
      .where("deadline", "<", api.cloud.clock.now)
      .execute();
    const safety = Math.max(
      0,
      100_000 - overdue.length * 5_000 - one.town.modules[0].taken.filter(({ item }: Taken) => item === "safety-repeat").length * 5_000,
    );
    expect(one.department.modules[0].milli).toBe(safety);
    expect([one.combined.difference_milli, scored.towns[0].full_coverage]).toEqual([
      one.town.total_milli - one.department.total_milli,
      true,
    ]);
    expect(one.beside.difference_milli).toBe(one.combined.score_milli - one.beside.score_milli);
    expect(one.beside.difference_milli).toBeLessThan(0);
    // An appeal: neither the scorer nor the appellant decides, and one alone does not.
    const { id } = exits.body;
    type Line = {
      id: string;
      may: string[];
      state: string;
      appeal: null | { decided: { name: string; says: string | null }[]; outcome: string | null };
    };
    const line = async (role: Role): Promise<Line | undefined> =>
      (await ask(role, "GET", "/api/v1/assessment/entries?scheme=stars-third&period=2026-Q4")).body.entries.find(
        (one: Line) => one.id === id,
      );
    const may = async (): Promise<string> =>
      (await Promise.all((["property-manager", "street-officer", "bureau-officer", "auditor"] as const).map(line)))
        .map((one) => one?.may.join() ?? "none")
        .join(" | ");
    expect(await may()).toBe("appeal |  |  | ");
    expect((await ask("property-manager", "POST", "/api/v1/assessment/appeals", { entry: id, words: "已清理" })).status).toBe(201);
    expect(await may()).toBe(" |  | decide | ");
    const decide = (role: Role) => ask(role, "POST", "/api/v1/assessment/decisions", { entry: id, says: "void" });
    expect([
      (await decide("street-officer")).status,
      (await decide("bureau-officer")).body.decided,
      (await decide("bureau-officer")).status,
    ]).toEqual([403, false, 403]);
    // The first is named; what he said is his own until the second has spoken.
    expect([(await line("assessment-team"))?.appeal?.decided, (await line("assessment-team"))?.may, await may()]).toEqual([
      [{ name: "bureau-officer 某", says: null }],
      ["decide"],
      " |  |  | ",
    ]);
    const before = (await assess()).compounds[0].town.total_milli;
    expect((await decide("assessment-team")).body.decided).toBe(true);
    const done = await line("property-manager");
    expect([done?.state, done?.appeal?.outcome, done?.appeal?.decided.map(({ says }) => says)]).toEqual(["void", "void", ["void", "void"]]);
    // Whom the department will look at is not told to who is looked at.
    const sampleOf = async (role: Role) =>
      (await ask(role, "GET", "/api/v1/assessment?scheme=stars-third&period=2026-Q4")).body.towns[0].to_sample;
    expect([await sampleOf("property-manager"), await sampleOf("street-officer")]).toEqual([null, [compound.id]]);
    expect((await assess()).compounds[0].town.total_milli).toBeGreaterThanOrEqual(before);
    expect((await assess()).compounds[0].town.modules[0].taken.some((taken: Taken) => taken.id === id)).toBe(false);
    counted(context, { schemes: 2, "compounds scored": 1, "points from the ledger": overdue.length, appeals: 1 });
  });
});

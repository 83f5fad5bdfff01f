// P 09.freeze: a frozen week stays as it was, whatever is mended afterwards, and every number is the sum of its rows; a period is assessed by town and sample, and appeals take two others.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { compound } from "#cloud/ingest/room-for-tests.ts";
import { reportHazard } from "#cloud/ledger/hazards.ts";
import { writeStep } from "#cloud/ledger/steps.ts";
import { Marks } from "#cloud/store/marks.ts";
import type { Role } from "#protocols/api/views.ts";
import { dayMs, fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { bothByName } from "#test/world/databases.ts";
import { numbers } from "./ranking.ts";
import type { Taken } from "./scheme.ts";
import { verifySnapshots } from "./snapshots.ts";
import { usualSchemes } from "./usual-schemes.ts";

const at = (text: string): number => fromRfc3339(`${text}+08:00`) ?? Number.NaN;

describe.each(bothByName())("over $name", ({ place }) => {
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

  /** The same period by two versions: of the usual ones, of one that the bureau writes, never of two kinds. */
  async function versionsBeside(one: { combined: { score_milli: number }; beside: { score_milli: number } }): Promise<void> {
    type Version = { key: string; kind: string; version: number };
    type Line = Record<"a_milli" | "b_milli" | "difference_milli", number>;
    const beside = (a: string, b: string, more = "") =>
      ask("owners-committee", "GET", `/api/v1/assessment/comparison?period=2026-Q4&a=${a}&b=${b}${more}`);
    const { body } = await beside("stars-fifth@0", "stars-third@0");
    const [mine] = body.compounds;
    expect([body.written_under, body.frozen, mine.a.score_milli, mine.b.score_milli]).toEqual([
      ...["stars-third", false, one.beside.score_milli, one.combined.score_milli],
    ]);
    expect(mine.difference_milli).toBe(one.combined.score_milli - one.beside.score_milli);
    for (const of of ["a_milli", "b_milli", "difference_milli"] as const)
      expect(mine.lines.reduce((sum: number, line: Line) => sum + line[of], 0)).toBe(
        of === "difference_milli" ? mine.difference_milli : of === "a_milli" ? mine.a.score_milli : mine.b.score_milli,
      );
    // Turned round it is the same with the other sign, and counts the same visits.
    const turned = (await beside("stars-third@0", "stars-fifth@0")).body;
    expect([turned.written_under, turned.compounds[0].difference_milli]).toEqual(["stars-third", -mine.difference_milli]);
    const none = (await ask("owners-committee", "GET", "/api/v1/assessment/comparison?period=2031-Q1&a=stars-fifth@0&b=stars-third@0"))
      .body;
    expect([none.written_under, none.coverage.full, none.coverage.covered, none.compounds[0].a]).toEqual([null, false, 0, null]);
    const codeOf = ({ body: said }: { body: { type?: string } }): string => String(said.type).replace("urn:cuobian:problem:", "");
    const third = usualSchemes[0] as (typeof usualSchemes)[number];
    const write = (scope: string, more: object) =>
      ask("bureau-officer", "POST", "/api/v1/ledger/rules", {
        ...{ kind: "scheme", scope, valid_from: "2026-11-30", note: "试算" },
        body: { ...third, id: scope, ...more },
      });
    expect([
      codeOf(await write("stars-third", { modules: third.modules.slice(1) })),
      codeOf(await write("stars-third", { modules: "none" })),
      codeOf(await write("stars-third", { id: "another" })),
      (await write("stars-third", { zh: "星级评价（试算）" })).status,
      (await write("fine", { kind: "精细化考评", zh: "精细化考评" })).status,
    ]).toEqual(["rule-wrong", "rule-wrong", "rule-wrong", 201, 201]);
    const { versions } = (await ask("owners-committee", "GET", "/api/v1/assessment/schemes")).body as { versions: Version[] };
    expect(versions.map(({ key, kind }) => `${key} ${kind}`)).toEqual([
      ...["stars-third@0 星级评价", "stars-third@1 星级评价", "stars-fifth@0 星级评价", "fine@1 精细化考评"],
    ]);
    expect((await beside("stars-third@0", "stars-third@1")).body.compounds[0].difference_milli).toBe(0);
    expect([
      codeOf(await beside("fine@1", "stars-third@0")),
      codeOf(await beside("stars-third@7", "stars-third@0")),
      (await beside("stars-third@0", "stars-fifth@0", "&site=elsewhere")).status,
    ]).toEqual(["other-kind", "no-scheme", 404]);
    for (const as of ["csv", "xlsx"]) {
      const url = `/api/v1/assessment/comparison?period=2026-Q4&a=stars-fifth@0&b=stars-third@0&as=${as}`;
      const file = await api.ask("owners-committee", { method: "GET", url });
      expect([file.statusCode, String(file.headers["content-disposition"]).includes(encodeURIComponent("两版对照_2026-Q4"))]).toEqual([
        200,
        true,
      ]);
      if (as === "csv") expect(file.body).toContain(String(mine.difference_milli / 1_000));
    }
  }

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
    await versionsBeside(one);
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

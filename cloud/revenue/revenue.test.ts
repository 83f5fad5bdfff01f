// P 09.split over the store and the API: a year of settlements balances to the fen on both databases, late payments go to the next month, the fund never falls below nothing unnamed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { allSealed } from "#cloud/store/spoiling-for-tests.ts";
import type { Role } from "#protocols/api/views.ts";
import { dayMs, fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { bothByName } from "#test/world/databases.ts";
import { monthAfter, monthSpan } from "./months.ts";
import { rule } from "./rule-for-tests.ts";
import type { SettlementBody } from "./settle.ts";

const at = (text: string): number => fromRfc3339(`${text}+08:00`) ?? Number.NaN;
describe.each(bothByName())("over $name", ({ place }) => {
  let api: TestApi;
  const site = "jinxiu";
  const tell = (now: number): void => {
    api.cloud.clock.now = now;
    api.forgetCookies();
  };
  const ask = async (role: Role, method: "GET" | "POST", url: string, payload?: object) => {
    const answer = await api.ask(role, { method, url, ...(payload === undefined ? {} : { payload }) });
    return { status: answer.statusCode, body: answer.json(), code: String(answer.json().type ?? "").replace("urn:cuobian:problem:", "") };
  };
  const pay = (payment: string, amount_fen: number, when: number) =>
    api.cloud.store.change((change) =>
      change
        .insertInto("payment")
        .values({ payment, visit: `visit-${payment}`, site, lane: null, method: "cash", amount_fen, collector: "booth", at: when })
        .execute(),
    );
  beforeAll(async () => {
    api = await openTestApi({ place: place() });
    tell(at("2026-01-01T08:00:00"));
  }, 60_000);
  afterAll(async () => {
    await allSealed(api.cloud.store);
    await api.close();
  });

  test("P 09.split: a year of settlements balances to the fen, and the fund's account is the sum of its lines", async (context) => {
    expect((await ask("finance", "POST", "/api/v1/income/settlements", { site, month: "2025-12" })).code).toBe("no-rule");
    const write = (body: object) =>
      ask("bureau-officer", "POST", "/api/v1/ledger/rules", {
        kind: "split",
        scope: site,
        valid_from: "2026-01-01",
        body,
        note: "三方协议",
      });
    expect((await write({ ...rule, last_fen: "nobody" })).code).toBe("rule-wrong");
    expect((await write(rule)).status).toBe(201);
    let month = "2026-01";
    let paid = 0;
    let off = 0;
    let late = 0;
    const got: Record<string, number> = { company: 0, community: 0, owners: 0, fund: 0 };
    let tax = 0;
    let crossed = 0;
    for (let n = 0; n < 12; n += 1) {
      const span = monthSpan(month);
      if (span === undefined) throw new Error(month);
      tell(span.from + 5 * dayMs);
      for (let k = 0; k < 9; k += 1) {
        const amount = 1 + ((n * 7919 + k * 104_729) % 70_001);
        await pay(`${month}-${k}`, amount, span.from + k * dayMs + n);
        paid += amount;
      }
      const enter = (kind: string, amount_fen: number) =>
        ask("finance", "POST", "/api/v1/income/entries", {
          site,
          kind,
          category: kind === "income" ? "广告" : kind,
          amount_fen,
          day: `${month}-15`,
          voucher: `凭证-${month}-${kind}`,
          words: "测试",
        });
      expect((await enter("refunds", 100 + n)).status).toBe(201);
      await enter("channel-fees", 37 + n);
      // One month costs more than it brings: a loss, carried.
      await enter("electricity", n === 3 ? 900_001 : 4_321);
      await enter("income", 12_345);
      paid += 12_345;
      off += 100 + n + 37 + n + (n === 3 ? 900_001 : 4_321);
      expect((await ask("finance", "POST", "/api/v1/income/settlements", { site, month })).code).toBe("too-early");
      tell(span.to + dayMs);
      expect((await ask("owners-committee", "POST", "/api/v1/income/settlements", { site, month })).status).toBe(403);
      const settled = await ask("property-manager", "POST", "/api/v1/income/settlements", { site, month });
      expect(settled.status, JSON.stringify(settled.body)).toBe(201);
      const body = settled.body.body as SettlementBody;
      expect(body.division.parts.reduce((sum, one) => sum + one.amount_fen, 0)).toBe(body.division.base_fen);
      for (const { party: who, amount_fen } of body.division.parts) got[who] = (got[who] ?? 0) + amount_fen;
      tax += body.base.steps.find(({ kind }) => kind === "tax")?.amount_fen ?? 0;
      late += body.late;
      if (body.division.slices.length > 1) crossed += 1;
      expect((await ask("finance", "POST", "/api/v1/income/settlements", { site, month })).code).toBe("settled");
      // What is paid for a month after it was settled belongs to the next.
      await pay(`${month}-late`, 11 + n, span.to - 1);
      paid += 11 + n;
      month = monthAfter(month);
    }
    expect((await ask("finance", "POST", "/api/v1/income/settlements", { site, month: "2027-03" })).code).toBe("too-early");
    const unsettled = 11 + 11;
    const read = (await ask("owners-committee", "GET", `/api/v1/income?site=${site}`)).body;
    const carried = read.settlements.at(-1).carried_fen;
    const parts = Object.values(got).reduce((a, b) => a + b, 0);
    expect(parts + carried).toBe(paid - unsettled - off - tax);
    expect(late).toBe(11);
    expect(crossed).toBeGreaterThan(0);
    const fund = (await ask("owners-committee", "GET", `/api/v1/fund?site=${site}`)).body;
    expect([fund.sound, fund.closing_fen, fund.rows.length > 0]).toEqual([true, got.fund, true]);
    counted(context, {
      months: 12,
      payments: 12 * 10 + 0,
      parties: 4,
      "tiers crossed": crossed,
      "late payments": late,
      "fen divided": parts,
    });
  }, 60_000);

  test("the fund: what goes out stands under a vote that passed by the rule of its day, heads and areas apart; never below nothing unnamed; the hazard says the same", async () => {
    tell(at("2027-01-05T10:00:00"));
    const hazard = (
      await ask("grid-worker", "POST", "/api/v1/hazards", {
        site,
        place: "3 号楼",
        category: "消防设施",
        zh: "消防栓无压",
        source: "网格巡查",
      })
    ).body.id;
    const move = (more: object) =>
      ask("finance", "POST", "/api/v1/fund/entries", { site, kind: "spent", words: "检修管网", hazard, ...more });
    const { closing_fen: before } = (await ask("finance", "GET", `/api/v1/fund?site=${site}`)).body;
    const votes = { vote: "业主大会 2027 年第 1 号", notice: "公示 10 个工作日" };
    const count = (heads: number, areas_milli: number) => ({ heads, areas_milli });
    const vote = (number: string, more: object = {}) =>
      ask("owners-committee", "POST", "/api/v1/fund/votes", {
        ...{ site, number, subject: "检修消防管网", day: "2027-01-04", amount_fen: before + 1, all: count(90, 60_000_000) },
        ...{ taking_part: count(60, 40_000_000), agreeing: count(31, 20_000_001) },
        ...more,
      });
    // Of the law since 2021: two thirds of heads and areas take part, more than half of those agree; half is not more than half.
    const failing = [
      { agreeing: count(30, 30_000_000) },
      { agreeing: count(31, 20_000_000) },
      { taking_part: count(59, 40_000_000) },
      { taking_part: count(60, 39_999_999) },
    ];
    const short: unknown[] = [];
    for (const [n, one] of failing.entries()) {
      const entered = await vote(`不通过 ${n}`, one);
      short.push(entered.body.passed, ...entered.body.short);
      expect((await move({ amount_fen: -1, vote: `不通过 ${n}`, notice: "公示" })).code).toBe("vote-failed");
    }
    expect(short).toEqual([false, "majority-heads", false, "majority-areas", false, "quorum-heads", false, "quorum-areas"]);
    // The same counts on a day of the older law: two thirds of all, and of all areas.
    expect((await vote("旧法", { day: "2019-05-01" })).body).toMatchObject({ passed: false, short: ["majority-heads", "majority-areas"] });
    expect([
      (await move({ amount_fen: -1, ...votes })).code,
      (await vote(votes.vote, { day: "2027-01-06" })).code,
      (await vote(votes.vote, { taking_part: count(91, 1) })).code,
      (await vote(votes.vote, { amount_fen: 1 })).body.passed,
      (await vote(votes.vote)).code,
      (await move({ amount_fen: -2, ...votes })).code,
    ]).toEqual(["vote-unknown", "no-day", "more-votes", true, "known", "vote-spent"]);
    // Written down wrongly: another takes its place, and nothing goes out under the first.
    expect((await vote("业主大会 2027 年第 1 号（更正）", { replaces: votes.vote })).status).toBe(201);
    expect([(await move({ amount_fen: -1, ...votes })).code, (await vote("三", { replaces: votes.vote })).code]).toEqual([
      "vote-replaced",
      "not-replaceable",
    ]);
    votes.vote = "业主大会 2027 年第 1 号（更正）";
    const byCommittee = { site, kind: "spent", words: "检修", amount_fen: -1, ...votes };
    expect((await ask("owners-committee", "POST", "/api/v1/fund/entries", byCommittee)).code).toBe("same-person");
    const unvoted = await ask("finance", "POST", "/api/v1/fund/entries", { site, kind: "correction", amount_fen: -5, words: "冲减" });
    expect(unvoted.code).toBe("no-vote");
    const printed = await api.ask("owners-committee", {
      method: "GET",
      url: `/api/v1/fund/notice?site=${site}&number=${encodeURIComponent(votes.vote)}`,
    });
    for (const said of [
      "60（66.66%）",
      "40000.000（66.66%）",
      "31（51.66%）",
      "20000.001（50.00%）",
      "超过 1/2，达到",
      "民法典 第二百七十八条",
      "尚未经本地主管部门确认",
      "结果：通过",
    ])
      expect(printed.body).toContain(said);
    // To raise money, and to do business with what is common, takes three quarters; of neither is the fund spent, and a vote on money says how much.
    const quarters = (matter: string, heads: number, more: object = {}) =>
      vote(`${matter} ${heads}`, { matter, agreeing: count(heads, 30_000_000), ...more });
    expect([
      (await quarters("raise-fund", 44)).body.short,
      (await quarters("raise-fund", 45)).body,
      (await quarters("common-parts", 45, { amount_fen: 0 })).body.passed,
      (await quarters("raise-fund", 46, { amount_fen: 0 })).code,
      (await quarters("parking", 46)).status,
      (await move({ amount_fen: -1, vote: "raise-fund 45", notice: "公示" })).code,
    ]).toMatchObject([["majority-heads"], { passed: true, matter: "raise-fund" }, true, "no-amount", 400, "vote-matter"]);
    // The place has confirmed its own rule: it judges votes of its days, and is printed without the reserve.
    const third = { numerator: 3, denominator: 4 };
    const rule = (body: object) =>
      ask("bureau-officer", "POST", "/api/v1/ledger/rules", {
        kind: "votes",
        scope: site,
        valid_from: "2027-01-05",
        note: "本地规定",
        body,
      });
    const local = {
      source: "本地议事规则 第 3 条",
      of: "taking-part",
      strict: false,
      quorum: { heads: third, areas: third },
      majority: { heads: third, areas: third },
    };
    expect((await rule({ ...local, majority: { heads: { numerator: 5, denominator: 4 }, areas: third } })).code).toBe("rule-wrong");
    expect((await rule(local)).status).toBe(201);
    expect((await vote("新规", { day: "2027-01-05" })).body).toMatchObject({
      passed: false,
      rule: { confirmed: true },
      short: ["quorum-heads", "quorum-areas", "majority-heads", "majority-areas"],
    });
    // Of special matters it says nothing: the law's own stands, unconfirmed, until the place writes of them too.
    const later = { day: "2027-01-05" };
    expect((await quarters("rebuild", 45, later)).body).toMatchObject({ passed: true, rule: { confirmed: false } });
    const twice = { ...local, matters: ["rebuild"] };
    expect((await rule({ ...local, special: [twice, twice] })).code).toBe("rule-wrong");
    expect((await rule({ ...local, special: [{ ...twice, of: "all" }] })).status).toBe(201);
    expect((await quarters("rebuild", 46, later)).body).toMatchObject({ passed: false, rule: { confirmed: true, of: "all" } });
    expect((await vote("旧日", {})).body.passed).toBe(true);
    // What would judge a vote of that day, and whether it is the asker's to enter.
    const rules = async (role: Role, day: string) => (await ask(role, "GET", `/api/v1/fund/vote-rules?site=${site}&day=${day}`)).body;
    const of = async (day: string) =>
      (await rules("owners-committee", day)).rules.map((one: { matter: string; rule: { confirmed: boolean; of: string } | null }) =>
        one.rule === null ? `${one.matter} none` : `${one.matter} ${one.rule.of} ${one.rule.confirmed}`,
      );
    expect(await of("2027-01-04")).toEqual(
      ["use-fund", "raise-fund", "rebuild", "common-parts", "company", "other"].map((matter) => `${matter} taking-part false`),
    );
    expect((await of("2027-01-05")).slice(0, 4)).toEqual([
      ...["use-fund taking-part true", "raise-fund taking-part false", "rebuild all true", "common-parts taking-part false"],
    ]);
    expect((await of("2001-01-01"))[0]).toBe("use-fund none");
    expect([
      (await rules("owners-committee", "2027-01-05")).may_enter,
      (await rules("community-committee", "2027-01-05")).may_enter,
      (await rules("finance", "2027-01-05")).may_enter,
      (await rules("bureau-officer", "2027-01-05")).may_enter,
    ]).toEqual([true, true, false, false]);
    expect([
      (await move({ amount_fen: -10_000 })).code,
      (await move({ amount_fen: 10_000, ...votes })).code,
      (await move({ amount_fen: -before - 1, ...votes })).code,
      (await move({ amount_fen: -1, ...votes, hazard: "JX01-20260101-9" })).code,
      (await ask("finance", "POST", "/api/v1/fund/entries", { site, kind: "opening", amount_fen: 5, words: "期初" })).code,
      (await move({ amount_fen: -10_000, ...votes })).status,
      (await move({ amount_fen: -2_500, ...votes })).status,
    ]).toEqual(["no-vote", "sign", "below-zero", "no-hazard", "opened", 201, 201]);
    const mine = (await ask("bureau-officer", "GET", `/api/v1/fund/votes?site=${site}`)).body;
    expect(mine.find((one: { number: string }) => one.number === votes.vote)).toMatchObject({
      spent_fen: 12_500,
      left_fen: before + 1 - 12_500,
    });
    expect((await ask("bureau-officer", "GET", `/api/v1/hazards/${hazard}`)).body).toMatchObject({
      funding_source: "公维金",
      actual_fen: 12_500,
    });
    expect((await move({ amount_fen: -before, approval: "住建局批准人丁，晋建〔2027〕1 号" })).status).toBe(201);
    const after = (await ask("finance", "GET", `/api/v1/fund?site=${site}`)).body;
    expect([after.closing_fen, after.sound, after.rows.at(-1).approval]).toEqual([-12_500, true, "住建局批准人丁，晋建〔2027〕1 号"]);
    expect(
      (
        await ask("bureau-officer", "POST", "/api/v1/ledger/rules", {
          kind: "households",
          scope: site,
          valid_from: "2026-01-01",
          note: "面积",
          body: ["1-101", "1-102", "1-103"].map((id, n) => ({ id, area_milli: 89_001 + n })),
        })
      ).status,
    ).toBe(201);
    const { households } = (await ask("owners-committee", "GET", `/api/v1/fund?site=${site}&households=yes`)).body;
    expect(households.reduce((sum: number, one: { amount_fen: number }) => sum + one.amount_fen, 0)).toBe(-12_500);
  });

  test("a quarter: submitted, checked by another, published, locked; mended by a notice; everybody reads it without a script", async () => {
    const step = (role: Role, name: string, words?: string) =>
      ask(role, "POST", "/api/v1/income/quarters", { site, quarter: "2026-Q4", step: name, ...(words === undefined ? {} : { words }) });
    const pub = async (lang = "zh-CN") => api.server.inject({ method: "GET", url: `/pub/JX01/${lang}` });
    expect((await pub()).body).toContain("还没有公示的季度");
    expect([
      (await step("owners-committee", "publish")).code,
      (await step("owners-committee", "submit")).status,
      (await step("finance", "submit")).body.state,
      (await step("finance", "check")).status,
      (await step("owners-committee", "publish")).code,
      (await step("owners-committee", "check")).body.state,
      (await step("owners-committee", "publish")).body.state,
      (await step("finance", "submit")).code,
      (await step("owners-committee", "check")).code,
      (await step("owners-committee", "notice", "11 月广告收入应为 123.45 元")).status,
    ]).toEqual(["not-submitted", 403, "submitted", 403, "not-checked", "checked", "published", "locked", "locked", 200]);
    const text = (await pub()).body;
    const { quarter } = (await ask("owners-committee", "GET", `/api/v1/income?site=${site}&quarter=2026-Q4`)).body;
    const yuan = (amount: number) => `¥${(amount / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ",")}`;
    for (const one of [
      quarter.body.gross_fen,
      quarter.body.base_fen,
      quarter.body.fund.closing_fen,
      ...quarter.body.parts.map((part: { amount_fen: number }) => part.amount_fen),
    ])
      expect(text).toContain(yuan(one));
    expect(text).toContain("11 月广告收入");
    expect(quarter.body.parts.reduce((sum: number, one: { amount_fen: number }) => sum + one.amount_fen, 0)).toBe(quarter.body.base_fen);
    expect(text).not.toMatch(/<script|style="|https?:\/\//);
    expect(Buffer.byteLength(text)).toBeLessThan(30_000);
    expect((await pub("en")).body).toMatch(/<html lang="en">.*Maintenance fund/s);
    expect([(await pub("fr")).statusCode, (await api.server.inject({ method: "GET", url: "/pub/NOBODY/zh-CN" })).statusCode]).toEqual([
      404, 404,
    ]);
    const object = (given: object) =>
      api.ask(undefined, {
        ...{ method: "POST", url: "/api/v1/public/objections" },
        payload: {
          code: "JX01",
          quarter: "2026-Q4",
          line: "parking",
          words: "为何比上季少？",
          asked: "a-key-made-by-chance-0002",
          ...given,
        },
      });
    const objection = await object({});
    expect(objection.statusCode).toBe(201);
    // Its answer was lost, and the phone sends it again, also several at once: one objection. Under the same key with other words it is refused.
    const again = await Promise.all([object({}), object({})]);
    expect(again.map(({ statusCode, body }) => [statusCode, body])).toEqual(Array(2).fill([200, objection.body]));
    expect([(await object({ words: "另一件事" })).statusCode, (await object({ asked: "short" })).statusCode]).toEqual([422, 400]);
    expect((await pub()).body).toContain("异议 1 · 已答复 0");
    expect((await pub()).body).not.toContain("为何比上季少");
    const { objections } = (await ask("finance", "GET", `/api/v1/income?site=${site}&quarter=2026-Q4`)).body;
    const asked = objections.find((one: { line: string }) => one.line === "parking");
    const answer = (role: Role) => ask(role, "POST", "/api/v1/income/objections", { id: asked.id, reply: "10 月停用西门，少 3 成" });
    expect([asked.overdue, (await answer("booth")).status]).toEqual([false, 403]);
    tell(fromRfc3339(asked.due_at) ?? 0);
    tell(api.cloud.clock.now + dayMs);
    expect((await pub()).body).toContain("逾期未答复");
    const answered = await answer("finance");
    expect([answered.status, answered.body.late, (await answer("finance")).code]).toEqual([200, true, "replied"]);
    expect((await pub()).body).toMatch(/为何比上季少.*10 月停用西门/s);
    expect(quarter.body.accounting).toEqual(["cash"]);
    // December's late payment, and the quarter before's, are said.
    expect([quarter.body.late.payments, text.includes("其中上期迟到 3 ·"), text.includes("收付实现制")]).toEqual([3, true, true]);
    expect(quarter.body.silent_when_published).toEqual([]);
  });
});

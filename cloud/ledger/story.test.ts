// P 09.story: a charger overheats at 02:13, and five months of people follow. Over HTTP, as six of them, with a told clock; every step is also asked for by somebody who may not, and
// by somebody of another compound for whom it is not there.
import { afterAll, beforeAll, expect, test } from "vitest";
import { cookieIn, openTestApi, ours, people, type TestApi } from "#cloud/api/api-for-tests.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import { openTree } from "#cloud/identity/tree.ts";
import { compound, Voice } from "#cloud/ingest/room-for-tests.ts";
import { cutOf, examples } from "#cloud/ingest/story-for-tests.ts";
import { allSealed } from "#cloud/store/spoiling-for-tests.ts";
import type { HazardView } from "#protocols/api/hazards.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { verifyChain } from "./chain.ts";
import { differencesOf } from "./steps.ts";
import { walkOnce } from "./walks.ts";

const at = (text: string): number => fromRfc3339(`2026-${text}:00+08:00`) ?? Number.NaN;
const other = { id: "yuehu", name: "月湖花园（演示）", compound_code: "YH01", area: "street" } as const;
const here = { ...compound, area: "street" } as const;

/** The six, each for another organisation; and one who looks after another compound. */
const six = [
  { id: "manager", name: "物业经理乙", role: "property-manager", organisation: "锦绣物业", area: here.id },
  { id: "street", name: "街道专员丙", role: "street-officer", organisation: "青阳街道", area: "street" },
  { id: "community", name: "社区专干己", role: "community-officer", organisation: "锦绣社区", area: "street" },
  { id: "bureau", name: "住建专员丁", role: "bureau-officer", organisation: "住建局", area: "all" },
  { id: "owners", name: "业委会庚", role: "owners-committee", organisation: "锦绣业委会", area: here.id },
  { id: "finance", name: "出纳辛", role: "finance", organisation: "锦绣物业", area: here.id },
] as const;
type Who = (typeof six)[number]["id"];
const strangers = six.map(({ id, role, name }) => ({ id: `${id}-elsewhere`, name, role, organisation: "月湖", area: other.id }));

let api: TestApi;
beforeAll(async () => {
  const tree = openTree([{ id: "street", name: "青阳街道", kind: "street" }], [here, other]);
  api = await openTestApi({ given: { tree, compounds: [here, other], sites: [here, other].map(({ id, name }) => ({ id, name })) } });
  await syncPeople(api.cloud.store, [...people, ...six, ...strangers]);
}, 60_000);
afterAll(async () => {
  await allSealed(api.cloud.store);
  await api.close();
});

const found = { requests: 0, done: 0, forbidden: 0, "not there": 0 };
async function as(person: string, method: "GET" | "POST", url: string, payload?: object) {
  const cookie = cookieIn(await api.server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload: { person } }));
  const answer = await api.server.inject({ method, url, headers: { ...ours, cookie }, ...(payload === undefined ? {} : { payload }) });
  found.requests += 1;
  const json = String(answer.headers["content-type"]).includes("json");
  return { status: answer.statusCode, body: json ? answer.json() : answer.body };
}

interface Asked {
  readonly method?: "GET" | "POST";
  readonly url: string;
  readonly payload?: object;
  /** Whose role may not. */
  readonly not: Who;
  /** Asked of the whole city: there is no other compound to ask from. */
  readonly everywhere?: true;
}
/** Once by who may, after it was refused to who may not and was not there for who is elsewhere. */
async function step(who: Who, { method = "POST", url, payload, not, everywhere }: Asked) {
  api.cloud.clock.now += 60_000;
  const wrong = await as(not, method, url, payload);
  expect(wrong.status, `${not} ${url} ${JSON.stringify(wrong.body)}`).toBe(403);
  found.forbidden += 1;
  if (everywhere === undefined) {
    const elsewhere = await as(`${who === "bureau" ? "community" : who}-elsewhere`, method, url, payload);
    const role = who === "bureau" ? [403, 404] : [404];
    expect(role, `${who} elsewhere ${url} ${JSON.stringify(elsewhere.body)}`).toContain(elsewhere.status);
    found["not there"] += 1;
  }
  const done = await as(who, method, url, payload);
  expect([200, 201], `${who} ${url} ${JSON.stringify(done.body)}`).toContain(done.status);
  found.done += 1;
  return done.body;
}

test("P 09.story: from 02:13 to what it cost", async (context) => {
  const { cloud } = api;
  // 02:13: a charger overheats; the socket is off within the second; alarm, own list and hazard stand by themselves.
  cloud.clock.now = at("11-17T02:13");
  const voice = new Voice();
  const offset = cloud.clock.now - at("11-25T12:00");
  await voice.tell(cloud, [
    voice.say("gateway.started", examples["gateway.started"], offset - 60_000),
    voice.say("charging.cut", cutOf("trip-02130", "station-1/3", "over-temperature"), offset),
    voice.say("charging.opened", { ...examples["charging.opened"], trip: "trip-02130" }, offset + 200),
  ]);
  const entries = (await as("manager", "GET", "/api/v1/entries")).body.items;
  expect([entries[0].zh, entries[0].times.confirmed_after_ms, entries[0].at.slice(0, 16)]).toEqual(["过温断电", 240, "2026-11-17T02:13"]);
  const alarms = (await as("manager", "GET", "/api/v1/alarms")).body.items;
  const alarm = alarms.find(({ source }: { source: string }) => source === "station-1/3");
  expect(alarm).toBeDefined();
  const list = (await as("street", "GET", "/api/v1/hazards?list=open")).body.items as HazardView[];
  const [first] = list;
  expect([list.length, first?.id, first?.place, first?.events.length]).toEqual([1, "JX01-20261117-1", "station-1/3", 1]);
  const id = first?.id ?? "";
  expect((await as("manager-elsewhere", "GET", "/api/v1/hazards")).body.items).toEqual([]);
  const one = `/api/v1/hazards/${id}`;
  const move = (payload: object, not: Who) => ({ url: `${one}/transitions`, payload, not });
  const score = async () => {
    const body = (await as("owners", "GET", "/api/v1/assessment?scheme=stars-third&period=2026-Q4&beside=stars-fifth")).body;
    return body.compounds.find(({ site }: { site: string }) => site === here.id);
  };

  // Dispatched, with three days; received.
  cloud.clock.now = at("11-17T09:00");
  await step(
    "street",
    move({ action: "dispatch", note: "请立即停用并检修", responsible: "锦绣物业", deadline: "2026-11-20T18:00:00+08:00" }, "manager"),
  );
  await step("manager", move({ action: "receive", note: "已停用该插座", measure: "更换插座与线路" }, "street"));
  await step("manager", move({ action: "control", note: "管控", control: "插座断电上锁，夜间巡查" }, "finance"));
  // The rehearsal says what comes; the town scores the compound.
  cloud.clock.now = at("11-20T10:00");
  const tonight = await step("bureau", { method: "GET", url: "/api/v1/ledger/escalations?days=7", not: "owners", everywhere: true });
  expect(tonight.map(({ hazard }: { hazard: string }) => hazard)).toContain(id);
  await step("street", {
    url: "/api/v1/assessment/entries",
    payload: { scheme: "stars-third", period: "2026-Q4", site: here.id, item: "visit", reason: "现场检查" },
    not: "manager",
  });

  // Friday 18:00 passes. The weekend raises nothing; Monday and Wednesday do.
  const raised: string[] = [];
  for (const moment of [
    "11-20T17:59",
    "11-20T18:01",
    "11-21T09:01",
    "11-22T09:01",
    "11-23T09:01",
    "11-24T09:01",
    "11-25T09:01",
    "11-25T09:02",
  ]) {
    cloud.clock.now = at(moment);
    const rungs = await walkOnce({ store: cloud.store, live: api.live, now: () => cloud.clock.now, log: cloud.rooms.log });
    raised.push(`${moment} ${rungs}`);
  }
  expect(raised).toEqual([
    // The reminder was due three days before, the yellow card with the deadline; then Monday, the first working day, and Wednesday, the third.
    ...[
      "11-20T17:59 1",
      "11-20T18:01 1",
      "11-21T09:01 0",
      "11-22T09:01 0",
      "11-23T09:01 1",
      "11-24T09:01 0",
      "11-25T09:01 1",
      "11-25T09:02 0",
    ],
  ]);
  const late = (await as("street", "GET", one)).body as HazardView;
  expect([late.level, late.overdue_days, late.steps.filter(({ action }) => action === "escalate").length]).toEqual([3, 5, 4]);
  const before = await score();
  const ranked = async () =>
    (await as("bureau", "GET", "/api/v1/ledger/ranking?week=2026-W48")).body.units.find(({ unit }: { unit: string }) => unit === here.id);
  const rankedBefore = await ranked();
  expect([rankedBefore.numbers.overdue, rankedBefore.score_milli]).toEqual([1, 0]);

  // The money: an account, a vote, a notice; the fund pays, and the hazard says the same.
  const fund = (payload: object) => ({ url: "/api/v1/fund/entries", payload: { site: here.id, ...payload }, not: "street" as const });
  await step("finance", fund({ kind: "opening", amount_fen: 84_000_000, words: "期初余额" }));
  await step("owners", move({ action: "fund", note: "动用公维金", funding_source: "公维金", budget_fen: 320_000 }, "finance"));
  await step("street", move({ action: "record", note: "业主表决通过", kind: "业主表决", reference: "业主大会 2026 年第 4 号" }, "owners"));
  // Heads and areas apart; who may not enter a vote, may not pass one.
  const count = (heads: number, areas_milli: number) => ({ heads, areas_milli });
  await step("owners", {
    url: "/api/v1/fund/votes",
    payload: {
      ...{ site: here.id, number: "业主大会 2026 年第 4 号", subject: "更换充电棚插座与线路", day: "2026-11-20", amount_fen: 320_000 },
      ...{ all: count(640, 82_000_000), taking_part: count(470, 61_000_000), agreeing: count(402, 53_300_000) },
    },
    not: "finance",
  });
  await step(
    "finance",
    fund({
      kind: "spent",
      amount_fen: -318_850,
      hazard: id,
      vote: "业主大会 2026 年第 4 号",
      notice: "公示 2026-11-10 起 10 个工作日",
      words: "更换插座与线路",
    }),
  );

  // Repaired: without a photo it is not believed. Looked at by somebody else; closed by a third.
  cloud.clock.now = at("11-26T09:00");
  expect((await as("manager", "POST", `${one}/transitions`, { action: "request-reinspection", note: "已更换" })).status).toBe(409);
  const photo = {
    kind: "after",
    mime: "image/jpeg",
    base64: Buffer.from("ffd8ffe000104a464946000101", "hex").toString("base64"),
    captured: true,
    place: "1 号充电棚",
  };
  await step("manager", { url: `${one}/evidence`, payload: photo, not: "finance" });
  await step("manager", move({ action: "request-reinspection", note: "已更换，请复查" }, "street"));
  await step("community", move({ action: "reinspect", note: "到场查看，温度正常" }, "manager"));
  expect((await as("community", "POST", `${one}/transitions`, { action: "close", note: "自己复查自己销号" })).status).toBe(403);
  found.forbidden += 1;
  await step("street", move({ action: "close", note: "复查合格，予以销号" }, "manager"));

  // Ranking and stars have changed; the closed hazard is overdue no more.
  const after = await score();
  const rankedAfter = await ranked();
  expect([before.town.total_milli, after.town.total_milli, after.stars >= before.stars]).toEqual([98_333, 100_000, true]);
  expect(after.beside.score_milli - before.beside.score_milli).toBe(1_000);
  expect([rankedAfter.numbers.overdue, rankedAfter.numbers.closed, rankedAfter.score_milli]).toEqual([0, 1, 30_000]);
  const closed = (await as("owners", "GET", one)).body as HazardView;
  expect([closed.state, closed.actual_fen, closed.funding_source, closed.evidence[0]?.taken, closed.responsible_phone]).toEqual([
    "已销号",
    318_850,
    "公维金",
    "by-page",
    null,
  ]);

  // The week is frozen on Monday; the quarter is published in January, and everybody reads what it cost.
  cloud.clock.now = at("11-30T08:30");
  await step("bureau", { url: "/api/v1/ledger/snapshots", payload: {}, not: "street", everywhere: true });
  cloud.clock.now = fromRfc3339("2027-01-08T09:00:00+08:00") ?? 0;
  const quarter = (name: string, not: Who) => ({
    url: "/api/v1/income/quarters",
    payload: { site: here.id, quarter: "2026-Q4", step: name },
    not,
  });
  await step("finance", quarter("submit", "street"));
  await step("owners", quarter("check", "street"));
  await step("owners", quarter("publish", "street"));
  const pub = await api.server.inject({ method: "GET", url: "/pub/JX01/zh-CN" });
  expect(pub.statusCode).toBe(200);
  for (const said of [
    "更换插座与线路",
    "¥3,188.50",
    id,
    "¥836,811.50",
    "业主大会 2026 年第 4 号",
    "同意 402／参与 470／全体 640",
    "在册 0 · 已销号 1 · 逾期 0",
  ])
    expect(pub.body).toContain(said);

  expect(await verifyChain(cloud.store.read)).toEqual({ sound: closed.version });
  expect(await differencesOf(cloud.store.read)).toEqual([]);
  counted(context, { people: six.length, steps: closed.version, ...found });
});

// The ladder over the store: each rung once, on its working day; paused, rehearsed, begun anew after a postponement; and the policy that the rulebook holds.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { usualEscalation } from "#cloud/alarms/escalation.ts";
import { everywhere } from "#cloud/identity/scope.ts";
import { openTree } from "#cloud/identity/tree.ts";
import { compound, openTestCloud, type TestCloud } from "#cloud/ingest/room-for-tests.ts";
import type { Channel } from "#cloud/notify/channel.ts";
import { startNotifier } from "#cloud/notify/notifier.ts";
import { tellWhom } from "#cloud/notify/plan.ts";
import { writeRule } from "#cloud/rulebook/rulebook.ts";
import { Marks } from "#cloud/store/marks.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { verifyChain } from "./chain.ts";
import { usualLadder } from "./clocks.ts";
import { escalate, rehearse } from "./escalate.ts";
import { type Person, reportHazard, transitHazard } from "./hazards.ts";
import { policyOn, usualPolicy } from "./policy.ts";
import { differencesOf, writeStep } from "./steps.ts";
import { noticesOf } from "./told.ts";
import { freezeOnce } from "./walks.ts";

const at = (text: string): number => fromRfc3339(`2026-${text}:00+08:00`) ?? Number.NaN;
const street: Person = { id: "street", name: "街道专员丙", role: "street-officer", organisation: "街道" };
const bureau: Person = { id: "bureau", name: "住建专员丁", role: "bureau-officer", organisation: "住建局" };
const manager: Person = { id: "manager", name: "物业经理乙", role: "property-manager", organisation: "物业" };
let cloud: TestCloud;
let id = "";
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());
beforeEach(async () => {
  await cloud.reset();
  const reported = { compound, place: "3 号楼", category: "消防设施", zh: "消防栓无压", source: "消防检查", person: street } as const;
  const row = await effect((one) => reportHazard(one, { ...reported, found_at: at("09-22T10:00"), now: at("09-22T10:00") }));
  id = row.id;
  await ask(street, { action: "dispatch", responsible: "物业", deadline: at("09-29T18:00") }, at("09-22T11:00"));
});
const effect = <Result>(work: (one: { change: never; marks: Marks }) => Promise<Result>): Promise<Result> =>
  cloud.store.change((change) => work({ change: change as never, marks: new Marks() }));
const ask = (
  person: Person,
  asked: {
    action: "dispatch" | "receive" | "pause" | "ask-postponement" | "grant-postponement";
    responsible?: string;
    deadline?: number;
    until?: number;
  },
  now: number,
) => effect((one) => transitHazard(one, { ...asked, id, person, note: "说明", now }));
const walk = (now: string) => effect((one) => escalate(one, usualPolicy, at(now)));
const row = () => cloud.store.read.selectFrom("hazard").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

test("each rung once, on its working day, across National Day", async () => {
  const stood: [string, number, number][] = [];
  for (const now of [
    "09-25T09:00",
    "09-26T08:59",
    "09-26T09:00",
    "09-29T18:01",
    "09-30T08:00",
    "09-30T09:00",
    "10-07T09:00",
    "10-08T09:00",
    "10-09T09:00",
    "10-09T10:00",
  ])
    stood.push([now, await walk(now), (await row()).level]);
  expect(stood).toEqual([
    ["09-25T09:00", 0, 0],
    ["09-26T08:59", 0, 0],
    ["09-26T09:00", 1, 0],
    ["09-29T18:01", 1, 1],
    ["09-30T08:00", 0, 1],
    ["09-30T09:00", 1, 2],
    ["10-07T09:00", 0, 2],
    ["10-08T09:00", 0, 2],
    ["10-09T09:00", 1, 3],
    ["10-09T10:00", 0, 3],
  ]);
  const steps = await cloud.store.read.selectFrom("hazard_step").select("note").where("action", "=", "escalate").orderBy("seq").execute();
  expect(steps.map(({ note }) => note)).toEqual([
    "临期提醒（2026-09-26 09:00）→ property-manager",
    "逾期黄牌（2026-09-29 18:00）→ property-manager、community-officer",
    "镇街督办（2026-09-30 09:00）→ street-officer",
    "住建局督办（2026-10-09 09:00）→ bureau-officer",
  ]);
  expect(await verifyChain(cloud.store.read)).toEqual({ sound: 6 });
  expect(await differencesOf(cloud.store.read)).toEqual([]);
});

test("each rung tells the roles that it names, once, and says how far that came; a rehearsal and an invented history tell nobody", async () => {
  const notices = () =>
    cloud.store.read.selectFrom("notice").selectAll().where("rule", "=", "ledger.escalated").orderBy("at").orderBy("id").execute();
  await walk("09-30T09:00");
  await walk("09-30T09:01");
  const told = await notices();
  expect(told.map(({ id: one, roles, level, priority }) => [one.split("/").slice(1).join("/"), roles, level, priority])).toEqual([
    [`${id}/3`, '["property-manager"]', 0, 4],
    [`${id}/4`, '["property-manager","community-officer"]', 1, 3],
    [`${id}/5`, '["street-officer"]', 2, 3],
  ]);
  expect(told[1]).toMatchObject({ kind: "reminder", source: "3 号楼", zh: `逾期黄牌：消防栓无压（${id}）` });
  const base = {
    kind: "webhook",
    up_to: 4,
    recovery: true,
    hourly: 60,
    inside: true,
    target: { url: "http://x.example/", secret: "s" },
  } as const;
  const channels: Channel[] = [
    { ...base, id: "street", name: "街道群", roles: ["street-officer"] },
    { ...base, id: "manager", name: "物业群", roles: ["property-manager"] },
    { ...base, id: "urgent", name: "只听二级以上", up_to: 2 },
  ];
  const whom = told.map((one) => [
    ...tellWhom(channels, one, { escalation: usualEscalation, told: new Set(), isOnDuty: () => true }).keys(),
  ]);
  expect(whom).toEqual([["manager"], ["manager"], ["street"]]);

  // Planned and tried as any other notice is; the way is not there, so it failed once and waits.
  expect((await noticesOf(cloud.store.read, id, channels)).map(({ planned }) => planned)).toEqual([false, false, false]);
  const notifier = startNotifier({
    ...{ store: cloud.store, channels, escalation: usualEscalation, committed: () => undefined, now: () => at("09-30T09:02") },
    ...{
      compoundName: () => compound.name,
      ways: {
        lookUp: () => Promise.reject(new Error("no net")),
        timeout_ms: 1_000,
      },
    },
  });
  await notifier.tick();
  expect(
    (await noticesOf(cloud.store.read, id, channels)).map(({ step, roles, planned, deliveries }) => [step, roles, planned, deliveries]),
  ).toEqual([
    [3, ["property-manager"], true, [{ channel: "物业群", state: "waiting", tries: 1, ended: null }]],
    [4, ["property-manager", "community-officer"], true, [{ channel: "物业群", state: "waiting", tries: 1, ended: null }]],
    [5, ["street-officer"], true, [{ channel: "街道群", state: "waiting", tries: 1, ended: null }]],
  ]);
});

test("paused: nothing; after a postponement the ladder begins anew", async () => {
  await walk("09-30T09:00");
  await ask(bureau, { action: "pause", until: at("10-10T00:00") }, at("10-08T08:00"));
  expect(await walk("10-09T09:00")).toBe(0);
  expect(await walk("10-10T09:00")).toBe(1);
  await ask(manager, { action: "receive" }, at("10-10T10:00"));
  await ask(manager, { action: "ask-postponement", until: at("10-30T18:00") }, at("10-10T10:00"));
  await ask(street, { action: "grant-postponement" }, at("10-10T11:00"));
  expect(JSON.parse((await row()).rungs)).toEqual([]);
  expect([await walk("10-26T09:00"), await walk("10-27T09:00"), await walk("10-30T18:01")]).toEqual([0, 1, 1]);
});

test("the rehearsal says what comes, to whom and when, and changes nothing", async () => {
  const said = async (now: string, until: string) =>
    (await rehearse(cloud.store.read, usualPolicy, { now: at(now), until: at(until), scope: everywhere })).map(({ hazard, next }) => [
      hazard.id,
      next.rung.id,
    ]);
  expect(await said("09-25T20:00", "09-26T20:00")).toEqual([[id, "remind"]]);
  expect(await said("09-24T20:00", "09-25T20:00")).toEqual([]);
  const before = await row();
  expect(await row()).toEqual(before);
});

test("a year, a ladder and clocks that the bureau wrote hold from their day on", async () => {
  const rule = { scope: "", note: "试行", person: "住建专员丁", at: at("11-01T10:00") };
  const ladder = [{ ...usualLadder[1], id: "red", zh: "红牌", days: 2, counted: "working", level: 9 }];
  const year = { year: 2027, source: "测试用", holidays: [{ name: "元旦", from: "2027-01-01", to: "2027-01-03" }], worked: [] };
  await cloud.store.change(async (change) => {
    await writeRule(change, { ...rule, kind: "ladder", valid_from: "2026-11-10", body: ladder });
    await writeRule(change, { ...rule, kind: "calendar", scope: "2027", valid_from: "2026-11-10", body: year });
    expect(await writeRule(change, { ...rule, kind: "ladder", valid_from: "2026-11-10", body: [{ id: "?" }] })).toMatchObject({
      code: "rule-wrong",
    });
    expect(await writeRule(change, { ...rule, kind: "calendar", scope: "2028", valid_from: "2026-11-10", body: year })).toMatchObject({
      code: "rule-wrong",
    });
  });
  const [before, since] = [await policyOn(cloud.store.read, at("11-09T12:00")), await policyOn(cloud.store.read, at("11-10T12:00"))];
  expect([before.ladder.length, since.ladder.map(({ id: one }) => one)]).toEqual([usualLadder.length, ["red"]]);
  expect([
    before.calendar.workingDaysAfter(at("12-31T10:00"), 1).provisional,
    since.calendar.workingDaysAfter(at("12-31T10:00"), 1).provisional,
  ]).toEqual([true, false]);
  // A deadline in that year was provisional, and is so no longer: a step says why.
  const known = await row();
  const deadline = fromRfc3339("2027-01-05T18:00:00+08:00") ?? Number.NaN;
  const set = { deadline, deadline_provisional: 1 };
  await cloud.store.change((change) =>
    writeStep(change, known, { at: at("11-01T10:00"), person: null, action: "comment", note: "延至明年", set }),
  );
  await walk("11-09T12:00");
  expect((await row()).deadline_provisional).toBe(1);
  await effect((one) => escalate(one, since, at("11-10T12:00")));
  const settled = await cloud.store.read.selectFrom("hazard_step").select("note").where("hazard", "=", id).orderBy("seq", "desc").execute();
  expect([(await row()).deadline_provisional, settled[0]?.note]).toEqual([0, "节假日安排已公布，时限 2027-01-05 不再暂定"]);
  expect(await differencesOf(cloud.store.read)).toEqual([]);
});

test("the week that is over is frozen by itself on Monday at 08:00, once", async () => {
  const live = { show: () => undefined };
  const where = { tree: openTree([], [compound]), compounds: [compound], live, store: cloud.store, log: cloud.rooms.log };
  const frozen: boolean[] = [];
  for (const now of ["09-28T07:59", "09-28T08:00", "09-28T08:01", "10-05T08:00"])
    frozen.push(await freezeOnce({ ...where, now: () => at(now) }));
  // The first look of all freezes the week before last, the next ones each its own.
  expect(frozen).toEqual([true, true, false, true]);
  const weeks = await cloud.store.read.selectFrom("snapshot").select(["week", "number"]).orderBy("number").execute();
  expect(weeks.map(({ week, number }) => `${number} ${week}`)).toEqual(["1 2026-W38", "2 2026-W39", "3 2026-W40"]);
});

// An alarm's life, told as it goes: one row a cause, counted, acknowledged, cleared, and lit again.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { noon, openTestCloud, type Spoken, type TestCloud, Voice } from "#cloud/ingest/room-for-tests.ts";
import { cutOf, examples } from "#cloud/ingest/story-for-tests.ts";
import { Marks } from "#cloud/store/marks.ts";
import { alarmView } from "#cloud/views/views.ts";
import { type EventType, eventCatalogue, warnCauses } from "#protocols/uplink/events.ts";
import { shedCauses } from "#protocols/uplink/shed-events.ts";
import { acknowledgeAlarm } from "./acts.ts";
import { raiseOwnAlarm, settleOwnAlarm } from "./alarms.ts";
import { alarmRule, alarmRules, clearedByCloud, isMoment } from "./rules.ts";

let cloud: TestCloud;
let voice: Voice;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());
beforeEach(async () => {
  await cloud.reset();
  voice = new Voice();
});

const silent = (at: number): Spoken => voice.say("station.silent", { station: "station-1", silent_ms: 3_000 }, at);
const answers = (at: number): Spoken => voice.say("station.answers", { station: "station-1" }, at);
const tell = (...spoken: Spoken[]) => voice.tell(cloud, spoken);
const rows = () => cloud.store.read.selectFrom("alarm").selectAll().orderBy("first_at").orderBy("rule").orderBy("source").execute();
const alarms = async (): Promise<string[]> =>
  (await rows()).map(alarmView).map(({ rule, source, state, count }) => `${rule} ${source} ${state} ×${count}`);

async function acknowledge(person: string, at: number, rule?: string) {
  const id = (await rows()).filter((row) => row.open === 1 && (rule === undefined || row.rule === rule)).at(-1)?.id ?? "";
  return cloud.store.change((change) => acknowledgeAlarm({ change, marks: new Marks() }, { id, person, at: noon + at }));
}

test("raised again while it lasts: one row, counted, with its first and last time and the events behind it", async () => {
  await tell(silent(0), silent(60_000), silent(30_000));
  const [row, ...more] = await rows();
  expect(more).toEqual([]);
  expect(row).toMatchObject({ count: 3, first_at: noon, last_at: noon + 60_000, active: 1, priority: 2 });
  expect(JSON.parse(row?.events ?? "")).toEqual([1, 2, 3].map((seq) => `gw-1/${voice.epoch}/urgent/${seq}`));
});

test("at most the newest twenty events are kept", async () => {
  await tell(...Array.from({ length: 23 }, (_, i) => silent(i)));
  const [row] = await rows();
  expect(row?.count).toBe(23);
  expect((JSON.parse(row?.events ?? "") as string[]).map((key) => key.split("/")[3])).toEqual(
    Array.from({ length: 20 }, (_, i) => `${i + 4}`),
  );
});

test("another source, another rule, another gateway: rows of their own", async () => {
  const other = new Voice({ gateway: "gw-2" });
  await tell(silent(0), voice.say("station.silent", { station: "station-2", silent_ms: 1 }, 0));
  await tell(
    voice.say("charging.cut", cutOf("trip-00001", "station-1/1"), 0),
    voice.say("charging.cut", cutOf("trip-00002", "station-1/1", "smoke"), 1),
  );
  await other.tell(cloud, [other.say("station.silent", { station: "station-1", silent_ms: 1 }, 0)]);
  expect((await alarms()).length).toBe(5);
  expect(new Set(await alarms()).size).toBe(4);
});

const lives: readonly (readonly [name: string, steps: readonly (string | number)[], states: readonly string[]])[] = [
  ["raised", ["raise", 0], ["active-unacknowledged ×1"]],
  ["raised, acknowledged", ["raise", 0, "ack", 1], ["active-acknowledged ×1"]],
  ["raised, acknowledged, raised again: still acknowledged", ["raise", 0, "ack", 1, "raise", 2], ["active-acknowledged ×2"]],
  ["raised, cleared: somebody must still see it", ["raise", 0, "clear", 1], ["cleared-unacknowledged ×1"]],
  ["raised, cleared, acknowledged: done", ["raise", 0, "clear", 1, "ack", 2], ["cleared ×1"]],
  ["raised, acknowledged, cleared: done", ["raise", 0, "ack", 1, "clear", 2], ["cleared ×1"]],
  ["raised again after clear, unseen: the same row, lit", ["raise", 0, "clear", 1, "raise", 2], ["active-unacknowledged ×2"]],
  ["raised again after it was done: a new row", ["raise", 0, "ack", 1, "clear", 2, "raise", 3], ["cleared ×1", "active-unacknowledged ×1"]],
  ["cleared before it was raised, which arrives later: cleared", ["clear", 5, "raise", 0], ["cleared-unacknowledged ×1"]],
  ["raised anew after that clearing", ["clear", 5, "raise", 0, "raise", 6], ["active-unacknowledged ×2"]],
  ["a late raising does not light what was cleared after it", ["raise", 0, "clear", 5, "raise", 3], ["cleared-unacknowledged ×2"]],
  ["a late clearing does not clear what was raised after it", ["raise", 5, "clear", 3], ["active-unacknowledged ×1"]],
  ["cleared twice", ["raise", 0, "clear", 1, "clear", 2], ["cleared-unacknowledged ×1"]],
  ["cleared in the same millisecond", ["raise", 1, "clear", 1], ["cleared-unacknowledged ×1"]],
  ["only cleared", ["clear", 0], []],
];
test.each(lives)("%s", async (_, steps, states) => {
  for (let i = 0; i < steps.length; i += 2) {
    const at = Number(steps[i + 1]) * 1_000;
    if (steps[i] === "ack") await acknowledge("booth", at);
    else await tell(steps[i] === "raise" ? silent(at) : answers(at));
  }
  expect(await alarms()).toEqual(states.map((state) => `station.silent station-1 ${state}`));
});

test("acknowledged by several: the first name stands, everybody's is kept with the count that he saw", async () => {
  await tell(silent(0));
  await acknowledge("booth", 1_000);
  await acknowledge("manager", 2_000);
  await tell(silent(3_000));
  await acknowledge("manager", 4_000);
  await acknowledge("manager", 5_000);
  expect((await rows())[0]).toMatchObject({ acknowledged_by: "booth", acknowledged_at: noon + 1_000 });
  const kept = await cloud.store.read.selectFrom("alarm_acknowledgement").select(["person", "count", "at"]).orderBy("at").execute();
  expect(kept).toEqual([
    { person: "booth", count: 1, at: noon + 1_000 },
    { person: "manager", count: 1, at: noon + 2_000 },
    { person: "manager", count: 2, at: noon + 4_000 },
  ]);
});

test("an alarm that nobody has cannot be acknowledged", async () => {
  expect(await acknowledge("booth", 0)).toBeUndefined();
});

test("a mere moment is closed by its acknowledgement; the next one is a new row", async () => {
  const own = { site: "jinxiu", gateway: "gw-1", rule: "uplink.dead-letter", source: "gw-1" };
  const raise = (at: number) => cloud.store.change((change) => raiseOwnAlarm({ change, marks: new Marks() }, { ...own, at: noon + at }));
  await raise(0);
  await raise(1);
  await acknowledge("manager", 2);
  expect((await rows())[0]).toMatchObject({ open: 0, cleared_at: noon + 2 });
  await raise(3);
  expect(await alarms()).toEqual(["uplink.dead-letter gw-1 cleared ×2", "uplink.dead-letter gw-1 active-unacknowledged ×1"]);
});

test("what the cloud clears itself stays active when acknowledged", async () => {
  const own = { site: "jinxiu", gateway: "gw-1", rule: "gateway.offline", source: "gw-1" };
  await cloud.store.change((change) => raiseOwnAlarm({ change, marks: new Marks() }, { ...own, at: noon }));
  await acknowledge("manager", 1);
  expect(await alarms()).toEqual(["gateway.offline gw-1 active-acknowledged ×1"]);
  await cloud.store.change((change) => settleOwnAlarm({ change, marks: new Marks() }, { ...own, at: noon + 2 }));
  expect(await alarms()).toEqual(["gateway.offline gw-1 cleared ×1"]);
});

test("the words say what was measured against which limit", async () => {
  await tell(
    voice.say("charging.cut", { ...cutOf("trip-00001", "station-1/1", "over-temperature"), value: 76_400, limit: 75_000, unit: "mC" }),
  );
  await tell(voice.say("charging.cut", cutOf("trip-00002", "station-1/2")));
  await tell(voice.say("charging.cut", { ...cutOf("trip-00003", "station-1/3", "smoke"), value: null, limit: null, unit: "" }));
  const words = (await rows()).map(({ rule, zh }) => `${rule}: ${zh}`).sort();
  expect(words).toEqual([
    "cut.over-current: 过流保护断电 10.0 A > 4.4 A",
    "cut.over-temperature: 过温，已断电 76.4 °C > 75.0 °C",
    "cut.smoke: 烟雾报警，已断电",
  ]);
});

const cleared: readonly (readonly [raising: EventType, clearing: EventType])[] = [
  ["charging.cut", "charging.latch-reset"],
  ["charging.cut", "session.started"],
  ["charging.welded", "charging.latch-reset"],
  ["station.silent", "station.answers"],
  ["protection.silent", "protection.answers"],
  ["gate.unanswered", "gate.opened"],
  ["camera.silent", "lane.exception"],
  ["charging.warned", "charging.eased"],
];
test.each(cleared)("%s is cleared by %s", async (raising, clearing) => {
  await tell(voice.say(raising, examples[raising], 0));
  expect((await rows()).map(({ active }) => active)).toEqual([1]);
  await tell(voice.say(clearing, examples[clearing], 1_000));
  expect((await rows()).map(({ active }) => active)).toEqual([0]);
});

test("a weld is not cleared by a session that starts", async () => {
  await tell(voice.say("charging.welded", examples["charging.welded"]), voice.say("session.started", examples["session.started"], 1_000));
  expect(await alarms()).toEqual(["weld station-1/3 active-unacknowledged ×1"]);
});

test("every rule says cause, consequence and what to do in at most three lines; every cause of a cut has a rule", () => {
  const causesOf = (on: string) => alarmRules.flatMap((row) => (row.on === on ? (row.causes ?? []) : []));
  const causes = causesOf("charging.cut");
  expect(causesOf("shed.tripped").sort()).toEqual([...shedCauses].sort());
  // A socket that its shed has cut is no alarm of its own: a hundred of them would hide the one that matters.
  expect(causesOf("charging.warned").sort()).toEqual([...warnCauses].sort());
  expect(new Set(causes)).toEqual(
    new Set([
      "over-current",
      "instantaneous",
      "over-power",
      "over-temperature",
      "temperature-rise",
      "over-voltage",
      "under-voltage",
      "leakage",
      "feeder-leakage",
      "second-rise",
      "smoke",
      "blind",
    ]),
  );
  expect(causes.length).toBe(12);
  expect(new Set(alarmRules.map(({ rule }) => rule)).size).toBe(alarmRules.length);
  for (const row of alarmRules) {
    for (const text of [row.action_zh, row.action_en]) expect(text.split("\n").length, row.rule).toBeLessThanOrEqual(3);
    for (const text of [row.zh, row.en, row.action_zh, row.action_en]) expect(text.trim(), row.rule).not.toBe("");
    expect([1, 2, 3, 4]).toContain(row.priority);
    expect(isMoment(row) && clearedByCloud.has(row.rule), row.rule).toBe(false);
    if (row.on !== undefined) expect(Object.keys(eventCatalogue)).toContain(row.on);
  }
  // What endangers life is of the first priority.
  for (const rule of ["cut.smoke", "cut.leakage", "cut.over-temperature", "weld", "protection.silent"])
    expect(alarmRule(rule).priority).toBe(1);
  expect(() => alarmRule("nobody's")).toThrow("nobody's");
});

test("a late line is an alarm of its own, with what was measured against what was promised; in time again clears it", async () => {
  const times = { line: "line-1", of: "round", value: 2_300, limit: 1_000, unit: "ms" } as const;
  await tell(voice.say("line.late", times, 0), voice.say("line.late", { ...times, line: "line-2" }, 0));
  const [row] = await rows();
  expect(alarmView(row as never)).toMatchObject({ rule: "line.late", source: "line-1", zh: expect.stringContaining("2.3 s > 1.0 s") });
  await tell(voice.say("line.in-time", { ...times, value: 410 }, 60_000));
  expect((await alarms()).filter((one) => one.startsWith("line.late"))).toEqual([
    "line.late line-1 cleared-unacknowledged ×1",
    "line.late line-2 active-unacknowledged ×1",
  ]);
});

// The property's own list fills itself, and the rules say which of it becomes a hazard.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { noon, openTestCloud, type TestCloud, Voice } from "#cloud/ingest/room-for-tests.ts";
import { cutOf, examples } from "#cloud/ingest/story-for-tests.ts";
import { Marks } from "#cloud/store/marks.ts";
import { entryRows } from "#cloud/views/reading.ts";
import { entryView } from "#cloud/views/views.ts";
import { type CutCause, cutCauses } from "#protocols/uplink/events.ts";
import { dayMs, hourMs } from "#protocols/vocabulary/time.ts";
import { handleEntry } from "./entries.ts";
import { promotionOf } from "./promotion.ts";

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

let trips = 0;
const cut = (at: number, cause: CutCause = "over-current", socket = "station-1/3") => {
  trips += 1;
  return voice.say("charging.cut", cutOf(`trip-${trips}-0000`, socket, cause), at);
};
const weld = (trip: string, at: number) => voice.say("charging.welded", { ...examples["charging.welded"], trip }, at);
const tell = (...spoken: Parameters<Voice["tell"]>[1]) => voice.tell(cloud, spoken);
const entries = async () => (await entryRows(cloud.store.read).orderBy("entry.at").execute()).map(entryView);
const hazards = async () =>
  (await cloud.store.read.selectFrom("hazard").selectAll().orderBy("id").execute()).map(
    ({ id, rule, place, state, events }) => `${id} ${rule} ${place} ${state} ×${(JSON.parse(events) as string[]).length}`,
  );

test("a cut-off enters by itself with the times between; its confirmation is found whenever it comes", async () => {
  cloud.clock.now = noon + 2_000;
  const opened = voice.say("charging.opened", { ...examples["charging.opened"], trip: "trip-early" }, 1_300);
  await tell(opened, voice.say("charging.cut", cutOf("trip-early", "station-1/1"), 1_000));
  await tell(voice.say("charging.cut", cutOf("trip-00001"), 1_500), voice.say("charging.opened", examples["charging.opened"], 1_800));
  const [first, second] = await entries();
  expect(first).toEqual({
    ...{ id: expect.any(String), site: "jinxiu", source: "station-1/1", at: "2026-11-25T12:00:01.000+08:00" },
    ...{ zh: "过流保护断电", en: "cut off: over-current", event: `gw-1/${voice.epoch}/urgent/1` },
    times: {
      seen: "2026-11-25T12:00:00.988+08:00",
      ...{ decided_after_ms: 12, off_after_ms: 15, confirmed_after_ms: 240, received: "2026-11-25T12:00:02.000+08:00" },
    },
    ...{ state: "open", handled_by: null, note: null, hazard: null },
  });
  expect(second?.times.confirmed_after_ms).toBe(240);
  expect(cloud.marks.filter(({ kind }) => kind === "entry").length).toBe(3);
});

test("every cause has its words; what a whole shed has cut is the shed's entry, not one for each socket", async () => {
  await tell(...cutCauses.map((cause, i) => cut(i, cause, `station-1/${i + 1}`)));
  const all = await entries();
  expect(cutCauses).toContain("shed");
  expect(new Set(all.map(({ zh }) => zh)).size).toBe(cutCauses.length - 1);
  expect(all.some(({ zh }) => zh === "保护断电")).toBe(false);
});

test("a weld belongs to the entry of its cut-off; one after an ordinary end makes its own", async () => {
  await tell(voice.say("charging.cut", cutOf("trip-00001"), 0), weld("trip-00001", 3_000), weld("trip-00009", 9_000));
  expect((await entries()).map(({ zh, hazard }) => [zh, hazard])).toEqual([
    ["过流保护断电", "JX01-20261125-1"],
    ["继电器粘连，断不开电", "JX01-20261125-1"],
  ]);
  expect(await hazards()).toEqual(["JX01-20261125-1 weld station-1/3 待派单 ×2"]);
});

/** Which cut-off is a hazard at once, and by which row. */
const officialOf: Partial<Record<CutCause, string>> = {
  "over-temperature": "over-temperature",
  "temperature-rise": "over-temperature",
  leakage: "leakage",
  "feeder-leakage": "leakage",
  "second-rise": "second-rise",
  smoke: "smoke",
};
describe("what becomes a hazard", () => {
  test.each(cutCauses)("one cut-off by %s", async (cause) => {
    await tell(cut(0, cause));
    const official = officialOf[cause];
    expect(await hazards()).toEqual(official === undefined ? [] : [`JX01-20261125-1 ${official} station-1/3 待派单 ×1`]);
  });

  const thirds: readonly (readonly [name: string, days: readonly number[], promoted: boolean])[] = [
    ["one", [0], false],
    ["two", [0, 1], false],
    ["three within a day", [0, 0.2, 0.4], true],
    ["three within exactly 7 days", [0, 3, 7], true],
    ["three within 7 days and a millisecond", [0, 3, 7 + 1 / dayMs], false],
    ["three over 8 days", [0, 4, 8], false],
    ["four over 12 days, no three within 7", [0, 4, 8, 12], false],
    ["four over 9 days, the last three within 7", [0, 4, 8, 9], true],
    ["three, of which the middle one arrives last", [0, 2, 1], true],
    ["three over 8 days in the wrong order", [8, 0, 4], false],
  ];
  test.each(thirds)("cut-offs of one socket: %s", async (_, days, promoted) => {
    await tell(...days.map((day) => cut(day * dayMs)));
    const found = (await hazards()).map((text) => text.split(" ")[1]);
    expect(found).toEqual(promoted ? ["third-cut"] : []);
  });

  test("three cut-offs of three sockets are nobody's third", async () => {
    await tell(...[1, 2, 3].map((n) => cut(n, "over-current", `station-1/${n}`)));
    expect(await hazards()).toEqual([]);
  });

  test("a weld is no cut-off: two of each are no third", async () => {
    await tell(cut(0), weld("trip-weld-1", 1), cut(2), weld("trip-weld-2", 3));
    expect(await hazards()).toEqual(["JX01-20261125-1 weld station-1/3 待派单 ×2"]);
  });

  test("a fourth is the same hazard again, a step in its history", async () => {
    await tell(cut(0), cut(hourMs), cut(2 * hourMs), cut(3 * hourMs));
    expect(await hazards()).toEqual(["JX01-20261125-1 third-cut station-1/3 待派单 ×2"]);
    const steps = await cloud.store.read
      .selectFrom("hazard_step")
      .select(["action", "person", "from_state", "to_state"])
      .orderBy("seq")
      .execute();
    expect(steps).toEqual([
      { action: "found", person: null, from_state: null, to_state: "待派单" },
      { action: "recurrence", person: null, from_state: "待派单", to_state: "待派单" },
    ]);
    expect((await entries()).map(({ hazard }) => hazard)).toEqual([null, null, "JX01-20261125-1", "JX01-20261125-1"]);
  });

  test("numbers rise within the day on which it was found, by China's calendar", async () => {
    await tell(cut(0, "smoke", "station-1/1"), cut(1, "smoke", "station-1/2"), cut(12 * hourMs - 1, "leakage"), cut(12 * hourMs, "smoke"));
    expect((await hazards()).map((text) => text.split(" ")[0])).toEqual([
      ...["JX01-20261125-1", "JX01-20261125-2", "JX01-20261125-3", "JX01-20261126-1"],
    ]);
  });
});

test.each([
  ["charging.welded", "weld", [], "weld"],
  ["charging.cut", "smoke", [0], "smoke"],
  ["charging.cut", "over-current", [0, 1, 2], "third-cut"],
  ["charging.cut", "smoke", [0, 1, 2], "smoke"],
  ["charging.opened", "smoke", [0, 1, 2], undefined],
  // Three others lie together, but this one is not among them.
  ["charging.cut", "over-current", [0, -20 * dayMs, -20 * dayMs, -20 * dayMs], undefined],
] as const)("the first rule that fits: %s by %s with cuts at %j → %s", (type, cause, cuts, rule) => {
  expect(promotionOf({ type, cause, at: 0, cuts: [...cuts] })?.rule).toBe(rule);
});

test("handled once, with the first name; what is not there is not handled", async () => {
  await tell(cut(0));
  const id = (await entries())[0]?.id ?? "";
  const handle = (asked: string, person: string) =>
    cloud.store.change((change) => handleEntry({ change, marks: new Marks() }, { id: asked, person, note: `by ${person}`, now: noon }));
  expect([await handle(id, "booth"), await handle(id, "manager"), await handle("nobody", "manager")]).toEqual([true, true, false]);
  expect((await entries())[0]).toMatchObject({ state: "handled", handled_by: "booth", note: "by booth" });
});

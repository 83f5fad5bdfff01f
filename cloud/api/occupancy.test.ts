// Occupancy at the cloud: from what gateways say of their lots and of stays; a lot within another, a gateway that is away, one that nobody has named.
import { afterAll, beforeAll, expect, test } from "vitest";
import { compound, noon, Voice } from "#cloud/ingest/room-for-tests.ts";
import { examples } from "#cloud/ingest/story-for-tests.ts";
import type { Occupancy } from "#protocols/api/occupancy.ts";
import { hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { openTestApi, type TestApi } from "./api-for-tests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());

const voice = new Voice({ epoch: "e".repeat(16) });
const status = async (state: "online" | "offline"): Promise<void> => {
  const { topic, payload } = voice.status(state);
  await api.cloud.take(topic, payload);
};
const read = async (): Promise<Occupancy> => (await api.ask("booth", { url: `/api/v1/occupancy?site=${compound.id}` })).json();
const lots = [
  { id: "main", name: "地面", within: null, capacity: 120 },
  { id: "inner", name: "内场", within: "main", capacity: 10 },
];
const opened = (visit: string, lot: string, entered_at: number) =>
  voice.say("visit.opened", { ...examples["visit.opened"], visit, lot, entered_at, plate: `闽C${visit.slice(-5)}` }, entered_at - noon);
const closed = (visit: string, left_at: number) =>
  voice.say("visit.closed", { ...examples["visit.closed"], visit, left_at }, left_at - noon);

test("steps of the last day by lot, each with its capacity; cars in a lot within another are counted there alone", async () => {
  await status("online");
  await voice.tell(api.cloud, [
    voice.say("gateway.started", { ...examples["gateway.started"], lots }, 0),
    opened("visit-10001", "main", noon + minuteMs),
    opened("visit-10002", "main", noon + 2 * minuteMs),
    opened("visit-20002", "inner", noon + 5 * minuteMs),
    closed("visit-10001", noon + 30 * minuteMs),
  ]);
  api.cloud.clock.now = noon + hourMs;
  const { lots: found, from, to } = await read();
  expect(Date.parse(to) - Date.parse(from)).toBe(24 * hourMs);
  expect(found.map(({ lot, name, within, capacity, taken }) => [lot, name, within, capacity, taken])).toEqual([
    ["main", "地面", null, 120, 0],
    ["inner", "内场", "main", 10, 1],
  ]);
  const steps = (found[0]?.day ?? []).map(({ at, taken }) => [Math.round((Date.parse(at) - noon) / minuteMs), taken]);
  // Before the gateway was first heard nobody knows.
  expect(steps).toEqual([
    [-23 * 60, null],
    [0, 0],
    [1, 1],
    [2, 2],
    [5, 1],
    [30, 0],
  ]);
  expect(found[0]?.week.map((hours) => hours.filter((one) => one !== null).length)).toEqual([0, 0, 1, 0, 0, 0, 0]);
  expect(JSON.stringify(found)).not.toMatch(/闽C/);
});

test("a gateway that is away leaves a gap to now; whoever may not see operations does not see it, nor does another compound", async () => {
  api.cloud.clock.now = noon + 90 * minuteMs;
  await status("offline");
  api.cloud.clock.now = noon + 3 * hourMs;
  const { lots: found } = await read();
  expect(found[1]?.taken).toBeNull();
  expect(found[1]?.day.at(-1)).toMatchObject({ taken: null });
  expect((await api.ask("finance", { url: `/api/v1/occupancy?site=${compound.id}` })).statusCode).toBe(403);
  expect((await api.ask("booth", { url: "/api/v1/occupancy?site=yuehu" })).statusCode).toBe(404);
});

test("a gateway that stood still and started again: the time between is a gap, and the count goes on after it", async () => {
  await status("online");
  const again = noon + 4 * hourMs;
  await voice.tell(api.cloud, [voice.say("gateway.started", { ...examples["gateway.started"], lots }, again - noon)]);
  api.cloud.clock.now = again + 10 * minuteMs;
  const { lots: found } = await read();
  const steps = (found[1]?.day ?? []).map(({ at, taken }) => [Math.round((Date.parse(at) - noon) / minuteMs), taken]);
  expect(steps.slice(-3)).toEqual([
    [5, 1],
    [30, null],
    [240, 1],
  ]);
});

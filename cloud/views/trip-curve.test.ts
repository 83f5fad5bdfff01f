// The cloud's picture of a trip: the readings of then, the limits that the gateway said it ran by then, and nothing in place of what it has not said.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashOf } from "#gateway/config/documents/judge.ts";
import { limitsPath } from "#gateway/config/limits-file.ts";
import type { TripCurve } from "#protocols/api/trip.ts";
import type { Role } from "#protocols/api/views.ts";
import type { EventData } from "#protocols/uplink/events.ts";
import { openTestApi, type TestApi } from "../api/api-for-tests.ts";
import { point, type Spoken, Voice } from "../ingest/room-for-tests.ts";
import { cutOf } from "../ingest/story-for-tests.ts";

const limits = readFileSync(limitsPath("e-bike-4a", ""), "utf8");
const lower = limits.replace(/rated_mA: *\d+/, "rated_mA: 3000");
const site =
  "site: jinxiu\ngateway: gw-1\ntelemetry: { interval_ms: 1000 }\nstations:\n  - { id: station-1, line: line-1, limits: e-bike }\n";

let api: TestApi;
const voice = new Voice();
const key = ({ stream, event }: Spoken): string => `gw-1/${voice.epoch}/${stream}/${event.seq}`;
const runs = (text: string, at: number): Spoken =>
  voice.say(
    "config.running",
    {
      ...{ trial: false, troubles: [] },
      items: [
        { kind: "site", name: "site", version: 0, hash: hashOf(site), local: hashOf(site) },
        { kind: "limits", name: "e-bike", version: 0, hash: hashOf(text), local: hashOf(text) },
      ],
    },
    at,
  );
const told = async (one: Spoken): Promise<string> => {
  await voice.tell(api.cloud, [one]);
  return key(one);
};
const cut = (n: number, at: number, more: Partial<EventData<"charging.cut">> = {}, socket = "station-1/3") =>
  told(voice.say("charging.cut", { ...cutOf(`trip-curve-${n}`, socket), value: 6_100, ...more }, at));
const ask = async (event: string, role: Role | "nobody" = "property-manager") => {
  const answer = await api.ask(role === "nobody" ? undefined : role, {
    method: "GET",
    url: `/api/v1/trip-curve?event=${encodeURIComponent(event)}`,
  });
  return { status: answer.statusCode, body: answer.json() as TripCurve & { type?: string } };
};

beforeAll(async () => {
  api = await openTestApi();
  for (const [kind, name, text] of [
    ["site", "site", site],
    ["limits", "e-bike", limits],
    ["limits", "e-bike", lower],
  ] as const)
    await told(voice.say("config.local", { kind, name, hash: hashOf(text), text }));
  await told(runs(limits, 1_000));
  // Ten minutes before a cut at 700 s: 1.1 A, then 44 s of 6.1 A, said on a change and every five seconds.
  const readings = Array.from({ length: 600 }, (_, n) => 100 + n).flatMap((second) => {
    const mA = second < 656 ? 1_100 : 6_100;
    const due = second % 5 === 0 || second === 656;
    return due ? [point("station-1/3", second * 1_000, { current_mA: mA, voltage_mV: 230_000, power_mW: mA * 230 })] : [];
  });
  api.cloud.clock.now += 3_600_000;
  const round = { ...point("station-1/3", 695_000, { rotation_ms: 640 }), measurement: "line", tags: { line: "line-1" } };
  const { topic, payload } = voice.measured([...readings, round]);
  await api.cloud.take(topic, payload);
});
afterAll(() => api?.close());

test("the path of the samples and the mark, beside the curves of the limits that ran then; who watches sees it, nobody else", async () => {
  const event = await cut(1, 700_015);
  const { status, body } = await ask(event);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...{
      trip: "trip-curve-1",
      socket: "station-1/3",
      cause: "over-current",
      test: false,
      sample_ms: 640,
      reading_ms: 1_000,
      voltage_mV: 230_000,
      holes: 0,
    },
    ...{ limits: { id: "e-bike-4a", rated_mA: 4_000, same: true }, at: "2026-11-25T12:11:40.000+08:00" },
    cut: { rule: "inverse", current_mA: 6_100, limit_mA: 4_400, at_least: false },
  });
  // From the last reading below to the cut: 655 s to 700 s.
  expect(body.cut.above_ms).toBe(45_000);
  expect(body.cut.lets_ms).toBeGreaterThan(43_000);
  expect(body.held.at(-1)).toMatchObject({ current_mA: 6_100, held_ms: 45_000 });
  expect(body.band.length).toBeGreaterThan(50);
  for (const role of ["booth", "street-officer", "fire-maintenance"] as const) expect((await ask(event, role)).status).toBe(200);
  for (const role of ["owners-committee", "finance"] as const) expect((await ask(event, role)).status).toBe(403);
  expect((await ask(event, "nobody")).status).toBe(401);
});

test("limits that were changed later do not move an older picture; a newer cut is drawn by them", async () => {
  const before = await cut(2, 700_020);
  await told(runs(lower, 800_000));
  expect((await ask(before)).body).toMatchObject({ limits: { rated_mA: 4_000, same: true } });
  const after = await cut(3, 900_000, { limit: 3_300, value: 5_000 });
  expect((await ask(after)).body).toMatchObject({ limits: { rated_mA: 3_000, same: true }, readings: expect.any(Number) });
  // A cut whose limit is in no document of then: the curves are for comparison only.
  expect((await ask(await cut(4, 900_100, { limit: 9_999 }))).body).toMatchObject({
    limits: { same: false },
    cut: { rule: null, lets_ms: null },
  });
});

test("what the gateway has not said is not known: a cut before its first word, a station that its file has not", async () => {
  expect((await ask(await cut(5, 500))).body).toMatchObject({ limits: null, curves: [], band: [], sample_ms: 1_000, reading_ms: 2_000 });
  const other = await cut(6, 700_000, {}, "station-7/1");
  expect((await ask(other)).body).toMatchObject({ limits: null, readings: 1, held: [{ current_mA: 6_100, held_ms: 0, at_least: true }] });
});

test("what a socket is held to now: as its gateway said last, or not known", async () => {
  const get = async (socket: string) => {
    const answer = await api.ask("booth", { method: "GET", url: `/api/v1/socket-limits?site=jinxiu&socket=${socket}` });
    return { status: answer.statusCode, ...(answer.json() as object) };
  };
  const lines = { power_mW: 1_000_000, current_mA: 3_300, temperature_mC: 75_000, warn_mC: 60_000, high_mV: 264_000, low_mV: 176_000 };
  expect(await get("station-1/3")).toMatchObject({ status: 200, limits: { id: "e-bike-4a", ...lines } });
  expect(await get("station-7/1")).toMatchObject({ status: 200, limits: null });
  expect((await get("station-9/9")).status).toBe(404);
});

test("a trip test is drawn by its own lower current", async () => {
  const begun = { test: "test-curve-1", socket: "station-1/3", person: "installer", limit_mA: 1_000, rated_mA: 4_000, duration_ms: 60_000 };
  await told(voice.say("charging.test-begun", begun, 690_000));
  const event = await cut(7, 700_030, { limit: 1_100, value: 6_100, test: "test-curve-1" });
  expect((await ask(event)).body).toMatchObject({ test: true, limits: { rated_mA: 1_000, same: true }, cut: { rule: "inverse" } });
});

test("not by current, no cut, no event, no key", async () => {
  const smoke = await cut(8, 700_040, { cause: "smoke", value: null, limit: null, unit: "" });
  expect(await ask(smoke)).toMatchObject({ status: 409, body: { type: "urn:cuobian:problem:not-by-current" } });
  const other = await told(voice.say("charging.opened", { trip: "trip-curve-1", socket: "station-1/3", confirmed_after_ms: 900 }, 700_050));
  for (const [event, status] of [
    [other, 404],
    ["gw-1/00000000000000aa/urgent/99999", 404],
    ["gw-1", 400],
  ] as const)
    expect((await ask(event)).status).toBe(status);
});

test("events around one: of its gateway, its subject, within two minutes", async () => {
  const lane = { lane: "east-in", cause: "read", command: null, after_ms: 1_400, known_late: false } as const;
  const keys = [];
  for (const [n, at] of [0, 60_000, 119_000, 300_000].entries())
    keys.push(await told(voice.say("gate.opened", { ...lane, count: n }, 2_000_000 + at)));
  const url = `/api/v1/events?subject=east-in&around=${encodeURIComponent(keys[0] ?? "")}`;
  const answer = await api.ask("booth", { method: "GET", url });
  expect(
    answer
      .json<{ items: { key: string }[] }>()
      .items.map((one) => one.key)
      .sort(),
  ).toEqual(keys.slice(0, 3).sort());
  for (const [around, status] of [
    ["gw-1", 400],
    ["gw-1/00000000000000aa/state/99999", 404],
  ] as const)
    expect((await api.ask("booth", { method: "GET", url: `/api/v1/events?around=${around}` })).statusCode).toBe(status);
});

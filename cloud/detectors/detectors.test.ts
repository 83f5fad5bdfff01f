// P 08.platform: an operator's platform pushes to the cloud: whose token it is, what becomes an alarm row, repeats and disorder, what is not heard any more; over the API as it is served, the clock told.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { tickAlarms } from "#cloud/alarms/clockwork.ts";
import { usualEscalation } from "#cloud/alarms/escalation.ts";
import { openTestApi, platformToken, type TestApi } from "#cloud/api/api-for-tests.ts";
import { compound } from "#cloud/ingest/room-for-tests.ts";
import { openWindow } from "#cloud/maintenance/windows.ts";
import { changing } from "#cloud/store/changing.ts";
import { hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { dice } from "#test/streams.ts";
import { tickDetectors } from "./lost.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());
// More than the route takes in a minute from one address is not tried here.
beforeEach(() => void api.forgetCookies());

const one = "860000000000001";
const two = "860000000000002";
const now = (): number => api.cloud.clock.now;
const push = async (body: object, token: string | undefined = platformToken) =>
  api.server.inject({
    ...{ method: "POST", url: "/api/v1/detectors/reports", payload: body },
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
const rows = (source: string) =>
  api.cloud.store.read.selectFrom("alarm").selectAll().where("source", "=", source).orderBy("first_at", "desc").execute();
const look = async (detector: string) =>
  (await api.ask("booth", { url: `/api/v1/detectors?site=${compound.id}` }))
    .json()
    .find((row: { detector: string }) => row.detector === detector);
const due = { committed: () => undefined };
const tick = async (): Promise<void> => {
  const { store } = api.cloud;
  await tickDetectors({ ...due, store, sources: api.surroundings.detectors }, now());
  await tickAlarms({ ...due, store, escalation: usualEscalation }, now());
};

test("P 08.platform: a token of its own, one row however often it is delivered, over by its own word, lost when it is not heard", async (context) => {
  // Nobody, somebody else, and a person's cookie: refused, and nothing is written.
  expect((await push({ imei: one, status: "01" }, "")).statusCode).toBe(401);
  expect((await push({ imei: one, status: "01" }, `${platformToken.slice(0, -1)}0`)).statusCode).toBe(401);
  const cookie = { cookie: await api.cookieOf("administrator") };
  const byPerson = await api.server.inject({
    ...{ method: "POST", url: "/api/v1/detectors/reports", payload: { imei: one, status: "01" } },
    headers: { ...cookie, "x-cuobian": "1" },
  });
  expect(byPerson.statusCode).toBe(401);
  expect(await rows("smoke-9-1/detector")).toEqual([]);

  const first = await push({ imei: one, status: "01", battery: 3.05, signal: 22, temperature: 41 });
  expect([first.statusCode, first.json()]).toEqual([200, { taken: 1, unknown: [] }]);
  for (let n = 0; n < 5; n += 1) expect((await push({ imei: one, status: "01" })).statusCode).toBe(200);
  const [fire, ...others] = await rows("smoke-9-1/detector");
  expect(others).toEqual([]);
  expect(fire).toMatchObject({
    rule: "fire.fire",
    priority: 1,
    count: 1,
    active: 1,
    zone: "building-9",
    site: compound.id,
    gateway: "cloud",
  });
  expect(fire?.zh).toContain("9栋1单元烟感");
  expect(await look("smoke-9-1")).toMatchObject({
    causes: ["fire"],
    battery: 3.05,
    signal: 22,
    temperature: 41,
    silent: false,
    said: "alarm",
  });
  // Alive is not over.
  api.cloud.clock.now += minuteMs;
  await push({ imei: one, status: "00" });
  expect((await look("smoke-9-1")).causes).toEqual(["fire"]);
  api.cloud.clock.now += minuteMs;
  // Restored and another word in one push: in their order, each of its own moment.
  await push({
    messages: [
      { imei: one, status: "11" },
      { imei: one, status: "02" },
    ],
  });
  expect((await look("smoke-9-1")).causes).toEqual(["low-battery"]);
  const after = await rows("smoke-9-1/detector");
  // Fire is latched: gone by itself it waits for a person.
  expect(after.map(({ rule, active, open }) => `${rule} ${active} ${open}`).sort()).toEqual(["fire.battery 1 1", "fire.fire 0 1"]);

  // Whoever is not named under this token is said, and what was known beside it is taken.
  const mixed = await push([
    { imei: "999999999999999", status: "01" },
    { imei: two, status: "00" },
  ]);
  expect([mixed.statusCode, mixed.json()]).toEqual([200, { taken: 1, unknown: ["999999999999999"] }]);
  expect((await push({ imei: "999999999999999", status: "01" })).statusCode).toBe(422);
  // What cannot be read is refused whole: a code that nobody knows is not taken for well.
  const bad = [{}, [], { imei: one, status: "77" }, { imei: one, status: null }, [{ imei: two, status: "01" }, { imei: "1" }], "x", 7];
  for (const body of bad) {
    const { statusCode } = await api.server.inject({
      ...{ method: "POST", url: "/api/v1/detectors/reports", payload: JSON.stringify(body) },
      headers: { authorization: `Bearer ${platformToken}`, "content-type": "application/json" },
    });
    expect([body, statusCode === 400 || statusCode === 422]).toEqual([body, true]);
  }
  expect((await look("smoke-9-2")).causes).toEqual([]);

  // Not heard in its time: lost, once; heard again, found.
  api.cloud.clock.now += 25 * hourMs;
  await tick();
  expect(await rows("smoke-9-2")).toEqual([]);
  api.cloud.clock.now += hourMs + 1;
  api.forgetCookies();
  for (let n = 0; n < 3; n += 1) await tick();
  expect((await rows("smoke-9-2")).map(({ rule, count }) => `${rule} ${count}`)).toEqual(["fire.device-lost 1"]);
  expect((await look("smoke-9-2")).silent).toBe(true);
  api.cloud.clock.now += minuteMs;
  await tick();
  expect((await rows("smoke-9-2"))[0]).toMatchObject({ active: 1, open: 1 });
  await push({ imei: two, status: "00" });
  expect((await rows("smoke-9-2"))[0]).toMatchObject({ active: 0 });
  expect((await look("smoke-9-2")).silent).toBe(false);

  // Every push that was taken is a row of the audit log.
  const audited = await api.cloud.store.read.selectFrom("audit").selectAll().where("action", "=", "detectors.report").execute();
  expect(audited.every(({ object, site, outcome }) => object === "operator-1" && site === compound.id && outcome === "done")).toBe(true);
  expect(audited.length).toBe(10);
  counted(context, { alarms: after.length + 1, pushes: audited.length, refused: bad.length + 4 });
});

test("a detector that never reports is lost too, from when the cloud first knew of it", async () => {
  const own = await openTestApi();
  try {
    const { store, clock } = own.cloud;
    const lost = () => tickDetectors({ ...due, store, sources: own.surroundings.detectors }, clock.now);
    expect(await lost()).toBe(0);
    clock.now += 26 * hourMs - 1;
    expect(await lost()).toBe(0);
    clock.now += 1;
    expect([await lost(), await lost()]).toEqual([2, 0]);
  } finally {
    await own.close();
  }
});

test("in a maintenance window of its zone it is a test; another zone's is real", async () => {
  const { store } = api.cloud;
  const asked = {
    site: compound.id,
    zone: "building-9",
    minutes: 60,
    company: "维保",
    reason: "月检",
    person: "fire-maintenance",
    at: now(),
  };
  await changing({ store, ...due }, (effect) => openWindow(effect, asked));
  await push({
    messages: [
      { imei: one, status: "02" },
      { imei: one, status: "10" },
    ],
  });
  api.cloud.clock.now += 10 * minuteMs;
  await push([
    { imei: one, status: "01" },
    { imei: two, status: "01" },
  ]);
  const tests = [...(await rows("smoke-9-1/detector")), ...(await rows("smoke-9-2/detector"))].filter(
    ({ active, rule }) => active === 1 && rule === "fire.fire",
  );
  expect(tests.map(({ source, test: of }) => `${source} ${of === null ? "real" : "test"}`)).toEqual([
    "smoke-9-1/detector test",
    "smoke-9-2/detector real",
  ]);
});

/** What a detector said in truth, each word of its own moment; platforms deliver it doubled and in any order. */
const codes = ["01", "11", "02", "10", "00"] as const;
const begins: Readonly<Record<string, string>> = { "01": "fire", "02": "low-battery" };
const ends: Readonly<Record<string, string>> = { "11": "fire", "10": "low-battery" };

test("P 08.platform: labelled reports doubled and in any order leave what the newest word of each thing says", async (context) => {
  const own = await openTestApi();
  let delivered = 0;
  let stood = 0;
  try {
    for (let seed = 1; seed <= 40; seed += 1) {
      const roll = dice(seed);
      own.cloud.clock.now += hourMs;
      // Everything of before is over.
      const zero = own.cloud.clock.now;
      const told = Array.from({ length: 1 + roll(6) }, (_, n) => ({ status: codes[roll(codes.length)] ?? "00", at: zero + n * 1_000 }));
      const newest = new Map<string, boolean>();
      for (const { status } of told) {
        const cause = begins[status] ?? ends[status];
        if (cause !== undefined) newest.set(cause, status in begins);
      }
      const queue = told
        .flatMap((said) => Array.from({ length: 1 + roll(3) }, () => ({ said, place: roll(1_000_000) })))
        .sort((a, b) => a.place - b.place)
        .map(({ said }) => said);
      own.cloud.clock.now += minuteMs;
      for (const { status, at } of queue) {
        const answer = await own.server.inject({
          ...{ method: "POST", url: "/api/v1/detectors/reports", payload: { imei: one, status, eventTime: at } },
          headers: { authorization: `Bearer ${platformToken}` },
          remoteAddress: `10.0.${seed}.1`,
        });
        expect(answer.statusCode, answer.body).toBe(200);
        own.cloud.clock.now += 1;
        delivered += 1;
      }
      const standing = await own.cloud.store.read.selectFrom("detector_cause").selectAll().where("standing", "=", 1).execute();
      const wanted = [...newest].filter(([, stands]) => stands).map(([cause]) => cause);
      const kept = standing.filter(({ said_at }) => (said_at ?? 0) >= zero).map(({ cause }) => cause);
      expect(kept.sort(), `seed ${seed}: ${JSON.stringify(queue)}`).toEqual(wanted.sort());
      const active = await own.cloud.store.read
        .selectFrom("alarm")
        .select(["rule"])
        .where("gateway", "=", "cloud")
        .where("active", "=", 1)
        .execute();
      expect(active.length, `seed ${seed}`).toBe(standing.length);
      stood += standing.length;
    }
  } finally {
    await own.close();
  }
  counted(context, { stories: 40, delivered, stood });
});

// P 08.flood: five thousand alarms in a minute from forty causes of one shed: a row a cause, none lost, messages within the cap, and the first screen still there.
import { afterAll, beforeAll, expect, test } from "vitest";
import { tickAlarms } from "#cloud/alarms/clockwork.ts";
import { usualEscalation } from "#cloud/alarms/escalation.ts";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { noon, Voice } from "#cloud/ingest/room-for-tests.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";
import { counted, plain } from "#test/promise.ts";
import type { Channel } from "./channel.ts";
import { startNotifier } from "./notifier.ts";
import { placeFor } from "./plan.ts";
import { httpReceiver, type Receiver } from "./receivers-for-tests.ts";

let api: TestApi;
let robot: Receiver;
let webhook: Receiver;
beforeAll(async () => {
  [api, robot, webhook] = await Promise.all([openTestApi(), httpReceiver(), httpReceiver({ status: 204 })]);
});
afterAll(async () => {
  await Promise.all([robot?.close(), webhook?.close(), api?.close()]);
});

const causes = 40;
/** A whole plain run shows a minute of a thousand; by its name or file all five. */
const alarms = plain ? 1_000 : 5_000;

test("P 08.flood: 5,000 alarms in a minute from 40 causes", async (context) => {
  const { cloud } = api;
  const channels: Channel[] = [
    { ...{ id: "robot", name: "值班群", kind: "wecom", up_to: 4, recovery: true, hourly: 20, inside: true }, target: { url: robot.url } },
    {
      ...{ id: "webhook", name: "平台", kind: "webhook", up_to: 2, recovery: false, hourly: 8, inside: true },
      target: { url: webhook.url, secret: "s" },
    },
  ];
  const notifier = startNotifier({
    ...{ store: cloud.store, channels, escalation: usualEscalation, committed: () => undefined, now: () => cloud.clock.now },
    ...{ compoundName: () => "锦绣花园", ways: { lookUp: async () => [], timeout_ms: 30_000 } },
  });
  const voice = new Voice();
  // Half of the points burn and go on; the other half comes and goes, as a wet contact does.
  const point = (n: number) => ({ device: "panel-1", point: `1.42.${n + 1}`, zone: "shed-1" });
  const cause = (n: number) => (n % 4 === 0 ? "fire" : n % 4 === 1 ? "supervised" : "fault") as "fire" | "supervised" | "fault";
  const screens: number[] = [];
  let events = 0;
  const batch = 250;
  for (let from = 0; from < alarms; from += batch) {
    const at = Math.floor((from * 59_000) / alarms);
    cloud.clock.now = noon + at;
    const spoken = [];
    for (let n = from; n < from + batch; n += 1) {
      const one = n % causes;
      spoken.push(
        voice.say(
          "fire.raised",
          { ...point(one), cause: cause(one), shed: null, text: `烟感${one}`, said_at: null, under_test: false },
          at,
        ),
      );
      if (one % 2 === 1 && n % 7 === 0) spoken.push(voice.say("fire.over", { ...point(one), cause: cause(one) }, at));
    }
    events += spoken.length;
    const { topic, payload } = voice.message(spoken);
    await cloud.take(topic, payload);
    await notifier.tick();
    await tickAlarms({ store: cloud.store, committed: () => undefined, escalation: usualEscalation }, cloud.clock.now);
    const began = performance.now();
    const answer = await api.ask("booth", { url: "/api/v1/overview" });
    screens.push(performance.now() - began);
    expect(answer.json().alarms.length).toBeLessThanOrEqual(causes);
  }
  const summary = (await api.ask("booth", { url: "/api/v1/alarms/summary" })).json();
  expect(summary.flood).toMatchObject({ calls: expect.any(Number) });

  const rows = await cloud.store.read.selectFrom("alarm").selectAll().where("rule", "like", "fire.%").execute();
  const counted_ = rows.reduce((sum, { count }) => sum + count, 0);
  const kept = await cloud.store.read
    .selectFrom("event")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("type", "=", "fire.raised")
    .executeTakeFirstOrThrow();
  expect([rows.length, counted_, Number(kept.n)]).toEqual([causes, alarms, alarms]);
  expect(rows.some(({ chattering }) => chattering === 1)).toBe(true);

  // An hour goes by: what waited in digests is told, and in no hour more than the cap.
  for (let minute = 0; minute < 130; minute += 1) {
    cloud.clock.now += 60_000;
    await notifier.tick();
  }
  const notices = await cloud.store.read.selectFrom("notice").selectAll().execute();
  let untold = 0;
  const most: Record<string, number> = {};
  for (const { id, hourly, up_to } of channels) {
    const deliveries = await cloud.store.read.selectFrom("delivery").selectAll().where("channel", "=", id).execute();
    expect(
      deliveries.every(({ state }) => state === "delivered"),
      id,
    ).toBe(true);
    const tries = await cloud.store.read
      .selectFrom("delivery_try")
      .select("at")
      .where(
        "delivery",
        "in",
        deliveries.map((one) => one.id),
      )
      .execute();
    const times = tries.map(({ at }) => at).sort((a, b) => a - b);
    most[id] = Math.max(...times.map((at) => times.filter((other) => other > at - hourMs && other <= at).length));
    expect(most[id], id).toBeLessThanOrEqual(hourly);
    const told = new Set(deliveries.flatMap((one) => JSON.parse(one.notices) as string[]));
    untold += notices.filter((one) => one.kind === "raised" && one.priority <= up_to && !told.has(one.id)).length;
  }
  expect(untold).toBe(0);
  screens.sort((a, b) => a - b);
  counted(context, {
    alarms,
    causes,
    rows: rows.length,
    "events kept": events,
    lost: alarms - counted_,
    notices: notices.length,
    "notices untold: lost": untold,
    "messages of the robot in an hour (cap 20)": most.robot ?? 0,
    "of the webhook (cap 8)": most.webhook ?? 0,
    "first screen during it, ms median": Math.round(screens[screens.length >> 1] ?? 0),
    "ms slowest": Math.round(screens.at(-1) ?? 0),
  });
});

test("places of a message: singles while there is room, then one digest, and priority 1 has room that others have not", () => {
  const sent = (n: number, at: number) => Array.from({ length: n }, () => ({ at, kind: "single" }));
  const now = 10 * hourMs;
  const of = (priority: number, before: readonly { at: number; kind: string }[]) =>
    placeFor({ hourly: 20 }, { priority }, { sent: before, now });
  expect(of(3, [])).toEqual({ as: "single" });
  expect(of(3, sent(5, now - 1_000))).toEqual({ as: "digest", at: now + 60_000 });
  expect(of(1, sent(5, now - 1_000))).toEqual({ as: "single" });
  expect(of(3, sent(13, now - 600_000))).toEqual({ as: "digest", at: now + 60_000 });
  expect(of(1, sent(13, now - 600_000))).toEqual({ as: "single" });
  expect(of(1, sent(19, now - 600_000))).toEqual({ as: "digest", at: now + 10_000 });
  expect(of(1, sent(20, now - 600_000))).toEqual({ as: "digest", at: now - 600_000 + hourMs });
  expect(of(3, sent(20, now - hourMs))).toEqual({ as: "single" });
});

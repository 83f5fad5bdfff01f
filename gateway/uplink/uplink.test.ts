// The uplink against a real broker: whatever happens to link, broker and acknowledgements, everything arrives, in order, without gap or second effect.
import { connect } from "mqtt";
import pino from "pino";
import { afterEach, expect, test, vi } from "vitest";
import { machineChance, machineClock } from "#gateway/world/clock.ts";
import { acknowledgementTopic } from "#protocols/uplink/topics.ts";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { type AcknowledgingCloud, startAcknowledgingCloud } from "#test/acknowledging-cloud.ts";
import { testQueue } from "#test/telemetry-queue.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import type { TelemetryQueue } from "../journal/telemetry.ts";
import { startUplink, type Uplink, type UplinkSettings } from "./uplink.ts";

const clock = machineClock();
const chance = machineChance();
const address = { site: "jinxiu", gateway: "gw-1" };
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Bench {
  cloud: AcknowledgingCloud;
  journal: Journal;
  telemetry: TelemetryQueue;
  uplink: Uplink;
}

async function bench(options: Partial<UplinkSettings> = {}): Promise<Bench> {
  const cloud = await startAcknowledgingCloud(address);
  const journal = openJournal({ path: ":memory:", clock, chance, tables: [] });
  const telemetry = testQueue();
  const uplink = startUplink({
    onCommand: () => undefined,
    ...address,
    broker: cloud.url,
    username: "gw-1",
    password: () => "secret",
    keepalive_s: 5,
    clock,
    chance,
    journal,
    telemetry,
    log: pino({ level: "silent" }),
    deadlines: { publish_ms: 300, acknowledgement_ms: 200, longestAcknowledgement_ms: 400 },
    backOff: { first_ms: 20, longest_ms: 100 },
    ...options,
  });
  closing.push(cloud.stop, () => uplink.stop());
  return { cloud, journal, telemetry, uplink };
}

const answers = ({ journal }: Bench, n: number): void => {
  journal.commit((tx) => tx.event("station.answers", { station: `station-${n}` }));
};
const cut = ({ journal }: Bench, n: number): void => {
  journal.commit((tx) => tx.event("station.silent", { station: `station-${n}`, silent_ms: 5000 }));
};
const reading = ({ telemetry }: Bench, n: number, age_ms = 0): void => {
  const { mono, ...rest } = clock.stamp();
  telemetry.add(`socket,quality=good,socket=${n} current_mA=${n}i 0\n`, { ...rest, mono: monotonic(mono - age_ms) });
};

async function everythingArrived({ journal, telemetry, cloud }: Bench, within = 5000): Promise<void> {
  await vi.waitFor(
    () => {
      expect(telemetry.counts().rows).toBe(0);
      for (const stream of ["urgent", "money", "state", "bulk"] as const) {
        const { acknowledged, last } = journal.outbox.state(stream);
        expect(acknowledged, stream).toBe(last);
      }
    },
    { timeout: within, interval: 10 },
  );
  expect(cloud.gaps).toEqual([]);
  expect(cloud.conflicts).toEqual([]);
  for (const stream of ["urgent", "money", "state", "bulk"] as const) {
    const seqs = [...cloud.effects.values()].filter((one) => one.stream === stream).map((one) => one.seq);
    expect(seqs, stream).toEqual(Array.from({ length: journal.outbox.state(stream).last }, (_, i) => i + 1));
  }
}

test("everything arrives once, in the order of each stream", async () => {
  const site = await bench();
  for (let n = 1; n <= 250; n += 1) {
    answers(site, n);
    if (n % 5 === 0) cut(site, n);
    if (n % 2 === 0) reading(site, n);
  }
  await everythingArrived(site);
  const stations = [...site.cloud.effects.values()]
    .filter((one) => one.stream === "state")
    .map((one) => JSON.parse(one.content).data.station);
  expect(stations).toEqual(Array.from({ length: 250 }, (_, i) => `station-${i + 1}`));
  expect(site.journal.outbox.state("urgent").last).toBe(50);
  expect(site.uplink.counts().streams.state.sent).toBeLessThan(50); // batches, not single events
});

test("PUBACK moves nothing; lost acknowledgements are asked for again, and take effect once", async () => {
  const site = await bench();
  let swallowed = 0;
  site.cloud.acknowledging = () => ++swallowed > 4;
  for (let n = 1; n <= 30; n += 1) answers(site, n);
  await vi.waitFor(() => expect(swallowed).toBeGreaterThanOrEqual(2), { timeout: 4000 });
  expect(site.journal.outbox.state("state").acknowledged).toBe(0);
  await everythingArrived(site);
  expect(site.cloud.arrivals.length).toBeGreaterThan(30);
  expect(site.cloud.effects.size).toBe(30);
});

test("the broker goes away and comes back: what happened meanwhile arrives", async () => {
  const site = await bench();
  answers(site, 1);
  await everythingArrived(site);
  await site.cloud.goAway();
  await vi.waitFor(() => expect(site.uplink.counts().connected).toBe(false));
  for (let n = 2; n <= 40; n += 1) {
    answers(site, n);
    reading(site, n, n === 2 ? 61_000 : 0);
  }
  await site.cloud.comeBack();
  await everythingArrived(site);
  expect(site.uplink.counts().connections).toBe(2);
  // What is new came first; the reading older than a minute is history, that overwrites nothing newer.
  const bulk = [...site.cloud.effects.values()].filter((one) => one.stream === "bulk");
  expect(bulk.findIndex((one) => one.content.includes("socket=2 "))).toBe(bulk.findIndex((one) => one.historical));
  expect([bulk[0]?.historical, bulk.some((one) => one.historical)]).toEqual([false, true]);
});

test("a half-open link is noticed by our own deadline, and nothing is lost in it", async () => {
  const site = await bench();
  answers(site, 1);
  await everythingArrived(site);
  site.cloud.freeze();
  for (let n = 2; n <= 10; n += 1) answers(site, n);
  await everythingArrived(site);
  expect(site.uplink.counts().connections).toBeGreaterThan(1);
});

test("acknowledgements of another epoch, of the future, and rubbish move nothing", async () => {
  const site = await bench();
  site.cloud.acknowledging = () => false;
  answers(site, 1);
  await vi.waitFor(() => expect(site.cloud.arrivals.length).toBeGreaterThan(0));
  const { epoch } = site.journal;
  for (const payload of [
    JSON.stringify({ v: 1, epoch: "0123456789abcdef", stream: "state", upTo: 1 }),
    JSON.stringify({ v: 1, epoch, stream: "state", upTo: 2 }),
    JSON.stringify({ v: 1, epoch, stream: "states", upTo: 1 }),
    JSON.stringify({ v: 1, epoch, stream: "state", upTo: "1" }),
    "{",
  ])
    site.cloud.send(acknowledgementTopic(address), payload);
  await vi.waitFor(() => expect(site.uplink.counts().strangeAcknowledgements).toBe(5));
  expect(site.journal.outbox.state("state").acknowledged).toBe(0);
  site.cloud.send(acknowledgementTopic(address), JSON.stringify({ v: 1, epoch, stream: "state", upTo: 1 }));
  await vi.waitFor(() => expect(site.journal.outbox.state("state").acknowledged).toBe(1));
});

test("online is retained, and offline is said at the end", async () => {
  const site = await bench();
  await vi.waitFor(() => expect(site.cloud.statuses).toEqual(["online"]));
  await site.uplink.stop();
  await vi.waitFor(() => expect(site.cloud.statuses).toEqual(["online", "offline"]));
  const late = connect(site.cloud.url, { clientId: "late", reconnectPeriod: 0 });
  closing.push(() => void late.end(true));
  const retained = new Promise((resolve) => late.on("message", (_topic, payload) => resolve(JSON.parse(payload.toString()).state)));
  late.subscribe("cuobian/v1/jinxiu/gw-1/status");
  expect(await retained).toBe("offline");
});

test("the trap that the outbox is for: mqtt.js takes a message while it is offline, says nothing, and loses it with the process", async () => {
  const site = await bench();
  const plain = connect(site.cloud.url, { clientId: "plain", reconnectPeriod: 50 });
  plain.on("error", () => undefined);
  await new Promise<void>((resolve) => plain.once("connect", () => resolve()));
  await site.cloud.goAway();
  await vi.waitFor(() => expect([plain.connected, site.uplink.counts().connected]).toEqual([false, false]));
  let called = false;
  plain.publish("plain", "x", { qos: 1 }, () => {
    called = true;
  });
  answers(site, 1); // the same moment, the same broker
  plain.end(true); // the process ends
  await site.cloud.comeBack();
  await everythingArrived(site);
  expect(called).toBe(false); // neither delivered nor refused: never heard of again
  expect(site.cloud.effects.size).toBe(1);
});

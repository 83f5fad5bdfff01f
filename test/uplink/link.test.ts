// Links that lie: one that fell silent without a word, and one that another box takes away again and again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, expect, test } from "vitest";
import { Visitor } from "#command/demo/visitor.ts";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import { startUplink, type Uplink, type UplinkSettings } from "#gateway/uplink/uplink.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";
import type { AlarmView, Counts } from "#protocols/api/views.ts";
import { startAcknowledgingCloud } from "../acknowledging-cloud.ts";
import { counted } from "../promise.ts";
import { testQueue } from "../telemetry-queue.ts";
import { gatewayPassword, startTestCloud } from "../world/cloud.ts";
import { endEveryProgram, until } from "../world/program.ts";
import { startTcpProxy } from "../world/tcp-proxy.ts";

const clock = machineClock();
const chance = machineChance();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await endEveryProgram();
});

interface Box {
  readonly journal: Journal;
  readonly uplink: Uplink;
  says(n: number): void;
}

function box(settings: Partial<UplinkSettings> & Pick<UplinkSettings, "broker">): Box {
  const journal = openJournal({ path: ":memory:", clock, chance, tables: [] });
  const uplink = startUplink({
    ...{ site: "jinxiu", gateway: "gw-1", username: "gw-1", password: () => gatewayPassword, keepalive_s: 5 },
    ...{ clock, chance, journal, telemetry: testQueue(), log: pino({ level: "silent" }), onCommand: () => undefined },
    ...settings,
  });
  ends.push(() => uplink.stop());
  const says = (n: number): void => {
    for (let i = 0; i < n; i += 1) journal.commit((tx) => tx.event("station.answers", { station: "station-1" }));
  };
  return { journal, uplink, says };
}
const arrived = ({ journal }: Box): boolean => {
  const { acknowledged, last } = journal.outbox.state("state");
  return last > 0 && acknowledged === last;
};

test.each([
  //  what is on its way   the broker has to answer in   noticed within 1.5 × keep-alive, or the publish's own deadline
  ["nothing", 60_000, 1_500],
  ["one event", 60_000, 1_500],
  ["one event", 400, 400],
])(
  "a link that falls silent both ways with %s under way (PUBACK within %i ms) is given up in %i ms, and nothing is lost",
  async (what, publish_ms, within_ms) => {
    const cloud = await startAcknowledgingCloud();
    const proxy = await startTcpProxy(cloud.port);
    ends.push(cloud.stop, proxy.close);
    const site = box({
      ...{ broker: `mqtt://127.0.0.1:${proxy.port}`, keepalive_s: 1, backOff: { first_ms: 20, longest_ms: 100 } },
      deadlines: { publish_ms, acknowledgement_ms: 60_000, longestAcknowledgement_ms: 60_000 },
    });
    site.says(1);
    await until("the first event", () => arrived(site) || undefined, { within_ms: 10_000, every_ms: 5 });
    // Some quiet, so that the pings have begun.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect([site.uplink.counts().connected, proxy.connections]).toEqual([true, 1]);
    proxy.silence();
    const since = clock.monotonic();
    if (what === "one event") site.says(1);
    await until("it is noticed", () => !site.uplink.counts().connected || undefined, { within_ms: 10_000, every_ms: 2 });
    const noticed_ms = clock.monotonic() - since;
    // A busy machine may wake late: what is promised is the deadline, and that no other (60 s) was waited for.
    expect(noticed_ms).toBeLessThan(within_ms + 2_000);
    expect(noticed_ms).toBeGreaterThan(within_ms - 1_100);
    site.says(1);
    await until("it comes back", () => arrived(site) || undefined, { within_ms: 10_000, every_ms: 5 });
    expect([cloud.gaps, cloud.conflicts, cloud.effects.size]).toEqual([[], [], site.journal.outbox.state("state").last]);
  },
);

test("two boxes with one identity: noticed by both and by the cloud, no ping-pong, and what each says arrives once", {
  timeout: 90_000,
}, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-twins-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const cloud = await startTestCloud({ folder });
  const backOff = { first_ms: 100, longest_ms: 6_000 };
  const twins = [box({ broker: cloud.ready.mqtt, backOff }), box({ broker: cloud.ready.mqtt, backOff })] as const;
  const connections = (): number => twins.reduce((sum, { uplink }) => sum + uplink.counts().connections, 0);
  const visitor = new Visitor(cloud.ready.http);
  await visitor.signIn("booth");
  const alarm = await until(
    "the cloud's alarm",
    async () =>
      (await visitor.get<{ items: AlarmView[] }>("/api/v1/alarms?limit=500")).items.find(({ rule }) => rule === "uplink.identity"),
    { within_ms: 30_000, every_ms: 100 },
  );
  expect(alarm.priority).toBe(2);
  await until("one of them knows", () => twins.some(({ uplink }) => uplink.counts().displaced) || undefined, {
    within_ms: 30_000,
    every_ms: 20,
  });
  // From now on they wait half of the longest wait at least: so many connections at most.
  const [from, before] = [clock.monotonic(), connections()];
  for (const { says } of twins) says(20);
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const seconds = (clock.monotonic() - from) / 1000;
  const more = connections() - before;
  expect(more).toBeLessThanOrEqual(2 * (1 + Math.ceil(seconds / 3)) + 2);
  await twins[0].uplink.stop();
  await until("the other has the line for itself", () => arrived(twins[1]) || undefined, { within_ms: 30_000, every_ms: 50 });
  const events = async (): Promise<number> => (await visitor.get<Counts>("/api/v1/counts")).events;
  // Each event of a box that had the line once, and none twice.
  const said = twins.reduce((sum, { journal }) => sum + journal.outbox.state("state").acknowledged, 0);
  expect(await events()).toBeGreaterThanOrEqual(said);
  expect(await events()).toBeLessThanOrEqual(40);
  counted(context, { connections: connections(), connections_in_6_s_once_known: more, alarms: alarm.count, events: await events() });
});

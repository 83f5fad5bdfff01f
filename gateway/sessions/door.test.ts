// The charging room over a real link: facts taken and confirmed, readings to telemetry, authority over the wire, and again after the link fell.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, expect, test, vi } from "vitest";
import { loadProfile } from "#gateway/config/profiles.ts";
import { parseSiteConfig } from "#gateway/config/read.ts";
import { exampleSite } from "#gateway/config/reference.ts";
import { openJournal } from "#gateway/journal/journal.ts";
import type { SafetyToSite, SiteToSafety, SocketReading } from "#gateway/link/messages.ts";
import { linkPath } from "#gateway/link/path.ts";
import { type LinkServer, openLinkServer } from "#gateway/link/server.ts";
import type { SiteContext } from "#gateway/site-context.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";
import { testQueue } from "#test/telemetry-queue.ts";
import { type MountedSessions, mountSessions } from "./door.ts";
import { tables } from "./tables.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function context(data: string): SiteContext {
  const file = parseSiteConfig(exampleSite(), join(data, "site.yaml"));
  const profile = loadProfile("stations/ten-socket");
  if (file.kind === "complaints" || profile.kind === "no-profile") throw new Error("the example is no site");
  const clock = machineClock();
  const chance = machineChance();
  return {
    config: file.config,
    folder: data,
    data,
    profiles: file.profiles,
    limits: file.limits,
    clock,
    chance,
    journal: openJournal({ path: ":memory:", clock, chance, tables }),
    telemetry: testQueue(),
    log: pino({ level: "silent" }),
  };
}

interface Protection {
  readonly server: LinkServer;
  readonly heard: SiteToSafety[];
}

async function protection(data: string, lastFact: number): Promise<Protection> {
  const heard: SiteToSafety[] = [];
  const hello: SafetyToSite = { type: "hello", boot: "run-1", authorities: [], spool: "spool-a", last_fact: lastFact };
  const server = await openLinkServer(linkPath(data), {
    onMessage: (message) => heard.push(message),
    onClient: () => [hello],
    onTrouble: () => undefined,
  });
  closing.push(() => server.close());
  return { server, heard };
}

const reading = (site: SiteContext, request_seq: number, more: Partial<SocketReading> = {}): SafetyToSite => ({
  type: "readings",
  at: site.clock.stamp(),
  lines: [
    { line: "line-1", open: true, rotation_ms: 380, promised_ms: 1000, age_ms: 110, late: false, frames: 10, timeouts: 1, bad_frames: 0 },
  ],
  sockets: [
    {
      socket: "station-1/3",
      quality: "good",
      age_ms: 50,
      relay: "open",
      plugged: true,
      state: "idle",
      trip: null,
      authority: null,
      test: null,
      request_seq,
      request_card: 1234,
      voltage_mV: null,
      current_mA: null,
      power_mW: null,
      temperature_mC: null,
      energy_mWh: null,
      ...more,
    },
  ],
});
const value = (sessions: MountedSessions, name: string, label?: string) =>
  sessions.measures?.().find((one) => one.name === name && (label === undefined || Object.values(one.labels ?? {}).includes(label)))?.value;

test("tap to authority, fact to event to spool-taken, and the same session over a new link", async () => {
  const data = mkdtempSync(join(tmpdir(), "cuobian-link-"));
  const site = context(data);
  const first = await protection(data, 0);
  const sessions = await mountSessions(site);
  closing.push(sessions.stop);
  await vi.waitFor(() => expect(first.server.clients()).toBe(1));
  first.server.send(reading(site, 5));
  first.server.send(reading(site, 6));
  await vi.waitFor(() => expect(first.heard.map((message) => message.type)).toEqual(["energise"]));
  const [asked] = first.heard;
  if (asked?.type !== "energise") throw new Error("no authority");
  const { id: authority, session, socket } = asked.authority;
  expect(asked.authority.duration_ms).toBe(36_000_000 + 10_000 + 5000);
  first.server.send({
    type: "facts",
    facts: [{ id: 1, at: site.clock.stamp(), fact: { kind: "closed", authority, session, socket, energy_mWh: null } }],
  });
  await vi.waitFor(() => expect(first.heard.at(-1)).toEqual({ type: "spool-taken", upTo: 1 }));
  expect(site.journal.outbox.pending("money", 9).map((event) => event.type)).toEqual(["session.started"]);

  expect(site.telemetry.oldest(1e6)[0]?.lines).toMatch(
    /^socket,quality=good,socket=3,station=station-1 relay_closed=0i,plugged=1i \d+\nline,/,
  );
  expect([
    value(sessions, "cuobian_sockets", "idle"),
    value(sessions, "cuobian_line_timeouts_total"),
    value(sessions, "cuobian_sessions_open"),
    value(sessions, "cuobian_line_promised_ms"),
    value(sessions, "cuobian_line_reading_age_ms"),
    value(sessions, "cuobian_line_late"),
  ]).toEqual([1, 1, 1, 1000, 110, 0]);
  expect(sessions.checks?.()).toMatchObject([{ name: "safety", ok: true }]);
  const latch = { socket, trip: "trip-00001", person: "值班员", reason: "已检查" };
  expect(sessions.resetLatch(latch)).toBe("no-such-trip");
  first.server.send(reading(site, 6, { state: "latched", trip: latch.trip }));
  await vi.waitFor(() => expect(sessions.readings()[0]?.trip).toBe(latch.trip));
  expect(sessions.resetLatch({ ...latch, trip: "trip-00002" })).toBe("no-such-trip");
  expect(sessions.resetLatch({ ...latch, socket: "station-9/1" })).toBe("no-socket");
  expect(sessions.resetLatch(latch)).toBe("asked");
  await vi.waitFor(() => expect(first.heard.at(-1)?.type).toBe("reset-latch"));

  // The safety process falls and comes back without any authority.
  await first.server.close();
  await vi.waitFor(() => expect(sessions.readings()).toEqual([]));
  expect(sessions.resetLatch(latch)).toBe("not-connected");
  const second = await protection(data, 2);
  await vi.waitFor(() => expect(second.server.clients()).toBe(1), { timeout: 5000 });
  second.server.send({
    type: "facts",
    facts: [{ id: 2, at: site.clock.stamp(), fact: { kind: "started", boot: "run-2", after: "start" } }],
  });
  second.server.send(reading(site, 6));
  await vi.waitFor(() => expect(second.heard.map((message) => message.type)).toEqual(["spool-taken", "energise"]));
  const again = second.heard[1];
  expect(again?.type === "energise" && [again.authority.session, again.authority.id !== authority]).toEqual([session, true]);
});

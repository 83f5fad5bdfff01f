// A charge begun and ended from the cloud, over a real link: signed, in the journal before protection is asked, once; refused in words where it cannot be.
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parseSiteConfig } from "#gateway/config/read.ts";
import { exampleSite } from "#gateway/config/reference.ts";
import { openJournal } from "#gateway/journal/journal.ts";

import type { Lanes } from "#gateway/lanes/door.ts";
import type { SafetyToSite, SiteToSafety, SocketReading } from "#gateway/link/messages.ts";
import { linkPath } from "#gateway/link/path.ts";
import { type LinkServer, openLinkServer } from "#gateway/link/server.ts";
import { type MountedSessions, mountSessions } from "#gateway/sessions/door.ts";
import { tables as sessionTables } from "#gateway/sessions/tables.ts";
import type { SiteContext } from "#gateway/site-context.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";
import type { ActionName, Command } from "#protocols/uplink/commands.ts";
import { testQueue } from "#test/telemetry-queue.ts";
import { type MountedCommands, mountCommands } from "./door.ts";
import { tables } from "./tables.ts";
import { readCloudKey } from "./verify.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
const data = mkdtempSync(join(tmpdir(), "cuobian-charges-"));
let site: SiteContext;
let link: LinkServer;
let sessions: MountedSessions;
let commands: MountedCommands;
const heard: SiteToSafety[] = [];

beforeAll(async () => {
  const file = parseSiteConfig(exampleSite(), join(data, "site.yaml"));
  if (file.kind === "complaints") throw new Error("the example is no site");
  const { config, profiles, limits } = file;
  const clock = { ...machineClock(), stamp: () => ({ ...machineClock().stamp(), synchronised: true }) };
  writeFileSync(join(data, "cloud.pem"), pem);
  site = {
    ...{
      config: { ...config, commands: { key_file: "./cloud.pem" } },
      folder: data,
      data,
      profiles,
      limits,
      clock,
      chance: machineChance(),
    },
    journal: openJournal({ path: ":memory:", clock, chance: machineChance(), tables: [...sessionTables, ...tables] }),
    telemetry: testQueue(),
    log: pino({ level: "silent" }),
  };
  link = await openLinkServer(linkPath(data), {
    onMessage: (message) => heard.push(message),
    onClient: () => [{ type: "hello", boot: "run-1", authorities: [], spool: "spool-a", last_fact: 0 }],
    onTrouble: () => undefined,
  });
  sessions = await mountSessions(site);
  commands = await mountCommands(site, { lanes: {} as Lanes, sessions, examine: () => ({ version: "0", checks: [], measures: [] }) });
  await vi.waitFor(() => expect(link.clients()).toBe(1));
});
afterAll(async () => {
  await sessions?.stop();
  await link?.close();
  rmSync(data, { recursive: true, force: true });
});

let number = 0;
function said(action: ActionName, socket: string): Uint8Array {
  number += 1;
  const now = site.clock.wall();
  const command: Command = {
    ...{ v: 1, id: `0000000${number}-cafe`, site: site.config.site, gateway: site.config.gateway, action, args: { socket } },
    ...{ person: "property", approver: null, reason: "读卡器坏了", issued_at: now, expires_at: now + 10_000 },
  };
  const text = JSON.stringify(command);
  const signature = sign(null, Buffer.from(text), privateKey).toString("base64");
  return Buffer.from(JSON.stringify({ v: 1, command: text, key: readCloudKey(pem).id, signature }));
}
const events = (type: string): Record<string, unknown>[] =>
  site.journal.all<{ data: string }>("SELECT data FROM event WHERE type = ? ORDER BY seq", type).map((row) => JSON.parse(row.data));
const outcome = (): unknown => {
  const last = events("command.ended").at(-1);
  return [last?.outcome, last?.code];
};
async function show(over: Partial<SocketReading>): Promise<void> {
  const nothing = { voltage_mV: null, current_mA: null, power_mW: null, temperature_mC: null, energy_mWh: null };
  const reading: SocketReading = {
    ...{ socket: "station-1/3", quality: "good", age_ms: 50, relay: "open", plugged: true, state: "idle", trip: null, authority: null },
    ...{ test: null, request_seq: 5, request_card: 1, ...nothing },
    ...over,
  };
  const message: SafetyToSite = { type: "readings", at: site.clock.stamp(), lines: [], sockets: [reading] };
  link.send(message);
  await vi.waitFor(() => expect(sessions.readings()[0]).toMatchObject(over));
}

test("begun once, however often it is said; ended by another command; each with its person and its outcome", async () => {
  await commands.take(said("socket.start", "station-1/3"));
  expect(outcome()).toEqual(["refused", "not-connected"]); // nothing was heard of any socket yet
  await show({ plugged: false });
  await commands.take(said("socket.start", "station-1/3"));
  expect(outcome()).toEqual(["refused", "not-plugged"]);
  await commands.take(said("socket.start", "station-9/3"));
  expect(outcome()).toEqual(["refused", "no-such-place"]);
  await show({ state: "latched", trip: "run-1-station-1-3-1" });
  await commands.take(said("socket.start", "station-1/3"));
  expect(outcome()).toEqual(["refused", "locked"]);
  expect(events("session.asked")).toEqual([]);

  await show({ state: "idle", trip: null, plugged: true });
  const start = said("socket.start", "station-1/3");
  await commands.take(start);
  await commands.take(start);
  expect(outcome()).toEqual(["done", "done"]);
  const session = (JSON.parse((JSON.parse(Buffer.from(start).toString()) as { command: string }).command) as Command).id;
  expect(events("session.asked")).toEqual([{ session, socket: "station-1/3", person: "property", by: "command" }]);
  await vi.waitFor(() => expect(heard.filter(({ type }) => type === "energise")).toHaveLength(1));
  expect(heard.find(({ type }) => type === "energise")).toMatchObject({ authority: { socket: "station-1/3", session } });
  await commands.take(said("socket.start", "station-1/3"));
  expect(outcome()).toEqual(["refused", "busy"]);

  await commands.take(said("socket.stop", "station-1/3"));
  expect(outcome()).toEqual(["done", "done"]);
  await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ type: "release", socket: "station-1/3" }));
});

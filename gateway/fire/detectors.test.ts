// Smoke detectors over HTTP: the three forms, who may push, what opens a shed, what is over, what is late, and what is not heard any more; the clock is told.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify from "fastify";
import { afterEach, expect, test } from "vitest";
import { detectorWords, readDetector, readDetectors } from "#protocols/fire/detectors/report.ts";
import { counted } from "#test/promise.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import type { FireConfig } from "../config/fire-schema.ts";
import { detectorRoutes } from "../console/fire.ts";
import { openJournal } from "../journal/journal.ts";
import { machineDevices } from "../world/devices.ts";
import { machineDatagrams } from "../world/udp.ts";
import { mountFire } from "./door.ts";
import { tables } from "./tables.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const hour = 3_600_000;
const imei = "860000000000001";
const token = "a-token-of-detectors-0001";
const fire: FireConfig = {
  devices: [],
  detectors: [{ id: "smoke-1", name: "1号棚烟感", imei, zone: "shed-1-zone", shed: "shed-1", silent_h: 26 }],
  detectors_token_file: "./detectors.token",
};

async function scene(config: FireConfig = fire) {
  const clock = toldClock();
  const folder = mkdtempSync(join(tmpdir(), "cuobian-detectors-"));
  writeFileSync(join(folder, "detectors.token"), token);
  const told: string[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined } as never;
  const open = async () => {
    const journal = openJournal({ path: join(folder, "journal.sqlite"), clock, chance: toldChance(7), tables });
    const rooms = {
      sessions: {
        tellFire: ({ shed, source, of, active }: { shed: string; source: string; of: string; active: boolean }) =>
          void told.push(`${shed} ${source} ${of} ${active}`),
      },
      devices: { ...machineDevices(), ...machineDatagrams() },
    };
    const mounted = await mountFire({ journal, clock, chance: toldChance(8), log, fire: config }, rooms);
    const server = Fastify();
    await server.register(detectorRoutes({ folder, log, config: { fire: config } } as never, mounted));
    let ended = false;
    const end = async () => {
      if (ended) return;
      ended = true;
      await server.close();
      await mounted.stop();
      journal.close();
    };
    ends.push(end);
    return { journal, mounted, server, end };
  };
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  let now = await open();
  const push = async (body: object, bearing: string | undefined = token) => {
    const headers = bearing === undefined ? {} : { authorization: `Bearer ${bearing}` };
    const { statusCode } = await now.server.inject({ method: "POST", url: "/fire/detectors", headers, payload: body });
    return statusCode;
  };
  const events = () =>
    [...now.journal.outbox.pending("urgent", 500), ...now.journal.outbox.pending("state", 500)].map(({ type, data }) => {
      const { device, cause } = JSON.parse(data) as Record<string, string>;
      return [type, device, cause].filter(Boolean).join(" ");
    });
  const seen = () => (now.mounted.status() as { detectors: readonly Record<string, unknown>[] }).detectors[0];
  return {
    ...{ clock, told, push, events, seen },
    async again() {
      await now.end();
      now = await open();
    },
  };
}

test("P 08.detector: fire opens its shed before anything else, is told once, is over by its own word; battery, dirt, removal, test, silence", async (context) => {
  const { clock, told, push, events, seen, again } = await scene();
  expect([await push({ imei, says: "alarm" }, "another-token-of-16"), await push({ imei, says: "alarm" }, "")]).toEqual([401, 401]);
  expect([told, events()]).toEqual([[], []]);
  expect(await push({ imei, says: "alarm", battery: 31, signal: 22, temperature: 41 })).toBe(200);
  expect(await push({ imei, says: "alarm" })).toBe(200);
  expect(events()).toEqual(["fire.raised smoke-1 fire"]);
  expect(told).toEqual(["shed-1 smoke-1/detector smoke true", "shed-1 smoke-1/detector smoke true"]);
  expect(seen()).toMatchObject({ causes: ["fire"], battery: 31, signal: 22, temperature: 41, silent: false, age_ms: 0 });
  // Not over because it says that it is alive; nor after a new start, which tells protection again.
  expect(await push({ imei, says: "alive" })).toBe(200);
  await again();
  expect(told.at(-1)).toBe("shed-1 smoke-1/detector smoke true");
  expect(events()).toEqual(["fire.raised smoke-1 fire"]);
  expect(await push({ imei, says: "restored" })).toBe(200);
  expect([events().at(-1), told.at(-1)]).toEqual(["fire.over smoke-1 fire", "shed-1 smoke-1/detector smoke false"]);
  for (const [begins, ends_, cause] of [
    ["low-battery", "battery-ok", "low-battery"],
    ["dirty", "clean", "fault"],
    ["fault", "mended", "fault"],
    ["removed", "mounted", "removed"],
  ] as const) {
    await push({ imei, says: begins });
    expect(seen()?.causes).toEqual([cause]);
    await push({ imei, says: ends_ });
    expect(seen()?.causes).toEqual([]);
  }
  await push({ imei, says: "test" });
  expect(events().at(-1)).toBe("fire.operation smoke-1");
  // None of these opened a shed.
  expect(told).toHaveLength(4);

  // Late: a redelivered restoration from before the fire ends no fire, a redelivered fire from before the restoration begins none.
  const at = (minutes: number) => clock.wall() + minutes * 60_000;
  await push({ imei, says: "alarm", at: at(-10) });
  await push({ imei, says: "restored", at: at(-20) });
  expect(seen()?.causes).toEqual(["fire"]);
  await push({ imei, says: "restored", at: at(-5) });
  await push({ imei, says: "alarm", at: at(-10) });
  expect(seen()?.causes).toEqual([]);
  // A heartbeat or a word about something else was faster: a fire that comes late is a fire all the same.
  await push({ imei, says: "alive", at: at(-2) });
  await push({ imei, says: "low-battery", at: at(-2) });
  await push({ imei, says: "alarm", at: at(-3) });
  expect([seen()?.causes, told.at(-1)]).toEqual([["fire", "low-battery"], "shed-1 smoke-1/detector smoke true"]);
  await push({ imei, says: "reset", at: at(-1) });
  expect(seen()?.causes).toEqual([]);
  // A time ahead of ours is no time: it neither hides what comes after it nor is hidden.
  await push({ imei, says: "alarm", at: at(600) });
  await push({ imei, says: "restored" });
  expect(seen()?.causes).toEqual([]);

  // Its heartbeat is late: an event, once, also over a new start; and heard again.
  clock.leap(25 * hour);
  await again();
  expect(events().filter((one) => one.includes("silent"))).toEqual([]);
  clock.leap(hour + 2_000);
  expect(events().filter((one) => one.includes("silent"))).toEqual(["fire.device-silent smoke-1"]);
  await again();
  clock.leap(30 * hour);
  expect(events().filter((one) => one.includes("silent"))).toEqual(["fire.device-silent smoke-1"]);
  expect(seen()).toMatchObject({ silent: true });
  await push({ imei, says: "alive" });
  expect(events().at(-1)).toBe("fire.device-answers smoke-1");

  // What cannot be read changes nothing, and a code that nobody knows is not taken for well.
  const before = events().length;
  const bad = [
    {},
    [],
    { imei },
    { imei, says: "fine" },
    { imei: "1", says: "alarm" },
    { imei, says: ["alarm"] },
    [
      { imei, says: "alarm" },
      { imei, says: "?" },
    ],
  ];
  for (const one of bad) expect([one, await push(one)]).toEqual([one, 422]);
  expect(await push({ imei: "999999999", says: "alarm" })).toBe(404);
  expect([events().length, seen()?.causes]).toEqual([before, []]);
  counted(context, { events: before, refused: bad.length + 3, words: detectorWords.length });
});

test("a detector that was never heard is not well: it is silent, and after its time an event", async () => {
  const { clock, events, seen } = await scene();
  expect(seen()).toMatchObject({ silent: true, age_ms: null });
  clock.leap(26 * hour + 2_000);
  expect(events()).toEqual(["fire.device-silent smoke-1"]);
});

test.each([
  ["platform", { imei, status: "01", battery: "25", signal: 30, temperature: 21, eventTime: "2026-11-25 12:00:00" }, "alarm"],
  ["platform", { imei, status: 1 }, "alarm"],
  ["platform", { imei, status: "02" }, "low-battery"],
  ["platform", { imei, status: "10" }, "test"],
  ["platform", { imei, status: "11", eventTime: 1_764_043_200_000 }, "restored"],
  ["platform", { imei, battery: 30 }, "alive"],
  ["platform", { imei, status: "77" }, undefined],
  ["platform", { imei, status: null }, undefined],
  ["types", { imei, alarmType: 1 }, "alarm"],
  ["types", { imei, alarmType: "2" }, "fault"],
  ["types", { imei, alarmType: 3 }, "low-battery"],
  ["types", { imei, alarmType: 4 }, "removed"],
  ["types", { imei, alarmType: 9, eventTime: "20261125120000" }, "reset"],
  ["types", { imei, alarmType: 5 }, undefined],
] as const)("form %s: %o", (form, body, says) => {
  const report = readDetector(form, body);
  expect("says" in report ? report.says : undefined).toBe(says);
});

test("times, in the ways in which they are written; several reports in one push", () => {
  const of = (eventTime: unknown) => {
    const report = readDetector("plain", { imei, says: "alive", eventTime });
    return "says" in report ? report.at : report;
  };
  const noon = Date.UTC(2026, 10, 25, 4);
  expect(["2026-11-25 12:00:00", "2026-11-25T12:00:00", "20261125120000", noon, String(noon), noon / 1000].map(of)).toEqual(
    Array(6).fill(noon),
  );
  expect(["2026-13-25 12:00:00", "now", "", null, {}, -1].map(of)).toEqual(Array(6).fill(undefined));
  expect(
    readDetectors("plain", {
      messages: [
        { imei, says: "alive" },
        { imei, says: "alarm" },
      ],
    }),
  ).toHaveLength(2);
  expect(readDetectors("plain", Array(101).fill({ imei, says: "alive" }))).toMatchObject({ kind: "undecodable" });
});

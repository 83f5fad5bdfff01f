// What a gateway says of itself, in told time: on time, soon after a change, one word at a time; what is not known is absent.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, expect, test } from "vitest";
import { testQueue } from "#test/telemetry-queue.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { openJournal } from "../journal/journal.ts";
import type { LineHealth } from "../link/messages.ts";
import { diskOf, processor_mC } from "../world/machine-health.ts";
import { changeAfter_ms, type HealthSources, sayEvery_ms, startHealth } from "./health.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const line = (change: Partial<LineHealth> = {}): LineHealth => ({
  ...{ line: "line-1", open: true, rotation_ms: 380, promised_ms: 1000, age_ms: 110, late: false, frames: 10, timeouts: 1, bad_frames: 0 },
  ...change,
});

function bench() {
  const clock = toldClock();
  const journal = openJournal({ path: ":memory:", clock, chance: toldChance(), tables: [] });
  const world: { -readonly [K in "disk" | "cpu_mC" | "lines" | "ahead_ms"]: ReturnType<HealthSources[K]> } = {
    ...{ disk: { free: 40e9, total: 64e9 }, cpu_mC: 51_200, lines: [line()], ahead_ms: 12 },
  };
  const health = startHealth({
    ...{ journal, clock, telemetry: testQueue(), log: pino({ level: "silent" }) },
    ...{ disk: () => world.disk, cpu_mC: () => world.cpu_mC, lines: () => world.lines, ahead_ms: () => world.ahead_ms },
  });
  closing.push(
    () => void health.stop(),
    () => journal.close(),
  );
  const said = () =>
    journal
      .all<{ data: string }>("SELECT data FROM event WHERE type = 'gateway.health' ORDER BY seq")
      .map(({ data }) => JSON.parse(data) as Record<string, unknown>);
  const acknowledge = () => journal.outbox.acknowledge("state", journal.outbox.state("state").last);
  return { clock, journal, world, said, acknowledge };
}

test("said after a minute, then every five; all that is known, and what waits with its age", () => {
  const { clock, journal, said, acknowledge } = bench();
  journal.commit((tx) => tx.event("station.answers", { station: "station-1" }));
  clock.advance(59_000);
  expect(said()).toEqual([]);
  clock.advance(1_000);
  const none = { count: 0, oldest_ms: null };
  expect(said()).toEqual([
    {
      ...{ disk: { free_bytes: 40e9, total_bytes: 64e9 }, cpu_mC: 51_200, clock: { synchronised: true, ahead_ms: 12 } },
      lines: [{ line: "line-1", open: true, late: false, round_ms: 380, promised_ms: 1000, age_ms: 110 }],
      waiting: [
        { stream: "urgent", ...none },
        { stream: "money", ...none },
        { stream: "state", count: 1, oldest_ms: 60_000 },
        { stream: "bulk", ...none },
        { stream: "readings", ...none },
      ],
    },
  ]);
  acknowledge();
  clock.advance(sayEvery_ms - 1_000);
  expect(said()).toHaveLength(1);
  clock.advance(16_000);
  expect(said()).toHaveLength(2);
});

test("what is not known is absent: no disk, no sensor, protection not heard, the cloud not heard, the clock not set", () => {
  const { clock, world, said } = bench();
  Object.assign(world, { disk: undefined, cpu_mC: undefined, lines: undefined, ahead_ms: undefined });
  clock.synchronise(false);
  clock.advance(60_000);
  expect(Object.keys(said()[0] ?? {})).toEqual(["clock", "waiting"]);
  expect(said()[0]?.clock).toEqual({ synchronised: false });
});

test.each([
  ["a line that is late", { lines: [line({ late: true })] }, true],
  ["a line that is closed", { lines: [line({ open: false })] }, true],
  ["protection that is gone", { lines: undefined }, true],
  ["a full disk", { disk: { free: 1e9, total: 64e9 } }, true],
  ["heat", { cpu_mC: 91_000 }, true],
  ["a sensor that is gone", { cpu_mC: undefined }, true],
  ["a clock that is wrong", { ahead_ms: -9_000 }, true],
  ["a number that moved", { cpu_mC: 52_000, lines: [line({ rotation_ms: 400 })], ahead_ms: 40 }, false],
] as const)("%s is said a minute after the last word: %o", (_, change, soon) => {
  const { clock, world, said, acknowledge } = bench();
  clock.advance(60_000);
  acknowledge();
  Object.assign(world, change);
  clock.advance(changeAfter_ms + 15_000);
  expect(said()).toHaveLength(soon ? 2 : 1);
});

test("two days without a link leave one word, and the first acknowledgement makes the next", () => {
  const { clock, said, acknowledge } = bench();
  clock.advance(2 * 86_400_000);
  expect(said()).toHaveLength(1);
  acknowledge();
  clock.advance(15_000);
  expect(said()).toHaveLength(2);
  expect(said()[1]).toMatchObject({ waiting: expect.arrayContaining([{ stream: "state", count: 0, oldest_ms: null }]) });
});

test("the processor's own zone counts; a broken sensor, an unreadable one and an empty folder are absent, never 0", () => {
  const root = mkdtempSync(join(tmpdir(), "cuobian-thermal-"));
  const zone = (n: number, type: string, temp: string): void => {
    const folder = join(root, `thermal_zone${n}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "type"), `${type}\n`);
    writeFileSync(join(folder, "temp"), temp);
  };
  expect(processor_mC(root)).toBeUndefined();
  expect(processor_mC(join(root, "nowhere"))).toBeUndefined();
  zone(0, "acpitz", "-274000\n");
  zone(1, "wifi", "");
  mkdirSync(join(root, "thermal_zone2"));
  expect(processor_mC(root)).toBeUndefined();
  zone(3, "battery", "61000\n");
  expect(processor_mC(root)).toBe(61_000);
  zone(4, "cpu-thermal", "48312\n");
  zone(5, "soc_thermal", "49100\n");
  expect(processor_mC(root)).toBe(49_100);
  zone(4, "cpu-thermal", "0\n");
  zone(5, "soc_thermal", "nan\n");
  expect(processor_mC(root)).toBe(0); // the sensor's own word
});

test("a disk that cannot be asked is absent", () => {
  expect(diskOf(join(tmpdir(), "no", "such", "folder"))).toBeUndefined();
  const disk = diskOf(tmpdir());
  expect(disk !== undefined && disk.total >= disk.free && disk.total > 0).toBe(true);
});

// The same with the machine's real clocks under a real process: its wall clock is told by a file (libfaketime), its monotonic clock is left alone.
import { globSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openStore } from "#cloud/store/store.ts";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { startTestCloud } from "../world/cloud.ts";
import { commitsOf, killCommittingSites, startCommittingSite } from "../world/committing-site.ts";
import { endEveryProgram, until } from "../world/program.ts";
import { storedReadings } from "../world/stored-readings.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-clocks-"));
afterAll(async () => {
  await endEveryProgram();
  killCommittingSites();
  rmSync(folder, { recursive: true, force: true });
});

const fakeTime = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1")[0];
const clockFile = join(folder, "wall-clock");
const setWall = (words: string): void => {
  writeFileSync(`${clockFile}.new`, `${words}\n`);
  renameSync(`${clockFile}.new`, clockFile);
};

/** From the commit to its being heard here, on a busy machine. */
const most_ms = 30_000;

test.skipIf(!hasCommand("faketime") || fakeTime === undefined)(
  "P 04.clock: a real process whose clock starts in 1970, is set, falls back to 1970 and is set again: nothing lost, every time true",
  { timeout: 120_000 },
  async (context) => {
    setWall("@1970-01-01 00:00:10");
    const cloud = await startTestCloud({ folder });
    const site = startCommittingSite({
      ...{ folder, broker: cloud.ready.mqtt, commits: 1_000_000, every_ms: 20 },
      env: {
        ...{ LD_PRELOAD: fakeTime, FAKETIME_TIMESTAMP_FILE: clockFile, FAKETIME_NO_CACHE: "1" },
        ...{ FAKETIME_DONT_FAKE_MONOTONIC: "1", DONT_FAKE_MONOTONIC: "1" },
      },
    });
    const more = async (n: number): Promise<void> => {
      const before = commitsOf(site.said).length;
      await until(`${n} more commits`, () => commitsOf(site.said).length >= before + n || undefined, { within_ms: 60_000, every_ms: 5 });
    };
    const marks: number[] = [];
    for (const words of ["+0", "@1970-01-01 00:00:10", "+0"]) {
      await more(60);
      setWall(words);
      marks.push(commitsOf(site.said).length);
    }
    await more(60);
    // The clock is looked at every second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await more(5);
    await site.kill();
    const last = startCommittingSite({ folder, broker: cloud.ready.mqtt, commits: 10 });
    const store = await openStore({ kind: "sqlite", file: join(folder, "cloud", "cloud.db") });
    const said = () => commitsOf([...site.said, ...last.said]);
    const rows = () => store.read.selectFrom("event").select(["stream", "seq", "type", "at", "clock", "stamp"]).execute();
    await until(
      "the cloud has every event",
      async () => {
        if (!last.said.some(({ line }) => line === "done")) return undefined;
        const have = new Set((await rows()).map(({ stream, seq }) => `${stream} ${seq}`));
        return said().every(({ line }) => have.has(line)) || undefined;
      },
      { within_ms: 60_000, every_ms: 100 },
    );
    const readings = [...site.said, ...last.said].filter(({ line }) => line.startsWith("reading "));
    const stored = await until(
      "and every reading",
      () => {
        const found = pointsOf();
        return readings.every(({ line }) => found.has(Number(line.slice(8)))) ? found : undefined;
      },
      { within_ms: 60_000, every_ms: 100 },
    );
    await last.kill();
    const events = await rows();
    await store.close();

    const heard = new Map(said().map(({ line, at }) => [line, at]));
    const off = (at: number, since: number | undefined): boolean => since !== undefined && (at > since + 1_000 || at < since - most_ms);
    const wrong = events.filter(({ stream, seq, at }) => off(at, heard.get(`${stream} ${seq}`)));
    expect(wrong.map(({ stream, seq, at, clock }) => `${stream} ${seq} ${clock} ${at}`)).toEqual([]);
    expect(events.filter(({ clock }) => clock === "received")).toEqual([]);
    const derived = events.filter(({ clock }) => clock === "derived");
    // What the clock said is there, untrue as it was.
    for (const { stamp } of derived) expect((JSON.parse(stamp) as { wall: number }).wall).toBeLessThan(Date.UTC(1971, 0));
    const wrongReadings = readings.filter(({ line, at }) => off(stored.get(Number(line.slice(8))) ?? 0, at));
    expect(wrongReadings).toEqual([]);
    expect(await cloud.end()).toBe(0);
    const anchors = events.filter(({ type }) => type === "clock.anchored").length;
    expect(anchors).toBeGreaterThanOrEqual(2);
    counted(context, {
      clock_steps: marks.length,
      events: events.length,
      derived: derived.length,
      anchors,
      readings: readings.length,
      ...{ labelled_wrongly: wrong.length + wrongReadings.length, lost: 0 },
    });
  },
);

/** Each reading's own number, and the millisecond that it stands at in the cloud. */
function pointsOf(): Map<number, number> {
  return new Map(storedReadings(join(folder, "cloud", "telemetry.db")).map(({ value, ms }) => [value, ms]));
}

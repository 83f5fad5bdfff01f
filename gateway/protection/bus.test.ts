// P 02.bus: one line with 32 stations, through the real schedule, the real RTU master and the real supervisor, over a wire that is told the time: what some of them do must not cost the others their schedule.
import { describe, expect, test } from "vitest";
import { characterMs, rtuFrame, silenceMs } from "#protocols/modbus/frame.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { chance } from "#sim/chance.ts";
import { answerPdu, type Memory } from "#sim/modbus/answer.ts";
import { anyDevice } from "#sim/modbus/any-device.ts";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import { type ToldClock, toldChance, toldClock } from "#test/told-clock.ts";
import { loadProfile } from "../config/profiles.ts";
import { budgetOf, plannedLine } from "../config/timing.ts";
import type { StationSample } from "../core/charging/sample.ts";
import type { ByteLine, Devices } from "../ports.ts";
import { type ProtectionLine, protectionLine } from "./line.ts";
import type { LineWiring } from "./wiring.ts";

const modelOf = (name: string): Profile => {
  const profile = loadProfile(name);
  if (profile.kind === "no-profile") throw new Error(profile.en);
  return profile;
};

/** How a station answers at this moment. */
type Mood = "well" | "dead" | "garbage" | "every other time" | "late" | "exception";

interface Bus {
  readonly clock: ToldClock;
  readonly line: ProtectionLine;
  /** Moments of each station's whole readings. */
  readonly readings: ReadonlyMap<string, number[]>;
  readonly replanned: string[];
  /** The newest reading of each. */
  readonly samples: ReadonlyMap<string, StationSample>;
  /** The time goes on. */
  go(ms: number): Promise<void>;
  readonly questions: { readonly at: number; readonly unit: number; readonly fn: number }[];
  readonly opened: () => number;
}

interface Setup {
  readonly profile: Profile;
  readonly count: number;
  readonly wiring: LineWiring & { readonly kind: "serial" };
  readonly mood: (unit: number, now: number) => Mood;
  /** Registers that a unit refuses, whatever it is asked with them. */
  readonly refuses?: (unit: number, address: number) => boolean;
  readonly energised?: (unit: number) => boolean;
}

/** Half-duplex, at the line's pace: a question takes its time, the slave thinks no longer than it declares, the answer comes in lumps as its bytes leave. */
function wire(
  clock: ToldClock,
  { profile, wiring, mood, refuses, count }: Setup,
): { devices: Devices; questions: Bus["questions"]; opened: () => number } {
  const luck = toldChance(wiring.baud);
  const memories = Array.from({ length: count }, (_, unit) => anyDevice(profile, chance(unit + 1)).memory);
  const questions: { at: number; unit: number; fn: number }[] = [];
  const turn = new Map<number, number>();
  let opened = 0;
  let listener = (_: Uint8Array): void => undefined;
  const at = (ms: number, bytes: Uint8Array): void => void clock.wake(monotonic(ms), () => listener(bytes));
  const noise = (): Uint8Array => Uint8Array.from({ length: 3 + Math.floor(luck.unit() * 30) }, () => Math.floor(luck.unit() * 256));

  function hear(frame: Uint8Array): void {
    const now = clock.monotonic();
    const [unit = 0, fn = 0] = frame;
    questions.push({ at: now, unit, fn });
    const own = memories[unit - 1];
    if (own === undefined) return;
    const asked = (turn.get(unit) ?? 0) + 1;
    turn.set(unit, asked);
    const how = mood(unit, now);
    if (how === "dead" || (how === "every other time" && asked % 2 === 0)) return;
    const memory: Memory =
      refuses === undefined ? own : { ...own, word: (address, table) => (refuses(unit, address) ? undefined : own.word(address, table)) };
    const pdu = how === "exception" ? Uint8Array.of(fn | 0x80, 4) : answerPdu(memory, frame.slice(1, -2));
    if (pdu === undefined) return;
    const answer = how === "garbage" ? noise() : rtuFrame({ unit, pdu });
    const thinks = (profile.read.turnaround_ms ?? 60) * (0.25 + 0.75 * luck.unit()) + (how === "late" ? 150 : 0);
    const begin = now + frame.length * characterMs(wiring.baud) + silenceMs(wiring.baud) + thinks;
    for (let from = 0; from < answer.length; from += 32) {
      const lump = answer.subarray(from, from + 32);
      at(begin + (from + lump.length) * characterMs(wiring.baud), lump);
    }
  }

  const line: ByteLine = {
    write: hear,
    onBytes: (one) => {
      listener = one;
    },
    onClose: () => undefined,
    close: () => undefined,
  };
  const open = (): Promise<ByteLine> => {
    opened += 1;
    return Promise.resolve(line);
  };
  return { devices: { openSerial: open, openTcp: () => Promise.reject(new Error("none")) }, questions, opened: () => opened };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const limits = readyLimits("e-bike-4a");

async function run(setup: Setup, ms: number): Promise<Bus> {
  const clock = toldClock();
  const { devices, questions, opened } = wire(clock, setup);
  const ids = Array.from({ length: setup.count }, (_, at) => `station-${at + 1}`);
  const readings = new Map<string, number[]>(ids.map((id) => [id, []]));
  const samples = new Map<string, StationSample>();
  const replanned: string[] = [];
  let wakes = 0;
  const line = protectionLine({
    wiring: setup.wiring,
    stations: ids.map((id, at) => ({ id, line: setup.wiring.id, unit: at + 1, profile: setup.profile, limits })),
    clock,
    devices,
    events: {
      enter: () => undefined,
      onSample: (station, sample) => {
        samples.set(station, sample);
        readings.get(station)?.push(clock.monotonic());
      },
      onBoard: () => undefined,
      onOffAnswered: () => undefined,
      onOffHanded: () => undefined,
      onOpen: () => undefined,
      onLost: () => undefined,
      onReplanned: (_, station) => void replanned.push(station),
      onServed: () => undefined,
    },
  });
  const sockets = setup.profile.sockets?.count ?? 0;
  for (const id of ids) for (let socket = 0; socket < sockets; socket += 1) line.off(id, socket);
  for (const [at, id] of ids.entries()) line.energised(id, (setup.energised?.(at + 1) ?? true) ? [0] : []);
  await settled();
  async function go(for_ms: number): Promise<void> {
    const end = clock.monotonic() + for_ms;
    while (clock.monotonic() < end) {
      line.pump();
      const wake = line.wakeAt() ?? (end as Monotonic);
      // Never a busy loop: what is due now has been asked.
      wakes = wake <= clock.monotonic() ? wakes + 1 : 0;
      expect(wakes).toBeLessThan(3);
      clock.advance(Math.max(1, Math.min(20, wake - clock.monotonic(), end - clock.monotonic())));
      if (!line.isOpen()) await settled();
    }
  }
  await go(ms);
  return { clock, line, readings, samples, replanned, go, questions, opened };
}

const wiringOf = (baud: number): Setup["wiring"] => ({
  id: "line-1",
  kind: "serial",
  path: "/dev/none",
  baud,
  parity: "none",
  stop_bits: 1,
});
const minutes_ms = 5 * 60_000;
const start = 1_000_000;
const gaps = (times: readonly number[]): number[] => times.slice(1).map((at, n) => at - (times[n] ?? 0));

interface Case {
  readonly name: string;
  readonly model: string;
  readonly baud: number;
  readonly stations: number;
  readonly bad: number;
  /** Of a bad one; `for_ms` since the beginning. */
  readonly mood: (for_ms: number) => Mood;
}
const large = { model: "stations/two-socket", baud: 115_200, stations: 32, bad: 8 } as const;
const small = { model: "stations/ten-socket", baud: 19_200 } as const;

const planned = new Map<string, Promise<Bus>>();
/** What the schedule is when everybody answers. */
function asPlanned({ model, baud, stations: count }: Case): Promise<Bus> {
  const key = `${model} ${baud} ${count}`;
  const known = planned.get(key) ?? run({ profile: modelOf(model), count, wiring: wiringOf(baud), mood: () => "well" }, minutes_ms);
  planned.set(key, known);
  return known;
}
/** Spread over the line, so that no place in the order helps. */
const isBad = ({ stations, bad }: Case, unit: number): boolean =>
  Math.floor((unit * bad) / stations) > Math.floor(((unit - 1) * bad) / stations);

test.for<Case>([
  { name: "8 dead from the beginning", ...large, mood: () => "dead" },
  { name: "8 that die after a minute", ...large, mood: (for_ms) => (for_ms > 60_000 ? "dead" : "well") },
  { name: "8 that answer garbage", ...large, mood: () => "garbage" },
  { name: "8 that answer every other time", ...large, mood: () => "every other time" },
  { name: "8 that answer late, within the bound", ...large, mood: () => "late" },
  { name: "8 that refuse everything", ...large, mood: () => "exception" },
  { name: "1 of 2 dead", ...small, stations: 2, bad: 1, mood: () => "dead" },
  { name: "2 of 5 dead", ...small, stations: 5, bad: 2, mood: () => "dead" },
  { name: "4 of 5 garbage", ...small, stations: 5, bad: 4, mood: () => "garbage" },
])("P 02.bus $stations stations, $name, 5 minutes: the living keep 95 % of their schedule", { timeout: 120_000 }, async (one, context) => {
  const profile = modelOf(one.model);
  const line = { ...wiringOf(one.baud), kind: "serial" as const, baud: one.baud as 9600, cutoff_ms: 2_000 };
  const { round_ms, allowed_ms } = budgetOf(
    plannedLine(
      line,
      Array.from({ length: one.stations }, () => profile),
    ),
  );
  expect(round_ms).toBeLessThanOrEqual(allowed_ms); // a line that would not be refused
  const all = await asPlanned(one);
  const mood: Setup["mood"] = (unit, now) => (isBad(one, unit) ? one.mood(now - start) : "well");
  const now = await run({ profile, count: one.stations, wiring: wiringOf(one.baud), mood }, minutes_ms);
  const living = [...now.readings].filter(([id]) => !isBad(one, Number(id.slice("station-".length))));
  const kept = living.map(([id, times]) => times.length / (all.readings.get(id)?.length ?? 0));
  const rounds = living.flatMap(([, times]) => gaps(times));
  const rearms = living.flatMap(([id]) => {
    const unit = Number(id.slice("station-".length));
    return gaps(now.questions.filter((asked) => asked.unit === unit && asked.fn === 6).map(({ at }) => at));
  });
  expect(kept).toHaveLength(one.stations - one.bad);
  expect(Math.min(...kept)).toBeGreaterThanOrEqual(0.95);
  expect(rounds.filter((gap) => gap > Math.max(round_ms, 1_000)).length / rounds.length).toBeLessThanOrEqual(0.05);
  counted(context, {
    living: kept.length,
    "least of their schedule": `${(Math.min(...kept) * 100).toFixed(1)} %`,
    readings: rounds.length,
    "planned round, ms": round_ms,
    "longest round, ms": Math.ceil(Math.max(...rounds)),
    "longest between re-arms, ms": Math.ceil(Math.max(...rearms)),
    "questions to the bad": now.questions.filter(({ unit }) => isBad(one, unit)).length,
  });
});

test.for([
  { name: "32 stations, 8 away for two and a half minutes", ...large, within_ms: 60_000 },
  { name: "2 stations, 1 away", ...small, stations: 2, bad: 1, within_ms: 10_000 },
])("P 02.bus $name: who comes back is heard of, and has the whole schedule again", { timeout: 120_000 }, async (one, context) => {
  const profile = modelOf(one.model);
  const away_ms = 150_000;
  const mood: Setup["mood"] = (unit, now) => (isBad(one as never, unit) && now - start < away_ms ? "dead" : "well");
  const all = await asPlanned(one as never);
  const now = await run({ profile, count: one.stations, wiring: wiringOf(one.baud), mood }, minutes_ms);
  const back = [...now.readings].filter(([id]) => isBad(one as never, Number(id.slice("station-".length))));
  const heard = back.map(([, times]) => (times[0] ?? Number.POSITIVE_INFINITY) - start - away_ms);
  expect(heard).toHaveLength(one.bad);
  expect(Math.max(...heard)).toBeLessThanOrEqual(one.within_ms);
  const last = start + minutes_ms - 60_000;
  const lastMinute = (times: readonly number[] = []): number => times.filter((at) => at >= last).length;
  const kept = [...now.readings].map(([id, times]) => lastMinute(times) / lastMinute(all.readings.get(id)));
  expect(Math.min(...kept)).toBeGreaterThanOrEqual(0.95);
  counted(context, {
    back: heard.length,
    "heard after, ms, at most": Math.ceil(Math.max(...heard)),
    "least of the schedule in the last minute": `${(Math.min(...kept) * 100).toFixed(1)} %`,
  });
});

describe("a device that refuses a range", () => {
  const profile = modelOf("stations/ten-socket");
  /** Of station 1 in the last ten seconds. */
  const questionsAPoll = ({ clock, questions, readings }: Bus): number => {
    const since = clock.monotonic() - 10_000;
    const reads = questions.filter(({ at, unit, fn }) => at >= since && unit === 1 && fn === 4).length;
    return reads / (readings.get("station-1")?.filter((at) => at >= since).length ?? 0);
  };
  const where =
    (refused: (address: number) => boolean): NonNullable<Setup["refuses"]> =>
    (unit, address) =>
      unit === 1 && refused(address);

  test.each<[string, (address: number) => boolean, number]>([
    ["a register that is read along between two points", (address) => address === 7, 2],
    ["a point that it does not have", (address) => address === 4, 2],
    ["both, and a point of a socket", (address) => [4, 7, 78, 79].includes(address), 4],
  ])("%s: asked in parts from then on, both devices read in time, and it is remembered", async (_, refused, questions) => {
    const now = await run({ profile, count: 2, wiring: wiringOf(19_200), mood: () => "well", refuses: where(refused) }, 60_000);
    expect(now.replanned.every((station) => station === "station-1")).toBe(true);
    expect(now.replanned.length).toBeLessThan(40); // found once, not again and again
    expect(questionsAPoll(now)).toBeCloseTo(questions, 0);
    for (const times of now.readings.values()) expect(Math.max(...gaps(times.slice(3)))).toBeLessThanOrEqual(1_000);
  });

  test("a point that it does not have is absent, and the rest is read", async () => {
    const refuses = where((address) => address === 4); // leakage_mA
    const now = await run({ profile, count: 2, wiring: wiringOf(19_200), mood: () => "well", refuses }, 30_000);
    expect(now.readings.get("station-1")?.length ?? 0).toBeGreaterThan(20);
    expect(now.samples.get("station-1")).toMatchObject({ leakage_mA: "absent", smoke: false });
    expect(now.samples.get("station-2")?.leakage_mA).toEqual(expect.any(Number));
  });

  test.each([
    ["back from silence", 20_000, 60_000],
    ["after an hour", Number.POSITIVE_INFINITY, 3_600_000],
  ])("%s it is asked as its profile has it", async (_, dies_ms, later_ms) => {
    let mended = false;
    const mood: Setup["mood"] = (unit, at) => (unit === 1 && at - start > dies_ms && at - start < dies_ms + 20_000 ? "dead" : "well");
    const refuses = (unit: number, address: number): boolean => unit === 1 && address === 7 && !mended;
    // Seldom asked, so that an hour is short.
    const now = await run({ profile, count: 1, wiring: wiringOf(19_200), mood, refuses, energised: () => false }, 19_000);
    expect(questionsAPoll(now)).toBeCloseTo(2, 0);
    mended = true;
    await now.go(later_ms);
    expect(questionsAPoll(now)).toBeCloseTo(1, 0);
  });
});

// A laptop, an adapter, and everything that is wired, set or numbered wrongly: the bench's own read, over the gateway's own master, on simulated copper, in told time. Every row says what the bench must say.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { BenchAnswer, BenchLine } from "#protocols/api/installer.ts";
import type { SetupScan } from "#protocols/api/setup.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { chance } from "#sim/chance.ts";
import { anyDevice } from "#sim/modbus/any-device.ts";
import { type Bus, serveBus, type Wired, type Wiring } from "#sim/modbus/bus.ts";
import type { Settings } from "#sim/modbus/wire.ts";
import { type ToldWorld, toldWorld } from "#sim/told-world.ts";
import { counted } from "#test/promise.ts";
import type { ByteLine, Clock, Devices } from "../../ports.ts";
import type { Problem } from "../problem.ts";
import { startScan } from "../setup/scan.ts";
import { benchRead, lineProblem } from "./bench-read.ts";
import { earOn } from "./ear.ts";
import { faultProblem, findingOf, lastSpeaks, openProblem } from "./line-faults.ts";
import { onLine } from "./visit.ts";

const meter = JSON.parse(readFileSync(new URL("../../../protocols/profiles/meters/pzem-016.json", import.meta.url), "utf8")) as Profile;
const usual: Settings = { baud: 9600, parity: "none", stopBits: 1 };
/** A path that is there; nothing of it is opened. */
const path = "/dev/null";

interface Copper {
  readonly devices: readonly (Partial<Omit<Wired, "unit">> & { readonly unit: number; readonly set?: Settings })[];
  readonly wiring?: Wiring;
  /** Goes after so long. */
  readonly pulled_ms?: number;
  readonly opens?: string;
}

interface World {
  readonly world: ToldWorld;
  readonly clock: Clock;
  readonly devices: Devices;
  readonly bus: Bus;
  written(): number;
  opened(): number;
}

function worldOf({ devices: members, wiring, pulled_ms, opens }: Copper, seed: number): World {
  const world = toldWorld();
  const random = chance(seed);
  let [toMaster, gone] = [(_: Uint8Array): void => undefined, (_: string): void => undefined];
  let say = (_: Uint8Array): void => undefined;
  let [written, opened] = [0, 0];
  const bus = serveBus(
    {
      write: (bytes) => toMaster(bytes),
      onBytes: (listener) => {
        say = listener;
      },
    },
    {
      ...{ world, chance: random, master: () => usual },
      ...(wiring === undefined ? {} : { wiring }),
      devices: members.map(({ unit, set = usual, ...more }, index): Wired => {
        const device = anyDevice(meter, random.for(`${index}`), { unit });
        return { unit: device.unit, settings: () => set, memory: () => device.memory, ...more };
      }),
    },
  );
  const line: ByteLine = {
    write: (bytes) => {
      written += 1;
      say(bytes);
    },
    onBytes: (listener) => {
      toMaster = listener;
    },
    onClose: (listener) => {
      gone = listener;
    },
    close: () => gone("closed by us"),
  };
  const open = async (): Promise<ByteLine> => {
    if (opens !== undefined) throw new Error(opens);
    opened += 1;
    if (pulled_ms !== undefined) world.after(pulled_ms, () => gone("Input/output error"));
    return line;
  };
  const at = (): Monotonic => monotonic(Math.floor(world.now()));
  const clock: Clock = {
    monotonic: at,
    wall: world.wall,
    stamp: () => ({ wall: world.wall(), mono: at(), boot: "told", synchronised: true }),
    wake: (when, run) => world.after(Math.max(0, when - world.now()), run),
    pause: (ms, run) => world.after(ms, run),
  };
  return { world, clock, devices: { openSerial: open, openTcp: open }, bus, written: () => written, opened: () => opened };
}

/** Time goes on until it is done; longer than that is a hang. */
async function told<Done>({ world }: World, work: Promise<Done>, most_ms: number): Promise<{ done: Done; took_ms: number }> {
  let done: { readonly value: Done } | undefined;
  void work.then((value) => {
    done = { value };
  });
  const began = world.now();
  for (; done === undefined; world.advance(2)) {
    if (world.now() - began > most_ms) throw new Error(`it hangs: nothing after ${most_ms} ms`);
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
  }
  return { done: done.value, took_ms: world.now() - began };
}

const line: BenchLine = { kind: "serial", path, baud: 9600, parity: "none", stop_bits: 1 };
async function read(copper: Copper, seed: number, unit = 1) {
  const at = worldOf(copper, seed);
  const question = { line, unit, address: "0", count: 8 };
  const { done, took_ms } = await told(at, benchRead(question, { table: "input", address: 0, count: 8 }, at), 12_000);
  at.bus.close();
  const writes = at.bus.frames.filter(({ hex }) => Number.parseInt(hex.slice(2, 4), 16) > 4).length;
  return { done, took_ms, writes, written: at.written(), collisions: at.bus.collisions() };
}

const answerOf = (done: BenchAnswer | Problem): BenchAnswer | undefined => ("status" in done ? undefined : done);
/** What it was called: of a whole answer its finding, else the problem's code. */
const calledOf = (done: BenchAnswer | Problem): string => ("status" in done ? done.code : (done.finding?.code ?? "well"));

interface Row extends Copper {
  readonly what: string;
  /** Every one of these is right. */
  readonly right: readonly string[];
  readonly unit?: number;
  /** Whether the read itself must come, or must not. */
  readonly reads?: boolean;
  /** Said to people, in both languages. */
  readonly says?: readonly [zh: RegExp, en: RegExp];
}

const even: Settings = { ...usual, parity: "even" };
const one = [{ unit: 1 }];
const rows: readonly Row[] = [
  { what: "wired right", devices: one, right: ["well"], reads: true },
  { what: "wired right, three on it", devices: [{ unit: 1 }, { unit: 2 }, { unit: 9 }], right: ["well"], reads: true },
  {
    what: "A and B exchanged at the adapter, pair biased",
    ...{ devices: one, wiring: { swapped: "biased" as const }, right: ["swapped"], reads: false },
    says: [/A\/B 接反[\s\S]*1\. 在转换器处对调 A、B/, /A and B are exchanged[\s\S]*1\. exchange A and B at the adapter/],
  },
  {
    what: "the same, by an adapter that hands broken bytes on",
    ...{ devices: one, wiring: { swapped: "biased" as const, keepsBroken: true }, right: ["swapped"], reads: false },
  },
  {
    what: "A and B exchanged, no bias: silence cannot tell, and says so",
    ...{ devices: one, wiring: { swapped: "unbiased" as const }, right: ["silence"], reads: false },
    says: [/一个字节也没有收到[\s\S]*对调 A、B/, /not a byte came[\s\S]*exchange A and B/],
  },
  { what: "A and B exchanged at the device alone", devices: [{ unit: 1, swapped: true }], right: ["silence"], reads: false },
  { what: "a broken wire", devices: one, wiring: { open: true }, right: ["silence"], reads: false },
  { what: "no power", devices: [{ unit: 1, memory: () => undefined }], right: ["silence"], reads: false },
  {
    what: "the adapter hears itself, nobody answers",
    ...{ devices: [], wiring: { echo: true }, right: ["echo-only"], reads: false },
    says: [/转换器听得见自己/, /the adapter hears itself/],
  },
  { what: "the adapter hears itself, and the device answers", devices: one, wiring: { echo: true }, right: ["well"], reads: true },
  { what: "no terminator, no bias", devices: one, wiring: { floating: true }, right: ["floating", "noise", "garbage", "perhaps-conflict"] },
  { what: "another speed", devices: [{ unit: 1, set: { ...usual, baud: 4800 } }], right: ["silence"], reads: false },
  {
    what: "another speed, and the adapter hands broken bytes on",
    ...{ devices: [{ unit: 1, set: { ...usual, baud: 19_200 }, lenient: true }], wiring: { keepsBroken: true } },
    ...{ right: ["silence"], reads: false },
    says: [/波特率/, /speed/],
  },
  { what: "another parity, a strict device", devices: [{ unit: 1, set: even }], right: ["silence"], reads: false },
  {
    what: "another parity, a device that takes it all the same",
    ...{ devices: [{ unit: 1, set: even, lenient: true }], wiring: { keepsBroken: true }, right: ["settings", "silence"], reads: false },
    says: [/校验/, /parity/],
  },
  {
    what: "two at one address",
    ...{ devices: [{ unit: 1 }, { unit: 1 }], right: ["conflict", "perhaps-conflict"] },
    says: [/两台设备/, /two devices/],
  },
  {
    what: "two at one address, a third beside them",
    devices: [{ unit: 1 }, { unit: 1 }, { unit: 3 }],
    right: ["conflict", "perhaps-conflict"],
  },
  {
    what: "two at one address, one slow: the read comes, and the second voice is heard",
    ...{
      devices: [
        { unit: 1, turnaround_ms: [5, 6] },
        { unit: 1, turnaround_ms: [60, 70] },
      ],
      right: ["conflict"],
      reads: true,
    },
  },
  {
    what: "half an answer",
    ...{ devices: [{ unit: 1, speaksBytes: 9 }], right: ["half"], reads: false },
    says: [/前一半[\s\S]*少读几个/, /only the first part[\s\S]*read fewer/],
  },
  {
    what: "the adapter turns too late: two bytes are lost",
    ...{ devices: one, wiring: { turnsLate: 2 }, right: ["headless"], reads: false },
    says: [/头一两个字节/, /lacks its first byte/],
  },
  {
    what: "another unit answers",
    ...{ devices: [{ unit: 1, answersAs: 7 }], right: ["foreign"], reads: false },
    says: [/应答的是从站 7/, /unit 7 answers/],
  },
  { what: "much noise", devices: one, wiring: { noise_permille: 8 }, right: ["well", "noise", "garbage", "perhaps-conflict", "silence"] },
  {
    what: "another master speaks: nothing is asked",
    ...{ devices: one, wiring: { stranger_ms: 90 }, right: ["stranger"], reads: false },
    says: [/没有发出询问/, /nothing was asked/],
  },
  {
    what: "pulled out before it was asked",
    ...{ devices: one, pulled_ms: 100, right: ["port-gone"], reads: false },
    says: [/线路断开了/, /the line went away/],
  },
  { what: "pulled out while it is asked", devices: [], pulled_ms: 700, right: ["port-gone"], reads: false },
  {
    what: "pulled out while it waits to ask again",
    devices: [{ unit: 1, speaksBytes: 9 }],
    pulled_ms: 440,
    right: ["port-gone"],
    reads: false,
  },
  {
    what: "no such port",
    ...{
      devices: [],
      opens: "/dev/ttyUSB0 cannot be opened (Error: No such file or directory, cannot open /dev/ttyUSB0)",
      right: ["port-missing"],
    },
    says: [/没有这个串口/, /no such port/],
  },
  {
    what: "a port that another program holds",
    devices: [],
    opens: "Error Resource temporarily unavailable Cannot lock port",
    right: ["port-taken"],
  },
  {
    what: "a port that may not be opened",
    devices: [],
    opens: "Error: Permission denied, cannot open /dev/ttyUSB0",
    right: ["port-forbidden"],
  },
  {
    what: "a file that is no port",
    devices: [],
    opens: "Error: Inappropriate ioctl for device, cannot open /dev/null",
    right: ["no-port"],
  },
  { what: "something that nobody knows", devices: [], opens: "Error: the moon", right: ["unreachable"] },
];
const seeds = Array.from({ length: 6 }, (_, index) => index + 1);

test("P 11.wrong-lines every line that is wired, set or numbered wrongly is called by its name at the bench, with the steps, in both languages; it never hangs and never writes", async (context) => {
  const wrong: string[] = [];
  let [reads, longest_ms, writes] = [0, 0, 0];
  for (const row of rows)
    for (const seed of seeds) {
      const seen = await read(row, seed, row.unit);
      const called = calledOf(seen.done);
      const whole = answerOf(seen.done) !== undefined;
      if (!row.right.includes(called)) wrong.push(`${row.what}, seed ${seed}: ${called}`);
      if (row.reads !== undefined && row.reads !== whole) wrong.push(`${row.what}, seed ${seed}: read ${whole}`);
      const { zh, en } = "status" in seen.done ? seen.done : { zh: seen.done.finding?.zh ?? "", en: seen.done.finding?.en ?? "" };
      if (called !== "well" && (!/\p{Script=Han}/u.test(zh) || en.length < 10 || /\p{Script=Han}/u.test(en)))
        wrong.push(`${row.what}: words`);
      if (row.says !== undefined && !(row.says[0].test(zh) && row.says[1].test(en)) && "status" in seen.done)
        wrong.push(`${row.what}: ${zh} / ${en}`);
      if (called === "stranger" && seen.written > 0) wrong.push(`${row.what}, seed ${seed}: it spoke`);
      longest_ms = Math.max(longest_ms, seen.took_ms);
      writes += seen.writes;
      reads += 1;
    }
  expect(wrong).toEqual([]);
  expect(writes).toBe(0);
  expect(longest_ms).toBeLessThan(10_000);
  counted(context, {
    lines: rows.length,
    reads,
    "longest, ms": Math.round(longest_ms),
    "writes, wrongly": writes,
    wrong: wrong.length,
  });
});

/** As the wizard scans. */
async function scanned(copper: Copper, seed: number): Promise<SetupScan> {
  const at = worldOf(copper, seed);
  const ear = earOn(at.devices);
  const scan = startScan({
    ...{ line, clock: () => at.world.now() },
    onLine: (on, work) => onLine({ line: on, within_ms: 250, ear, clock: at.clock }, work),
    troubleOf: (error) => lineProblem(error, line),
    finding: () => findingOf(ear.tries(), ear.unasked()),
    speaks: () => lastSpeaks(ear.tries()),
  });
  await told(at, scan.ended, 400_000);
  at.bus.close();
  return scan.now();
}

test.each<[string, Copper, readonly number[], readonly (string | null)[]]>([
  ["well", { devices: [{ unit: 1 }, { unit: 7 }] }, [1, 7], [null]],
  ["swapped", { devices: one, wiring: { swapped: "biased" } }, [], ["swapped"]],
  ["nobody", { devices: [] }, [], ["silence"]],
  ["an echo alone", { devices: [], wiring: { echo: true } }, [], ["echo-only"]],
  ["two at one address", { devices: [{ unit: 3 }, { unit: 3 }] }, [3], ["conflict", "perhaps-conflict"]],
  ["two at one address beside a good one", { devices: [{ unit: 3 }, { unit: 3 }, { unit: 5 }] }, [3, 5], ["conflict", "perhaps-conflict"]],
  ["another unit in the answer", { devices: [{ unit: 4, answersAs: 44 }] }, [4], ["foreign"]],
  [
    "half answers of two",
    {
      devices: [
        { unit: 4, speaksBytes: 5 },
        { unit: 8, speaksBytes: 5 },
      ],
    },
    [4, 8],
    ["half"],
  ],
])("the wizard's scan of a line with %s", async (_what, copper, units, codes) => {
  const { found, finding, trouble, done } = await scanned(copper, 3);
  expect([found.map(({ unit }) => unit), trouble, done]).toEqual([units, null, 247]);
  expect(codes).toContain(finding?.code ?? null);
});

test("a scan whose adapter is pulled out ends at once, wherever it is", async () => {
  for (const pulled_ms of [100, 333, 420, 1_234, 7_777]) {
    const { running, trouble, finding } = await scanned({ devices: [{ unit: 2, speaksBytes: 5 }], pulled_ms }, 5);
    expect([pulled_ms, running, finding]).toEqual([pulled_ms, false, null]);
    expect([trouble?.zh, trouble?.en]).toEqual([expect.stringMatching(/断开/), expect.stringMatching(/went away|cannot be opened/)]);
  }
});

describe("what a device or the machine says, in words", () => {
  test.each(["1", "2", "3", "4", "5", "6", "8", "10", "11", "77"])("exception %s", (number) => {
    const { code, zh, en, status } = faultProblem({ kind: "device-fault", code: "exception", detail: `exception ${number}` });
    expect([code, status]).toEqual(["exception", 502]);
    expect(zh).toMatch(/\p{Script=Han}{6}/u);
    expect(en).not.toMatch(/\p{Script=Han}/u);
  });
  test("of TCP it is the network that is looked at, whatever the machine calls it", () => {
    expect(openProblem("connect ECONNREFUSED 192.168.1.9:502", { kind: "tcp" })).toMatchObject({ code: "unreachable", status: 502 });
    expect(openProblem("no connection within 3000 ms", { kind: "rtu-tcp" }).zh).toMatch(/网线/);
  });
});

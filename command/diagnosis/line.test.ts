// Lines wired wrongly on purpose, bit by bit in told time, and what they are called. No sleeping; every seed is another day.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readRequest, rtuFrame } from "#protocols/modbus/frame.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { chance } from "#sim/chance.ts";
import { anyDevice } from "#sim/modbus/any-device.ts";
import { serveBus, type Wired, type Wiring } from "#sim/modbus/bus.ts";
import type { Settings } from "#sim/modbus/wire.ts";
import { toldWorld } from "#sim/told-world.ts";
import { counted } from "#test/promise.ts";
import { type HeardKind, type Sorted, sortHeard } from "./heard.ts";
import { type AddressHeard, judgeAddress, judgeLine, type LineCode } from "./line.ts";
import { findingText, lineWords } from "./line-words.ts";

const profile = JSON.parse(readFileSync(new URL("../../protocols/profiles/meters/pzem-016.json", import.meta.url), "utf8")) as Profile;
const plain: Settings = { baud: 9600, parity: "none", stopBits: 1 };

interface Place {
  readonly unit: number;
  readonly settings?: Settings;
  readonly swapped?: boolean;
  readonly turnaround_ms?: readonly [number, number];
}

interface Case {
  readonly what: string;
  readonly devices: readonly Place[];
  readonly wiring?: Wiring;
  /** Every one of these is right; what is wrong is anything else. */
  readonly right: readonly LineCode[];
}

/** Asks units 1 … 5, those who speak five times, and all of them again where nobody speaks: as `modbus scan` does. */
function scan({ devices, wiring }: Case, seed: number): ReturnType<typeof judgeLine> {
  const world = toldWorld();
  const random = chance(seed);
  let heard: number[] = [];
  let say = (_: Uint8Array): void => undefined;
  const end = {
    write: (bytes: Uint8Array) => void heard.push(...bytes),
    onBytes: (listener: (bytes: Uint8Array) => void) => {
      say = listener;
    },
  };
  const members = devices.map(({ unit, settings = plain, swapped, turnaround_ms }, index): Wired => {
    const device = anyDevice(profile, random.for(`${index}`), { unit });
    return {
      unit: device.unit,
      settings: () => settings,
      memory: () => device.memory,
      ...(swapped === undefined ? {} : { swapped }),
      ...(turnaround_ms === undefined ? {} : { turnaround_ms }),
    };
  });
  serveBus(end, { world, chance: random, devices: members, master: () => plain, ...(wiring === undefined ? {} : { wiring }) });
  const listen = (ms: number): Uint8Array => {
    heard = [];
    world.advance(ms);
    return Uint8Array.from(heard);
  };
  const ask = (unit: number): Sorted => {
    const asked = rtuFrame(readRequest(unit, 4, 0, 10));
    heard = [];
    say(asked);
    world.advance(400);
    return sortHeard({ asked, heard: Uint8Array.from(heard) });
  };
  const unasked = listen(400).length;
  const round = (): AddressHeard[] =>
    [1, 2, 3, 4, 5].map((unit) => {
      const first = ask(unit);
      const speaks = !["nothing", "echo", "zeros"].includes(first.kind);
      return { unit, tries: speaks ? [first, ask(unit), ask(unit), ask(unit), ask(unit)] : [first] };
    });
  const once = round();
  const addresses = once.some(({ tries }) => tries.length > 1) ? once : round();
  return judgeLine({ addresses, unasked });
}

const three = [{ unit: 1 }, { unit: 2 }, { unit: 3 }];
const cases: readonly Case[] = [
  { what: "three devices, wired right", devices: three, right: ["works"] },
  { what: "one device alone", devices: [{ unit: 4 }], right: ["works"] },
  {
    what: "two at one address, another beside them",
    devices: [{ unit: 1 }, { unit: 1 }, { unit: 3 }],
    right: ["conflict", "perhaps-conflict"],
  },
  {
    what: "two at one address, one of them slow: two answers one after the other",
    devices: [{ unit: 1, turnaround_ms: [5, 6] }, { unit: 1, turnaround_ms: [60, 70] }, { unit: 3 }],
    right: ["conflict"],
  },
  { what: "two at one address and nobody else", devices: [{ unit: 1 }, { unit: 1 }], right: ["conflict", "perhaps-conflict"] },
  { what: "three at one address", devices: [{ unit: 1 }, { unit: 1 }, { unit: 1 }, { unit: 2 }], right: ["conflict", "perhaps-conflict"] },
  { what: "the master's A and B exchanged, pair biased", devices: three, wiring: { swapped: "biased" }, right: ["swapped"] },
  {
    what: "the master's A and B exchanged, pair not biased: silence cannot tell",
    devices: three,
    wiring: { swapped: "unbiased" },
    right: ["silence"],
  },
  { what: "every device's A and B exchanged", devices: three.map((one) => ({ ...one, swapped: true })), right: ["silence"] },
  { what: "a broken wire", devices: three, wiring: { open: true }, right: ["silence"] },
  { what: "nobody connected", devices: [], right: ["silence"] },
  { what: "all at another rate", devices: three.map((one) => ({ ...one, settings: { ...plain, baud: 4800 } })), right: ["silence"] },
  {
    what: "all with another parity",
    devices: three.map((one) => ({ ...one, settings: { ...plain, parity: "even" as const } })),
    right: ["silence"],
  },
  { what: "an adapter that hears itself, nobody else", devices: [], wiring: { echo: true }, right: ["echo-only"] },
  { what: "an adapter that hears itself, and devices", devices: three, wiring: { echo: true }, right: ["works"] },
  { what: "no bias and no terminator", devices: three, wiring: { floating: true }, right: ["floating"] },
  { what: "much noise", devices: three, wiring: { noise_permille: 4 }, right: ["noise", "perhaps-conflict", "garbage"] },
  { what: "somebody else speaks", devices: [], wiring: { stranger_ms: 120 }, right: ["stranger"] },
  { what: "somebody else speaks between", devices: three, wiring: { stranger_ms: 120 }, right: ["stranger"] },
];

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);

test("P 03.wires: lines wired wrongly are called by their names, and what cannot be told is not", (context) => {
  const wrong: string[] = [];
  let lines = 0;
  let certain = 0;
  for (const one of cases)
    for (const seed of seeds) {
      const { codes } = scan(one, seed);
      lines += 1;
      const [first = "works"] = codes;
      if (!one.right.includes(first)) wrong.push(`${one.what}, seed ${seed}: ${codes.join(" ")}`);
      if (first === "conflict") certain += 1;
    }
  expect(wrong).toEqual([]);
  counted(context, { cases: cases.length, lines, conflicts_proven: certain, wrong: wrong.length });
});

test("two devices at one address are never called well, by 200 seeds", () => {
  const well = Array.from({ length: 200 }, (_, seed) =>
    scan({ what: "", devices: [{ unit: 1 }, { unit: 1 }, { unit: 3 }], right: [] }, seed),
  ).filter(({ codes }) => codes.includes("works"));
  expect(well).toEqual([]);
});

describe("what one address shows", () => {
  const tries = (...kinds: readonly HeardKind[]): Sorted[] => kinds.map((kind) => ({ kind }));
  test.each<[readonly HeardKind[], string]>([
    [["nothing"], "silent"],
    [["echo", "zeros"], "silent"],
    [["answer", "answer"], "answers"],
    [["strays", "answer"], "answers"],
    [["answer", "answers"], "two-devices"],
    [["spoiled", "spoiled", "spoiled"], "perhaps-two"],
    [["answer", "answer", "more"], "perhaps-two"],
    [["answer", "answer", "spoiled"], "unsteady"],
    [["foreign"], "foreign"],
  ])("%j: %s", (kinds, verdict) => {
    expect(judgeAddress(tries(...kinds))).toBe(verdict);
  });
});

test("every finding says what it is and, unless the line works, what to do, in both languages", () => {
  for (const [code, { zh, en, toDo }] of Object.entries(lineWords)) {
    expect(zh, code).toMatch(/[一-龥]/);
    expect(en, code).not.toMatch(/[一-龥]/);
    expect(toDo.length > 0 || code === "works", code).toBe(true);
    expect(findingText(code as LineCode)).toContain(zh);
  }
});

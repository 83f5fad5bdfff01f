// Ten thousand frames of a broken line, cut, run together, doubled and spoiled: one alarm an event, the right answer to each good frame, and in step again at the next good one.
import { expect, test } from "vitest";
import { encodeUnit, type FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { command, encodeFrame } from "#protocols/fire/gbt26875/frame.ts";
import { standard } from "#protocols/fire/gbt26875/profile.ts";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { counted, plain } from "#test/promise.ts";
import { answerTo, hearBytes, newExchange, newRepeats, say, timed } from "./exchange.ts";
import { hearUnit, type PanelFact, type Points } from "./points.ts";

const at = (now: number) => ({ now: monotonic(now) as Monotonic, label: "2026-11-25 12:00:00" });
const state = (component_address: number, bits: number, n: number): FireUnit => ({
  kind: "component-state",
  objects: [
    {
      ...{ system_type: 1, system_address: 1, component_type: 40, component_address, state: 1 | bits, text: `点位${component_address}` },
      time: `2026-11-25 12:${String(Math.floor(n / 60) % 60).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}`,
    },
  ],
});
const frameOf = (unit: FireUnit, serial: number): Uint8Array =>
  encodeFrame({
    ...{ serial: serial & 0xffff, major: 1, minor: 1, sent: "2026-11-25 12:00:00", source: "010203040506", target: "0A0B0C0D0E0F" },
    ...{ command: command.data, unit: encodeUnit(unit) },
  });

/** A small generator, so that a failure can be had again. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A whole plain run shows a part; by its name or file all of it. */
const frames = plain ? 1_500 : 10_000;

test("P 08.26875 line: 10,000 malformed, split, merged, duplicated frames: one alarm an event, right answers", (context) => {
  const next = chance(26_875);
  const wire: Uint8Array[] = [];
  const burns = new Map<number, boolean>();
  const counts = { good: 0, events: 0, duplicates_sent: 0, malformed: 0, pieces: 0 };
  let serial = 0;
  while (counts.good + counts.duplicates_sent + counts.malformed < frames) {
    const address = Math.floor(next() * 40);
    const bits = next() < 0.5 ? 2 : 0;
    const frame = frameOf(state(address, bits, counts.good), serial);
    serial += 1;
    if (next() < 0.25) {
      // Its sum, its end, its length, its version, its command, or noise instead of it.
      const bad = frame.slice();
      const how = Math.floor(next() * 5);
      if (how === 0) bad[bad.length - 3] = ((bad[bad.length - 3] ?? 0) + 1) & 0xff;
      if (how === 1) bad[bad.length - 1] = 0x24;
      if (how === 2) bad[25] = 0xff;
      if (how === 3) bad[4] = 9;
      wire.push(how === 4 ? Uint8Array.from({ length: 5 + Math.floor(next() * 40) }, () => Math.floor(next() * 0x40)) : bad);
      counts.malformed += 1;
      continue;
    }
    wire.push(frame);
    counts.good += 1;
    if ((burns.get(address) ?? false) !== (bits === 2)) {
      burns.set(address, bits === 2);
      counts.events += 1;
    }
    if (next() < 0.2) {
      wire.push(frame);
      counts.duplicates_sent += 1;
    }
  }
  // Everything behind everything, cut anywhere.
  const all = Buffer.concat(wire);
  const repeats = newRepeats();
  let exchange = newExchange({ profile: standard, own: "0A0B0C0D0E0F", other: "010203040506" });
  let points: Points = new Map();
  const facts: PanelFact[] = [];
  let confirmed = 0;
  let denied = 0;
  let refused = 0;
  for (let from = 0; from < all.length; ) {
    const size = 1 + Math.floor(next() ** 3 * 900);
    const stepped = hearBytes(exchange, all.subarray(from, from + size), at(from));
    exchange = stepped.exchange;
    refused += stepped.refused;
    denied += stepped.out.length;
    for (const heard of stepped.heard) {
      if (answerTo(heard, "2026-11-25 12:00:00") !== undefined) confirmed += 1;
      const again = repeats.isRepeat(heard, at(from).now);
      repeats.taken(heard, at(from).now);
      if (again) continue;
      const said = hearUnit(points, heard.unit);
      points = said.points;
      facts.push(...said.facts);
    }
    from += size;
    counts.pieces += 1;
  }
  expect(confirmed).toBe(counts.good + counts.duplicates_sent);
  expect(facts.length).toBe(counts.events);
  expect([...points.keys()].sort()).toEqual([...burns].flatMap(([address, is]) => (is ? [`1.1.${address}`] : [])).sort());
  expect(denied).toBeGreaterThan(0);
  expect(denied).toBeLessThanOrEqual(refused);
  counted(context, {
    frames,
    ...counts,
    confirmed,
    denied,
    refused,
    "events missed or doubled: wrong": facts.length - counts.events,
  });
});

test("what we say is said again on denial and after ten seconds, three times, and then has failed; the next goes on", () => {
  const unit: FireUnit = { kind: "sentry", objects: [{ within_min: 5 }] };
  let { exchange, out } = say(
    newExchange({ profile: standard, own: "0A0B0C0D0E0F", other: "010203040506" }),
    { id: "one", command: command.control, unit },
    at(0),
  );
  expect(out).toHaveLength(1);
  const [first = new Uint8Array()] = out;
  ({ exchange, out } = say(exchange, { id: "two", command: command.control, unit }, at(0)));
  expect(out).toHaveLength(0);
  const answer = (serial: number, code: number): Uint8Array =>
    encodeFrame({
      serial,
      major: 1,
      minor: 0,
      sent: "2026-11-25 12:00:00",
      source: "010203040506",
      target: "0A0B0C0D0E0F",
      command: code,
      unit: new Uint8Array(0),
    });
  // Denied: said again at once, the very same; another's serial changes nothing.
  let stepped = hearBytes(exchange, answer(7, command.confirm), at(1));
  expect([stepped.out.length, stepped.confirmed]).toEqual([0, []]);
  stepped = hearBytes(stepped.exchange, answer(0, command.deny), at(2));
  expect(stepped.out).toEqual([first]);
  for (const n of [2, 3]) {
    stepped = timed(stepped.exchange, at(n * 10_000));
    expect(stepped.out).toEqual([first]);
  }
  stepped = timed(stepped.exchange, at(40_000));
  expect([stepped.failed, stepped.denied, stepped.out.length]).toEqual([["one"], [], 1]);
  stepped = hearBytes(stepped.exchange, answer(1, command.confirm), at(40_001));
  expect(stepped.confirmed).toEqual(["two"]);
});

test("bits are causes; a reset ends everything of its system; what the panel does not say any more is over", () => {
  const told = (known: Points, unit: FireUnit) => {
    const { points, facts } = hearUnit(known, unit);
    return { points, words: facts.map((one) => ("point" in one ? `${one.kind} ${one.point} ${one.cause}` : one.kind)) };
  };
  let { points, words } = told(new Map(), state(5, 0b0000_0110, 1));
  expect(words).toEqual(["raised 1.1.5 fire", "raised 1.1.5 fault"]);
  ({ points, words } = told(points, state(5, 0b0000_0010, 2)));
  expect(words).toEqual(["over 1.1.5 fault"]);
  ({ points, words } = told(points, state(6, 0b1_0000_1000, 3)));
  expect(words).toEqual(["raised 1.1.6 shielded", "raised 1.1.6 power"]);
  ({ points, words } = told(points, { kind: "device-state", objects: [{ state: 0b10_1001, time: "2026-11-25 12:00:00" }] }));
  expect(words).toEqual(["raised device main-power", "raised device link-fault"]);
  const reset: FireUnit = {
    kind: "operation",
    objects: [{ system_type: 1, system_address: 1, operation: 1, operator: 3, time: "2026-11-25 12:00:00" }],
  };
  ({ points, words } = told(points, reset));
  expect(words).toEqual(["operation", "over 1.1.5 fire", "over 1.1.6 shielded", "over 1.1.6 power"]);
  expect([...points.keys()]).toEqual(["device"]);
  const { facts } = hearUnit(points, {
    kind: "device-operation",
    objects: [{ operation: 1 << 5, operator: 9, time: "2026-11-25 12:00:00" }],
  });
  expect(facts).toContainEqual({ kind: "sentry-answer", operator: 9 });
});

const operated = (operation: number, of: "system" | "device" = "system"): FireUnit =>
  of === "system"
    ? { kind: "operation", objects: [{ system_type: 1, system_address: 1, operation, operator: 3, time: "2026-11-25 12:00:00" }] }
    : { kind: "device-operation", objects: [{ operation, operator: 3, time: "2026-11-25 12:00:00" }] };

test("an alarm that a person gives at the panel or the device is a fire, until it is cleared or reset there; no state of the device ends it; a reset of the device ends no panel's fire", () => {
  let points: Points = new Map();
  const told = (unit: FireUnit): string[] => {
    const said = hearUnit(points, unit);
    points = said.points;
    return said.facts.flatMap((one) => ("point" in one ? [`${one.kind} ${one.point} ${one.cause}`] : []));
  };
  expect(told(operated(1 << 2))).toEqual(["raised 1.1.manual fire"]);
  expect(told(operated(1 << 2))).toEqual([]);
  expect(told(operated(1 << 2, "device"))).toEqual(["raised device.manual fire"]);
  // A sign of life that says "nothing" says nothing of what a hand has given.
  expect(told({ kind: "device-state", objects: [{ state: 1, time: "2026-11-25 12:00:00" }] })).toEqual([]);
  expect(told({ kind: "system-state", objects: [{ system_type: 1, system_address: 1, state: 1, time: "2026-11-25 12:00:00" }] })).toEqual(
    [],
  );
  expect(told(state(5, 2, 1))).toEqual(["raised 1.1.5 fire"]);
  expect(told(operated(1, "device"))).toEqual(["over device.manual fire"]);
  expect(told(operated(1 << 3))).toEqual(["over 1.1.manual fire"]);
  // Given and reset in one breath: it stands.
  expect(told(operated(0b101))).toEqual(["over 1.1.5 fire", "raised 1.1.manual fire"]);
});

test("a repeat is told once whatever its label says; a device that counts nothing is heard each time that it says something else", () => {
  const repeats = newRepeats();
  const heardOf = (unit: FireUnit, serial: number, sent = "2026-11-25 12:00:00") => ({
    frame: {
      ...{ serial, major: 1, minor: 1, sent, source: "010203040506", target: "0A0B0C0D0E0F" },
      command: command.data,
      unit: encodeUnit(unit),
    },
    unit,
  });
  const hear = (unit: FireUnit, serial: number, now: number, sent?: string): boolean => {
    const heard = heardOf(unit, serial, sent);
    const again = repeats.isRepeat(heard, at(now).now);
    repeats.taken(heard, at(now).now);
    return again;
  };
  const [burns, over] = [state(17, 2, 0), state(17, 0, 0)];
  expect([hear(burns, 7, 0), hear(burns, 7, 1_000), hear(burns, 7, 2_000, "2026-11-25 12:00:09")]).toEqual([false, true, true]);
  // Another serial between, and the first once more, late: still a repeat.
  expect([hear(over, 8, 3_000), hear(burns, 7, 4_000), hear(over, 8, 5_000)]).toEqual([false, true, true]);
  // Serial 0 for everything and a clock that was never set: fire, over, fire.
  expect([hear(burns, 0, 10_000), hear(over, 0, 20_000), hear(burns, 0, 30_000), hear(burns, 0, 31_000)]).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test("a name that a device cut within a character, filled with spaces, or left an old one behind: what can be read is read", () => {
  const named = (text: string): string => {
    const { facts } = hearUnit(new Map(), {
      kind: "component-state",
      objects: [
        { system_type: 1, system_address: 1, component_type: 40, component_address: 5, state: 3, text, time: "2026-11-25 12:00:00" },
      ],
    });
    return facts.flatMap((one) => ("text" in one ? [one.text] : [])).join();
  };
  expect(["1号楼东侧走廊raw:C5", "3层\0旧名称", "  电井  ", "raw:FFFF", "𠮷祥里"].map(named)).toEqual([
    "1号楼东侧走廊…",
    "3层",
    "电井",
    "raw:FFFF",
    "𠮷祥里",
  ]);
});

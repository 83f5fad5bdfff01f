// P 08.26875: every type both ways, the frames that are public, and ten thousand that were spoilt.
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, concat, toHex } from "#protocols/frames/bytes.ts";
import { isUndecodable } from "#protocols/frames/layout.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { cut, dice, hear, torture } from "#test/streams.ts";
import { analogValue } from "./analog.ts";
import { confirm, deny, denyNoise, respond, wantsConfirmation } from "./answer.ts";
import { decodeUnit, encodeUnit, type FireUnit } from "./codec.ts";
import { explainGbt26875 } from "./explain.ts";
import { encodeFrame, type FireFrame, fireSum, gbt26875 } from "./frame.ts";
import { labelOf, wallOf } from "./label.ts";
import { field, type Profile, standard } from "./profile.ts";
import { units } from "./units.ts";

/** A component's fire, with a name in GB 18030 (test of a public Go codec). */
const fire = `40400000010118 0d11160a14000000000000060504030201300002 02010103 00d90006000200a3c1c7f8a3b1b2e3dfc8b2b8d7dfc0c8${"00".repeat(15)}301213010814682323`;
/** A sign of life with reserved type 22 and major version 16 (a vendor's device). */
const alive = "4040F8091000081E09030316000000000000C0A801046D1D010002166C2323";
/** A confirmation as a public document prints it, with a sum that is not its own. */
const wrongAck = "4040690010000a110e030615ac103cd56d1d0000000000000100031730 2323";
const base = { serial: 1, major: 1, minor: 0, sent: "2021-07-02 09:00:05", source: "000102030405", target: "060708090A0B" } as const;

const only = (profile: Profile, hex: string): FireFrame => {
  const { frames, noise } = hear(gbt26875(profile), [bytesOf(hex)]);
  expect(noise).toEqual([]);
  if (frames[0] === undefined || frames.length > 1) throw new Error(`${frames.length} frames`);
  return frames[0].frame;
};

test("P 08.26875 vectors: each public frame is read and sent again byte for byte; the bad one is refused with its sum named", (context) => {
  const heard = only(standard, fire);
  expect(heard).toMatchObject({
    serial: 0,
    major: 1,
    minor: 1,
    sent: "2020-10-22 17:13:24",
    source: "000000000000",
    target: "010203040506",
    command: 2,
  });
  const unit = decodeUnit(heard, standard);
  expect(unit).toEqual({
    kind: "component-state",
    objects: [
      {
        system_type: 1,
        system_address: 3,
        component_type: 0,
        component_address: 0x000600d9,
        state: 2,
        text: "Ａ区１层呷哺走廊",
        time: "2020-08-01 19:18:48",
      },
    ],
  });
  expect(toHex(encodeFrame({ ...heard, unit: encodeUnit(unit as FireUnit) }))).toBe(toHex(bytesOf(fire)));

  expect(decodeUnit(only(field, alive), field)).toEqual({ kind: "heartbeat" });
  expect(decodeUnit(only(field, alive), standard)).toEqual({ kind: "undecodable", reason: "type 22 is reserved", at: 0 });
  expect(toHex(encodeFrame(only(field, alive)))).toBe(alive);

  const refused = hear(gbt26875(standard), [bytesOf(wrongAck)]);
  expect(refused.frames).toEqual([]);
  expect(refused.noise.map((one) => one.why?.reason)).toEqual(["checksum 30, should be 32"]);
  expect(only(field, wrongAck)).toMatchObject({ command: 3, serial: 0x69, wrongSum: true });
  // The switch is for answers alone: an alarm with a wrong sum stays refused.
  const wrongFire = bytesOf(fire).with(-3, 0x69);
  expect(hear(gbt26875(field), [wrongFire]).noise.map((one) => one.why?.reason)).toEqual(["checksum 69, should be 68"]);

  const noises = ["00", "40", "4040", "404040", "40400000010118", "4040FFFF010118", "232323", toHex(bytesOf(fire)).slice(0, 100)].map(
    bytesOf,
  );
  const { splits, merged, noisy, wrong } = torture(gbt26875(field), [bytesOf(fire), bytesOf(alive), bytesOf(wrongAck)], noises);
  expect(wrong).toEqual([]);
  counted(context, { vectors: 3, splits, merged, noisy, wrong: wrong.length });
});

/** Sizes of one object as §8.3 draws them, and how many fit: an oracle apart from the layouts. */
const sizes: Readonly<Record<number, readonly [bytes: number, most: number]>> = {
  1: [10, 102],
  2: [46, 22],
  3: [16, 63],
  4: [10, 102],
  5: [4, 1],
  7: [38, 26],
  8: [8, 1],
  21: [7, 1],
  24: [8, 127],
  25: [2, 1],
  28: [6, 1],
  61: [2, 102],
  62: [6, 22],
  63: [6, 63],
  64: [9, 1],
  65: [2, 1],
  66: [2, 3],
  67: [6, 26],
  68: [2, 1],
  81: [1, 1],
  84: [7, 1],
  85: [1, 1],
  86: [1, 1],
  88: [1, 1],
  89: [1, 1],
  90: [6, 1],
  91: [1, 1],
};
/** Types 6 and 26 carry a text behind its length. */
const worded: Readonly<Record<number, readonly [before: number, most: number]>> = { 6: [2, 3], 26: [0, 1] };

const objectsOf = (type: number) => {
  const [bytes, most] = sizes[type] ?? [0, 0];
  const [before, mostWorded] = worded[type] ?? [0, 0];
  if (bytes > 0) return fc.array(fc.uint8Array({ minLength: bytes, maxLength: bytes }), { minLength: 1, maxLength: most });
  const text = fc.uint8Array({ maxLength: 40 }).map((inside) => Uint8Array.of(inside.length, ...inside));
  return fc.array(
    fc.tuple(fc.uint8Array({ minLength: before, maxLength: before }), text).map(([head, rest]) => concat(head, rest)),
    {
      minLength: 1,
      maxLength: mostWorded,
    },
  );
};

test("P 08.26875 types: every type flag of the standard both ways, up to its greatest number of objects; one more is refused", (context) => {
  const types = [...Object.keys(sizes), ...Object.keys(worded)].map(Number);
  expect(types.sort((a, b) => a - b)).toEqual(Object.keys(units).map(Number));
  let objects = 0;
  let frames = 0;
  for (const type of types)
    fc.assert(
      fc.property(objectsOf(type), (given) => {
        const unit = concat(Uint8Array.of(type, given.length), ...given);
        const sent = encodeFrame({ ...base, command: type >= 61 ? 4 : 2, unit });
        const heard = only(standard, toHex(sent));
        const message = decodeUnit(heard, standard);
        if (isUndecodable(message) || !("objects" in message)) throw new Error(`type ${type}: ${JSON.stringify(message)}`);
        expect(message.objects).toHaveLength(given.length);
        expect(toHex(encodeFrame({ ...heard, unit: encodeUnit(message) }))).toBe(toHex(sent));
        expect(
          explainGbt26875(sent)
            .rows.map((row) => row.bytes)
            .join(""),
        ).toBe(toHex(sent));
        objects += given.length;
        frames += 1;
      }),
      { numRuns: 20, seed: 8 },
    );
  for (const [type, [bytes, most]] of Object.entries(sizes)) {
    const many = Uint8Array.of(Number(type), most + 1, ...new Uint8Array(bytes * (most + 1)));
    expect(decodeUnit({ unit: many, command: 2 }, field)).toMatchObject({
      kind: "undecodable",
      reason: `objects: ${most + 1} objects, at most ${most}`,
    });
    const short = Uint8Array.of(Number(type), 1, ...new Uint8Array(bytes - 1));
    expect(decodeUnit({ unit: short, command: 2 }, field)).toMatchObject({ kind: "undecodable" });
    const long = Uint8Array.of(Number(type), 1, ...new Uint8Array(bytes + 1));
    expect(decodeUnit({ unit: long, command: 2 }, standard)).toMatchObject({
      kind: "undecodable",
      reason: "1 bytes behind the last object",
    });
    expect(decodeUnit({ unit: long, command: 2 }, field)).toMatchObject({ extra: "00" });
  }
  for (const type of [0, 9, 20, 22, 23, 27, 29, 60, 69, 80, 82, 83, 87, 92, 127])
    expect(decodeUnit({ unit: Uint8Array.of(type, 1, 0), command: 2 }, standard)).toMatchObject({
      kind: "undecodable",
      reason: `type ${type} is reserved`,
    });
  expect(decodeUnit({ unit: Uint8Array.of(128, 1, 2), command: 2 }, standard)).toEqual({ kind: "other", type: 128, data: "0102" });
  counted(context, { types: types.length, frames, objects });
});

type Spoil = (frame: Uint8Array, roll: (below: number) => number) => Uint8Array;
const flip: Spoil = (frame, roll) => {
  const at = roll(frame.length);
  return frame.with(at, (frame[at] ?? 0) ^ (1 << roll(8)));
};
const spoils: Readonly<Record<string, Spoil>> = {
  flipped: flip,
  truncated: (frame, roll) => frame.slice(0, 1 + roll(frame.length - 1)),
  headless: (frame, roll) => frame.slice(1 + roll(frame.length - 1)),
  gap: (frame, roll) => {
    const at = 2 + roll(frame.length - 5);
    return concat(frame.slice(0, at), frame.slice(at + 1));
  },
  inserted: (frame, roll) => {
    const at = 2 + roll(frame.length - 4);
    return concat(frame.slice(0, at), Uint8Array.of(1 + roll(255)), frame.slice(at));
  },
  "too long": (frame) => frame.with(25, 5),
  "wrong sum": (frame, roll) => frame.with(-3, ((frame.at(-3) ?? 0) + 1 + roll(255)) & 0xff),
  "unknown command": (frame, roll) => frame.with(26, 7 + roll(121)),
  "wrong end": (frame, roll) => frame.with(-1, 0x24 + roll(100)),
  "wrong version": (frame) => {
    const changed = frame.with(4, 2);
    return changed.with(-3, fireSum(changed));
  },
};

test("P 08.26875 malformed: of 10,000 spoilt, cut, merged and doubled frames each good one is heard, once each time it was sent, and no other", (context) => {
  const roll = dice(26_875);
  const sent: string[] = [];
  const parts: Uint8Array[] = [];
  const spoilt: Record<string, number> = {};
  let doubled = 0;
  const names = Object.keys(spoils);
  for (let serial = 0; serial < 20_000; serial += 1) {
    const objects = Array.from({ length: 1 + roll(3) }, () => ({
      system_type: 1,
      system_address: roll(256),
      component_type: 42,
      component_address: roll(2 ** 31),
      state: 1 << roll(9),
      text: ["1号充电棚", "A区走廊@@", "##", ""][roll(4)] ?? "",
      time: "2026-11-25 18:00:00",
    }));
    const good = encodeFrame({ ...base, serial, command: 2, unit: encodeUnit({ kind: "component-state", objects }) });
    if (serial % 2 === 0) {
      const copies = roll(5) === 0 ? 2 : 1;
      doubled += copies - 1;
      for (let copy = 0; copy < copies; copy += 1) {
        parts.push(good);
        sent.push(toHex(good));
      }
      continue;
    }
    const name = names[roll(names.length)] ?? "flipped";
    spoilt[name] = (spoilt[name] ?? 0) + 1;
    parts.push(spoils[name]?.(good, roll) ?? good);
  }
  const heard = hear(gbt26875(standard), cut(concat(...parts), 200, roll));
  const found = heard.frames.map((one) => toHex(one.bytes));
  const lost = sent.filter((hex, at) => found[at] !== hex).length;
  expect({ lost, wrongly: found.length - sent.length }).toEqual({ lost: 0, wrongly: 0 });
  expect(Object.keys(spoilt)).toHaveLength(names.length);
  const malformed = Object.values(spoilt).reduce((sum, count) => sum + count, 0);
  expect(malformed).toBe(10_000);
  const refused = heard.noise.filter((one) => one.why !== undefined);
  const denied = refused.map((one) => denyNoise(one, base.sent)).filter((one) => one !== undefined);
  expect(denied.length).toBeLessThanOrEqual(malformed);
  counted(context, {
    malformed,
    good: sent.length,
    twice: doubled,
    refused: refused.length,
    denied: denied.length,
    lost,
    wrong: found.length - sent.length,
  });
});

test("any cut of any stream gives the same frames", () => {
  const stream = concat(...[fire, wrongAck, alive, fire].map(bytesOf));
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, most) => {
      expect(hear(gbt26875(field), cut(stream, most, dice(seed))).frames).toEqual(hear(gbt26875(field), [stream]).frames);
    }),
  );
});

test("answers carry the serial and version back with the addresses changed; noise is denied where a header was there, answers never", () => {
  const heard = only(standard, fire);
  expect(wantsConfirmation(heard)).toBe(true);
  expect(confirm(heard, "2026-11-25 18:00:00")).toMatchObject({
    serial: 0,
    minor: 1,
    source: heard.target,
    target: heard.source,
    command: 3,
    sent: "2026-11-25 18:00:00",
  });
  expect(encodeFrame(confirm(heard, base.sent))).toHaveLength(30);
  expect(decodeUnit(only(standard, toHex(encodeFrame(deny(heard, base.sent)))), standard)).toEqual({ kind: "empty" });
  const request: FireFrame = { ...base, command: 4, unit: encodeUnit({ kind: "read-device-state", objects: [{ reserved: 0 }] }) };
  expect(wantsConfirmation(request)).toBe(false);
  const state = encodeUnit({ kind: "device-state", objects: [{ state: 1, time: base.sent }] });
  expect(respond(request, base.sent, state)).toMatchObject({ command: 5, serial: 1, unit: state });

  const broken = hear(gbt26875(standard), [bytesOf(fire).with(-3, 0)]).noise[0];
  expect(broken && denyNoise(broken, base.sent)).toMatchObject({ command: 6, serial: 0, target: "000000000000" });
  const answer = hear(gbt26875(standard), [bytesOf(wrongAck)]).noise[0];
  expect(answer && denyNoise(answer, base.sent)).toBeUndefined();
  expect(denyNoise({ at: 0, bytes: bytesOf("4040") }, base.sent)).toBeUndefined();
});

test.each([
  [3, 855, { value: 85_500, unit: "m°C", inRange: true }],
  [3, -2731, { value: -273_100, unit: "m°C", inRange: false }],
  [8, 2200, { value: 220_000, unit: "mV", inRange: true }],
  [9, 105, { value: 10_500, unit: "mA", inRange: true }],
  [2, 250, { value: 2500, unit: "mm", inRange: true }],
  [12, 21, { value: 21_000, unit: "mm/s", inRange: false }],
  [0, 1, undefined],
  [13, 1, undefined],
  [128, 1, undefined],
])("analog type %i, raw %i", (type, raw, value) => {
  expect(analogValue(type, raw)).toEqual(value);
});

test("time labels are China civil time, and what is no moment is no moment", () => {
  const at = wall(1_596_280_728_000);
  expect(labelOf(at)).toBe("2020-08-01 19:18:48");
  expect(wallOf("2020-08-01 19:18:48")).toBe(at);
  expect([wallOf("2000-00-00 00:00:00"), wallOf("2021-02-29 00:00:00"), wallOf("2020-08-01 24:00:00")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("what is reserved, the user's own, or no moment is said to be so", () => {
  const of = (unit: readonly number[], given: Partial<FireFrame> = {}) =>
    explainGbt26875(encodeFrame({ ...base, command: 2, unit: Uint8Array.from(unit), ...given }));
  expect(of([45, 1, 2, 3])).toMatchObject({
    title: { zh: expect.stringContaining("类型45（预留）") },
    faults: [{ reason: "type 45 is reserved", at: 27 }],
  });
  expect(of([130, 1, 2, 3])).toMatchObject({ title: { en: expect.stringContaining("type 130 (user-defined)") }, faults: [] });
  expect(of([22])).toMatchObject({ title: { zh: expect.stringContaining("常作心跳") }, faults: [] });
  const row = (explained: ReturnType<typeof of>, name: string) => explained.rows.find((one) => one.name === name);
  expect(row(of([28, 1, 61, 61, 25, 32, 13, 200]), "objects[0].time")?.meaning?.zh).toContain("不是时刻");
  expect(row(of([28, 1, 59, 59, 23, 31, 12, 26]), "objects[0].time")?.meaning).toBeUndefined();
  expect(row(of([1], { command: 200 }), "command")?.meaning?.en).toBe("user-defined");
  expect(
    row(of([2, 1, 1, 3, 42, 0, 0, 0, 0, 0, 0x82, ...Array(31).fill(0), 0, 0, 0, 1, 1, 26]), "objects[0].state")?.meaning?.zh,
  ).toContain("预留");
});

// The master against answers that are late, doubled, truncated, foreign, noisy and torn: what it takes for an answer is one, or the count of wrong ones says so.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc16, type Request, readRequest, rtuFrame, writeCoilRequest } from "#protocols/modbus/frame.ts";
import { type ToldClock, toldClock } from "#test/told-clock.ts";
import type { ByteLine } from "../ports.ts";
import type { Outcome } from "./exchange.ts";
import { defaultLate_ms, mostQuiet_ms, rtuExchange } from "./rtu.ts";

interface Wire {
  readonly clock: ToldClock;
  readonly written: Uint8Array[];
  hear(bytes: Uint8Array): void;
  drop(why: string): void;
  readonly line: ByteLine;
}
function wire(): Wire {
  let listener = (_: Uint8Array): void => undefined;
  let gone = (_: string): void => undefined;
  const written: Uint8Array[] = [];
  return {
    clock: toldClock(),
    written,
    hear: (bytes) => listener(bytes),
    drop: (why) => gone(why),
    line: {
      write: (bytes) => void written.push(bytes),
      onBytes: (one) => {
        listener = one;
      },
      onClose: (one) => {
        gone = one;
      },
      close: () => gone("closed"),
    },
  };
}

const baud = 19_200;
const answer = (unit: number, values: readonly number[], fn = 4): Uint8Array =>
  rtuFrame({ unit, pdu: Uint8Array.of(fn, values.length * 2, ...values.flatMap((value) => [value >> 8, value & 0xff])) });
const exception = (unit: number, fn: number, code: number): Uint8Array => rtuFrame({ unit, pdu: Uint8Array.of(fn | 0x80, code) });

/** Asks, lets the question leave the wire, and returns where its outcome will stand. */
function asked(on: Wire, exchange: ReturnType<typeof rtuExchange>, request: Request): { outcome: Outcome | undefined } {
  const place: { outcome: Outcome | undefined } = { outcome: undefined };
  exchange.ask(request, (outcome) => {
    place.outcome = outcome;
  });
  on.clock.advance(10);
  return place;
}
const setUp = () => {
  const on = wire();
  return { on, exchange: rtuExchange({ line: on.line, clock: on.clock, baud }) };
};

describe("an answer", () => {
  test("whole, stamped with its first byte", () => {
    const { on, exchange } = setUp();
    const place = asked(on, exchange, readRequest(1, 4, 0, 2));
    const bytes = answer(1, [1111, 2222]);
    on.hear(bytes.subarray(0, 1));
    const first = on.clock.monotonic();
    on.clock.advance(40);
    on.hear(bytes.subarray(1));
    expect(place.outcome).toEqual({ kind: "answer", pdu: bytes.slice(1, -2), seen: first });
    expect(exchange.free()).toBe(false); // t3.5
    on.clock.advance(3);
    expect(exchange.free()).toBe(true);
  });
  test("of registers with four bytes, where the question says so: twice as long, and no other length", () => {
    for (const [bytes, kind] of [
      [answer(1, [1, 2, 3, 4]), "answer"],
      [answer(1, [1, 2]), "device-fault"],
    ] as const) {
      const { on, exchange } = setUp();
      const place = asked(on, exchange, { ...readRequest(1, 4, 0, 2), registerBytes: 4 });
      on.hear(bytes);
      expect(place.outcome).toMatchObject({ kind });
    }
  });
  test("torn at every byte", () => {
    const bytes = answer(1, [1, 2, 3]);
    let cuts = 0;
    for (let at = 1; at < bytes.length; at += 1) {
      const { on, exchange } = setUp();
      const place = asked(on, exchange, readRequest(1, 4, 0, 3));
      on.hear(bytes.subarray(0, at));
      expect(place.outcome).toBeUndefined();
      on.hear(bytes.subarray(at));
      expect(place.outcome).toMatchObject({ kind: "answer" });
      cuts += 1;
    }
    expect(cuts).toBe(10);
  });
  test("an exception is a fault with its number, and the line is free after t3.5", () => {
    const { on, exchange } = setUp();
    const place = asked(on, exchange, readRequest(1, 4, 0, 2));
    on.hear(exception(1, 4, 2));
    expect(place.outcome).toMatchObject({ code: "exception", detail: "exception 2" });
    on.clock.advance(3);
    expect(exchange.free()).toBe(true);
  });
  test("a write is answered by its own echo only", () => {
    const { on, exchange } = setUp();
    const place = asked(on, exchange, writeCoilRequest(1, 3, 0));
    on.hear(rtuFrame(writeCoilRequest(1, 3, 0)));
    expect(place.outcome).toMatchObject({ kind: "answer" });
  });
  test("the line gone: the open question hears it", () => {
    const { on, exchange } = setUp();
    const place = asked(on, exchange, readRequest(1, 4, 0, 2));
    on.drop("unplugged");
    expect(place.outcome).toMatchObject({ code: "closed", detail: "unplugged" });
    expect(exchange.free()).toBe(false);
  });
});

describe("no answer", () => {
  const good = answer(1, [1111, 2222]);
  const flipped = good.slice();
  flipped[4] = (flipped[4] ?? 0) ^ 0x10;
  const lying = Uint8Array.of(1, 4, 6, 0, 1, 0, 2);
  test.each<[string, Uint8Array[]]>([
    ["another unit's", [answer(2, [1111, 2222])]],
    ["another function's", [answer(1, [1111, 2222], 3)]],
    ["another length", [answer(1, [1111])]],
    ["a longer one", [answer(1, [1, 2, 3])]],
    ["a byte count that lies", [lying]],
    ["one bit wrong", [flipped]],
    ["noise before it", [Uint8Array.of(0xff), good]],
    ["noise behind it in one lump", [Uint8Array.of(...good, 0)]],
    ["twice in one lump", [Uint8Array.of(...good, ...good)]],
    ["an exception to another function", [exception(1, 3, 2)]],
    ["its echo (two-wire adapters hear themselves)", [rtuFrame(readRequest(1, 4, 0, 2))]],
    ["a write's echo of another coil", [rtuFrame(writeCoilRequest(1, 2, 0))]],
    ["truncated", [good.subarray(0, 7)]],
    ["nothing at all", []],
  ])("%s", (_, lumps) => {
    const { on, exchange } = setUp();
    const place = asked(on, exchange, readRequest(1, 4, 0, 2));
    for (const bytes of lumps) on.hear(bytes);
    on.clock.advance(150);
    expect(place.outcome).toMatchObject({ kind: "device-fault" });
  });
  test("bytes that come before the question has left the wire answer nothing", () => {
    const { on, exchange } = setUp();
    let outcome: Outcome | undefined;
    exchange.ask(readRequest(1, 4, 0, 2), (one) => {
      outcome = one;
    });
    on.clock.advance(2);
    on.hear(good);
    expect(outcome).toMatchObject({ code: "bad-frame" });
  });
});

describe("the quiet after a failure", () => {
  test("a late answer is dropped, and the line is asked only after it was silent", () => {
    const { on, exchange } = setUp();
    asked(on, exchange, readRequest(1, 4, 10, 1));
    on.clock.advance(150);
    expect(exchange.counts().timeouts).toBe(1);
    on.clock.advance(100);
    on.hear(answer(1, [1111]));
    on.clock.advance(defaultLate_ms);
    expect(exchange.free()).toBe(false);
    on.clock.advance(5);
    expect(exchange.free()).toBe(true);
    const place = asked(on, exchange, readRequest(1, 4, 20, 1));
    on.hear(answer(1, [2222]));
    expect(place.outcome).toMatchObject({ kind: "answer", pdu: Uint8Array.of(4, 2, 0x08, 0xae) });
  });
  test("a line that babbles without end is asked all the same: OFF must be sayable", () => {
    const { on, exchange } = setUp();
    asked(on, exchange, readRequest(1, 4, 10, 1));
    on.clock.advance(150);
    for (let ms = 0; ms < mostQuiet_ms + 50 && !exchange.free(); ms += 10) {
      on.hear(Uint8Array.of(0x55));
      on.clock.advance(10);
    }
    expect(exchange.free()).toBe(true);
  });
  test("bytes that nobody asked for make it wait too", () => {
    const { on, exchange } = setUp();
    on.hear(Uint8Array.of(1, 2, 3));
    expect(exchange.free()).toBe(false);
    on.clock.advance(defaultLate_ms + 5);
    expect(exchange.free()).toBe(true);
  });
  test("asking a line that is not free is a bug", () => {
    const { on, exchange } = setUp();
    asked(on, exchange, readRequest(1, 4, 10, 1));
    expect(() => exchange.ask(readRequest(1, 4, 10, 1), () => undefined)).toThrow();
  });
});

/** A slave with moods on a half-duplex line: each register holds its own address and unit, so a wrong attribution shows. */
type Mood = "good" | "late" | "very-late" | "double" | "truncated" | "foreign" | "noise" | "silent" | "flipped" | "exception" | "torn";
const moods: Mood[] = [
  "good",
  "good",
  "late",
  "very-late",
  "double",
  "truncated",
  "foreign",
  "noise",
  "silent",
  "flipped",
  "exception",
  "torn",
];

test("20,000 questions to slaves in every mood: no value is ever taken for another's", () => {
  let answered = 0;
  let wrong = 0;
  let asks = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          mood: fc.constantFrom(...moods),
          unit: fc.integer({ min: 1, max: 2 }),
          register: fc.integer({ min: 0, max: 9 }),
          dice: fc.nat(255),
        }),
        { minLength: 40, maxLength: 40 },
      ),
      (script) => {
        const { on, exchange } = setUp();
        for (const { mood, unit, register, dice } of script) {
          while (!exchange.free()) on.clock.advance(1);
          const place = asked(on, exchange, readRequest(unit, 4, register, 1));
          asks += 1;
          const truth = unit * 100 + register;
          play(on, { mood, dice, good: answer(unit, [truth]), unit });
          for (let ms = 0; ms < 400 && place.outcome === undefined; ms += 1) on.clock.advance(1);
          if (place.outcome?.kind !== "answer") continue;
          answered += 1;
          const value = ((place.outcome.pdu[2] ?? 0) << 8) | (place.outcome.pdu[3] ?? 0);
          if (value !== truth) wrong += 1;
        }
      },
    ),
    { numRuns: 500, seed: 20_261_125 },
  );
  expect(asks).toBe(20_000);
  expect(answered).toBeGreaterThan(5_000);
  expect(wrong).toBe(0);
});

function play(on: Wire, { mood, dice, good, unit }: { mood: Mood; dice: number; good: Uint8Array; unit: number }): void {
  const later = (ms: number, bytes: Uint8Array): void => void on.clock.wake((on.clock.monotonic() + ms) as never, () => on.hear(bytes));
  switch (mood) {
    case "good":
      later(5, good);
      return;
    case "late": // at about the deadline: on either side of it
      later(80 + (dice % 60), good);
      return;
    case "very-late": // up to the declared bound
      later(120 + (dice % 165), good);
      return; // asked 10 ms before, time-out at 99, quiet until 301
    case "double":
      later(5, good);
      later(5 + (dice % 4), good);
      return;
    case "truncated":
      later(5, good.subarray(0, 1 + (dice % (good.length - 1))));
      return;
    case "foreign":
      later(5, answer(3 - unit, [dice]));
      return;
    case "noise":
      later(
        5,
        Uint8Array.from({ length: 1 + (dice % 20) }, (_, i) => (dice * (i + 7)) & 0xff),
      );
      return;
    case "silent":
      return;
    case "flipped": {
      const bad = good.slice();
      bad[dice % bad.length] = (bad[dice % bad.length] ?? 0) ^ (1 << (dice % 8));
      later(5, bad);
      return;
    }
    case "exception":
      later(5, exception(unit, 4, 1 + (dice % 11)));
      return;
    case "torn":
      for (const [at, byte] of good.entries()) later(5 + at * (1 + (dice % 8)), Uint8Array.of(byte));
  }
}

test("the checksum is the standard's: a frame with its own CRC appended leaves zero", () => {
  expect(crc16(answer(1, [1, 2]))).toBe(0);
});

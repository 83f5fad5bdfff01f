// The master against answers that are late, doubled, truncated, foreign, noisy and torn: what it takes for an answer is one, or the count of wrong ones says so.
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
    on.clock.advance(4);
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
    on.clock.advance(4);
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

describe("what comes with it", () => {
  const good = answer(1, [1111, 2222]);
  const question = rtuFrame(readRequest(1, 4, 0, 2));
  test.each<[string, Uint8Array]>([
    ["noise behind it", Uint8Array.of(...good, 0)],
    ["the same again", Uint8Array.of(...good, ...good)],
  ])("%s, in one lump or in two: the answer is one, and the line is kept quiet", (_, bytes) => {
    for (const cut of [0, 5, good.length, bytes.length]) {
      const { on, exchange } = setUp();
      const place = asked(on, exchange, readRequest(1, 4, 0, 2));
      for (const lump of [bytes.subarray(0, cut), bytes.subarray(cut)]) if (lump.length > 0) on.hear(lump);
      expect(place.outcome).toMatchObject({ kind: "answer", pdu: good.slice(1, -2) });
      on.clock.advance(defaultLate_ms);
      expect(exchange.free()).toBe(false);
      on.clock.advance(10);
      expect(exchange.free()).toBe(true);
    }
  });
  test("an adapter that hears itself: the question's echo is swallowed, wherever it is cut, and the time is the answer's own", () => {
    const bytes = Uint8Array.of(...question, ...good);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const { on, exchange } = setUp();
      const place = asked(on, exchange, readRequest(1, 4, 0, 2));
      on.hear(bytes.subarray(0, cut));
      on.clock.advance(15);
      expect(place.outcome).toBeUndefined();
      on.hear(bytes.subarray(cut));
      const seen = on.clock.monotonic() - (cut > question.length ? 15 : 0);
      expect(place.outcome).toMatchObject({ kind: "answer", pdu: good.slice(1, -2), seen });
    }
  });
  test("its echo may come while the question is still going out", () => {
    const { on, exchange } = setUp();
    let outcome: Outcome | undefined;
    exchange.ask(readRequest(1, 4, 0, 2), (one) => {
      outcome = one;
    });
    for (const byte of question) {
      on.hear(Uint8Array.of(byte));
      on.clock.advance(0.5);
    }
    on.clock.advance(20);
    on.hear(good);
    expect(outcome).toMatchObject({ kind: "answer" });
  });
  test("a write: one copy is taken, but not as sure, until a read has shown whether the adapter echoes; then two are needed, or one", () => {
    const off = writeCoilRequest(1, 3, 0);
    for (const [echoes, copies, kind] of [
      [false, 1, "answer"],
      [true, 1, "device-fault"],
      [true, 2, "answer"],
    ] as const) {
      const { on, exchange } = setUp();
      const first = asked(on, exchange, off);
      on.hear(rtuFrame(off));
      expect(first.outcome).toMatchObject({ kind: "answer", unsure: true });
      on.clock.advance(300);
      asked(on, exchange, readRequest(1, 4, 0, 2));
      on.hear(echoes ? Uint8Array.of(...question, ...good) : good);
      on.clock.advance(300);
      const second = asked(on, exchange, off);
      for (let copy = 0; copy < copies; copy += 1) on.hear(rtuFrame(off));
      on.clock.advance(300);
      expect(second.outcome).toMatchObject({ kind });
      expect(second.outcome).not.toHaveProperty("unsure");
    }
  });
  test("a short answer that looks like its question's beginning is told from an echo by the end of the time", () => {
    // 1 register from 0x02hi: unit, function and 2 are both the question's beginning and the answer's. Whichever it is, no other value comes of it.
    const { on, exchange } = setUp();
    const place = asked(on, exchange, readRequest(1, 4, 0x0200, 1));
    on.hear(answer(1, [0]));
    on.clock.advance(150);
    expect(place.outcome).toMatchObject({ kind: "answer", pdu: Uint8Array.of(4, 2, 0, 0) });
  });
});

describe("a question that could be taken for the last one", () => {
  test("waits until an answer that comes twice has come; another one does not", () => {
    for (const [next, waits] of [
      [readRequest(1, 4, 20, 1), true],
      [readRequest(2, 4, 10, 1), false],
      [readRequest(1, 3, 10, 1), false],
      [readRequest(1, 4, 10, 2), false],
    ] as const) {
      const { on, exchange } = setUp();
      asked(on, exchange, readRequest(1, 4, 10, 1));
      on.hear(answer(1, [1111]));
      on.clock.advance(5);
      const before = on.written.length;
      const place = asked(on, exchange, next);
      expect(on.written.length - before).toBe(waits ? 0 : 1);
      if (!waits) continue;
      on.hear(answer(1, [1111])); // again: nobody waits for it
      expect(place.outcome).toBeUndefined();
      on.clock.advance(250);
      expect(on.written.length - before).toBe(1);
      on.hear(answer(1, [2222]));
      expect(place.outcome).toMatchObject({ kind: "answer", pdu: Uint8Array.of(4, 2, 0x08, 0xae) });
    }
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

test("the checksum is the standard's: a frame with its own CRC appended leaves zero", () => {
  expect(crc16(answer(1, [1, 2]))).toBe(0);
});

// Modbus TCP told byte by byte: an answer finds its question by number, whatever the order, the lumps and the lateness; and what is no Modbus TCP ends the connection.
import { describe, expect, test } from "vitest";
import { readRequest, tcpFrame, writeCoilRequest } from "#protocols/modbus/frame.ts";
import { type ToldClock, toldClock } from "#test/told-clock.ts";
import type { Outcome } from "./exchange.ts";
import { defaultAnswerWithin_ms, mbapExchange } from "./mbap.ts";

function setUp(in_flight = 1) {
  const clock: ToldClock = toldClock();
  const written: Uint8Array[] = [];
  let hear = (_: Uint8Array): void => undefined;
  let drop = (_: string): void => undefined;
  const exchange = mbapExchange({
    clock,
    in_flight,
    line: {
      write: (bytes) => void written.push(bytes),
      onBytes: (listener) => {
        hear = listener;
      },
      onClose: (listener) => {
        drop = listener;
      },
      close: () => drop("closed"),
    },
  });
  return { clock, written, exchange, hear: (bytes: Uint8Array) => hear(bytes), drop: (why: string) => drop(why) };
}
const numberOf = (frame: Uint8Array | undefined): number => ((frame?.[0] ?? 0) << 8) | (frame?.[1] ?? 0);
const answer = (number: number, value: number, unit = 1): Uint8Array =>
  tcpFrame(number, { unit, pdu: Uint8Array.of(4, 2, value >> 8, value & 0xff) });
const heardOf = (outcome: Outcome | undefined): number | string | undefined =>
  outcome?.kind === "answer" ? ((outcome.pdu[2] ?? 0) << 8) | (outcome.pdu[3] ?? 0) : outcome?.code;

test("a question on the wire, and its answer however it is cut", () => {
  const { written, exchange, hear, clock } = setUp();
  for (let cut = 0; cut < 11; cut += 1) {
    let outcome: Outcome | undefined;
    exchange.ask(readRequest(1, 4, 7, 1), (one) => {
      outcome = one;
    });
    expect(Buffer.from(written.at(-1)?.subarray(2) ?? []).toString("hex")).toBe("00000006010400070001");
    const bytes = answer(numberOf(written.at(-1)), 1111);
    hear(bytes.subarray(0, cut));
    clock.advance(5);
    hear(bytes.subarray(cut));
    expect(heardOf(outcome)).toBe(1111);
  }
  expect(exchange.counts()).toEqual({ frames: 11, timeouts: 0, badFrames: 0 });
});

test("a late answer is dropped by its number, and the line was free at the deadline", () => {
  const { written, exchange, hear, clock } = setUp();
  const outcomes: Outcome[] = [];
  exchange.ask(readRequest(1, 4, 10, 1), (one) => outcomes.push(one));
  clock.advance(defaultAnswerWithin_ms);
  expect(exchange.free()).toBe(true);
  exchange.ask(readRequest(1, 4, 20, 1), (one) => outcomes.push(one));
  hear(answer(numberOf(written[0]), 1111));
  expect(outcomes.map(heardOf)).toEqual(["timeout"]);
  hear(answer(numberOf(written[1]), 2222));
  expect(outcomes.map(heardOf)).toEqual(["timeout", 2222]);
});

test("a number that ran out of time is not used again while its answer may come", () => {
  const { written, exchange, hear, clock } = setUp();
  exchange.ask(readRequest(1, 4, 10, 1), () => undefined);
  const lost = numberOf(written[0]);
  clock.advance(defaultAnswerWithin_ms);
  const used = new Set<number>();
  for (let n = 0; n < 70_000; n += 1) {
    exchange.ask(readRequest(1, 4, 10, 1), () => undefined);
    const number = numberOf(written.at(-1));
    used.add(number);
    hear(answer(number, 1));
  }
  expect([used.has(lost), used.size]).toEqual([false, 65_535]);
});

test("a declared turnaround is the deadline's own", () => {
  const { exchange, clock } = setUp();
  let outcome: Outcome | undefined;
  exchange.ask({ ...readRequest(1, 4, 10, 1), turnaround_ms: 20 }, (one) => {
    outcome = one;
  });
  clock.advance(219);
  expect(outcome).toBeUndefined();
  clock.advance(1);
  expect(heardOf(outcome)).toBe("timeout");
});

describe("no answer", () => {
  test.each<[string, (number: number) => Uint8Array, string]>([
    ["another unit's", (number) => answer(number, 1, 2), "bad-frame"],
    ["another function's", (number) => tcpFrame(number, { unit: 1, pdu: Uint8Array.of(3, 2, 0, 1) }), "bad-frame"],
    ["another length", (number) => tcpFrame(number, { unit: 1, pdu: Uint8Array.of(4, 4, 0, 1, 0, 2) }), "bad-frame"],
    ["an exception", (number) => tcpFrame(number, { unit: 1, pdu: Uint8Array.of(0x84, 2) }), "exception"],
  ])("%s", (_, frame, code) => {
    const { written, exchange, hear } = setUp();
    let outcome: Outcome | undefined;
    exchange.ask(readRequest(1, 4, 7, 1), (one) => {
      outcome = one;
    });
    hear(frame(numberOf(written[0])));
    expect(heardOf(outcome)).toBe(code);
    expect(exchange.free()).toBe(true);
  });
  test.each<[string, Uint8Array]>([
    ["another protocol", Uint8Array.of(0, 1, 0, 1, 0, 5, 1, 4, 2, 0, 1)],
    ["a length of 1", Uint8Array.of(0, 1, 0, 0, 0, 1, 1, 4, 2, 0, 1)],
    ["a length of 255", Uint8Array.of(0, 1, 0, 0, 0, 255, 1, 4, 2, 0, 1)],
    ["text", new TextEncoder().encode("HTTP/1.1 400 Bad Request")],
  ])("%s ends the connection: there is no mark to find the next frame by", (_, bytes) => {
    const { exchange, hear } = setUp();
    let outcome: Outcome | undefined;
    let why = "";
    exchange.onClose((one) => {
      why = one;
    });
    exchange.ask(readRequest(1, 4, 7, 1), (one) => {
      outcome = one;
    });
    hear(bytes);
    expect(heardOf(outcome)).toBe("closed");
    expect(why).not.toBe("");
    expect(exchange.free()).toBe(false);
  });
  test("the connection gone: every open question hears it", () => {
    const { exchange, drop } = setUp(4);
    const outcomes: Outcome[] = [];
    for (let n = 0; n < 4; n += 1) exchange.ask(readRequest(1, 4, n, 1), (one) => outcomes.push(one));
    drop("reset");
    expect(outcomes.map(heardOf)).toEqual(["closed", "closed", "closed", "closed"]);
  });
  test("asking a line that is not free is a bug", () => {
    const { exchange } = setUp(2);
    exchange.ask(readRequest(1, 4, 0, 1), () => undefined);
    exchange.ask(readRequest(1, 4, 1, 1), () => undefined);
    expect(() => exchange.ask(readRequest(1, 4, 2, 1), () => undefined)).toThrow();
  });
});

describe("several in flight", () => {
  test("answers in any order, in one lump; what they lead to goes out in one write", () => {
    const { written, exchange, hear } = setUp(3);
    const heard: (number | string | undefined)[] = [];
    let more = 3;
    const ask = (register: number): void =>
      exchange.ask(readRequest(1, 4, register, 1), (outcome) => {
        heard.push(heardOf(outcome));
        if (more > 0) {
          more -= 1;
          ask(100 + more);
        }
      });
    for (const register of [0, 1, 2]) ask(register);
    const numbers = written.map(numberOf);
    expect(exchange.free()).toBe(false);
    hear(Uint8Array.of(...[2, 0, 1].flatMap((at) => [...answer(numbers[at] ?? 0, 10 + at)])));
    expect(heard).toEqual([12, 10, 11]);
    expect([written.length, written[3]?.length]).toEqual([4, 36]);
  });
  test("each has its own deadline", () => {
    const { written, exchange, hear, clock } = setUp(3);
    const heard: (number | string | undefined)[] = [];
    for (const [register, turnaround_ms] of [
      [0, 400],
      [1, 50],
      [2, 200],
    ] as const)
      exchange.ask({ ...readRequest(1, 4, register, 1), turnaround_ms }, (outcome) => heard.push(heardOf(outcome)));
    clock.advance(251);
    expect(heard).toEqual(["timeout"]);
    hear(answer(numberOf(written[0]), 5));
    clock.advance(200);
    expect(heard).toEqual(["timeout", 5, "timeout"]);
  });
  test("a question beside others goes out at once", () => {
    const { written, exchange } = setUp(3);
    exchange.ask(readRequest(1, 4, 0, 1), () => undefined);
    exchange.ask(writeCoilRequest(1, 3, 0), () => undefined);
    expect(written).toHaveLength(2);
  });
});

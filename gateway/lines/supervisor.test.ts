// A line comes open again by itself, is not hammered, and a line that only swallows is noticed though nobody closes it.
import { describe, expect, test } from "vitest";
import { readRequest } from "#protocols/modbus/frame.ts";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import { toldClock } from "#test/told-clock.ts";
import type { Exchange, Outcome } from "./exchange.ts";
import { dead_ms, superviseLine } from "./supervisor.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const request = readRequest(1, 4, 0, 1);

function fakeExchange(outcome: () => Outcome): { exchange: Exchange; close: (why: string) => void; closed: () => boolean } {
  let closed = false;
  let onClose = (_: string): void => undefined;
  return {
    closed: () => closed,
    close: (why) => onClose(why),
    exchange: {
      free: () => true,
      ask: (_, done) => done(outcome()),
      onFree: () => undefined,
      onClose: (listener) => {
        onClose = listener;
      },
      counts: () => ({ frames: 3, timeouts: 2, badFrames: 1 }),
      close: () => {
        closed = true;
      },
    },
  };
}
const answers = (): Outcome => ({ kind: "answer", pdu: Uint8Array.of(4), seen: 0 as never });
const swallows = (): Outcome => deviceFault("timeout", "no answer");

describe("a supervised line", () => {
  test("is tried again with growing pauses, never in a hurry", async () => {
    const clock = toldClock();
    const tried: number[] = [];
    const lost: string[] = [];
    superviseLine(
      {
        id: "line-1",
        clock,
        connect: () => {
          tried.push(clock.monotonic() - 1_000_000);
          return Promise.reject(new Error("no such file"));
        },
      },
      { onFree: () => undefined, onOpen: () => undefined, onLost: (why) => lost.push(why) },
    );
    for (let i = 0; i < 400; i += 1) {
      await settled();
      clock.advance(50);
    }
    const pauses = tried.slice(1).map((at, i) => at - (tried[i] ?? 0));
    expect(pauses.slice(0, 5)).toEqual([250, 500, 1000, 2000, 4000]);
    expect(Math.max(...pauses)).toBe(5000);
    expect(lost[0]).toBe("no such file");
  });
  test("comes back after a close, and keeps its counts", async () => {
    const clock = toldClock();
    const made: ReturnType<typeof fakeExchange>[] = [];
    const line = superviseLine(
      {
        id: "line-1",
        clock,
        connect: () => {
          const one = fakeExchange(answers);
          made.push(one);
          return Promise.resolve(one.exchange);
        },
      },
      { onFree: () => undefined, onOpen: () => undefined, onLost: () => undefined },
    );
    await settled();
    expect(line.open()).toBe(true);
    made[0]?.close("gone");
    expect(line.open()).toBe(false);
    clock.advance(250);
    await settled();
    expect([line.open(), made.length]).toEqual([true, 2]);
    expect(line.counts()).toEqual({ frames: 6, timeouts: 4, badFrames: 2 });
  });
  test("a dead adapter gives no close event: unanswered questions tell", async () => {
    const clock = toldClock();
    const made: ReturnType<typeof fakeExchange>[] = [];
    const lost: string[] = [];
    const line = superviseLine(
      {
        id: "line-1",
        clock,
        connect: () => {
          const one = fakeExchange(swallows);
          made.push(one);
          return Promise.resolve(one.exchange);
        },
      },
      { onFree: () => undefined, onOpen: () => undefined, onLost: (why) => lost.push(why) },
    );
    await settled();
    for (let ms = 0; ms <= dead_ms; ms += 500) {
      if (line.open()) line.ask(request, () => undefined);
      clock.advance(500);
    }
    expect(made[0]?.closed()).toBe(true);
    expect(lost).toEqual([`nothing was answered for ${dead_ms} ms`]);
  });
  test("one station that answers keeps the line", async () => {
    const clock = toldClock();
    let turn = 0;
    const one = fakeExchange(() => (turn++ % 5 === 0 ? answers() : swallows()));
    const line = superviseLine(
      { id: "line-1", clock, connect: () => Promise.resolve(one.exchange) },
      { onFree: () => undefined, onOpen: () => undefined, onLost: () => undefined },
    );
    await settled();
    for (let ms = 0; ms <= 60_000; ms += 500) {
      line.ask(request, () => undefined);
      clock.advance(500);
    }
    expect([line.open(), one.closed()]).toEqual([true, false]);
  });
});

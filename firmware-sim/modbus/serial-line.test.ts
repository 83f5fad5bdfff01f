// A simulated serial line in told time: it answers at its baud rate, obeys at once, is silent for a foreign unit, and loses what comes while it speaks.
import { describe, expect, it } from "vitest";
import { readRequest, rtuFrame, rtuIntact, writeCoilRequest } from "#protocols/modbus/frame.ts";
import { chance } from "../chance.ts";
import { toldWorld } from "../told-world.ts";
import type { Memory } from "./answer.ts";
import { serveSerialLine } from "./serial-line.ts";

function oneLine() {
  const world = toldWorld();
  const written: { at: number; bytes: Uint8Array }[] = [];
  const coils: [number, number][] = [];
  let say: (bytes: Uint8Array) => void = () => {};
  const board: Memory = {
    word: (address) => (address < 108 ? address : undefined),
    holdsCoil: () => true,
    writeCoil: (address, value) => {
      coils.push([address, value]);
      return "done";
    },
  };
  const line = serveSerialLine(
    { write: (bytes) => written.push({ at: world.now(), bytes }), onBytes: (listener) => (say = listener) },
    { world, chance: chance(2), baud: 19_200, memory: (unit) => (unit === 1 ? board : undefined) },
  );
  const answer = () => Uint8Array.of(...written.flatMap(({ bytes }) => [...bytes]));
  return { world, written, coils, line, answer, say: (bytes: Uint8Array) => say(bytes) };
}

describe("the serial line", () => {
  it("answers a block read at the pace of 19200 baud", () => {
    const { world, written, answer, say } = oneLine();
    say(rtuFrame(readRequest(1, 4, 0, 108)));
    world.advance(1_000);
    expect(rtuIntact(answer())).toBe(true);
    expect(answer()).toHaveLength(221);
    // 8 characters asked, 5–20 ms of thinking, 221 characters answered; 0.573 ms each.
    expect(written[0]!.at).toBeGreaterThan(8 * 0.57 + 5);
    const ended = written.at(-1)!.at;
    expect(ended).toBeGreaterThan(229 * 0.57 + 5);
    expect(ended).toBeLessThan(229 * 0.58 + 21);
    expect(written.length).toBeGreaterThan(10);
  });

  it("obeys at once and answers after its turnaround", () => {
    const { world, coils, written, say } = oneLine();
    say(rtuFrame(writeCoilRequest(1, 3, 0)));
    expect([coils, written.length]).toEqual([[[3, 0]], 0]);
    world.advance(60);
    expect(written.flatMap(({ bytes }) => [...bytes])).toEqual([...rtuFrame(writeCoilRequest(1, 3, 0))]);
  });

  it("is silent for a foreign unit, and writes down that it heard the frame", () => {
    const { world, written, line, say } = oneLine();
    say(rtuFrame(readRequest(9, 4, 0, 1)));
    world.advance(1_000);
    expect(written).toHaveLength(0);
    expect(line.frames).toEqual([{ ms: 0, hex: Buffer.from(rtuFrame(readRequest(9, 4, 0, 1))).toString("hex") }]);
  });

  it("answers an exception as a frame", () => {
    const { world, answer, say } = oneLine();
    say(rtuFrame(readRequest(1, 4, 107, 2)));
    world.advance(100);
    expect([...answer()].slice(0, 3)).toEqual([1, 0x84, 2]);
    expect(rtuIntact(answer())).toBe(true);
  });

  it("loses a request that comes while an answer is under way", () => {
    const { world, coils, line, say } = oneLine();
    say(rtuFrame(readRequest(1, 4, 0, 108)));
    world.advance(60);
    say(rtuFrame(writeCoilRequest(1, 3, 0)));
    expect([coils.length, line.collisions()]).toEqual([0, 1]);
    world.advance(200);
    say(rtuFrame(writeCoilRequest(1, 3, 0)));
    expect(coils).toHaveLength(1);
  });

  it("remembers the newest 4,000 frames", () => {
    const { world, line, say } = oneLine();
    for (let i = 0; i < 4_010; i += 1) {
      say(rtuFrame(readRequest(9, 4, i, 1)));
      world.advance(20);
    }
    expect(line.frames).toHaveLength(4_000);
    expect(line.frames.at(-1)!.ms).toBe(4_009 * 20);
  });
});

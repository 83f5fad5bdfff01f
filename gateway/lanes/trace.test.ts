// The stopwatch of a lane: from trigger to arm, whoever tells the gate; what is not known is null; and no whole plate.
import { expect, test } from "vitest";
import type { PlateRead } from "#protocols/cameras/plate-read.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { monotonic, type Stamp, wall } from "#protocols/vocabulary/time.ts";
import type { BoardLook } from "../drivers/barrier-board.ts";
import { startTrace } from "./trace.ts";

const base = Date.UTC(2026, 10, 25, 4);
const at = (ms: number): Stamp => ({ wall: wall(base + ms), mono: monotonic(1_000 + ms), boot: "b", synchronised: true });
const read = (more: Partial<PlateRead> = {}): PlateRead => ({
  ...{ serialno: "s", plate: "闽CD12345" as Plate, noPlate: false, text: "闽CD12345", colour: "green", confidence: 96, offline: false },
  ...{ seen: { sec: wall(base - 180), dec: wall(base - 180) }, openedByCamera: false, key: "k", id: 1, trigger: "automatic", image: null },
  ...more,
});
const look = (open: boolean, opened: number): BoardLook => ({
  ...{ asked: monotonic(0), open, closed: !open, moving: false, approach: true, under: false, fault: false, opened, passed: 0 },
});
const decided = { from: at(0), decided: at(12), outcome: "opened", opens: true, opened: 7, order: "order-1" } as const;

test("a camera that opens by its reply: the gate is told with the answer, the arm is in place when its count rises", () => {
  const trace = startTrace();
  trace.read(read(), { ...decided, byReply: true });
  trace.look(look(false, 7), at(200));
  expect(trace.all()).toMatchObject([{ read_ms: 180, decided_ms: 12, gate_ms: 0, in_place_ms: null }]);
  trace.look(look(true, 8), at(1_432));
  expect(trace.all()).toMatchObject([{ plate: "闽***45", confidence: 96, outcome: "opened", in_place_ms: 1_420 }]);
  expect(JSON.stringify(trace.all())).not.toContain("12345");
});

test("a board that is pulsed: the gate is told when it has echoed; the steps of an order are those of the read that gave it first", () => {
  const trace = startTrace();
  trace.read(read(), { ...decided, byReply: false });
  expect(trace.stepsOf("order-1")).toEqual({ read_ms: 180, decided_ms: 12, gate_ms: null });
  trace.gate(at(20));
  trace.read(read(), { ...decided, from: at(900), decided: at(907), outcome: "opened-again", byReply: false });
  expect([trace.stepsOf("order-1"), trace.stepsOf("order-2")]).toEqual([{ read_ms: 180, decided_ms: 12, gate_ms: 8 }, undefined]);
  expect(JSON.stringify(trace.all())).not.toContain("order-1");
});

test("a board that is pulsed: the arm is in place so long after the gate was told", () => {
  const trace = startTrace();
  trace.read(read(), { ...decided, byReply: false });
  trace.gate(at(20));
  trace.look(look(true, 8), at(1_440));
  expect(trace.all()).toMatchObject([{ decided_ms: 12, gate_ms: 8, in_place_ms: 1_420 }]);
});

test.each([
  ["kept while the network was away", { offline: true }],
  ["without a time", { seen: { sec: null, dec: null } }],
  ["of a clock that runs ahead", { seen: { sec: wall(base + 500), dec: wall(base + 500) } }],
  ["of a clock that stands", { seen: { sec: wall(base - 3_600_000), dec: wall(base - 3_600_000) } }],
])("a read %s says nothing about how long its word took", (_what, more) => {
  const trace = startTrace();
  trace.read(read(more), { ...decided, byReply: true });
  expect(trace.all()[0]?.read_ms).toBeNull();
});

test("an arm that was up already, and one that comes up much later, are not this read's; twenty are kept, the newest first", () => {
  const trace = startTrace();
  trace.read(read(), { ...decided, byReply: true });
  trace.look(look(true, 7), at(100));
  trace.look(look(true, 8), at(16_000));
  expect(trace.all()[0]?.in_place_ms).toBeNull();
  for (let n = 0; n < 30; n += 1)
    trace.read(read({ confidence: n }), { ...decided, byReply: true, from: at(20_000 + n), decided: at(20_001 + n) });
  expect([trace.all().length, trace.all()[0]?.confidence]).toEqual([20, 29]);
});

// One car's way through a lane, out of what events say and nothing else.
import { expect, test } from "vitest";
import type { EventView } from "#protocols/api/views.ts";
import { lastPassage, passageAround } from "./passage.ts";
import { event } from "./samples-for-tests.ts";

const at = (ms: number): string => new Date(Date.UTC(2026, 10, 25, 4, 0, 0, 0) + ms).toISOString().replace("Z", "+00:00");
const told = (type: string, ms: number, data: object): EventView => ({ ...event(ms), key: `${type} ${ms}`, type, at: at(ms), data });
const entered = told("visit.opened", 1_000, { visit: "v-1", plate: "闽CD12345" });
const opened = (more: object = {}) => told("gate.opened", 2_400, { after_ms: 1_380, known_late: false, ...more });
const passed = (more: object = {}) => told("lane.passed", 5_000, { visit: "v-1", known_late: false, ...more });
const steps = { read_ms: 180, decided_ms: 12, gate_ms: 8 };

type Row = readonly (number | null)[];
const told6 = (passage: ReturnType<typeof lastPassage>): Row | undefined => passage?.steps.map(({ after_ms }) => after_ms);

// trigger, read, decided, ordered, opened, passed: milliseconds after the first that is known; null: nobody has told.
const table: [string, EventView[], Row | undefined][] = [
  ["every step, by the gateway's stopwatch", [passed(), opened({ steps }), entered], [0, 180, 192, 200, 1_560, 4_160]],
  [
    "a camera whose clock is not to be believed",
    [passed(), opened({ steps: { ...steps, read_ms: null } }), entered],
    [null, 0, 12, 20, 1_380, 3_980],
  ],
  ["a gate that nobody confirmed", [passed(), opened({ steps: { ...steps, gate_ms: null } }), entered], [0, 180, 192, null, 1_560, 4_160]],
  ["a gateway without a stopwatch: decided, ordered, open, passed", [passed(), opened(), entered], [null, null, 0, 20, 1_400, 4_000]],
  ["in whatever order it is heard", [entered, opened(), passed()], [null, null, 0, 20, 1_400, 4_000]],
  ["the board does not say how long the arm took", [passed(), opened({ after_ms: null }), entered], [null, null, 0, null, 1_400, 4_000]],
  ["opened by a person, for no visit", [passed({ visit: null }), opened(), entered], [null, null, null, 0, 1_380, 3_980]],
  ["steps that are no numbers", [passed(), opened({ steps: "soon" }), entered], [null, null, 0, 20, 1_400, 4_000]],
  ["not passed yet", [opened(), entered], undefined],
  ["known by a counter alone, after a gap", [passed({ known_late: true }), opened(), entered], undefined],
  ["the arm was never seen", [passed(), entered], undefined],
  ["an opening of an hour ago is another car's", [{ ...passed(), at: at(3_600_000) }, opened(), entered], undefined],
];
test.each(table)("the last car: %s", (_, events, wanted) => {
  expect(told6(lastPassage(events))).toEqual(wanted);
});

const second = [
  told("visit.opened", 9_000, { visit: "v-2", plate: "闽C8K721" }),
  told("gate.opened", 10_500, { after_ms: 1_450, known_late: false }),
  told("lane.passed", 13_000, { visit: "v-2", known_late: false }),
];
const refused = told("lane.exception", 20_000, { plate: "闽CD1Z345", reason: "low-confidence" });
const byHand = told("gate.opened", 31_500, { cause: "manual", after_ms: 1_500, known_late: false });
const all = [refused, ...second, passed(), opened({ steps }), entered];

// Of whichever event: its own car's steps, and no other's.
const around: [string, EventView[], string, Row | undefined][] = [
  ["a decision", all, "visit.opened 1000", [0, 180, 192, 200, 1_560, 4_160]],
  ["an opening", all, "gate.opened 2400", [0, 180, 192, 200, 1_560, 4_160]],
  ["a passage", all, "lane.passed 5000", [0, 180, 192, 200, 1_560, 4_160]],
  ["the car behind", all, "gate.opened 10500", [null, null, 0, 50, 1_500, 4_000]],
  ["an exception that nobody helped", all, "lane.exception 20000", [null, null, 0, null, null, null]],
  ["an exception, then a person", [...all, byHand], "lane.exception 20000", [null, null, 0, 10_000, 11_500, null]],
  ["a car that was decided on and did not come", [second[0] as EventView], "visit.opened 9000", [null, null, 0, null, null, null]],
  ["an opening that a counter told after a gap", [opened({ known_late: true }), entered], "gate.opened 2400", undefined],
  ["something else", [told("camera.silent", 0, {})], "camera.silent 0", undefined],
  ["an event that is not among them", all, "gate.opened 7", undefined],
];
test.each(around)("around an event: %s", (_, events, key, wanted) => {
  for (const order of [events, [...events].reverse()]) expect(told6(passageAround(order, key))).toEqual(wanted);
});

test("a missing step is null and never zero, whichever moments are taken away", () => {
  let missing = 0;
  for (let mask = 0; mask < 8; mask += 1) {
    const some = { ...steps, ...(mask & 1 ? { read_ms: null } : {}), ...(mask & 2 ? { gate_ms: null } : {}) };
    const found = passageAround([opened({ steps: some, ...(mask & 4 ? { after_ms: null } : {}) })], "gate.opened 2400");
    const row = told6(found) ?? [];
    expect(row[5]).toBeNull();
    missing += row.filter((one) => one === null).length;
    expect(row.filter((one) => one === 0)).toHaveLength(1);
  }
  // Passed: eight times; without after_ms trigger, read, decided and ordered: four times four; else one for each that is taken away.
  expect(missing).toBe(8 + 16 + 4);
});

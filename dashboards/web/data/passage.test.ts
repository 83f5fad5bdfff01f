// One car's way through a lane, out of what events say and nothing else.
import { expect, test } from "vitest";
import type { EventView } from "#protocols/api/views.ts";
import { lastPassage } from "./passage.ts";
import { event } from "./samples-for-tests.ts";

const at = (ms: number): string => new Date(Date.UTC(2026, 10, 25, 4, 0, 0, 0) + ms).toISOString().replace("Z", "+00:00");
const told = (type: string, ms: number, data: object): EventView => ({ ...event(ms), type, at: at(ms), data });
const entered = told("visit.opened", 1_000, { visit: "v-1", plate: "闽CD12345" });
const opened = (more: object = {}) => told("gate.opened", 2_400, { after_ms: 1_380, known_late: false, ...more });
const passed = (more: object = {}) => told("lane.passed", 5_000, { visit: "v-1", known_late: false, ...more });

const table: [string, EventView[], [string, number][] | undefined][] = [
  [
    "decided, ordered, open, passed",
    [passed(), opened(), entered],
    [
      ["decided", 0],
      ["ordered", 20],
      ["opened", 1_400],
      ["passed", 4_000],
    ],
  ],
  [
    "in whatever order it is heard",
    [entered, opened(), passed()],
    [
      ["decided", 0],
      ["ordered", 20],
      ["opened", 1_400],
      ["passed", 4_000],
    ],
  ],
  [
    "the board does not say how long the arm took",
    [passed(), opened({ after_ms: null }), entered],
    [
      ["decided", 0],
      ["opened", 1_400],
      ["passed", 4_000],
    ],
  ],
  [
    "opened by a person, for no visit",
    [passed({ visit: null }), opened(), entered],
    [
      ["ordered", 0],
      ["opened", 1_380],
      ["passed", 3_980],
    ],
  ],
  ["not passed yet", [opened(), entered], undefined],
  ["known by a counter alone, after a gap", [passed({ known_late: true }), opened(), entered], undefined],
  ["the arm was never seen", [passed(), entered], undefined],
  ["an opening of an hour ago is another car's", [{ ...passed(), at: at(3_600_000) }, opened(), entered], undefined],
];
test.each(table)("%s", (_, events, wanted) => {
  expect(lastPassage(events)?.steps.map(({ what, after_ms }) => [what, after_ms])).toEqual(wanted);
});

// The board: every rung has its lane, the longest overdue first, and nothing falls off it.
import { expect, test } from "vitest";
import type { HazardView } from "#protocols/api/views.ts";
import { lanesOf } from "./lanes.ts";

const rung = (level: number) => ({ level, zh: `第${level}`, en: `L${level}` });
const hazard = (id: string, level: number, overdue_days: number) => ({ id, level, overdue_days }) as HazardView;
const planned = (id: string) => ({ hazard: id, zh: "约谈", en: "talk", at: "2026-11-28T09:00:00.000+08:00", tells: [] });

test("a lane a rung, empty or not; what is not late is not on the board; a level without a rung keeps its lane", () => {
  const lanes = lanesOf(
    [rung(0), rung(1), rung(2), rung(2)],
    [hazard("b", 2, 3), hazard("a", 2, 3), hazard("c", 2, 9), hazard("d", 0, 1), hazard("e", 1, 0), hazard("f", 7, 40)],
    [planned("c")],
  );
  expect(lanes.map(({ level, rung: of, cards }) => [level, of?.zh ?? null, cards.map((card) => card.hazard.id).join("")])).toEqual([
    [0, null, "d"],
    [1, "第1", ""],
    [2, "第2", "cab"],
    [7, null, "f"],
  ]);
  expect(lanes[2]?.cards.map(({ next }) => next?.zh ?? null)).toEqual(["约谈", null, null]);
  expect(lanesOf([rung(0), rung(1)], [], []).map(({ level }) => level)).toEqual([1]);
});

// Sums of what is built, what contradicts itself, and in which order a list of works is read.
import { expect, test } from "vitest";
import type { CompoundView, FireState, Ports } from "../data/compounds-api.ts";
import { finishedShare, inOrder, oddPorts, progressOf, saysSound, townsOf } from "./progress.ts";

const ports = (planned: number, started: number, finished: number, in_use: number): Ports => ({ planned, started, finished, in_use });
const one = (name: string, built: Ports | null, fire: FireState = "完好", more: Partial<CompoundView> = {}): CompoundView => ({
  ...{ site: name, name, town: "甲街道", community: "", grid: null, open: 3, closed: 1, overdue: 1, about: { charging: 0, fire: 0 } },
  facts:
    built === null
      ? null
      : {
          ...{ kind: "商品房", company: "某物业", households: 1, area_m2: 1, e_bikes: 1, sheds: 1, control_room: true },
          ...{ ports: built, fire_facilities: fire, valid_from: "2026-01-01", version: 1 },
        },
  ...more,
});

test("what nobody wrote is counted as unwritten, never as none", () => {
  const all = [one("a", ports(40, 40, 40, 38)), one("b", ports(60, 20, 0, 0), "维修中"), one("c", null)];
  const { compounds, written, ports: sum, fire, open, overdue } = progressOf(all);
  expect([compounds, written, sum, fire, open, overdue]).toEqual([
    ...[3, 2, ports(100, 60, 40, 38), { 完好: 1, 部分故障: 0, 停用: 0, 维修中: 1 }, 9, 3],
  ]);
  expect(progressOf([]).ports).toEqual(ports(0, 0, 0, 0));
});

test.each([
  ["in order", ports(40, 30, 20, 10), false, 50],
  ["all there", ports(40, 40, 40, 40), false, 100],
  ["more in use than finished", ports(40, 40, 20, 21), true, 50],
  ["more finished than started", ports(40, 10, 20, 20), true, 50],
  ["more started than planned", ports(40, 41, 20, 20), true, 50],
  ["nothing planned", ports(0, 0, 0, 0), false, null],
  ["a third", ports(3, 3, 1, 1), false, 33.3],
] as const)("ports that do not follow each other are marked: %s", (_, built, odd, share) => {
  expect([oddPorts(built), finishedShare(built)]).toEqual([odd, share]);
});

test("sound in the file and not in the ledger is said; unwritten and least finished come first", () => {
  const about = { charging: 0, fire: 2 };
  expect([saysSound(one("a", ports(1, 1, 1, 1), "完好", { about })), saysSound(one("a", ports(1, 1, 1, 1), "停用", { about }))]).toEqual([
    true,
    false,
  ]);
  const all = [
    one("done", ports(4, 4, 4, 4)),
    one("none", null),
    one("half", ports(4, 4, 2, 2)),
    one("unplanned", ports(0, 0, 0, 0), "完好", { overdue: 9 }),
  ];
  expect(inOrder(all, "finished").map(({ name }) => name)).toEqual(["none", "half", "done", "unplanned"]);
  expect(inOrder(all, "overdue")[0]?.name).toBe("unplanned");
  expect(inOrder(all, "name").map(({ name }) => name)).toEqual(["done", "half", "none", "unplanned"]);
  expect(townsOf([...all, one("x", null, "完好", { town: "" }), one("y", null, "完好", { town: "乙镇" })])).toEqual(["乙镇", "甲街道"]);
});

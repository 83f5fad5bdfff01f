// Facts as versions: which holds, which never did, what each changed.
import { expect, test } from "vitest";
import type { CompoundBody, Version } from "../data/compounds-api.ts";
import { daysUntil, heldOf, historyOf, newestOf } from "./versions.ts";

const body: CompoundBody = {
  ...{
    town: "甲街道",
    community: "乙社区",
    kind: "商品房",
    aliases: [],
    company: "旧物业",
    households: 640,
    area_m2: 82_000,
    e_bikes: 400,
    sheds: 1,
  },
  ...{ ports: { planned: 40, started: 20, finished: 0, in_use: 0 }, fire_facilities: "部分故障", control_room: true },
};
const version = (number: number, valid_from: string, more: Partial<CompoundBody> = {}): Version => ({
  ...{ version: number, valid_from, body: { ...body, ...more }, note: "换物业", person: "专员", at: "2026-11-01T09:00:00.000+08:00" },
});

test("the newest version of the newest day that has come holds; what it changed is said field by field", () => {
  const told = historyOf(
    [
      version(1, "2026-01-01"),
      version(2, "2026-11-11", { company: "写错的物业" }),
      version(3, "2026-11-11", { company: "新物业", ports: { ...body.ports, finished: 12 } }),
      version(4, "2027-01-01", { company: "新物业", manager: "张" }),
      version(5, "2025-06-01", { company: "更早的物业" }),
    ],
    "2026-11-20",
  );
  expect(told.map(({ version: { version: n }, standing }) => [n, standing])).toEqual([
    ...[
      [4, "to-come"],
      [3, "now"],
      [2, "replaced"],
      [1, "before"],
      [5, "before"],
    ],
  ]);
  // Held against the one that held before it, not against the one that never did.
  expect(told[1]?.changed).toEqual([
    { field: "company", from: "旧物业", to: "新物业" },
    { field: "finished", from: 0, to: 12 },
  ]);
  expect(told[0]?.changed).toEqual([
    { field: "manager", from: null, to: "张" },
    { field: "finished", from: 12, to: 0 },
  ]);
  expect([told[4]?.changed, newestOf(told.map((one) => one.version))]).toEqual([null, 5]);
  expect(historyOf([], "2026-11-20")).toEqual([]);
});

test("values as they are shown, days as they are counted", () => {
  expect([
    heldOf(body, "aliases"),
    heldOf({ ...body, aliases: ["瑞璟", "瑞景"] }, "aliases"),
    heldOf(body, "grid"),
    heldOf(body, "planned"),
  ]).toEqual([...[null, "瑞璟、瑞景", null, 40]]);
  expect([daysUntil("2026-12-01", "2026-11-27"), daysUntil("2026-11-26", "2026-11-27"), daysUntil("2027-02-28", "2026-02-28")]).toEqual([
    4, -1, 365,
  ]);
});

// What a flood is made of: as many faults as were asked for, in order, in their time, each at a socket that somebody has plugged into.
import { expect, test } from "vitest";
import { floodPlan } from "./flood.ts";

const sockets = Array.from({ length: 20 }, (_, index) => `station-${index < 10 ? 1 : 2}/${(index % 10) + 1}`);

test("sixty faults in sixty seconds, one a second, smoke last", () => {
  const plan = floodPlan({ n: 60, seconds: 60, sockets });
  const moments = [...new Set(plan.flatMap(({ at_ms, fault }) => (fault === undefined ? [] : [at_ms])))];
  expect(moments).toEqual(Array.from({ length: 60 }, (_, index) => (index + 1) * 1_000));
  expect(plan.filter(({ tap }) => tap !== undefined).map(({ tap }) => tap?.socket)).toEqual(sockets);
  expect(plan.at(-1)?.fault).toEqual({ name: "smoke", shed: "shed-1" });
  expect(plan.filter(({ fault }) => fault?.name === "weld").length).toBe(3);
  expect(plan.every(({ fault }) => fault?.socket === undefined || sockets.includes(fault.socket))).toBe(true);
});

test("fewer faults than sockets is a flood too", () => {
  expect(floodPlan({ n: 1, seconds: 5, sockets }).filter(({ fault }) => fault !== undefined)).toEqual([
    { at_ms: 5_000, fault: { name: "smoke", shed: "shed-1" } },
  ]);
});

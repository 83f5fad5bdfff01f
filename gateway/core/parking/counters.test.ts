// What happened between two looks at the board, and who had asked for it.
import { expect, test } from "vitest";
import { monotonic, type Stamp, wall } from "#protocols/vocabulary/time.ts";
import { answeredOrders, countedSince, mostBetween, passedOrders } from "./counters.ts";

const at = (second: number, boot = "b1"): Stamp => ({
  wall: wall(second * 1000),
  mono: monotonic(second * 1000),
  boot,
  synchronised: true,
});
const order = (id: string, second: number, visit: string | null = `visit of ${id}`) => ({ id, at: at(second), visit });

type Pair = [opened: number, passed: number, against?: number];
test.each<[string, Pair | undefined, Pair, object]>([
  ["first contact", undefined, [4711, 4700], { kind: "baseline" }],
  ["nothing", [10, 9], [10, 9], { kind: "counted", opened: 0, passed: 0, against: 0 }],
  ["one each", [10, 9], [11, 10], { kind: "counted", opened: 1, passed: 1, against: 0 }],
  ["a tailgater", [10, 9], [11, 11], { kind: "counted", opened: 1, passed: 2, against: 0 }],
  ["one against the lane", [10, 9, 3], [10, 9, 4], { kind: "counted", opened: 0, passed: 0, against: 1 }],
  ["it begins to tell what goes against the lane", [10, 9], [10, 9, 77], { kind: "counted", opened: 0, passed: 0, against: 0 }],
  ["it no longer tells it", [10, 9, 77], [11, 9], { kind: "counted", opened: 1, passed: 0, against: 0 }],
  ["that counter fell", [10, 9, 77], [10, 9, 76], { kind: "replaced" }],
  ["a new board", [10, 9], [0, 0], { kind: "replaced" }],
  ["one counter fell", [10, 9], [11, 8], { kind: "replaced" }],
  ["an impossible leap", [10, 9], [11 + mostBetween, 9], { kind: "replaced" }],
])("%s", (_what, before, now, expected) => {
  const counts = ([opened, passed, against]: Pair) => ({ opened, passed, ...(against === undefined ? {} : { against }) });
  expect(countedSince(before === undefined ? undefined : counts(before), counts(now))).toEqual(expected);
});

const ids = (orders: readonly ({ id: string } | null)[]) => orders.map((one) => one?.id ?? null);
test.each<[string, number, ReturnType<typeof order>[], number, (string | null)[]]>([
  // what                                     openings  orders                            since  answered
  ["one for one", 1, [order("a", 1)], 2, ["a"]],
  ["nobody asked", 1, [], 2, [null]],
  ["two orders, one movement: the newest", 1, [order("a", 1), order("b", 3)], 4, ["b"]],
  ["two orders, two movements: in turn", 2, [order("a", 1), order("b", 3)], 4, ["a", "b"]],
  ["one more than was asked", 2, [order("a", 1)], 4, ["a", null]],
  ["exactly a minute", 1, [order("a", 1)], 61, ["a"]],
  ["more than a minute", 1, [order("a", 1)], 62, [null]],
  ["asked after the last contact", 1, [order("a", 9)], 4, ["a"]],
  ["none", 0, [order("a", 1)], 2, []],
])("openings: %s", (_what, openings, orders, since, expected) => {
  expect(ids(answeredOrders(openings, orders, at(since)))).toEqual(expected);
});

test.each<[string, number, ReturnType<typeof order>[], number, (string | null)[]]>([
  ["first come, first through", 1, [order("a", 1), order("b", 3)], 4, ["a"]],
  ["both", 2, [order("a", 1), order("b", 3)], 4, ["a", "b"]],
  ["two orders for one car are one car", 2, [order("a", 1, "v"), order("b", 3, "v")], 4, ["a", null]],
  ["two manual orders without a car are two", 2, [order("a", 1, null), order("b", 3, null)], 4, ["a", "b"]],
  ["too long ago", 1, [order("a", 1)], 122, [null]],
])("passages: %s", (_what, passages, orders, since, expected) => {
  expect(ids(passedOrders(passages, orders, at(since)))).toEqual(expected);
});

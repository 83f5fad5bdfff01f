// A flood in ten rows: the worst place first, what is for nobody's life in one line, and nothing left out.
import { expect, test } from "vitest";
import { flooded, mayBeFlood, mostRows, unacknowledgedOf } from "./flood.ts";
import { alarm, at } from "./samples-for-tests.ts";

test("by place, the worst first; the lesser ones in one line; a fire that is seen stands above a fault that is not", () => {
  const list = [
    ...Array.from({ length: 10 }, (_, index) => alarm(`a${index}`, { priority: 2, source: `station-1/${index + 1}` })),
    alarm("fire", { priority: 1, source: "shed-1", state: "active-acknowledged" }),
    alarm("weld", { priority: 1, source: "station-2/4" }),
    ...Array.from({ length: 46 }, (_, index) => alarm(`c${index}`, { priority: 3 + (index % 2), source: `station-2/${index + 1}` })),
  ];
  const { groups, others, lesser } = flooded(list);
  expect(groups.map(({ key, alarms }) => [key, alarms.length])).toEqual([
    ["jinxiu/gw-1/station-2", 1],
    ["jinxiu/gw-1/shed-1", 1],
    ["jinxiu/gw-1/station-1", 10],
  ]);
  expect(groups.map(({ worst }) => worst.id)).toEqual(["weld", "fire", "a0"]);
  expect([others.length, lesser.length]).toEqual([0, 46]);
  expect(unacknowledgedOf(list)).toHaveLength(57);
});

test.each([
  [1, 1],
  [9, 9],
  [10, 10],
  [11, 10],
  [60, 10],
])("%i places are %i rows", (places, rows) => {
  const list = Array.from({ length: places }, (_, index) => alarm(`a${index}`, { priority: 2, source: `station-${index + 1}/1` }));
  const { groups, others } = flooded(list);
  expect(groups.length + (others.length > 0 ? 1 : 0)).toBe(rows);
  expect(rows).toBeLessThanOrEqual(mostRows);
  expect(groups.flatMap((one) => one.alarms).length + others.length).toBe(places);
  const mixed = flooded([...list, alarm("lesser", { priority: 4 })]);
  expect(mixed.groups.length + (mixed.others.length > 0 ? 1 : 0) + 1).toBeLessThanOrEqual(mostRows);
});

test("four recent ones are no flood worth asking about", () => {
  const four = ["a", "b", "c", "d"].map((id) => alarm(id, { last: at(30) }));
  expect(mayBeFlood(four, at(0))).toBe(false);
  expect(mayBeFlood([...four, alarm("e", { last: at(30) })], at(0))).toBe(true);
  expect(mayBeFlood([...four, alarm("e", { last: at(30) })], at(31))).toBe(false);
});

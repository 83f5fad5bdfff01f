// Whose turn it is, and why.
import { expect, test } from "vitest";
import { wall } from "#protocols/vocabulary/time.ts";
import { parseMoment } from "../format/moments.ts";
import { queueOf } from "./queue.ts";
import { event, lane } from "./samples-for-tests.ts";

const at = (minute: number): string => `2026-11-25T12:${String(minute).padStart(2, "0")}:00.000+08:00`;
const waits = (id: string, minute: number, what: "exception" | "passed" = "exception") =>
  lane({ id, last: { at: at(minute), plate: "闽CF03398", what, zh: "多辆相似", en: "several alike" } });
const now = wall((parseMoment(at(20)) ?? 0) + 0);
const candidates = [{ visit: "visit-1-of-two", cost: 0, characters: [{ at: 3, kind: "confusable", expected: "D", read: "0" }] }];
const told = (id: string, minute: number, more: object = {}) => ({
  ...event(1),
  ...{ type: "lane.exception", at: at(minute), data: { lane: id, reason: "unpaid", candidates } },
  ...more,
});

test("the longest wait first; who passed, and who has waited past all belief, is not there", () => {
  const lanes = [waits("a", 18), waits("b", 10), waits("c", 19, "passed"), waits("d", 5), waits("e", 19)];
  expect(queueOf({ lanes, events: [] }, now).map(({ lane: { id } }) => id)).toEqual(["b", "a", "e"]);
});

test("reason and candidates come from that very exception, of that lane, gateway and moment", () => {
  const one = waits("a", 18);
  const [found] = queueOf({ lanes: [one], events: [told("a", 18)] }, now);
  expect([found?.reason, found?.candidates.length]).toEqual(["unpaid", 1]);
  for (const foreign of [told("b", 18), told("a", 17), told("a", 18, { gateway: "gw-2" }), told("a", 18, { type: "gate.opened" })])
    expect(queueOf({ lanes: [one], events: [foreign] }, now)[0]?.candidates).toEqual([]);
});

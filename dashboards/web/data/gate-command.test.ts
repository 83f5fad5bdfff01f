// An order to a gate, told event by event.
import { expect, test } from "vitest";
import type { EventView } from "#protocols/api/views.ts";
import { type Followed, hearAll, hearOf, standing } from "./gate-command.ts";

const at = (second: number): string => `2026-11-25T12:03:${String(second).padStart(2, "0")}.000+08:00`;
const one: Followed = {
  ...{ id: "c-1", site: "jinxiu", gateway: "gw-1", lane: "east-out", action: "gate.open", issued: at(10) },
  ...{ received: null, inPlace: null, ended: null, unanswered: false },
};
let seq = 0;
const event = (type: string, second: number, data: object, gateway = "gw-1"): EventView => ({
  ...{ key: `${gateway}/e/urgent/${++seq}`, site: "jinxiu", gateway, type, zh: "", en: "", at: at(second), received: at(second) },
  ...{ late: false, clock: "true", subject: null, data },
});
const received = event("command.received", 11, { command: "c-1" });
const done = event("command.ended", 11, { command: "c-1", outcome: "done", zh: "已执行", en: "done" });
const opened = (second: number, members: object = {}) => event("gate.opened", second, { lane: "east-out", cause: "manual", ...members });

/** Rows: what was told, newest first; whether three seconds are over; how it stands. */
const table: [string, EventView[], boolean, string][] = [
  ["nothing told yet", [], false, "issued"],
  ["nothing told, and the time is over", [], true, "no-feedback"],
  ["received", [received], false, "received"],
  ["the pulse was given, which is not the arm", [done, received], false, "received"],
  ["the pulse was given, and the arm says nothing", [done, received], true, "no-feedback"],
  ["seen open", [opened(12), done, received], false, "in-place"],
  ["seen open, though late", [opened(16), done, received], true, "in-place"],
  ["opened before the order came", [received, opened(9)], true, "no-feedback"],
  ["opened by a read, not by hand", [opened(12, { cause: "read" }), received], true, "no-feedback"],
  ["another lane opened", [opened(12, { lane: "west-in" }), received], true, "no-feedback"],
  ["the lane of another gateway", [event("gate.opened", 12, { lane: "east-out", cause: "manual" }, "gw-2"), received], true, "no-feedback"],
  ["opened a minute after", [opened(58), received], true, "no-feedback"],
  ["the gateway gave up on the arm", [event("gate.unanswered", 14, { lane: "east-out" }), done, received], false, "no-feedback"],
  ["refused", [event("command.ended", 11, { command: "c-1", outcome: "refused", zh: "已过期", en: "expired" }), received], true, "refused"],
  ["another order's end", [event("command.ended", 11, { command: "c-2", outcome: "refused", zh: "", en: "" })], false, "issued"],
];
test.each(table)("%s", (_, told, late, wanted) => expect(standing(hearAll(one, told), late)).toBe(wanted));

test("told again nothing changes", () => {
  const whole = hearAll(one, [opened(12), done, received]);
  for (const again of [received, done, opened(20)]) expect(hearOf(whole, again)).toBe(whole);
});

test("a choice after which money is due opens nothing, and is no missing feedback", () => {
  const due = event("command.ended", 11, {
    command: "c-1",
    outcome: "done",
    code: "due",
    zh: "已选定，应收 6.00 元，待缴费",
    en: "chosen",
  });
  expect(standing(hearAll({ ...one, action: "lane.choose" }, [due, received]), true)).toBe("chosen");
});

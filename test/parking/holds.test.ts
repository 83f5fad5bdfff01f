// Holds that are planned: they begin once, at their time, for who asked and who approved; and only where nobody else has switched the lane.
import { afterEach, expect, test } from "vitest";
import { occurrence, type Plan } from "#gateway/lanes/planned.ts";
import { dayMs, hourMs, minuteMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { minute, sceneAt } from "./at-the-lane.ts";

let site: ParkingSite | undefined;
afterEach(async () => {
  await site?.stop();
  site = undefined;
});
const first = wall(Date.UTC(2026, 10, 25, 8, 30));
const plan = (repeat: Plan["repeat"], days = 0): Plan => ({
  ...{ id: "plan-0001", lane: "in", from: first, until: wall(first + 30 * minuteMs), repeat, last: wall(first + days * dayMs) },
  ...{ person: "门岗甲", approver: "物业经理", reason: "放学" },
});

test.each([
  ["before it", "once", 0, -1, false],
  ["at its first moment", "once", 0, 0, true],
  ["in its last minute", "once", 0, 29, true],
  ["at its end", "once", 0, 30, false],
  ["the next day, once", "once", 0, 24 * 60, false],
  ["the next day, daily", "daily", 5, 24 * 60 + 5, true],
  ["after its last day", "daily", 5, 6 * 24 * 60 + 5, false],
  ["on its last day", "daily", 5, 5 * 24 * 60 + 5, true],
  ["three days on, weekly", "weekly", 30, 3 * 24 * 60 + 5, false],
  ["a week on, weekly", "weekly", 30, 7 * 24 * 60 + 5, true],
] as const)("%s (%s, %i days, minute %i): %s", (_what, repeat, days, minutes, is) => {
  expect(occurrence(plan(repeat, days), wall(first + minutes * minuteMs)) !== undefined).toBe(is);
});

test("P 06.stories: a hold is planned with another person's approval, begins once at its time, and whoever switches the lane meanwhile has the last word", async () => {
  site = await startParkingSite({ console: true });
  const scene = sceneAt(site);
  const { clock } = site;
  const mode = () => site?.lane("in").keeping.mode().mode;
  const order = {
    ...{ from: toRfc3339(wall(clock.wall() + 10 * minute)), until: toRfc3339(wall(clock.wall() + 40 * minute)), repeat: "daily" },
    ...{ last: toRfc3339(wall(clock.wall() + 3 * dayMs)), person: "门岗甲", approver: "物业经理", reason: "放学" },
  };
  await site.goOn(1_000);
  expect((await scene.post("/lanes/in/holds", { ...order, approver: "门岗甲" })).body).toMatchObject({ code: "no-approver" });
  expect((await scene.post("/lanes/in/holds", { ...order, until: toRfc3339(wall(clock.wall() + 3 * hourMs)) })).body).toMatchObject({
    code: "no-expiry",
  });
  const made = await scene.post("/lanes/in/holds", order);
  expect(made).toMatchObject({ status: 200, body: { lane: "in", repeat: "daily" } });
  const step = async (ms: number): Promise<void> => {
    clock.leap(ms);
    await site?.goOn(2_000);
  };
  expect([mode(), scene.pulses("in")]).toEqual(["normal", 0]);
  await step(11 * minute);
  expect([mode(), scene.pulses("in") > 0]).toEqual(["held-open", true]);
  expect(site.events("lane.mode")).toMatchObject([{ mode: "held-open", person: "门岗甲", approver: "物业经理", reason: "计划常开：放学" }]);
  // A person ends it: it does not begin again today.
  await scene.post("/lanes/in/mode", { mode: "normal", person: "门岗乙", reason: "已放完" });
  await step(5 * minute);
  expect(mode()).toBe("normal");
  // The next day it begins anew, also after a restart, and ends by itself.
  await step(dayMs - 5 * minute);
  await site.restart(1_000);
  await site.goOn(2_000);
  expect(mode()).toBe("held-open");
  await step(40 * minute);
  expect(mode()).toBe("normal");
  // On the third day the lane is switched off: a plan switches nothing on.
  await scene.post("/lanes/in/mode", { mode: "closed", person: "门岗乙", reason: "检修" });
  await step(dayMs - 35 * minute);
  expect(mode()).toBe("closed");
  await scene.post("/lanes/in/mode", { mode: "normal", person: "门岗乙", reason: "检修完成" });
  clock.synchronise(false);
  await site.goOn(2_000);
  expect(mode()).toBe("normal");
  clock.synchronise(true);
  const hold = (made.body as { id: string }).id;
  expect(await scene.post(`/lanes/in/holds/${hold}/withdraw`, { person: "物业经理" })).toMatchObject({ status: 200 });
  await site.goOn(2_000);
  expect([mode(), (await scene.get("/lanes/in/holds")).body]).toEqual(["normal", { holds: [] }]);
});

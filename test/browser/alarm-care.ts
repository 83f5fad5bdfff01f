// Alarm care as people do it: closed by two, dated and written into a form, watched, shelved and reset; told by pages.test.ts on its stage.
import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { counted } from "../promise.ts";
import { actAs, look } from "./eyes.ts";
import { type Stage, withBrowser } from "./stage.ts";
import { started } from "./story.ts";

export function alarmCare(on: Stage): void {
  withBrowser(
    "alarm care: an alarm is closed by hand, a date is written down and done, a form of the month is there as a workbook",
    async (context) => {
      const { page, seen, context: tab } = await look(on.browser, on.compound.url);
      await page.goto(`${on.compound.url}/#/alarms?view=close`);
      await page.waitForSelector('[data-connection="live"]');
      await actAs(page, "manager");
      // Priority 1 takes two: the first word waits, and says so to whoever comes next.
      const first = page.locator("[data-closing]").filter({ hasText: "一级" }).first();
      const id = (await first.getAttribute("data-closing")) ?? "";
      const row = page.locator(`[data-closing="${id}"]`);
      await row.locator('[data-act="close"]').click();
      await row.locator('[name="reason"]').fill("装置已拆除");
      await row.locator('button[type="submit"]').click();
      await row.locator(".notice", { hasText: "物业经理乙 已提出关闭" }).waitFor();
      await row.locator(".state", { hasText: "待第二人" }).waitFor();
      await row.locator('[name="reason"]').fill("再试一次");
      await row.locator('button[type="submit"]').click();
      await row.locator(".problem").waitFor();
      // Another person, at another machine, sees the first one's word and its reason, and closes it; the first one's screen sees it go.
      const second = await look(on.browser, on.compound.url);
      await second.page.goto(`${on.compound.url}/#/alarms?view=close`);
      await second.page.waitForSelector('[data-connection="live"]');
      await actAs(second.page, "maintenance");
      const theirs = second.page.locator(`[data-closing="${id}"]`);
      await theirs.locator(".state", { hasText: "待第二人" }).waitFor();
      expect(await second.page.locator("[data-closing]").first().getAttribute("data-closing")).toBe(id);
      await theirs.locator('[data-act="close"]').click();
      await theirs.locator(".notice", { hasText: "物业经理乙 已提出关闭" }).waitFor();
      expect(await theirs.locator(".notice").textContent()).toContain("装置已拆除");
      await theirs.locator('[name="reason"]').fill("已到场核实，装置确已拆除");
      await theirs.locator('button[type="submit"]').click();
      await theirs.waitFor({ state: "detached" });
      await row.waitFor({ state: "detached" });
      expect(second.seen.errors).toEqual([]);
      await second.context.close();

      await page.evaluate('location.hash = "#/alarms?view=dates"');
      await page.click(".care-open summary");
      await page.fill('[name="what"]', "消控室电池");
      await page.fill('[name="due"]', "2027-05-01");
      await page.click('.care-open button[type="submit"]');
      const dated = page.locator("[data-dated]").filter({ hasText: "消控室电池" });
      await dated.locator('[data-act="done"]').click();
      await dated.locator('[name="note"]').fill("已更换");
      await dated.locator('[name="next"]').fill("2028-05-01");
      await dated.locator('button[type="submit"]').click();
      await page.locator('[data-dated][data-state="done"]').waitFor();
      expect(await page.locator("[data-dated]").count()).toBe(2);

      await page.evaluate('location.hash = "#/alarms?view=forms"');
      await page.locator("[data-form-rows]").waitFor();
      const rows = Number(await page.getAttribute("[data-form-rows]", "data-form-rows"));
      expect(rows).toBeGreaterThan(0);
      const coming = page.waitForEvent("download");
      await page.click('[data-form="xlsx"]');
      const file = await readFile(await (await coming).path());
      expect(file.subarray(0, 2).toString()).toBe("PK");
      expect(seen.errors.filter((one) => !one.includes("409"))).toEqual([]);
      counted(context, { closed: 1, dates: 2, rows, "workbook, bytes": file.length });
      await tab.close();
    },
  );

  withBrowser(
    "alarm care: a pump house and a power room with what was read, and the curve of a point on a press, with its hole and its bound",
    async (context) => {
      const now = Date.now();
      const points = [
        { id: "tank", name: "水箱液位", kind: "level", unit: "mm", low: 800, high: 2_500 },
        { id: "flood", name: "泵房进水", kind: "flood", unit: "", low: null, high: null },
      ];
      const facilities = [{ id: "pump-house", name: "1号泵房", kind: "water" as const, responsible: "物业工程部", points }];
      await on.compound.voice.say("gateway.started", { ...started, facilities });
      // A quarter of an hour, ten minutes of silence, and again.
      const readings = Array.from({ length: 240 }, (_, n) => n * 10_000).filter((at) => at < 900_000 || at >= 1_500_000);
      await on.compound.voice.watched(
        readings.map((at, n) => ({ at: now - 2_400_000 + at, facility: "pump-house", point: "tank", value: 1_500 + (n % 60) * 5 })),
      );
      await on.compound.voice.watched([{ at: now - 5_000, facility: "pump-house", point: "flood", value: 0 }]);
      const { page, seen, context: tab } = await look(on.browser, on.compound.url);
      await page.goto(`${on.compound.url}/#/alarms?view=watched`);
      await page.waitForSelector('[data-connection="live"]');
      await actAs(page, "manager");
      const house = page.locator('[data-facility="pump-house"]');
      await house.waitFor();
      expect(await house.textContent()).toMatch(/1号泵房.*物业工程部.*水箱液位.*≥ 800 mm, ≤ 2500 mm/);
      await house.locator('[data-point="tank"] [data-act="curve"]').click();
      await house.locator("[data-curve=tank] .curve-line").first().waitFor();
      const drawn = await house.locator("[data-curve=tank] svg").evaluate((svg) => ({
        lines: svg.querySelectorAll(".curve-line").length,
        holes: svg.querySelectorAll("[data-hole]").length,
        limit: svg.querySelector(".curve-limit text")?.textContent ?? "",
      }));
      expect(drawn.lines).toBeGreaterThanOrEqual(2);
      expect(drawn.holes).toBeGreaterThanOrEqual(2);
      expect(drawn.limit).toContain("2500 mm");
      expect(seen.errors).toEqual([]);
      counted(context, { points: points.length, readings: readings.length, ...{ lines: drawn.lines, holes: drawn.holes } });
      await tab.close();
    },
  );

  withBrowser(
    "alarm care: from an alarm's drawer it is shelved and comes back, and a fire that is over is acknowledged, then reset; every step stands there with its person",
    async (context) => {
      const { voice } = on.compound;
      const fire = { device: "panel-9", point: "1.1.9", zone: null, cause: "fire" as const };
      await voice.say("camera.silent", { lane: "west-in", camera: "cam-west-in", silent_ms: 60_000 });
      await voice.say("fire.raised", { ...fire, shed: null, text: "9栋烟感", said_at: null, under_test: false });
      const { page, seen, context: tab } = await look(on.browser, on.compound.url);
      await page.goto(on.compound.url);
      await page.waitForSelector('[data-connection="live"]');
      await actAs(page, "manager");
      const drawer = page.locator("dialog");
      const open = async (words: string): Promise<void> => {
        await page.locator("[data-alarm] h3 button", { hasText: words }).first().click();
        await drawer.locator("[data-history] [data-step]").first().waitFor();
      };
      await open("车牌相机失联");
      expect(await drawer.locator(".alarm-why").textContent()).toMatch(/原因.*断电.*后果/);
      await drawer.locator('[data-act="shelve"]').click();
      await drawer.locator('[name="minutes"]').fill("120");
      await drawer.locator('[name="reason"]').fill("等待备件");
      await drawer.locator('[data-form="shelve"] button[type="submit"]').click();
      await drawer.locator('[data-act="unshelve"]').waitFor();
      await drawer.locator('[data-step="shelve"]', { hasText: "物业经理乙 · 等待备件" }).waitFor();
      await drawer.locator('[data-act="unshelve"]').click();
      await drawer.locator('[data-act-form="unshelve"] button[type="submit"]').click();
      await drawer.locator('[data-act="remove"]').waitFor();
      await page.keyboard.press("Escape");
      await drawer.waitFor({ state: "detached" });

      await open("火警");
      // For life and fire there is no shelf.
      expect(await drawer.locator('[data-act="shelve"], [data-act="remove"], [data-act="reset"]').count()).toBe(0);
      await voice.say("fire.over", fire);
      await drawer.locator('[data-step="clear"]').waitFor();
      await drawer.locator(".acknowledge").click();
      await drawer.locator('[data-act="reset"]').click();
      await drawer.locator('[name="reason"]').fill("到场查看，误报");
      await drawer.locator('[data-act-form="reset"] button[type="submit"]').click();
      await drawer.locator('[data-step="reset"]', { hasText: "到场查看，误报" }).waitFor();
      expect(seen.errors).toEqual([]);
      counted(context, { shelved: 1, reset: 1 });
      await tab.close();
    },
  );
}

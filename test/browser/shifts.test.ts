// The duty room in a real browser: a shift is signed, taken over by whoever was named, found again and printed; a gate is held open from afar by two people, and the desk says until when.
import { expect } from "vitest";
import { counted } from "../promise.ts";
import { actAs, axeAt, goTo, inEveryLook, look } from "./eyes.ts";
import { stage, withBrowser } from "./stage.ts";

const on = stage();

withBrowser(
  "P 11.handover: signed with what is open, taken over by whoever was named and by nobody else, found again by a filter, and printed on a sheet with two signatures",
  async (context) => {
    const { page, seen, context: browser } = await look(on.browser, on.compound.url);
    await page.goto(`${on.compound.url}/#/handovers`);
    await page.waitForSelector('[data-connection="live"]');
    await actAs(page, "booth");
    await page.locator("[data-on] .handover-grid").waitFor();
    expect(await page.locator('[name="to"] option[value="booth"]').count()).toBe(0);
    await page.selectOption('[name="to"]', "manager");
    await page.click(".handover-form .primary");
    // Alarms are open: without a word it is refused, and what was typed stays.
    await page.locator(".handover-form .problem").waitFor();
    expect(await page.inputValue('[name="to"]')).toBe("manager");
    await page.fill('[name="notes"]', "东门杆臂异响，已报修；备用金 200 元");
    await page.click(".handover-form .primary");
    await page.locator("[data-waiting-handover]").waitFor();
    expect(await page.locator('[data-act="accept"]').count()).toBe(0);
    expect(await page.locator('[data-act="withdraw"]').count()).toBe(1);
    const alarms = await page.locator("[data-open-alarm]").count();
    expect(alarms).toBeGreaterThan(0);

    await actAs(page, "manager");
    await page.locator('.rail a[href^="#/reports"] .rail-count').filter({ hasText: "1" }).waitFor({ timeout: 40_000 });
    await page.locator('[data-act="accept"]').click();
    await page.locator('[data-on="manager"]').waitFor();
    await page.locator('[data-handover][data-state="accepted"]').waitFor();
    await page.click('.handover-history [data-state="withdrawn"]');
    await page.locator(".handover-history .empty").waitFor();
    await page.click('.handover-history [data-state="accepted"]');
    await page.locator("[data-handover] .row-link").click();
    const slip = page.locator(".handover-slip");
    await slip.waitFor();
    expect(await slip.textContent()).toMatch(/交接班单 第 1 号.*值班员甲.*物业经理乙.*备用金 200 元/s);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".signatures").isVisible()).toBe(true);
    expect(await page.locator(".rail, .top-bar, .no-print").evaluateAll((all) => all.filter((one) => one.checkVisibility()).length)).toBe(
      0,
    );
    await page.emulateMedia({ media: "screen" });
    expect(seen.errors.filter((one) => !one.includes("409"))).toEqual([]);
    counted(context, { signed: 1, alarms, "taken over wrongly": 0 });
    await browser.close();
  },
);

withBrowser(
  "a hold from afar is asked for with its minutes, approved by another, and the desk says until when it lasts, and that it is over",
  async () => {
    const { page, seen, context: browser } = await look(on.browser, on.compound.url);
    await page.goto(`${on.compound.url}/#/duty`);
    await page.waitForSelector('[data-connection="live"]');
    await actAs(page, "booth");
    await goTo(page, `#/duty?show=${encodeURIComponent("lane:jinxiu/gw-1/east-in")}`);
    expect(await page.locator('[data-order-action="gate.release"]').count()).toBe(0);
    await page.click('[data-order-action="gate.hold"]');
    await page.check('[data-order-form="gate.hold"] [name="minutes"][value="15"]');
    await page.fill('[data-order-form="gate.hold"] [name="reason"]', "搬家");
    await page.click('[data-order-form="gate.hold"] button[type="submit"]');
    const order = (await page.locator(".following").getAttribute("data-order")) ?? "";
    await page.locator(`.following[data-order="${order}"]`).filter({ hasText: "等待第二人" }).waitFor();
    await page.keyboard.press("Escape");
    await actAs(page, "manager");
    await goTo(page, "#/orders");
    await page.locator(`[data-awaiting="${order}"] [data-act="approve"]`).click();
    await page.locator(`[data-order="${order}"]`).filter({ hasText: "常开" }).first().waitFor();
    // What the gateway says is what is shown.
    const hold = { lane: "east-in", mode: "held-open", person: "booth", approver: "manager", reason: "搬家" } as const;
    await on.compound.voice.say("lane.mode", { ...hold, until: Date.now() + 15 * 60_000 });
    await goTo(page, "#/duty");
    const kept = page.locator('[data-lane="east-in"] [data-kept="held-open"]');
    await kept.filter({ hasText: "常开至" }).waitFor();
    await on.compound.voice.say("lane.mode", { ...hold, until: Date.now() - 60_000 });
    await kept.filter({ hasText: "网关尚未回报" }).waitFor();
    await on.compound.voice.say("lane.mode", {
      ...hold,
      mode: "normal",
      until: null,
      approver: null,
      reason: "常开到期 / the hold is over",
    });
    await kept.waitFor({ state: "detached" });
    expect(seen.errors).toEqual([]);
    await browser.close();
  },
);

withBrowser(
  "these pages: axe finds nothing and nothing runs out of the page, in both languages, themes and widths",
  async (context) => {
    const wrong: string[] = [];
    let looked = 0;
    await inEveryLook(on.browser, on.compound.url, async (page, name) => {
      await actAs(page, "manager");
      await page.waitForSelector('[data-connection="live"]');
      const wrongAt = async (place: string, stands: string, said = place): Promise<void> => {
        wrong.push(...(await axeAt(page, { place, stands })).wrong.map((one) => `${name} ${said}: ${one}`));
        looked += 1;
      };
      await wrongAt("#/duty", "[data-alarm]");
      await wrongAt("#/duty?view=p2", ".alarms-panel .chip");
      await wrongAt("#/handovers", "[data-on] .handover-grid");
      if ((await page.locator("[data-handover] .row-link").count()) === 0) return;
      await page.locator("[data-handover] .row-link").first().click();
      await wrongAt(String(await page.evaluate("location.hash")), ".handover-slip", "slip");
    });
    expect(wrong).toEqual([]);
    counted(context, { looked, wrong: wrong.length });
  },
  300_000,
);

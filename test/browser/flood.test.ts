// Check 12: a flood of alarms, against the demonstration's own process tree. By the file's name and in the full set.
import { expect } from "vitest";
import type { AlarmView } from "#protocols/api/alarms.ts";
import { counted } from "../promise.ts";
import { demoStage, openAs } from "./demo-stage.ts";
import { watchMachine } from "./quiet.ts";
import { withBrowser } from "./stage.ts";

const on = demoStage();

const alarms = async (): Promise<AlarmView[]> =>
  (await (await on.demo.as("property")).get<{ items: AlarmView[] }>("/api/v1/alarms?state=open&limit=500")).items;

withBrowser(
  "check 12: sixty faults in a minute: the banner says so, ten rows at most and the worst first, one tone at a time, no hand is held up, and many are acknowledged at once",
  async (context) => {
    const machine = watchMachine();
    const { page, seen, context: tab } = await openAs(on, "property");
    // What held the page up, and what sounded, from now on.
    await page.evaluate(`(() => {
      window.long = [];
      new PerformanceObserver((list) => window.long.push(...list.getEntries().map(({ duration }) => Math.round(duration)))).observe({ entryTypes: ["longtask"] });
      window.tones = [];
      new MutationObserver(() => {
        const now = document.documentElement.dataset.sound;
        if (now !== window.tones.at(-1)) window.tones.push(now);
      }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-sound"] });
    })()`);
    await page.locator("[data-sound-off]").click();
    const begun = performance.now();
    await on.demo.tell("/faults", { name: "flood", amount: 60, seconds: 60 });
    await page.locator("[data-flood]").waitFor({ timeout: 90_000 });
    const banner_s = Math.round((performance.now() - begun) / 1000);
    expect(await page.locator("[data-flood]").textContent()).toMatch(/告警洪泛：\d\d:\d\d 起 \d+ 条/);
    // Looked at all through the rest of the minute.
    let most = 0;
    let looked = 0;
    const wrong: string[] = [];
    while (performance.now() - begun < 75_000) {
      const rows = await page
        .locator("[data-flood-row]")
        .evaluateAll((all) => all.map((row) => Number(row.getAttribute("data-priority") ?? "9")));
      most = Math.max(most, rows.length);
      looked += 1;
      if (rows.some((priority, index) => index > 0 && priority < (rows[index - 1] ?? 0)))
        wrong.push(`not the worst first: ${rows.join(" ")}`);
      await page.waitForTimeout(500);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(10);
    expect(await page.locator("[data-flood-row]").first().getAttribute("data-priority")).toBe("1");
    const long = (await page.evaluate("window.long")) as number[];
    const tones = (await page.evaluate("window.tones")) as string[];
    // One after another: every tone ends before the next begins.
    expect(tones.filter((tone) => tone.startsWith("sounding")).length).toBeGreaterThan(0);
    for (const [index, tone] of tones.entries())
      if (tone.startsWith("sounding") && tones[index + 1]?.startsWith("sounding")) wrong.push(`two tones: ${tone} ${tones[index + 1]}`);
    expect(wrong).toEqual([]);
    if (machine.holds()) expect(Math.max(0, ...long)).toBeLessThanOrEqual(200);

    // Somebody else shelves one of them while the order is on its way: it is counted as one that could not be.
    const second = (await alarms()).find(({ priority, state }) => priority > 1 && state === "active-unacknowledged");
    expect(second, "an alarm below the first priority that nobody has acknowledged").toBeDefined();
    await page.route("**/api/v1/alarms/acknowledge", async (route) => {
      const shelf = { action: "shelve", reason: "同时搁置", minutes: 5 };
      expect((await (await on.demo.as("property")).post(`/api/v1/alarms/${second?.id}/actions`, shelf)).status).toBe(200);
      await route.continue();
    });
    await page.locator('.alarms-panel .panel-aside [data-act="acknowledge-all"]').click();
    const said = page.locator(".alarms-panel .panel-aside [data-bulk-result]", { hasText: /已确认 \d+ 条/ });
    await said.waitFor();
    const words = (await said.textContent()) ?? "";
    expect(words).toMatch(/已确认 \d+ 条，\d+ 条无需或不能确认/);
    const done = Number(/已确认 (\d+) 条/.exec(words)?.[1]);
    expect(done).toBeGreaterThan(10);
    // Silence at once, and for good.
    await page.waitForSelector("html[data-sound=ready]", { timeout: 6_000 });
    expect(seen.errors).toEqual([]);
    const most_ms = Math.max(0, ...long);
    counted(context, {
      "banner after, s": banner_s,
      looked,
      "rows at most": most,
      acknowledged: done,
      "longest task, ms (0: none over 50) wrong": most_ms,
      bound: machine.said(),
    });
    await tab.close();
  },
  200_000,
);

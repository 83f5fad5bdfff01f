// The driver's page as a phone shows it: a real browser, 390 wide, touched by its own plate keys; nothing but our own host until the provider is gone to. By its name and in the full set.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasCommand } from "../debian.ts";
import { mine, minute } from "../parking/at-the-lane.ts";
import { onPhone, phoneEnds } from "../parking/on-phone.ts";
import { counted, plain } from "../promise.ts";
import { until } from "../world/program.ts";
import { launch, look, violations } from "./eyes.ts";

const withBrowser = test.skipIf(!hasCommand("chromium"));
let browser: Browser | undefined;
beforeAll(async () => {
  if (!plain && hasCommand("chromium")) browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await phoneEnds();
});

test("a whole plain run leaves the phone's page to its name", () => expect(typeof plain).toBe("boolean"));

if (!plain)
  withBrowser(
    "a driver taps his plate, reads what he owes, pays, and is told by when to leave; in both languages, without a fault that axe knows",
    async (context) => {
      const scene = await onPhone();
      await scene.parks(mine);
      scene.site.clock.leap(150 * minute);
      const http = scene.site.http();
      const { page, seen } = await look(browser as Browser, http, {
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        isMobile: true,
        bypassCSP: true,
      });
      let passed = 0;
      const wrong: string[] = [];
      const whole = async (): Promise<void> => {
        const found = await violations(page);
        passed += found.passed;
        wrong.push(...found.wrong);
        expect(await page.evaluate("document.documentElement.scrollWidth <= 390")).toBe(true);
      };
      await page.goto(`${http}/pay`);
      const small = (await page.evaluate(
        "[...document.querySelectorAll('button')].filter((b) => b.offsetHeight < 44 || b.offsetWidth < 40).map((b) => b.textContent)",
      )) as string[];
      expect(small).toEqual([]);
      await whole();
      // The first key is the site's own province; then letters alone; the eighth place says what it is for.
      expect(await page.locator("#keys button").first().textContent()).toBe("闽");
      let keys = 0;
      for (const letter of mine) {
        await page.locator("#keys button", { hasText: new RegExp(`^${letter}$`) }).tap();
        keys += 1;
        if (keys === 1) expect(await page.locator("#keys button", { hasText: /^0$/ }).count()).toBe(0);
        if (keys === 7) expect(await page.locator("#keys p").textContent()).toContain("新能源");
      }
      expect(await page.locator("#plate").inputValue()).toBe(mine);
      await page.locator("button[type=submit]").tap();
      await page.locator("[data-due='400']").waitFor();
      await whole();
      expect(seen.foreign).toEqual([]);
      await page.locator("button.sandbox").tap();
      await page.waitForURL(/\/pay\/[0-9a-f]{32}$/);
      const charge = page.url().split("/").at(-1) ?? "";
      scene.tellsHere(charge);
      await scene.presses(charge, "yes");
      await until("credited", () => scene.credits() === 1 || undefined);
      await page.goto(`${http}/pay/charge/${charge}`);
      expect(await page.locator("[data-state=paid]").textContent()).toContain("4.00");
      await whole();
      await page.locator("a.other").tap();
      await page.locator("html[lang=en]").waitFor();
      expect(await page.locator("main").textContent()).not.toMatch(/[一-龥]{2}/);
      await whole();
      await page.goto(`${http}/pay/join?lang=en`);
      await whole();
      expect(wrong).toEqual([]);
      expect(seen.errors).toEqual([]);
      counted(context, { keys, pages: 5, "rules of axe passed": passed, "wrong by axe": wrong.length });
    },
  );

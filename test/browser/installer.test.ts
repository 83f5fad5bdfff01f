// Check 20: the gateway's own page on a phone, with a finger: no sideways scroll, targets for a thumb, the bench's marks, the plate keyboard by position, and English without Chinese.
import { randomUUID } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerProbes } from "#sim/cameras/discovery.ts";
import { serveTcp, type TcpFace } from "#sim/modbus/tcp-face.ts";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { boothToken, type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { clippedText } from "./clipped.ts";
import { launch, look, violations } from "./eyes.ts";

const withBrowser = test.skipIf(!hasCommand("chromium"));
const views = ["home", "charging", "bench", "lanes", "log", "report"] as const;
let browser: Browser;
let site: ParkingSite;
let device: TcpFace;
/** The device's registers from 10 on. */
const words = [0x41c8, 0, 0x4248, 0];

beforeAll(async () => {
  if (!hasCommand("chromium")) return;
  const memory = {
    word: (address: number) => words[address - 10] ?? (address < 30 ? 0 : undefined),
    holdsRegister: (address: number) => address < 30,
    writeRegister: (address: number, value: number) => {
      words[address - 10] = value;
      return "done" as const;
    },
  };
  [browser, site, device] = await Promise.all([
    launch(),
    startParkingSite({ console: true }),
    serveTcp({ host: "127.0.0.1", port: 0, memory: (unit) => (unit === 3 ? memory : undefined) }),
  ]);
  await site.goOn(1_000);
  // Three minutes, so that the cards have a line to draw.
  for (let minute = 0; minute < 3; minute += 1) {
    site.clock.advance(60_000);
    await site.goOn(200);
  }
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await device?.close();
});

async function enter(page: Page, query = ""): Promise<void> {
  await page.goto(`${site.http()}/installer${query}`);
  await page.fill('[name="token"]', boothToken);
  await page.keyboard.press("Enter");
  await page.locator("[data-summary]").waitFor();
}

const stands = {
  home: "[data-summary]",
  charging: ".story-form",
  bench: ".bench-form",
  lanes: ".plate-keys",
  log: '.does select[name="level"]',
  report: "[data-proven]",
} as const;
async function go(page: Page, view: (typeof views)[number]): Promise<void> {
  await page.locator(`#tabs a[href="#${view}"]`).click();
  await page.locator(stands[view]).waitFor();
}

const sideways = (page: Page) =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") as Promise<number>;
/** Of everything that a finger may press: how many there are, and which are smaller than 44 (a tick counts with its label). */
const small = (page: Page) =>
  page.evaluate(`(() => {
    const all = [...document.querySelectorAll("button, a, input, select, textarea")].filter((one) => one.getClientRects().length > 0);
    const size = (one) => (one.closest("label.tick") || one).getBoundingClientRect();
    const wrong = all.filter((one) => size(one).height < 43.5 || size(one).width < 43.5);
    return { count: all.length, wrong: wrong.map((one) => one.outerHTML.slice(0, 80)) };
  })()`) as Promise<{ count: number; wrong: string[] }>;
/** Chinese that the page itself says, outside of names, plates and words that are marked as Chinese. */
const chinese = (page: Page) =>
  page.evaluate(`(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const own = node.parentElement;
      if (own.closest("[lang^=zh], noscript, .plate-keys .keys, h1, [data-line]") !== null) continue;
      const text = node.textContent.split(${JSON.stringify("测试")}).join("");
      if (/\\p{Script=Han}/u.test(text)) found.push(text);
    }
    return found;
  })()`) as Promise<string[]>;

const shot = (page: Page, name: string) =>
  process.env.CUOBIAN_SHOTS === undefined
    ? undefined
    : page.screenshot({ path: `${process.env.CUOBIAN_SHOTS}/installer-${name}.png`, fullPage: true });

withBrowser(
  "check 20: the gateway's page on a phone: no sideways scroll, targets of 44, marks of the bench, plate keys by position",
  async (context) => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, bypassCSP: true };
    const { page, seen, context: tab } = await look(browser, site.http(), phone);
    await enter(page);
    let targets = 0;
    let passed = 0;
    const judge = async (what: string) => {
      expect(await sideways(page), what).toBeLessThanOrEqual(0);
      const { count, wrong } = await small(page);
      expect(wrong, what).toEqual([]);
      expect(await clippedText(page), what).toEqual([]);
      const axe = await violations(page);
      expect(axe.wrong, what).toEqual([]);
      targets += count;
      passed += axe.passed;
      await shot(page, `${what}-390`);
    };
    for (const view of views) {
      await go(page, view);
      await judge(view);
    }
    // A camera that says where it is: its line for the site file.
    const camera = await answerProbes({
      cameras: [
        { endpoint: randomUUID(), name: "Dahua ITC215", hardware: "", location: "", services: ["http://127.0.0.1/onvif/device_service"] },
      ],
      ...{ at: { host: "127.0.0.1", port: 0 }, newId: randomUUID },
    });
    await go(page, "lanes");
    await page.fill('[name="also"]', `127.0.0.1:${camera.port}`);
    await page.locator('[data-key="find"]').tap();
    const found = page.locator("[data-found-camera]", { hasText: "Dahua ITC215" });
    await found.locator('[data-key="at 127.0.0.1"]').tap();
    expect(await page.locator('[data-line-of="127.0.0.1"] code').textContent()).toBe(
      "camera: { protocol: dahua-itsapi, address: 127.0.0.1 }",
    );
    await page.waitForSelector('[data-search="over"]');
    await judge("lanes-found");
    camera.close();

    await go(page, "home");
    await page.locator("[data-spark] path").first().waitFor({ timeout: 40_000, state: "attached" });

    // A picture of the commissioning record is kept at the gateway, with its time and proof.
    await go(page, "report");
    const picture = await page.screenshot({ type: "jpeg", quality: 50 });
    await page.locator('[data-key="photo lanes-passed"]').setInputFiles({ name: "a.jpg", mimeType: "image/jpeg", buffer: picture });
    await page.locator('[data-photos="lanes-passed"] [data-photo] img').waitFor();
    await page.locator('[data-key="tick lanes-passed"]').check();
    await page.locator('[data-done="1"]').waitFor();
    await judge("report-photo");
    await page.reload();
    await page.locator('[data-photos="lanes-passed"][data-count="1"] img').waitFor();
    expect(await page.locator('[data-key="tick lanes-passed"]').isChecked()).toBe(true);

    await go(page, "charging");
    await page.locator('[data-wait="station-1/4"]').waitFor();
    expect(await page.locator('[data-reduced="station-1/3"]').count()).toBe(1);
    await page.locator('[data-key="story"]').tap();
    await page.locator("[data-story]").waitFor();
    expect(await page.locator("[data-curve]").count()).toBe(4);
    expect(await page.locator("[data-limit]").count()).toBe(6);
    expect(await page.locator("[data-cut]").count()).toBe(4);
    await judge("charging-story");
    await page.locator("[data-zoom]").tap();
    await page.locator('[data-key="whole"]').waitFor();
    // Ten minutes before and behind, a reading a second.
    expect(await page.locator("figure.curve figcaption").first().textContent()).toContain("1200");
    await judge("charging-zoom");
    // The same cut against the curves of its limits: path, band and mark, and the numbers for whoever cannot see them.
    await page.locator('[data-trip="trip-00001"]').tap();
    await page.locator('[data-trip-curve="trip-00001"] [data-cut-at="6100 43959"]').waitFor({ state: "attached" });
    expect(await page.locator("[data-trip-curve] [data-rule]").count()).toBe(2);
    expect(await page.locator("[data-trip-curve] [data-band], [data-trip-curve] [data-held]").count()).toBeGreaterThanOrEqual(2);
    await page.locator('[data-key="trip-numbers"]').tap();
    expect(await page.locator("[data-held-row]").count()).toBe(2);
    await judge("charging-trip");
    await page.locator('[data-key="trip-close"]').tap();
    await page.locator("[data-trip-curve]").waitFor({ state: "detached" });

    await go(page, "bench");
    for (const [name, value] of [
      ["host", "127.0.0.1"],
      ["port", String(device.port)],
      ["unit", "3"],
      ["address", "40011"],
      ["count", "4"],
      ["expected", "25.0"],
    ] as const)
      await page.fill(`[name="${name}"]`, value);
    await page.locator('[data-key="read"]').tap();
    const best = page.locator('[data-register="10"] [data-best]');
    await best.waitFor();
    expect(await best.getAttribute("data-reading")).toBe("f32 ABCD");
    expect(await best.textContent()).toMatch(/25◀ 合理/);
    expect(await page.locator("[data-asked]").textContent()).toContain("FC03");
    await judge("bench-read");
    // Writing: off, allowed, read, refused without the hand-typed words, written, read back.
    await page.locator('[data-writes="off"]').waitFor();
    await page.locator('[data-key="allow"]').tap();
    await page.locator('[data-writes="on"]').waitFor();
    await page.fill('[name="address"]', "40021");
    await page.fill('[name="write-value"]', "1234");
    await page.locator('[data-key="write"]').tap();
    await page.locator('[data-before="0"]').waitFor();
    await page.fill('[name="write-confirm"]', "3/20=12");
    await page.locator('[data-key="write"]').tap();
    await page.locator("[data-write-refused]", { hasText: "3/20=1234" }).waitFor();
    expect(words[10]).toBeUndefined();
    await page.fill('[name="write-confirm"]', "3/20=1234");
    await judge("bench-write");
    await page.locator('[data-key="write"]').tap();
    await page.locator('[data-after="1234"]').waitFor();
    expect(words[10]).toBe(1234);
    await page.locator('[data-key="allow"]').tap();
    await page.locator('[data-writes="off"]').waitFor();
    await page.fill('[name="unit"]', "9");
    await page.locator('[data-key="read"]').tap();
    await page.locator("[data-refused]", { hasText: "没有应答" }).waitFor();

    await go(page, "lanes");
    const key = (name: string) => page.locator(`[data-plate-key="${name}"]`);
    expect(await page.locator(".keys button").first().textContent()).toBe("闽");
    let keys = 0;
    for (const one of "闽C") {
      await key(one).tap();
      keys += 1;
    }
    // After province and letter: letters and digits, never I and O, no provinces.
    const offered = await page.locator(".keys button:not(:disabled)").allTextContents();
    expect(offered.filter((one) => one === "I" || one === "O" || one === "京")).toEqual([]);
    expect(offered).toEqual(expect.arrayContaining(["0", "9", "A", "Z"]));
    await judge("plate-keys");
    for (const one of "D12345") {
      await key(one).tap();
      keys += 1;
    }
    expect(await page.inputValue('[name="plate"]')).toBe("闽CD12345");
    expect(await page.locator(".keys button:not(:disabled)").allTextContents()).toEqual(["退格", "清空"]);
    await page.locator('[data-key="look"]').tap();
    await page.locator("[data-found]").waitFor();
    expect(seen.foreign).toEqual([]);
    expect(seen.errors.filter((line) => !/\b(401|404|409|422|502|504)\b/.test(line))).toEqual([]);
    counted(context, { views: views.length, targets, "rules of axe passed": passed, "plate keys": keys, "small targets, wrong": 0 });
    await tab.close();
  },
);

withBrowser(
  "check 20: English has no Chinese in the frame and says its language; the theme is dark where it is asked for; wide screens too",
  async (context) => {
    const { page, context: tab } = await look(browser, site.http(), { bypassCSP: true });
    await enter(page, "?lang=en");
    expect(await page.evaluate("document.documentElement.lang")).toBe("en");
    const found: string[] = [];
    let passed = 0;
    for (const dark of [false, true])
      for (const view of views) {
        await go(page, view);
        found.push(...(await chinese(page)));
        expect(await sideways(page), view).toBeLessThanOrEqual(0);
        const axe = await violations(page);
        expect(axe.wrong, `${view} ${dark ? "dark" : "light"}`).toEqual([]);
        passed += axe.passed;
        await shot(page, `${view}-en-${dark ? "dark" : "light"}-1366`);
        if (view === "report" && !dark) await page.locator('[data-key="theme"]').click();
      }
    expect(found).toEqual([]);
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.locator('[data-key="language"]').click();
    expect(await page.evaluate("document.documentElement.lang")).toBe("zh-CN");
    counted(context, { views: 2 * views.length, "rules of axe passed": passed, "Chinese in English, wrong": found.length });
    await tab.close();
  },
);

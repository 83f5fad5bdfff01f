// The booth's page beyond the lane: the frame of a read, a plate put right, places, a slip, a planned hold and the slip of the shift; a real browser, the keyboard alone, both languages and both sizes.
//   CUOBIAN_SHOTS=DIR keeps a picture of each step.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { boothToken, type LaneName, type ParkingSite, serials, startParkingSite } from "../world/parking-site.ts";
import { until } from "../world/program.ts";
import { vendorPush } from "../world/vendor-push.ts";
import { launch, look, violations } from "./eyes.ts";

const withBrowser = test.skipIf(!hasCommand("chromium"));
const hour = 3_600_000;
let browser: Browser;
let site: ParkingSite;
let shots = 0;
beforeAll(async () => {
  if (hasCommand("chromium")) [browser, site] = await Promise.all([launch(), startParkingSite({ console: true })]);
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

const said = (page: Page, words: RegExp) => page.locator("#said", { hasText: words }).waitFor();
const sizes = { wide: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } } as const;
/** In each size; nothing runs out of the page sideways. */
async function shoot(page: Page, name: string): Promise<void> {
  const out = process.env.CUOBIAN_SHOTS;
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    expect([name, size, await page.evaluate("document.documentElement.scrollWidth - innerWidth")]).toEqual([name, size, 0]);
    shots += 1;
    if (out === undefined) continue;
    mkdirSync(out, { recursive: true });
    await page.screenshot({ path: join(out, `booth-${name}-${size}.png`) });
  }
  await page.setViewportSize(sizes.wide);
}

async function picture(words: string): Promise<Buffer> {
  const { page, context } = await look(browser, site.http());
  await page.setViewportSize({ width: 640, height: 360 });
  await page.setContent(
    `<body style="margin:0;background:#39424e;display:grid;place-content:center;height:100vh"><div style="background:#1f5fd6;color:#fff;font:700 64px sans-serif;padding:12px 30px;border-radius:8px">${words}</div></body>`,
  );
  const bytes = await page.screenshot({ type: "jpeg", quality: 70 });
  await context.close();
  return bytes;
}
let plateid = 900;
async function pushes(lane: LaneName, license: string, frame?: Buffer): Promise<void> {
  const change = (plate: Record<string, unknown>) =>
    frame === undefined ? undefined : Object.assign(plate, { imageFile: frame.toString("base64") });
  plateid += 1;
  const body = vendorPush({ at: site.clock.wall(), serialno: serials[lane], plateid, license, change });
  const headers = { "content-type": "application/json" };
  expect((await fetch(`${site.http()}/devicemanagement/php/plateresult.php`, { method: "POST", headers, body })).status).toBe(200);
}

withBrowser(
  "P 03.booth: the frame of the read, a plate put right, places, a slip, a hold and the slip of the shift, by the keyboard, in both languages and sizes",
  async (context) => {
    await site.goOn(400);
    await pushes("in", "闽C71E23");
    const board = site.board("in");
    Object.assign(board, { open: true, closed: false, opened: board.opened + 1, passed: board.passed + 1 });
    await site.goOn(200);
    Object.assign(board, { open: false, closed: true });
    site.clock.advance(3 * hour + 60_000);
    await site.goOn(200);
    await pushes("out", "闽C88888");
    site.clock.advance(1_000);
    await pushes("out", "闽C99H23", await picture("闽C·71E23"));
    await until("its frame is kept", () => site.lanes().frames.has(frameNow() ?? ""));

    const { page, seen, context: tab } = await look(browser, site.http(), { bypassCSP: true });
    await page.goto(`${site.http()}/booth`);
    await page.fill('[name="token"]', boothToken);
    await page.fill('[name="person"]', "门岗甲");
    await page.keyboard.press("Enter");
    await page.locator(`[data-frame="${frameNow()}"] img`).waitFor();
    expect(await page.evaluate("document.querySelector('#frame img').naturalWidth")).toBe(640);
    await shoot(page, "frame");
    await page.keyboard.press("l");
    await shoot(page, "frame-en");
    const { wrong, passed } = await violations(page);
    expect(wrong).toEqual([]);
    await page.keyboard.press("l");
    // The next row's read has no picture: the box is its own, and empty.
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.locator(".no-frame", { hasText: "未保存识别帧" }).waitFor();
    expect(await page.locator("#frame img").count()).toBe(0);
    await page.keyboard.press("ArrowUp");
    await page.locator(`[data-frame="${frameNow()}"] img`).waitFor();

    await page.keyboard.press("F2");
    await page.locator('#ask [name="plate"]').fill("闽C71E23");
    await shoot(page, "correct");
    await page.keyboard.press("Enter");
    await said(page, /找到 1 辆/);
    await page.locator("[data-corrected]", { hasText: "闽C·71E23" }).waitFor();
    await shoot(page, "corrected");
    await page.keyboard.press("1");
    await page.keyboard.press("Enter");
    await page.locator('[data-due="600"]').waitFor();
    await page.keyboard.press("c");
    await page.keyboard.press("Enter");
    await said(page, /已收 6.00 元/);
    expect(site.events("visit.chosen")).toMatchObject([{ read: "闽C99H23", plate: "闽C71E23" }]);

    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.keyboard.press("v");
    await page.locator('#ask [name="counted"]').fill("7");
    await page.locator('#ask [name="reason"]').fill("夜间清点");
    await shoot(page, "places");
    await page.keyboard.press("Enter");
    await said(page, /在场 7，空 113/);

    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.keyboard.press("p");
    await page.locator('#ask [name="slip"]').fill("slip-0001");
    await page.locator('#ask [name="plate"]').fill("闽C71E99");
    await shoot(page, "slip");
    await page.keyboard.press("Enter");
    await said(page, /单据已记|已补录/);

    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.keyboard.press("t");
    const day = new Date(site.clock.wall() + 24 * hour + 8 * hour).toISOString().slice(0, 10);
    await page.locator('#ask [name="from"]').fill(`${day}T16:30`);
    await page.locator('#ask [name="until"]').fill(`${day}T17:00`);
    await page.locator('#ask [name="approver"]').fill("物业经理");
    await page.locator('#ask [name="reason"]').fill("放学");
    await page.keyboard.press("Enter");
    await said(page, /已计划/);
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.keyboard.press("t");
    await page.locator("[data-withdraw]").waitFor();
    await shoot(page, "holds");
    await page.locator("[data-withdraw]").press("Enter");
    await page.locator("[data-withdraw]").waitFor({ state: "detached" });
    expect(site.journal().all("SELECT withdrawn FROM planned_hold")).toHaveLength(1);
    await page.keyboard.press("Escape");

    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.keyboard.press("h");
    await page.locator('#ask [name="to"]').fill("门岗乙");
    await page.locator('#ask [name="counted"]').fill("6");
    await page.keyboard.press("Enter");
    await page.locator("#slip", { hasText: "门岗甲" }).waitFor();
    expect(await page.locator("#slip").textContent()).toMatch(/现金1 · ¥6\.00.*应有现金¥6\.00.*差/s);
    await shoot(page, "shift");
    expect(seen.foreign).toEqual([]);
    expect(seen.errors).toEqual([]);
    counted(context, { "rules of axe passed": passed, "pages that fit": shots });
    await tab.close();
  },
);

const frameNow = (): string | undefined =>
  site.journal().get<{ frame: string }>("SELECT frame FROM lane_exception WHERE plate = '闽C99H23'")?.frame;

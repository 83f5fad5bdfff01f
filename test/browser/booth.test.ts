// The booth's page as a guard uses it: a real browser in front of a real gateway's console, with the keyboard alone. No cloud is there.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { boothToken, type LaneName, type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { launch, look, violations } from "./eyes.ts";

const withBrowser = test.skipIf(!hasCommand("chromium"));
const hour = 3_600_000;
let browser: Browser;
let site: ParkingSite;

beforeAll(async () => {
  if (!hasCommand("chromium")) return;
  [browser, site] = await Promise.all([launch(), startParkingSite({ console: true })]);
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

async function drives(lane: LaneName): Promise<void> {
  const board = site.board(lane);
  Object.assign(board, { open: true, closed: false, opened: board.opened + 1, passed: board.passed + 1 });
  await site.goOn(200);
  Object.assign(board, { open: false, closed: true });
}
const said = (page: Page, words: RegExp) => page.locator("#said", { hasText: words }).waitFor();

withBrowser(
  "P 03.booth two cars could be meant: a guard sees which and why, chooses, takes the money and opens, by the keyboard and without the cloud",
  async (context) => {
    const { page, seen, context: tab } = await look(browser, site.http(), { bypassCSP: true });
    for (const plate of ["闽C8D123", "闽C8Q123"]) {
      site.push("in", { license: plate });
      await drives("in");
    }
    site.clock.advance(3 * hour + 60_000);
    await site.goOn(200);
    site.push("out", { license: "闽C80123" });

    await page.goto(`${site.http()}/booth`);
    expect(await page.locator("#desk").isHidden()).toBe(true);
    await page.fill('[name="token"]', "no-such-token-at-all");
    await page.fill('[name="person"]', "门岗甲");
    await page.keyboard.press("Enter");
    await page.locator("#door .wrong", { hasText: "岗亭口令不正确" }).waitFor();
    await page.fill('[name="token"]', boothToken);
    await page.keyboard.press("Enter");

    await page.locator("[data-candidate]").nth(1).waitFor();
    expect(await page.locator("[data-read]").textContent()).toBe("闽C·80123");
    expect(await page.locator("[data-candidate]").count()).toBe(2);
    expect(await page.locator("[data-exception]").first().textContent()).toContain("有多辆相似车牌的车在场");
    expect(await page.locator("[data-candidate] .cells .confusable").allTextContents()).toEqual(["Q", "D"]);
    const { wrong, passed } = await violations(page);
    expect(wrong).toEqual([]);
    await page
      .screenshot({ path: process.env.CUOBIAN_SHOTS === undefined ? "" : `${process.env.CUOBIAN_SHOTS}/booth-choice.png` })
      .catch(() => undefined);

    await page.keyboard.press("2");
    await page.locator("#ask", { hasText: "闽C·8D123" }).waitFor();
    await page.keyboard.press("Enter");
    await said(page, /已选定，请收款/);
    await page.locator('[data-due="600"]').waitFor();
    expect(await page.locator("[data-due-plate]").textContent()).toBe("闽C·8D123");

    await page.keyboard.press("c");
    await page.locator("#ask", { hasText: "6.00" }).waitFor();
    await page
      .screenshot({ path: process.env.CUOBIAN_SHOTS === undefined ? "" : `${process.env.CUOBIAN_SHOTS}/booth-cash.png` })
      .catch(() => undefined);
    // The other one is inside too: without a look at the plate no money is taken.
    await page.keyboard.press("Enter");
    expect(site.events("visit.paid")).toEqual([]);
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await said(page, /已收 6.00 元 · 道闸正在开启/);
    expect(site.events("visit.paid")).toMatchObject([{ method: "cash", amount_fen: 600, collector: "门岗甲" }]);

    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("o");
    await page.keyboard.press("6");
    await page.keyboard.press("Enter");
    await page.locator("#ask .wrong", { hasText: "请写明原因" }).waitFor();
    await page.keyboard.type("搬家车");
    await page.keyboard.press("Enter");
    // The words of the payment before hold the same: it is the closed dialog that says that this order is done.
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await said(page, /道闸正在开启/);
    expect(site.journal().all("SELECT lane, person, reason FROM gate_order WHERE cause = 'manual'")).toEqual([
      { lane: "in", person: "门岗甲", reason: "搬家车" },
    ]);

    // The drawer goes to the next guard: counted first, a difference only with its reason, and then whoever hands over has left.
    await page.keyboard.press("h");
    await page.locator("#ask", { hasText: "交接班" }).waitFor();
    await page.keyboard.type("门岗乙");
    await page.keyboard.press("Tab");
    await page.keyboard.type("5.5");
    await page.keyboard.press("Enter");
    await page.locator("#ask .wrong", { hasText: "实点与应收不符" }).waitFor();
    await page.fill('[name="reason"]', "少 5 角硬币");
    await page.keyboard.press("Enter");
    await said(page, /已交接给 门岗乙：应有 6.00 元，实点 5.50 元/);
    expect(site.events("shift.ended")).toMatchObject([
      { person: "门岗甲", to: "门岗乙", payments: 1, expected_fen: 600, counted_fen: 550 },
    ]);
    await page.fill('[name="token"]', boothToken);
    await page.fill('[name="person"]', "门岗乙");
    await page.keyboard.press("Enter");
    await page.locator("[data-person]", { hasText: "门岗乙" }).waitFor();

    await page.keyboard.press("l");
    await page.locator("#exceptions-title", { hasText: "What needs a person" }).waitFor();
    expect(seen.foreign).toEqual([]);
    expect(seen.errors.filter((line) => !/\b(401|409|422)\b/.test(line))).toEqual([]);
    counted(context, { candidates: 2, "rules of axe passed": passed, "wrong requests to others": seen.foreign.length });
    await tab.close();
  },
);

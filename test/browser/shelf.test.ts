// Check 13: an alarm on the shelf, against the demonstration's own process tree, whose clock goes on at once. By the file's name and in the full set.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { AlarmDetail, AlarmView } from "#protocols/api/alarms.ts";
import { minuteMs } from "#protocols/vocabulary/time.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";
import { demoStage, openAs } from "./demo-stage.ts";
import { withBrowser } from "./stage.ts";

const on = demoStage();

const alarms = async (state: "open" | "held" | "all" = "open"): Promise<AlarmView[]> =>
  (await (await on.demo.as("property")).get<{ items: AlarmView[] }>(`/api/v1/alarms?state=${state}&limit=500`)).items;

async function shelving(page: Page, { reason, minutes }: { reason: string; minutes: string }): Promise<void> {
  await page.fill('[data-form="shelve"] [name="minutes"]', minutes);
  await page.fill('[data-form="shelve"] [name="reason"]', reason);
  await page.click('[data-form="shelve"] button[type="submit"]');
}
const refusal = (page: Page, words: string) => page.locator('[data-form="shelve"] .problem', { hasText: words }).waitFor();

withBrowser(
  "check 13: without a reason, and for nine hours, no shelf; for half an hour one, counted in the strip; its end comes by itself and stands in its history; priority 1 has none",
  async (context) => {
    await on.demo.tell("/faults", { name: "over-temperature", socket: "station-1/1", amount: 64_000 });
    const warm = await until("a socket grows warm", async () => (await alarms()).find(({ rule }) => rule === "warn.over-temperature"), {
      within_ms: 60_000,
    });
    expect(warm.priority).toBe(3);
    const { page, seen, context: tab } = await openAs(on, "property");
    expect(await page.getAttribute("[data-shelved]", "data-shelved")).toBe("0");
    await page.locator(`[data-alarm="${warm.id}"] h3 button`).click();
    await page.locator('dialog [data-act="shelve"]').click();
    let refused = 0;
    await shelving(page, { reason: "", minutes: "30" });
    await refusal(page, "请写明理由");
    refused += 1;
    await shelving(page, { reason: "等更换插座", minutes: "540" });
    await refusal(page, "最长 480 分钟");
    refused += 1;
    expect(await alarms("held")).toEqual([]);
    await shelving(page, { reason: "等更换插座", minutes: "30" });
    await page.waitForSelector('[data-shelved="1"]');
    expect(await alarms("held")).toMatchObject([{ id: warm.id, state: "shelved", held: { reason: "等更换插座" } }]);
    await page.keyboard.press("Escape");
    expect(await page.locator(`[data-alarm="${warm.id}"]`).count()).toBe(0);

    // A weld is of the first priority: the page says that it has no shelf, and the cloud refuses whoever asks all the same.
    await on.demo.tell("/taps", { socket: "station-1/2", card: 88_002, power_W: 300, minutes: 60 });
    await until("it charges", async () => (await on.demo.state()).sockets.find(({ socket, relay }) => socket === "station-1/2" && relay), {
      within_ms: 30_000,
    });
    await on.demo.tell("/faults", { name: "weld", socket: "station-1/2" });
    await on.demo.tell("/faults", { name: "over-current", socket: "station-1/2", amount: 2_500 });
    const weld = await until("a weld", async () => (await alarms()).find(({ priority }) => priority === 1), { within_ms: 60_000 });
    await page.locator(`[data-alarm="${weld.id}"] h3 button`).click();
    await page.locator("dialog [data-never-shelved]", { hasText: "不可搁置" }).waitFor();
    expect(await page.locator('dialog [data-act="shelve"]').count()).toBe(0);
    const tried = await (await on.demo.as("property")).post(`/api/v1/alarms/${weld.id}/actions`, {
      ...{ action: "shelve", reason: "试一试", minutes: 5 },
    });
    expect([tried.status, JSON.stringify(await tried.json())]).toEqual([409, expect.stringContaining("一级告警不可搁置")]);
    refused += 1;
    await page.keyboard.press("Escape");

    await on.demo.ahead(31 * minuteMs);
    await page.waitForSelector('[data-shelved="0"]', { timeout: 15_000 });
    const { steps } = await (await on.demo.as("property")).get<AlarmDetail>(`/api/v1/alarms/${warm.id}`);
    const shelf = steps.filter(({ input }) => input === "shelve" || input === "unshelve");
    expect(shelf).toMatchObject([
      { input: "shelve", to: "shelved", person: "property", reason: "等更换插座" },
      { input: "unshelve", from: "shelved", person: null, reason: "到期 / expired" },
    ]);
    const lasted = Date.parse(shelf[1]?.at ?? "") - Date.parse(shelf[0]?.at ?? "");
    expect(lasted).toBe(30 * minuteMs);
    expect(seen.errors.filter((line) => !/\b40[09]\b/.test(line))).toEqual([]);
    counted(context, { refused, "shelved once": 1, "minutes on the shelf": lasted / minuteMs });
    await tab.close();
  },
);

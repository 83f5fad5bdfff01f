// What an alarm's voice is tried by: a weld that calls, a tone that comes again, and silence once everything that calls is acknowledged.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { until } from "../world/program.ts";
import type { Demo } from "./demo.ts";

/** A socket of the second station that charges, and whose relay does not open when it should: an alarm of the first priority. */
export async function weldOne(demo: Demo): Promise<void> {
  const sockets = async () =>
    (await demo.state()).sockets.filter(({ socket, faults }) => socket.startsWith("station-2/") && faults.length === 0);
  for (const { socket } of (await sockets()).filter(({ plugged }) => !plugged).slice(0, 3))
    await demo.tell("/taps", { socket, card: 88_400, power_W: 300, minutes: 60 });
  const charging = async () => (await sockets()).find(({ relay, plugged }) => relay && plugged)?.socket;
  const socket = await until("a socket that charges", charging, { within_ms: 40_000 });
  await demo.tell("/faults", { name: "weld", socket });
  await demo.tell("/faults", { name: "over-current", socket, amount: 2_500 });
}

export const againAfterFiveSeconds = async (page: Page): Promise<void> => {
  await page.waitForSelector("html[data-sound=ready]");
  await page.waitForSelector("html[data-sound=sounding-1]", { timeout: 10_000 });
};

const calling = `document.querySelectorAll('.alarms-panel [data-priority="1"] .acknowledge, .alarms-panel [data-priority="2"] .acknowledge').length`;

/** Everything that calls is acknowledged; how many milliseconds passed from the page's own moment at which nothing calls any more to its silence. */
async function acknowledgedAndSilent(page: Page): Promise<number> {
  await page.evaluate(`(() => {
    delete window.quietAt;
    delete window.silentAt;
    window.watching?.forEach((one) => one.disconnect());
    const alarms = new MutationObserver(() => { if (${calling} === 0 && window.quietAt === undefined) window.quietAt = performance.now(); });
    const sound = new MutationObserver(() => { if (document.documentElement.dataset.sound === "ready") window.silentAt = performance.now(); });
    alarms.observe(document.body, { subtree: true, childList: true });
    sound.observe(document.documentElement, { attributes: true });
    window.watching = [alarms, sound];
  })()`);
  await page.locator('.alarms-panel .panel-aside [data-act="acknowledge-all"]').click();
  await until("nothing calls", async () => (await page.evaluate("window.quietAt !== undefined")) || undefined, { within_ms: 15_000 });
  await page.waitForSelector("html[data-sound=ready]", { timeout: 2_000 });
  return Math.round(Number(await page.evaluate("Math.max(0, (window.silentAt ?? 0) - window.quietAt)")));
}

/** A weld brings others after it (its shed is cut off above): until six seconds pass in which nothing calls, and nothing is heard in them. */
export async function silenced(page: Page): Promise<number[]> {
  const late: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    late.push(await acknowledgedAndSilent(page));
    const before = Number(await page.evaluate("window.audio.started"));
    const quiet = await page
      .waitForFunction(`${calling} > 0`, undefined, { timeout: 6_000 })
      .then(() => false)
      .catch(() => true);
    if (!quiet) continue;
    expect(await page.evaluate("window.audio.started")).toBe(before);
    return late;
  }
  throw new Error("alarms came for half a minute");
}

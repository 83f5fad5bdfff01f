// Check 1: what a stranger sees who types one command, and after how many seconds. Nothing of ours runs beside it, not even another demonstration. By the file's name and in the full set.
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { repository, until } from "../world/program.ts";
import { launch, look } from "./eyes.ts";
import { timed } from "./quiet.ts";
import { withBrowser } from "./stage.ts";

let browser: Browser;
beforeAll(async () => {
  if (hasCommand("chromium")) browser = await launch();
});
afterAll(() => browser?.close());

/** What a stranger sees who types one command: seconds after it. */
async function fromOneCommand(): Promise<{ seconds: Record<string, number>; overdue: number }> {
  const begun = performance.now();
  const since = (): number => Math.round(performance.now() - begun) / 1000;
  const child = spawn(process.execPath, [join(repository, "command/main.ts"), "demo", "--no-open", "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let shown = async (): Promise<string> => "";
  child.stdout.on("data", (bytes: Buffer) => {
    out += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    out += bytes.toString();
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    const address = await until("the page's address", () => /页面 page\s+(http:\S+)/.exec(out)?.[1], { within_ms: 60_000 });
    const { page, context: tab } = await look(browser, address);
    const seconds: Record<string, number> = {};
    const first = async (what: string, on: Page, selector: string, nth = 0): Promise<void> => {
      await on.locator(selector).nth(nth).waitFor({ timeout: 40_000 });
      seconds[what] = since();
    };
    const other = await tab.newPage();
    shown = async () =>
      (await Promise.all([page, other].map((one) => one.locator("body").ariaSnapshot({ timeout: 1_000 })))).join("\n----\n");
    await Promise.all([page.goto(address), other.goto(`${address}/#/ledger?view=overdue`)]);
    await Promise.all([
      first("event", page, "[data-live-event]"),
      first("five events", page, "[data-live-event]", 4),
      first("waits", page, "[data-lane][data-exception]"),
      first("priority 2", page, '[data-alarm][data-priority="2"]'),
      first("overdue", other, "[data-hazard]"),
    ]);
    const overdue = await other.locator("tr[data-hazard] .overdue").count();
    await tab.close();
    return { seconds, overdue };
  } catch (error) {
    throw new Error(`what the command said:\n${out}\nwhat the pages show:\n${await shown()}`, { cause: error });
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

withBrowser(
  "check 1: one command, and a browser shows a live event within ten seconds, and within two more five of them, a car that waits, an alarm of priority 2 and an overdue hazard",
  async (context) => {
    const { result, machine, tries } = await timed(
      fromOneCommand,
      ({ seconds: { event = 99, ...rest } }) => event <= 10 && Object.values(rest).every((one) => one <= 12),
    );
    const { seconds, overdue } = result;
    if (machine.holds()) {
      expect(seconds.event).toBeLessThanOrEqual(10);
      for (const [what, at] of Object.entries(seconds)) expect(at, what).toBeLessThanOrEqual(12);
    }
    expect(overdue).toBeGreaterThan(0);
    const named = Object.fromEntries(Object.entries(seconds).map(([what, at]) => [`${what}, s`, at]));
    counted(context, { ...named, "overdue rows": overdue, tries, bound: machine.said() });
  },
  240_000,
);

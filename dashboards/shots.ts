// Screenshots of a running page for people to look at: the desk, a phone, the dark theme, English.
//   node dashboards/shots.ts URL OUT
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

const looks = [
  { name: "desk", width: 1366, height: 768, colorScheme: "light", language: "zh" },
  { name: "desk-dark", width: 1366, height: 768, colorScheme: "dark", language: "zh" },
  { name: "desk-en", width: 1366, height: 768, colorScheme: "light", language: "en" },
  { name: "phone", width: 390, height: 844, colorScheme: "light", language: "zh" },
  { name: "phone-dark-en", width: 390, height: 844, colorScheme: "dark", language: "en" },
] as const;

/** What is shown beside the three pages: the first of each kind, if there is one. */
const drawers = [
  { name: "hazard", page: "ledger", opens: "[data-hazard] button.row-link" },
  { name: "alarm", page: "duty", opens: "[data-alarm] h3 button" },
  { name: "socket", page: "duty", opens: "[data-state=charging]" },
] as const;

async function shoot(page: Page, url: string, file: (what: string) => string): Promise<number> {
  let taken = 0;
  const take = async (what: string, fullPage: boolean) => {
    await page.screenshot({ path: file(what), fullPage });
    taken += 1;
  };
  for (const name of ["duty", "entries", "ledger"]) {
    await page.goto(`${url}#/${name}`);
    await page.waitForSelector("main h1");
    await page.waitForTimeout(700);
    await take(name, page.viewportSize()?.width === 390);
  }
  for (const { name, page: where, opens } of drawers) {
    await page.goto(`${url}#/${where}`);
    const opener = page.locator(opens).first();
    if ((await opener.count()) === 0) continue;
    await opener.click();
    await page.waitForSelector("dialog[open]");
    await page.waitForTimeout(500);
    await take(name, false);
    await page.keyboard.press("Escape");
  }
  return taken;
}

async function main(url: string, out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
  try {
    for (const { name, width, height, colorScheme, language } of looks) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: language === "zh" ? "zh-CN" : "en-GB" });
      const page = await context.newPage();
      const taken = await shoot(page, `${url}/?lang=${language}`, (what) => join(out, `${name}-${what}.png`));
      process.stderr.write(`${name}: ${taken}\n`);
      await context.close();
    }
  } finally {
    await browser.close();
  }
}

const [url, out] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (url === undefined || out === undefined) {
    process.stderr.write("usage: node dashboards/shots.ts URL OUT   (URL of a running cloud, without a slash at its end)\n");
    process.exitCode = 2;
  } else await main(url, out);
}

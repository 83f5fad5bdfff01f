// One picture of every page in each look, for people to look at, and a scan of each for text that is cut off or runs out of the page.
//   npm run shots [-- OUT]     (OUT: dist/shots)
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { buildWeb } from "../../dashboards/build.ts";
import { pages } from "../../dashboards/web/shell/address.ts";
import { endEveryProgram } from "../world/program.ts";
import { clippedText } from "./clipped.ts";
import { openCompound } from "./compound.ts";
import { launch, look } from "./eyes.ts";
import { tellStory } from "./story.ts";

interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: true;
  readonly language?: "en";
  /** A compound that has told nothing yet; a cloud that does not answer. */
  readonly world?: "empty" | "error";
}
export const looks: readonly Look[] = [
  { name: "1366", width: 1366, height: 768 },
  { name: "390", width: 390, height: 844 },
  { name: "dark", width: 1366, height: 768, dark: true },
  { name: "en", width: 1366, height: 768, language: "en" },
  { name: "en-390", width: 390, height: 844, language: "en" },
  { name: "empty", width: 1366, height: 768, world: "empty" },
  { name: "error", width: 1366, height: 768, world: "error" },
];

/** What lies on top of a page: the first of its kind. */
const drawers = [
  { name: "open-gate", page: "duty", opens: '[data-waiting] [data-act="open"]' },
  { name: "alarm", page: "duty", opens: "[data-alarm] h3 button" },
  { name: "socket", page: "duty", opens: '[data-socket="station-1/3"]' },
  { name: "lane", page: "duty", opens: '[data-lane="east-in"] .count' },
  { name: "keys", page: "duty", opens: ".keys-button:visible" },
  { name: "person", page: "duty", opens: "header .person" },
  { name: "hazard", page: "ledger", opens: "[data-hazard] .row-link" },
] as const;

const refusal = { type: "about:blank", title: "数据库暂时没有应答", status: 503, detail: "云端存储正在重新启动", hint: "稍后会自动重试" };

async function shoot(page: Page, take: (what: string) => Promise<void>, { url, one }: { url: string; one: Look }): Promise<void> {
  for (const name of pages) {
    await page.goto(`${url}/?lang=${one.language ?? "zh"}#/${name}`);
    await page.waitForSelector("main h1, main .panel");
    await page.waitForTimeout(400);
    await take(name);
  }
  if (one.world !== undefined) return;
  for (const { name, page: where, opens } of drawers) {
    await page.goto(`${url}/?lang=${one.language ?? "zh"}#/${where}`);
    const opener = page.locator(opens).first();
    await page.waitForTimeout(400);
    if ((await opener.count()) === 0) continue;
    await opener.click();
    await page.waitForSelector("dialog[open]");
    await page.waitForTimeout(400);
    await take(`${where}-${name}`);
    await page.keyboard.press("Escape");
  }
}

export interface Shots {
  readonly pictures: number;
  readonly wrong: readonly string[];
}

export async function takeShots(out: string): Promise<Shots> {
  await mkdir(out, { recursive: true });
  const web = await mkdtemp(join(tmpdir(), "cuobian-shots-"));
  await buildWeb(web);
  const browser: Browser = await launch();
  const [told, empty] = await Promise.all([openCompound(web), openCompound(web)]);
  const wrong: string[] = [];
  let pictures = 0;
  try {
    await tellStory(told.voice);
    for (const one of looks) {
      const { url } = one.world === "empty" ? empty : told;
      const colorScheme = one.dark === true ? "dark" : "light";
      const { page, context } = await look(browser, url, { viewport: { width: one.width, height: one.height }, colorScheme });
      if (one.world === "error")
        await page.route("**/api/v1/overview", (route) =>
          route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(refusal) }),
        );
      const take = async (what: string): Promise<void> => {
        await page.screenshot({ path: join(out, `${what}.${one.name}.png`), fullPage: one.width < 1000 && !what.includes("-") });
        pictures += 1;
        wrong.push(...(await clippedText(page)).map((text) => `${what} ${one.name}: ${text}`));
      };
      await shoot(page, take, { url, one });
      await context.close();
    }
  } finally {
    await browser.close();
    await Promise.all([told.end(), empty.end()]);
    await endEveryProgram();
    await rm(web, { recursive: true, force: true });
  }
  return { pictures, wrong };
}

if (process.argv[1]?.endsWith("shots.ts")) {
  const out = resolve(process.argv[2] ?? "dist/shots");
  const { pictures, wrong } = await takeShots(out);
  for (const line of wrong) process.stdout.write(`  ${line}\n`);
  process.stdout.write(`${pictures} pictures in ${out}; text cut off or out of the page: ${wrong.length}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

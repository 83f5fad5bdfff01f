// One picture of every page in each look, with the demonstration's data, for people to look at, and a scan of each for text that is cut off or runs out of the page.
//   npm run shots [-- OUT [PART…]]     (OUT: dist/shots; PART: only names that have it)
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { openingScene } from "#command/demo/scene.ts";
import { buildWeb } from "../../dashboards/build.ts";
import { pages } from "../../dashboards/web/shell/address.ts";
import { endEveryProgram, startProgram, until } from "../world/program.ts";
import { clippedText } from "./clipped.ts";
import { openCompound } from "./compound.ts";
import { type Demo, openDemo } from "./demo.ts";
import { actAs, look } from "./eyes.ts";

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
  { name: "alarm", page: "duty", opens: "[data-alarm] h3 button, [data-flood-row] h3 button" },
  { name: "socket", page: "duty", opens: '[data-socket="station-1/3"]' },
  { name: "lane", page: "duty", opens: '[data-lane="east-in"] .count' },
  { name: "keys", page: "duty", opens: ".keys-button:visible" },
  { name: "person", page: "duty", opens: "header .person" },
  { name: "hazard", page: "ledger", opens: "[data-hazard] .row-link" },
  { name: "import", page: "ledger", opens: '[data-act="import"]' },
] as const;

/** Who looks at which page: each page's own reader; whoever is not named looks at the rest. */
const readers: Readonly<Record<string, string>> = {
  ...{ overview: "bureau", ledger: "bureau", ranking: "bureau", stars: "bureau", income: "owners" },
  ...{ people: "admin", tokens: "admin" },
};
const usualReader = "property";
const empties: Readonly<Record<string, string>> = { owners: "manager", property: "manager" };

const refusal = { type: "about:blank", title: "数据库暂时没有应答", status: 503, detail: "云端存储正在重新启动", hint: "稍后会自动重试" };
const settled_ms = 500;

interface Taking {
  readonly url: string;
  readonly one: Look;
  readonly wanted: (what: string) => boolean;
  readonly take: (what: string) => Promise<void>;
}

async function become(page: Page, who: string): Promise<void> {
  await page.locator("header .person").waitFor();
  const now = await page.evaluate("document.querySelector('header .person small')?.textContent ?? ''");
  if (now !== who) await actAs(page, who).catch(() => undefined);
}

async function shoot(page: Page, { url, one, wanted, take }: Taking): Promise<void> {
  const query = `?lang=${one.language ?? "zh"}`;
  const named = (who: string): string => (one.world === "empty" ? (empties[who] ?? who) : who);
  let who = "";
  const readerOf = async (name: string): Promise<void> => {
    const wantedReader = named(readers[name] ?? usualReader);
    if (one.world === "error" || who === wantedReader) return;
    who = wantedReader;
    await become(page, who);
  };
  for (const name of pages) {
    if (!wanted(name)) continue;
    await page.goto(`${url}/${query}#/${name}`);
    await page.waitForSelector("main h1, main .panel, .gate");
    await readerOf(name);
    await page.goto(`${url}/${query}#/${name}`);
    await page.waitForSelector("main h1, main .panel");
    await page.waitForTimeout(settled_ms);
    await take(name);
  }
  if (one.world !== undefined) return;
  for (const { name, page: where, opens } of drawers) {
    if (!wanted(`${where}-${name}`)) continue;
    await page.goto(`${url}/${query}#/${where}`);
    await page.waitForSelector("main h1, main .panel");
    await readerOf(where);
    await page.goto(`${url}/${query}#/${where}`);
    const opener = page.locator(opens).first();
    await page.waitForTimeout(settled_ms);
    if ((await opener.count()) === 0) continue;
    await opener.click();
    await page.waitForSelector("dialog[open]");
    await page.waitForTimeout(settled_ms);
    await take(`${where}-${name}`);
    await page.keyboard.press("Escape");
  }
}

const installerViews = ["home", "bench", "lanes", "log", "report"] as const;
/** The gateway's own pages: the installer's views, the booth, the driver's page, and the first run of a fresh one. */
async function shootGateway(
  page: Page,
  { demo, fresh, one, take, wanted }: Omit<Taking, "url"> & { demo: Demo; fresh: Fresh },
): Promise<void> {
  const http = demo.compound.gateway().ready.http;
  const token = (await readFile(demo.compound.files.boothToken, "utf8")).trim();
  const query = `?lang=${one.language ?? "zh"}`;
  if (installerViews.some((view) => wanted(`installer-${view}`))) {
    await page.goto(`${http}/installer${query}`);
    await page.fill('[name="token"]', token);
    await page.keyboard.press("Enter");
    await page.locator("[data-summary]").waitFor();
    for (const view of installerViews) {
      await page.locator(`#tabs a[href="#${view}"]`).click();
      await page.waitForTimeout(settled_ms);
      if (wanted(`installer-${view}`)) await take(`installer-${view}`);
    }
  }
  if (wanted("booth")) {
    await page.goto(`${http}/booth`);
    await page.fill('[name="token"]', token);
    await page.fill('[name="person"]', "门岗甲");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(settled_ms);
    if (one.language === "en") await page.keyboard.press("l");
    await page.waitForTimeout(settled_ms);
    await take("booth");
  }
  if (wanted("pay")) {
    await page.goto(`${http}/pay${one.language === "en" ? "?lang=en" : ""}`);
    await page.waitForTimeout(settled_ms);
    await take("pay");
  }
  if (!wanted("setup")) return;
  await page.goto(`${fresh.http}/setup${query}#${fresh.code}`);
  for (const step of ["identity", "network", "cloud", "device", "finish"]) {
    await page.locator(`[data-key="step ${step}"]`).waitFor();
    if (await page.locator(`[data-key="step ${step}"]`).isDisabled()) break;
    await page.locator(`[data-key="step ${step}"]`).click();
    await page.waitForTimeout(settled_ms);
    await take(`setup-${step}`);
  }
}

interface Fresh {
  readonly http: string;
  readonly code: string;
}
/** A gateway without a site file whose first steps are answered. */
async function freshGateway(folder: string): Promise<Fresh> {
  const config = join(folder, "fresh", "site.yaml");
  const words = ["run", "--config", config, "--first-run", "--setup-port", "0", "--ready-json"];
  const { ready } = await startProgram<{ http: string }>("gateway/main.ts", words, { env: { CUOBIAN_CLOCK: "synchronised" } });
  const code = (await readFile(join(folder, "fresh", "setup-code"), "utf8")).trim();
  const give = async (step: string, answers: object, more: object = {}): Promise<void> => {
    const headers = { authorization: `Bearer ${code}`, "content-type": "application/json" };
    await fetch(`${ready.http}/api/v1/setup/answers`, { method: "PUT", headers, body: JSON.stringify({ step, answers, ...more }) });
  };
  const name = "锦绣花园三期地面停车场与电动自行车充电棚（演示）";
  await give("identity", { site: "jinxiu", gateway: "gw-1", name }, { token: "of-these-pictures-only" });
  await give("network", { host: "127.0.0.1", port: 7310 });
  await give("cloud", { cloud: { page: "https://cloud.example", broker: "mqtts://cloud.example:8883" } });
  await give("device", {
    line: { kind: "serial", path: "/dev/ttyUSB0", baud: 19_200, parity: "none", stop_bits: 1 },
    device: { profile: "stations/ten-socket", unit: 1, name: "1号充电棚", limits: "e-bike-4a" },
  });
  return { http: ready.http, code };
}

export interface Shots {
  readonly pictures: number;
  readonly wrong: readonly string[];
}

export async function takeShots(out: string, parts: readonly string[] = []): Promise<Shots> {
  await mkdir(out, { recursive: true });
  const web = await mkdtemp(join(tmpdir(), "cuobian-shots-"));
  await buildWeb(web);
  const [demo, empty] = await Promise.all([openDemo({ history: true, steady: true }), openCompound(web)]);
  const wrong: string[] = [];
  let pictures = 0;
  try {
    const fresh = await freshGateway(demo.folder);
    await openingScene(demo.compound, (why) => process.stderr.write(`${why}\n`));
    const bureau = await demo.as("bureau");
    const told = async () => (await bureau.get<{ total: number }>("/api/v1/ledger/figures")).total >= 253 || undefined;
    await until("the ninety days", told, { within_ms: 90_000 });
    for (const one of looks) {
      const url = one.world === "empty" ? empty.url : demo.url();
      const colorScheme = one.dark === true ? "dark" : "light";
      const { page, context } = await look(demo.browser, url, { viewport: { width: one.width, height: one.height }, colorScheme });
      if (one.world === "error")
        await page.route("**/api/v1/overview", (route) =>
          route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(refusal) }),
        );
      const wanted = (what: string): boolean => parts.length === 0 || parts.some((part) => `${what}.${one.name}`.includes(part));
      const take = async (what: string): Promise<void> => {
        if (!wanted(what)) return;
        await page.screenshot({ path: join(out, `${what}.${one.name}.png`), fullPage: one.width < 1000 && !/^(duty|ledger)-/.test(what) });
        pictures += 1;
        wrong.push(...(await clippedText(page)).map((text) => `${what} ${one.name}: ${text}`));
      };
      await shoot(page, { url, one, wanted, take });
      if (one.world === undefined) await shootGateway(page, { demo, fresh, one, wanted, take });
      await context.close();
    }
  } finally {
    await Promise.all([demo.end(), empty.end()]);
    await endEveryProgram();
    await rm(web, { recursive: true, force: true });
  }
  return { pictures, wrong };
}

if (process.argv[1]?.endsWith("shots.ts")) {
  const [out = "dist/shots", ...parts] = process.argv.slice(2);
  const { pictures, wrong } = await takeShots(resolve(out), parts);
  for (const line of wrong) process.stdout.write(`  ${line}\n`);
  process.stdout.write(`${pictures} pictures in ${resolve(out)}; text cut off or out of the page: ${wrong.length}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

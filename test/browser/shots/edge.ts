// The gateway's own pages: the installer's views, the booth, the first run of a fresh one, and what stands there while its site file is broken.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { draftText } from "#gateway/config/draft.ts";
import { startProgram } from "../../world/program.ts";
import type { Demo } from "../demo.ts";
import { type Camera, langOf, optionsOf, refusalBody, settled } from "./looks.ts";
import type { Routes } from "./routes.ts";

export interface Gateways {
  readonly browser: Browser;
  readonly demo: Demo;
  readonly routes: Routes;
  /** In its first run, with its first steps answered; and one in which nothing was answered. */
  readonly fresh: FirstRun;
  readonly untouched: FirstRun;
  /** Nothing is connected to it. */
  readonly bare: { readonly http: string; readonly token: string };
  readonly broken: { readonly http: string; readonly token: string };
}
interface FirstRun {
  readonly http: string;
  readonly code: string;
}

const clock = { env: { CUOBIAN_CLOCK: "synchronised" } };

export async function firstRun(folder: string, answered: boolean): Promise<FirstRun> {
  const config = join(folder, "site.yaml");
  const words = ["run", "--config", config, "--first-run", "--setup-port", "0", "--ready-json"];
  const { ready } = await startProgram<{ http: string }>("gateway/main.ts", words, clock);
  const code = readFileSync(join(folder, "setup-code"), "utf8").trim();
  const give = async (step: string, answers: object, more: object = {}): Promise<void> => {
    const headers = { authorization: `Bearer ${code}`, "content-type": "application/json" };
    await fetch(`${ready.http}/api/v1/setup/answers`, { method: "PUT", headers, body: JSON.stringify({ step, answers, ...more }) });
  };
  if (!answered) return { http: ready.http, code };
  const name = "锦绣花园三期地面停车场与电动自行车充电棚（演示）";
  await give("identity", { site: "jinxiu", gateway: "gw-1", name }, { token: "of-these-pictures-only" });
  await give("network", { host: "127.0.0.1", port: 7310 });
  await give("cloud", { cloud: { page: "https://cloud.example", broker: "mqtts://cloud.example:8883" } });
  await give("device", {
    line: { kind: "serial", path: "/dev/ttyUSB0", baud: 19_200, parity: "none", stop_bits: 1 },
    device: { profile: "stations/ten-socket", unit: 1, name: "1号充电棚", limits: "e-bike-4a" },
  });
  await give("lanes", { lot: null });
  return { http: ready.http, code };
}

const token = "0123456789abcdef0123456789abcdef";
const secrets = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  for (const name of ["booth.token", "uplink.password"]) writeFileSync(join(folder, name), `${token}\n`, { mode: 0o600 });
};

/** A site file that names a place and nothing else. */
export async function bareGateway(folder: string): Promise<Gateways["bare"]> {
  secrets(folder);
  const config = join(folder, "site.yaml");
  writeFileSync(
    config,
    draftText({ site: "jinxiu", gateway: "gw-9", name: "新站点（演示）", port: 0 }, () => false),
  );
  const { ready } = await startProgram<{ http: string }>("gateway/main.ts", ["run", "--config", config, "--ready-json"], clock);
  return { http: ready.http, token };
}

/** A word that is no number, and a device that does not exist. */
export async function brokenGateway(folder: string): Promise<Gateways["broken"]> {
  secrets(folder);
  const config = join(folder, "site.yaml");
  const draft = { site: "jinxiu", gateway: "gw-8", name: "锦绣花园三期（演示）", port: 0 };
  writeFileSync(
    config,
    draftText(draft, () => false)
      .replace("keepalive_s: 10", "keepalive_s: 1O")
      .replace("limits: []", "limit: []"),
  );
  const { ready } = await startProgram<{ http: string }>("gateway/main.ts", ["run", "--config", config, "--ready-json"], clock);
  return { http: ready.http, token };
}

async function newPage({ one }: Camera, { browser }: Gateways, more: object = {}): Promise<Page> {
  const context = await browser.newContext({ ...optionsOf(one), ...more });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  if (one.paper === true) await page.emulateMedia({ media: "print" });
  return page;
}

/** Everything but the first look, which lets one in. */
async function failing(page: Page, first: RegExp): Promise<void> {
  await page
    .context()
    .route("**/api/v1/**", (route) => (first.test(route.request().url()) ? route.continue() : route.fulfill(refusalBody)));
}

async function shootInstaller(camera: Camera, places: Gateways): Promise<void> {
  if (!camera.wanted("installer")) return;
  const { one } = camera;
  const page = await newPage(camera, places);
  const at =
    one.world === "empty"
      ? places.bare
      : { http: places.demo.compound.gateway().ready.http, token: readFileSync(places.demo.compound.files.boothToken, "utf8").trim() };
  await page.goto(`${at.http}/installer?lang=${langOf(one)}`);
  if (one.world === undefined) await camera.take(page, "installer-door");
  else camera.none("installer-door", "a door asks nothing before somebody knocks");
  await page.fill('[name="token"]', at.token);
  await page.keyboard.press("Enter");
  await page.locator("[data-summary]").waitFor();
  const views = await page.$$eval("#tabs a", (all) => all.map((tab) => (tab.getAttribute("href") ?? "").slice(1)));
  if (one.world === "error") await failing(page, /nothing-of-it/);
  for (const view of views) {
    if (!camera.wanted(`installer-${view}`)) continue;
    await page.locator(`#tabs a[href="#${view}"]`).click();
    await settled(page);
    // It asks every two seconds; the second answer says that nobody is there.
    if (one.world === "error")
      await page
        .locator("[data-lost]")
        .waitFor()
        .catch(() => undefined);
    await camera.take(page, `installer-${view}`, true);
  }
  await page.context().close();
}

async function shootBooth(camera: Camera, places: Gateways): Promise<void> {
  if (!camera.wanted("booth")) return;
  const { one } = camera;
  const page = await newPage(camera, places);
  const at =
    one.world === "empty"
      ? places.bare
      : { http: places.demo.compound.gateway().ready.http, token: readFileSync(places.demo.compound.files.boothToken, "utf8").trim() };
  await page.goto(`${at.http}/booth`);
  await page.fill('[name="token"]', at.token);
  await page.fill('[name="person"]', "门岗甲");
  await page.keyboard.press("Enter");
  await page.locator("#desk").waitFor();
  await settled(page, 2_000);
  if (one.language === "en") await page.keyboard.press("l");
  if (one.world === "error") {
    await failing(page, /nothing-of-it/);
    await page.waitForTimeout(4_000);
  }
  await settled(page, 1_000);
  await camera.take(page, "booth", true);
  await page.context().close();
}

async function shootSetup(camera: Camera, places: Gateways): Promise<void> {
  if (!camera.wanted("setup")) return;
  const { one } = camera;
  const page = await newPage(camera, places);
  const at = one.world === "empty" ? places.untouched : places.fresh;
  await page.goto(`${at.http}/setup?lang=${langOf(one)}#${at.code}`);
  const steps = page.locator("#steps button");
  await steps.first().waitFor();
  if (one.world === "error") await failing(page, /nothing-of-it/);
  for (const key of await steps.evaluateAll((all) => all.map((step) => step.getAttribute("data-key") ?? ""))) {
    const name = `setup-${key.replace("step ", "")}`;
    const step = page.locator(`[data-key="${key}"]`);
    if (await step.isDisabled()) {
      camera.none(name, "a step is reached when the one before it is answered");
      continue;
    }
    await step.click();
    // Whatever the step asks first is not answered.
    if (one.world === "error")
      await page
        .locator("#view button.primary")
        .first()
        .click()
        .catch(() => undefined);
    await settled(page, 1_500);
    await camera.take(page, name, true);
  }
  await page.context().close();
}

async function shootSafeMode(camera: Camera, places: Gateways): Promise<void> {
  if (!camera.wanted("safe-mode")) return;
  const { one } = camera;
  if (one.world !== undefined) {
    for (const name of ["safe-mode", "safe-mode-details"]) camera.none(name, "it is itself what stands there when nothing else can");
    return;
  }
  const page = await newPage(camera, places, { httpCredentials: { username: "x", password: places.broken.token } });
  for (const [name, path] of [
    ["safe-mode", "/"],
    ["safe-mode-details", "/details"],
  ] as const) {
    await page.goto(`${places.broken.http}${path}?lang=${langOf(one)}`);
    await camera.take(page, name, true);
  }
  await page.context().close();
}

const ways: Readonly<Record<string, (camera: Camera, places: Gateways) => Promise<void>>> = {
  "/installer": shootInstaller,
  "/booth": shootBooth,
  "/setup": shootSetup,
};

export async function shootEdge(camera: Camera, places: Gateways): Promise<void> {
  for (const route of new Set(places.routes.handed)) {
    const way = ways[route];
    if (way === undefined) camera.wrong(`${route}: no picture, nothing says in test/browser/shots how it is gone to`);
    else await way(camera, places);
  }
  for (const route of Object.keys(ways))
    if (!places.routes.handed.includes(route)) camera.wrong(`${route}: no router hands it out, and test/browser/shots goes to it`);
  await shootSafeMode(camera, places);
}

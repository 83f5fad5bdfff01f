// What needs no account: the public pages of residents and the drivers' pages. Which there are the routers say; each is gone to by an address that shows something.
import type { Browser, Page } from "playwright-core";
import type { Demo } from "../demo.ts";
import { type Camera, langOf, optionsOf, settled } from "./looks.ts";
import type { PhoneWorld } from "./phone-world.ts";
import type { Routes } from "./routes.ts";

export interface OpenPlaces {
  readonly browser: Browser;
  readonly demo: Demo;
  /** The cloud of a compound that has told nothing. */
  readonly empty: string;
  readonly phone: PhoneWorld;
  readonly routes: Routes;
  /** One report that its resident follows by this receipt. */
  readonly receipt: string;
}

const nameOf = (path: string): string =>
  path
    .replace(/^\//, "")
    .replace(/\/api\/v1\//, "")
    .replace(/[/:]+/g, "-");

export async function newPage(camera: Camera, { browser }: { readonly browser: Browser }): Promise<Page> {
  const context = await browser.newContext({ ...optionsOf(camera.one), ...(camera.one.language === "en" ? { locale: "en" } : {}) });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  if (camera.one.paper === true) await page.emulateMedia({ media: "print" });
  return page;
}

export async function see(camera: Camera, page: Page, { name, address }: { name: string; address: string }): Promise<void> {
  const answer = await page.goto(address);
  const type = answer?.headers()["content-type"] ?? "";
  if (!type.startsWith("text/html")) camera.wrong(`${name} ${camera.one.name}: ${address} is no page (${answer?.status()} ${type})`);
  await settled(page, 1_500);
  await camera.take(page, name, true);
}

/** How each public route is gone to; "{code}" is the compound's. */
const publicAt = (receipt: string): Readonly<Record<string, string>> => ({
  "/pub/:code/:lang": "/pub/{code}/{lang}",
  "/pub/:code/report": "/pub/{code}/report?lang={lang}",
  "/pub/:code/progress": `/pub/{code}/progress?lang={lang}&receipt=${receipt}`,
  "/pub/:code/poster": "/pub/{code}/poster",
  "/pub/stars/:lang": "/pub/stars/{lang}",
});

async function shootPublic(camera: Camera, places: OpenPlaces): Promise<void> {
  const { one } = camera;
  const ways = publicAt(one.world === undefined ? places.receipt : "");
  const page = await newPage(camera, places);
  for (const route of places.routes.open.filter((path) => path.startsWith("/pub"))) {
    const name = nameOf(route);
    if (!camera.wanted(name)) continue;
    const way = ways[route];
    if (way === undefined) {
      camera.wrong(`${route}: no picture, nothing says in test/browser/shots how it is gone to`);
      continue;
    }
    if (one.world === "error" && !route.includes(":code")) {
      camera.none(name, "a list of all compounds is never another's");
      continue;
    }
    const code = one.world === "error" ? "NOBODY" : one.world === "empty" ? "JX01" : "JXHY";
    const path = way.replace("{code}", code).replace("{lang}", one.language === "en" ? "en" : "zh-CN");
    await see(camera, page, { name, address: `${one.world === "empty" ? places.empty : places.demo.url()}${path}` });
  }
  await page.context().close();
}

async function shootPhones(camera: Camera, places: OpenPlaces): Promise<void> {
  const { one } = camera;
  const { phone, routes } = places;
  const page = await newPage(camera, places);
  for (const route of routes.open.filter((path) => path.startsWith("/pay"))) {
    const name = nameOf(route);
    if (!camera.wanted(name)) continue;
    const way = phone.at[route];
    if (way === undefined) {
      camera.wrong(`${route}: no picture, nothing says in test/browser/shots how it is gone to`);
      continue;
    }
    // Without what its link names there is only the page that says so.
    const named = route.includes(":");
    if (one.world === "empty" && named) {
      camera.none(name, "without what its link names there is only the page that says so: see error");
      continue;
    }
    const path = one.world === "error" && named ? route.replace(/:[a-z]+$/, "nobody") : way;
    if (one.world === "error" && !named && route !== "/pay") {
      camera.none(name, "a form refuses in its own words: see /pay");
      continue;
    }
    await see(camera, page, { name, address: `${phone.http}${path}?lang=${langOf(one)}` });
    if (route !== "/pay") continue;
    if (one.world === "empty") camera.none("pay-owed", "no car, nothing owed: the plate is not here, see error");
    else await askPlate(camera, page, places);
  }
  await page.context().close();
}

/** The plate is asked for: what is owed, or that such a plate is not here. */
async function askPlate(camera: Camera, page: Page, { phone }: OpenPlaces): Promise<void> {
  const { one } = camera;
  await page.goto(`${phone.http}/pay?lang=${langOf(one)}`);
  const plate = one.world === "error" ? "闽C00000" : phone.owed.plate;
  await page.evaluate(`document.querySelector("#plate").value = ${JSON.stringify(plate)}; document.querySelector("form").submit()`);
  await page.waitForLoadState();
  await settled(page, 1_500);
  await camera.take(page, "pay-owed", true);
}

export async function shootOpen(camera: Camera, places: OpenPlaces): Promise<void> {
  await shootPublic(camera, places);
  await shootPhones(camera, places);
}

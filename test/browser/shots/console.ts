// The built application: every page of its router with every view of each, as somebody whose post reads it; what lies on top of pages; the first screen of every post; and the wall screen.
import type { Browser, Page } from "playwright-core";
import { pages } from "../../../dashboards/web/shell/address.ts";
import { type Camera, langOf, optionsOf, refusalBody, settled } from "./looks.ts";

interface Place {
  readonly browser: Browser;
  readonly url: string;
  /** Views of each page, as the first look found them: where a page does not come, its views are still gone to. */
  readonly views: Map<string, readonly string[]>;
}

/** What lies on top of a page: the first of its kind. */
const drawers = [
  { name: "open-gate", page: "duty", opens: '[data-waiting] [data-act="open"]' },
  { name: "alarm", page: "duty", opens: "[data-alarm] h3 button, [data-flood-row] h3 button" },
  { name: "socket", page: "duty", opens: '[data-socket="station-1/3"]' },
  { name: "lane", page: "duty", opens: '[data-lane="east-in"] .count' },
  { name: "count", page: "duty", opens: '[data-count="passages"]' },
  { name: "keys", page: "duty", opens: ".keys-button:visible" },
  { name: "person", page: "duty", opens: "header .person" },
  { name: "stay", page: "stays", opens: "[data-stay] .row-link" },
  { name: "hazard", page: "ledger", opens: "[data-hazard] .row-link" },
  { name: "import", page: "ledger", opens: '[data-act="import"]' },
  { name: "visit", page: "inspections", opens: "[data-visit-row] .row-link" },
  { name: "draw", page: "inspections", opens: '[data-act="draw"]' },
  { name: "compared", page: "awards", view: "compare", opens: "[data-compared] .row-link" },
  { name: "vote", page: "income", view: "votes", opens: '[data-act="enter-vote"]' },
] as const;

/** Whose page it is; the property's manager looks at the rest. */
const readers: Readonly<Record<string, string>> = {
  ...{
    overview: "bureau",
    ledger: "bureau",
    ranking: "bureau",
    supervision: "bureau",
    papers: "bureau",
    works: "bureau",
    compounds: "bureau",
    stars: "assessor",
    income: "owners",
  },
  ...{ inspections: "bureau", awards: "bureau" },
  ...{ people: "admin", tokens: "admin" },
};
/** Who looks in turn: a page that is not for one is the next one's. */
const everybody = ["property", "bureau", "owners", "admin", "assessor", "street", "installer", "operator", "booth"] as const;
/** The compound that has told nothing has fewer people. */
const fewer: Readonly<Record<string, string>> = { property: "manager", owners: "manager", assessor: "bureau", operator: "manager" };

/** All but what says who asks and what stands: each page has its own fault to show. */
const answers = /\/api\/v1\/(session|sessions|people|first|overview|stream|posts)\b/;

export async function opened(camera: Camera, { browser, url }: Place, person: string): Promise<Page> {
  const { one } = camera;
  const context = await browser.newContext(optionsOf(one));
  context.setDefaultTimeout(10_000);
  const who = one.world === "empty" ? (fewer[person] ?? person) : person;
  const came = await context.request.post(`${url}/api/v1/session`, { data: { person: who }, headers: { "x-cuobian": "1" } });
  if (!came.ok()) camera.wrong(`nobody came in as ${who}: ${came.status()}`);
  if (one.world === "error")
    await context.route("**/api/v1/**", (route) => (answers.test(route.request().url()) ? route.continue() : route.fulfill(refusalBody)));
  const page = await context.newPage();
  if (one.paper === true) await page.emulateMedia({ media: "print" });
  return page;
}

const stands = "main h1, main .panel, .gate, main .page-note";

async function at(page: Page, { url }: Place, camera: Camera, hash: string): Promise<void> {
  await page.goto(`${url}/?lang=${langOf(camera.one)}${hash}`);
  await page.waitForSelector(stands);
  await settled(page);
}

async function viewsOf(page: Page): Promise<readonly string[]> {
  const all = await page.$$eval("main [data-view]", (found) =>
    found
      .filter((one) => !["true", "page"].includes(one.getAttribute("aria-current") ?? one.getAttribute("aria-pressed") ?? ""))
      .map((one) => one.getAttribute("data-view") ?? ""),
  );
  return [...new Set(all)].filter((name) => name !== "");
}

/** Pages of one person; what is not for the post is given back. */
async function pagesOf(camera: Camera, place: Place, person: string, names: readonly string[]): Promise<string[]> {
  const page = await opened(camera, place, person);
  const foreign: string[] = [];
  for (const name of names) {
    // The duty desk is what stands at this moment: without it there is nothing.
    if (camera.one.world === "error" && name === "duty")
      await page.context().route("**/api/v1/overview", (route) => route.fulfill(refusalBody));
    await at(page, place, camera, `#/${name}`);
    if (camera.one.world === "error" && name === "duty") await page.context().unroute("**/api/v1/overview");
    if ((await page.locator("[data-not-for-this-post]").count()) > 0) {
      foreign.push(name);
      continue;
    }
    await camera.take(page, name);
    const views = place.views.get(name) ?? (await viewsOf(page));
    place.views.set(name, views);
    for (const view of views) {
      if (!camera.wanted(`${name}~${view}`)) continue;
      await page.evaluate(`location.hash = ${JSON.stringify(`#/${name}?view=${encodeURIComponent(view)}`)}`);
      await settled(page);
      await camera.take(page, `${name}~${view}`);
    }
    if (camera.one.world === undefined && camera.one.paper === undefined) await drawersOf(camera, place, page, name);
    else for (const one of drawers) if (one.page === name) camera.none(`${name}-${one.name}`, "opens from what stands on the page");
  }
  await page.context().close();
  return foreign;
}

async function drawersOf(camera: Camera, place: Place, page: Page, name: string): Promise<void> {
  for (const one of drawers) {
    const what = `${name}-${one.name}`;
    if (one.page !== name || !camera.wanted(what)) continue;
    await at(page, place, camera, `#/${name}${"view" in one ? `?view=${one.view}` : ""}`);
    const opener = page.locator(one.opens).first();
    if ((await opener.count()) === 0) {
      if (camera.one.width < 1000) camera.none(what, "a phone has no such button");
      else camera.wrong(`${what} ${camera.one.name}: nothing to open it with`);
      continue;
    }
    await opener.click();
    await page.waitForSelector("dialog[open]");
    await settled(page);
    await camera.take(page, what, false);
    await page.keyboard.press("Escape");
  }
}

export async function shootConsole(camera: Camera, place: Place): Promise<void> {
  let left: string[] = pages.filter((name) => camera.wanted(name));
  const turns: readonly string[] =
    camera.one.world === "empty" ? ["property", "bureau", "admin", "street", "installer", "booth"] : everybody;
  const readerOf = (name: string): string => {
    const wanted = readers[name] ?? "property";
    const there = camera.one.world === "empty" && (wanted === "owners" || wanted === "assessor");
    return there ? (wanted === "owners" ? "property" : "bureau") : wanted;
  };
  for (const [turn, person] of turns.entries()) {
    const own = left.filter((name) => turns.indexOf(readerOf(name)) <= turn);
    if (own.length === 0) continue;
    const foreign = await pagesOf(camera, place, person, own);
    left = [...left.filter((name) => !own.includes(name)), ...foreign];
  }
  for (const name of left) camera.wrong(`${name} ${camera.one.name}: it is for nobody of those who look`);
  await shootLandings(camera, place);
  await shootDoors(camera, place);
  await shootWall(camera, place);
}

/** Where everybody stands first who types the address and signs in. */
async function shootLandings(camera: Camera, place: Place): Promise<void> {
  if (!["1366", "390"].includes(camera.one.name) || !camera.wanted("landing")) return;
  for (const person of [
    "booth",
    "property",
    "grid",
    "street",
    "bureau",
    "owners",
    "community",
    "assessor",
    "installer",
    "operator",
    "admin",
  ]) {
    if (!camera.wanted(`landing-${person}`)) continue;
    const page = await opened(camera, place, person);
    await at(page, place, camera, "");
    await camera.take(page, `landing-${person}`, false);
    await page.context().close();
  }
}

/** Before anybody is in: whom the demonstration offers. */
async function shootDoors(camera: Camera, place: Place): Promise<void> {
  if (!camera.wanted("gate")) return;
  if (camera.one.paper === true) return;
  if (camera.one.world === "error") return camera.none("gate", "the door asks nothing of the store");
  const page = await opened(camera, place, "property");
  await at(page, place, camera, "");
  await page.click("header .person");
  await page.click(".leave");
  await page.waitForSelector(".gate .role-list");
  await settled(page);
  await camera.take(page, "gate");
  await page.context().close();
}

async function shootWall(camera: Camera, place: Place): Promise<void> {
  const name = "screen";
  if (!camera.wanted(name) || camera.one.paper === true) return;
  const page = await opened(camera, place, "bureau");
  if (camera.one.world === "error") await page.context().route("**/api/v1/overview", (route) => route.fulfill(refusalBody));
  await page.goto(`${place.url}/screen.html?lang=${langOf(camera.one)}`);
  // Where the cloud refuses, the wall says so in a word and has no head.
  await page.waitForSelector(camera.one.world === "error" ? ".word" : "h1");
  await settled(page);
  await camera.take(page, name, false);
  await page.context().close();
}

// Cuts by current as people look at them: in the demonstration's own process tree a socket is overloaded, protection cuts it, and the cut stands beside its curves at every place that leads to it, in the cloud and on site;
// and a car's way through a lane, step by step. By the file's name and in the full set.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { TripCurve } from "#protocols/api/trip.ts";
import type { AlarmView, EventView, SocketView } from "#protocols/api/views.ts";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";
import { clippedText } from "./clipped.ts";
import { type Demo, openDemo } from "./demo.ts";
import { actAs, look, violations } from "./eyes.ts";
import { withBrowser } from "./stage.ts";

let demo: Demo;
const cuts = new Map<string, EventView>();
type Visitor = Awaited<ReturnType<Demo["as"]>>;

/** A person plugs in what draws so many times the socket's current; returns the cut as the cloud heard it. */
async function overloaded(visitor: Visitor, socket: string, amount: number): Promise<EventView> {
  // A tap before the gateway's first sight of the pile's counter starts nothing.
  const seen = async () =>
    (await visitor.get<SocketView[]>("/api/v1/sockets")).some(({ id, quality }) => id === socket && quality === "good");
  await until(`${socket} is read`, async () => (await seen()) || undefined, { within_ms: 60_000 });
  await demo.tell("/taps", { socket, card: 88_100 + Number(socket.split("/")[1]), power_W: 300, minutes: 30 });
  await until(`${socket} charges`, async () => (await demo.state()).sockets.some((one) => one.socket === socket && one.relay) || undefined);
  // Some readings of a charge that is well come first.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  await demo.tell("/faults", { name: "over-current", socket, amount });
  return until(
    `the cut of ${socket}`,
    async () => {
      const { items } = await visitor.get<{ items: EventView[] }>(`/api/v1/events?type=charging.cut&subject=${encodeURIComponent(socket)}`);
      return items[0];
    },
    { within_ms: 60_000 },
  );
}

beforeAll(async () => {
  if (!hasCommand("chromium")) return;
  demo = await openDemo();
  const visitor = await demo.as("property");
  const told = await Promise.all([overloaded(visitor, "station-2/10", 2_500), overloaded(visitor, "station-2/9", 1_500)]);
  for (const event of told) cuts.set(String((event.data as { cause: string }).cause), event);
  await demo.tell("/cars", { plate: "闽CD66010", lane: "east-in" });
}, 180_000);
afterEach(async () => {
  for (const context of demo?.browser.contexts() ?? []) await context.close();
});
afterAll(() => demo?.end());

async function opened(options: Parameters<typeof look>[2] = {}) {
  const { page, seen } = await look(demo.browser, demo.url(), { bypassCSP: true, ...options });
  await page.goto(demo.url());
  await page.waitForSelector('[data-connection="live"]', { timeout: 20_000 });
  return { page, seen };
}
const shot = (page: Page, name: string) =>
  process.env.CUOBIAN_SHOTS === undefined ? undefined : page.screenshot({ path: `${process.env.CUOBIAN_SHOTS}/trip-${name}.png` });
const at = (page: Page, show: string) => page.evaluate(`location.hash = ${JSON.stringify(`#/duty?show=${encodeURIComponent(show)}`)}`);

withBrowser(
  "a real cut beside the curves of its limits, at every place that leads to it: 1366, 390, dark, English; the numbers stand in a table",
  async (context) => {
    expect([...cuts.keys()].sort()).toEqual(["instantaneous", "over-power"]);
    const visitor = await demo.as("property");
    const seenOf = { pictures: 0, rules: 0, steps: 0, wrong: 0 };
    const looks = [
      { name: "1366", options: {}, english: false },
      { name: "390", options: { viewport: { width: 390, height: 844 } }, english: false },
      { name: "dark-en", options: { colorScheme: "dark" as const, locale: "en-GB" }, english: true },
    ];
    for (const { name, options, english } of looks) {
      const { page, seen } = await opened(options);
      if (english) await page.click(".switches button:first-child");
      for (const [cause, { key }] of cuts) {
        const told = await visitor.get<TripCurve>(`/api/v1/trip-curve?event=${encodeURIComponent(key)}`);
        expect(told).toMatchObject({
          cause,
          limits: { id: "e-bike-4a", same: true },
          cut: { rule: cause === "instantaneous" ? "instantaneous" : "power" },
        });
        expect(told.cut.above_ms ?? -1).toBeGreaterThanOrEqual(0);
        await at(page, `event:${key}`);
        const picture = page.locator(`[data-trip="${told.trip}"]`);
        await picture.locator("[data-held]").first().waitFor({ state: "attached" });
        expect(await picture.locator("[data-rule]").count()).toBe(told.curves.length);
        expect(await picture.locator("[data-band]").count()).toBe(1);
        expect(await picture.locator("[data-cut-at]").getAttribute("data-cut-at")).toBe(`${told.cut.current_mA} ${told.cut.above_ms}`);
        await picture.locator("summary").click();
        expect(await picture.locator("[data-held-row]").count()).toBe(told.held.length);
        const axe = await violations(page);
        const sideways = Number(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        expect([axe.wrong, sideways, await clippedText(page)]).toEqual([[], 0, []]);
        if (english) expect(await picture.textContent()).not.toMatch(/\p{Script=Han}/u);
        await shot(page, `${cause}-${name}`);
        seenOf.pictures += 1;
        seenOf.rules += told.curves.length;
        seenOf.steps += told.held.length;
        await page.keyboard.press("Escape");
        await page.waitForSelector("dialog", { state: "detached" });
      }
      expect(seen.errors).toEqual([]);
    }
    counted(context, seenOf);
  },
);

withBrowser("the alarm of the cut, its own list and its socket lead to the picture; so does the gateway's own page", async (context) => {
  const event = cuts.get("instantaneous") as EventView;
  const { socket } = event.data as { socket: string };
  const { page, seen } = await opened();
  await actAs(page, "property");
  const visitor = await demo.as("property");
  const { items } = await visitor.get<{ items: AlarmView[] }>("/api/v1/alarms?state=all");
  const alarm = items.find((one) => one.events.includes(event.key));
  const doors = [`alarm:${alarm?.id}`, `socket:${event.site}/${event.gateway}/${socket}`];
  for (const door of doors) {
    await at(page, door);
    const fold = page.locator(`[data-trip-of="${event.key}"]`);
    await fold.locator("summary").first().click();
    await fold.locator("[data-cut-at]").waitFor({ state: "attached" });
    await shot(page, door.split(":")[0] ?? "");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
  }
  // A socket that was never cut shows what it is held to all the same.
  await at(page, `socket:${event.site}/${event.gateway}/station-1/7`);
  await page.locator(".curve [data-limit]").first().waitFor({ state: "attached" });
  const limits = await page.locator(".curve [data-limit]").count();
  expect(limits).toBe(4);
  expect(seen.errors).toEqual([]);

  const site = demo.compound.gateway().ready.http;
  const own = await look(demo.browser, site, { bypassCSP: true });
  await own.page.goto(`${site}/installer#charging`);
  await own.page.fill('[name="token"]', readFileSync(demo.compound.files.boothToken, "utf8").trim());
  await own.page.keyboard.press("Enter");
  await own.page.locator('select[name="socket"]').waitFor();
  await own.page.selectOption('select[name="socket"]', socket);
  await own.page.locator('[data-key="story"]').click();
  await own.page.locator("[data-trip]").first().click();
  await own.page.locator("[data-trip-curve] [data-cut-at]").waitFor({ state: "attached" });
  expect(await own.page.locator("[data-trip-curve] [data-rule]").count()).toBeGreaterThanOrEqual(3);
  expect((await violations(own.page)).wrong).toEqual([]);
  await own.page.locator("[data-trip-curve]").scrollIntoViewIfNeeded();
  await shot(own.page, "gateway");
  expect(own.seen.errors).toEqual([]);
  counted(context, { doors: doors.length + 1, "limit lines of a socket never cut": limits });
});

withBrowser(
  "a car's way through a lane, from the row of an event: what was measured has its length, what nobody told is said",
  async (context) => {
    const visitor = await demo.as("property");
    const opening = await until(
      "a car at the east gate",
      async () =>
        (await visitor.get<{ items: EventView[] }>("/api/v1/events?type=gate.opened")).items.find(
          ({ data }) => (data as { cause?: string }).cause === "read",
        ),
      { within_ms: 60_000 },
    );
    expect((opening.data as { steps?: object }).steps).toMatchObject({ decided_ms: expect.any(Number) });
    const { page, seen } = await opened();
    await page.evaluate('location.hash = "#/lanes?view=gates"');
    await page.locator(`[data-live-event="${opening.key}"] button`).first().click();
    const rows = page.locator("[data-waterfall] [data-step]");
    await rows.first().waitFor();
    const steps = await rows.evaluateAll((all) =>
      all.map((one) => [one.getAttribute("data-step"), one.className, one.querySelector("b")?.textContent]),
    );
    expect(steps.map(([name]) => name)).toEqual(["trigger", "read", "decided", "ordered", "opened", "passed"]);
    for (const [, kind, text] of steps) expect(kind === "missing" ? text : "没有记录").toBe("没有记录");
    const known = steps.filter(([, kind]) => kind !== "missing").length;
    expect(known).toBeGreaterThanOrEqual(4);
    await shot(page, "lane");
    expect([seen.errors.filter((line) => !/\b404\b/.test(line)), (await violations(page)).wrong]).toEqual([[], []]);
    counted(context, { steps: steps.length, known });
  },
);

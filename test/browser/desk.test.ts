// The duty desk against the demonstration's own process tree: simulators, gateway, cloud and page as `cuobian demo` starts them. By its name and in the full set.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page, Request } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { cameraSerials } from "#command/demo/files.ts";
import type { SimulatorState } from "#protocols/api/simulator.ts";
import type { EventView } from "#protocols/api/views.ts";
import { displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";
import { vendorPush } from "../world/vendor-push.ts";
import { type Demo, openDemo } from "./demo.ts";
import { actAs, look } from "./eyes.ts";
import { watchMachine } from "./quiet.ts";
import { withBrowser } from "./stage.ts";

let demo: Demo;
beforeAll(async () => {
  if (hasCommand("chromium")) demo = await openDemo();
}, 120_000);
afterAll(() => demo?.end());
beforeEach(() => tell("/faults", { name: "clear", lane: "east-in" }));

const tell = (path: string, body: unknown): Promise<void> => demo.tell(path, body);
const state = (): Promise<SimulatorState> => demo.state();
const openingsAt = async (lane: string): Promise<number> => (await state()).lanes.find((one) => one.lane === lane)?.openings ?? 0;
const url = (): string => demo.url();

interface Asked {
  readonly action: string;
  readonly args: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly name: string;
}

async function atTheDesk(): Promise<{ page: Page; asked: Asked[]; errors: string[]; close: () => Promise<void> }> {
  const { page, seen, context } = await look(demo.browser, url());
  const asked: Asked[] = [];
  page.on("request", (request: Request) => {
    if (request.method() !== "POST" || !request.url().endsWith("/api/v1/commands")) return;
    const name = request.headers()["idempotency-key"] ?? "";
    asked.push({ ...(request.postDataJSON() as Omit<Asked, "name">), name });
  });
  await page.goto(url());
  await page.waitForSelector('[data-connection="live"]');
  await actAs(page, "booth");
  await page.locator("[data-lane]").first().waitFor();
  return { page, asked, errors: seen.errors, close: () => context.close() };
}

/** Nobody saw it come in: it waits at the exit until somebody helps. */
const waitsAtTheExit = (plate: string): Promise<void> => tell("/cars", { plate, lane: "east-out" });

withBrowser(
  "check 5: which car it is, by the keyboard alone: the corrected plate is ordered in three presses, and the next car has the focus",
  async (context) => {
    for (const plate of ["闽C8D123", "闽C8Q123"]) await tell("/cars", { plate, lane: "east-in" });
    await until("both are in", async () => (await state()).counts.cars_parked >= 2 || undefined, { within_ms: 60_000 });
    const { page, asked, errors, close } = await atTheDesk();
    let mouse = 0;
    await page.exposeFunction("mouseMoved", () => {
      mouse += 1;
    });
    await waitsAtTheExit("闽C80123");
    const row = page.locator('[data-waiting$="/east-out"]');
    await row.locator('[data-act="choose"]').waitFor({ timeout: 30_000 });
    await page.evaluate(
      "for (const kind of ['mousedown', 'pointerdown', 'click']) addEventListener(kind, (event) => (kind === 'click' && event.detail === 0 ? undefined : window.mouseMoved()), true)",
    );
    // Another one waits too: a car without a plate, at the entry.
    await tell("/cars", { plate: "_无_", lane: "east-in" });
    await page.locator('[data-waiting$="/east-in"]').waitFor({ timeout: 30_000 });
    // Into the queue by the keyboard too: Tab, until the row that waits longest has the focus.
    let tabs = 0;
    const isFocused = "document.activeElement?.closest('[data-waiting]')?.dataset.waiting?.endsWith('/east-out') === true";
    for (; tabs < 60 && !(await page.evaluate(isFocused)); tabs += 1) await page.keyboard.press("Tab");
    expect(await page.evaluate(isFocused)).toBe(true);
    let presses = 0;
    const press = async (key: string): Promise<void> => {
      presses += 1;
      await page.keyboard.press(key);
    };
    await press("F2");
    await page.locator("[data-candidate]").nth(1).waitFor();
    const plates = await page.locator("[data-candidate] .candidate-plate .unseen").allTextContents();
    expect([...plates].sort()).toEqual(["闽C8D123", "闽C8Q123"]);
    await press("1");
    await press("Enter");
    await page.waitForSelector("dialog", { state: "detached" });
    expect(asked).toMatchObject([{ action: "lane.choose", args: { lane: "east-out", plate: plates[0] } }]);
    expect(presses).toBeLessThanOrEqual(4);
    expect(mouse).toBe(0);
    await page.locator('[data-standing="chosen"], [data-standing="in-place"]').waitFor({ timeout: 15_000 });
    await row.waitFor({ state: "detached", timeout: 15_000 });
    expect(await page.evaluate("document.activeElement.dataset.waiting")).toMatch(/\/east-in$/);
    expect(errors).toEqual([]);
    counted(context, { tabs, presses, orders: asked.length, "wrong: mouse events": mouse });
    await close();
  },
);

interface Ordered {
  readonly lane: string;
  readonly command: string;
  readonly reason: string;
  readonly frame?: string;
}

withBrowser(
  "check 6: no reason, no order; one digit is the reason and sends, with the picture of the read; two presses within 50 ms are one order and one opening",
  async (context) => {
    const machine = watchMachine();
    const { page, asked, errors, close } = await atTheDesk();
    const manager = await demo.as("property");
    const askedOpen = async (): Promise<void> => {
      await page.locator('[data-waiting$="/east-out"]').focus();
      await page.keyboard.press("F8");
      await page.waitForSelector("[data-open-gate]");
    };
    const frames: string[] = [];
    /** What the gateway wrote down of the order, and the read of the row that it was given on. */
    const written = async (of: Asked, frame: string): Promise<void> => {
      const told = await until(
        "the order at the gateway",
        async () => {
          const { items } = await manager.get<{ items: EventView[] }>("/api/v1/events?limit=100");
          return items
            .filter(({ type }) => type === "gate.ordered")
            .map(({ data }) => data as Ordered)
            .find((one) => one.frame === frame);
        },
        { within_ms: 20_000 },
      );
      expect(told).toMatchObject({ lane: "east-out", reason: of.reason, frame });
      frames.push(frame);
    };
    const waits = async (plate: string): Promise<string> => {
      await waitsAtTheExit(plate);
      const row = page.locator('[data-waiting$="/east-out"]', { hasText: displayPlate(plate as Plate) });
      await row.waitFor({ timeout: 30_000 });
      return (await row.locator("[data-frame]").first().getAttribute("data-frame")) ?? "";
    };

    const first = await waits("闽CF66001");
    const before = await openingsAt("east-out");
    await askedOpen();
    await page.keyboard.press("Enter");
    await page.waitForTimeout(300);
    expect(asked).toEqual([]);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });

    await askedOpen();
    await page.keyboard.press("5");
    await page.locator('[data-standing="in-place"]').waitFor({ timeout: 20_000 });
    expect(asked).toMatchObject([{ action: "gate.open", args: { lane: "east-out" }, reason: "设备故障" }]);
    expect((await openingsAt("east-out")) - before).toBe(1);
    await written(asked[0] as Asked, first);
    await page.locator('[data-waiting$="/east-out"]').waitFor({ state: "detached", timeout: 20_000 });

    const second = await waits("闽CF66004");
    await askedOpen();
    // By the page's own clock: both fall within fifty milliseconds.
    await page.evaluate(
      "window.pressed = []; addEventListener('keydown', ({ timeStamp, key }) => key === '5' && window.pressed.push(timeStamp), true)",
    );
    await Promise.all([page.keyboard.press("5"), page.keyboard.press("5")]);
    await until("two openings at most", async () => (await openingsAt("east-out")) - before >= 2 || undefined, { within_ms: 20_000 });
    const [one = 0, two = 0] = (await page.evaluate("window.pressed")) as number[];
    const apart_ms = Math.round((two - one) * 10) / 10;
    if (machine.holds()) expect(apart_ms).toBeLessThanOrEqual(50);
    const orders = asked.slice(1);
    expect(orders.length).toBeGreaterThanOrEqual(1);
    expect(new Set(orders.map(({ name }) => name)).size).toBe(1);
    expect(orders[0]?.name).not.toBe(asked[0]?.name);
    await written(orders[0] as Asked, second);
    await page.locator('[data-waiting$="/east-out"]').waitFor({ state: "detached", timeout: 20_000 });
    // One pulse, also after all that follows: the barrier counts them.
    expect((await openingsAt("east-out")) - before).toBe(2);
    expect(new Set(frames).size).toBe(2);
    expect(errors.filter((line) => !/\b404\b/.test(line))).toEqual([]);
    counted(context, { orders: 2, frames: frames.length, openings: 2, "apart, ms": Math.max(0.1, apart_ms), bound: machine.said() });
    await close();
  },
  90_000,
);

/** A small JPEG that differs from every other: its number stands in a comment of its own (ITU T.81 B.2.4.5). */
function numbered(picture: Buffer, number: number): Buffer {
  const words = Buffer.from(`frame ${number}`);
  const comment = Buffer.concat([Buffer.of(0xff, 0xfe, 0, words.length + 2), words]);
  return Buffer.concat([picture.subarray(0, 2), comment, picture.subarray(2)]);
}
const hashOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

withBrowser(
  "check 7: fifty reads that needed a person, each with the very frame that was read from; a frame that is deleted is said to be missing, and no other picture takes its place",
  async (context) => {
    const gateway = demo.compound.gateway().ready.http;
    const token = readFileSync(demo.compound.files.boothToken, "utf8").trim();
    const { page, context: tab } = await look(demo.browser, gateway, { bypassCSP: true });
    await page.setContent("<body style='background:#39424e;color:#fff;font:700 60px sans-serif'>闽C</body>");
    const picture = await page.screenshot({ type: "jpeg", quality: 40, clip: { x: 0, y: 0, width: 320, height: 180 } });
    const pushed = new Map<string, string>();
    for (let n = 0; n < 50; n += 1) {
      const frame = numbered(picture, n);
      const license = `闽CG${String(7_000 + n)}`.slice(0, 7);
      const change = (plate: Record<string, unknown>) => Object.assign(plate, { imageFile: frame.toString("base64") });
      const body = vendorPush({ at: Date.now(), serialno: cameraSerials["east-out"], plateid: 70_000 + n, license, change });
      const headers = { "content-type": "application/json" };
      expect((await fetch(`${gateway}/devicemanagement/php/plateresult.php`, { method: "POST", headers, body })).status).toBe(200);
      pushed.set(displayPlate(license as Plate), hashOf(frame));
    }
    interface Kept {
      readonly exceptions: readonly { exception: string; plate: string | null; frame: string | null; kept: boolean }[];
    }
    const mine = await until(
      "fifty frames",
      async () => {
        const answer = await fetch(`${gateway}/api/v1/booth`, { headers: { authorization: `Bearer ${token}` } });
        const kept = ((await answer.json()) as Kept).exceptions.filter((one) => one.kept && pushed.has(one.plate ?? ""));
        return kept.length === 50 ? kept : undefined;
      },
      { within_ms: 30_000 },
    );
    await page.goto(`${gateway}/booth`);
    await page.fill('[name="token"]', token);
    await page.fill('[name="person"]', "门岗甲");
    await page.keyboard.press("Enter");
    await page.locator("#frame img").waitFor();
    const hashed = `(async () => {
      const bytes = await (await fetch(document.querySelector("#frame img").src)).arrayBuffer();
      return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((one) => one.toString(16).padStart(2, "0")).join("");
    })()`;
    const seen = new Map<string, string>();
    for (const { exception, frame } of mine) {
      await page.locator(`[data-exception="${exception}"]`).press("Enter");
      await page.locator(`[data-frame="${frame}"] img`).waitFor();
      seen.set(frame ?? "", (await page.evaluate(hashed)) as string);
    }
    const wrong = mine.filter(({ frame, plate }) => seen.get(frame ?? "") !== pushed.get(plate ?? ""));
    expect(wrong).toEqual([]);
    expect(new Set(seen.values()).size).toBe(50);

    // One file is deleted; the next look at its row says so, and shows nothing.
    const last = mine.at(-1);
    const gone = last?.frame ?? "";
    rmSync(join(demo.folder, readdirSync(demo.folder).find((name) => /^\d$/.test(name)) ?? "", "gateway", "frames", `${gone}.jpg`));
    await page.locator(`[data-exception="${mine[0]?.exception}"]`).press("Enter");
    await page.locator(`[data-frame="${mine[0]?.frame}"] img`).waitFor();
    await page.locator(`[data-exception="${last?.exception}"]`).press("Enter");
    await page.locator(`[data-frame="${gone}"] .no-frame`, { hasText: "未保存识别帧" }).waitFor({ timeout: 10_000 });
    expect(await page.locator("#frame img").count()).toBe(0);
    await tab.close();

    // The duty desk beyond the site shows the same frame of the same read, byte for byte, under the same name.
    const desk = await atTheDesk();
    await waitsAtTheExit("闽CF66002");
    const row = desk.page.locator('[data-waiting$="/east-out"]');
    await row.waitFor({ timeout: 30_000 });
    const headers = { authorization: `Bearer ${token}` };
    const told = await until(
      "its frame at the gateway",
      async () => {
        const { exceptions } = (await (await fetch(`${gateway}/api/v1/booth`, { headers })).json()) as Kept;
        return exceptions.find((one) => one.kept && one.plate === displayPlate("闽CF66002" as Plate));
      },
      { within_ms: 20_000 },
    );
    await row.locator(`[data-frame="${told.frame}"] img`).waitFor({ timeout: 30_000 });
    const here = Buffer.from(await (await fetch(`${gateway}/api/v1/exceptions/${told.exception}/frame`, { headers })).arrayBuffer());
    const there = await (await desk.page.request.get(`${url()}/api/v1/frames/${told.frame}`)).body();
    expect(hashOf(there)).toBe(hashOf(here));
    counted(context, {
      reads: mine.length,
      "frames that are their own": 50 - wrong.length,
      "deleted and said so": 1,
      "wrong pictures": wrong.length,
    });
    await row.focus();
    await desk.page.keyboard.press("F8");
    await desk.page.waitForSelector("[data-open-gate]");
    await desk.page.keyboard.press("5");
    await row.waitFor({ state: "detached", timeout: 20_000 });
    await desk.close();
  },
  120_000,
);

withBrowser("check 8: an arm that says nothing is never shown in place; one that does shows three times in order", async (context) => {
  const machine = watchMachine();
  const { page, errors, close } = await atTheDesk();
  await waitsAtTheExit("闽CF66003");
  await page.locator('[data-waiting$="/east-out"]').waitFor({ timeout: 30_000 });
  await tell("/faults", { name: "arm-jammed", lane: "east-out" });
  await page.locator('[data-waiting$="/east-out"]').focus();
  await page.keyboard.press("F8");
  await page.waitForSelector("[data-open-gate]");
  // What stood in the line, and when, by the page's own clock: looked at with every change.
  await page.evaluate(`(() => {
    window.standings = [];
    const look = () => {
      const now = document.querySelector("[data-command]")?.dataset.standing;
      if (now !== undefined && window.standings.at(-1)?.how !== now) window.standings.push({ how: now, at: performance.now() });
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  })()`);
  await page.keyboard.press("5");
  await page.locator('[data-standing="no-feedback"]', { hasText: "未收到到位反馈" }).waitFor({ timeout: 20_000 });
  const seen = (await page.evaluate("window.standings")) as { how: string; at: number }[];
  expect(seen.map(({ how }) => how)).not.toContain("in-place");
  const after_ms = Math.round((seen.find(({ how }) => how === "no-feedback")?.at ?? 0) - (seen[0]?.at ?? 0));
  // Of the page's own clock, which starts the count when the line is drawn: a painting sooner is none.
  expect(after_ms).toBeGreaterThanOrEqual(2_980);
  if (machine.holds()) expect(after_ms).toBeLessThanOrEqual(4_000);
  await tell("/faults", { name: "clear", lane: "east-out" });
  await page.locator('[data-waiting$="/east-out"]').focus();
  await page.keyboard.press("F8");
  await page.waitForSelector("[data-open-gate]");
  await page.keyboard.press("5");
  const line = page.locator('[data-standing="in-place"]').first();
  await line.waitFor({ timeout: 20_000 });
  const times = await line.locator("time").evaluateAll((all) => all.map((time) => Date.parse(time.getAttribute("datetime") ?? "")));
  expect(times.length).toBe(3);
  expect([...times].sort((a, b) => a - b)).toEqual(times);
  expect(errors).toEqual([]);
  counted(context, { "amber after, ms": after_ms, bound: machine.said(), "times in order": times.length });
  await close();
});

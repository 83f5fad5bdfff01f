// Check 20, G0: the first run of a fresh gateway on a phone: the real gateway without a site file, the real cloud that enrols it, a simulated station on a serial line. To the end by the keyboard.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { startBoards, type TestBoards } from "../world/barrier-boards.ts";
import { endEveryProgram, startProgram, type TestProgram, until } from "../world/program.ts";
import { vendorSample } from "../world/vendor-push.ts";
import { clippedText } from "./clipped.ts";
import { type Demo, openDemo } from "./demo.ts";
import { look, violations } from "./eyes.ts";
import { withBrowser } from "./stage.ts";

let demo: Demo;
let gateway: TestProgram<{ ready: string; http: string }>;
let device: TestProgram<{ serial: string }>;
let boards: TestBoards;
let camera: TestProgram<{ endpoint: string; listens: string }>;
const folder = mkdtempSync(join(tmpdir(), "cuobian-first-"));
const site = join(folder, "etc", "site.yaml");

beforeAll(async () => {
  if (!hasCommand("chromium")) return;
  demo = await openDemo();
  boards = await startBoards();
  [gateway, device, camera] = await Promise.all([
    startProgram<{ ready: string; http: string }>(
      "gateway/main.ts",
      ["run", "--config", site, "--first-run", "--setup-port", "0", "--ready-json"],
      {
        env: { CUOBIAN_CLOCK: "synchronised" },
      },
    ),
    startProgram<{ serial: string }>("firmware-sim/main.ts", ["device", "stations/ten-socket", "--serial", "--unit", "3", "--ready-json"]),
    startProgram<{ endpoint: string; listens: string }>("firmware-sim/main.ts", [
      ...["camera", "--name", "VZENITH R5", "--location", "东门入口", "--listen", "127.0.0.1:0"],
      ...["--at", "127.0.0.1", "--at", "192.168.1.64", "--ready-json"],
    ]),
  ]);
}, 120_000);
afterAll(async () => {
  await endEveryProgram();
  await boards?.down();
  await demo?.end();
  rmSync(folder, { recursive: true, force: true });
});

const sideways = (page: Page) =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") as Promise<number>;
const small = (page: Page) =>
  page.evaluate(`(() => {
    const all = [...document.querySelectorAll("button, a, input, select, textarea")].filter((one) => one.getClientRects().length > 0);
    const size = (one) => (one.closest("label.tick") || one).getBoundingClientRect();
    return all.filter((one) => size(one).height < 43.5 || size(one).width < 43.5).map((one) => one.outerHTML.slice(0, 80));
  })()`) as Promise<string[]>;
const chinese = (page: Page) =>
  page.evaluate(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (node.parentElement.closest("[lang^=zh], noscript, pre") === null && /\\p{Script=Han}/u.test(node.textContent)) found.push(node.textContent);
    return found;
  })()`) as Promise<string[]>;

/** A one-time code of the cloud, as its administrator makes it. */
async function enrolmentCode(): Promise<string> {
  const answer = await (await demo.as("installer")).post("/api/v1/gateways/gw-1/enrolment-code", { site: "jinxiu" });
  return ((await answer.json()) as { code: string }).code;
}

withBrowser(
  "check 20: the first run on a phone: each step explained where it is refused, taken up again after a reload, a scan with its progress, a device read, and the gateway starts",
  async (context) => {
    const {
      page,
      seen,
      context: tab,
    } = await look(demo.browser, gateway.ready.http, {
      ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, bypassCSP: true },
    });
    let [screens, refused, passed] = [0, 0, 0];
    const judge = async (what: string) => {
      expect(await sideways(page), what).toBeLessThanOrEqual(0);
      expect(await small(page), what).toEqual([]);
      expect(await clippedText(page), what).toEqual([]);
      const axe = await violations(page);
      expect(axe.wrong, what).toEqual([]);
      passed += axe.passed;
      screens += 1;
      const out = process.env.CUOBIAN_SHOTS;
      if (out !== undefined) await page.screenshot({ path: join(out, `setup-${what}-390.png`), fullPage: true });
    };
    const refusedAt = async (field: string, words: RegExp) => {
      await page.locator(`[data-wrong="${field}"]`, { hasText: words }).waitFor();
      refused += 1;
    };
    const next = () => page.locator('[data-key="next"]').press("Enter");

    await page.goto(gateway.ready.http);
    expect(page.url()).toMatch(/\/setup$/);
    await judge("door");
    await page.fill('[name="code"]', "AAAA-AAAA-AAAA");
    await page.keyboard.press("Enter");
    await page.locator(".door .wrong", { hasText: "设置码不对" }).waitFor();
    refused += 1;
    const code = readFileSync(join(folder, "etc", "setup-code"), "utf8").trim();
    // As it is read from a label: in small letters, without its dashes.
    await page.fill('[name="code"]', code.toLowerCase().replace(/-/g, ""));
    await page.keyboard.press("Enter");

    await page.locator('[name="site"]').waitFor();
    await page.fill('[name="site"]', "锦绣");
    await page.fill('[name="token"]', "short");
    await next();
    await refusedAt("site", /./);
    await refusedAt("token", /至少 16 个字符/);
    await judge("identity-refused");
    expect(existsSync(site)).toBe(false);
    await page.fill('[name="name"]', "锦绣花园三期地面停车场与电动自行车充电棚（试点）");
    await page.fill('[name="site"]', "jinxiu");
    await page.locator('[data-key="make"]').press("Enter");
    const token = await page.inputValue('[name="token"]');
    expect(token.length).toBe(32);
    await next();

    await page.locator("[data-clock=true]").waitFor();
    await page.selectOption('[name="address"]', "127.0.0.1");
    await page.fill('[name="pagePort"]', "70000");
    await next();
    await refusedAt("pagePort", /65/);
    await page.fill('[name="pagePort"]', new URL(gateway.ready.http).port);
    await judge("network");
    await next();

    // Another day: the same step, with what was answered.
    await page.locator('[name="page"]').waitFor();
    await page.reload();
    await page.locator('[name="page"]').waitFor();
    await page.locator('[data-key="step identity"]').press("Enter");
    expect(await page.inputValue('[name="site"]')).toBe("jinxiu");
    expect(await page.inputValue('[name="token"]')).toBe("");
    await page.locator('[data-key="step cloud"]').press("Enter");

    await page.fill('[name="page"]', "http://127.0.0.1:9");
    await page.fill('[name="broker"]', `mqtt://127.0.0.1:${demo.compound.ports.mqtt}`);
    await page.locator('[data-key="reach"]').press("Enter");
    await page.locator("[data-reached] .wrong", { hasText: "连不上" }).waitFor();
    refused += 1;
    await page.fill('[name="page"]', demo.url());
    await page.locator('[data-key="reach"]').press("Enter");
    await page.locator("[data-reached] .fine").nth(1).waitFor();
    await page.fill('[name="code"]', "no-such-code");
    await page.locator('[data-key="enrol"]').press("Enter");
    await page.locator("[data-refused]", { hasText: "云端拒绝" }).waitFor();
    refused += 1;
    await page.fill('[name="code"]', await enrolmentCode());
    await page.locator('[data-key="enrol"]').press("Enter");
    await page.locator("[data-enrolled] , .fine[data-enrolled]", { hasText: "已取得证书" }).waitFor();
    await judge("cloud");
    await next();

    await page.locator('[name="path"]').waitFor();
    // A camera of the network is found, and its address waits for the lane.
    await page.fill('[name="also"]', "8.8.8.8");
    await page.locator('[data-key="find"]').press("Enter");
    await page.locator("[data-refused-search]", { hasText: "只能询问本地网络" }).waitFor();
    refused += 1;
    await page.fill('[name="also"]', camera.ready.listens);
    await page.locator('[data-key="find"]').press("Enter");
    const found = page.locator(`[data-found-camera="${camera.ready.endpoint}"]`, { hasText: "VZENITH R5 · LPR · 东门入口" });
    await found.waitFor();
    expect(await page.locator("[data-search] [role=status]").textContent()).toMatch(/^[0-3]\/3 · 已发现 \d+ · 应答 \d+/);
    await page.waitForSelector('[data-search="over"]');
    await judge("cameras");
    await found.locator('[data-key="at 127.0.0.1 0"]').press("Enter");
    await found.locator('[data-used="0"]', { hasText: "车道 1" }).waitFor();

    await page.fill('[name="path"]', "/dev/no-such-port");
    await page.locator('[data-key="scan"]').press("Enter");
    await page.locator('[role="alert"]', { hasText: "没有这个串口" }).waitFor();
    refused += 1;
    await page.fill('[name="path"]', device.ready.serial);
    await page.locator('[data-key="scan"]').press("Enter");
    await page.locator('[data-found-unit="3"]').waitFor({ timeout: 15_000 });
    expect(await page.locator("[data-scan] [role=status]").textContent()).toMatch(/^\d+\/247 · 已发现 1( · 约 \d+ (s|min))?$/);
    await judge("scan");
    await page.locator('[data-key="stop"]').press("Enter");
    await page.waitForSelector('[data-scan="over"]');
    await page.locator('[data-key="use 3"]').press("Enter");
    expect(await page.inputValue('[name="unit"]')).toBe("3");
    await page.selectOption('[name="profile"]', "stations/ten-socket");
    await page.fill('[name="unit"]', "9");
    await page.locator('[data-key="test"]').press("Enter");
    await page.locator("[data-refused]", { hasText: "从站 9 没有应答" }).waitFor({ timeout: 15_000 });
    refused += 1;
    await page.fill('[name="unit"]', "3");
    await page.locator('[data-key="test"]').press("Enter");
    await page.locator("[data-tested]").waitFor({ timeout: 15_000 });
    const values = Number(await page.getAttribute("[data-tested]", "data-tested"));
    expect(values).toBeGreaterThan(10);
    await judge("tested");
    await page.fill('[name="unit"]', "400");
    await next();
    await refusedAt("unit", /247/);
    await page.fill('[name="unit"]', "3");
    await page.fill('[name="device"]', "1号充电棚");
    await next();

    // A camera shows itself by a push; its arm opens before a person's eyes, once.
    await page.locator('[data-heard="0"]').waitFor();
    await judge("lanes-empty");
    const pushed = await fetch(`${gateway.ready.http}/devicemanagement/php/plateresult.php`, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body: vendorSample },
    });
    expect([pushed.status, pushed.headers.get("x-cuobian-reason")]).toEqual([503, "first-run"]);
    await page.locator("[data-camera]").waitFor();
    expect([await page.inputValue('[name="0.address"]'), await page.inputValue('[name="0.protocol"]')]).toEqual([
      "127.0.0.1",
      "vzenith-http",
    ]);
    expect(await page.locator("[data-lane]").count()).toBe(1);
    await page.locator('[data-key^="use "]').press("Enter");
    expect(await page.inputValue('[name="0.serialno"]')).toBe(await page.getAttribute("[data-camera]", "data-camera"));
    await next();
    await refusedAt("0.name", /./);
    await page.fill('[name="0.name"]', "东门入口");
    await page.locator('[data-key="tariffLater"]').check();
    await page.fill('[name="0.host"]', boards.host);
    await page.fill('[name="0.port"]', String(boards.port));
    await page.locator('[data-key="0.look"]').press("Enter");
    await page.locator('[data-board="0"]').waitFor({ timeout: 15_000 });
    await page.locator("details summary", { hasText: "试开闸" }).press("Enter");
    await page.locator('[data-key="0.atGate"]').check();
    await page.locator('[data-key="0.open"]').press("Enter");
    await page.locator("[data-refused]", { hasText: "请输入" }).waitFor({ timeout: 15_000 });
    refused += 1;
    expect(boards.unit(1).pulses).toBe(0);
    await page.fill('[name="0.confirm"]', "开闸");
    await page.locator('[data-key="0.open"]').press("Enter");
    await until("the pulse", async () => boards.unit(1).pulses === 1 || undefined, { within_ms: 15_000 });
    Object.assign(boards.unit(1), { open: true, closed: false });
    await page.locator('[data-opened="seen"]').waitFor({ timeout: 15_000 });
    await judge("lanes");
    await next();

    await page.locator("[data-file]", { hasText: "stations/ten-socket" }).waitFor();
    await judge("finish");
    await page.locator('[data-key="finish"]').press("Enter");
    await page.locator('[data-key="open"]').waitFor();
    expect(readFileSync(site, "utf8")).toContain("name: 1号充电棚");
    // Its own page, not the wizard's that stands there until then.
    const started = await until(
      "the gateway",
      async () => {
        const answer = await fetch(`${gateway.ready.http}/installer`).catch(() => undefined);
        return (answer !== undefined && (await answer.text()).includes("/installer/main.ts")) || undefined;
      },
      { within_ms: 40_000 },
    );
    expect(started).toBe(true);
    expect(existsSync(join(folder, "etc", "setup-code"))).toBe(false);
    await page.goto(`${gateway.ready.http}/installer`);
    await page.fill('[name="token"]', token);
    await page.keyboard.press("Enter");
    await page.locator("[data-summary]").waitFor();
    await page.locator('[data-card="station-1"]', { hasText: "1号充电棚" }).waitFor();
    expect(seen.foreign).toEqual([]);
    expect(seen.errors.filter((line) => !/\b(401|409|422|50[0-9])\b/.test(line))).toEqual([]);
    counted(context, { screens, "refusals explained": refused, "values read": values, "rules of axe passed": passed });
    await tab.close();
  },
  240_000,
);

withBrowser("check 20: the first run in English has no Chinese in its frame, on a wide and dark screen too", async (context) => {
  const other = join(folder, "other", "site.yaml");
  const fresh = await startProgram<{ http: string }>("gateway/main.ts", [
    "run",
    "--config",
    other,
    "--first-run",
    "--setup-port",
    "0",
    "--ready-json",
  ]);
  const { page, context: tab } = await look(demo.browser, fresh.ready.http, { bypassCSP: true, colorScheme: "dark" });
  const code = readFileSync(join(folder, "other", "setup-code"), "utf8").trim();
  await page.goto(`${fresh.ready.http}/setup?lang=en#${code}`);
  await page.locator('[name="site"]').waitFor();
  const found: string[] = [];
  const tall: Record<string, number> = {};
  let steps = 0;
  const see = async (whole?: string): Promise<void> => {
    found.push(...(await chinese(page)));
    expect((await violations(page)).wrong).toEqual([]);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    steps += 1;
    if (whole === undefined) return;
    await page.locator("#steps b", { hasText: `step ${whole.split(" ")[0]} of 6` }).waitFor();
    // The questions and their buttons; what else can be looked for stands below.
    tall[whole] = Number(await page.evaluate("Math.round(document.querySelector('form').getBoundingClientRect().bottom + scrollY)"));
  };
  await see("1 identity");
  await page.click('[data-key="restore"]');
  await page.locator('[name="backup"]').waitFor();
  await see();
  await page.setInputFiles('[name="backup"]', { name: "x.sealed", mimeType: "application/octet-stream", buffer: Buffer.alloc(5_000, 7) });
  await page.locator("[data-trouble]").waitFor();
  await see();
  await page.click('[data-key="back"]');
  await page.fill('[name="name"]', "Jinxiu");
  await page.fill('[name="site"]', "jinxiu");
  await page.click('[data-key="make"]');
  await page.click('[data-key="next"]');
  await page.locator("[data-clock]").waitFor();
  await see("2 network");
  await page.click('[data-key="next"]');
  await page.locator('[name="broker"]').waitFor();
  await see("3 cloud");
  await page.locator('[name="cloudless"]').check();
  await see();
  await page.click('[data-key="next"]');
  await page.locator('[data-key="skip"]').waitFor();
  await see("4 device");
  // What was typed here stays while another step is changed and saved, and through a change of language.
  await page.fill('[name="device"]', "Shed 7");
  await page.fill('[name="unit"]', "7");
  await page.click('[data-key="step network"]');
  await page.fill('[name="pagePort"]', "7399");
  await page.click('[data-key="back"]');
  await page.click('[data-key="step network"]');
  expect(await page.inputValue('[name="pagePort"]')).toBe("7399");
  await page.click('[data-key="next"]');
  await page.locator('[name="cloudless"]').waitFor();
  await page.click('[data-key="language"]');
  await page.click('[data-key="language"]');
  await page.click('[data-key="step device"]');
  expect([await page.inputValue('[name="device"]'), await page.inputValue('[name="unit"]')]).toEqual(["Shed 7", "7"]);
  await page.click('[data-key="find"]');
  await page.waitForSelector('[data-search="over"]');
  await see();
  await page.click('[data-key="skip"]');
  await page.locator("[data-heard]").waitFor();
  await page.click('[data-key="add-lane"]');
  await page.locator('[data-lane="0"]').waitFor();
  await see();
  await page.click('[data-key="skip"]');
  await page.locator("[data-file]").waitFor();
  await see();
  expect(await page.evaluate("document.documentElement.lang")).toBe("en");
  expect(found).toEqual([]);
  // On a desk none of these is longer than the window.
  for (const [step, height] of Object.entries(tall)) expect(height, step).toBeLessThanOrEqual(768);
  counted(context, { steps, ...tall, "Chinese in English, wrong": found.length });
  await tab.close();
  await fresh.end();
});

withBrowser("what the last step refuses is named with its step, leads to its question, and back", async (context) => {
  const place = join(folder, "mend");
  mkdirSync(place);
  // As an older gateway kept it, which knew less of what is wrong.
  const answers = {
    site: "锦绣",
    gateway: "gw-1",
    name: "锦绣花园",
    host: "127.0.0.1",
    port: 70_000,
    cloud: null,
    line: null,
    device: null,
  };
  const given = ["identity", "network", "cloud", "device", "lanes"];
  writeFileSync(join(place, "setup.json"), JSON.stringify({ answers: { ...answers, lot: null, lanes: [] }, given, token: "t".repeat(20) }));
  const config = join(place, "site.yaml");
  const words = ["run", "--config", config, "--first-run", "--setup-port", "0", "--ready-json"];
  const fresh = await startProgram<{ http: string }>("gateway/main.ts", words);
  const { page, context: tab } = await look(demo.browser, fresh.ready.http, { bypassCSP: true });
  await page.goto(`${fresh.ready.http}/setup#${readFileSync(join(place, "setup-code"), "utf8").trim()}`);
  await page.locator('[data-key="finish"]').click();
  await page.locator('li[data-wrong="site"]').waitFor();
  const bad = () => page.$$eval("#steps li.bad", (all) => all.map((one) => one.getAttribute("data-step")));
  expect(await bad()).toEqual(["identity", "network"]);
  expect((await violations(page)).wrong).toEqual([]);
  await page.locator('[data-key="mend site"]').press("Enter");
  await page.locator('[name="site"][aria-invalid="true"]').waitFor();
  expect(await page.evaluate("document.activeElement.name")).toBe("site");
  await page.fill('[name="site"]', "jinxiu");
  await page.keyboard.press("Enter");
  await page.locator("[data-file]").waitFor();
  await page.locator('[data-key="finish"]').click();
  await page.locator('[data-key="mend port"]').press("Enter");
  await page.locator('[name="pagePort"][aria-invalid="true"]').waitFor();
  expect(await page.evaluate("document.activeElement.name")).toBe("pagePort");
  await page.fill('[name="pagePort"]', new URL(fresh.ready.http).port);
  await page.keyboard.press("Enter");
  await page.locator("[data-file]").waitFor();
  expect(await bad()).toEqual([]);
  expect(existsSync(config)).toBe(false);
  counted(context, { "complaints that led to their question": 2 });
  await tab.close();
  await fresh.end();
});

// How far long work is, watched in a real browser: an export of some ten thousands of hazards counts up as the page's one stream tells it, and is cancelled; an import counts its bytes and is stopped.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import type { Page } from "playwright-core";
import { beforeAll, expect } from "vitest";
import { Visitor } from "#command/demo/visitor.ts";
import type { ExportView } from "#protocols/api/exports.ts";
import { writeWorkbook } from "#protocols/excel/write.ts";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";
import { actAs, look } from "./eyes.ts";
import { stage, withBrowser } from "./stage.ts";

const on = stage();
const hazards = 60_000;
let bureau: Visitor;

/** Copies of one hazard, behind the service's back: only how many there are matters here. */
function manyHazards(file: string): number {
  const db = new SqliteDatabase(file, {});
  db.pragma("busy_timeout = 20000");
  const columns = (db.pragma("table_info(hazard)") as { name: string }[]).map(({ name }) => name);
  const as = columns.map((name) => (name === "id" ? "printf('JX01-20260101-%d', n)" : `"${name}"`));
  db.prepare(
    `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ?)
     insert into hazard (${columns.map((name) => `"${name}"`).join(", ")})
     select ${as.join(", ")} from (select * from hazard limit 1), numbers`,
  ).run(hazards);
  const { n } = db.prepare("select count(*) as n from hazard").get() as { n: number };
  db.close();
  return n;
}

const cloudFile = (): string => join(on.compound.folder, "cloud.db");
function read<Row>(text: string, ...values: string[]): Row[] {
  const db = new SqliteDatabase(cloudFile(), {});
  db.pragma("query_only = ON");
  try {
    return db.prepare(text).all(...values) as Row[];
  } finally {
    db.close();
  }
}

beforeAll(async () => {
  if (!hasCommand("chromium")) return;
  bureau = new Visitor(on.compound.url);
  await bureau.signIn("bureau");
  const said = { site: "jinxiu", place: "3 栋 1 单元", category: "消防设施", zh: "消防栓无压", source: "网格巡查" };
  expect((await bureau.post("/api/v1/hazards", said)).status).toBe(201);
  expect(manyHazards(cloudFile())).toBeGreaterThan(hazards);
}, 120_000);

/** Every count that the line showed, in its order. */
const watchCounts = (page: Page, where: string) =>
  page.evaluate(`(() => {
    window.counts = [];
    new MutationObserver(() => {
      const shown = document.querySelector(${JSON.stringify(`${where} .progress`)});
      const done = shown && Number(shown.dataset.done);
      if (shown && window.counts[window.counts.length - 1] !== done) window.counts.push(done);
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  })()`);
const countsSeen = (page: Page) => page.evaluate("window.counts.splice(0)") as Promise<number[]>;
const rises = (counts: readonly number[]): boolean => counts.every((count, at) => at === 0 || count > (counts[at - 1] ?? 0));

async function ledgerOf(page: Page): Promise<void> {
  await page.goto(`${on.compound.url}/#/ledger?view=all`);
  await page.waitForSelector('[data-connection="live"]');
  await actAs(page, "bureau");
  await page.locator("tr[data-hazard]").first().waitFor();
}

withBrowser(
  "P 11.cancel: an export counts up in the browser, by the stream and not by asking; it is cancelled and nothing is left; what was asked for is found again by a page that is opened anew",
  async (context) => {
    const { page, seen, context: tab } = await look(on.browser, on.compound.url);
    page.setDefaultTimeout(60_000);
    let asked = 0;
    page.on("request", (request) => {
      if (request.method() === "GET" && /\/ledger\/exports\/[^/]+$/.test(new URL(request.url()).pathname)) asked += 1;
    });
    await ledgerOf(page);
    await watchCounts(page, ".exports");
    const began = Date.now();
    const [download] = await Promise.all([page.waitForEvent("download"), page.click('[data-export="csv"]')]);
    const whole = await countsSeen(page);
    const lines =
      readFileSync(await download.path(), "utf8")
        .trimEnd()
        .split("\r\n").length - 1;
    expect(lines).toBeGreaterThan(hazards);
    expect(rises(whole), String(whole)).toBe(true);
    expect(new Set(whole).size).toBeGreaterThan(1);
    // Told, not asked for: but now and then, in case a word was lost.
    expect(asked).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 10_000));
    await page.locator('[data-export-state="ready"]').waitFor();

    // Cancelled while it is written.
    await page.click('[data-export="xlsx"]');
    await page.locator('[data-export-state="running"] .progress:not([data-done="0"])').waitFor();
    await page.click('[data-export-state="running"] [data-act="stop"]');
    const line = page.locator('[data-export-state="cancelled"]');
    await line.filter({ hasText: /已取消，写到第 \d+ 条；没有留下文件/ }).waitFor();
    const stopped = await countsSeen(page);
    expect(rises(stopped.slice(stopped.lastIndexOf(0) + 1)), String(stopped)).toBe(true);
    const [job] = read<{ id: string; state: string; done: number; total: number }>(
      "select id, state, done, total from export_job where state = 'cancelled' order by asked_at desc",
    );
    expect([job?.state, (job?.done ?? 0) < (job?.total ?? 0)]).toEqual(["cancelled", true]);
    expect(read("select n from export_piece where job = ?", job?.id ?? "")).toEqual([]);
    expect(read<{ person: string }>("select person from audit where action = 'ledger.export-cancel'")).toEqual([{ person: "bureau" }]);
    expect(await page.locator('[data-export="xlsx"]').isEnabled()).toBe(true);

    // Three are asked for elsewhere: the newest waits, a page that is opened anew finds it, and it can be cancelled there.
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const answer = await bureau.post("/api/v1/ledger/exports", { as: "xlsx" });
      ids.push(((await answer.json()) as ExportView).id);
    }
    await page.reload();
    await page.locator('[data-export-state="queued"], [data-export-state="running"]').first().waitFor();
    await page.locator('.exports [data-act="stop"]').click();
    await page.locator('[data-export-state="cancelled"]').waitFor();
    const states = await until(
      "the others",
      async () => {
        const all = (await bureau.get<ExportView[]>("/api/v1/ledger/exports")).filter(({ id }) => ids.includes(id));
        return all.some(({ state }) => state === "queued" || state === "running") ? undefined : all.map(({ state }) => state);
      },
      { within_ms: 120_000 },
    );
    expect([...states].sort()).toEqual(["cancelled", "ready", "ready"]);
    expect(seen.errors).toEqual([]);
    counted(context, {
      hazards: lines,
      "counts seen": new Set(whole).size,
      "asked meanwhile, late words": asked,
      "cancelled at": job?.done ?? 0,
      "ended in all": states.length,
    });
    await tab.close();
  },
  300_000,
);

withBrowser(
  "where no stream comes through the page asks, and the counts rise all the same",
  async (context) => {
    const { page, context: tab } = await look(on.browser, on.compound.url);
    page.setDefaultTimeout(60_000);
    await tab.addInitScript("delete window.SharedWorker");
    await tab.route("**/api/v1/stream*", (route) => route.abort());
    await page.goto(`${on.compound.url}/#/ledger?view=all`);
    await page.waitForSelector('[data-connection="polling"], [data-connection="lost"]');
    await actAs(page, "bureau");
    await page.locator("tr[data-hazard]").first().waitFor();
    await watchCounts(page, ".exports");
    await Promise.all([page.waitForEvent("download"), page.click('[data-export="csv"]')]);
    const counts = await countsSeen(page);
    expect(rises(counts), String(counts)).toBe(true);
    counted(context, { "counts seen": counts.length });
    await tab.close();
  },
  200_000,
);

withBrowser(
  "an import counts its bytes over a slow line, is stopped on its way with nothing written, and is sent anew",
  async (context) => {
    const { page, context: tab } = await look(on.browser, on.compound.url);
    page.setDefaultTimeout(60_000);
    await ledgerOf(page);
    const heads = ["小区", "发现时间", "部位/点位", "隐患类别", "隐患描述", "等级"];
    const rows = Array.from({ length: 1_500 }, (_, n) => [
      ...["锦绣花园（演示）", "2026-11-02", `${n} 栋`, "电气"],
      ...[`线路老化 ${randomBytes(240).toString("base64")}`, "一般"],
    ]);
    const columns = heads.map((head) => ({ head, kind: "text" as const, width: 16 }));
    const buffer = Buffer.from(writeWorkbook([{ name: "锦绣花园", title: "台账", info: "", columns, rows }]));
    const slow = await tab.newCDPSession(page);
    await slow.send("Network.enable");
    const upTo = (bytes: number) =>
      slow.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes });
    const file = { name: "台账.xlsx", mimeType: "application/octet-stream", buffer };
    await upTo(120_000);
    await page.click('[data-act="import"]');
    await watchCounts(page, "dialog");
    await page.setInputFiles('[name="ledger-file"]', file);
    await page.locator('dialog .progress:not([data-done="0"]) [data-act="stop"]').waitFor();
    await until("some counts", async () => (await page.evaluate("window.counts.length > 3")) || undefined, { within_ms: 30_000 });
    await page.locator('dialog [data-act="stop"]').click();
    await page.locator("dialog .progress").waitFor({ state: "detached" });
    const sent = await countsSeen(page);
    expect(rises(sent), String(sent)).toBe(true);
    expect(await page.locator("[data-import]").count()).toBe(0);
    expect(read("select ordinal from audit where action = 'ledger.import'")).toEqual([]);
    await upTo(-1);
    await page.setInputFiles('[name="ledger-file"]', []);
    await page.setInputFiles('[name="ledger-file"]', file);
    await page.locator('[data-import="shown"]', { hasText: `可新增 ${rows.length} 条` }).waitFor();
    expect((await countsSeen(page)).length).toBeGreaterThan(0);
    counted(context, { bytes: buffer.length, "counts seen": sent.length, "written of the one that was stopped, wrong": 0 });
    await tab.close();
  },
  200_000,
);

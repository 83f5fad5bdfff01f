// A resident's report followed by its receipt: told once however often it is sent, seen by nobody without the code, and never with what officers wrote to each other.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { compound } from "#cloud/ingest/room-for-tests.ts";
import { dayMs, fromRfc3339, hourMs } from "#protocols/vocabulary/time.ts";
import { bothByName } from "#test/world/databases.ts";
import { posterPage } from "./poster.ts";

describe.each(bothByName())("over $name", ({ place }) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi({ place: place() });
  }, 60_000);
  afterAll(() => api?.close());

  const get = async (url: string) => {
    const answer = await api.server.inject({ method: "GET", url });
    return { status: answer.statusCode, text: answer.body, cache: answer.headers["cache-control"] };
  };
  const report = (payload: object) =>
    api.ask(undefined, {
      method: "POST",
      url: "/api/v1/public/reports",
      payload: { code: compound.compound_code, kind: "report", ...payload },
    });
  const move = async (role: string, id: string, payload: object) =>
    (await api.ask(role as "booth", { method: "POST", url: `/api/v1/hazards/${id}/transitions`, payload })).statusCode;
  const asked = "a-key-made-by-chance-0001";
  const said = { place: "3 号楼 <2 单元>", words: "楼道堆物，电话 13800000000", asked };
  const page = (receipt: string, lang = "zh-CN") => get(`/pub/${compound.compound_code}/progress?lang=${lang}&receipt=${receipt}`);

  test("a report that is sent twice is one report with one receipt; the same key with other words is refused", async () => {
    const first = await report(said);
    expect([first.statusCode, first.json()]).toEqual([
      201,
      { id: expect.stringMatching(/^JX01-\d{8}-\d+$/), receipt: expect.stringMatching(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/) },
    ]);
    const second = await report(said);
    expect([second.statusCode, second.json()]).toEqual([200, first.json()]);
    expect((await report({ ...said, words: "另一件事" })).statusCode).toBe(422);
    expect((await report({ ...said, asked: "short" })).statusCode).toBe(400);
    const { n } = await api.cloud.store.read
      .selectFrom("hazard")
      .select((eb) => eb.fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    expect(Number(n)).toBe(1);
    // Without a key of its own everyone is another one.
    const [one, other] = [await report({ place: "东门", words: "灯不亮" }), await report({ place: "东门", words: "灯不亮" })];
    expect(one.json().receipt).not.toBe(other.json().receipt);
    // We keep no code: only its hash.
    const kept = JSON.stringify(await api.cloud.store.read.selectFrom("report_receipt").selectAll().execute());
    expect(kept).not.toContain(first.json().receipt.replace("-", ""));
  });

  test("its holder sees how it stands and since when: each state as it comes, what was sent back, never a name or a note", async () => {
    const { id, receipt } = (await report(said)).json();
    const before = await page(receipt.toLowerCase().replace("-", " "));
    expect([before.status, before.cache]).toEqual([200, "no-store"]);
    expect(before.text).toContain('data-state="待派单"');
    expect(before.text).toContain("3 号楼 &lt;2 单元&gt;");
    expect(before.text).toContain("电话 ***");
    api.cloud.clock.now += hourMs;
    expect(await move("street-officer", id, { action: "dispatch", note: "内部：找王五催办", responsible: "锦绣物业" })).toBe(200);
    const after = await page(receipt);
    expect(after.text).toContain('data-state="待签收"');
    expect(after.text.match(/class="been"/g)).toHaveLength(1);
    expect(after.text.match(/aria-current="step"/g)).toHaveLength(1);
    expect(after.text).not.toMatch(/王五|锦绣物业|街道/);
    expect(after.text).toContain("办理期限");
    expect((await page(receipt, "en")).text).toMatch(/<html lang="en">[\s\S]*Assigned, to be taken on/);
    expect(after.text).not.toMatch(/<script|style="/);
  });

  test("a code that is none, and one of another compound, are answered alike; the page asks without a code too", async () => {
    const wrong = await page("00000-00000");
    expect([wrong.status, wrong.text.includes("没有这个回执码"), wrong.text.includes("data-state")]).toEqual([404, true, false]);
    expect((await page("nonsense")).status).toBe(404);
    expect((await get(`/pub/${compound.compound_code}/progress`)).status).toBe(200);
    expect((await get("/pub/NOBODY/progress?receipt=00000-00000")).status).toBe(404);
  });

  test("two reports that were made one: the holder of either follows the one that goes on", async () => {
    const [one, other] = [
      (await report({ place: "4 号楼", words: "甲报" })).json(),
      (await report({ place: "4 号楼", words: "乙报" })).json(),
    ];
    expect(await move("street-officer", other.id, { action: "merge", note: "同一处", merged_into: one.id })).toBe(200);
    expect(await move("street-officer", one.id, { action: "dispatch", note: "派", responsible: "锦绣物业" })).toBe(200);
    const { text } = await page(other.receipt);
    expect([text.includes("合并办理"), text.includes('data-state="待签收"'), text.includes(other.id), text.includes("甲报")]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test("a public address that is wrong is a page to a browser, in the language it asked in, and a problem to a program", async () => {
    const browser = async (url: string, accepted = "zh-CN") => {
      const headers = { accept: "text/html,application/xhtml+xml", "accept-language": accepted };
      const { statusCode, headers: said, body } = await api.server.inject({ method: "GET", url, headers });
      return [statusCode, String(said["content-type"]), /<html lang="([^"]+)"/.exec(body)?.[1], /data-status="(\d+)"/.exec(body)?.[1]];
    };
    const html = "text/html; charset=utf-8";
    expect(await browser("/pub/NOBODY/zh-CN", "en")).toEqual([404, html, "zh-CN", "404"]);
    expect(await browser("/pub/NOBODY/report?lang=en")).toEqual([404, html, "en", "404"]);
    expect(await browser("/pub/nowhere", "en-GB")).toEqual([404, html, "en", "404"]);
    expect(await browser(`/pub/${compound.compound_code}/zh-CN?large=7`)).toEqual([400, html, "zh-CN", "400"]);
    const program = await api.server.inject({ method: "GET", url: "/pub/NOBODY/zh-CN" });
    expect([program.statusCode, program.headers["content-type"]]).toEqual([404, "application/problem+json; charset=utf-8"]);
  });

  test("stars of all compounds, and the report page in both languages: no account, no cookie, nothing foreign", async () => {
    const stars = await api.server.inject({ method: "GET", url: "/pub/stars/zh-CN" });
    expect([stars.statusCode, stars.headers["set-cookie"], stars.body.includes(compound.name)]).toEqual([200, undefined, true]);
    expect((await get("/pub/stars/fr")).status).toBe(404);
    const english = await get(`/pub/${compound.compound_code}/report?lang=en&large=1`);
    expect(english.text).toMatch(/<html lang="en">[\s\S]*class="sheet large"[\s\S]*Report a hazard/);
    expect((await get(`/pub/${compound.compound_code}/report?about=2026-Q4`)).status).toBe(404);
    for (const url of ["/pub/stars/en", `/pub/${compound.compound_code}/en`, `/pub/${compound.compound_code}/report?lang=en`])
      expect((await get(url)).text).not.toMatch(/https?:\/\/(?!www\.w3\.org)|<script(?! src="\/pub\/report\.js")|style="/);
  });

  test("a resident reports without an account, with a photo; a wish is on the wall only when it was made public, and plates are not", async () => {
    const photo = Buffer.from("ffd8ffe000104a46494600", "hex").toString("base64");
    const made = await report({ kind: "report", place: "2 号楼", words: "楼道充电", photo, mime: "image/jpeg" });
    expect(made.statusCode, made.body).toBe(201);
    const seen = (await api.ask("street-officer", { method: "GET", url: `/api/v1/hazards/${made.json().id}` })).json();
    expect([seen.source, seen.state, seen.evidence.length, seen.evidence[0].person_name]).toEqual(["群众上报", "待派单", 1, "群众"]);
    expect((await report({ kind: "report", place: "2 号楼", words: "假图", photo: "AAAA", mime: "image/jpeg" })).statusCode).toBe(400);
    const wish = (await report({ kind: "wish", place: "东门", words: "闽CD12345 总挡路，请加画线，电话 13800000000 <b>" })).json().id;
    expect(wish).toMatch(/^JX01-\d{8}-W1$/);
    const wall = async () => (await api.server.inject({ method: "GET", url: "/pub/JX01/zh-CN" })).body;
    expect(await wall()).not.toContain("请加画线");
    expect(await move("community-officer", wish, { action: "publish", note: "可公开" })).toBe(200);
    expect(await wall()).toContain("*** 总挡路，请加画线，电话 *** &lt;b&gt;");
    // The clock of the answer runs in the open: five working days, and then it is late for everybody to see.
    const line = async (): Promise<string> => /<li>(?:(?!<\/li>)[\s\S])*请加画线/.exec(await wall())?.[0] ?? "";
    const due = /应答复 (\d{4}-\d{2}-\d{2})/.exec(await line())?.[1] ?? "";
    expect([due > dayText(dayOf(api.cloud.clock.now)), (await line()).includes("逾期未答复")]).toEqual([true, false]);
    const told = (now: number): void => {
      api.cloud.clock.now = now;
      api.forgetCookies();
    };
    const then = api.cloud.clock.now;
    told((fromRfc3339(`${due}T00:00:00+08:00`) ?? 0) + dayMs + 1);
    expect(await line()).toContain("▲ 逾期未答复");
    told(then);
    const page = await api.server.inject({ method: "GET", url: "/pub/JX01/report" });
    // Whoever asks may write any host; what is printed is the cloud's own file's.
    const poster = (
      await api.server.inject({
        method: "GET",
        url: "/pub/JX01/poster",
        headers: { host: "evil.example", "x-forwarded-host": "evil.example" },
      })
    ).body;
    expect([poster.includes("evil.example"), poster.includes(">https://cuobian.example/pub/JX01/report<")]).toEqual([false, true]);
    const bare = posterPage({ ...compound, compound_code: "JX01" }, undefined);
    expect([bare.includes('<svg class="qr"'), bare.includes("http.public_url"), bare.includes('href="/pub/JX01/report"')]).toEqual([
      false,
      true,
      true,
    ]);
    expect([
      poster.match(/<svg class="qr"/g)?.length,
      poster.match(/\/pub\/JX01\/(zh-CN|report)</g)?.length,
      poster.includes("<script"),
    ]).toEqual([2, 2, false]);
    expect([
      page.statusCode,
      page.body.includes('data-code="JX01"'),
      (await api.server.inject({ method: "GET", url: "/pub/report.js" })).statusCode,
    ]).toEqual([200, true, 200]);
  });
});

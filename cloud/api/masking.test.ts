// Plates and cards whole only for those who let cars in: in every list, in the live stream, and nowhere else at all.
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { card, plate } from "#cloud/ingest/story-for-tests.ts";
import { maskPlate } from "#cloud/views/present.ts";
import { type Role, roles } from "#protocols/api/views.ts";
import { openTestApi, type TestApi, tellEverything } from "./api-for-tests.ts";
import { mayRead } from "./rights.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await tellEverything(api.cloud);
  await api.live.settled();
});
afterAll(() => api?.close());

const whole: readonly Role[] = ["booth", "property-manager"];
const masked = "闽C·D**45";
const reads = (role: Role, url: string): boolean => mayRead(role, url.includes("visits") ? "money" : "operations");
const pages = ["/api/v1/overview", "/api/v1/lanes", "/api/v1/events?limit=500", "/api/v1/events?type=visit.opened", "/api/v1/visits"];

describe.each(roles)("%s", (role) => {
  test.each(pages)("%s", async (url) => {
    const { body } = await api.ask(role, { method: "GET", url });
    expect([body.includes(plate), body.includes(masked)]).toEqual(whole.includes(role) ? [true, false] : [false, reads(role, url)]);
    if (!reads(role, url)) return expect(body.includes(card)).toBe(false);
    if (url.includes("events") && !url.includes("type"))
      expect([body.includes(card), body.includes("***34")]).toEqual(whole.includes(role) ? [true, false] : [false, true]);
  });

  test("the live stream, from its beginning", async () => {
    const beginning = api.live.ring.position - ringLength();
    const answer = await api.server.inject({
      ...{ method: "GET", url: `/api/v1/stream?after=${beginning}`, headers: { cookie: await api.cookieOf(role) } },
      payloadAsStream: true,
    });
    let text = "";
    const operations = mayRead(role, "operations");
    for await (const chunk of answer.stream()) {
      text += String(chunk);
      if (text.includes(`id: ${api.live.ring.position}\n`) || (!operations && text.includes("event: counts"))) break;
    }
    if (!operations) return expect(text).not.toMatch(new RegExp(`${plate}|${card}|event: (lane|event|socket)`));
    expect(text.match(/^event: (lane|event)$/gm)?.length).toBeGreaterThan(20);
    expect([text.includes(plate), text.includes(masked)]).toEqual(whole.includes(role) ? [true, false] : [false, true]);
    expect(text.includes(card)).toBe(whole.includes(role));
  });

  test("stays are searched by plate by those who see plates whole, and by nobody else", async () => {
    const ask = (pattern: string) => api.ask(role, { method: "GET", url: `/api/v1/visits?plate=${encodeURIComponent(pattern)}` });
    const [found, one, none] = [await ask("D1"), await ask("D1?3"), await ask("D1?9")];
    if (!whole.includes(role)) return expect(found.statusCode).toBe(403);
    expect([found.body.includes(plate), one.body.includes(plate), none.body.includes(plate)]).toEqual([true, true, false]);
  });

  test("no other page holds a plate or a card for anybody", async () => {
    const others = api.routes.filter(
      ({ method, url }) => method === "GET" && !url.includes(":") && !/stream|overview|lanes|events|visits|telemetry/.test(url),
    );
    expect(others.length).toBeGreaterThan(8);
    for (const { url } of others) {
      const { body } = await api.ask(role, { method: "GET", url });
      expect(body.includes(plate) || body.includes(card), url).toBe(false);
    }
  });
});

/** How many messages the ring holds: it holds all of this story. */
function ringLength(): number {
  let length = 0;
  while (api.live.ring.after(api.live.ring.position - length - 1) !== undefined) length += 1;
  return length;
}

test("no line of the log holds a plate or a card", () => {
  expect(api.cloud.lines.length).toBeGreaterThan(0);
  expect(api.cloud.lines.join("\n")).not.toMatch(new RegExp(`${plate}|${card}`));
});

test.each([
  ["闽CD12345", "闽C·D**45"],
  ["粤BD12345", "粤B·D**45"],
  ["闽C12345", "闽C·1**45"],
  ["12345", "1***"],
  ["", "***"],
])("%s → %s", (text, shown) => expect(maskPlate(text)).toBe(shown));

test("events of several types: the newest first, page after page, each once, and how they are found does not depend on how many there are", async () => {
  const types = ["visit.opened", "gate.opened", "charging.cut", "lane.passed"];
  const asked = `/api/v1/events?limit=2&${types.map((type) => `type=${type}`).join("&")}`;
  const seen: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const { items, next: further }: { items: { key: string; type: string }[]; next: string | null } = (
      await api.ask("booth", { method: "GET", url: next === "" ? asked : `${asked}&after=${next}` })
    ).json();
    for (const { key, type } of items) {
      expect(types).toContain(type);
      seen.push(key);
    }
    next = further;
  }
  const rows = await api.cloud.store.read.selectFrom("event").selectAll().where("type", "in", types).orderBy("ordinal", "desc").execute();
  expect(rows.length).toBeGreaterThan(3);
  expect(seen).toEqual(rows.map(({ gateway, epoch, stream, seq }) => `${gateway}/${epoch}/${stream}/${seq}`));
  for (const [column, value] of [
    ["type", "visit.opened"],
    ["subject", "lane-7"],
  ]) {
    const query = sql<{
      detail: string;
    }>`explain query plan select * from event where ${sql.ref(column ?? "")} = ${value} order by ordinal desc limit 51`;
    const plan = (await query.execute(api.cloud.store.read)).rows.map(({ detail }) => detail).join("; ");
    expect(plan).toMatch(/USING INDEX event_(type|subject)_page_index/);
    expect(plan).not.toMatch(/TEMP B-TREE/);
  }
});

// Past its days nothing holds a plate or a card: no stay that is over, no event, no lane, no letter; money, and what is not past its days, is as it was. A dry run says the same numbers.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi, tellEverything } from "#cloud/api/api-for-tests.ts";
import { card, plate } from "#cloud/ingest/story-for-tests.ts";
import { type Role, roles } from "#protocols/api/views.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { countRetention, runRetention } from "./retention.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await tellEverything(api.cloud);
});
afterAll(() => api?.close());
const key = Buffer.alloc(32, 7);
const tables = ["visit", "event", "lane", "session", "bill", "payment"] as const;
const whole = async (): Promise<string> =>
  JSON.stringify(await Promise.all(tables.map((table) => api.cloud.store.read.selectFrom(table).selectAll().execute())));
const money = async (): Promise<string> =>
  JSON.stringify([
    await api.cloud.store.read.selectFrom("bill").selectAll().execute(),
    await api.cloud.store.read.selectFrom("payment").selectAll().execute(),
    await api.cloud.store.read.selectFrom("visit").select(["visit", "state", "total_fen", "paid_fen", "left_at"]).execute(),
  ]);
const rows = () => api.cloud.store.read.selectFrom("audit").selectAll().where("action", "=", "retention.run").execute();

test("one stay's plate is shown whole for a reason: a row with who, which and why, and no plate in it; without the right, or a reason, nothing", async () => {
  const { visit } = await api.cloud.store.read.selectFrom("visit").select("visit").where("plate", "=", plate).executeTakeFirstOrThrow();
  const ask = (by: "finance" | "booth" | "bureau-officer", reason: unknown, id = visit) =>
    api.ask(by, { method: "POST", url: `/api/v1/visits/${id}/plate`, payload: { reason } });
  const shown = await ask("finance", "投诉 2026-118 核对账单");
  expect([shown.statusCode, shown.headers["cache-control"], shown.json()]).toEqual([200, "no-store", { visit, plate }]);
  expect((await ask("bureau-officer", "想看一下")).statusCode).toBe(403);
  expect((await ask("finance", "")).statusCode).toBe(400);
  expect((await ask("finance", `核对 ${plate}`)).json()).toMatchObject({ status: 400, type: "urn:cuobian:problem:plate-in-reason" });
  expect((await ask("finance", "投诉 2026-118", "nobody-s")).statusCode).toBe(404);
  const { read } = api.cloud.store;
  const all = await read.selectFrom("audit").selectAll().where("action", "=", "plate.reveal").orderBy("ordinal").execute();
  expect(all.map(({ outcome, person, object }) => [outcome, person, object])).toEqual([
    ["done", "finance", visit],
    ["refused", "bureau-officer", visit],
  ]);
  expect(JSON.parse(all[0]?.detail ?? "{}")).toEqual({ reason: "投诉 2026-118 核对账单" });
  expect(JSON.stringify(await read.selectFrom("audit").selectAll().execute())).not.toContain(plate);
});

test("retention: within its days everything stays; past them no plate and no card is left, money is as it was, and what went is counted in the audit log", async (context) => {
  const { store, clock } = api.cloud;
  const before = await whole();
  expect(before).toContain(plate);
  expect(before).toContain(card);
  await runRetention(store, { days: 30, key, now: clock.now });
  expect([await whole(), (await rows()).length]).toEqual([before, 0]);

  const [bills, now] = [await money(), clock.now + 31 * dayMs];
  const would = await countRetention(store, { days: 30, key, now });
  expect([await whole(), (await rows()).length]).toEqual([before, 0]);
  const removed = await runRetention(store, { days: 30, key, now });
  expect(removed).toEqual(would);
  const after = await whole();
  const inside = await store.read.selectFrom("visit").selectAll().where("left_at", "is", null).where("plate", "is not", null).execute();
  // Whoever is still inside is not past his days.
  expect(after.split(plate).length - 1).toBe(inside.length);
  expect(after).not.toContain(card);
  expect(await money()).toBe(bills);
  expect((await rows()).map(({ detail }) => JSON.parse(detail))).toEqual([{ days: 30, ...removed }]);
  expect(await runRetention(store, { days: 30, key, now })).toEqual({
    visits: 0,
    events: 0,
    lanes: 0,
    sessions: 0,
    letters: 0,
    pictures: 0,
  });
  const { letters: _, pictures: __, ...gone } = removed;
  counted(context, gone);
});

test("retention: two stays of one car still agree; another key gives another hash; a stay without its plate reveals none", async () => {
  const { store } = api.cloud;
  const row = { site: "jinxiu", gateway: "gw-1", lot: null, lane_in: null, lane_out: null, plate_colour: null, tariff: null, offline: 0 };
  const stay = (visit: string, of: string) => ({
    ...{ ...row, visit, plate: of, state: "gone", entered_at: 1, left_at: 2, total_fen: 100, paid_fen: 100 },
  });
  await store.change((change) =>
    change
      .insertInto("visit")
      .values([stay("a", plate), stay("b", plate), stay("c", "闽C00001")])
      .execute(),
  );
  await runRetention(store, { days: 1, key, now: api.cloud.clock.now });
  const found = await store.read
    .selectFrom("visit")
    .select(["plate", "plate_key"])
    .where("visit", "in", ["a", "b", "c"])
    .orderBy("visit")
    .execute();
  expect(found.map((one) => one.plate)).toEqual([null, null, null]);
  const [a, b, c] = found.map(({ plate_key }) => plate_key);
  expect([a === b, a === c, /^[0-9a-f]{32}$/.test(a ?? "")]).toEqual([true, false, true]);
  const asked = { method: "POST", url: "/api/v1/visits/a/plate", payload: { reason: "投诉 2026-119" } } as const;
  expect((await api.ask("finance", asked)).json()).toMatchObject({ status: 409, type: "urn:cuobian:problem:no-plate" });
});

const png = (of: string): string => Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from(of)]).toString("base64");

test("pictures: whole for those who work on the hazard, masked for others, shown to them for a reason that is written down", async (context) => {
  api.forgetCookies();
  const { read } = api.cloud.store;
  const { id } = await read.selectFrom("hazard").select("id").where("closed_at", "is", null).executeTakeFirstOrThrow();
  const url = `/api/v1/hazards/${id}/evidence`;
  const upload = await api.ask("grid-worker", { method: "POST", url, payload: { kind: "before", mime: "image/png", base64: png("闽C") } });
  expect(upload.statusCode, upload.body).toBe(201);
  const { sha256 } = upload.json<{ sha256: string }>();
  const counts = { whole: 0, masked: 0, refused: 0 };
  for (const role of roles) {
    const seen = await api.ask(role, { method: "GET", url: `${url}?sha256=${sha256}` });
    if (role === "installer" || role === "finance") {
      expect(seen.statusCode, role).toBe(403);
      counts.refused += 1;
      continue;
    }
    expect([seen.statusCode, seen.headers["cache-control"]], role).toEqual([200, "private, no-store"]);
    const masked = seen.headers["x-cuobian-masked"] === "1";
    expect(seen.rawPayload.toString("base64") === png("闽C"), role).toBe(!masked);
    expect(seen.headers["content-type"], role).toMatch(masked ? /^image\/svg/ : /^image\/png/);
    counts[masked ? "masked" : "whole"] += 1;
  }
  expect(counts).toEqual({ whole: 7, masked: 7, refused: 2 });
  const ask = (by: Role, payload: object) => api.ask(by, { method: "POST", url: `/api/v1/hazards/${id}/picture`, payload });
  const shown = await ask("auditor", { sha256, reason: "复核 2026-118 号整改" });
  expect([shown.statusCode, shown.headers["cache-control"], shown.json()]).toEqual([
    ...[200, "no-store"],
    { hazard: id, sha256, mime: "image/png", base64: png("闽C") },
  ]);
  expect((await ask("auditor", { sha256 })).statusCode).toBe(400);
  expect((await ask("auditor", { sha256, reason: `核对 ${plate}` })).statusCode).toBe(400);
  expect((await ask("auditor", { sha256: "0".repeat(64), reason: "复核 2026-118 号整改" })).statusCode).toBe(404);
  expect((await ask("finance", { sha256, reason: "复核 2026-118 号整改" })).statusCode).toBe(403);
  const noted = await read.selectFrom("audit").selectAll().where("action", "=", "picture.reveal").orderBy("ordinal").execute();
  expect(noted.map(({ outcome, person, object }) => [outcome, person, object])).toEqual([
    ["done", "auditor", id],
    ["refused", "finance", id],
  ]);
  expect(JSON.parse(noted[0]?.detail ?? "{}")).toEqual({ sha256, reason: "复核 2026-118 号整改" });
  counted(context, { ...counts, revealed: 1 });
});

test("retention: a picture leaves after its days once every hazard that shows it is closed; its hash stays, and a dry run says the same", async (context) => {
  const { store, clock } = api.cloud;
  const [one, other] = await store.read.selectFrom("hazard").select("id").where("closed_at", "is", null).limit(2).execute();
  const attach = async (hazard: string, of: string): Promise<string> => {
    const payload = { kind: "after", mime: "image/png", base64: png(of) };
    const answer = await api.ask("grid-worker", { method: "POST", url: `/api/v1/hazards/${hazard}/evidence`, payload });
    expect(answer.statusCode, answer.body).toBe(201);
    return answer.json<{ sha256: string }>().sha256;
  };
  if (one === undefined || other === undefined) throw new Error("two hazards are needed");
  const alone = await attach(one.id, "one");
  const both = await attach(one.id, "both");
  await attach(other.id, "both");
  const close = (id: string, at: number) =>
    store.change((change) => change.updateTable("hazard").set({ closed_at: at }).where("id", "=", id).execute());
  await close(one.id, clock.now);
  const given = { days: 3_650, pictureDays: 30, key, now: clock.now + 31 * dayMs };
  const there = async (): Promise<string[]> => {
    const rows = await store.read.selectFrom("evidence_bytes").select("sha256").where("sha256", "in", [alone, both]).execute();
    return rows.map(({ sha256 }) => sha256).sort();
  };
  expect((await runRetention(store, { ...given, now: clock.now + 29 * dayMs })).pictures).toBe(0);
  expect((await runRetention(store, { ...given, pictureDays: undefined })).pictures).toBe(0);
  const would = await countRetention(store, given);
  expect(await there()).toEqual([alone, both].sort());
  expect(await runRetention(store, given)).toEqual(would);
  expect(await there()).toEqual([both]);
  const gone = await api.ask("grid-worker", { method: "GET", url: `/api/v1/hazards/${one.id}/evidence?sha256=${alone}` });
  expect(gone.json()).toMatchObject({ status: 410, type: "urn:cuobian:problem:picture-gone" });
  expect((await store.read.selectFrom("evidence").select("sha256").where("sha256", "=", alone).execute()).length).toBe(1);
  await close(other.id, clock.now);
  expect([(await runRetention(store, given)).pictures, await there()]).toEqual([1, []]);
  counted(context, { pictures: 2, "left too early wrongly": 0 });
});

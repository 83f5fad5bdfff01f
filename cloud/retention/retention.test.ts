// Past its days nothing holds a plate or a card: no stay that is over, no event, no lane, no letter; money, and what is not past its days, is as it was. A dry run says the same numbers.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi, tellEverything } from "#cloud/api/api-for-tests.ts";
import { card, plate } from "#cloud/ingest/story-for-tests.ts";
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
  expect(await runRetention(store, { days: 30, key, now })).toEqual({ visits: 0, events: 0, lanes: 0, sessions: 0, letters: 0 });
  const { letters: _, ...gone } = removed;
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

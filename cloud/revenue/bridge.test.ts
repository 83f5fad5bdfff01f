// From stays to money: every stay in one class, the classes add up, and what was received is, operator by operator, the payments that arrived; the rest is named.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "#cloud/ingest/room-for-tests.ts";
import { counted } from "#test/promise.ts";
import { bridgeOf } from "./bridge.ts";
import { monthSpan } from "./months.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

test("P 09.split: the bridge of a month by operator adds up to what was received, and what no payment explains is named", async (context) => {
  const span = monthSpan("2026-11");
  if (span === undefined) throw new Error("no month");
  const site = "jinxiu";
  const operators = ["岗亭甲", "岗亭乙", "wechat-mch-1"];
  const wanted = { free: 0, paid: 0, short: 0, inside: 0, unmatched: 0 };
  const sums = new Map<string, number>();
  await cloud.store.change(async (change) => {
    for (let n = 0; n < 300; n += 1) {
      const kind = (["free", "paid", "short", "inside", "unmatched"] as const)[(n * 7) % 5] ?? "paid";
      wanted[kind] += 1;
      const total = { free: 0, paid: 100 + n, short: 1_000 + n, inside: null, unmatched: null }[kind];
      const received = { free: 0, paid: 100 + n, short: 600 + n, inside: 0, unmatched: 0 }[kind];
      const visit = `bridge-${n}`;
      await change
        .insertInto("visit")
        .values({
          ...{ visit, site, gateway: "gw-1", lot: null, lane_in: "in", lane_out: "out", plate: null, plate_colour: null, tariff: null },
          ...{
            offline: 0,
            state: kind === "inside" ? "inside" : "left",
            entered_at: span.from + n * 1_000,
            total_fen: total,
            paid_fen: received,
          },
          left_at: kind === "inside" ? null : span.from + n * 1_000 + 500,
        })
        .execute();
      // Two payments of one stay, by two; one stay's payment has not arrived yet.
      const parts = received === 0 || n === 1 ? [] : [Math.floor(received / 3), received - Math.floor(received / 3)];
      for (const [k, amount_fen] of parts.entries()) {
        const collector = operators[(n + k) % 3] ?? "";
        const method = k === 0 ? "cash" : "wechat";
        await change
          .insertInto("payment")
          .values({ payment: `${visit}-${k}`, visit, site, lane: null, method, amount_fen, collector, at: span.from + n * 1_000 })
          .execute();
        sums.set(`${collector} ${method}`, (sums.get(`${collector} ${method}`) ?? 0) + amount_fen);
      }
    }
    // Of another month, and of another compound: in no line.
    for (const [visit, where, at] of [
      ["bridge-late", site, span.to],
      ["bridge-elsewhere", "yuehu", span.from + 5],
    ] as const) {
      const stay = { visit, site: where, gateway: "gw-1", state: "left", entered_at: at, left_at: at, total_fen: 5, paid_fen: 5 };
      const unknown = { lot: null, lane_in: null, lane_out: null, plate: null, plate_colour: null, tariff: null, offline: 0 };
      await change
        .insertInto("visit")
        .values({ ...stay, ...unknown })
        .execute();
      await change
        .insertInto("payment")
        .values({ payment: `${visit}-0`, visit, site: where, lane: null, method: "cash", amount_fen: 5, collector: "岗亭甲", at })
        .execute();
    }
  });
  const bridge = await bridgeOf(cloud.store.read, site, span);
  expect(Object.fromEntries(Object.entries(bridge.classes).map(([name, { stays }]) => [name, stays]))).toEqual(wanted);
  expect(new Map(bridge.by_operator.map(({ operator, method, received_fen }) => [`${operator} ${method}`, received_fen]))).toEqual(sums);
  const attributed = bridge.by_operator.reduce((sum, one) => sum + one.received_fen, 0);
  expect(attributed + bridge.unattributed_fen).toBe(bridge.received_fen);
  const missing = await cloud.store.read.selectFrom("visit").select("paid_fen").where("visit", "=", "bridge-1").executeTakeFirstOrThrow();
  expect(bridge.unattributed_fen).toBe(missing.paid_fen);
  counted(context, {
    stays: bridge.stays,
    operators: operators.length,
    lines: bridge.by_operator.length,
    "fen received": bridge.received_fen,
  });
});

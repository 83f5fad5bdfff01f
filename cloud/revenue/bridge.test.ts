// From passages to money: every passage in one class, the classes add up, what was received is, operator by operator, the payments that arrived; and every number opens its rows.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { noon, Voice } from "#cloud/ingest/room-for-tests.ts";
import { allSealed } from "#cloud/store/spoiling-for-tests.ts";
import { counted } from "#test/promise.ts";
import type { Bridge } from "./bridge.ts";
import { monthSpan } from "./months.ts";
import { passageClassNames } from "./passages.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(async () => {
  await allSealed(api.cloud.store);
  await api.close();
});

const site = "jinxiu";
const operators = ["岗亭甲", "岗亭乙", "wechat-mch-1"];
const kinds = ["passes", "free", "paid", "waived", "short", "by-hand", "inside", "unmatched", "slip"] as const;
type Kind = (typeof kinds)[number];
interface Rows {
  readonly total: number;
  readonly charged_fen: number;
  readonly received_fen: number;
  readonly items: readonly {
    readonly kind: string;
    readonly ref: string;
    readonly operator: string | null;
    readonly plate: string | null;
  }[];
}

const billed = (kind: Kind, n: number): number | null =>
  ({
    ...{ passes: 0, free: 0, paid: 100 + n, waived: 900 + n, short: 1_000 + n },
    ...{ "by-hand": n % 2 === 0 ? null : 500 + n, slip: 300 + n },
  })[kind as "paid"] ?? (kind === "passes" || kind === "free" ? 0 : null);
const received = (kind: Kind, n: number): number => ({ paid: 100 + n, waived: 300, short: 600 + n, slip: 300 + n })[kind as "paid"] ?? 0;

test("P 09.split: every passage of a month is in one class, by hand per operator, and every number of the bridge opens rows that sum to it", async (context) => {
  const span = monthSpan("2026-11");
  if (span === undefined) throw new Error("no month");
  const { cloud } = api;
  cloud.clock.now = noon + 2 * 3_600_000;
  const wanted: Record<string, number> = Object.fromEntries(passageClassNames.map((name) => [name, 0]));
  const hands = new Map<string, number>();
  const sums = new Map<string, number>();
  const voice = new Voice();
  const said: ReturnType<Voice["say"]>[] = [];
  const count = (name: string): void => {
    wanted[name] = (wanted[name] ?? 0) + 1;
  };
  const hand = (person: string): void => void hands.set(person, (hands.get(person) ?? 0) + 1);
  const order = (person: string, at: number, visit: string | null, lane = "east-out"): void => {
    const command = `order-${said.length}-00`;
    said.push(voice.say("gate.ordered", { lane, command, person, reason: "识别失败", visit, picture: null }, at));
  };
  await cloud.store.change(async (change) => {
    await change
      .insertInto("lane")
      .values(
        (["entry", "exit"] as const).map((direction) => ({
          ...{
            site,
            gateway: "gw-1",
            lane: direction === "entry" ? "east-in" : "east-out",
            name: direction,
            direction,
            passages: 0,
            openings: 0,
          },
          ...{ last_stamp: null, last_at: null, last_plate: null, last_what: null, last_zh: null, last_en: null },
        })),
      )
      .execute();
    for (let n = 0; n < 270; n += 1) {
      const kind = kinds[(n * 7) % kinds.length] ?? "paid";
      count(kind === "slip" ? "by-hand" : kind);
      const [total, paid] = [billed(kind, n), received(kind, n)];
      const visit = `bridge-${n}-000`;
      const at = noon + n * 1_000;
      await change
        .insertInto("visit")
        .values({
          ...{ visit, site, gateway: "gw-1", lot: null, lane_in: "east-in", lane_out: "east-out", plate: "闽C12345", plate_colour: null },
          ...{ offline: 0, state: kind === "inside" ? "inside" : "gone", entered_at: at, total_fen: total, paid_fen: paid },
          ...{ tariff: kind === "slip" ? "slip" : "t", left_at: kind === "inside" ? null : at + 500 },
        })
        .execute();
      const line = kind === "passes" ? '[{"rule":"passes","zh":"月卡","en":"pass","amount_fen":0}]' : "[]";
      const sum = { total_fen: total ?? 0, paid_fen: 0, due_fen: total ?? 0, entered_at: at, left_at: at + 500 };
      if (total !== null)
        await change
          .insertInto("bill")
          .values({ bill: `${visit}-bill`, visit, site, lane: "east-out", tariff: "t", lines: line, ...sum })
          .execute();
      if (kind === "slip") hand("");
      if (kind === "by-hand") {
        const person = operators[n % 2] ?? "";
        hand(person);
        order(person, at + 400 - noon, visit);
      }
      // Let off in two parts, one of them long after it left. An order for a stay that was paid in full is no hand's passage.
      for (const [k, part] of (kind === "waived" ? [(total ?? 0) - 400, 100] : []).entries())
        said.push(
          voice.say("money.entered", {
            ...{ entry: `waiver-${n}-${k}`, kind: "waiver", visit, of: null, amount_fen: part, person: "岗亭甲", reason: "设备故障" },
          }),
        );
      if (kind === "paid" && n % 3 === 0) order("岗亭甲", at + 400 - noon, visit);
      // Two payments of one stay, by two; one stay's payment has not arrived yet.
      const parts = paid === 0 || n === 8 ? [] : [Math.floor(paid / 3), paid - Math.floor(paid / 3)];
      for (const [k, amount_fen] of parts.entries()) {
        const collector = operators[(n + k) % 3] ?? "";
        const method = k === 0 ? "cash" : "wechat";
        await change
          .insertInto("payment")
          .values({ payment: `${visit}-${k}`, visit, site, lane: null, method, amount_fen, collector, at })
          .execute();
        sums.set(`${collector} ${method}`, (sums.get(`${collector} ${method}`) ?? 0) + amount_fen);
      }
    }
    // Of another month, and of another compound: in no line.
    for (const [visit, where, at] of [
      ["bridge-late-1", site, span.to],
      ["bridge-elsewhere", "yuehu", span.from + 5],
    ] as const) {
      const stay = { visit, site: where, gateway: "gw-1", state: "gone", entered_at: at, left_at: at, total_fen: 5, paid_fen: 5 };
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
  // Gates opened for nobody's stay: with the car that the board then saw (one passage, not two), without; cars that only the board saw; at the entry nothing leaves.
  const passed = (at: number, direction: "entry" | "exit" = "exit"): void => {
    const lane = direction === "exit" ? "east-out" : "east-in";
    said.push(voice.say("lane.passed", { lane, direction, visit: null, count: said.length, known_late: false }, at));
  };
  for (let n = 0; n < 4; n += 1) {
    order("岗亭乙", n * 600_000, null);
    hand("岗亭乙");
    count("by-hand");
    if (n % 2 === 0) passed(n * 600_000 + 30_000);
  }
  passed(3_000_000);
  passed(3_000_500);
  count("unmatched");
  count("unmatched");
  order("岗亭甲", 3_600_000, null, "east-in");
  passed(3_630_000, "entry");
  await voice.tell(cloud, said);

  const get = async (query: string): Promise<Rows> => {
    const answer = await api.ask("finance", { method: "GET", url: `/api/v1/income/passages?site=${site}&month=2026-11${query}` });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json() as Rows;
  };
  const { bridge } = (await api.ask("finance", { method: "GET", url: `/api/v1/income?site=${site}&month=2026-11` })).json() as {
    bridge: Bridge;
  };
  expect(Object.fromEntries(Object.entries(bridge.classes).map(([name, { passages }]) => [name, passages]))).toEqual(wanted);
  expect(Object.values(wanted).reduce((a, b) => a + b, 0)).toBe(bridge.passages);
  expect(new Map(bridge.by_hand.map(({ operator, passages }) => [operator ?? "", passages]))).toEqual(hands);
  expect(new Map(bridge.by_operator.map(({ operator, method, received_fen }) => [`${operator} ${method}`, received_fen]))).toEqual(sums);
  const attributed = bridge.by_operator.reduce((sum, one) => sum + one.received_fen, 0);
  expect(attributed + bridge.unattributed_fen).toBe(bridge.received_fen);

  let opened = 0;
  const opens = async (
    query: string,
    number: { readonly n: number; readonly charged_fen?: number; readonly received_fen: number },
  ): Promise<Rows> => {
    const rows = await get(query);
    expect([query, rows.total, rows.received_fen]).toEqual([query, number.n, number.received_fen]);
    if (number.charged_fen !== undefined) expect([query, rows.charged_fen]).toEqual([query, number.charged_fen]);
    opened += 1;
    return rows;
  };
  for (const [name, { passages: n, ...said }] of Object.entries(bridge.classes)) await opens(`&class=${name}`, { n, ...said });
  for (const { operator, passages: n, ...said } of bridge.by_hand)
    await opens(`&class=by-hand&operator=${encodeURIComponent(operator ?? "")}`, { n, ...said });
  for (const { operator, method, payments: n, received_fen } of bridge.by_operator)
    await opens(`&operator=${encodeURIComponent(operator)}&method=${method}`, { n, received_fen });
  const owed = await opens("&method=none", { n: 1, received_fen: bridge.unattributed_fen });
  expect([owed.items.map(({ ref }) => ref), bridge.unattributed_fen]).toEqual([["bridge-8-000"], received("paid", 8)]);
  const everything = await opens("", { n: bridge.passages, charged_fen: bridge.charged_fen, received_fen: bridge.received_fen });
  // The accountant sees whose money it was, not whose car.
  expect([everything.items.length, everything.items.every(({ plate }) => plate === null || plate.includes("*"))]).toEqual([100, true]);
  expect((await api.ask("booth", { method: "GET", url: `/api/v1/income/passages?site=${site}&month=2026-11` })).statusCode).toBe(403);
  counted(context, {
    passages: bridge.passages,
    classes: passageClassNames.length,
    "let out by hand": wanted["by-hand"] ?? 0,
    operators: bridge.by_hand.length,
    "numbers opened": opened,
    "fen received": bridge.received_fen,
  });
});

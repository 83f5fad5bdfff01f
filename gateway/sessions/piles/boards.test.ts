// Charges at dc589 boards: the same contract as any pile's, over the real driver, host and a simulated board.
import { connect } from "node:net";
import pino from "pino";
import { expect, test, vi } from "vitest";
import { Dc589Board } from "#sim/piles/dc589-board.ts";
import { price, rulesOfKill } from "#test/charging/kill-price.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { type Dc589Host, type Dc589HostParts, dc589Host } from "../../drivers/piles/dc589-host.ts";
import { openDc589Piles } from "../../drivers/piles/dc589-piles.ts";
import { openDc589Server } from "../../drivers/piles/dc589-server.ts";
import { openJournal } from "../../journal/journal.ts";
import { chargeSeen } from "../by-hand.ts";
import { tables } from "../tables.ts";
import { startPiles } from "./piles.ts";

const number = "5348240514082652";
const charge = "charge-0001";
const socket = "board-1/3";
const made = price();
const rules = rulesOfKill({ ...made, versions: made.versions.map((version) => ({ ...version, occupied: undefined })) });

async function bench() {
  const clock = toldClock();
  const journal = openJournal({ path: ":memory:", clock, chance: toldChance(), tables });
  let parts: Dc589HostParts | undefined;
  let host: Dc589Host | undefined;
  let wire = false;
  const fire: boolean[] = [];
  const board: Dc589Board = new Dc589Board({ board: number, ports: 10, write: (bytes) => wire && host?.heard(bytes) });
  const piles = startPiles({
    ...{ journal, clock, chance: toldChance(), log: pino({ level: "silent" }), rules, shedState: () => "serving" },
    piles: [{ id: "board-1", ports: 10, time_most_s: 28_800, overload_mW: 500_000, power_s: 10, heartbeat_s: 10, shed: "shed-1" }],
    tellFire: ({ active }) => fire.push(active),
  });
  const driver = await openDc589Piles({
    ...{ clock, host: "", port: 0, listener: piles.listener, piles: [{ id: "board-1", number, ports: 10 }] },
    open: async (given) => {
      parts = { ...given, write: (bytes) => wire && board.hear(bytes) };
      return { port: 0, hostOf: (at) => (wire && host?.board() === at ? host : undefined), close: async () => undefined };
    },
  });
  piles.use(() => driver);
  const site = {
    ...{ clock, journal, board, piles, fire },
    connect() {
      wire = true;
      host = dc589Host(parts as Dc589HostParts);
      board.connect();
    },
    cut() {
      wire = false;
      host?.close("cut");
    },
    pass(seconds: number) {
      for (let n = 0; n < seconds; n += 1) {
        clock.advance(1_000);
        board.advance(1_000);
      }
    },
    begin: (over = {}) => piles.begin({ charge, socket, person: "张工", by: "console", ...over }),
    seen: () => chargeSeen(journal, charge),
    events: (type: string) =>
      journal.all<{ data: string }>("SELECT data FROM event WHERE type = ? ORDER BY seq", type).map(({ data }) => JSON.parse(data)),
  };
  site.connect();
  return site;
}

test("begun, seen every ten seconds, full: its end is acknowledged once written, and is the one bill", async () => {
  const site = await bench();
  site.begin({ paid_fen: 500 });
  site.pass(62);
  expect(site.seen()).toMatchObject({ state: "charging" });
  expect(site.piles.readings()[2]).toMatchObject({ socket, state: "charging", quality: "good", power_mW: 180_000 });
  expect(site.piles.readings()[2]?.age_ms).toBeLessThanOrEqual(20_000);
  site.pass(1_740);
  site.board.full(2);
  expect(site.events("session.ended")).toMatchObject([{ cause: "full", energy_mWh: 90_000, seconds: 1_802 }]);
  expect(site.events("session.billed")).toMatchObject([{ energy_mWh: 90_000, paid_fen: 500 }]);
  expect(site.board.unsettled).toEqual([]);
});

test.each([
  [{ kind: "time", seconds: 1_830 }, "time", 1_800],
  [{ kind: "energy", mWh: 100_000 }, "energy", 2_000],
  [{ kind: "money", fen: 30 }, "money", undefined],
] as const)("what was chosen ends it: %j", async (choice, cause, seconds) => {
  const site = await bench();
  site.begin({ choice, paid_fen: 300 });
  site.pass(4 * 3_600);
  expect(site.events("session.ended")).toMatchObject([{ cause, ...(seconds === undefined ? {} : { seconds }) }]);
  const [bill] = site.events("session.billed");
  expect(bill.total_fen + bill.refund_fen).toBe(300);
  expect(bill.total_fen).toBeLessThanOrEqual(choice.kind === "money" ? 30 : 300);
});

test("a board whose stop-when-full is off begins nothing, and says so; so does one whose settings were not read", async () => {
  const site = await bench();
  site.cut();
  site.board.stopsWhenFull = 0;
  site.connect();
  site.begin({ paid_fen: 500 });
  site.pass(2);
  expect(site.events("charging.refused")).toMatchObject([{ code: "no-auto-stop" }]);
  expect([site.board.started, site.seen()?.bill?.refund_fen]).toEqual([[], 500]);
});

test("nothing plugged in: it is told after the start, and all is given back but a minimum that nobody owes", async () => {
  const site = await bench();
  (site.board.ports[2] as { plugged: boolean }).plugged = false;
  site.begin({ paid_fen: 500 });
  site.pass(5);
  const [bill] = site.events("session.billed");
  expect(bill.total_fen + bill.refund_fen).toBe(500);
  expect(site.board.unsettled).toEqual([]);
});

test("a lost answer: the start is never sent twice; the port is stopped when the board is heard again, and billed once", async () => {
  const site = await bench();
  const hear = site.board.hear.bind(site.board);
  site.board.hear = (bytes) => {
    if (bytes[2] === 0xb7 && site.board.started.length === 0) site.cut();
    hear(bytes);
  };
  site.begin({ paid_fen: 500 });
  site.pass(200);
  site.connect();
  site.pass(200);
  expect(site.board.started).toHaveLength(1);
  expect(site.board.ports[2]?.order).toBeUndefined();
  expect(site.events("session.billed")).toHaveLength(1);
});

test("mains lost: its end is said when it is back; smoke in a beat stops all and tells the shed once; a weld is named", async () => {
  const site = await bench();
  site.begin({ paid_fen: 500 });
  site.pass(300);
  site.cut();
  site.board.powerCut();
  site.pass(100);
  site.connect();
  site.pass(100);
  expect(site.events("session.ended")).toMatchObject([{ cause: "interrupted", seconds: 300 }]);
  site.begin({ charge: "charge-0002" });
  site.pass(30);
  site.board.boardStatus = 2;
  site.pass(30);
  expect(site.board.ports[2]?.order).toBeUndefined();
  expect(site.events("session.ended").at(-1)).toMatchObject({ cause: "smoke" });
  expect([site.events("pile.alarm").length, site.fire]).toEqual([1, [true]]);
  (site.board.ports[4] as { state?: number }).state = 4;
  site.pass(11);
  expect(site.events("pile.fault")).toMatchObject([{ socket: "board-1/5", cause: "welded" }]);
});

test("over TCP, split at each byte: a board is known, started and settled; an unknown one is not acknowledged", async () => {
  const clock = toldClock();
  const settled: string[] = [];
  let n = 0;
  const server = await openDc589Server({
    ...{ clock, host: "127.0.0.1", port: 0, said: () => undefined, odd: () => undefined },
    settle: (board) => settled.push(board) > 0 && board === number,
    numbers: () => ++n,
  });
  const call = (id: string) => {
    const wire = connect(server.port, "127.0.0.1");
    wire.setNoDelay(true);
    const board: Dc589Board = new Dc589Board({
      ...{ board: id, ports: 10 },
      write: (bytes) => {
        for (const byte of bytes) wire.write(Uint8Array.of(byte));
      },
    });
    wire.on("data", (bytes) => board.hear(bytes));
    board.connect();
    return { board, wire };
  };
  const [known, unknown] = [call(number), call("9999999999999999")];
  await vi.waitFor(() => expect(server.hostOf(number)?.settings()).toBeDefined());
  await vi.waitFor(() => expect(server.hostOf("9999999999999999")).toBeDefined());
  const ask = (id: string) =>
    new Promise((resolve) =>
      server
        .hostOf(id)
        ?.ask({ kind: "start", port: 1, order: "0000000000000001", mode: 0, consumer: 2, amount: 60, card: 0, balance_fen: 0 }, resolve),
    );
  expect(await ask(number)).toMatchObject({ kind: "start-answer", result: 0, port: 1 });
  await ask("9999999999999999");
  known.board.unplug(0);
  unknown.board.unplug(0);
  await vi.waitFor(() => expect([known.board.unsettled.length, settled.length]).toEqual([0, 2]));
  expect(unknown.board.unsettled).toHaveLength(1);
  known.wire.destroy();
  await vi.waitFor(() => expect(server.hostOf(number)).toBeUndefined());
  unknown.wire.destroy();
  await server.close();
});

// What a lane does about reads and orders, over a real journal and a real board: repeats, a busy arm, late orders, a missing tariff. Time is told.
import { afterEach, expect, test } from "vitest";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { type Pushed, vendorTime } from "#test/world/vendor-push.ts";
import { openWithin_ms } from "./lane.ts";

let site: ParkingSite;
afterEach(() => site?.stop());

const plate = "闽CD82345";
const other = "闽CF00888";
const manual = (command: string) => ({ cause: "manual", by: { command, person: "门岗", reason: "访客" }, visit: null }) as const;
const visits = (): number => site.journal().get<{ n: number }>("SELECT count(*) AS n FROM visit")?.n ?? -1;
const orders = (): number => site.journal().get<{ n: number }>("SELECT count(*) AS n FROM gate_order")?.n ?? -1;

/** The arm of the entry is up; a car is under it. */
async function occupied(): Promise<void> {
  const board = site.board("in");
  Object.assign(board, { open: true, closed: false, opened: board.opened + 1, approach: false, under: true });
  await site.goOn(400);
}

test.each<[string, Pushed, { reason: string; visits: number; offline?: number; exceptions?: string[] }]>([
  ["now", {}, { reason: "opened", visits: 1 }],
  ["as in the document, of 2023", { at: Date.UTC(2023, 5, 9, 8, 39, 54) }, { reason: "stale-read", visits: 0, exceptions: ["stale-read"] }],
  ["30 s old: the greatest age", { at: -30_000 }, { reason: "opened", visits: 1 }],
  ["31 s old", { at: -31_000 }, { reason: "stale-read", visits: 0, exceptions: ["stale-read"] }],
  ["5 s ahead", { at: 5_000 }, { reason: "opened", visits: 1 }],
  ["6 s ahead", { at: 6_000 }, { reason: "future-read", visits: 0, exceptions: ["future-read"] }],
  [
    "dec* of 2023",
    { change: ({ timeStamp }) => Object.assign(timeStamp?.Timeval ?? {}, { ...vendorTime(), sec: timeStamp?.Timeval.sec, usec: 0 }) },
    { reason: "doubtful-clock", visits: 0, exceptions: ["doubtful-clock"] },
  ],
  ["no plate", { license: "_无_" }, { reason: "no-plate", visits: 0, exceptions: ["no-plate"] }],
  ["confidence 20", { change: (p) => (p.confidence = 20) }, { reason: "low-confidence", visits: 0, exceptions: ["low-confidence"] }],
  ["a car that turned back", { change: (p) => (p.triggerType = 66) }, { reason: "turn-back", visits: 0 }],
  ["an unknown camera", { serialno: "nobody" }, { reason: "unknown-camera", visits: 0 }],
  ["a stored record of now", { change: (p) => (p.isoffline = 1) }, { reason: "offline-read", visits: 1, offline: 1 }],
  [
    "a stored record of an hour ago",
    { at: -3_600_000, change: (p) => (p.isoffline = 1) },
    { reason: "offline-read", visits: 1, offline: 1 },
  ],
  ["a stored record 3 s ahead", { at: 3_000, change: (p) => (p.isoffline = 1) }, { reason: "offline-read", visits: 1, offline: 1 }],
  [
    "a stored record of next week",
    { at: 7 * 86_400_000, change: (p) => (p.isoffline = 1) },
    { reason: "offline-read", visits: 0, offline: 1 },
  ],
  [
    "a stored record of last month",
    { at: -30 * 86_400_000, change: (p) => (p.isoffline = 1) },
    { reason: "offline-read", visits: 0, offline: 1 },
  ],
])("a read: %s", async (_, pushed, expected) => {
  site = await startParkingSite();
  const at = pushed.at ?? 0;
  // Times of the table are from now, but for the document's own.
  const claimed = at > 1e12 ? at : site.clock.wall() + at;
  const answer = site.push("in", { license: plate, ...pushed, at: claimed });
  expect(answer).toEqual({ reason: expected.reason, opens: expected.reason === "opened" });
  expect([visits(), orders(), site.events("lane.offline-read").length]).toEqual([
    expected.visits,
    expected.reason === "opened" ? 1 : 0,
    expected.offline ?? 0,
  ]);
  expect(site.events("lane.exception").map(({ reason }) => reason)).toEqual(expected.exceptions ?? []);
  for (const visit of site.events("visit.opened")) expect(visit.entered_at).toBeLessThanOrEqual(site.clock.wall());
});

test("the same recognition again: the same answer while nothing was seen to move, and never a second visit", async () => {
  site = await startParkingSite();
  const pushed = { license: plate, plateid: 7, at: site.clock.wall() };
  const again = () => site.push("in", pushed);
  expect(again()).toEqual({ reason: "opened", opens: true });
  expect(again()).toEqual({ reason: "repeat-opened", opens: true });
  // As a stored record it is history, whatever it was before.
  expect(site.push("in", { ...pushed, change: (p) => (p.isoffline = 1) }).opens).toBe(false);
  await site.restart(2_000);
  expect(again()).toEqual({ reason: "repeat-opened", opens: true });
  Object.assign(site.board("in"), { closed: false, moving: true });
  await site.goOn(400);
  expect(again()).toEqual({ reason: "duplicate-read", opens: false });
  Object.assign(site.board("in"), { open: true, moving: false, opened: 40_001 });
  await site.goOn(400);
  Object.assign(site.board("in"), { open: false, closed: true });
  await site.goOn(400);
  expect(again()).toEqual({ reason: "duplicate-read", opens: false });
  expect([visits(), orders(), site.events("gate.unanswered")]).toEqual([1, 1, []]);
});

test("a repeat that is no longer fresh opens nothing, also when the gate was never seen open", async () => {
  site = await startParkingSite();
  const pushed = { license: plate, plateid: 7, at: site.clock.wall() };
  site.push("in", pushed);
  await site.goOn(31_000);
  expect(site.push("in", pushed)).toEqual({ reason: "duplicate-read", opens: false });
  expect(visits()).toBe(1);
});

test("a car under the arm: the next one waits, is asked about anew when the lane is free, and is let in by one pulse", async () => {
  site = await startParkingSite();
  site.push("in", { license: other });
  await occupied();
  const behind = { license: plate, plateid: 50, at: site.clock.wall() };
  expect(site.push("in", behind)).toEqual({ reason: "gate-busy", opens: false });
  // Its answer was lost on the way: the camera sends the same once more, and the car still waits.
  expect(site.push("in", behind)).toEqual({ reason: "duplicate-read", opens: false });
  // Another look at the same car that cannot be read clearly does not send it away either.
  expect(site.push("in", { license: plate, change: (p) => (p.confidence = 20) }).reason).toBe("low-confidence");
  const board = site.board("in");
  Object.assign(board, { under: false, approach: true, passed: board.passed + 1 });
  await site.goOn(400);
  expect(board.pulses).toBe(1);
  await site.goOn(2_000);
  expect([board.pulses, board.otherWrites, visits(), orders()]).toEqual([1, 0, 2, 2]);
});

test("a car that waited and drove off: a person is called, nothing opens", async () => {
  site = await startParkingSite();
  site.push("in", { license: other });
  await occupied();
  site.push("in", { license: plate });
  Object.assign(site.board("in"), { under: false, approach: false, passed: 39_001, open: false, closed: true });
  await site.goOn(400);
  expect([site.board("in").pulses, visits()]).toEqual([0, 1]);
  expect(site.events("lane.exception").map(({ reason }) => reason)).toEqual(["gate-busy"]);
});

test.each([
  [2_000, 1],
  [openWithin_ms + 400, 0],
])("an order to a board that is back after %i ms: %i pulses, never one later than 3 s", async (gone_ms, pulses) => {
  site = await startParkingSite();
  await site.goOn(1_000);
  await site.boards.down();
  // Tried again in vain until the next try is far away, or near.
  await site.goOn(gone_ms === 2_000 ? 200 : 0);
  const answer = site.lane("in").open(manual("command-1"));
  await site.goOn(gone_ms - 1_000);
  await site.boards.up();
  await site.goOn(8_000);
  expect(site.board("in").pulses).toBe(pulses);
  expect((await answer).gate).toBe(pulses === 1 ? "opening" : "not-opened");
});

test("a disk that took 4 s: the order is written, and carried out no more", async () => {
  site = await startParkingSite();
  await site.goOn(1_000);
  const slow = site.lane("in").open({ ...manual("command-2"), write: () => site.clock.advance(4_000) });
  await site.goOn(2_000);
  expect(await slow).toMatchObject({ gate: "not-opened" });
  expect([site.board("in").pulses, orders()]).toEqual([0, 1]);
});

test("a disk that took 4 s under a read: the visit is written, the reply opens no more, and a repeat of the read does", async () => {
  site = await startParkingSite();
  const pushed = { license: plate, plateid: 9, at: site.clock.wall() };
  const slow = site.slowDisk(4_000);
  expect(site.push("in", pushed)).toEqual({ reason: "too-late", opens: false });
  slow.end();
  expect(site.push("in", pushed)).toEqual({ reason: "repeat-opened", opens: true });
  expect([visits(), orders()]).toEqual([1, 1]);
});

test("a person's order to a mute board: nobody knows, and it is not sent again", async () => {
  site = await startParkingSite();
  await site.goOn(1_000);
  site.board("in").mute = true;
  const answer = site.lane("in").open(manual("command-3"));
  await site.goOn(30_000);
  expect(await answer).toMatchObject({ gate: "not-opened", reason: expect.any(String) });
  expect(site.board("in").pulses).toBeLessThanOrEqual(1);
  expect(site.events("gate.unanswered")).toHaveLength(1);
});

test.each([
  ["missing", null],
  ["no tariff at all", "tariff: broken\n"],
  [
    "of a version that begins later",
    "tariff: later\nname: { zh: 晚, en: later }\nversions:\n  - version: '1'\n    from: 2030-01-01\n    pricing:\n      rate: { part_unit: up, steps: [{ per: 1 h, price: 2 }] }\n",
  ],
])("a tariff %s: cars come in, and the exit refuses, never at a price of 0", async (_, tariff) => {
  site = await startParkingSite({ tariff });
  expect(site.push("in", { license: plate })).toEqual({ reason: "opened", opens: true });
  await site.goOn(60_000);
  expect(site.push("out", { license: plate })).toEqual({ reason: "no-tariff", opens: false });
  expect([site.events("visit.billed"), site.events("lane.exception").map(({ reason }) => reason)]).toEqual([[], ["no-tariff"]]);
  expect(site.events("visit.opened")[0]?.tariff).toBe("none");
  expect(site.board("out").pulses).toBe(0);
});

test.each([
  ["within the free hour it opens in the reply", plate, 30 * 60_000, "opened"],
  ["later it owes", plate, 90 * 60_000, "unpaid"],
  ["an unknown car has no entry", other, 60_000, "no-entry"],
  ["one confusable character is the same car", "闽CDB2345", 30 * 60_000, "opened"],
])("at the exit: %s", async (_, license, stay_ms, reason) => {
  site = await startParkingSite();
  site.push("in", { license: plate });
  site.clock.advance(stay_ms);
  expect(site.push("out", { license })).toEqual({ reason, opens: reason === "opened" });
  expect(site.events("visit.closed")).toEqual([]);
  if (reason !== "opened") return;
  Object.assign(site.board("out"), { opened: 40_001, open: true, closed: false });
  await site.goOn(400);
  site.board("out").passed += 1;
  await site.goOn(400);
  expect(site.events("visit.closed")).toMatchObject([{ lane: "out", total_fen: 0, paid_fen: 0 }]);
  expect(site.push("out", { license }).reason).toBe("just-passed");
});

// What the boards count becomes events exactly once, over a real journal and real Modbus/TCP: awake, dead, unplugged, replaced. Time is told.
import { afterEach, expect, test } from "vitest";
import { type LaneName, type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { openOrders } from "./orders.ts";

let site: ParkingSite;
afterEach(() => site?.stop());

const plate = "闽CD12345";
const opened = () => site.events("gate.opened").map(({ cause, count, known_late }) => [cause, count, known_late]);
const passed = () => site.events("lane.passed").map(({ lane, visit, count, known_late }) => [lane, visit, count, known_late]);

/** The arm goes up, a car goes under it and away, the arm comes down: as the board shows it, look by look. */
async function drivesThrough(lane: LaneName): Promise<void> {
  const board = site.board(lane);
  Object.assign(board, { closed: false, moving: true, approach: true });
  await site.goOn(400);
  Object.assign(board, { open: true, moving: false, opened: board.opened + 1 });
  await site.goOn(400);
  Object.assign(board, { under: true, approach: false });
  await site.goOn(400);
  Object.assign(board, { under: false, passed: board.passed + 1 });
  await site.goOn(400);
  Object.assign(board, { open: false, closed: true });
  await site.goOn(400);
}

test("first contact counts nothing; then an opening is the order's and a passage is the visit's", async () => {
  site = await startParkingSite();
  await site.goOn(2_000);
  expect([
    opened(),
    passed(),
    site
      .lanes()
      .checks?.()
      .map(({ ok }) => ok),
  ]).toEqual([[], [], [true, true, true]]);
  expect(site.push("in", { license: plate })).toEqual({ reason: "opened", opens: true });
  await drivesThrough("in");
  const [visit] = site.events("visit.opened");
  const [order] = site.events("gate.opened");
  expect(order).toMatchObject({ lane: "in", cause: "read", count: 40_001, known_late: false });
  expect(order?.after_ms).toBeGreaterThanOrEqual(400);
  expect(order?.after_ms).toBeLessThanOrEqual(1_000);
  // The camera opens by its reply: its own moment, the decision, and the gate told with the answer.
  expect(order?.steps).toEqual({ read_ms: expect.any(Number), decided_ms: expect.any(Number), gate_ms: 0 });
  expect(passed()).toEqual([["in", visit?.visit, 39_001, false]]);
  await site.goOn(10_000);
  expect([opened().length, passed().length, site.events("gate.unanswered")]).toEqual([1, 1, []]);
});

test.each([
  ["nothing happened", 0, 0],
  ["one car", 1, 1],
  ["three openings, two cars", 3, 2],
  ["an arm held open for seven cars", 1, 7],
])("dead for a minute while %s: known late, exactly once", async (_, openings, cars) => {
  site = await startParkingSite();
  const board = site.board("in");
  await site.goOn(1_000);
  board.opened += openings;
  board.passed += cars;
  await site.restart(60_000);
  await site.goOn(1_000);
  const expected = {
    opened: Array.from({ length: openings }, (__, i) => ["unknown", 40_001 + i, true]),
    passed: Array.from({ length: cars }, (__, i) => ["in", null, 39_001 + i, true]),
  };
  expect({ opened: opened(), passed: passed() }).toEqual(expected);
  await site.restart(1_000);
  await site.goOn(1_000);
  expect({ opened: opened(), passed: passed() }).toEqual(expected);
});

test("killed between the order and the opening: the order is answered after the start, and the car has its visit", async () => {
  site = await startParkingSite();
  const board = site.board("in");
  site.push("in", { license: plate });
  board.opened += 2;
  board.passed += 1;
  await site.restart(20_000);
  await site.goOn(1_000);
  const [visit] = site.events("visit.opened");
  expect(opened()).toEqual([
    ["read", 40_001, true],
    ["unknown", 40_002, true],
  ]);
  expect(site.events("gate.opened")[0]?.after_ms).toBeNull();
  expect(passed()).toEqual([["in", visit?.visit, 39_001, true]]);
  expect(site.events("gate.unanswered")).toEqual([]);
});

test.each([
  ["fell: another board", { opened: 12, passed: 7 }],
  ["fell on one side only", { opened: 40_000, passed: 38_999 }],
  ["leapt beyond reason", { opened: 4_000_000_000, passed: 39_000 }],
])("a counter that %s is a new baseline: nothing is made up, and counting goes on from there", async (_, counters) => {
  site = await startParkingSite();
  const board = site.board("in");
  await site.goOn(1_000);
  Object.assign(board, counters);
  await site.goOn(1_000);
  expect([opened(), passed()]).toEqual([[], []]);
  board.opened += 1;
  board.passed += 1;
  await site.goOn(400);
  expect(opened()).toEqual([["unknown", counters.opened + 1, false]]);
  expect(passed()).toEqual([["in", null, counters.passed + 1, false]]);
});

test("cars that crossed against the lane: told awake and after a death, once, from the board's own counter; a board that lost it is a new baseline", async () => {
  site = await startParkingSite({ board: "barriers/direction-board" });
  const board = site.board("in");
  const told = () => site.events("lane.exception").map(({ lane, reason }) => [lane, reason]);
  await site.goOn(1_000);
  // Nobody saw the loops: the crossing fell between two looks.
  board.against += 1;
  await site.goOn(400);
  expect(told()).toEqual([["in", "wrong-way"]]);
  board.against += 2;
  await site.restart(60_000);
  await site.goOn(1_000);
  await site.restart(1_000);
  await site.goOn(1_000);
  expect(told()).toEqual([
    ["in", "wrong-way"],
    ["in", "wrong-way"],
  ]);
  board.against = 0;
  await site.goOn(1_000);
  expect([told().length, opened(), passed()]).toEqual([2, [], []]);
});

test("a board with direction logic that shows the loops as well tells it once", async () => {
  site = await startParkingSite({ board: "barriers/direction-board" });
  const board = site.board("in");
  await site.goOn(1_000);
  for (const [approach, under] of [
    [false, true],
    [true, true],
    [true, false],
    [false, false],
  ]) {
    if (board.under && under === false) board.against += 1;
    Object.assign(board, { approach, under });
    await site.goOn(400);
  }
  expect(site.events("lane.exception").map(({ reason }) => reason)).toEqual(["wrong-way"]);
});

test("an opening that nobody ordered: cause unknown, no command", async () => {
  site = await startParkingSite();
  await site.goOn(1_000);
  site.board("out").opened += 1;
  await site.goOn(400);
  expect(site.events("gate.opened")).toEqual([
    { lane: "out", cause: "unknown", command: null, count: 40_001, after_ms: null, known_late: false },
  ]);
});

test.each(["closed arm", "board gone", "board mute"] as const)("not seen open, %s: gate.unanswered after 5 s, once", async (how) => {
  site = await startParkingSite();
  await site.goOn(1_000);
  if (how === "board gone") await site.boards.down();
  if (how === "board mute") site.board("in").mute = true;
  expect(site.push("in", { license: plate }).opens).toBe(true);
  await site.goOn(4_800);
  expect(site.events("gate.unanswered")).toEqual([]);
  await site.goOn(1_400);
  const [told] = site.events("gate.unanswered");
  expect(told).toMatchObject({ lane: "in", command: expect.any(String) });
  expect(told?.waited_ms).toBeGreaterThan(5_000);
  expect(told?.waited_ms).toBeLessThanOrEqual(6_200);
  await site.goOn(20_000);
  expect(site.events("gate.unanswered")).toHaveLength(1);
});

test("a board that is gone is said, and comes back by itself; what it counted meanwhile is known late, with its orders", async () => {
  site = await startParkingSite();
  const board = site.board("in");
  await site.goOn(1_000);
  await site.boards.down();
  await site.goOn(20_000);
  expect(
    site
      .lanes()
      .checks?.()
      .map(({ ok }) => ok),
  ).toEqual([false, false, true]);
  // The camera opens by the reply, whoever sees it.
  expect(site.push("in", { license: plate }).opens).toBe(true);
  await site.goOn(20_000);
  board.opened += 1;
  board.passed += 1;
  await site.boards.up();
  await site.goOn(6_000);
  expect(
    site
      .lanes()
      .checks?.()
      .map(({ ok }) => ok),
  ).toEqual([true, true, true]);
  const [visit] = site.events("visit.opened");
  expect(opened()).toEqual([["read", 40_001, true]]);
  expect(passed()).toEqual([["in", visit?.visit, 39_001, true]]);
});

test("a quiet lane costs no transactions, and an arm that never moves leaves nothing behind for ever", async () => {
  site = await startParkingSite();
  await site.goOn(1_000);
  for (let n = 0; n < 4; n += 1) {
    site.push("in", { license: `闽CD1234${n}` });
    await site.goOn(6_000);
  }
  expect(site.events("gate.unanswered")).toHaveLength(4);
  expect(openOrders(site.journal(), "in")).toHaveLength(4);
  await site.goOn(150_000);
  expect(openOrders(site.journal(), "in")).toEqual([]);
  const looks = site.board("in").heard;
  const contact = () => site.journal().get<{ at: string }>("SELECT at FROM board WHERE lane = 'in'")?.at;
  const seen = new Set<string | undefined>();
  for (let n = 0; n < 60; n += 1) {
    await site.goOn(1_000);
    seen.add(contact());
  }
  expect(site.board("in").heard - looks).toBeGreaterThanOrEqual(250);
  expect(seen.size).toBeLessThanOrEqual(4);
});

test("a camera that falls silent is told once, and again only after it was heard; one that was never heard is not missed", async () => {
  site = await startParkingSite();
  await site.goOn(200_000);
  expect(site.events("camera.silent")).toEqual([]);
  site.push("in", { license: plate });
  await site.goOn(59_000);
  expect(site.events("camera.silent")).toEqual([]);
  await site.goOn(3_000);
  expect(site.events("camera.silent")).toMatchObject([{ lane: "in", camera: "cam-in" }]);
  await site.goOn(120_000);
  expect(site.events("camera.silent")).toHaveLength(1);
  site.push("in", { license: plate });
  await site.goOn(62_000);
  expect(site.events("camera.silent")).toHaveLength(2);
  // After a start it has a minute again, and is not forgotten.
  await site.restart(1_000);
  await site.goOn(59_000);
  expect(site.events("camera.silent")).toHaveLength(2);
  await site.goOn(3_000);
  expect(site.events("camera.silent")).toHaveLength(3);
});

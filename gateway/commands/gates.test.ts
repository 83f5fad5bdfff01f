// P 05.command: closing and locking from afar at a real lane and a real board: the lane's rules decide, each order once, and nothing that is late, forged or another's moves the arm.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { ActionName, Command } from "#protocols/uplink/commands.ts";
import { minuteMs, wall } from "#protocols/vocabulary/time.ts";
import { sceneAt } from "#test/parking/at-the-lane.ts";
import { counted, plain } from "#test/promise.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { readCloudKey } from "./verify.ts";

const cloud = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");
const pem = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();
const keyId = readCloudKey(pem(cloud.publicKey)).id;

let site: ParkingSite;
let number = 0;
afterEach(() => site?.stop());

function order(action: ActionName, change: Partial<Command> = {}): Command {
  number += 1;
  const now = site.clock.wall();
  return {
    ...{ v: 1, id: `${String(number).padStart(8, "0")}-cafe`, site: "jinxiu", gateway: "gw-1", action, args: { lane: "in" } },
    ...{ person: "booth", approver: action === "gate.lock" || action === "gate.hold" ? "property" : null, reason: "夜间管理" },
    ...{ issued_at: now, expires_at: now + 10_000 },
    ...change,
  };
}
const said = (one: Command, pair = cloud): Uint8Array => {
  const text = JSON.stringify(one);
  const signature = sign(null, Buffer.from(text), pair.privateKey).toString("base64");
  return Buffer.from(JSON.stringify({ v: 1, command: text, key: keyId, signature }));
};

test("P 05.command: gates are closed, locked and unlocked, and a gateway is examined, once each, by the lane's own rules", async (context) => {
  site = await startParkingSite({ commandKey: pem(cloud.publicKey) });
  const board = site.board("in");
  let cases = 0;
  let orders = 0;
  const ends = () => site.events("command.ended").map(({ outcome, code }) => `${outcome} ${code}`);
  /** What the arm heard by it: closes, opens; how the lane is kept; and how it ended. */
  const heard = async (what: string, payload: Uint8Array, expected: { closes?: number; mode?: string; ends: readonly string[] }) => {
    const before = { closes: board.closes, pulses: board.pulses, ends: ends().length };
    const taken = site.command(payload);
    await site.goOn(1_000);
    await taken;
    expect(
      [board.closes - before.closes, board.pulses - before.pulses, site.lane("in").keeping.mode().mode, ends().slice(before.ends)],
      what,
    ).toEqual([expected.closes ?? 0, 0, expected.mode ?? "normal", expected.ends]);
    cases += 1;
    if (expected.ends[0] === "done done") orders += 1;
  };

  const close = (change: Partial<Command> = {}) => said(order("gate.close", change));
  Object.assign(board, { open: true, closed: false });
  await site.goOn(1_000);
  for (const loop of ["under", "approach"] as const) {
    board[loop] = true;
    await site.goOn(1_000);
    await heard(`a car on the loop "${loop}"`, close(), { ends: ["refused occupied"] });
    board[loop] = false;
    await site.goOn(1_000);
  }
  board.mute = true;
  await site.goOn(4_000);
  await heard("a board that says nothing", close(), { ends: ["refused board-silent"] });
  board.mute = false;
  await site.restart(1_000);
  await site.goOn(1_000);
  const first = close();
  await heard("a free lane", first, { closes: 1, ends: ["done done"] });
  await heard("replayed", first, { ends: [] });
  const now = site.clock.wall();
  await heard("late", close({ issued_at: now - 10_001, expires_at: now - 1 }), { ends: ["refused expired"] });
  await heard("a life longer than its action's", close({ expires_at: site.clock.wall() + 60_000 }), { ends: ["refused too-long"] });
  await heard("forged", said(order("gate.close"), stranger), { ends: [] });
  await heard("for another gateway", close({ gateway: "gw-2" }), { ends: [] });
  await heard("no such lane", close({ args: { lane: "north" } }), { ends: ["refused no-such-place"] });
  await heard("more than it takes", close({ args: { lane: "in", force: 1 } }), { ends: ["refused arguments"] });

  await heard("locked by one", said(order("gate.lock", { approver: null })), { ends: ["refused one-person"] });
  await heard("locked by himself twice", said(order("gate.lock", { approver: "booth" })), { ends: ["refused one-person"] });
  await heard("not locked", said(order("gate.unlock")), { ends: ["refused not-locked"] });
  const lock = order("gate.lock");
  await heard("locked by a stranger", said(lock, stranger), { ends: [] });
  await heard("locked by two", said(lock), { mode: "closed", ends: ["done done"] });
  await heard("opened while locked", said(order("gate.open")), { mode: "closed", ends: ["failed lane-closed"] });
  await site.restart(1_000);
  await site.goOn(1_000);
  await heard("the lock replayed after kill -9", said(lock), { mode: "closed", ends: [] });
  const unlock = said(order("gate.unlock"));
  await heard("unlocked", unlock, { ends: ["done done"] });
  await heard("the lock replayed after the unlock", said(lock), { ends: [] });
  await heard("the unlock replayed", unlock, { ends: [] });

  const opening = site.command(said(order("gate.open")));
  await site.goOn(1_000);
  await opening;
  await heard("behind a car that was let in", close(), { ends: ["refused car-ahead"] });

  Object.assign(board, { open: true, closed: false });
  await site.goOn(1_000);
  site.lanes().fire(true, { person: "值班甲", reason: "火警" });
  await site.goOn(1_000);
  await heard("closed in a fire", close(), { mode: "fire", ends: ["refused kept-open"] });
  await heard("locked in a fire", said(order("gate.lock")), { mode: "fire", ends: ["refused fire"] });
  await heard("a fire ended from afar", said(order("gate.unlock")), { mode: "fire", ends: ["refused not-locked"] });
  site.lanes().fire(false, { person: "值班甲", reason: "解除" });
  await site.goOn(1_000);

  const examine = said(order("gateway.diagnose", { args: {} }));
  await heard("examined", examine, { ends: ["done done"] });
  await heard("examined, replayed", examine, { ends: [] });
  await heard("examined by a stranger", said(order("gateway.diagnose", { args: {} }), stranger), { ends: [] });
  const diagnoses = site.events("gateway.diagnosed");
  expect([diagnoses.length, diagnoses[0]?.numbers.some(({ name }) => name.startsWith("cuobian_"))]).toEqual([1, true]);
  expect(site.events("lane.mode").filter(({ mode }) => mode === "closed")).toMatchObject([{ person: "booth", approver: "property" }]);
  counted(context, { cases, orders, closes: board.closes, diagnoses: diagnoses.length, "wrong closes": board.closes - 1 });
});

test("P 05.command: a gate is held open from afar by two people, and for no longer than was said: by the gateway's own clock, while its board is silent, and across its death", async (context) => {
  site = await startParkingSite({ commandKey: pem(cloud.publicKey) });
  const board = site.board("in");
  const scene = sceneAt(site);
  await site.goOn(1_000);
  const counts = { cases: 0, held: 0, flipped: 0 };
  const ends = () => site.events("command.ended").map(({ outcome, code }) => `${outcome} ${code}`);
  const mode = () => site.lane("in").keeping.mode().mode;
  const hold = (minutes: unknown = 10, change: Partial<Command> = {}) => order("gate.hold", { args: { lane: "in", minutes }, ...change });
  const release = () => said(order("gate.release"));
  /** What the arm heard by it, how the lane is kept then, and how it ended. */
  const heard = async (
    what: string,
    payload: Uint8Array,
    expected: { pulses?: number; mode?: string; ends: readonly string[] },
    ms = 400,
  ) => {
    const before = { pulses: board.pulses, ends: ends().length };
    const taken = site.command(payload);
    await site.goOn(ms);
    await taken;
    expect([board.pulses - before.pulses, mode(), ends().slice(before.ends)], what).toEqual([
      ...[expected.pulses ?? 0, expected.mode ?? "normal"],
      expected.ends,
    ]);
    counts.cases += 1;
  };
  /** Given, the arm rises, and only then it is done. */
  const held = async (what: string, one: Command): Promise<void> => {
    const before = { pulses: board.pulses, ends: ends().length };
    const taken = site.command(said(one));
    await site.goOn(400);
    expect([board.pulses - before.pulses, ends().length - before.ends], what).toEqual([1, 0]);
    await scene.armGoesUp("in");
    await taken;
    expect([board.pulses - before.pulses, mode(), ends().slice(before.ends)], what).toEqual([1, "held-open", ["done done"]]);
    counts.held += 1;
  };

  await heard("asked by one", said(hold(10, { approver: null })), { ends: ["refused one-person"] });
  await heard("approved by himself", said(hold(10, { approver: "booth" })), { ends: ["refused one-person"] });
  for (const minutes of [0, 61, 1.5, -1, "10", null])
    await heard(`for ${minutes} minutes`, said(hold(minutes)), { ends: ["refused arguments"] });
  await heard("for ever", said(order("gate.hold")), { ends: ["refused arguments"] });
  await heard("of no lane", said(hold(10, { args: { lane: "north", minutes: 10 } })), { ends: ["refused no-such-place"] });
  await heard("by a stranger", said(hold(), stranger), { ends: [] });
  await heard("of another gateway", said(hold(10, { gateway: "gw-2" })), { ends: [] });
  const then = site.clock.wall();
  await heard("late", said(hold(10, { issued_at: then - 60_001, expires_at: then - 1 })), { ends: ["refused expired"] });
  await heard("not held, released", release(), { ends: ["refused not-held"] });
  await heard("locked", said(order("gate.lock")), { mode: "closed", ends: ["done done"] });
  await heard("held while locked", said(hold()), { mode: "closed", ends: ["refused lane-locked"] });
  await heard("unlocked", said(order("gate.unlock")), { ends: ["done done"] });
  board.mute = true;
  await site.goOn(4_000);
  await heard("its board says nothing", said(hold()), { ends: ["refused arm-unseen"] });
  board.mute = false;
  await site.restart(1_000);
  await site.goOn(1_000);
  await heard(
    "the arm does not rise: one pulse, and nothing is left behind",
    said(hold()),
    { pulses: 1, ends: ["failed arm-not-up"] },
    9_000,
  );

  // Whatever byte is another: nothing is held. In a plain run every fifth.
  const whole = said(hold());
  const pulses = board.pulses;
  for (let at = 0; at < whole.length; at += plain ? 5 : 1) {
    await site.command(Uint8Array.from(whole, (byte, index) => (index === at ? byte ^ 1 : byte)));
    counts.flipped += 1;
  }
  expect([board.pulses - pulses, mode()]).toEqual([0, "normal"]);

  // The line to the cloud says nothing any more: it ends by the gateway's own clock.
  const first = hold(10);
  await held("by two", first);
  expect(site.events("lane.mode").at(-1)).toMatchObject({ mode: "held-open", person: "booth", approver: "property", reason: "夜间管理" });
  await heard("replayed", said(first), { mode: "held-open", ends: [] });
  await scene.armComesDown("in");
  expect(board.pulses - pulses).toBe(2); // its board let it fall: it is up again
  await scene.armGoesUp("in");
  const car = board.pulses;
  await scene.goesUnder("in");
  await scene.isThrough("in");
  site.clock.leap(10 * minuteMs);
  await site.goOn(1_000);
  expect(mode()).toBe("normal");
  await scene.armComesDown("in");
  await site.goOn(5_000);
  expect([board.pulses - car, board.closes]).toEqual([0, 0]);
  await heard("replayed after its end", said(first), { ends: [] });

  // Its board falls silent while it is held: it is over at its time all the same, and nothing is sent when the board is back.
  await held("for a minute", hold(1));
  board.mute = true;
  site.clock.leap(minuteMs);
  await site.goOn(3_000);
  expect(mode()).toBe("normal");
  board.mute = false;
  await site.restart(1_000);
  const silent = board.pulses;
  Object.assign(board, { open: false, closed: true });
  await site.goOn(3_000);
  expect([board.pulses - silent, mode()]).toEqual([0, "normal"]);

  // It dies and is back: held until the same end, given once.
  const long = hold(5);
  await held("for five minutes", long);
  site.clock.leap(3 * minuteMs);
  await site.restart(1_000);
  await site.goOn(1_000);
  await heard("replayed after kill -9", said(long), { mode: "held-open", ends: [] });
  site.clock.leap(2 * minuteMs);
  await site.goOn(1_000);
  expect(mode()).toBe("normal");
  await scene.armComesDown("in");

  await held("again", hold(60));
  const end = release();
  await heard("released by a stranger", said(order("gate.release"), stranger), { mode: "held-open", ends: [] });
  await heard("released", end, { ends: ["done done"] });
  await heard("released again", end, { ends: [] });
  await scene.armComesDown("in");
  const released = board.pulses;
  await site.goOn(3_000);
  expect(board.pulses - released).toBe(0);

  // A fire is stronger than a hold, and is not ended by the end of one.
  await held("before a fire", hold(10));
  site.lanes().fire(true, { person: "值班甲", reason: "火警" });
  await heard("released in a fire", release(), { mode: "fire", ends: ["refused not-held"] });
  await heard("held in a fire", said(hold()), { mode: "fire", ends: ["refused fire"] });
  site.clock.leap(20 * minuteMs);
  await site.goOn(1_000);
  expect(mode()).toBe("fire");
  site.lanes().fire(false, { person: "值班甲", reason: "解除" });
  await site.goOn(1_000);
  expect(mode()).toBe("normal");
  counted(context, { ...counts, "wrong closes": board.closes, "open too late": 0 });
});

test("P 05.command: died while the arm was rising: what became of it is unknown, it is not given again, and the hold ends at its time", async () => {
  site = await startParkingSite({ commandKey: pem(cloud.publicKey) });
  await site.goOn(1_000);
  const one = order("gate.hold", { args: { lane: "in", minutes: 5 } });
  void site.command(said(one)).catch(() => undefined);
  await site.goOn(400);
  await site.restart(1_000);
  await site.goOn(400);
  const ends = () => site.events("command.ended").map(({ outcome, code }) => `${outcome} ${code}`);
  expect([ends(), site.lane("in").keeping.mode().mode]).toEqual([["unknown restarted"], "held-open"]);
  const taken = site.command(said(one));
  await site.goOn(400);
  await taken;
  expect(ends()).toHaveLength(1);
  site.clock.setWall(wall(site.clock.wall() - 60 * minuteMs)); // a clock that is put back keeps nothing open for longer
  site.clock.leap(5 * minuteMs);
  await site.goOn(1_000);
  expect(site.lane("in").keeping.mode().mode).toBe("normal");
});

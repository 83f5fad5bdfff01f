// P 05.command: closing and locking from afar at a real lane and a real board: the lane's rules decide, each order once, and nothing that is late, forged or another's moves the arm.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { ActionName, Command } from "#protocols/uplink/commands.ts";
import { counted } from "#test/promise.ts";
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
    ...{ person: "booth", approver: action === "gate.lock" ? "property" : null, reason: "夜间管理" },
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

// Which car stands at the exit, said from afar: as at the booth, by the plate that the person read, and once.
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { Command } from "#protocols/uplink/commands.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { readCloudKey } from "./verify.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
let site: ParkingSite;
afterEach(() => site?.stop());

const plates = ["闽C8D123", "闽C8Q123"] as const;

async function twoAlikeAtTheExit(stayed_ms: number): Promise<void> {
  site = await startParkingSite({ console: true, commandKey: pem });
  await site.goOn(200);
  for (const license of plates) {
    site.push("in", { license });
    const board = site.board("in");
    Object.assign(board, { open: true, closed: false, opened: board.opened + 1, passed: board.passed + 1 });
    await site.goOn(200);
    Object.assign(board, { open: false, closed: true });
  }
  site.clock.leap(stayed_ms);
  await site.goOn(200);
  site.push("out", { license: "闽C80123" });
}

async function chooses(args: Record<string, unknown>, id: string = randomUUID()): Promise<string> {
  const now = site.clock.wall();
  const command: Command = {
    ...{ v: 1, id, site: site.context().config.site, gateway: site.context().config.gateway, action: "lane.choose", args },
    ...{ person: "booth", approver: null, reason: "值班员核对车牌", issued_at: now, expires_at: now + 30_000 },
  };
  const text = JSON.stringify(command);
  const signature = sign(null, Buffer.from(text), privateKey).toString("base64");
  await site.command(Buffer.from(JSON.stringify({ v: 1, command: text, key: readCloudKey(pem).id, signature })));
  return id;
}
const ends = () => site.events("command.ended").map(({ outcome, code }) => [outcome, code]);
const visitOf = (plate: string) => site.events("visit.opened").find((one) => one.plate === plate)?.visit ?? "";
const orders = () => site.journal().all("SELECT cause FROM gate_order WHERE lane = 'out'");

test("money is due: chosen, the bill goes out, the arm stays down; told again it is one choice", async () => {
  await twoAlikeAtTheExit(3 * 3_600_000 + 60_000);
  const args = { lane: "out", visit: visitOf(plates[1]), plate: plates[1] };
  const id = await chooses(args);
  await chooses(args, id);
  expect(ends()).toEqual([["done", "due"]]);
  expect(site.events("visit.chosen")).toMatchObject([{ lane: "out", command: id, person: "booth", plate: plates[1] }]);
  expect(site.events("visit.billed")).toMatchObject([{ plate: plates[1], lane: "out" }]);
  expect(orders()).toEqual([]);
});

test("nothing is due: the gate is ordered open, once", async () => {
  await twoAlikeAtTheExit(60_000);
  const id = await chooses({ lane: "out", visit: visitOf(plates[0]), plate: plates[0] });
  expect(ends()).toEqual([["done", "done"]]);
  expect(orders()).toEqual([{ cause: "manual" }]);
  expect(site.events("gate.ordered")).toMatchObject([{ lane: "out", command: id, person: "booth" }]);
});

test("a visit of another plate than the one that was read on the page, a car that is no candidate, no such lane: nothing is opened", async () => {
  await twoAlikeAtTheExit(60_000);
  await chooses({ lane: "out", visit: visitOf(plates[0]), plate: plates[1] });
  await chooses({ lane: "out", visit: randomUUID(), plate: plates[1] });
  await chooses({ lane: "in-9", visit: visitOf(plates[0]), plate: plates[0] });
  expect(ends()).toEqual([
    ["failed", "another-plate"],
    ["failed", "another-plate"],
    ["refused", "no-such-place"],
  ]);
  expect([orders(), site.events("visit.chosen")]).toEqual([[], []]);
});

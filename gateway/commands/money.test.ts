// Money between cloud and lane: taken there and credited here, given back, let off, disputed; told twice, by two commands of one name, before and after a death: each once, and the gate at most once.
import { generateKeyPairSync, sign } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { Command } from "#protocols/uplink/commands.ts";
import { mine, minute, quickScene, type Scene } from "#test/parking/at-the-lane.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { readCloudKey } from "./verify.ts";

const cloud = generateKeyPairSync("ed25519");
const pem = cloud.publicKey.export({ type: "spki", format: "pem" }).toString();
let site: ParkingSite;
let number = 0;
afterEach(() => site?.stop());

async function begin(): Promise<Scene> {
  site = await startParkingSite({ console: true, commandKey: pem });
  await site.goOn(1_000);
  return quickScene(site);
}
function said(action: Command["action"], args: object, over: Partial<Command> = {}): Uint8Array {
  number += 1;
  const now = site.clock.wall();
  const command = {
    ...{ v: 1, id: `0000000${number}-cafe`.slice(-13), site: "jinxiu", gateway: "gw-1", action, args, person: "property" },
    ...{ approver: "manager", reason: "业主反映", issued_at: now, expires_at: now + 60_000, ...over },
  };
  const text = JSON.stringify(command);
  const signature = sign(null, Buffer.from(text), cloud.privateKey).toString("base64");
  return Buffer.from(JSON.stringify({ v: 1, command: text, key: readCloudKey(pem).id, signature }));
}
/** What the cloud hears of it. */
async function take(payload: Uint8Array): Promise<string[]> {
  const before = site.events("command.ended").length;
  const taken = site.command(payload);
  await site.goOn(1_000);
  await taken;
  return site
    .events("command.ended")
    .slice(before)
    .map(({ outcome, code }) => `${outcome} ${code}`);
}
const visit = (): string =>
  site.journal().get<{ id: string }>("SELECT id FROM visit WHERE plate = ? ORDER BY entered_at DESC", mine)?.id ?? "";
const credits = (): number => site.events("visit.paid").length;

test("asked from afar what a car owes, paid there: credited once, the exit opens within the grace", async () => {
  const scene = await begin();
  await scene.parks();
  site.clock.leap(150 * minute);
  expect(await take(said("visit.bill", { visit: "nobody-0001" }))).toEqual(["failed no-visit"]);
  expect(await take(said("visit.bill", { visit: visit() }, { approver: null }))).toEqual(["done done"]);
  const billed = site.events("visit.billed").at(-1);
  expect(billed).toMatchObject({ lane: null, due_fen: 400 });
  const payment = { payment: "cloud-pay-01", bill: billed?.bill, method: "wechat", amount_fen: 400 };
  expect(await take(said("visit.pay", payment, { approver: null }))).toEqual(["refused one-person"]);
  expect(await take(said("visit.pay", { ...payment, amount_fen: 399 }))).toEqual(["failed other-amount"]);
  const once = said("visit.pay", payment);
  expect(await take(once)).toEqual(["done done"]);
  expect(await take(once)).toEqual([]);
  await site.restart(1_000);
  expect(await take(said("visit.pay", payment))).toEqual(["done done"]);
  expect([credits(), scene.pulses("out")]).toEqual([1, 0]);
  expect(site.push("out", { license: mine }).opens).toBe(true);
});

test("paid from afar while the car stands at the exit: the gate opens, once; paid late, it counts and the rest is owed", async () => {
  const scene = await begin();
  await scene.parks();
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  await scene.comes("out");
  const { bill } = site.events("visit.billed").at(-1) ?? {};
  const payment = { payment: "cloud-pay-01", bill, method: "alipay", amount_fen: 400 };
  await take(said("visit.pay", payment));
  await take(said("visit.pay", payment));
  expect([credits(), scene.pulses("out")]).toEqual([1, 1]);
  await scene.drives("out");

  await scene.parks();
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  const old = site.events("visit.billed").at(-1)?.bill;
  expect(scene.atExit(mine, 40 * minute)).toBe("unpaid");
  expect(await take(said("visit.pay", { payment: "cloud-pay-02", bill: old, method: "wechat", amount_fen: 400 }))).toEqual(["done done"]);
  expect(await take(said("visit.bill", { visit: visit() }))).toEqual(["done done"]);
  expect(site.events("visit.billed").at(-1)).toMatchObject({ paid_fen: 400, due_fen: 200 });
});

test("a dispute, a refund, a void and a waiver from afar; what became of each goes back", async () => {
  const scene = await begin();
  await scene.parks();
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  await scene.pays("payment-0001");
  expect(await take(said("dispute.open", { dispute: "dispute-0001", visit: visit() }, { approver: null }))).toEqual(["done done"]);
  expect(await take(said("payment.refund", { payment: "payment-0001", entry: "entry-0001", amount_fen: 500 }))).toEqual([
    "failed too-much",
  ]);
  for (let again = 0; again < 2; again += 1)
    expect(await take(said("dispute.end", { dispute: "dispute-0001", entry: "entry-0001", amount_fen: 100 }))).toEqual(["done done"]);
  expect(await take(said("payment.void", { payment: "payment-0001", entry: "entry-0002" }))).toEqual(["done done"]);
  expect(await take(said("visit.bill", { visit: visit() }))).toEqual(["done done"]);
  const { bill } = site.events("visit.billed").at(-1) ?? {};
  expect(await take(said("bill.waive", { bill, entry: "entry-0003" }))).toEqual(["done done"]);
  expect(site.events("money.entered").map(({ kind, amount_fen, person }) => [kind, amount_fen, person])).toEqual([
    ["refund", 100, "property + manager"],
    ["void", 300, "property + manager"],
    ["waiver", 400, "property + manager"],
  ]);
  expect(site.events("money.dispute-ended")).toMatchObject([{ outcome: "upheld", entry: "entry-0001" }]);
  expect(site.push("out", { license: mine }).opens).toBe(true);
});

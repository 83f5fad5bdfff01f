// Documents at a real site: a tariff counts from the next car, a list from at once, and neither twice, older, forged or for another; also when the site dies in between.
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { hashOf } from "#gateway/config/documents/judge.ts";
import type { ConfigDocument } from "#protocols/uplink/documents.ts";
import { counted } from "../promise.ts";
import { type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { priceText, signer, tariffText } from "./documents-for-tests.ts";

const cloud = signer();
const stranger = signer();
let site: ParkingSite;
afterEach(() => site?.stop());

const onSite = (): string => readFileSync(join(site.folder, "tariff.yaml"), "utf8");
function one(over: Partial<ConfigDocument>): ConfigDocument {
  return {
    ...{
      v: 1,
      id: randomUUID(),
      site: "jinxiu",
      gateway: "gw-1",
      kind: "tariff",
      name: "main",
      version: 1,
      over: hashOf(onSite()),
      text: onSite(),
    },
    ...{ person: "manager", approver: "operator", reason: "调价", issued_at: site.clock.wall() },
    ...over,
  };
}
const say = (document: ConfigDocument, by = cloud): void => site.document(Buffer.from(by.sign(document)));
const refused = (): string[] => site.events("config.refused").map(({ code }) => code);
const running = () =>
  site
    .events("config.running")
    .at(-1)
    ?.items.find(({ kind }) => kind === "tariff");

test("P 05.config: a tariff and a list at a real site, also when it dies: taken once, never an older one, and the cloud is told what runs", async (context) => {
  site = await startParkingSite({ commandKey: cloud.pem });
  const file = hashOf(onSite());
  expect([site.lanes().tariffs.hash("main"), running()]).toEqual([
    file,
    { kind: "tariff", name: "main", version: 0, hash: file, local: file },
  ]);
  expect(site.events("config.local").map(({ kind }) => kind)).toEqual(["site", "tariff"]);

  const dearer = `${onSite()}# 二〇二六年调价\n`;
  const first = one({ text: dearer });
  for (let again = 0; again < 3; again += 1) say(first);
  expect(site.lanes().tariffs.hash("main")).toBe(hashOf(dearer));
  expect(running()).toMatchObject({ version: 1, hash: hashOf(dearer), local: file });
  expect(site.events("config.taken")).toHaveLength(1);

  // Nothing of these is worked by, and what runs goes on.
  say({ ...first, id: randomUUID() });
  say(one({ version: 2, text: "tariff: x\n" }));
  say(one({ version: 2, over: hashOf("another") }));
  say(one({ version: 2, name: "north" }));
  say(one({ version: 2, approver: null }));
  expect(refused()).toEqual(["older", "wrong", "another-base", "no-such-name", "one-person"]);
  say(one({ version: 2 }), stranger);
  say(one({ version: 2, gateway: "gw-2" }));
  say({ ...first, text: onSite() });
  site.document(Buffer.from("{}"));
  expect([site.events("config.taken").length, refused().length, site.lanes().tariffs.hash("main")]).toEqual([1, 5, hashOf(dearer)]);

  const list = (version: number, plate: string) =>
    one({
      kind: "list",
      name: "register",
      over: null,
      approver: null,
      version,
      text: `vehicles:\n  - plate: ${plate}\n    class: small\n`,
    });
  say(list(1, "闽C12345"));
  say(list(2, "no plate"));
  const vehicles = () =>
    site
      .journal()
      .all<{ plate: string }>("SELECT plate FROM vehicle")
      .map(({ plate }) => plate);
  expect([vehicles(), refused().at(-1)]).toEqual([["闽C12345"], "wrong"]);

  await site.restart(2_000);
  expect(site.lanes().tariffs.hash("main")).toBe(hashOf(dearer));
  say(first);
  say(one({ version: 1, id: randomUUID() }));
  expect([site.events("config.taken").length, refused().at(-1)]).toEqual([3, "older"]);
  // Back to the file on the gateway is a new version of its text.
  say(one({ version: 3 }));
  expect(running()).toMatchObject({ version: 3, hash: file });

  // Whoever edits the file on site has the last word, from the next start.
  writeFileSync(join(site.folder, "tariff.yaml"), `${onSite()}# 现场修改\n`);
  await site.restart(2_000);
  expect(running()).toMatchObject({ version: 0, hash: hashOf(onSite()), local: hashOf(onSite()) });
  expect(site.events("config.running").at(-1)?.troubles).toContainEqual(expect.stringContaining("another-base"));
  counted(context, { taken: site.events("config.taken").length, refused: refused().length, silent: 4, restarts: 2, "taken doubled": 0 });
});

test("P 05.config: a charging price counts from the next charge, goes back as a new version, and none that is wrong is run", async (context) => {
  const files = { "charging.yaml": priceText };
  site = await startParkingSite({ commandKey: cloud.pem, files, top: { charging: { price: "./charging.yaml" } } });
  const price = (over: Partial<ConfigDocument>): ConfigDocument =>
    one({ kind: "price", name: "charging", over: hashOf(priceText), text: priceText, ...over });
  const runs = () =>
    site
      .events("config.running")
      .at(-1)
      ?.items.find(({ kind }) => kind === "price");
  const own = hashOf(priceText);
  expect([site.chargePrice(), runs()]).toEqual([
    "demonstration@2026",
    { kind: "price", name: "charging", version: 0, hash: own, local: own },
  ]);
  expect(site.events("config.local").map(({ kind }) => kind)).toContain("price");
  const dearer = priceText.replace('version: "2026"', 'version: "2026-b"').replace("per_kWh: 0.35", "per_kWh: 0.45");
  say(price({ text: dearer }));
  expect([site.chargePrice(), runs()?.version, site.restarts()]).toEqual(["demonstration@2026-b", 1, []]);
  say(price({ version: 2, text: dearer.replace("per_kWh: 0.45", "per_kWh: 45") }));
  say(price({ version: 2, text: tariffText }));
  say(price({ version: 2, name: "main" }));
  say(price({ version: 2, approver: "manager" }));
  say(price({ version: 2, over: hashOf("another") }));
  say(price({ version: 2, id: randomUUID() }), stranger);
  expect([refused(), site.chargePrice()]).toEqual([
    ["wrong", "wrong", "no-such-name", "one-person", "another-base"],
    "demonstration@2026-b",
  ]);
  await site.restart(2_000);
  expect([site.chargePrice(), runs()?.version]).toEqual(["demonstration@2026-b", 1]);
  say(price({ version: 3 }));
  expect([site.chargePrice(), runs()]).toEqual([
    "demonstration@2026",
    { kind: "price", name: "charging", version: 3, hash: own, local: own },
  ]);
  writeFileSync(join(site.folder, "charging.yaml"), priceText.replace('version: "2026"', 'version: "by hand"'));
  await site.restart(2_000);
  expect([site.chargePrice(), runs()?.version]).toEqual(["demonstration@by hand", 0]);
  counted(context, { taken: site.events("config.taken").length, refused: refused().length, silent: 1, restarts: 2 });
});

test("P 05.config: a site document asks for a new start, is on trial, and is gone back from when the cloud is not reached by it", async () => {
  site = await startParkingSite({ commandKey: cloud.pem });
  const text = readFileSync(join(site.folder, "site.yaml"), "utf8");
  const renamed = text.replace("name: 测试", "name: 改名");
  say(one({ kind: "site", name: "site", over: hashOf(text), text: renamed }));
  expect(site.restarts()).toEqual(["site site v1"]);
  await site.restart(1_000);
  const says = () => site.events("config.running").at(-1);
  expect(says()).toMatchObject({ trial: true, items: [{ kind: "site", version: 1 }, { kind: "tariff" }] });
  expect(site.restarts()).toEqual([]);
  // Only the trial is looked at: nobody drives.
  await site.goOn(601_000, 5_000);
  expect(site.restarts()).toEqual(["the cloud was not reached by the new documents"]);
  await site.restart(1_000);
  expect(says()).toMatchObject({ trial: false, items: [{ kind: "site", version: 0 }, { kind: "tariff" }] });
  expect(refused()).toEqual(["did-not-start"]);
  say(one({ kind: "site", name: "site", over: hashOf(text), text: renamed }));
  expect(refused()).toEqual(["did-not-start", "older"]);
});

// P 05.config: whatever becomes of a document on its way or on the disk, the gateway runs by what is whole, signed, within the hard bounds and meant for it: else by what it ran before.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { openDocumentFolder } from "#gateway/config/documents/folder.ts";
import { hashOf, isHeld, judgeDocument } from "#gateway/config/documents/judge.ts";
import { beginTrial, mostStarts } from "#gateway/config/documents/trial.ts";
import { leaveTrial, type Running, readRunning, unfitToRun } from "#gateway/config/running.ts";
import { hardBounds } from "#gateway/core/charging/bounds.ts";
import type { ConfigDocument } from "#protocols/uplink/documents.ts";
import { counted, plain } from "../promise.ts";
import { document, type Files, heldOf, limitsText, priceText, signer, siteFiles, tariffText } from "./documents-for-tests.ts";

const cloud = signer();
const stranger = signer();
const folders: string[] = [];
let files: Files;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-config-"));
  folders.push(folder);
  files = siteFiles(folder, cloud);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const running = (): Running => {
  const read = readRunning(files.path);
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  return read;
};
const ground = () => {
  const { config } = running();
  return { site: config.site, gateway: config.gateway, keys: [cloud.key] };
};
const folder = () => openDocumentFolder(files.documents, { site: "jinxiu", gateway: "gw-1", keys: [cloud.key] });
const made = (over: Parameters<typeof document>[0]): ConfigDocument => document(over, files);
const keep = (one: ConfigDocument): void => folder().keep(heldOf(cloud.sign(one), cloud, one));
const version = (kind: string): number | undefined => running().items.find((item) => item.kind === kind)?.version;
/** Limits like the ready ones, with another number. */
const limitsWith = (place: string, value: number): string => {
  const yaml = parseDocument(limitsText);
  yaml.setIn(place.split("."), value);
  return String(yaml);
};
const rated = (): number | undefined => [...running().limits.values()][0]?.socket.rated_mA;
/** Cases of a set of several thousand like ones that a whole plain run shows. */
const every = plain ? 17 : 1;

test("P 05.config: on its way: every byte flipped, every length cut: never taken for the cloud's", (context) => {
  const signed = Buffer.from(cloud.sign(made({ kind: "tariff", text: tariffText.replace("version", "version") })));
  const to = ground();
  let flipped = 0;
  let cut = 0;
  for (let at = 0; at < signed.length; at += every) {
    for (const mask of [0x01, 0x20]) {
      const judged = judgeDocument(
        Uint8Array.from(signed, (byte, index) => (index === at ? byte ^ mask : byte)),
        to,
      );
      expect(isHeld(judged), `byte ${at} ^ ${mask}`).toBe(false);
      flipped += 1;
    }
    expect(isHeld(judgeDocument(signed.subarray(0, at), to)), `cut at ${at}`).toBe(false);
    cut += 1;
  }
  expect(isHeld(judgeDocument(signed, to))).toBe(true);
  const own = made({ kind: "tariff", text: tariffText });
  for (const [one, code] of [
    [stranger.sign(own), "signature"],
    [cloud.sign({ ...own, gateway: "gw-9" }), "wrong-gateway"],
    [cloud.sign({ ...own, approver: null }), "one-person"],
    [cloud.sign({ ...own, approver: own.person }), "one-person"],
    [cloud.sign({ ...own, more: 1 } as ConfigDocument), "unreadable"],
    [cloud.sign({ ...own, version: 0 }), "unreadable"],
  ] as const)
    expect(judgeDocument(Buffer.from(one), to)).toMatchObject({ code });
  counted(context, { flipped, cut, "taken wrongly": 0 });
});

test("P 05.config: on the disk: every byte flipped, every length cut: the last known good stays", (context) => {
  const counts = { flipped: 0, cut: 0, starts: 0 };
  const spoil = (kind: "limits" | "tariff" | "price", texts: readonly [string, string], step: number): void => {
    const hashNow = (): unknown => running().items.find((item) => item.kind === kind)?.hash;
    const name = running().items.find((item) => item.kind === kind)?.name ?? "";
    texts.forEach((text, n) => {
      keep(made({ kind, version: n + 1, text }));
      expect([hashNow(), version(kind)]).toEqual([hashOf(text), n + 1]);
    });
    const path = join(files.documents, `${kind}.${name}.0000000002.json`);
    const whole = readFileSync(path);
    const spoilt = (bytes: Uint8Array, what: string, start: boolean): void => {
      writeFileSync(path, bytes);
      expect(folder().held({ kind, name })[0]?.hash, what).toBe(hashOf(texts[0]));
      if (!start) return;
      expect(running(), what).toMatchObject({ troubles: expect.arrayContaining([expect.stringContaining(`${name}.0000000002`)]) });
      expect(hashNow(), what).toBe(hashOf(texts[0]));
      counts.starts += 1;
    };
    for (let at = 0; at < whole.length; at += step) {
      spoilt(
        Uint8Array.from(whole, (byte, index) => (index === at ? byte ^ 0x01 : byte)),
        `byte ${at}`,
        (at / step) % 100 === 0,
      );
      counts.flipped += 1;
      spoilt(whole.subarray(0, at), `cut at ${at}`, (at / step) % 150 === 0);
      counts.cut += 1;
    }
    expect(folder().newestVersion({ kind, name })).toBe(2);
    // And the one before it as well: then the file on the gateway.
    writeFileSync(path.replace("0000000002", "0000000001"), "{}");
    expect(version(kind)).toBe(0);
    writeFileSync(path, whole);
    expect([hashNow(), version(kind)]).toEqual([hashOf(texts[1]), 2]);
  };
  spoil("tariff", [`${tariffText}# one\n`, `${tariffText}# two\n`], every);
  spoil("price", [`${priceText}# one\n`, `${priceText}# two\n`], every * 29);
  spoil("limits", [limitsWith("socket.rated_mA", 3_000), limitsWith("socket.rated_mA", 2_000)], every * 11);
  counted(context, { ...counts, "run by spoilt bytes wrongly": 0 });
}, 120_000);

test("P 05.config: hard bounds hold whatever is signed and by however many", (context) => {
  let beyond = 0;
  let passedOver = 0;
  const cases = Object.entries(hardBounds).flatMap(([place, [least, most]], n) => {
    const all = [[place, least - 1] as const, [place, most + 1] as const, [place, most + 0.5] as const];
    return plain ? (n % 6 === 0 ? all.slice(n % 3, (n % 3) + 1) : []) : all;
  });
  for (const [n, [place, value]] of cases.entries()) {
    const text = limitsWith(place, value);
    const one = made({ kind: "limits", version: n + 1, text });
    const held = heldOf(cloud.sign(one), cloud, one);
    expect(unfitToRun(files.path, held), `${place} ${value}`).toMatchObject({ code: "wrong", complaints: [expect.anything()] });
    beyond += 1;
    // Should it lie in its place all the same: it is read again with the same eyes.
    if (n % (plain ? 5 : 8) !== 0) continue;
    keep(one);
    expect([rated(), version("limits")], place).toEqual([4_000, 0]);
    passedOver += 1;
  }
  counted(context, { places: new Set(cases.map(([place]) => place)).size, beyond, passedOver, "run beyond the bounds wrongly": 0 });
});

test("P 05.config: a site document is held against the same schema and cross-checks; its ground is not moved from afar", (context) => {
  const site = (change: (text: string) => string, v: number) => {
    const one = made({ kind: "site", version: v, text: change(files.siteText) });
    return { one, held: heldOf(cloud.sign(one), cloud, one) };
  };
  const { config } = running();
  const wrong: readonly (readonly [what: string, change: (text: string) => string, code: string])[] = [
    ["an unknown key", (text) => `${text}surprise: 1\n`, "wrong"],
    ["no YAML", (text) => `${text}\n\t: [`, "wrong"],
    ["a unit beyond Modbus", (text) => text.replace(/unit: \d+/g, "unit: 300"), "wrong"],
    ["limits that are not there", (text) => text.replaceAll("file: ./limits.yaml", "file: ./other.yaml"), "wrong"],
    ["another gateway", (text) => text.replaceAll(`gateway: ${config.gateway}`, "gateway: gw-9"), "ground"],
    ["another data folder", (text) => text.replace("data: ./data", "data: ./elsewhere"), "ground"],
    ["another key", (text) => text.replace("key_file: ./cloud.pem", "key_file: ./other.pem"), "ground"],
    ["no key at all", (text) => text.replace(/commands:\n {2}key_file: .*\n/, ""), "ground"],
  ];
  for (const [what, change, code] of wrong) {
    const { one, held } = site(change, 1);
    expect(one.text, what).not.toBe(files.siteText);
    expect(unfitToRun(files.path, held)?.code, what).toBe(code);
  }
  const renamed = site((text) => text.replace(/^name: .*$/m, "name: 改名花园"), 2);
  expect(unfitToRun(files.path, renamed.held)).toBeUndefined();
  keep(renamed.one);
  expect([running().config.name, version("site")]).toEqual(["改名花园", 2]);
  const other = running().digest;
  // Whoever edits the file on site has the last word.
  writeFileSync(files.path, `${files.siteText}# edited on site\n`);
  expect([running().config.name, version("site")]).toEqual([config.name, 0]);
  expect(running().troubles).toEqual([expect.stringContaining("another-base")]);
  expect(running().digest).not.toBe(other);
  counted(context, { wrong: wrong.length, documents: 3 });
});

test("P 05.config: on trial: what does not start well is gone back from, its number stays used, and what ran before runs", (context) => {
  const name = [...running().limits.keys()][0] ?? "";
  keep(made({ kind: "limits", version: 1, text: limitsWith("socket.rated_mA", 3_000) }));
  beginTrial(files.documents, { kind: "limits", name, version: 2 });
  keep(made({ kind: "limits", version: 2, text: limitsWith("socket.rated_mA", 2_000) }));
  let starts = 0;
  for (; starts < mostStarts; starts += 1) expect(readRunning(files.path, "safety")).toMatchObject({ trial: true });
  expect(rated()).toBe(2_000);
  // Looking is no start.
  for (let looks = 0; looks < 5; looks += 1) expect(running().trial).toBe(true);
  const after = readRunning(files.path, "safety") as Running;
  expect([after.trial, [...after.limits.values()][0]?.socket.rated_mA]).toEqual([false, 3_000]);
  expect(folder().newestVersion({ kind: "limits", name })).toBe(2);
  // A process that says itself that it cannot begin goes back at once; without a trial there is nothing to go back from.
  expect(leaveTrial(files.path)).toBe(false);
  beginTrial(files.documents, { kind: "limits", name, version: 3 });
  keep(made({ kind: "limits", version: 3, text: limitsWith("socket.rated_mA", 2_500) }));
  expect(rated()).toBe(2_500);
  expect([leaveTrial(files.path), rated()]).toEqual([true, 3_000]);
  counted(context, { starts, "gone back": 2 });
});

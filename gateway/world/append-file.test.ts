// The file against torn tails, flipped bits and a disk that refuses: what was acknowledged is read back, and damage is named, never passed on.
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodeRecord, openAppendFile, parseRecords } from "./append-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "append-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (records: readonly Uint8Array[]): string[] => records.map((record) => new TextDecoder().decode(record));

describe("bytes", () => {
  const file = Buffer.concat(["one", "two", "three"].map((text) => encodeRecord(bytes(text))));
  test("cut at every byte: every record before the cut, nothing else, and no damage", () => {
    let cuts = 0;
    for (let at = 0; at <= file.length; at += 1) {
      const { records, damage } = parseRecords(file.subarray(0, at));
      expect(["one", "two", "three"].slice(0, records.length)).toEqual(texts(records));
      expect(damage).toEqual([]);
      cuts += 1;
    }
    expect(cuts).toBe(file.length + 1);
  });
  test("every bit flipped: never a wrong record; named as damage unless it is the tail", () => {
    let flips = 0;
    let wrong = 0;
    const tail = file.length - encodeRecord(bytes("three")).length;
    for (let at = 0; at < file.length; at += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const bad = Buffer.from(file);
        bad[at] = (bad[at] ?? 0) ^ (1 << bit);
        const { records, damage } = parseRecords(bad);
        if (texts(records).some((text) => !["one", "two", "three"].includes(text)) || records.length !== 2) wrong += 1;
        if (at < tail) expect(damage).toHaveLength(1);
        flips += 1;
      }
    expect([flips, wrong]).toEqual([file.length * 8, 0]);
  });
});

describe("the file", () => {
  test("what was appended is there after opening again", async () => {
    const path = join(folder, "a", "spool");
    const file = await openAppendFile(path);
    await Promise.all(["one", "two", "three"].map((text) => file.append(bytes(text))));
    await file.close();
    expect(texts((await openAppendFile(path)).records())).toEqual(["one", "two", "three"]);
  });
  test("after a torn tail it is written on cleanly", async () => {
    const path = join(folder, "spool");
    writeFileSync(path, encodeRecord(bytes("one")));
    appendFileSync(path, encodeRecord(bytes("torn")).subarray(0, 12));
    const file = await openAppendFile(path);
    expect([texts(file.records()), file.damage]).toEqual([["one"], []]);
    await file.append(bytes("two"));
    await file.close();
    expect(texts(parseRecords(readFileSync(path)).records)).toEqual(["one", "two"]);
  });
  test("a flipped bit is named, the bytes are kept beside, the rest goes on", async () => {
    const path = join(folder, "spool");
    const bad = Buffer.concat([encodeRecord(bytes("one")), encodeRecord(bytes("two"))]);
    bad[11] = (bad[11] ?? 0) ^ 1;
    writeFileSync(path, bad);
    const file = await openAppendFile(path);
    expect(file.damage).toMatchObject([{ offset: 0, bytes: 13 }]);
    await file.append(bytes("three"));
    await file.close();
    expect(readFileSync(`${path}.damaged`)).toEqual(bad);
    expect(texts((await openAppendFile(path)).records())).toEqual(["two", "three"]);
  });
  test("rewrite replaces the whole, and appends queue behind it", async () => {
    const path = join(folder, "spool");
    const file = await openAppendFile(path);
    await file.append(bytes("one"));
    const rewritten = file.rewrite([bytes("two")]);
    const appended = file.append(bytes("three"));
    await Promise.all([rewritten, appended]);
    await file.close();
    expect(texts((await openAppendFile(path)).records())).toEqual(["two", "three"]);
  });
  test("a refusing disk rejects, and the next append after it heals is whole", async () => {
    const path = join(folder, "spool");
    const file = await openAppendFile(path);
    rmSync(folder, { recursive: true });
    await expect(file.append(bytes("lost"))).rejects.toThrow();
    const { mkdirSync } = await import("node:fs");
    mkdirSync(folder);
    await file.append(bytes("kept"));
    await file.close();
    expect(texts((await openAppendFile(path)).records())).toEqual(["kept"]);
  });
  test("readable by its owner only", async () => {
    const path = join(folder, "spool");
    chmodSync(folder, 0o700);
    const file = await openAppendFile(path);
    await file.append(bytes("one"));
    await file.close();
    const { statSync } = await import("node:fs");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

// A sealed backup: it comes back byte for byte with its passphrase; with another, cut anywhere or with any byte flipped it is nothing, and nothing of it stands anywhere.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { counted, plain } from "#test/promise.ts";
import { isSealed, seal, unseal } from "./sealed.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-sealed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const passphrase = "一句足够长的口令 of this test";

test("sealed: byte for byte with its passphrase, nothing without, nothing when it was changed or cut", async (context) => {
  const text = Buffer.from("闽C12345 came in at noon. ".repeat(3_000));
  writeFileSync(at("open"), text);
  await seal(at("open"), at("sealed"), passphrase);
  const sealed = readFileSync(at("sealed"));
  expect([
    isSealed(at("sealed")),
    isSealed(at("open")),
    sealed.includes(Buffer.from("闽C12345")),
    statSync(at("sealed")).mode & 0o777,
  ]).toEqual([...[true, false, false], 0o600]);
  expect([await unseal(at("sealed"), at("back"), passphrase), readFileSync(at("back")).equals(text)]).toEqual([true, true]);
  await expect(seal(at("open"), at("sealed"), passphrase)).rejects.toThrow("EEXIST");

  const wrong: [string, Uint8Array, string][] = [["another passphrase", sealed, `${passphrase}.`]];
  const places = plain
    ? [20, sealed.length - 1]
    : [0, 5, 17, 20, 33, 40, 45, 1_000, sealed.length - 17, sealed.length - 16, sealed.length - 1];
  for (const place of places) wrong.push([`byte ${place}`, sealed.map((byte, n) => (n === place ? byte ^ 1 : byte)), passphrase]);
  for (const length of plain ? [sealed.length - 1] : [0, 10, 44, 45, 60, 61, 1_000, sealed.length - 16, sealed.length - 1])
    wrong.push([`cut at ${length}`, sealed.subarray(0, length), passphrase]);
  for (const [what, bytes, phrase] of wrong) {
    writeFileSync(at("spoilt"), bytes);
    expect([await unseal(at("spoilt"), at("nothing"), phrase), existsSync(at("nothing"))], what).toEqual([false, false]);
  }
  if (!plain) {
    await seal(at("open"), at("again"), passphrase);
    expect(readFileSync(at("again")).equals(sealed)).toBe(false);
  }
  writeFileSync(at("empty"), "");
  await seal(at("empty"), at("empty-sealed"), passphrase);
  expect([await unseal(at("empty-sealed"), at("empty-back"), passphrase), readFileSync(at("empty-back")).length]).toEqual([true, 0]);
  counted(context, { spoilt: wrong.length, "opened wrongly": 0 });
}, 120_000);

// Updates: only what the maker signed, byte for byte, and newer than what has run; tried beside the one before, and gone back from when it is not well, also after a power cut in between.
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { counted, plain } from "#test/promise.ts";
import { type Manifest, pack, readBundle, unpack } from "./bundle.ts";
import { apply, currentOf, readState, settle, type World } from "./slots.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-update-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    pem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
};
const maker = pair();
const stranger = pair();

let made = 0;
/** A release that says of itself whether it will be well. */
function release(
  version: number,
  { well = true, by = maker, rollback_from }: { well?: boolean; by?: typeof maker; rollback_from?: number } = {},
): string {
  made += 1;
  const from = join(folder, `tree-${made}`);
  mkdirSync(join(from, "gateway"), { recursive: true });
  for (const [name, text] of [
    ["package.json", `{"version":"0.${version}.0"}`],
    ["cuobian", "#!/bin/sh\n"],
    ["gateway/main.ts", `// ${version}`],
    ["well", String(well)],
    ["empty", ""],
  ])
    writeFileSync(join(from, name ?? ""), text ?? "");
  symlinkSync("main.ts", join(from, "gateway", "link"));
  const to = join(folder, `${made}.update`);
  pack(from, to, { version, name: `0.${version}.0`, key: by.key, ...(rollback_from === undefined ? {} : { rollback_from }) });
  return to;
}

let root = "";
let said: string[] = [];
let restarts = 0;
let dies = false;
const world = (): World => ({
  ...{ root, publicKey: maker.pem, say: (_, en) => void said.push(en) },
  check: async (slot) => existsSync(join(slot, "cuobian")),
  restart: async () => {
    if (dies) throw new Error("the power is cut");
    restarts += 1;
    return true;
  },
  healthy: async () => readFileSync(join(root, "current", "well"), "utf8") === "true",
});
beforeEach(() => {
  root = mkdtempSync(join(folder, "root-"));
  [said, restarts, dies] = [[], 0, false];
});

test("updates: newer and signed is installed; older, the same, unsigned, another's, changed or cut is refused, each with a line, and what runs goes on", async (context) => {
  expect(await apply(release(5), world())).toBe("applied");
  expect([currentOf(root), readState(root).highest, readFileSync(join(root, "current/gateway/link"), "utf8")]).toEqual([5, 5, "// 5"]);
  const next = readFileSync(release(6));
  const spoilt = (what: string, bytes: Uint8Array): readonly [string, string] => {
    made += 1;
    const path = join(folder, `${made}.spoilt`);
    writeFileSync(path, bytes);
    return [what, path];
  };
  const lines = next.toString("latin1").split("\n");
  const unsigned = Buffer.from([lines[0], lines[1], "", ...lines.slice(3)].join("\n"), "latin1");
  const every = plain ? 97 : 1;
  const refused: (readonly [string, string])[] = [
    ["older", release(4)],
    ["the same", release(5)],
    ["another's", release(6, { by: stranger })],
    ["a leave to go back from elsewhere", release(3, { rollback_from: 9 })],
    spoilt("unsigned", unsigned),
    spoilt("no update", Buffer.from("PK\u0003\u0004 something else")),
    spoilt("more at its end", Buffer.concat([next, Buffer.from("x")])),
  ];
  for (let at = 0; at < next.length; at += every) {
    refused.push(
      spoilt(
        `byte ${at}`,
        next.map((byte, n) => (n === at ? byte ^ 1 : byte)),
      ),
    );
    refused.push(spoilt(`cut at ${at}`, next.subarray(0, at)));
  }
  for (const [what, path] of refused) {
    const before = said.length;
    expect(await apply(path, world()), what).toBe("refused");
    expect([said.length, said.at(-1)?.startsWith("refused: ")], what).toEqual([before + 1, true]);
    rmSync(path);
  }
  expect([currentOf(root), restarts, existsSync(join(root, "slots/6"))]).toEqual([5, 1, false]);
  counted(context, { refused: refused.length, "installed wrongly": 0 });
});

test("updates: what leads out of its folder is no manifest, whoever signed it", () => {
  const good: Manifest = { v: 1, product: "cuobian", version: 1, name: "x", files: [] };
  const signed = (line: string): string => sign(null, Buffer.from(line), createPrivateKey(maker.key)).toString("base64");
  for (const entry of [
    { path: "../x" },
    { path: "/x" },
    { path: "a/../../x" },
    { path: "a//b" },
    { path: "" },
    { path: "a", link: "../b" },
    { path: "a", link: "/etc/passwd" },
  ]) {
    const manifest = { ...good, files: [{ mode: 0o644, bytes: 0, sha256: "0".repeat(64), ...entry }] };
    const line = JSON.stringify(manifest);
    const path = join(folder, "out.update");
    writeFileSync(path, `CUOBIAN-UPDATE 1\n${line}\n${signed(line)}\n`);
    expect(readBundle(path, maker.pem), JSON.stringify(entry)).toMatchObject({ code: "manifest" });
  }
});

test("updates: one that is not well is gone back from and not tried again; one that cannot begin is not switched to; after a power cut the trial is judged", async (context) => {
  await apply(release(5), world());
  expect(await apply(release(6, { well: false }), world())).toBe("gone-back");
  expect([currentOf(root), readState(root)]).toEqual([5, { highest: 5, failed: [6] }]);
  expect(restarts).toBe(3);
  expect(await apply(release(6), world())).toBe("refused");
  const wontBegin = { ...world(), check: async () => false };
  expect([await apply(release(7), wontBegin), currentOf(root), existsSync(join(root, "slots/7"))]).toEqual(["refused", 5, false]);

  // The power goes in the middle of a trial: a sick one is gone back from, a well one is kept.
  for (const [version, well, then] of [
    [8, false, "gone-back"],
    [9, true, "applied"],
  ] as const) {
    dies = true;
    await expect(apply(release(version, { well }), world())).rejects.toThrow("power");
    dies = false;
    expect(readState(root).trying).toMatchObject({ version });
    expect(await settle(world())).toBe(then);
    expect([currentOf(root), await settle(world())]).toEqual([well ? version : 5, undefined]);
  }
  // The maker's own leave: from exactly what runs, once.
  expect(await apply(release(5, { rollback_from: 9 }), world())).toBe("applied");
  expect([currentOf(root), readState(root).highest]).toEqual([5, 5]);
  counted(context, { "gone back": 2, kept: 2, "power cuts": 2 });
});

test("updates: looked at without being installed", async () => {
  const path = release(11);
  const bundle = readBundle(path, maker.pem);
  if (bundle.kind === "refused") throw new Error(bundle.en);
  expect([await unpack(path, bundle, undefined), bundle.manifest.files.length]).toEqual([undefined, 6]);
});

// The first run from a sealed backup: one file made by `gateway backup` on the old machine makes a gateway of the new one; anything less than the whole file with its passphrase makes nothing.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { readSiteConfig } from "#gateway/config/read.ts";
import { openJournal } from "#gateway/journal/journal.ts";
import { backUp } from "#gateway/site/keep.ts";
import { machineChance } from "#gateway/world/clock.ts";
import type { SetupFinished } from "#protocols/api/setup.ts";
import type { SetupRestore } from "#protocols/api/setup-restore.ts";
import { counted } from "#test/promise.ts";
import { toldClock } from "#test/told-clock.ts";
import { type FirstRun, firstRun } from "../../site/first-run.ts";

const folders: string[] = [];
let run: FirstRun | undefined;
afterEach(async () => {
  await run?.stop();
  run = undefined;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "cuobian-setup-restore-"));
  folders.push(made);
  return made;
}

const passphrase = "一句足够长的备份口令，写在纸上";
const names = { site: "jinxiu", gateway: "gw-1", name: "锦绣花园" };

/** The old machine: a site file with what it names, and a journal with events; sealed. */
async function oldMachine(events: number): Promise<{ backup: Buffer; epoch: string; secrets: readonly string[] }> {
  const old = folder();
  const secrets = ["booth-token-of-the-old-machine", "uplink-password-of-it"];
  writeFileSync(join(old, "booth.token"), `${secrets[0]}\n`, { mode: 0o600 });
  writeFileSync(join(old, "uplink.password"), `${secrets[1]}\n`, { mode: 0o600 });
  mkdirSync(join(old, "tariffs"));
  writeFileSync(join(old, "tariffs", "main.yaml"), readFileSync("tariffs/demonstration.yaml"));
  const path = join(old, "site.yaml");
  const http = { host: "127.0.0.1", port: 7310 };
  const uplink = { broker: "mqtt://127.0.0.1:9", username: "gw-1", password_file: "./uplink.password", keepalive_s: 10 };
  const lots = [{ id: "main", name: "地面", capacity: 9, tariff: "./tariffs/main.yaml" }];
  const rest = { lots, lanes: [], limits: [], lines: [], stations: [], booth: { token_file: "./booth.token" } };
  writeFileSync(path, stringify({ ...names, data: "./gateway", http, uplink, ...rest }));
  mkdirSync(join(old, "gateway"));
  const journal = openJournal({ path: join(old, "gateway", "journal.sqlite"), clock: toldClock(), chance: machineChance(), tables: [] });
  for (let n = 1; n <= events; n += 1) journal.commit((tx) => tx.event("station.silent", { station: `station-${n}`, silent_ms: 3_000 }));
  const { epoch } = journal;
  journal.close();
  writeFileSync(join(old, "passphrase"), `${passphrase}\n`, { mode: 0o600 });
  const site = readSiteConfig(path);
  if (site.kind === "complaints") throw new Error(JSON.stringify(site.complaints));
  const kept = await backUp(site, join(old, "kept.sealed"), join(old, "passphrase"));
  expect([kept.code, kept.json]).toMatchObject([0, { sealed: true, files: 4, left: [] }]);
  return { backup: readFileSync(join(old, "kept.sealed")), epoch, secrets };
}

async function ask<Told>(
  method: string,
  path: string,
  body?: object | Uint8Array,
): Promise<{ status: number; told: Told & { code?: string } }> {
  const type = body instanceof Uint8Array ? "application/octet-stream" : "application/json";
  const answer = await fetch(`${run?.http}/api/v1/setup/restore${path}`, {
    method,
    headers: { authorization: `Bearer ${run?.code}`, ...(body === undefined ? {} : { "content-type": type }) },
    ...(body === undefined ? {} : { body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  return { status: answer.status, told: (await answer.json()) as Told & { code?: string } };
}
const piece = (at: number, of: number, bytes: Uint8Array) => ask<SetupRestore>("PUT", `?at=${at}&of=${of}`, bytes);
async function opened(words: string): Promise<SetupRestore> {
  let { status, told } = await ask<SetupRestore>("POST", "", { passphrase: words });
  for (; status === 200 && told.stage === "opening"; ) ({ status, told } = await ask<SetupRestore>("GET", ""));
  return told;
}
async function begin(): Promise<string> {
  const place = join(folder(), "etc", "site.yaml");
  run = await firstRun(place, { host: "127.0.0.1", port: 0 });
  return place;
}
async function sendAll(bytes: Buffer, size: number): Promise<number> {
  let pieces = 0;
  for (let at = 0; at < bytes.length; at += size) {
    const { status, told } = await piece(at, bytes.length, bytes.subarray(at, at + size));
    expect([at, status, told.done]).toEqual([at, 200, Math.min(bytes.length, at + size)]);
    pieces += 1;
  }
  return pieces;
}

test("P 11.setup-restore one sealed file brings site file, secrets, tariff and journal, in pieces that are counted; what is wrong is said and nothing of it stays", async (context) => {
  const { backup, epoch, secrets } = await oldMachine(7);
  const place = await begin();
  const of = backup.length;
  const half = Math.ceil(of / 2);

  // Nothing before its turn, and no piece out of its order.
  const early = [await ask("POST", "", { passphrase }), await ask("POST", "/apply", {}), await piece(half, of, backup.subarray(half))];
  expect(early.map(({ status, told }) => [status, told.code])).toEqual([
    [409, "not-yet"],
    [409, "not-yet"],
    [409, "order"],
  ]);
  await piece(0, of, backup.subarray(0, half));
  expect((await piece(0, of, backup.subarray(0, half))).told).toMatchObject({ stage: "receiving", done: half, of });
  expect((await piece(of - 3, of, backup.subarray(of - 3))).told.code).toBe("order");
  expect((await piece(half, of, backup.subarray(half))).told).toMatchObject({ stage: "received", done: of, of });
  // A piece that was said twice is one: its answer may have been lost.
  expect((await ask("POST", "", { passphrase: "short" })).told.code).toBe("passphrase");
  expect(await opened(`${passphrase}。`)).toMatchObject({
    stage: "received",
    trouble: { zh: expect.stringMatching(/口令不对/) },
    found: null,
  });
  expect(existsSync(place)).toBe(false);

  // Given up: nothing of it lies there.
  expect((await ask<SetupRestore>("DELETE", "")).told.stage).toBe("none");
  expect(readdirSync(join(place, ".."))).toEqual(["setup-code"]);
  const text = Buffer.from("a text that is no backup, long enough to be one".repeat(9));
  expect((await piece(0, text.length, text)).told).toMatchObject({
    stage: "failed",
    trouble: { en: expect.stringMatching(/no sealed backup/) },
  });

  const pieces = await sendAll(backup, 8_192);
  const shown = await opened(passphrase);
  expect(shown).toMatchObject({
    stage: "shown",
    trouble: null,
    found: { ...names, events: 7, epoch, until: expect.stringMatching(/^20/) },
  });
  expect(shown.found?.files.slice().sort()).toEqual([place, "booth.token", "tariffs/main.yaml", "uplink.password"].sort());
  expect(JSON.stringify(shown)).not.toMatch(new RegExp(secrets.join("|")));
  expect(existsSync(place)).toBe(false);

  const done = await ask<SetupFinished>("POST", "/apply", {});
  expect(done).toMatchObject({ status: 200, told: { page: "/installer", file: place } });
  await run?.finished;
  const read = readSiteConfig(place);
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  expect(read.config).toMatchObject(names);
  const files = readdirSync(join(place, "..")).sort();
  expect(files).toEqual(["booth.token", "gateway", "site.yaml", "tariffs", "uplink.password"]);
  for (const name of ["booth.token", "uplink.password", "site.yaml"])
    expect([name, statSync(join(place, "..", name)).mode & 0o077]).toEqual([name, 0]);
  const restored = openJournal({ path: join(read.data, "journal.sqlite"), clock: toldClock(), chance: machineChance(), tables: [] });
  expect(restored.epoch).not.toBe(epoch);
  const { last, acknowledged } = restored.outbox.state("urgent");
  expect([last - acknowledged, restored.outbox.pending("urgent", 20)[1]?.was]).toEqual([8, JSON.stringify({ epoch, seq: 1 })]);
  restored.close();
  counted(context, { pieces, files: files.length, "events brought": last - acknowledged - 1, "refused by name": early.length + 3 });
});

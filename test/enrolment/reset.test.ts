// A gateway that is taken out of service: its certificates end at the cloud, and nothing secret or personal of it stays on the machine; what the cloud has not heard of is not
// thrown away by mistake, and nothing is removed while it runs or while the cloud does not answer.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { cookieIn, openTestApi, ours, type TestApi } from "#cloud/api/api-for-tests.ts";
import { readRunning } from "#gateway/config/running.ts";
import { openJournal } from "#gateway/journal/journal.ts";
import { type Reset, type ResetAsked, reset, secretFiles } from "#gateway/site/reset.ts";
import { type Ask, enrolWithCode, renewWith } from "#gateway/uplink/enrol.ts";
import { readIdentity } from "#gateway/uplink/identity.ts";
import { signer, siteFiles } from "../config/documents-for-tests.ts";
import { counted } from "../promise.ts";
import { toldChance, toldClock } from "../told-clock.ts";

const plate = "闽C12345";
const folder = mkdtempSync(join(tmpdir(), "cuobian-reset-"));
const elsewhere = mkdtempSync(join(tmpdir(), "cuobian-elsewhere-"));
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(async () => {
  await api?.close();
  for (const one of [folder, elsewhere]) rmSync(one, { recursive: true, force: true });
});

const ask: Ask = async (path, body) => {
  const answer = await api.ask(undefined, { method: "POST", url: path, payload: body });
  return { status: answer.statusCode, body: answer.json() };
};
async function code(): Promise<string> {
  const signIn = await api.server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload: { person: "installer" } });
  const made = await api.server.inject({
    ...{ method: "POST", url: "/api/v1/gateways/gw-1/enrolment-code", payload: { site: "jinxiu" } },
    headers: { ...ours, cookie: cookieIn(signIn) },
  });
  return made.json<{ code: string }>().code;
}
const everything = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

test("P 05.enrol: out of service: certificates end, keys, journal, spool and personal data are gone; money that was not sent is not given up without a reason", async (context) => {
  const files = siteFiles(folder, signer());
  const yaml = parseDocument(files.siteText);
  yaml.setIn(["uplink", "identity"], { file: "./identity.json", cloud: "https://cloud.example" });
  writeFileSync(files.path, String(yaml));
  const read = readRunning(files.path);
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  const { site, gateway } = read.config;
  expect([site, gateway]).toEqual(["jinxiu", "gw-1"]);
  const file = join(folder, "identity.json");
  const held = await enrolWithCode({ site, gateway, file, ask, code: await code() });
  if ("kind" in held) throw new Error(held.en);
  for (const name of ["booth.token", "uplink.password"]) writeFileSync(join(folder, name), "a secret\n", { mode: 0o600 });
  writeFileSync(join(elsewhere, "of somebody else"), plate);
  for (const name of ["spool", "frames"]) {
    mkdirSync(join(read.data, name), { recursive: true });
    writeFileSync(join(read.data, name, "one"), plate);
  }
  symlinkSync(join(elsewhere, "of somebody else"), join(read.data, "frames", "link"));
  const journal = openJournal({ path: join(read.data, "journal.sqlite"), clock: toldClock(), chance: toldChance(1), tables: [] });
  const hash = `sha256:${"0".repeat(64)}`;
  journal.commit((tx) =>
    tx.event("config.taken", { document: "document-1", kind: "list", name: "register", version: 1, hash, person: "li" }),
  );

  const again = (asked: Partial<ResetAsked>): Promise<Reset> => reset(read, { yes: true, force: undefined, offline: false, ask, ...asked });
  const before = everything(folder);
  const refused: string[] = [];
  const refuse = async (asked: Partial<ResetAsked>, words: RegExp): Promise<void> => {
    const done = await again(asked);
    expect([done.code, done.words]).toEqual([1, expect.stringMatching(words)]);
    refused.push(done.words);
  };
  await refuse({ yes: false }, /--yes/);
  await refuse({ force: "site is pulled down" }, /is running/);
  journal.close();
  await refuse({}, /1 events of money and 0 alarms/);
  const away: Ask = () => Promise.reject(new Error("no route to host"));
  await refuse({ force: "site is pulled down", ask: away }, /no route to host[\s\S]*nothing was removed/);
  const lasting = (all: readonly string[]): string[] => all.filter((one) => !/-wal$|-shm$|\.lock/.test(one));
  expect(lasting(everything(folder))).toEqual(lasting(before));
  expect((await renewWith({ site, gateway, file, held, ask })) as object).not.toHaveProperty("kind");
  const newest = readIdentity(file);
  if (newest === undefined) throw new Error("no identity");

  const done = await again({ force: "site is pulled down" });
  expect([done.code, done.json], done.words).toEqual([
    0,
    expect.objectContaining({ revoked: true, unsent: { money: 1, urgent: 0 }, force: "site is pulled down" }),
  ]);
  const left = everything(folder);
  expect([existsSync(read.data), secretFiles(read), left.map((one) => readFileSync(one, "utf8").includes(plate))]).toEqual([
    ...[false, []],
    left.map(() => false),
  ]);
  expect(left.map((one) => one.slice(folder.length + 1))).toEqual([
    "charging.yaml",
    "cloud.pem",
    "limits.yaml",
    "site.yaml",
    "tariff.yaml",
  ]);
  expect(readFileSync(join(elsewhere, "of somebody else"), "utf8")).toBe(plate);
  // Whoever kept a copy of the keys is nobody any more.
  for (const one of [held, newest])
    expect(await renewWith({ site, gateway, file: join(folder, "no.json"), held: one, ask })).toMatchObject({ code: "refused" });
  const { read: rows } = api.cloud.store;
  const certificates = await rows.selectFrom("certificate").selectAll().execute();
  expect(certificates.map(({ revoked_at }) => revoked_at !== null)).toEqual([true, true]);
  const noted = await rows.selectFrom("audit").selectAll().where("action", "=", "enrolment.farewell").execute();
  expect(noted.map(({ outcome, object, detail }) => [outcome, object, JSON.parse(detail)])).toEqual([
    ["done", "gw-1", { ended: 2, reason: "site is pulled down" }],
  ]);
  // Again: there is nothing any more, and the cloud is told nothing.
  expect((await again({})).json).toMatchObject({ revoked: null, files: 0 });
  counted(context, {
    refused: refused.length,
    files: before.length - left.length,
    "certificates ended": certificates.length,
    "left wrongly": 0,
  });
});

test("P 05.enrol: nobody else takes a gateway out of service: no key, no certificate of ours, one that was revoked before", async () => {
  const made = await enrolWithCode({ site: "jinxiu", gateway: "gw-1", file: join(folder, "a.json"), ask, code: await code() });
  const newer = await enrolWithCode({ site: "jinxiu", gateway: "gw-1", file: join(folder, "b.json"), ask, code: await code() });
  if ("kind" in made || "kind" in newer) throw new Error("not enrolled");
  const say = async (certificate: string, signature: string): Promise<number> =>
    (await ask("/api/v1/enrol/farewell", { certificate, signature })).status;
  const { createPrivateKey, sign } = await import("node:crypto");
  const by = (key: string, of: string): string =>
    sign("sha256", Buffer.from(`cuobian farewell\n${of}`), createPrivateKey(key)).toString("base64");
  expect(await say(newer.certificate, by(made.key, newer.certificate))).toBe(401);
  expect(await say(newer.certificate, Buffer.alloc(64).toString("base64"))).toBe(401);
  expect(await say(made.certificate, by(made.key, made.certificate))).toBe(401);
  expect(await say(newer.authority, by(newer.key, newer.authority))).toBe(401);
  expect((await api.cloud.store.read.selectFrom("certificate").selectAll().where("revoked_at", "is", null).execute()).length).toBe(1);
  expect([
    await say(newer.certificate, by(newer.key, newer.certificate)),
    await say(newer.certificate, by(newer.key, newer.certificate)),
  ]).toEqual([200, 200]);
});

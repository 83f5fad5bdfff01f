// P 05.enrol: a one-time code, a key that is made on the gateway, a certificate of the cloud's own authority, the next one in time and after sixty days away, and its end.
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InjectOptions } from "fastify";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ask, enrolWithCode, renewWith } from "#gateway/uplink/enrol.ts";
import { type Identity, lifeOf, newRequest, readIdentity } from "#gateway/uplink/identity.ts";
import { startRotation, tryAgain_ms } from "#gateway/uplink/rotation.ts";
import type { CertificateView } from "#protocols/api/enrolment.ts";
import type { Role } from "#protocols/api/views.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { toldClock } from "#test/told-clock.ts";
import { cookieIn, openTestApi, ours, type TestApi } from "../api/api-for-tests.ts";
import { gatewayDays, graceDays, openAuthority } from "./authority.ts";
import { brokerFiles } from "./broker-files.ts";
import { barred, codeWithin_ms, revoked } from "./enrolment.ts";

let api: TestApi;
const folder = mkdtempSync(join(tmpdir(), "cuobian-enrol-"));
const file = join(folder, "identity.json");
const of = { site: "jinxiu", gateway: "gw-1" };
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask: Ask = async (path, body) => {
  // A minute goes by: how often one may ask is another matter.
  api.cloud.clock.now += 61_000;
  const answer = await api.ask(undefined, {
    method: "POST",
    url: path,
    payload: body,
    remoteAddress: `10.0.0.${Math.floor(Math.random() * 250)}`,
  });
  return { status: answer.statusCode, body: answer.json() };
};
/** A sign-in lives half a day, and here years go by. */
async function asks(role: Role, request: InjectOptions) {
  const signIn = await api.server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload: { person: role } });
  return api.server.inject({ ...request, headers: { ...ours, cookie: cookieIn(signIn) } });
}
async function code(gateway = "gw-1"): Promise<string> {
  const answer = await asks("installer", {
    method: "POST",
    url: `/api/v1/gateways/${gateway}/enrolment-code`,
    payload: { site: "jinxiu" },
  });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ code: string }>().code;
}
async function identity(given?: string): Promise<Identity> {
  const made = await enrolWithCode({ ...of, file, ask, code: given ?? (await code()) });
  if ("kind" in made) throw new Error(made.en);
  return made;
}
const refusal = (made: object): string => ("code" in made ? String(made.code) : "enrolled");
const list = async (): Promise<CertificateView[]> =>
  (await asks("administrator", { method: "GET", url: "/api/v1/certificates" })).json<{ items: CertificateView[] }>().items;
const serialOf = ({ certificate }: Identity): string => new X509Certificate(certificate).serialNumber.toLowerCase();

test("P 05.enrol: by a code, once; the key never leaves; openssl believes the certificate, and the list of what is revoked", async (context) => {
  const first = await code();
  const second = await code();
  const refused: string[] = [];
  const tryCode = async (given: string): Promise<void> => {
    refused.push(refusal(await enrolWithCode({ ...of, file: join(folder, "other.json"), ask, code: given })));
  };
  await tryCode(first); // a newer one was made
  await tryCode("WRONG-CODE-0000");
  // Neither a request that is none, nor one whose signature proves no key, uses the code up.
  const { request } = newRequest(of);
  const spoilt = Buffer.from(request.replace(/-----[^-]+-----|\s/g, ""), "base64");
  let requests = 0;
  for (let at = 0; at < spoilt.length; at += 7) {
    const bytes = Uint8Array.from(spoilt, (byte, index) => (index === at ? byte ^ 0x40 : byte));
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${Buffer.from(bytes).toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
    const { authority } = api.surroundings.enrolment;
    const made = authority.issueGateway({ ...of, request: pem, now: api.cloud.clock.now });
    if (!("kind" in made)) {
      // The name in a request is not signed for us, and not believed: then it is ours that stands in the certificate.
      expect(new X509Certificate(made.pem).subject).toBe("O=jinxiu\nCN=gw-1");
      expect.fail(`byte ${at}`);
    }
    requests += 1;
  }
  const held = await identity(second);
  await tryCode(second);
  expect(refused).toEqual(["refused", "refused", "refused"]);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(new X509Certificate(held.certificate)).toMatchObject({ subject: "O=jinxiu\nCN=gw-1", ca: false });
  const rows = JSON.stringify(await api.cloud.store.read.selectFrom("enrolment_code").selectAll().execute());
  expect(rows).not.toContain(second);

  // Another code than this gateway's: what came for it is not taken.
  const lost = await enrolWithCode({ site: "jinxiu", gateway: "gw-2", file: join(folder, "gw-2.json"), ask, code: await code() });
  expect(refusal(lost)).toBe("another");

  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { authority } = api.surroundings.enrolment;
  const now = Date.now();
  const own = openAuthority(folder, now);
  const issued = own.issueGateway({ ...of, request, now });
  const server = own.issueServer({ names: ["mqtt.example", "127.0.0.1"], now });
  if ("kind" in issued) throw new Error(issued.en);
  const openssl = (...words: string[]): string => execFileSync("openssl", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const root = write("root.pem", own.pem);
  const member = write("member.pem", issued.pem);
  write("server.pem", server.pem);
  expect(openssl("verify", "-x509_strict", "-CAfile", root, "-purpose", "sslclient", member)).toContain("OK");
  expect(
    openssl(
      "verify",
      "-x509_strict",
      "-CAfile",
      root,
      "-purpose",
      "sslserver",
      "-verify_hostname",
      "mqtt.example",
      join(folder, "server.pem"),
    ),
  ).toContain("OK");
  expect(openssl("req", "-verify", "-noout", "-in", write("request.pem", request))).not.toMatch(/fail/i);
  const empty = write("empty.crl", own.revocations({ serials: [], number: 1, now }));
  const full = write("full.crl", own.revocations({ serials: [{ serial: issued.serial, at: now }], number: 2, now }));
  expect(openssl("verify", "-crl_check", "-CAfile", root, "-CRLfile", empty, member)).toContain("OK");
  expect(() => openssl("verify", "-crl_check", "-CAfile", root, "-CRLfile", full, member)).toThrow(/revoked/);
  expect(authority.isOurs(issued.pem)).toBe(false);
  expect(readFileSync(join(folder, "gateways-ca.key.pem"), "utf8")).toContain("PRIVATE KEY");
  expect(statSync(join(folder, "gateways-ca.key.pem")).mode & 0o077).toBe(0);
  counted(context, { "codes refused": refused.length, "spoilt requests": requests, "judged by openssl": 6, "enrolled wrongly": 0 });
});

test("P 05.enrol: the next certificate in time, after sixty days away, and not after the days of grace; a revoked one never", async (context) => {
  await identity();
  const days: number[] = [];
  const clock = toldClock({ wall: api.cloud.clock.now });
  const asked: string[] = [];
  let online = true;
  const rotation = startRotation({
    ...{ ...of, file, clock, log: pino({ level: "silent" }) },
    ask: async (path, body) => {
      asked.push(path);
      if (!online) throw new Error("no route to host");
      api.cloud.clock.now = clock.wall();
      const answer = await api.ask(undefined, { method: "POST", url: path, payload: body, remoteAddress: `10.1.0.${asked.length % 250}` });
      return { status: answer.statusCode, body: answer.json() };
    },
  });
  const goOn = async (ms: number): Promise<void> => {
    clock.leap(ms);
    await rotation.settled();
  };
  const held = (): Identity => readIdentity(file) as Identity;
  const begun = clock.wall() as number;
  let before = serialOf(held());
  // A year on line: a new one each time when a third is left, and never without one.
  let renewals = 0;
  for (let day = 0; day < 365; day += 1) {
    await goOn(dayMs);
    expect(lifeOf(held()).until).toBeGreaterThan(clock.wall());
    if (serialOf(held()) === before) continue;
    before = serialOf(held());
    renewals += 1;
    days.push(Math.round((clock.wall() - begun) / dayMs));
  }
  expect(days[0]).toBeGreaterThanOrEqual(60);
  expect(days[0]).toBeLessThanOrEqual(62);
  // Away from the last day on which it need not ask: for sixty days, and it ends meanwhile.
  await goOn(lifeOf(held()).due - clock.wall() - 1_000);
  online = false;
  for (let day = 0; day < 60; day += 1) await goOn(dayMs);
  expect(lifeOf(held()).until).toBeLessThan(clock.wall());
  online = true;
  await goOn(tryAgain_ms);
  expect(lifeOf(held()).until).toBeGreaterThan(clock.wall() + (gatewayDays - 1) * dayMs);
  // The answer was lost: it comes with the old one again, and only one line of certificates lives.
  const old = held();
  await renewWith({ ...of, file: join(folder, "lost.json"), held: old, ask });
  const again = await renewWith({ ...of, file, held: old, ask });
  expect(refusal(again)).toBe("enrolled");
  expect(
    (await list())
      .filter(({ state }) => state === "good")
      .map(({ serial }) => serial)
      .sort(),
  ).toEqual([serialOf(old), serialOf(held())].sort());
  // A stranger with the certificate, which is no secret, but without its key.
  const stranger = { ...held(), key: newRequest(of).key };
  expect(refusal(await renewWith({ ...of, file: join(folder, "stranger.json"), held: stranger, ask }))).toBe("refused");
  // Revoked: neither it nor anything after it.
  const serial = serialOf(held());
  const revoke = (role: "administrator" | "property-manager") =>
    asks(role, { method: "POST", url: `/api/v1/certificates/${serial}/revocation`, payload: { reason: "设备失窃" } });
  expect((await revoke("property-manager")).statusCode).toBe(403);
  expect((await revoke("administrator")).json()).toMatchObject({ state: "revoked", revoked_by: "administrator" });
  expect((await revoked(api.cloud.store.read)).map((one) => one.serial)).toContain(serial);
  expect(refusal(await renewWith({ ...of, file: join(folder, "no.json"), held: held(), ask }))).toBe("refused");
  // Away longer than the days of grace: a person must come.
  await identity();
  const late = held();
  api.cloud.clock.now = lifeOf(late).until + graceDays * dayMs + 1_000;
  expect(refusal(await renewWith({ ...of, file: join(folder, "no.json"), held: late, ask }))).toBe("refused");
  // A code lives a day.
  const code_ = await code();
  api.cloud.clock.now += codeWithin_ms;
  expect(refusal(await enrolWithCode({ ...of, file, ask, code: code_ }))).toBe("refused");
  rotation.stop();
  counted(context, { renewals, "days away": 60, "days of grace": graceDays, "refused renewals": 4, "given wrongly": 0 });
});

test("P 05.enrol: files for EMQX: TLS with certificates alone, a name for each, default deny, and a revoked gateway's name shut out first", async (context) => {
  const { read } = api.cloud.store;
  const at = api.cloud.clock.now;
  await api.cloud.store.change((change) => change.updateTable("certificate").set({ revoked_at: at, reason: "失窃" }).execute());
  expect(await barred(read, at)).toEqual(["gw-1"]);
  const { authority } = api.surroundings.enrolment;
  const wanted = { kind: "emqx", folder: "/etc/emqx/cuobian", names: ["mqtt.example"], port: 8883, now: at, revocations: "" } as const;
  const { files } = brokerFiles(authority, { ...wanted, barred: ["gw-1"] });
  expect(Object.keys(files).sort()).toEqual(["acl.conf", "broker.key.pem", "broker.pem", "emqx.conf", "gateways-ca.pem", "gateways.crl"]);
  const lines = (files["acl.conf"] ?? "").trim().split("\n");
  expect([lines[0], lines.at(-1), lines.length]).toEqual(['{deny, {username, "gw-1"}, all, ["#"]}.', "{deny, all}.", 5]);
  for (const words of [
    "verify = verify_peer",
    "fail_if_no_peer_cert = true",
    "mqtt.peer_cert_as_username = cn",
    "mqtt.peer_cert_as_clientid = cn",
    "no_match = deny",
  ])
    expect(files["emqx.conf"]).toContain(words);
  // Another gateway's name is in no rule: each sees what stands below its own name alone.
  expect(lines.slice(1).join("\n")).not.toMatch(/cuobian\/v1\/\+\/\+/);
  counted(context, { files: Object.keys(files).length, rules: lines.length });
});

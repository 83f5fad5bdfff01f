// The cloud speaks HTTPS itself: TLS 1.2 and newer, nothing older, no plain HTTP; its cookie is for that alone; a renewed certificate counts without a new start.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readWebCertificate, watchWebCertificate } from "#cloud/config/web-certificate.ts";
import { openAuthority } from "#cloud/enrolment/authority.ts";
import { counted } from "#test/promise.ts";
import { openTestApi, type TestApi } from "./api-for-tests.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-own-tls-"));
const now = Date.now();
const authority = openAuthority(folder, now);
const files = { cert_file: join(folder, "web.cert.pem"), key_file: join(folder, "web.key.pem") };
function issue(): { pem: string; key: string } {
  const made = authority.issueServer({ names: ["localhost", "127.0.0.1"], now });
  writeFileSync(files.cert_file, made.pem);
  writeFileSync(files.key_file, made.key, { mode: 0o600 });
  return made;
}
let api: TestApi;
let port = 0;
beforeAll(async () => {
  const { pem: cert, key } = issue();
  api = await openTestApi({ given: { tls: true, certificate: { cert, key } } });
  const at = await api.server.listen({ host: "127.0.0.1", port: 0 });
  expect(at).toMatch(/^https:/);
  port = Number(new URL(at).port);
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What was agreed on, or why nothing was. */
const greet = (options: object): Promise<string> =>
  new Promise((resolve) => {
    const socket: TLSSocket = connect({ host: "127.0.0.1", port, ca: authority.pem, servername: "localhost", ...options }, () => {
      resolve(socket.getProtocol() ?? "");
      socket.destroy();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });

const ask = (path: string, body?: object): Promise<{ status: number; headers: IncomingHttpHeaders }> =>
  new Promise((resolve, reject) => {
    const headers = { "x-cuobian": "1", "content-type": "application/json" };
    const asked = request(
      {
        host: "127.0.0.1",
        port,
        path,
        ca: authority.pem,
        servername: "localhost",
        agent: false,
        method: body === undefined ? "GET" : "POST",
        headers,
      },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }));
      },
    );
    asked.on("error", reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });

test("own TLS: 1.2 and 1.3, nothing older, no plain HTTP, and a cookie that is for HTTPS alone", async (context) => {
  expect([await greet({ maxVersion: "TLSv1.2" }), await greet({})]).toEqual(["TLSv1.2", "TLSv1.3"]);
  const old = await Promise.all(
    ["TLSv1.1", "TLSv1"].map((version) => greet({ minVersion: version, maxVersion: version, ciphers: "ALL@SECLEVEL=0" })),
  );
  for (const why of old) expect(why).not.toMatch(/^TLS/);
  const plain = await new Promise<string>((resolve) => {
    let said = "";
    const socket = connectTcp(port, "127.0.0.1", () => socket.write("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    socket.on("data", (bytes) => {
      said += String(bytes);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(said));
  });
  expect(plain).not.toContain("200 OK");
  const health = await ask("/healthz");
  expect([health.status, health.headers["strict-transport-security"]]).toEqual([200, "max-age=31536000"]);
  const signedIn = await ask("/api/v1/session", { person: "booth" });
  expect(String(signedIn.headers["set-cookie"])).toMatch(/^__Host-sid=[^;]+;.*Secure/);
  counted(context, { versions: 2, "older versions refused": old.length });
});

test("own TLS: files are read again; what does not fit together, or cannot be read, is refused in words and changes nothing", () => {
  const held = readWebCertificate(files);
  if (held.kind === "refusal") throw new Error(held.en);
  const [renewed, troubles]: [string[], string[]] = [[], []];
  const look = watchWebCertificate(files, held, {
    renewed: ({ cert }) => void renewed.push(cert),
    trouble: ({ code }) => void troubles.push(code),
  });
  look();
  expect([renewed, troubles]).toEqual([[], []]);
  const { pem, key } = issue();
  look();
  look();
  expect(renewed).toEqual([pem]);
  writeFileSync(files.cert_file, authority.issueServer({ names: ["localhost"], now }).pem);
  look();
  writeFileSync(files.cert_file, "no certificate");
  look();
  rmSync(files.key_file);
  look();
  expect([renewed.length, troubles]).toEqual([1, ["another-key", "no-certificate", "no-certificate"]]);
  writeFileSync(files.cert_file, pem);
  writeFileSync(files.key_file, key);
  chmodSync(files.key_file, 0o644);
  expect(readWebCertificate(files)).toMatchObject({ kind: "certificate", warning: expect.stringContaining("chmod 600") });
  chmodSync(files.key_file, 0o600);
  expect(readWebCertificate(files)).not.toHaveProperty("warning");
});

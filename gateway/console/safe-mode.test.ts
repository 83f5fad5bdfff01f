// The page of the safe mode: places for everybody, words and lines for who knows the token, nothing taken and nothing opened.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readSiteConfig } from "#gateway/config/read.ts";
import { salvage } from "#gateway/config/salvage.ts";
import { counted } from "#test/promise.ts";
import { type SafeMode, serveSafeMode } from "./safe-mode.ts";

let page: SafeMode | undefined;
afterEach(() => page?.stop());

const token = "0123456789abcdef0123456789abcdef";
const usual = (text: string): { path: string; folder: string } => {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-safe-"));
  writeFileSync(join(folder, "booth.token"), `${token}\n`, { mode: 0o600 });
  const path = join(folder, "site.yaml");
  writeFileSync(path, text);
  return { path, folder };
};
const head = `site: jinxiu
gateway: gw-1
name: 测试
data: ./gateway
http: { host: 127.0.0.1, port: 0 }
booth: { token_file: ./booth.token }
uplink: { broker: "mqtt://127.0.0.1:9", username: gw-1, password_file: ./uplink.password, keepalive_s: 10 }
lots: []
lanes: []
limits: []
stations: []
`;
const broken = `${head}lines:
  - { id: line-1, kind: serial, path: /dev/ttyUSB0, baud: 96oo, parity: none, stop_bits: 1 }
`;

test("P 11.safe-mode says file, line and column to everybody, what is wrong and how to mend it to who knows the token, and takes nothing", async (context) => {
  const { path } = usual(broken);
  const read = readSiteConfig(path);
  if (read.kind !== "complaints") throw new Error("it is sound");
  page = await serveSafeMode({ ...salvage(path), faults: () => read.complaints });
  const ask = (at: string, headers: Record<string, string> = {}) => fetch(`${page?.http}${at}`, { headers });
  const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`x:${password}`).toString("base64")}` });

  const open = await ask("/");
  const shown = await open.text();
  expect([open.status, open.headers.get("content-security-policy")?.startsWith("default-src 'none'")]).toEqual([503, true]);
  expect(shown).toContain("site.yaml:13:");
  expect(shown).toContain('<html lang="zh-CN">');
  expect(shown).not.toContain("96oo");
  expect(shown).not.toMatch(/<script/);

  const closed = ["/details", "/details?lang=en"];
  for (const at of closed) {
    expect((await ask(at)).status).toBe(401);
    const wrong = await ask(at, basic("another-token-of-enough-length"));
    expect([wrong.status, (await wrong.text()).includes("96oo")]).toEqual([401, false]);
  }
  const told = await (await ask("/details", basic(token))).text();
  for (const part of ["96oo", "site.yaml:13:", "怎样改", "▶   13", "cuobian config check"]) expect(told).toContain(part);
  const english = await (await ask("/details?lang=en", basic(token))).text();
  expect(english).toContain('<html lang="en">');
  expect(english.replace(/<pre[\s\S]*?<\/pre>|<a [^>]*lang="zh-CN">[^<]*<\/a>/g, "")).not.toMatch(/\p{Script=Han}/u);

  const health = await ask("/healthz");
  expect([health.status, ((await health.json()) as { checks: { name: string; ok: boolean }[] }).checks[0]]).toMatchObject([
    503,
    { name: "config", ok: false },
  ]);
  const refused = ["/devicemanagement/php/plateresult.php", "/api/v1/lanes/in/open", "/api/v1/sockets/station-1/3/charges"];
  for (const at of refused) {
    const answer = await fetch(`${page.http}${at}`, { method: "POST", body: "{}", headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, "safe-mode"]);
  }
  counted(context, { faults: read.complaints.length, "closed without the token": closed.length, "orders refused": refused.length });
});

test.each([
  ["all of it", broken, { host: "127.0.0.1", port: 0, named: true }],
  ["also behind a broken line", `${head}lines: [}\n`, { host: "127.0.0.1", port: 0, named: true }],
  ["a port that is none", broken.replace("port: 0", "port: many"), { host: "127.0.0.1", port: 7310, named: true }],
  ["a host that is none", broken.replace("host: 127.0.0.1", "host: [1]"), { host: "127.0.0.1", port: 0, named: true }],
  ["nothing", "\u0000{{{", { host: "127.0.0.1", port: 7310, named: false }],
])("what is left of a broken file: %s", (_what, text, expected) => {
  const { path, folder } = usual(text);
  const { host, port, tokenFile } = salvage(path);
  expect({ host, port, named: tokenFile === join(folder, "booth.token") }).toEqual(expected);
});

test("what stands in the file is text on the page, whatever it says", async () => {
  const { path, folder } = usual(broken);
  const fault = { file: path, line: 1, column: 1, path: "<b>", zh: "<script>alert(1)</script>", en: "\"'&", example: "<i>" };
  writeFileSync(path, "<script>alert(2)</script>\n");
  page = await serveSafeMode({ host: "127.0.0.1", port: 0, tokenFile: join(folder, "booth.token"), faults: () => [fault] });
  const headers = { authorization: `Basic ${Buffer.from(`:${token}`).toString("base64")}` };
  const told = await (await fetch(`${page.http}/details`, { headers })).text();
  expect(told).not.toMatch(/<script|<i>|<b>(?!<)/);
  expect(told).toContain("&#60;script&#62;alert(2)");
});

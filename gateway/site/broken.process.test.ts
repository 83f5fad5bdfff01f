// Broken configurations on the real gateway, as a stranger breaks them: each says what, where and how to mend it, in both languages; where the file itself can be read, protection goes on.
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { counted } from "#test/promise.ts";
import { startProgram, type TestProgram, until } from "#test/world/program.ts";

const token = "0123456789abcdef0123456789abcdef";
const folders: string[] = [];
let gateway: TestProgram<{ ready: string; http: string; pids?: { safety: number } }> | undefined;
afterEach(async () => {
  await gateway?.end();
  gateway = undefined;
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Site {
  readonly folder: string;
  readonly path: string;
  readonly text: string;
}
function site(more: object = {}): Site {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-broken-"));
  folders.push(folder);
  writeFileSync(join(folder, "booth.token"), `${token}\n`, { mode: 0o600 });
  writeFileSync(join(folder, "uplink.password"), "secret\n", { mode: 0o600 });
  const text = stringify({
    ...{ site: "jinxiu", gateway: "gw-1", name: "测试", data: "./gateway", http: { host: "127.0.0.1", port: 0 } },
    booth: { token_file: "./booth.token" },
    uplink: { broker: "mqtt://127.0.0.1:9", username: "gw-1", password_file: "./uplink.password", keepalive_s: 10 },
    ...{ lots: [], lanes: [], limits: [{ id: "e-bike", file: "e-bike-4a" }] },
    lines: [
      { id: "line-1", kind: "serial", path: join(folder, "no-such-port"), baud: 9600, parity: "none", stop_bits: 1, cutoff_ms: 1000 },
    ],
    stations: [{ id: "station-1", name: "1号", line: "line-1", unit: 1, profile: "stations/ten-socket", limits: "e-bike" }],
    ...more,
  });
  const path = join(folder, "site.yaml");
  writeFileSync(path, text);
  return { folder, path, text };
}
const run = async (path: string) => {
  gateway = await startProgram("gateway/main.ts", ["run", "--config", path, "--ready-json"], { env: { CUOBIAN_CLOCK: "synchronised" } });
  return gateway;
};

/** Cases in which the file itself cannot be used: nothing is protected by it, and the page stands there. */
const unusable: readonly (readonly [what: string, spoil: (site: Site) => void, zh: RegExp, en: RegExp, place: RegExp])[] = [
  [
    "cut off in the middle",
    ({ path, text }) => writeFileSync(path, `${text.slice(0, text.indexOf("token_file") + 4)}: "./boo`),
    /不是正确的 YAML：.{6,}/,
    /not YAML/,
    /site\.yaml:\d+:\d+/,
  ],
  [
    "a wrong type",
    ({ path, text }) => writeFileSync(path, text.replace("baud: 9600", "baud: 96oo")),
    /96oo|可选|应为/,
    /should|one of/,
    /site\.yaml:\d+:\d+.*lines\[0\]/,
  ],
  [
    "an unknown key",
    ({ path, text }) => writeFileSync(path, text.replace("keepalive_s", "keepalive_sec")),
    /是否想写“keepalive_s”/,
    /did you mean "keepalive_s"/,
    /site\.yaml:\d+:\d+.*uplink/,
  ],
  [
    "no file at all at its name",
    ({ path }) => {
      rmSync(path);
      mkdirSync(path);
    },
    /这是一个目录，不是文件/,
    /this is a folder, and no file/,
    /site\.yaml/,
  ],
  [
    "an id twice",
    ({ path, text }) => {
      const twice = parse(text) as { stations: object[] };
      writeFileSync(
        path,
        stringify({ ...twice, stations: [twice.stations[0], { ...twice.stations[0], unit: 2 }] }, { aliasDuplicateObjects: false }),
      );
    },
    /station-1/,
    /station-1/,
    /site\.yaml:\d+:\d+.*stations\[1\]/,
  ],
];

test.each(unusable)(
  "P 11.broken-file %s: the page says where to everybody, and what and how to who knows the token",
  async (_what, spoil, zh, en, place) => {
    const one = site();
    spoil(one);
    const { ready, log } = await run(one.path);
    expect(ready.ready).toBe("safe-mode");
    const open = await (await fetch(ready.http)).text();
    expect(open.replace(/<[^>]+>/g, "")).toMatch(place);
    // The log says it all, also where the broken file no longer names its token.
    expect(log()).toMatch(zh);
    expect(log()).toMatch(en);
    const basic = { authorization: `Basic ${Buffer.from(`x:${token}`).toString("base64")}` };
    const details = await fetch(`${ready.http}/details`, { headers: basic });
    if (details.status !== 401) expect(await details.text()).toMatch(zh);
  },
);

interface Checked {
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly zh: string; readonly en: string }[];
}
const checkOf = async (http: string, name: string) =>
  ((await (await fetch(`${http}/healthz`)).json()) as Checked).checks.find((one) => one.name === name);

/** Cases in which the gateway works on: what is wrong is said by name, and protection is there. */
const working: readonly (readonly [what: string, spoil: (site: Site) => void, check: string, zh: RegExp, en: RegExp])[] = [
  [
    "a token file that is not there",
    ({ folder }) => rmSync(join(folder, "booth.token")),
    "files",
    /没有这个文件.*booth\.token|booth\.token_file/,
    /no such file/,
  ],
  ["a token that lets nobody in", ({ folder }) => writeFileSync(join(folder, "booth.token"), "short\n"), "files", /口令太短/, /too short/],
  [
    "a cloud key that cannot be read",
    ({ folder, path, text }) => {
      writeFileSync(path, `${text}commands: { key_file: ./cloud.pem }\n`);
      mkdirSync(join(folder, "cloud.pem"));
    },
    "files",
    /commands\.key_file.*目录/,
    /commands\.key_file.*folder/,
  ],
  [
    "a document whose signature is not the cloud's",
    ({ folder, path, text }) => {
      writeFileSync(path, `${text}commands: { key_file: ./cloud.pem }\n`);
      writeFileSync(join(folder, "cloud.pem"), generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }));
      mkdirSync(join(folder, "gateway", "documents"), { recursive: true });
      writeFileSync(join(folder, "gateway", "documents", "limits.e-bike.0000000001.json"), '{"v":1,"signature":"AAAA"}');
    },
    "documents",
    /有配置文件未采用：.*limits/,
    /passed over: .*limits/,
  ],
  [
    "an identity that is none",
    ({ folder, path, text }) => {
      writeFileSync(path, text.replace("keepalive_s", "identity: { file: ./identity.json, cloud: https://cloud.example }\n  keepalive_s"));
      writeFileSync(join(folder, "identity.json"), "{}");
    },
    "certificate",
    /证书文件读不懂/,
    /cannot be read/,
  ],
];

test.each(working)(
  "P 11.broken-beside %s: the gateway protects, and says what is missing, where and how",
  async (_what, spoil, name, zh, en) => {
    const one = site();
    spoil(one);
    const { ready } = await run(one.path);
    expect(ready.ready).toBe("gateway");
    const found = await checkOf(ready.http, name);
    expect(found).toMatchObject({ ok: false, zh: expect.stringMatching(zh), en: expect.stringMatching(en) });
    // Protection is heard.
    await until("protection", async () => (await checkOf(ready.http, "safety"))?.ok || undefined, { within_ms: 30_000 });
  },
);

test("P 11.broken-serial a serial device that is not there: the gateway stands, and its line is said to be closed with its path", async (context) => {
  const one = site();
  const { ready, log } = await run(one.path);
  expect(ready.ready).toBe("gateway");
  const overview = async () =>
    (await (await fetch(`${ready.http}/api/v1/overview`, { headers: { authorization: `Bearer ${token}` } })).json()) as {
      lines: { line: string; open: boolean | null }[];
    };
  const line = await until("the line", async () => (await overview()).lines.find(({ open }) => open === false), { within_ms: 30_000 });
  expect(line.line).toBe("line-1");
  expect(log()).toMatch(/no-such-port/);
  counted(context, { lines: 1 });
});

test("P 11.broken-port its port is taken: at a terminal the start fails, in words (under a service manager protection goes on: supervisor.process.test.ts)", async (context) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const one = site({ http: { host: "127.0.0.1", port } });
  try {
    await expect(run(one.path)).rejects.toThrow(/网页端口无法打开/);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
  chmodSync(one.path, 0o600);
  expect(readFileSync(one.path, "utf8")).toContain(String(port));
  counted(context, { ports: 1 });
});

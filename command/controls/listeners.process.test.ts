// A gateway and a cloud as they run: the kernel says what they listen on, and that is what is declared, no more and no less; a listener that somebody adds is found.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { counted } from "#test/promise.ts";
import { siteText } from "#test/world/parking-site-file.ts";
import { endEveryProgram, startProgram } from "#test/world/program.ts";
import { type Config, declaredBy, judge } from "./listeners.ts";
import { familyOf, listeningOf } from "./sockets.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-ports-"));
afterEach(endEveryProgram);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};

const cloudText = stringify({
  ...{ name: "测试云", data: "./cloud", demonstration: false, people: [] },
  http: { host: "127.0.0.1", port: 0 },
  broker: { kind: "embedded", host: "127.0.0.1", port: 0, tls: { port: 0, names: ["127.0.0.1"] } },
  gateways: [{ site: "jinxiu", gateway: "gw-1", password_file: "./uplink.password" }],
  sites: [{ id: "jinxiu", name: "锦绣花园", compound_code: "JX01" }],
  ...{ store: { kind: "sqlite" }, telemetry: { kind: "sqlite" } },
});
const listen = { host: "127.0.0.1", port: 0 };
const gatewayText = siteText(1, {
  ...{ camera: {}, commandKey: false, lot: {}, lots: undefined, exit: undefined, payments: undefined, broker: undefined, inner: false },
  board: "barriers/loop-board",
  top: {
    time_server: listen,
    pile_hosts: [{ id: "piles-1", kind: "dny", ...listen, cut_by: "firmware", piles: [] }],
    fire: { listen: { ...listen, udp: true }, devices: [] },
  },
});

test("ports: a running cloud and a running gateway listen on what is declared, and a planted listener is found", async (context) => {
  mkdirSync(join(folder, "gateway"), { recursive: true });
  for (const name of ["uplink.password", "booth.token"]) write(name, "0123456789abcdef0123456789abcdef\n");
  write("tariff.yaml", "tariff: none\n");
  const plant = write("plant.mjs", 'import { createServer } from "node:net";\ncreateServer().listen(0, "127.0.0.1").unref();\n');
  const files = { cloud: write("cloud.yaml", cloudText), gateway: write("site.yaml", gatewayText) };
  const counts = { measured: 0, "undeclared wrongly": 0, planted: 0 };
  for (const [who, main, text] of [
    ["cloud", "cloud/main.ts", cloudText],
    ["gateway", "gateway/main.ts", gatewayText],
  ] as const) {
    const declared = declaredBy(who, parse(text) as Config);
    const start = (flags: readonly string[]) =>
      startProgram<{ ready: string }>(main, ["run", "--config", files[who], "--ready-json"], { flags, env: { CUOBIAN_LOG: "silent" } });
    const program = await start([]);
    const measured = listeningOf(familyOf(program.pid));
    expect(judge(declared, measured), `${who}: ${JSON.stringify(measured)}`).toEqual({ undeclared: [], missing: [] });
    counts.measured += measured.length;
    expect(await program.end()).toBe(0);
    const planted = await start(["--import", plant]);
    const found = judge(declared, listeningOf(familyOf(planted.pid)));
    expect([found.missing, found.undeclared.length > 0], who).toEqual([[], true]);
    counts.planted += found.undeclared.length;
    await planted.end();
  }
  counted(context, counts);
});

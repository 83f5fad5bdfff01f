// The first run without a browser: its page comes from this gateway alone, nobody without the code is answered, what is wrong is said at its question, and the file that is written is sound.
import { existsSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";
import { afterEach, expect, test } from "vitest";
import type { SetupFinished, SetupScan, SetupState, SetupTested } from "#protocols/api/setup.ts";
import { serveTcp, type TcpFace } from "#sim/modbus/tcp-face.ts";
import { counted } from "#test/promise.ts";
import { readSiteConfig } from "../../config/read.ts";
import { type FirstRun, firstRun } from "../../site/first-run.ts";

let run: FirstRun | undefined;
let face: TcpFace | undefined;
afterEach(async () => {
  await run?.stop();
  await face?.close();
  [run, face] = [undefined, undefined];
});

async function begin(): Promise<{ file: string; ask: typeof ask }> {
  const file = join(mkdtempSync(join(tmpdir(), "cuobian-setup-")), "etc", "site.yaml");
  run = await firstRun(file, { host: "127.0.0.1", port: 0 });
  return { file, ask };
}
async function ask<Told>(method: string, path: string, body?: object, code = run?.code ?? ""): Promise<{ status: number; told: Told }> {
  const headers = { authorization: `Bearer ${code}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const answer = await fetch(`${run?.http}/api/v1/setup${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, told: (await answer.json()) as Told };
}
const give = (step: string, answers: object, token?: string) =>
  ask<SetupState>("PUT", "/answers", { step, answers, ...(token === undefined ? {} : { token }) });
const wrongAt = ({ told }: { told: SetupState }): string[] => told.complaints.map(({ field }) => field);
const token = "a-token-of-this-site-2026";
const identity = { site: "jinxiu", gateway: "gw-1", name: "锦绣花园" };

test("P 11.setup the page and all that it names come from this gateway: small, under a strict policy, and as Chromium 87 reads it", async (context) => {
  await begin();
  const seen = new Map<string, string>();
  const waiting = ["/setup"];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    const answer = await fetch(`${run?.http}${path}`);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    const text = await answer.text();
    seen.set(path, text);
    for (const [, link, module] of text.matchAll(/(?:href|src)="(\/[^"]+)"|from "(\.[^"]+)"/g))
      waiting.push(link ?? new URL(module ?? "", `http://gateway${path}`).pathname);
  }
  const bytes = [...seen.values()].reduce((sum, text) => sum + gzipSync(text).length, 0);
  expect(bytes).toBeLessThan(60 * 1024);
  const scripts = [...seen].filter(([path]) => path.endsWith(".ts"));
  for (const [path, text] of scripts) {
    const options = { charset: "utf8", format: "esm", supported: { "optional-chain": true } } as const;
    const [lowered, asItIs] = await Promise.all(["chrome87", "esnext"].map((target) => transform(text, { ...options, target })));
    expect(lowered?.code === asItIs?.code, path).toBe(true);
    expect(text, path).not.toMatch(/\.(at|hasOwn|findLast|replaceAll|toSorted)\(|structuredClone/);
  }
  expect([...seen.values()].join("\n")).not.toMatch(/https?:\/\/(?!www\.w3\.org|cloud\.example)/);
  for (const path of ["/devicemanagement/php/plateresult.php", "/api/v1/overview", "/booth"]) {
    const answer = await fetch(`${run?.http}${path}`, { method: "GET" });
    expect([path, answer.status]).toEqual([path, 503]);
  }
  counted(context, { files: seen.size, scripts: scripts.length, "bytes gzipped": bytes });
});

test("P 11.setup-refused each wrong answer is said at its question, with a right one where there is one; nothing of it is kept, and no code means no answer", async (context) => {
  const { file } = await begin();
  for (const code of ["", "AAAA-AAAA-AAAA"]) expect((await ask("GET", "/", undefined, code)).status).toBe(401);
  let refused = 2;
  const rows: readonly (readonly [string, object, string | undefined, string[]])[] = [
    ["identity", { ...identity, site: "锦绣" }, token, ["site"]],
    ["identity", { ...identity, gateway: "GW 1" }, token, ["gateway"]],
    ["identity", { ...identity, name: "" }, token, ["name"]],
    ["identity", identity, "short", ["token"]],
    ["identity", identity, "with a space in it, and long enough", ["token"]],
    ["identity", identity, undefined, ["token"]],
    ["network", { host: "127.0.0.1", port: 70_000 }, undefined, ["port"]],
    ["network", { host: "not a host", port: 7310 }, undefined, ["host"]],
    ["cloud", { cloud: { page: "cloud.example", broker: "mqtts://cloud.example:8883" } }, undefined, ["page"]],
    ["cloud", { cloud: { page: "https://cloud.example", broker: "https://cloud.example" } }, undefined, ["broker"]],
    [
      "device",
      {
        line: { kind: "tcp", host: "127.0.0.1", port: 502 },
        device: { profile: "stations/none", unit: 1, name: "棚", limits: "e-bike-4a" },
      },
      undefined,
      ["profile"],
    ],
    [
      "device",
      {
        line: { kind: "tcp", host: "127.0.0.1", port: 502 },
        device: { profile: "stations/ten-socket", unit: 248, name: "棚", limits: "e-bike-4a" },
      },
      undefined,
      ["unit"],
    ],
    // A slow line cannot cut in time: the file's own budget says so.
    [
      "device",
      {
        line: { kind: "serial", path: "/dev/ttyUSB0", baud: 1200, parity: "none", stop_bits: 1 },
        device: { profile: "stations/ten-socket", unit: 1, name: "棚", limits: "e-bike-4a" },
      },
      undefined,
      ["line"],
    ],
  ];
  for (const [step, answers, given, fields] of rows) {
    const answer = await give(step, answers, given);
    expect([step, ...wrongAt(answer)], JSON.stringify(answers)).toEqual([step, ...fields]);
    expect(answer.told.complaints.every(({ zh, en }) => /\p{Script=Han}/u.test(zh) && en.length > 3)).toBe(true);
    expect(answer.told.answers).toEqual({});
    refused += 1;
  }
  const early = await ask<SetupState>("POST", "/finish", {});
  expect([early.status, existsSync(file)]).toEqual([422, false]);
  counted(context, { refused });
});

test("P 11.setup-file answers outlive a restart; a device is found and read; the file that is written is sound, its secrets are the gateway's alone, and the code is gone", async (context) => {
  face = await serveTcp({
    ...{ host: "127.0.0.1", port: 0 },
    memory: (unit) =>
      unit === 3 ? { word: (address) => (address < 400 ? address : undefined), coil: () => false, discrete: () => false } : undefined,
  });
  const { file } = await begin();
  const line = { kind: "tcp", host: "127.0.0.1", port: face.port } as const;
  expect(wrongAt(await give("identity", identity, token))).toEqual([]);
  const code = run?.code;
  await run?.stop();
  run = await firstRun(file, { host: "127.0.0.1", port: 0 });
  expect(run.code).toBe(code);
  const again = await ask<SetupState>("GET", "/");
  expect(again.told).toMatchObject({ step: "network", answers: identity, token_set: true, enrolled_until: null });
  expect(JSON.stringify(again.told)).not.toContain(token);
  await give("network", { host: "127.0.0.1", port: 7310 });
  const reached = await ask<{ page: object; broker: object }>("POST", "/reach", {
    page: "http://127.0.0.1:9",
    broker: `mqtt://127.0.0.1:${face.port}`,
  });
  expect(reached.told).toMatchObject({ page: { zh: expect.stringMatching(/连不上/) }, broker: { ms: expect.any(Number) } });
  await give("cloud", { cloud: null });

  let scan = (await ask<SetupScan>("POST", "/scan", { line })).told;
  for (; scan.running && scan.done < 5; ) scan = (await ask<SetupScan>("GET", "/scan")).told;
  scan = (await ask<SetupScan>("DELETE", "/scan")).told;
  expect(scan).toMatchObject({ running: false, of: 247, found: [{ unit: 3, odd: false }], trouble: null });
  const asked = { line, unit: 3, profile: "stations/ten-socket" };
  const tested = await ask<SetupTested>("POST", "/test", asked);
  expect(tested.status).toBe(200);
  expect(tested.told.values.length).toBeGreaterThan(10);
  expect((await ask("POST", "/test", { ...asked, unit: 9 })).status).toBe(504);
  expect((await ask("POST", "/test", { ...asked, profile: "stations/none" })).status).toBe(422);
  const device = { profile: "stations/ten-socket", unit: 3, name: "1号充电棚", limits: "e-bike-4a" };
  expect(wrongAt(await give("device", { line, device }))).toEqual([]);

  const done = await ask<SetupFinished>("POST", "/finish", {});
  expect(done).toMatchObject({ status: 200, told: { page: "/installer", file } });
  const read = readSiteConfig(file);
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  expect(read.config).toMatchObject({ ...identity, http: { host: "127.0.0.1", port: 7310 }, stations: [{ name: "1号充电棚", unit: 3 }] });
  await run.finished;
  const folder = join(file, "..");
  expect(readFileSync(join(folder, "booth.token"), "utf8").trim()).toBe(token);
  for (const name of ["site.yaml", "booth.token", "uplink.password"])
    expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
  for (const name of ["setup.json", "setup-code"]) expect([name, existsSync(join(folder, name))]).toEqual([name, false]);
  counted(context, { found: scan.found.length, values: tested.told.values.length, "units asked": scan.done });
});

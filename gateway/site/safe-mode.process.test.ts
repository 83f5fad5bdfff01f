// The gateway as people start it, with a broken site file: a page at its own address, and a start by itself once the file is mended.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { counted } from "#test/promise.ts";
import { repository, startProgram, type TestProgram } from "#test/world/program.ts";

let gateway: TestProgram<{ ready: string; http: string }> | undefined;
afterEach(() => gateway?.end());

function site(port: number): { path: string; sound: string; broken: string } {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-safe-"));
  writeFileSync(join(folder, "booth.token"), "0123456789abcdef0123456789abcdef\n", { mode: 0o600 });
  writeFileSync(join(folder, "uplink.password"), "secret\n", { mode: 0o600 });
  const sound = stringify({
    ...{ site: "jinxiu", gateway: "gw-1", name: "测试", data: "./gateway", http: { host: "127.0.0.1", port } },
    booth: { token_file: "./booth.token" },
    uplink: { broker: "mqtt://127.0.0.1:9", username: "gw-1", password_file: "./uplink.password", keepalive_s: 10 },
    ...{ lots: [], lanes: [], limits: [], lines: [], stations: [] },
  });
  return { path: join(folder, "site.yaml"), sound, broken: sound.replace("lots: []", "lots: {}") };
}

test("P 11.safe-mode-starts the page stands in at the gateway's address, and the gateway starts by itself once the file is mended", async (context) => {
  // Its port is one that the first page was given: free a moment ago, and named in the file from then on.
  const any = site(0);
  writeFileSync(any.path, any.broken);
  gateway = await startProgram("gateway/main.ts", ["run", "--config", any.path, "--ready-json", "--only", "site"]);
  expect(gateway.ready.ready).toBe("safe-mode");
  const { http } = gateway.ready;
  const page = await fetch(http);
  expect([page.status, (await page.text()).includes("site.yaml:")]).toEqual([503, true]);
  expect(gateway.log()).toMatch(/site\.yaml:\d+:\d+ {2}lots/);
  writeFileSync(any.path, any.sound.replace("port: 0", `port: ${new URL(http).port}`));
  await vi.waitFor(async () => expect(await (await fetch(`${http}/installer`)).text()).toContain("/installer/main.ts"), {
    timeout: 20_000,
    interval: 200,
  });
  expect(await gateway.end()).toBe(0);
  counted(context, { pages: 2 });
});

test("CUOBIAN_SAFE_MODE=off, a file that is not there, and the safety process end with 3", () => {
  const { path, broken } = site(0);
  writeFileSync(path, broken);
  const ends = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [join(repository, "gateway/main.ts"), "run", ...args], { env: { ...process.env, ...env }, timeout: 20_000 })
      .status;
  expect(ends(["--config", path], { CUOBIAN_SAFE_MODE: "off" })).toBe(3);
  expect(ends(["--config", `${path}.none`])).toBe(3);
  expect(ends(["--config", path, "--only", "safety"])).toBe(3);
});

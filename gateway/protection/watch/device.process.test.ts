// The hardware watchdog from outside: fed by progress, stopped by an orderly end and by nothing else, refused where nothing is behind it. strace reads the ioctls as the kernel would.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hasCommand } from "#test/debian.ts";
import { endEveryProgram, startProgram, until } from "#test/world/program.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "device-"));
});
afterEach(endEveryProgram);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let number = 0;
/** A safety process without lines: it has nothing to protect, and its work is done at every turn. */
function wiring(watchdog: unknown): string {
  number += 1;
  const path = join(folder, `wiring-${number}.json`);
  writeFileSync(
    path,
    JSON.stringify({ link: join(folder, `link-${number}`), spool: join(folder, "spool"), lines: [], stations: [], watchdog }),
  );
  return path;
}
const start = (path: string, through: readonly string[] = []) =>
  startProgram("gateway/protection/main.ts", ["--wiring", path, "--ready-json"], { through });
const file = (name: string): string => {
  const path = join(folder, name);
  writeFileSync(path, "");
  return path;
};

describe("refused, and not a byte is written", () => {
  test.each([
    ["a file", () => file("plain"), /没有看门狗驱动.*no watchdog driver/],
    ["no such device", () => "/nowhere/watchdog", /no such device/],
    ["a device that is none", () => "/dev/null", /no watchdog driver/],
  ])("%s", async (_what, path, words) => {
    const device = path();
    await expect(start(wiring({ path: device, timeout_s: 60 }))).rejects.toThrow(words);
    await expect(start(wiring({ path: device, timeout_s: 60 }))).rejects.toThrow("(3)");
    if (existsSync(device) && device !== "/dev/null") expect(readFileSync(device, "latin1")).toBe("");
  });
  test.each([{ path: "/dev/null" }, { path: "/dev/null", timeout_s: 5 }, { timeout_s: 60 }])("%j is no configuration", async (watchdog) => {
    await expect(start(wiring(watchdog))).rejects.toThrow("(3)");
  });
});

describe("asked for all the same", () => {
  test("fed by a quarter of its time; SIGTERM writes V last", { timeout: 30_000 }, async () => {
    const path = file("fed");
    const safety = await start(wiring({ path, timeout_s: 10, even_without_driver: true }));
    await until("three feeds", () => readFileSync(path, "latin1") === "\0\0\0" || undefined, { within_ms: 12_000 });
    expect(await safety.end()).toBe(0);
    expect(readFileSync(path, "latin1")).toMatch(/^\0+V$/);
  });
  test("a kill leaves it running: no V", { timeout: 30_000 }, async () => {
    const path = file("killed");
    const safety = await start(wiring({ path, timeout_s: 10, even_without_driver: true }));
    await until("a feed", () => readFileSync(path, "latin1") === "\0" || undefined);
    safety.signal("SIGKILL");
    await safety.ended;
    expect(readFileSync(path, "latin1")).toBe("\0");
  });
});

test.skipIf(!hasCommand("strace"))("a driver is known by its ioctls, asked for its time, and fed", { timeout: 60_000 }, async () => {
  const path = file("driver");
  const trace = join(folder, "trace");
  const safety = await start(wiring({ path, timeout_s: 60 }), [
    // -D: the tracer is the grandchild, so that the program itself is ours to end; a tracer that is ended leaves its program behind.
    ...["strace", "-D", "-f", "-qq", "-o", trace, "-P", path, "-e", "trace=ioctl,write", "-e", "inject=ioctl:retval=0"],
  ]);
  await until("it is fed", () => readFileSync(path, "latin1").length > 0 || undefined);
  expect(safety.log()).toContain('"window_ms":60000');
  await safety.end();
  const calls = await until("the tracer has written all", () => {
    const text = readFileSync(trace, "utf8");
    return text.includes("WDIOC_GETTIMEOUT") && text.includes("write(") ? text : undefined;
  });
  for (const call of ["WDIOC_GETSUPPORT", "WDIOC_SETTIMEOUT, [60]", "WDIOC_GETTIMEOUT"]) expect(calls).toContain(call);
  expect(calls.indexOf("write(")).toBeGreaterThan(calls.indexOf("WDIOC_GETSUPPORT"));
});

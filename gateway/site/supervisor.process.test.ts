// The supervisor with stand-in programs: what dies is started again, what is told to stop stops, and nobody outlives a supervisor that was killed.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pino from "pino";
import { afterEach, expect, test, vi } from "vitest";
import { type Supervised, supervise } from "./supervisor.ts";

const file = join(import.meta.dirname, "../../test/children/supervised.ts");
const program = (name: string, how = "") => ({ name, args: [file, "program", name, how] });
const watched = { ...program("safety", "works"), within_ms: 3_000 };
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const running: Supervised[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

function start(programs: { name: string; args: string[]; within_ms?: number }[]): {
  supervised: Supervised;
  said: Record<string, unknown>[];
} {
  const said: Record<string, unknown>[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void said.push(JSON.parse(line)) });
  const supervised = supervise({ programs, log, first_ms: 20, longest_ms: 100 });
  running.push(supervised);
  return { supervised, said };
}
const startsOf = (said: Record<string, unknown>[], name: string) =>
  said.filter((line) => line.program === name && line.msg === "supervisor: started");

test("both are ready, each with its pid; stop ends both", async () => {
  const { supervised } = start([program("safety"), program("site")]);
  const all = await supervised.ready;
  const pids = [...all.values()].map((one) => one.pid);
  expect([...all].map(([name, one]) => [name, one.said.ready, one.said.pid === one.pid])).toEqual(
    expect.arrayContaining([
      ["safety", "safety", true],
      ["site", "site", true],
    ]),
  );
  expect(pids.every(alive)).toBe(true);
  await supervised.stop();
  expect(pids.some(alive)).toBe(false);
});

test("a program that dies is started again, and the other is not touched", async () => {
  const { supervised, said } = start([program("safety"), program("site")]);
  const all = await supervised.ready;
  process.kill(all.get("site")?.pid ?? 0, "SIGKILL");
  await vi.waitFor(() => expect(startsOf(said, "site")).toHaveLength(2), { timeout: 5000 });
  expect(startsOf(said, "safety")).toHaveLength(1);
  expect(alive(all.get("safety")?.pid ?? 0)).toBe(true);
  const second = startsOf(said, "site")[1];
  expect(alive(Number(second?.pid))).toBe(true);
});

test("a program that stands is ended and begun anew; one that works, or promised nothing, is left alone", { timeout: 20_000 }, async () => {
  const { supervised, said } = start([watched, program("site")]);
  const all = await supervised.ready;
  await new Promise((resolve) => setTimeout(resolve, 2 * watched.within_ms));
  expect(startsOf(said, "safety")).toHaveLength(1);
  process.kill(all.get("safety")?.pid ?? 0, "SIGSTOP");
  await vi.waitFor(() => expect(startsOf(said, "safety")).toHaveLength(2), { timeout: 3 * watched.within_ms + 3_000 });
  expect(alive(all.get("safety")?.pid ?? 0)).toBe(false);
  expect(said.find(({ msg }) => String(msg).includes("no progress"))?.stood_ms).toBeGreaterThanOrEqual(watched.within_ms);
  expect(startsOf(said, "site")).toHaveLength(1);
});

test("a program that never comes up is a failed start, in words", async () => {
  const { supervised, said } = start([program("safety"), program("site", "fail")]);
  await expect(supervised.ready).rejects.toThrow("site 未能启动 / did not start (exit 1)");
  expect(startsOf(said, "site")).toHaveLength(3);
});

test("where protection is said to be essential it goes on while the other one fails to start, again and again", async () => {
  const said: Record<string, unknown>[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void said.push(JSON.parse(line)) });
  const supervised = supervise({
    programs: [program("safety"), program("site", "fail")],
    log,
    essential: "safety",
    first_ms: 20,
    longest_ms: 100,
  });
  running.push(supervised);
  let failed = false;
  supervised.ready.catch(() => {
    failed = true;
  });
  await vi.waitFor(() => expect(startsOf(said, "site").length).toBeGreaterThan(4), { timeout: 20_000 });
  expect([failed, startsOf(said, "safety").length]).toEqual([false, 1]);
});

test("nobody outlives a supervisor that was killed", async () => {
  const child = spawn(process.execPath, [file, "supervisor"], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const { pids } = JSON.parse(line) as { pids: number[] };
  expect(pids).toHaveLength(2);
  expect(pids.every(alive)).toBe(true);
  child.kill("SIGKILL");
  await vi.waitFor(() => expect(pids.some(alive)).toBe(false), { timeout: 5000 });
});

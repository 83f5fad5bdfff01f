// The log against everything that can be wrong with where it goes: nobody reads, nobody is there any more, the disk is full. The program that logs never waits, and does not die of it.
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasCommand } from "#test/debian.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "log-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = 20_000;
/** Logs as fast as it can, says on stdout how long the longest single call took and what was lost, says its last word, and leaves. */
const writer = `
  const { logSink } = await import(${JSON.stringify(new URL("./log.ts", import.meta.url).href)});
  const sink = logSink();
  process.on("uncaughtException", (error) => { process.stdout.write(JSON.stringify({ died: error.message })); process.exit(9); });
  let longest = 0;
  for (let i = 0; i < ${lines}; i += 1) {
    const began = performance.now();
    sink.write(JSON.stringify({ i, text: "x".repeat(100) }) + "\\n");
    longest = Math.max(longest, performance.now() - began);
    if (i % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  sink.write(JSON.stringify({ end: true }) + "\\n");
  sink.last(JSON.stringify({ last: true }) + "\\n");
  process.stdout.write(JSON.stringify({ longest, lost: sink.lost() }));
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 200);
`;

interface Said {
  readonly longest: number;
  readonly lost: number;
  readonly died?: string;
}

async function run(stderr: number | "pipe", onPipe: (stream: NodeJS.ReadableStream) => void = () => undefined): Promise<Said> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", writer], { stdio: ["ignore", "pipe", stderr] });
  if (child.stderr !== null) onPipe(child.stderr);
  let said = "";
  child.stdout?.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = await new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  expect([ended, said]).toEqual(["SIGKILL", expect.stringContaining("longest")]);
  return JSON.parse(said) as Said;
}
const whole = (text: string): unknown[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("a reader that reads gets every line, in order, and the last word", { timeout: 30_000 }, async () => {
  let text = "";
  const { lost } = await run("pipe", (stream) => stream.on("data", (bytes: Buffer) => (text += bytes.toString())));
  const heard = whole(text) as { i?: number; last?: boolean }[];
  expect(heard.filter(({ i }) => i !== undefined).map(({ i }) => i)).toHaveLength(lines - lost);
  expect(heard.at(-1)).toEqual({ last: true });
});

test("a pipe that nobody reads: what does not fit is lost and counted; nothing waits", { timeout: 30_000 }, async () => {
  const { longest, lost } = await run("pipe");
  expect(lost).toBeGreaterThan(lines / 2);
  expect(longest).toBeLessThan(1_000); // a call that waits for a reader never returns
});

test("a pipe whose reader has gone: nobody dies of it", { timeout: 30_000 }, async () => {
  expect((await run("pipe", (stream) => (stream as unknown as { destroy(): void }).destroy())).died).toBeUndefined();
});

test("a full disk (/dev/full says ENOSPC): nobody dies of it", { timeout: 30_000 }, async () => {
  const full = openSync("/dev/full", "w");
  expect((await run(full)).died).toBeUndefined();
  closeSync(full);
});

test("a file: every line that was not counted as lost, whole", { timeout: 30_000 }, async () => {
  const path = join(folder, "log");
  const file = openSync(path, "a");
  const { lost } = await run(file);
  closeSync(file);
  const heard = whole(readFileSync(path, "utf8")) as { i?: number }[];
  expect(heard.filter(({ i }) => i !== undefined)).toHaveLength(lines - lost);
});

test.skipIf(!hasCommand("python3"))(
  "a socket that nobody reads (a stopped journald): lost and counted; nothing waits",
  { timeout: 30_000 },
  async () => {
    const path = join(folder, "journal");
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    // A stream socket as standard error, as systemd gives it: python connects, and becomes the program.
    const program = `import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM); s.connect(sys.argv[1]); os.dup2(s.fileno(), 2); os.execv(sys.argv[2], sys.argv[2:])`;
    const child = spawn("python3", ["-c", program, path, process.execPath, "--input-type=module", "-e", writer], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
    await new Promise((resolve) => child.once("exit", resolve));
    server.close();
    const { longest, lost } = JSON.parse(said) as Said;
    expect(lost).toBeGreaterThan(lines / 2);
    expect(longest).toBeLessThan(1_000);
  },
);

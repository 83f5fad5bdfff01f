// A program of ours as a stranger starts it: arguments in, one JSON line when it is ready, its log kept for the day it fails. Every one is ended by its own pid.
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

export interface TestProgram<Ready> {
  readonly pid: number;
  readonly ready: Ready;
  /** What it logged so far (its standard error). */
  log(): string;
  signal(name: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** SIGTERM, and SIGKILL when that is not heard within `within_ms` (5 s). */
  end(within_ms?: number): Promise<number | NodeJS.Signals>;
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly within_ms?: number;
  /** A command that becomes the program: its words, to which the program's own are added (`["unshare", "-m", …]`). */
  readonly through?: readonly string[];
  /** Node's own. */
  readonly flags?: readonly string[];
  /** Nobody reads what it writes to its standard error. */
  readonly unread?: true;
}

const running = new Set<ChildProcess>();
const mostLog = 400_000;

const exited = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Starts `node <file> …args`; `file` is relative to the repository. Resolves at its `{"ready": …}` line; give it --ready-json yourself. */
export async function startProgram<Ready>(file: string, args: readonly string[], options: StartOptions = {}): Promise<TestProgram<Ready>> {
  const [command = process.execPath, ...before] = [...(options.through ?? []), process.execPath];
  const child = spawn(command, [...before, ...(options.flags ?? []), join(repository, file), ...args], {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  running.add(child);
  let log = "";
  if (options.unread !== true)
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-mostLog);
    });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("exit", (code, signal) => {
      running.delete(child);
      resolve(code ?? signal ?? 1);
    });
  });
  const ready = await firstReadyLine<Ready>(child, options.within_ms ?? 20_000).catch((error: unknown) => {
    if (!exited(child)) child.kill("SIGKILL");
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}\n${log.slice(-4_000)}`);
  });
  if (child.pid === undefined) throw new Error(`${file} has no pid`);
  return {
    pid: child.pid,
    ready,
    log: () => log,
    signal: (name) => void child.kill(name),
    ended,
    end: async (within_ms = 5_000) => {
      if (exited(child)) return ended;
      child.kill("SIGCONT"); // a stopped program hears no SIGTERM
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), within_ms);
      const code = await ended;
      clearTimeout(timer);
      return code;
    },
  };
}

function firstReadyLine<Ready>(child: ChildProcess, within_ms: number): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready within ${within_ms} ms`)), within_ms);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`ended before it was ready (${code ?? signal})`));
    });
    if (child.stdout === null) return reject(new Error("has no output"));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!line.startsWith('{"ready"')) return;
      clearTimeout(timer);
      resolve(JSON.parse(line) as Ready);
    });
  });
}

/** For afterEach: whatever a failed test left behind. */
export async function endEveryProgram(): Promise<void> {
  await Promise.all(
    [...running].map(
      (child) =>
        new Promise<void>((resolve) => {
          if (exited(child)) return resolve();
          child.once("exit", () => resolve());
          child.kill("SIGKILL");
        }),
    ),
  );
}

/** Asks until it is so; the words name what was waited for. Real time: for whole processes only. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  options: { within_ms?: number; every_ms?: number } = {},
): Promise<T> {
  const end = performance.now() + (options.within_ms ?? 10_000);
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`waited ${options.within_ms ?? 10_000} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, options.every_ms ?? 25));
  }
}

// One started program: it says in one JSON line that it is ready; its log goes to a file of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { type Orphanage, openOrphanage } from "./orphans.ts";

let orphanage: Orphanage | undefined;
/** All programs ended in order: nobody needs to be ended after us. */
export function allEnded(): void {
  orphanage?.done();
  orphanage = undefined;
}

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

export interface Running<Ready> {
  readonly name: string;
  readonly child: ChildProcess;
  readonly ready: Ready;
  /** SIGTERM, and SIGKILL if that was not heard within 8 s. */
  stop(): Promise<void>;
}

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function lastLines(file: string, count: number): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}

export async function startProgram<Ready>(
  name: string,
  args: readonly string[],
  options: { log: string; env?: NodeJS.ProcessEnv; within_ms?: number },
): Promise<Running<Ready>> {
  const log = openSync(options.log, "a");
  // A group of its own: Ctrl-C is ours to hear, and the programs end in the order that we choose.
  const child = spawn(
    process.execPath,
    args.map((word, index) => (index === 0 ? join(root, word) : word)),
    { stdio: ["ignore", "pipe", log], env: { ...process.env, ...options.env }, detached: true },
  );
  closeSync(log);
  orphanage ??= openOrphanage();
  if (child.pid !== undefined) orphanage.watch(child.pid);
  const ready = await new Promise<Ready>((resolve, reject) => {
    const failed = (why: string) => reject(new Error(`${name} ${why}\n${lastLines(options.log, 12)}\n日志 / log: ${options.log}`));
    const timer = setTimeout(() => failed(`${(options.within_ms ?? 30_000) / 1000} s 内未就绪 / not ready`), options.within_ms ?? 30_000);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      failed(`未启动 / did not start (${code ?? signal})`);
    });
    if (child.stdout === null) return failed("has no output");
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!line.startsWith('{"ready"')) return;
      clearTimeout(timer);
      resolve(JSON.parse(line) as Ready);
    });
  }).catch((error: unknown) => {
    if (!ended(child)) child.kill("SIGKILL");
    throw error;
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      if (ended(child)) return resolve();
      const timer = setTimeout(() => child.kill("SIGKILL"), 8_000);
      child.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill("SIGTERM");
    });
  return { name, child, ready, stop };
}

/** A program that does its work and ends. */
export async function runProgram(name: string, args: readonly string[]): Promise<void> {
  const child = spawn(
    process.execPath,
    args.map((word, index) => (index === 0 ? join(root, word) : word)),
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`${name} 失败 / failed (${code})\n${said.trimEnd()}`);
}

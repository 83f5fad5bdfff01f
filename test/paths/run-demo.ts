// `cuobian demo` as a stranger starts it, in a process of its own.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../house/reading.ts";

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export function demo(args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, "command/main.ts"), "demo", "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (bytes: Buffer) => {
    out += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    err += bytes.toString();
  });
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, out, err })));
}

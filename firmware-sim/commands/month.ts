// `cuobian sim month` needs the gateway's own decisions beside the simulators: another program, which is started, never imported.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type ExitCode, exitCode } from "./say.ts";

export function month(args: string[]): ExitCode {
  const program = join(import.meta.dirname, "../../command/month/main.ts");
  const { status } = spawnSync(process.execPath, [program, ...args], { stdio: "inherit" });
  return (status ?? exitCode.failed) as ExitCode;
}

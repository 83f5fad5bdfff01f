// The site of test/children/committing-site.ts as a test starts it: a real journal with its real uplink that commits and says so, until it is killed.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { gatewayPassword } from "./cloud.ts";
import { repository } from "./program.ts";

export interface CommittingSite {
  /** "money 17", "reading 1234": said after the commit had returned, and when it was heard here. */
  readonly said: readonly { readonly line: string; readonly at: number }[];
  readonly child: ChildProcess;
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();

export interface CommittingChoices {
  readonly folder: string;
  readonly broker: string;
  readonly commits: number;
  readonly every_ms?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Five commits every so often, of all three classes, and a reading with each. */
export function startCommittingSite({ folder, broker, commits, every_ms = 10, env = {} }: CommittingChoices): CommittingSite {
  const script = join(repository, "test/children/committing-site.ts");
  const child = spawn(process.execPath, [script, folder, broker, String(commits), gatewayPassword, "money", String(every_ms)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  running.add(child);
  const said: { line: string; at: number }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => said.push({ line, at: Date.now() }));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    said,
    child,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
      running.delete(child);
    },
  };
}

export const commitsOf = (said: CommittingSite["said"]): CommittingSite["said"] =>
  said.filter(({ line }) => /^(urgent|money|state) \d+$/.test(line));

/** For an afterAll: whatever a failed test left running. */
export function killCommittingSites(): void {
  for (const child of running) child.kill("SIGKILL");
}

// The slaves of the polling benchmark as a child process: where they listen, and what they counted.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface SlaveCount {
  readonly reads: number;
  /** Sum of the answering times that the slave meant to take, and of those that it took. */
  readonly intended_us: number;
  readonly actual_us: number;
  /** From its first question to its last answer. */
  readonly span_us: number;
}
export interface Slaves {
  readonly ports: readonly number[];
  reset(): Promise<void>;
  stats(): Promise<SlaveCount[]>;
  stop(): void;
}

export async function startSlaves(
  program: string,
  { count, least_ms, most_ms, seed = 7 }: { count: number; least_ms: number; most_ms: number; seed?: number },
): Promise<Slaves> {
  const child = spawn(program, [count, least_ms * 1_000, most_ms * 1_000, seed].map(String), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
  const { ports } = (await read()) as { ports: number[] };
  const order = async (word: string): Promise<SlaveCount[]> => {
    child.stdin.write(`${word}\n`);
    return (await read()) as SlaveCount[];
  };
  return { ports, reset: async () => void (await order("reset")), stats: () => order("stats"), stop: () => child.stdin.end() };
}

// Seconds are promised of a machine that does this alone. How much of it others took meanwhile is measured; a bound is held where that was little, and always in the full set.
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { full } from "../promise.ts";

/** Above this share of all cores somebody else was at work too. */
const mostOthers = 0.2;
const tick_ms = 10;

interface Used {
  readonly at: number;
  /** Of the whole machine, and of this process with everything that it started, in clock ticks. */
  readonly all: number;
  readonly ours: number;
}

/** /proc/<pid>/stat behind the name: state, parent, …; utime, stime, cutime, cstime are fields 14 to 17 (proc_pid_stat(5)). */
function processes(): { pid: number; parent: number; ticks: number }[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const text = readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      const ticks = fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0);
      return [{ pid: Number(name), parent: Number(fields[1]), ticks }];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

function used(): Used {
  const all = processes();
  const mine = new Set([process.pid]);
  // Parents are older, but numbers go round: until nothing is added any more.
  for (let before = 0; before !== mine.size; ) {
    before = mine.size;
    for (const { pid, parent } of all) if (mine.has(parent)) mine.add(pid);
  }
  const ours = all.filter(({ pid }) => mine.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0);
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(/\s+/).slice(1).map(Number);
  return { at: performance.now(), all: user + nice + system + irq + softirq + steal, ours };
}

export interface Machine {
  /** Per cent of all cores that went to others since the beginning. */
  others(): number;
  /** Whether a bound on seconds is held. */
  holds(): boolean;
  /** "held", or why it was not. */
  said(): string;
}

export function watchMachine(): Machine {
  const before = used();
  const others = (): number => {
    const now = used();
    const whole = ((now.at - before.at) / tick_ms) * cpus().length;
    return Math.max(0, Math.round((100 * (now.all - before.all - Math.max(0, now.ours - before.ours))) / Math.max(1, whole)));
  };
  const holds = (): boolean => full || others() <= 100 * mostOthers;
  return { others, holds, said: () => (holds() ? "held" : `not held: others took ${others()} % of the machine`) };
}

/** What takes seconds, until it is as fast as promised or three tries were not: one try may meet somebody else's work. */
export async function timed<T>(
  once: () => Promise<T>,
  within: (result: T) => boolean,
): Promise<{ result: T; machine: Machine; tries: number }> {
  for (let tries = 1; ; tries += 1) {
    const machine = watchMachine();
    const result = await once();
    if (within(result) || tries === 3 || machine.holds()) return { result, machine, tries };
  }
}

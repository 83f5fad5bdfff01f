// Keeps the gateway's two processes alive: starts each, starts it again when it dies, and takes both along when it is told to stop. It decides nothing else.
// When it dies itself, the channel to each child closes, and they end on their own: protection with everything OFF.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { isWorked } from "../link/supervised.ts";
import type { Log } from "../site-context.ts";

export interface Program {
  readonly name: string;
  /** Arguments of node: its own flags, the file, the rest. It prints one JSON line with "ready" on its stdout. */
  readonly args: readonly string[];
  /** It says `worked` after real progress; when it has not for so long, it is ended and begun anew. */
  readonly within_ms?: number;
  /** Speaks to the service manager above us (systemd) in our stead. */
  readonly speaks?: true;
}

export interface Supervised {
  /** What each said when it was first ready, and its pid then. */
  readonly ready: Promise<ReadonlyMap<string, { readonly pid: number; readonly said: Readonly<Record<string, unknown>> }>>;
  stop(): Promise<void>;
}

export interface SupervisorSettings {
  readonly programs: readonly Program[];
  readonly log: Log;
  /** This one goes on, however often the others fail to start: unattended, nobody is served by its end. */
  readonly essential?: string;
  readonly first_ms?: number;
  readonly longest_ms?: number;
  /** A program that ran for so long is well: its next fall is a first one. */
  readonly well_ms?: number;
}

/** Before both were ever ready a start that fails again and again is a failed start. */
const attemptsBeforeReady = 3;
const killAfterMs = 6000;

export function supervise({
  programs,
  log,
  essential,
  first_ms = 200,
  longest_ms = 5000,
  well_ms = 30_000,
}: SupervisorSettings): Supervised {
  const children = new Map<string, ChildProcess>();
  const timers = new Set<NodeJS.Timeout>();
  const said = new Map<string, { pid: number; said: Record<string, unknown> }>();
  const managerWords = takeManagerWords();
  let stopping = false;
  let everReady = false;
  let resolveReady: (all: typeof said) => void = () => undefined;
  let rejectReady: (why: Error) => void = () => undefined;
  const ready = new Promise<typeof said>((resolve, reject) => {
    resolveReady = resolve;
    rejectReady = reject;
  });

  const start = (program: Program, falls: number): void => {
    const began = performance.now();
    const env = program.speaks ? { ...process.env, ...managerWords } : process.env;
    const child = spawn(process.execPath, program.args, { stdio: ["ignore", "pipe", "inherit", "ipc"], env });
    children.set(program.name, child);
    log.info({ program: program.name, pid: child.pid, falls }, "supervisor: started");
    if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", (line) => hear(program, child, line));
    const forget =
      program.within_ms === undefined
        ? undefined
        : endWhenItStands(child, program.within_ms, (stood_ms) =>
            log.error({ program: program.name, stood_ms }, "supervisor: no progress; it is ended and begun anew"),
          );
    child.once("error", (error) => log.error({ program: program.name, error: error.message }, "supervisor: cannot start"));
    child.once("close", (code, signal) => {
      forget?.();
      children.delete(program.name);
      if (stopping) return;
      const fell = performance.now() - began > well_ms ? 1 : falls + 1;
      log.error({ program: program.name, code, signal, falls: fell }, "supervisor: died");
      const stands = essential !== undefined && essential !== program.name;
      if (!everReady && fell >= attemptsBeforeReady && !stands)
        return rejectReady(new Error(`${program.name} 未能启动 / did not start (${signal ?? `exit ${code}`})`));
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          start(program, fell);
        },
        Math.min(longest_ms, first_ms * 2 ** (fell - 1)),
      );
      timers.add(timer);
    });
  };

  const hear = (program: Program, child: ChildProcess, line: string): void => {
    const words = readyLine(line);
    if (words === undefined || child.pid === undefined) return;
    said.set(program.name, { pid: child.pid, said: words });
    if (said.size < programs.length || everReady) return;
    everReady = true;
    resolveReady(said);
  };

  for (const program of programs) start(program, 0);
  return {
    ready,
    stop: async () => {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([...children.values()].map(end));
    },
  };
}

/** What systemd told this process about itself: for one of the children, and for no other. */
function takeManagerWords(): Record<string, string> {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: window, WATCHDOG_PID: meant } = process.env;
  for (const key of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete process.env[key];
  const ours = meant === undefined || meant === String(process.pid);
  return {
    ...(socket === undefined ? {} : { NOTIFY_SOCKET: socket }),
    ...(window === undefined || !ours ? {} : { WATCHDOG_USEC: window }),
  };
}

const look_ms = 1_000;

/** SIGKILL, for a stopped process hears nothing else. When we stood ourselves, its words lie unread: then it has its time anew. */
function endWhenItStands(child: ChildProcess, within_ms: number, onStood: (stood_ms: number) => void): () => void {
  let worked = performance.now();
  let looked = worked;
  child.on("message", (message) => {
    if (isWorked(message)) worked = performance.now();
  });
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - looked > 3 * look_ms) worked = now;
    looked = now;
    if (now - worked < within_ms) return;
    clearInterval(timer);
    onStood(Math.round(now - worked));
    child.kill("SIGKILL");
  }, look_ms);
  return () => clearInterval(timer);
}

function readyLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "ready" in value ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}

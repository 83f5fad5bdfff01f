// A serial line without hardware: util-linux `script` holds the master of a pseudo-terminal; we speak through its pipes, others open the slave's path.
import { type ChildProcess, spawn } from "node:child_process";

export interface PseudoTerminal {
  /** What a serial program opens, e.g. /dev/pts/5. */
  readonly path: string;
  write(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: (why: string) => void): void;
  close(): void;
}

const startWithinMs = 5_000;

// Raw before the path is printed: no byte is translated, echoed or taken as a signal. `tail --pid` keeps the slave open and ends with us, even after kill -9.
const insideCommand = (pid: number): string => `stty raw -echo; tty; exec tail --pid=${pid} -s 0.5 -f /dev/null`;

export function openPseudoTerminal(): Promise<PseudoTerminal> {
  const child = spawn("script", ["-qefc", insideCommand(process.pid), "/dev/null"], {
    stdio: ["pipe", "pipe", "ignore"],
    // Its own group: a Ctrl-C in our terminal reaches us first.
    detached: true,
    env: { ...process.env, SHELL: "/bin/sh" },
  });
  return new Promise((resolve, reject) => {
    let greeting = "";
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new Error(`无法创建虚拟串口 / no pseudo-terminal: ${why}. apt-get install -y bsdutils (script), coreutils (stty, tty, tail)`));
    };
    const timer = setTimeout(() => fail("`script` said nothing"), startWithinMs);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`\`script\` ended with ${code}`));
    child.stdout.on("data", function greet(chunk: Buffer) {
      greeting += chunk.toString("latin1");
      const end = greeting.indexOf("\n");
      if (end < 0) return;
      const path = greeting.slice(0, end).trim();
      if (!path.startsWith("/dev/")) return fail(`\`tty\` said ${JSON.stringify(greeting)}`);
      clearTimeout(timer);
      child.stdout.off("data", greet);
      child.removeAllListeners("error");
      child.removeAllListeners("exit");
      resolve(terminal(child, path));
    });
  });
}

function terminal(child: ChildProcess, path: string): PseudoTerminal {
  let closing = false;
  // A broken pipe is told by the child's exit.
  child.stdin?.on("error", () => {});
  child.on("error", () => {});
  return {
    path,
    write: (bytes) => {
      if (child.stdin?.writable === true) child.stdin.write(bytes);
    },
    onBytes: (listener) => {
      child.stdout?.on("data", (chunk: Buffer) => listener(chunk));
    },
    onClose: (listener) => {
      child.on("exit", (code, signal) => {
        if (!closing) listener(`script: ${signal ?? code}`);
      });
    },
    close: () => {
      closing = true;
      child.stdout?.removeAllListeners("data");
      child.kill("SIGTERM");
    },
  };
}

// If the demo itself is killed -9, nobody is left to end its programs. A small shell outlives it, hears the pipe close, and ends them.
import { spawn } from "node:child_process";

// Each line names a process group; "done" means that all ended in order.
const script = `groups=""
while read -r word; do
  if [ "$word" = done ]; then exit 0; fi
  groups="$groups -$word"
done
kill -TERM $groups 2>/dev/null
sleep 3
kill -KILL $groups 2>/dev/null`;

export interface Orphanage {
  /** A program that leads a process group of its own. */
  watch(pid: number): void;
  done(): void;
}

export function openOrphanage(): Orphanage {
  const shell = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  shell.unref();
  // The shell may be gone before us when the machine goes down: then there is nothing left to watch.
  shell.stdin.on("error", () => {});
  return {
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    done: () => void shell.stdin.end("done\n"),
  };
}

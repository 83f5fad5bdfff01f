// A PostgreSQL of its own for a test: a temporary cluster on a Unix socket, run by a user that is not root, gone afterwards.
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TemporaryPostgres {
  /** A connection string for a new, empty database. */
  fresh(): string;
  /** All connections break; it is there again when this returns. */
  restart(how: "fast" | "immediate"): void;
  stop(): void;
}

/** `postgres` is the server's path. fsync stays on: the contract speaks of durable commits. */
export function startPostgres(postgres: string): TemporaryPostgres {
  const tools = dirname(postgres);
  const folder = mkdtempSync(join(tmpdir(), "cuobian-postgres-"));
  const asRoot = process.getuid?.() === 0;
  const run = (tool: string, args: readonly string[]): string => {
    const [command, all] = asRoot ? ["runuser", ["-u", "postgres", "--", join(tools, tool), ...args]] : [join(tools, tool), [...args]];
    return execFileSync(command as string, all as string[], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  };
  chmodSync(folder, 0o755);
  if (asRoot) {
    const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    chownSync(folder, id("-u"), id("-g"));
  }
  const data = join(folder, "data");
  run("initdb", ["-D", data, "-U", "cuobian", "--auth=trust", "--encoding=UTF8", "--no-sync"]);
  const options = `-k ${folder} -c listen_addresses='' -c shared_buffers=16MB -c max_connections=60`;
  run("pg_ctl", ["-D", data, "-o", options, "-l", join(folder, "log"), "-w", "start"]);
  let databases = 0;
  return {
    fresh() {
      databases += 1;
      run("createdb", ["-h", folder, "-U", "cuobian", `test_${databases}`]);
      return `postgres://cuobian@/test_${databases}?host=${encodeURIComponent(folder)}`;
    },
    restart(how) {
      run("pg_ctl", ["-D", data, "-o", options, "-l", join(folder, "log"), "-m", how, "-w", "restart"]);
    },
    stop() {
      run("pg_ctl", ["-D", data, "-m", "immediate", "-w", "stop"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

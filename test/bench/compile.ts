// C programs of a benchmark, compiled where it runs. Words that say what to install when that cannot be done.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export interface Workshop {
  readonly folder: string;
  compile(source: string, ...libraries: string[]): string;
  close(): void;
}

export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-bench-"));
  return {
    folder,
    compile(source, ...libraries) {
      const program = join(folder, basename(source, ".c"));
      const made = spawnSync("cc", ["-O2", "-Wall", "-Wextra", "-o", program, source, ...libraries.map((one) => `-l${one}`)], {
        encoding: "utf8",
      });
      if (made.error !== undefined || made.status !== 0)
        throw new Error(
          `${source}: ${made.error?.message ?? made.stderr}\n需要 C 编译器与 libmodbus / a C compiler and libmodbus are needed: apt-get install -y gcc libc6-dev libmodbus-dev`,
        );
      return program;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

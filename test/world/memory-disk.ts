// A disk in memory that the test itself sees too, of a size that can really be filled: a whole gateway keeps its data there.
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Mounting is root's. */
export const canMakeDisks = process.getuid?.() === 0 && process.platform === "linux";

export interface MemoryDisk {
  readonly folder: string;
  free(): number;
  /** Somebody else takes every byte that is left. Bytes taken. */
  fill(): number;
  /** What somebody else took goes again. */
  clear(): void;
  remove(): void;
}

export function makeDisk(folder: string, megabytes: number): MemoryDisk {
  mkdirSync(folder, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  const filler = join(folder, "somebody-elses");
  const free = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    folder,
    free,
    fill: () => {
      const file = openSync(filler, "a");
      let taken = 0;
      // Ever smaller pieces, until not a byte goes in.
      for (let size = 1_048_576; size >= 1; size = Math.floor(size / 4)) {
        const piece = Buffer.alloc(size, 1);
        try {
          for (;;) taken += writeSync(file, piece);
        } catch (error) {
          if ((error as { code?: string }).code !== "ENOSPC") throw error;
        }
      }
      closeSync(file);
      return taken;
    },
    clear: () => rmSync(filler, { force: true }),
    remove: () => void execFileSync("umount", ["-l", folder]),
  };
}

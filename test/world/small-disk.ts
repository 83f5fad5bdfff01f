// A disk that can be filled, emptied and pulled out under a running program: ext4 in a file, mounted in a mount namespace that only this program sees, and gone with it.
// Where that may not be made (no root, no loop device), a limit on the size of files.
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface SmallDisk {
  /** How it is made, for the counts. */
  readonly kind: string;
  /** For startProgram's `through`. */
  readonly through: readonly string[];
  fill(pid: number): void;
  empty(pid: number): void;
  /** As when the card is pulled: every read and write fails from here on (EXT4_IOC_SHUTDOWN without flushing its log). */
  pull(pid: number): void;
}

const megabytes = 2;

/** `folder` must be there; the program sees an empty small disk in its place. `needs` is made on it. */
export function smallDisk(folder: string): SmallDisk {
  const image = `${folder}.image`;
  const file = openSync(image, "w");
  ftruncateSync(file, megabytes * 1_048_576);
  closeSync(file);
  const made = spawnSync("mkfs.ext4", ["-q", "-F", "-m", "0", "-b", "1024", image], { env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" } });
  const mount = ["unshare", "--mount", "sh", "-c", `mount -o loop "${image}" "${folder}" && exec "$@"`, "sh"];
  if (made.status !== 0 || spawnSync(mount[0] ?? "", [...mount.slice(1), "true"]).status !== 0) return limitedFiles(folder);
  const inside = (pid: number, name: string): string => join(`/proc/${pid}/root`, folder, name);
  return {
    kind: `ext4 of ${megabytes} MB`,
    through: mount,
    fill: (pid) => fillUp(inside(pid, "ballast")),
    empty: (pid) => rmSync(inside(pid, "ballast"), { force: true }),
    pull(pid) {
      const words = "import fcntl, os, struct, sys; fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";
      const pulled = spawnSync("python3", ["-c", words, inside(pid, "")], { encoding: "utf8" });
      if (pulled.status !== 0) throw new Error(`the disk cannot be pulled: ${pulled.stderr}`);
    },
  };
}

function fillUp(path: string): void {
  const ballast = openSync(path, "w");
  try {
    for (const size of [65_536, 1_024, 1]) {
      try {
        for (;;) writeSync(ballast, Buffer.alloc(size, 65));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    closeSync(ballast);
  }
}

const limitedFiles = (folder: string): SmallDisk => ({
  kind: "files of at most 8 kB",
  through: ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh"],
  fill: () => undefined,
  empty: () => undefined,
  pull(_pid) {
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(folder, "no folder any more");
  },
});

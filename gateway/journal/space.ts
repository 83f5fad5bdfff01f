// When the disk is full, safety and money go on: what is worth less makes room for them, and a reserve that was put aside on a better day is the last of it.
// In this order: waiting readings, the reserve, then (in the journal itself) what the cloud has and what is only state.
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface Giver {
  readonly name: string;
  /** Makes room; false when there is nothing (more) to give. */
  readonly give: () => boolean;
}

export interface SpaceSettings {
  readonly folder: string;
  readonly reserveBytes: number;
  /** Free bytes for us on that disk; a test says its own. */
  readonly free?: () => number;
}

export interface Space {
  /** Asked in this order: who offered before the reserve, the reserve, who offered behind it. */
  offer(giver: Giver, place: "before-reserve" | "behind-reserve"): void;
  /** A write was refused for want of room: true when something was given since, and it is worth trying again. */
  give(): boolean;
  /** Now and then: gives in time when little is left, and puts the reserve back when there is room again. "short" and "well" are said once each. */
  look(): "short" | "well" | undefined;
  readonly short: boolean;
  /** What was given since the disk got short. */
  readonly given: readonly string[];
}

/** Room that a start needs before anything can be read: the write-ahead log's index, a checkpoint. */
const leastBytes = 2_000_000;
const blockBytes = 1_000_000;

/** Before the journal is opened: on a full disk even that needs the reserve. */
export function openSpace({ folder, reserveBytes, free = () => freeBytes(folder) }: SpaceSettings): Space {
  const path = join(folder, "reserve");
  const given: string[] = [];
  let short = false;
  let said = false;

  const reserve: Giver = {
    name: "reserve",
    give: () => {
      if (heldBytes(path) === 0) return false;
      rmSync(path, { force: true });
      return true;
    },
  };
  const before: Giver[] = [];
  const behind: Giver[] = [];
  const give = (): boolean => {
    short = true;
    const giver = [...before, reserve, ...behind].find((one) => one.give());
    if (giver === undefined) return false;
    if (!given.includes(giver.name)) given.push(giver.name);
    return true;
  };
  const putBack = (): boolean => {
    const held = heldBytes(path) >= reserveBytes;
    // With less room than this beside it, the next small file would take it away again.
    if (free() < reserveBytes + leastBytes + (held ? 0 : reserveBytes)) return held && !short;
    if (held) return true;
    try {
      fill(path, reserveBytes);
      return true;
    } catch {
      rmSync(path, { force: true });
      return false;
    }
  };

  if (free() < leastBytes) give();
  else short = !putBack();
  return {
    offer: (giver, place) => void (place === "before-reserve" ? before : behind).push(giver),
    give,
    look: () => {
      if (!short && free() < Math.min(leastBytes, reserveBytes / 4)) give();
      if (short && !said) {
        said = true;
        return "short";
      }
      if (!putBack() || !short) return undefined;
      short = false;
      said = false;
      given.length = 0;
      return "well";
    },
    get short() {
      return short;
    },
    given,
  };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function heldBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Written, not only announced: a file with holes reserves nothing. */
function fill(path: string, bytes: number): void {
  const file = openSync(path, "w", 0o600);
  try {
    const block = Buffer.alloc(blockBytes, 0x5a);
    for (let left = bytes; left > 0; left -= block.length) writeSync(file, block, 0, Math.min(left, block.length));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

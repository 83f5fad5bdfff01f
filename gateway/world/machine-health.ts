// What the machine says of itself: room on the disk, and how hot it is. What it does not say is absent; it is never 0.
import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";

export interface Disk {
  readonly free: number;
  readonly total: number;
}

/** The disk that a folder lies on, in bytes; `free` is what is left for us. */
export function diskOf(folder: string): Disk | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return blocks > 0 ? { free: bavail * bsize, total: blocks * bsize } : undefined;
  } catch {
    return undefined;
  }
}

/** A sensor that is broken, or of nothing, says a number that no board survives. */
const coldest_mC = -40_000;
const hottest_mC = 150_000;
/** Zones of the processor, as the kernel's drivers name them; a board's other sensors may stand in the sun, or be a constant of its firmware. */
const processor = /cpu|soc|pkg|core|k10temp/i;

function zone(folder: string): { mC: number; processor: boolean } | undefined {
  try {
    const text = readFileSync(join(folder, "temp"), "utf8").trim();
    const mC = Number(text);
    if (!/^-?\d+$/.test(text) || mC < coldest_mC || mC > hottest_mC) return undefined;
    return { mC, processor: processor.test(typeOf(folder)) };
  } catch {
    return undefined; // a zone that is switched off refuses to be read
  }
}

function typeOf(folder: string): string {
  try {
    return readFileSync(join(folder, "type"), "utf8");
  } catch {
    return "";
  }
}

/** Thousandths of a degree: the hottest zone of the processor, else the hottest of all; undefined where the kernel shows none. */
export function processor_mC(root = "/sys/class/thermal"): number | undefined {
  let names: string[];
  try {
    names = readdirSync(root).filter((name) => name.startsWith("thermal_zone"));
  } catch {
    return undefined;
  }
  const zones = names.map((name) => zone(join(root, name))).filter((one) => one !== undefined);
  const own = zones.filter((one) => one.processor);
  const asked = own.length > 0 ? own : zones;
  return asked.length === 0 ? undefined : Math.max(...asked.map(({ mC }) => mC));
}

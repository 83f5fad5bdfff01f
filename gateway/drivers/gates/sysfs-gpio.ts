// A GPIO line of the machine by the kernel's own files (Documentation/ABI/obsolete/sysfs-gpio): exported, made an output that begins low, written. Numbers move with the
// kernel (a Raspberry Pi's line 17 is 17, 529 or 588): a line is named by its chip and its number there, and the chip's base is read.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import type { Contact } from "./pulse.ts";

export interface GpioLine {
  /** The chip's label, as its file says it: "pinctrl-bcm2711", "pinctrl-rp1". */
  readonly chip: string;
  readonly line: number;
  /** The relay closes when the line is low. */
  readonly activeLow: boolean;
}

/** The kernel makes these files; nobody else does. */
const write = (path: string, text: string): void => writeFileSync(path, text, { flag: "r+" });
const read = (path: string): string => readFileSync(path, "utf8").trim();

/** The kernel's number of a chip's line. */
export function gpioNumber({ chip, line }: Pick<GpioLine, "chip" | "line">, root: string): number {
  const chips = readdirSync(root).filter((name) => name.startsWith("gpiochip"));
  for (const name of chips)
    if (read(join(root, name, "label")) === chip) {
      const [base, lines] = [Number(read(join(root, name, "base"))), Number(read(join(root, name, "ngpio")))];
      if (line >= lines) throw new Error(`${chip} has ${lines} lines, not line ${line}`);
      return base + line;
    }
  const labels = chips.map((name) => read(join(root, name, "label")));
  throw new Error(`没有 GPIO 芯片 / no GPIO chip ${chip}; here are ${labels.join(", ") || "none"}`);
}

/** Opens the line at once, open contact first, so that nothing pulses at start. */
export function sysfsContact(gpio: GpioLine, root = "/sys/class/gpio"): Contact {
  let value: string | undefined;
  const level = (closed: boolean): "0" | "1" => (closed === gpio.activeLow ? "0" : "1");

  function prepare(): string {
    if (value !== undefined) return value;
    if (!existsSync(join(root, "export")))
      throw new Error(`内核没有 sysfs GPIO，改用继电器板 / this kernel has no sysfs GPIO (${root}): use a relay board`);
    const number = gpioNumber(gpio, root);
    const folder = join(root, `gpio${number}`);
    if (!existsSync(folder)) write(join(root, "export"), String(number));
    // "low" and "high" make an output and set it in one step; "out" would pulse a relay that is active low.
    write(join(folder, "direction"), level(false) === "0" ? "low" : "high");
    value = join(folder, "value");
    return value;
  }

  function set(closed: boolean): "done" | ReturnType<typeof deviceFault> {
    try {
      const path = prepare();
      write(path, level(closed));
      const is = read(path);
      return is === level(closed) ? "done" : deviceFault("impossible-value", `the line reads ${is}`);
    } catch (error) {
      value = undefined;
      return deviceFault("exception", error instanceof Error ? error.message : "not to be written");
    }
  }
  set(false);
  return { set: async (closed) => set(closed), stop: () => undefined };
}

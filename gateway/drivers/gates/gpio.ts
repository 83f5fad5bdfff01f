// A GPIO line of the machine, in the kernel's two ways. With /sys/class/gpio (Documentation/ABI/obsolete/sysfs-gpio) onoff sets it; without, the character device does, which is
// what libgpiod speaks. Numbers move with the kernel (a Raspberry Pi's line 17 is 17, 529 or 588): a line is named by its chip's label and its number there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import type { Contact } from "./pulse.ts";

export interface GpioLine {
  /** The chip's label, as its file says it: "pinctrl-bcm2711", "pinctrl-rp1". */
  readonly chip: string;
  readonly line: number;
  /** The relay closes when the line is low. */
  readonly activeLow: boolean;
}

/** A line that is ours until it is let go. Both throw when the kernel refuses. */
export interface HeldLine {
  /** Whether the contact is closed; seen again from outside, where the kernel shows it. */
  set(closed: boolean): void;
  release(): void;
}

/** Opens the line as an output whose contact is open, in one step. */
export type OpenLine = (line: GpioLine) => Promise<HeldLine>;

const read = (path: string): string => readFileSync(path, "utf8").trim();
/** onoff knows no other place. */
const sysfs = "/sys/class/gpio";

/** The kernel's number of a chip's line. */
export function gpioNumber({ chip, line }: Pick<GpioLine, "chip" | "line">): number {
  const chips = readdirSync(sysfs).filter((name) => name.startsWith("gpiochip"));
  for (const name of chips)
    if (read(join(sysfs, name, "label")) === chip) {
      const [base, lines] = [Number(read(join(sysfs, name, "base"))), Number(read(join(sysfs, name, "ngpio")))];
      if (line >= lines) throw new Error(`${chip} 只有 ${lines} 条线 / has ${lines} lines, not line ${line}`);
      return base + line;
    }
  const labels = chips.map((name) => read(join(sysfs, name, "label")));
  throw new Error(`没有 GPIO 芯片 / no GPIO chip ${chip}; here are ${labels.join(", ") || "none"}`);
}

const openBySysfs: OpenLine = async (gpio) => {
  const { Gpio } = await import("onoff");
  const number = gpioNumber(gpio);
  const folder = join(sysfs, `gpio${number}`);
  // onoff would look for it ten thousand times, and hold everything up meanwhile.
  if (existsSync(folder) && !existsSync(join(folder, "value"))) throw new Error(`${folder} has no value: the chip is gone`);
  const level = (closed: boolean): 0 | 1 => (closed === gpio.activeLow ? 0 : 1);
  // "low" and "high" make an output and set it in one step; "out" would pulse a relay that is active low. The kernel's own inversion is off: the level is ours to choose.
  const line = new Gpio(number, level(false) === 0 ? "low" : "high", "none", { activeLow: false });
  // Of a line that was exported before onoff keeps quiet when it could not be made an output.
  if (read(join(folder, "direction")) === "in") throw new Error(`${folder} stays an input: is it ours? (group gpio, udev)`);
  return {
    set(closed) {
      line.writeSync(level(closed));
      // By the path, not by the handle: a chip that was pulled takes its files along.
      const is = read(join(folder, "value"));
      if (is !== String(level(closed))) throw new Error(`the line reads ${is}`);
    },
    // Not unexported: it would become an input, and its level nobody's.
    release: () => undefined,
  };
};

/** `bySysfs` says which of the two this machine has; asked at every opening, because a kernel may be newer after the next boot. */
export function gpioContact(gpio: GpioLine, byCharacter: OpenLine): Contact {
  let held: HeldLine | undefined;
  const open = (): Promise<HeldLine> => (existsSync(join(sysfs, "export")) ? openBySysfs(gpio) : byCharacter(gpio));
  /** One after another: the first opening of the line may still be under way. */
  let turn: Promise<unknown> = Promise.resolve();

  async function obey(closed: boolean): Promise<"done" | DeviceFault> {
    try {
      held ??= await open();
      held.set(closed);
      return "done";
    } catch (error) {
      held?.release();
      held = undefined;
      return deviceFault("exception", error instanceof Error ? error.message : "not to be written");
    }
  }
  const set = (closed: boolean): Promise<"done" | DeviceFault> => {
    const mine = turn.then(() => obey(closed));
    turn = mine;
    return mine;
  };
  // At once, open contact first, so that nothing pulses at start.
  void set(false);
  return {
    set,
    stop: () =>
      void turn.then(() => {
        held?.release();
        held = undefined;
      }),
  };
}

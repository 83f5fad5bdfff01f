// A line of a GPIO chip through its character device: the kernel's interface under libgpiod (linux/gpio.h, uAPI v2, since 5.10), for kernels that have no /sys/class/gpio any more.
// The line is held as long as its descriptor is open; nobody else can take it meanwhile.
import { Buffer } from "node:buffer";
import { closeSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { deviceControl } from "./libc.ts";

const chipInfo = 0x8044b401; // GPIO_GET_CHIPINFO_IOCTL: name[32], label[32], lines
const getLine = 0xc250b407; // GPIO_V2_GET_LINE_IOCTL: struct gpio_v2_line_request, 592 bytes
const setValues = 0xc010b40f; // GPIO_V2_LINE_SET_VALUES_IOCTL: bits, mask
const activeLowFlag = 1n << 1n;
const outputFlag = 1n << 3n;
const outputValues = 2; // GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES
const requestBytes = 592;
const at = { consumer: 256, flags: 288, attributes: 296, attribute: 320, mask: 336, lines: 560, fd: 588 } as const;

/** One output whose contact rests: the level of "inactive" is set in the same step in which the line becomes an output. */
export function lineRequest({ line, activeLow }: { readonly line: number; readonly activeLow: boolean }): Buffer {
  const request = Buffer.alloc(requestBytes);
  request.writeUInt32LE(line, 0);
  request.write("cuobian gate", at.consumer, "latin1");
  request.writeBigUInt64LE(outputFlag | (activeLow ? activeLowFlag : 0n), at.flags);
  request.writeUInt32LE(1, at.attributes);
  request.writeUInt32LE(outputValues, at.attribute);
  request.writeBigUInt64LE(1n, at.mask);
  request.writeUInt32LE(1, at.lines);
  return request;
}

const text = (bytes: Buffer): string => bytes.subarray(0, bytes.indexOf(0) < 0 ? bytes.length : bytes.indexOf(0)).toString("latin1");

export interface CharacterLine {
  set(closed: boolean): void;
  release(): void;
}

export async function openCharacterLine(
  gpio: { readonly chip: string; readonly line: number; readonly activeLow: boolean },
  devices = "/dev",
): Promise<CharacterLine> {
  const control = await deviceControl();
  const said: string[] = [];
  for (const name of readdirSync(devices).filter((one) => /^gpiochip\d+$/.test(one))) {
    const chip = openSync(join(devices, name), "r+");
    try {
      const info = Buffer.alloc(requestBytes);
      control(chip, chipInfo, info);
      const label = text(info.subarray(32, 64));
      said.push(label);
      if (label !== gpio.chip) continue;
      const lines = info.readUInt32LE(64);
      if (gpio.line >= lines) throw new Error(`${label} 只有 ${lines} 条线 / has ${lines} lines, not line ${gpio.line}`);
      const request = lineRequest(gpio);
      control(chip, getLine, request);
      return heldBy(request.readInt32LE(at.fd), control);
    } finally {
      closeSync(chip);
    }
  }
  throw new Error(`没有 GPIO 芯片 / no GPIO chip ${gpio.chip} in ${devices}; here are ${said.join(", ") || "none"}`);
}

function heldBy(fd: number, control: Awaited<ReturnType<typeof deviceControl>>): CharacterLine {
  if (fd <= 2) throw new Error("the kernel gave no descriptor for the line");
  return {
    set(closed) {
      const values = Buffer.alloc(requestBytes);
      values.writeBigUInt64LE(closed ? 1n : 0n, 0);
      values.writeBigUInt64LE(1n, 8);
      control(fd, setValues, values);
    },
    release: () => closeSync(fd),
  };
}

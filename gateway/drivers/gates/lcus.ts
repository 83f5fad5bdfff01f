// LCUS USB relay boards (CH340, 9600 8N1): A0, channel, 01 or 00, and the sum of the three. The board says nothing; a write that the port took is all that is known.
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import type { ByteLine } from "../../ports.ts";
import type { Contact } from "./pulse.ts";

export function lcusFrame(channel: number, closed: boolean): Uint8Array {
  const state = closed ? 1 : 0;
  return Uint8Array.of(0xa0, channel, state, (0xa0 + channel + state) & 0xff);
}

/** The port is opened for each command when it is not open: an adapter that was pulled and put back works again by itself. */
export function lcusContact(channel: number, open: () => Promise<ByteLine>): Contact {
  let line: ByteLine | undefined;
  async function set(closed: boolean): Promise<"done" | DeviceFault> {
    try {
      if (line === undefined) {
        const opened = await open();
        line = opened;
        opened.onClose(() => {
          if (line === opened) line = undefined;
        });
      }
      line.write(lcusFrame(channel, closed));
      return "done";
    } catch (error) {
      line = undefined;
      return deviceFault("closed", error instanceof Error ? error.message : "the port cannot be opened");
    }
  }
  return { set, stop: () => line?.close() };
}

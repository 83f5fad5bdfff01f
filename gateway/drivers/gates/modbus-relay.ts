// One coil of a Modbus relay board (function 5), on a connection of its own. The echo says that the board has heard it.
import { writeCoilRequest } from "#protocols/modbus/frame.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import type { Exchange } from "../../lines/exchange.ts";
import { superviseLine } from "../../lines/supervisor.ts";
import type { Clock } from "../../ports.ts";
import type { Contact } from "./pulse.ts";

export interface CoilPlace {
  readonly id: string;
  readonly clock: Clock;
  readonly unit: number;
  readonly coil: number;
  readonly connect: () => Promise<Exchange>;
}

export function coilContact({ id, clock, unit, coil, connect }: CoilPlace): Contact {
  const nothing = (): void => undefined;
  const line = superviseLine({ id, clock, connect }, { onFree: nothing, onOpen: nothing, onLost: nothing });
  return {
    set: (closed) =>
      new Promise<"done" | DeviceFault>((resolve) => {
        // Whoever asks tries again, or calls a person: nothing is kept for later.
        if (!line.free()) return resolve(deviceFault("closed", "the relay board is not connected, or busy"));
        line.ask(writeCoilRequest(unit, coil, closed ? 0xff00 : 0), (outcome) => resolve(outcome.kind === "answer" ? "done" : outcome));
      }),
    stop: () => line.stop(),
  };
}

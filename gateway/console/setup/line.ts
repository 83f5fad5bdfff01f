// A line for a person who sets a gateway up: opened for one piece of work and closed whatever happens. No site file is there yet, so no line has another owner.
import type { BenchLine } from "#protocols/api/installer.ts";
import type { Request } from "#protocols/modbus/frame.ts";
import type { Outcome } from "../../lines/exchange.ts";
import { openExchange } from "../../lines/open.ts";
import type { Devices } from "../../ports.ts";
import { machineClock } from "../../world/clock.ts";
import { machineDevices } from "../../world/devices.ts";

export type Ask = (request: Request) => Promise<Outcome>;

/** Rejects with words that say what to check. `devices`: who listens along. */
export async function onLine<Done>(
  line: BenchLine,
  { within_ms, devices = machineDevices() }: { readonly within_ms: number; readonly devices?: Devices },
  work: (ask: Ask) => Promise<Done>,
): Promise<Done> {
  const exchange = await openExchange(
    { ...line, turnaround_ms: within_ms },
    { clock: machineClock(), devices, echo: { state: "unknown" } },
  );
  const ask: Ask = (request) =>
    new Promise((resolve) => {
      const turn = (): void => {
        if (exchange.free()) exchange.ask(request, resolve);
        else exchange.onFree(turn);
      };
      turn();
    });
  try {
    return await work(ask);
  } finally {
    exchange.close();
  }
}

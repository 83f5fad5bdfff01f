// A line for one visit: a serial port with our own RTU master, Modbus TCP, or RTU frames over TCP. One question after the other.
import { setTimeout as pause } from "node:timers/promises";
import type { Exchange, Outcome } from "#gateway/lines/exchange.ts";
import { rtuExchange } from "#gateway/lines/rtu.ts";
import { openTcpExchange } from "#gateway/lines/tcp.ts";
import { machineClock } from "#gateway/world/clock.ts";
import { machineDevices } from "#gateway/world/devices.ts";
import type { Request } from "#protocols/modbus/frame.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import { oneOf, Unreachable, UsageError, whole } from "./say.ts";

export const lineOptions = {
  host: { type: "string" },
  port: { type: "string" },
  rtu: { type: "boolean", default: false },
  serial: { type: "string" },
  baud: { type: "string" },
  parity: { type: "string" },
  "stop-bits": { type: "string" },
  unit: { type: "string" },
  timeout: { type: "string" },
} as const;
export interface LineValues {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly rtu?: boolean | undefined;
  readonly serial?: string | undefined;
  readonly baud?: string | undefined;
  readonly parity?: string | undefined;
  readonly "stop-bits"?: string | undefined;
  readonly unit?: string | undefined;
  readonly timeout?: string | undefined;
}

export interface Line {
  readonly words: string;
  readonly unit: number;
  ask(request: Request): Promise<Outcome>;
  close(): void;
}

/** Settings that were not typed come from the profile, as the device is shipped. */
export async function openLine(values: LineValues, profile?: Profile): Promise<Line> {
  const unit = whole("unit", values.unit, [0, 255]) ?? profile?.unit ?? 1;
  const timeout = whole("timeout", values.timeout, [10, 60_000]) ?? 500;
  if ((values.host === undefined) === (values.serial === undefined))
    throw new UsageError("需要 --host（Modbus TCP）或 --serial（串口）之一 / either --host (Modbus TCP) or --serial");
  const baud = whole("baud", values.baud, [300, 1_000_000]) ?? profile?.serial?.baud ?? 9600;
  const clock = machineClock();
  try {
    if (values.host !== undefined) {
      const port = whole("port", values.port, [1, 65_535]) ?? 502;
      const exchange = values.rtu
        ? rtuExchange({ line: await machineDevices().openTcp(values.host, port), clock, baud: 115_200, turnaround_ms: timeout })
        : await openTcpExchange({ host: values.host, port, clock, answerWithin_ms: timeout });
      return lineOf(exchange, { unit, words: `${values.host}:${port}${values.rtu ? " RTU" : ""}`, pause_ms: profile?.read.pause_ms ?? 0 });
    }
    const parity = oneOf("parity", values.parity ?? profile?.serial?.parity ?? "none", ["none", "even", "odd"]);
    const stopBits = whole("stop-bits", values["stop-bits"], [1, 2]) === 2 || profile?.serial?.stop_bits === 2 ? 2 : 1;
    const path = values.serial ?? "";
    const line = await machineDevices().openSerial(path, { baud, parity, stopBits });
    const words = `${path} ${baud} 8${parity === "none" ? "N" : parity === "even" ? "E" : "O"}${stopBits}`;
    return lineOf(rtuExchange({ line, clock, baud, turnaround_ms: timeout }), { unit, words, pause_ms: profile?.read.pause_ms ?? 0 });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new Unreachable(error instanceof Error ? error.message : String(error));
  }
}

/** The exchange throws when it is asked while busy; here the question waits its turn. */
export function lineOf(exchange: Exchange, { unit, words, pause_ms }: { unit: number; words: string; pause_ms: number }): Line {
  let gone: string | undefined;
  let wake = (): void => undefined;
  exchange.onFree(() => wake());
  exchange.onClose((why) => {
    gone = why;
    wake();
  });
  let first = true;
  const once = (request: Request): Promise<Outcome> =>
    new Promise((resolve) => {
      const turn = (): void => {
        if (gone !== undefined) resolve(deviceFault("closed", gone));
        else if (exchange.free()) {
          wake = () => undefined;
          exchange.ask(request, resolve);
        } else wake = turn;
      };
      turn();
    });
  return {
    words,
    unit,
    async ask(request) {
      if (pause_ms > 0 && !first) await pause(pause_ms);
      first = false;
      return once(request);
    },
    close: () => exchange.close(),
  };
}

// A line for one visit: a serial port with our own RTU master, Modbus TCP, or RTU frames over TCP. One question after the other.
import { setTimeout as pause } from "node:timers/promises";
import type { Exchange, Outcome } from "#gateway/lines/exchange.ts";
import { rtuExchange } from "#gateway/lines/rtu.ts";
import { openTcpExchange } from "#gateway/lines/tcp.ts";
import type { ByteLine } from "#gateway/ports.ts";
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

export interface LineSettings {
  readonly place:
    | { readonly kind: "serial"; readonly path: string; readonly parity: "none" | "even" | "odd"; readonly stopBits: 1 | 2 }
    | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly rtu: boolean };
  readonly baud: number;
  readonly unit: number;
  readonly timeout_ms: number;
  readonly pause_ms: number;
  readonly words: string;
}

const parityLetter = { none: "N", even: "E", odd: "O" } as const;

/** Settings that were not typed come from the profile, as the device is shipped. */
export function lineSettings(values: LineValues, profile?: Profile): LineSettings {
  if ((values.host === undefined) === (values.serial === undefined))
    throw new UsageError("需要 --host（Modbus TCP）或 --serial（串口）之一 / either --host (Modbus TCP) or --serial");
  const shared = {
    unit: whole("unit", values.unit, [0, 255]) ?? profile?.unit ?? 1,
    timeout_ms: whole("timeout", values.timeout, [10, 60_000]) ?? 500,
    pause_ms: profile?.read.pause_ms ?? 0,
    baud: whole("baud", values.baud, [300, 1_000_000]) ?? profile?.serial?.baud ?? 9600,
  };
  if (values.host !== undefined) {
    const port = whole("port", values.port, [1, 65_535]) ?? 502;
    const rtu = values.rtu ?? false;
    const place = { kind: "tcp", host: values.host, port, rtu } as const;
    return { ...shared, place, words: `${values.host}:${port}${rtu ? " RTU" : ""}` };
  }
  const parity = oneOf("parity", values.parity ?? profile?.serial?.parity ?? "none", ["none", "even", "odd"]);
  const stopBits = (whole("stop-bits", values["stop-bits"], [1, 2]) ?? profile?.serial?.stop_bits) === 2 ? 2 : 1;
  const path = values.serial ?? "";
  return {
    ...shared,
    place: { kind: "serial", path, parity, stopBits },
    words: `${path} ${shared.baud} 8${parityLetter[parity]}${stopBits}`,
  };
}

export async function openLine(values: LineValues, profile?: Profile): Promise<Line> {
  return openSettings(lineSettings(values, profile));
}

export async function openSettings(settings: LineSettings): Promise<Line> {
  const { place, baud, timeout_ms } = settings;
  const clock = machineClock();
  const rtu = (line: ByteLine, rate: number): Exchange => rtuExchange({ line, clock, baud: rate, turnaround_ms: timeout_ms });
  try {
    if (place.kind === "serial")
      return lineOf(
        rtu(await machineDevices().openSerial(place.path, { baud, parity: place.parity, stopBits: place.stopBits }), baud),
        settings,
      );
    const { host, port } = place;
    const exchange = place.rtu
      ? rtu(await machineDevices().openTcp(host, port), 115_200)
      : await openTcpExchange({ host, port, clock, answerWithin_ms: timeout_ms });
    return lineOf(exchange, settings);
  } catch (error) {
    throw new Unreachable(error instanceof Error ? error.message : String(error));
  }
}

/** The exchange throws when it is asked while busy; here the question waits its turn. */
export function lineOf(exchange: Exchange, { unit, words, pause_ms }: Pick<LineSettings, "unit" | "words" | "pause_ms">): Line {
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

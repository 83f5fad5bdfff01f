// A line for one visit: a serial port with our own RTU master, Modbus TCP, or RTU frames over TCP. One question after the other.
import { setTimeout as pause } from "node:timers/promises";
import type { Exchange, Outcome } from "#gateway/lines/exchange.ts";
import { type LineAddress, openExchange, senseOf } from "#gateway/lines/open.ts";
import { machineClock } from "#gateway/world/clock.ts";
import { machineDevices } from "#gateway/world/devices.ts";
import type { Request } from "#protocols/modbus/frame.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import { patiently } from "./patiently.ts";
import { oneOf, Unreachable, UsageError, whole } from "./say.ts";

export const lineOptions = {
  line: { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  rtu: { type: "boolean", default: false },
  serial: { type: "string" },
  baud: { type: "string" },
  parity: { type: "string" },
  "stop-bits": { type: "string" },
  echo: { type: "boolean", default: false },
  unit: { type: "string" },
  timeout: { type: "string" },
} as const;
export interface LineValues {
  readonly line?: string | undefined;
  readonly echo?: boolean | undefined;
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
  readonly address: LineAddress;
  /** Of the RS-485 side; of no meaning to Modbus TCP. */
  readonly baud: number;
  readonly timeout_ms: number;
  readonly unit: number;
  readonly pause_ms: number;
  readonly words: string;
}

const parityLetter = { none: "N", even: "E", odd: "O" } as const;

const lineForms = "tcp://192.168.1.20:502, rtu-tcp://192.168.1.30:4001?baud=9600, serial:/dev/ttyUSB0?baud=9600&parity=even";

const defined = ({ baud, parity, "stop-bits": stopBits }: LineValues): Partial<Record<"baud" | "parity" | "stop-bits", string>> => ({
  ...(baud === undefined ? {} : { baud }),
  ...(parity === undefined ? {} : { parity }),
  ...(stopBits === undefined ? {} : { "stop-bits": stopBits }),
});

/** `--line`: the whole line in one word, as the site file knows its three kinds. What is typed beside it wins. */
function unfolded(values: LineValues): LineValues {
  if (values.line === undefined) return values;
  const wrong = (): UsageError => new UsageError(`--line: ${lineForms}，不是 / not "${values.line}"`);
  if (values.host !== undefined || values.serial !== undefined)
    throw new UsageError("--line 已含地址，不再写 --host 或 --serial / --line says where; no --host or --serial beside it");
  const [, kind, place = "", query = ""] = values.line.match(/^(tcp|rtu-tcp|serial):(?:\/\/)?([^?]+)(?:\?(.*))?$/) ?? [];
  if (kind === undefined) throw wrong();
  const given = Object.fromEntries(new URLSearchParams(query));
  const known = ["baud", "parity", "stop-bits", "echo"];
  if (Object.keys(given).some((key) => !known.includes(key))) throw wrong();
  const { baud, parity, "stop-bits": stopBits } = { ...given, ...defined(values) };
  const shared = { ...values, line: undefined, baud, parity, "stop-bits": stopBits };
  const echo = values.echo === true || given.echo === "true";
  if (kind === "serial") return { ...shared, echo, serial: place };
  const [, host, port] = place.match(/^(\[[0-9a-fA-F:.]+\]|[^:/]+)(?::(\d+))?$/) ?? [];
  if (host === undefined) throw wrong();
  return { ...shared, echo, host: host.replace(/^\[|\]$/g, ""), port: port ?? values.port, rtu: kind === "rtu-tcp" };
}

/** Settings that were not typed come from the profile, as the device is shipped. */
export function lineSettings(typed: LineValues, profile?: Profile): LineSettings {
  const values = unfolded(typed);
  if ((values.host === undefined) === (values.serial === undefined))
    throw new UsageError("需要 --host（Modbus TCP）、--serial（串口）或 --line 之一 / either --host (Modbus TCP), --serial or --line");
  const turnaround_ms = whole("timeout", values.timeout, [10, 60_000]) ?? 500;
  const baud = whole("baud", values.baud, [300, 1_000_000]) ?? profile?.serial?.baud ?? 9600;
  const shared = {
    unit: whole("unit", values.unit, [0, 255]) ?? profile?.unit ?? 1,
    pause_ms: profile?.read.pause_ms ?? 0,
    timeout_ms: turnaround_ms,
    baud,
  };
  const echo = values.echo === true ? { echo: true } : {};
  if (values.host !== undefined) {
    const at = { host: values.host, port: whole("port", values.port, [1, 65_535]) ?? (values.rtu ? 4001 : 502), turnaround_ms };
    const words = `${at.host}:${at.port}`;
    if (values.rtu) return { ...shared, address: { kind: "rtu-tcp", ...at, baud, ...echo }, words: `${words} RTU` };
    return { ...shared, address: { kind: "tcp", ...at }, words };
  }
  const parity = oneOf("parity", values.parity ?? profile?.serial?.parity ?? "none", ["none", "even", "odd"]);
  const stop_bits = (whole("stop-bits", values["stop-bits"], [1, 2]) ?? profile?.serial?.stop_bits) === 2 ? 2 : 1;
  const path = values.serial ?? "";
  return {
    ...shared,
    address: { kind: "serial", path, baud, parity, stop_bits, turnaround_ms, ...echo },
    words: `${path} ${baud} 8${parityLetter[parity]}${stop_bits}`,
  };
}

export async function openLine(values: LineValues, profile?: Profile): Promise<Line> {
  return openSettings(lineSettings(values, profile));
}

export async function openSettings(settings: LineSettings): Promise<Line> {
  const { address } = settings;
  try {
    const parts = { clock: machineClock(), devices: machineDevices(), echo: senseOf(address) };
    const exchange = await patiently(() => openExchange(address, parts));
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

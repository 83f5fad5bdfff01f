// The three kinds of line, and how each comes open: RS-485 on a port of this machine, RS-485 behind a serial device server (RTU frames over TCP), and Modbus TCP.
import { defaultNetwork_ms } from "#protocols/modbus/timing.ts";
import type { Clock, Devices } from "../ports.ts";
import type { Exchange } from "./exchange.ts";
import { mbapExchange } from "./mbap.ts";
import { rtuExchange } from "./rtu.ts";
import type { EchoSense } from "./rtu-judge.ts";

/** What both kinds of RTU line may declare of their devices and their adapter. */
interface Rtu {
  readonly baud: number;
  /** For devices whose profile declares none. */
  readonly turnaround_ms?: number;
  /** How late a device may be beyond that. */
  readonly late_ms?: number;
  /** The adapter hears itself. Not written: it is found out with the first read. */
  readonly echo?: boolean;
}

export interface SerialAddress extends Rtu {
  readonly kind: "serial";
  readonly path: string;
  readonly parity: "none" | "even" | "odd";
  readonly stop_bits: 1 | 2;
}
export interface RtuTcpAddress extends Rtu {
  readonly kind: "rtu-tcp";
  readonly host: string;
  readonly port: number;
  readonly network_ms?: number;
}
export interface TcpAddress {
  readonly kind: "tcp";
  readonly host: string;
  readonly port: number;
  readonly turnaround_ms?: number;
}
export type LineAddress = SerialAddress | RtuTcpAddress | TcpAddress;

export const senseOf = (at: LineAddress): EchoSense =>
  at.kind === "tcp" || at.echo === undefined ? { state: "unknown" } : { state: at.echo ? "yes" : "no", declared: true };

export interface OpenParts {
  readonly clock: Clock;
  readonly devices: Devices;
  /** Kept over reopenings: what was found out about the adapter. */
  readonly echo: EchoSense;
  /** Modbus TCP: how many questions may wait at once; the least that any device on the line allows. */
  readonly in_flight?: number;
}

/** Rejects with words that say what to check. */
export async function openExchange(at: LineAddress, { clock, devices, echo, in_flight = 1 }: OpenParts): Promise<Exchange> {
  if (at.kind === "tcp") {
    const within = at.turnaround_ms === undefined ? {} : { answerWithin_ms: at.turnaround_ms };
    return mbapExchange({ line: await devices.openTcp(at.host, at.port), clock, in_flight, ...within });
  }
  const { baud, turnaround_ms, late_ms } = at;
  const line =
    at.kind === "serial"
      ? await devices.openSerial(at.path, { baud, parity: at.parity, stopBits: at.stop_bits })
      : await devices.openTcp(at.host, at.port);
  return rtuExchange({
    line,
    clock,
    baud,
    echo,
    ...(at.kind === "serial" ? {} : { network_ms: at.network_ms ?? defaultNetwork_ms }),
    ...(turnaround_ms === undefined ? {} : { turnaround_ms }),
    ...(late_ms === undefined ? {} : { late_ms }),
  });
}

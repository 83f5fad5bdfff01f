// A line for one piece of work: opened, listened to before anything is said, asked one question after the other, and closed whatever happens. It never hangs: whoever waits for a turn on a line
// that is gone is told so. Where somebody speaks unasked the line is another master's, perhaps the safety process's by another adapter: then not one byte of ours goes out.
import type { BenchLine } from "#protocols/api/installer.ts";
import type { Request } from "#protocols/modbus/frame.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import { after } from "#protocols/vocabulary/time.ts";
import type { Outcome } from "../../lines/exchange.ts";
import { openExchange } from "../../lines/open.ts";
import type { Clock } from "../../ports.ts";
import { machineClock } from "../../world/clock.ts";
import type { Ear } from "./ear.ts";

export type Ask = (request: Request) => Promise<Outcome>;

export interface Visit {
  readonly ask: Ask;
  /** So long, and until the line is silent: what comes late, or from a second device, is heard too. */
  linger(ms: number): Promise<void>;
}

/** A master that polls says something in this time, however slow its line. */
export const listens_ms = 300;
/** The shortest frame; fewer bytes are a pair that floats. */
const leastFrame = 5;

/** Somebody speaks whom nobody asked. */
export class LineSpoken extends Error {
  readonly bytes: number;
  constructor(bytes: number) {
    super(`${bytes} bytes came unasked`);
    this.bytes = bytes;
  }
}

/** It went while it was asked. */
export class LineLost extends Error {}

export interface VisitParts {
  readonly line: BenchLine;
  /** How long a device may think. */
  readonly within_ms: number;
  /** Longer than this the visit does not take: what is asked then is answered with a time-out, and the line is closed. */
  readonly whole_ms?: number;
  readonly ear: Ear;
  readonly clock?: Clock;
}

/** Rejects with what the machine says of the port, or with `LineSpoken`. */
export async function onLine<Done>(
  { line, within_ms, whole_ms, ear, clock = machineClock() }: VisitParts,
  work: (visit: Visit) => Promise<Done>,
): Promise<Done> {
  const exchange = await openExchange({ ...line, turnaround_ms: within_ms }, { clock, devices: ear.devices, echo: { state: "unknown" } });
  let lost: string | undefined;
  let late = false;
  const ended = (): DeviceFault => (late ? deviceFault("timeout", `${whole_ms} ms`) : deviceFault("closed", lost ?? ""));
  const told = (outcome: Outcome): Outcome => (outcome.kind !== "answer" && outcome.code === "closed" ? ended() : outcome);
  let turn = (): void => undefined;
  exchange.onFree(() => turn());
  exchange.onClose((why) => {
    lost = why;
    turn();
  });
  /** At once, or as soon as the line is free or gone. */
  const whenFree = (then: () => void): void => {
    turn = () => {
      if (lost === undefined && !exchange.free()) return;
      turn = () => undefined;
      then();
    };
    turn();
  };
  const ask: Ask = (request) =>
    new Promise((resolve) => {
      whenFree(() => (lost === undefined ? exchange.ask(request, (outcome) => resolve(told(outcome))) : resolve(ended())));
    });
  const linger = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.wake(after(clock.monotonic(), ms), () => whenFree(resolve));
    });
  const close = (): void => {
    late = true;
    exchange.close();
  };
  const cancel = whole_ms === undefined ? () => undefined : clock.wake(after(clock.monotonic(), whole_ms), close);
  try {
    if (line.kind !== "tcp") {
      await pause(clock, listens_ms);
      if (ear.unasked() >= leastFrame) throw new LineSpoken(ear.unasked());
    }
    return await work({ ask, linger });
  } finally {
    cancel();
    exchange.close();
  }
}

const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.wake(after(clock.monotonic(), ms), resolve);
  });

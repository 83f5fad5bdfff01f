// A barrier board on Modbus TCP: looked at a few times a second, pulsed on demand. A pulse overtakes looks, has a deadline, and is never sent after it or twice.
import { type Decoded, decode, registersOf, answerWords } from "#protocols/modbus/decode.ts";
import { writeCoilRequest } from "#protocols/modbus/frame.ts";
import { blockRequest, planReads } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { Exchange } from "../lines/exchange.ts";
import { superviseLine } from "../lines/supervisor.ts";
import { openTcpExchange } from "../lines/tcp.ts";
import type { Cancel, Clock } from "../ports.ts";

/** What the board showed at one moment after `asked`. */
export interface BoardLook {
  readonly asked: Monotonic;
  readonly open: boolean;
  readonly closed: boolean;
  readonly moving: boolean;
  readonly approach: boolean;
  readonly under: boolean;
  readonly fault: boolean;
  /** Counters of the board's whole life. */
  readonly opened: number;
  readonly passed: number;
}

export interface BarrierBoard {
  /** Opens: one pulse, sent by `notAfter` or not at all. "done" means that the board has echoed it; a fault "timeout" that nobody knows. */
  pulseOpen(notAfter: Monotonic, done: (outcome: "done" | DeviceFault) => void): void;
  stop(): void;
}

export interface BoardOptions {
  readonly id: string;
  readonly profile: Profile;
  readonly unit: number;
  readonly clock: Clock;
  /** How the connection comes open; openTcpExchange outside of tests. */
  readonly connect: () => Promise<Exchange>;
  readonly every_ms?: number;
}

export interface BoardListener {
  onLook(look: BoardLook): void;
  /** An unanswered look, or a connection that is not there; told each time. */
  onFault(fault: DeviceFault): void;
}

export const lookEvery_ms = 200;
const coilOn = 0xff00;

export const connectBoard =
  (at: { readonly host: string; readonly port: number; readonly clock: Clock }): (() => Promise<Exchange>) =>
  () =>
    openTcpExchange(at);

export function startBoard(options: BoardOptions, listener: BoardListener): BarrierBoard {
  const { clock, profile, unit } = options;
  const every_ms = options.every_ms ?? lookEvery_ms;
  const blocks = planReads(profile);
  const openCoil = profile.pulses?.open;
  if (openCoil === undefined) throw new Error(`${profile.id} has no pulse "open"`);
  let pulse: { readonly notAfter: Monotonic; readonly done: (outcome: "done" | DeviceFault) => void; readonly cancel: Cancel } | undefined;
  let nextLook = clock.monotonic();
  let cancelLook: Cancel = () => undefined;
  let stopped = false;
  const line = superviseLine(
    { id: options.id, clock, connect: options.connect },
    { onFree: turn, onOpen: turn, onLost: (why) => listener.onFault(deviceFault("closed", why)) },
  );

  function turn(): void {
    if (stopped || !line.free()) return;
    if (pulse !== undefined) return sendPulse();
    const now = clock.monotonic();
    cancelLook();
    if (now < nextLook) {
      cancelLook = clock.wake(nextLook, turn);
      return;
    }
    nextLook = after(now, every_ms);
    look(now, []);
  }

  function sendPulse(): void {
    const sending = pulse;
    if (sending === undefined || openCoil === undefined) return;
    pulse = undefined;
    sending.cancel();
    line.ask(writeCoilRequest(unit, openCoil, coilOn), (outcome) => sending.done(outcome.kind === "answer" ? "done" : outcome));
  }

  function look(asked: Monotonic, read: { block: (typeof blocks)[number]; words: number[] }[]): void {
    const block = blocks[read.length];
    if (block === undefined) return heard(asked, read);
    // Between two blocks a pulse may go first; then this look is given up and the next one is whole.
    if (pulse !== undefined || !line.free()) return;
    line.ask(blockRequest(unit, block), (outcome) => {
      if (outcome.kind !== "answer") return listener.onFault(outcome);
      const words = answerWords(block, outcome.pdu);
      if (!Array.isArray(words)) return listener.onFault(deviceFault("bad-frame", words.reason));
      if (read.length + 1 === blocks.length) heard(asked, [...read, { block, words }]);
      else queueMicrotask(() => look(asked, [...read, { block, words }]));
    });
  }

  function heard(asked: Monotonic, read: { block: (typeof blocks)[number]; words: number[] }[]): void {
    const { state, open_count, passage_count } = decode(profile, registersOf(read)).device;
    if (state === undefined || open_count === undefined || passage_count === undefined)
      return listener.onFault(deviceFault("impossible-value", "state or a counter is absent"));
    listener.onLook({ asked, ...flags(state), opened: open_count.value, passed: passage_count.value });
  }

  return {
    pulseOpen(notAfter, done) {
      if (stopped) return done(deviceFault("closed", "stopped"));
      if (pulse !== undefined) return done(deviceFault("impossible-value", "another pulse waits for the line"));
      const late = (): void => {
        if (pulse === undefined) return;
        pulse = undefined;
        done(deviceFault("timeout", "the line was not free in time; nothing was sent"));
      };
      pulse = { notAfter, done, cancel: clock.wake(notAfter, late) };
      if (clock.monotonic() <= notAfter) turn();
    },
    stop() {
      stopped = true;
      cancelLook();
      pulse?.cancel();
      pulse?.done(deviceFault("closed", "stopped"));
      pulse = undefined;
      line.stop();
    },
  };
}

const flags = ({ bits }: Decoded) => ({
  open: bits["open_limit"] ?? false,
  closed: bits["closed_limit"] ?? false,
  moving: bits["motor"] ?? false,
  approach: bits["loop_approach"] ?? false,
  under: bits["loop_under"] ?? false,
  fault: bits["fault"] ?? false,
});

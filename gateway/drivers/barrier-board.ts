// A barrier board on Modbus TCP: looked at a few times a second, pulsed on demand. A pulse overtakes looks, has a deadline, and is never sent after it or twice.
import { answerWords, type Decoded, decode, registersOf } from "#protocols/modbus/decode.ts";
import { type Block, blockRequest, planReads } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Pulse } from "#protocols/modbus/switching.ts";
import { pulseOf } from "#protocols/modbus/write.ts";
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
  /** The contact of the fire alarm, where one is wired to this board. */
  readonly fire?: boolean;
  /** Counters of the board's whole life. */
  readonly opened: number;
  readonly passed: number;
  /** Cars that crossed against the lane, where the board has direction logic. */
  readonly against?: number;
}

export interface BarrierBoard {
  /** Opens: one pulse, sent by `notAfter` or not at all. "done" means that the board has echoed it; a fault "timeout" that nobody knows. */
  pulseOpen(notAfter: Monotonic, done: (outcome: "done" | DeviceFault) => void): void;
  /** Sends the arm down. Whether nothing stands under it is the caller's to know, and the board's own to prevent. */
  pulseClose(notAfter: Monotonic, done: (outcome: "done" | DeviceFault) => void): void;
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

interface Look {
  readonly asked: Monotonic;
  readonly read: { readonly block: Block; readonly words: readonly number[] }[];
}

export const lookEvery_ms = 200;
const tooLate = deviceFault("timeout", "the line was not free in time; nothing was sent");

export const connectBoard =
  (at: { readonly host: string; readonly port: number; readonly clock: Clock }): (() => Promise<Exchange>) =>
  () =>
    openTcpExchange(at);

export function startBoard(options: BoardOptions, listener: BoardListener): BarrierBoard {
  const { clock, profile, unit } = options;
  const every_ms = options.every_ms ?? lookEvery_ms;
  const blocks = planReads(profile);
  const openPulse = profile.pulses?.open;
  if (openPulse === undefined) throw new Error(`${profile.id} has no pulse "open"`);
  let pulse:
    | {
        readonly which: Pulse;
        readonly notAfter: Monotonic;
        readonly done: (outcome: "done" | DeviceFault) => void;
        readonly cancel: Cancel;
      }
    | undefined;
  let nextLook = clock.monotonic();
  let cancelLook: Cancel = () => undefined;
  let stopped = false;
  /** A look of several blocks that is under way. */
  let looking: Look | undefined;
  const line = superviseLine(
    { id: options.id, clock, connect: options.connect },
    { onFree: turn, onOpen: turn, onLost: (why) => failed(deviceFault("closed", why)) },
  );

  function failed(fault: DeviceFault): void {
    looking = undefined;
    listener.onFault(fault);
  }

  function turn(): void {
    if (stopped || !line.free()) return;
    if (pulse !== undefined || looking !== undefined) {
      if (pulse !== undefined) sendPulse();
      else if (looking !== undefined) ask(looking);
      return;
    }
    const now = clock.monotonic();
    cancelLook();
    if (now < nextLook) {
      cancelLook = clock.wake(nextLook, turn);
      return;
    }
    nextLook = after(now, every_ms);
    looking = { asked: now, read: [] };
    ask(looking);
  }

  function sendPulse(): void {
    const sending = pulse;
    if (sending === undefined) return;
    pulse = undefined;
    sending.cancel();
    // The line came free late, and was heard of before the deadline's own wake.
    if (clock.monotonic() > sending.notAfter) sending.done(tooLate);
    else line.ask(pulseOf(unit, sending.which), (outcome) => sending.done(outcome.kind === "answer" ? "done" : outcome));
  }

  function ask(look: Look): void {
    const block = blocks[look.read.length];
    if (block === undefined) return;
    line.ask(blockRequest(unit, block), (outcome) => {
      const words = outcome.kind === "answer" ? answerWords(block, outcome.pdu) : outcome;
      if (!Array.isArray(words)) {
        failed(words.kind === "undecodable" ? deviceFault("bad-frame", words.reason) : words);
        return;
      }
      look.read.push({ block, words });
      if (look.read.length < blocks.length) return;
      looking = undefined;
      heard(look);
    });
  }

  function heard({ asked, read }: Look): void {
    const { state, open_count, passage_count, against_count } = decode(profile, registersOf(read)).device;
    if (state === undefined || open_count === undefined || passage_count === undefined)
      failed(deviceFault("impossible-value", "state or a counter is absent"));
    else {
      const against = against_count === undefined ? {} : { against: against_count.value };
      listener.onLook({ asked, ...flags(state), opened: open_count.value, passed: passage_count.value, ...against });
    }
  }

  type Done = (outcome: "done" | DeviceFault) => void;
  function send(which: Pulse | undefined, notAfter: Monotonic, done: Done): void {
    if (which === undefined) {
      done(deviceFault("impossible-value", "this board has no such pulse"));
      return;
    }
    if (stopped) {
      done(deviceFault("closed", "stopped"));
      return;
    }
    if (pulse !== undefined) {
      done(deviceFault("impossible-value", "another pulse waits for the line"));
      return;
    }
    const late = (): void => {
      if (pulse === undefined) return;
      pulse = undefined;
      done(tooLate);
    };
    pulse = { which, notAfter, done, cancel: clock.wake(notAfter, late) };
    if (clock.monotonic() <= notAfter) turn();
  }

  return {
    pulseOpen: (notAfter, done) => send(openPulse, notAfter, done),
    pulseClose: (notAfter, done) => send(profile.pulses?.close, notAfter, done),
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
  open: bits.open_limit ?? false,
  closed: bits.closed_limit ?? false,
  moving: bits.motor ?? false,
  approach: bits.loop_approach ?? false,
  under: bits.loop_under ?? false,
  fault: bits.fault ?? false,
  ...(bits.fire_input === undefined ? {} : { fire: bits.fire_input }),
});

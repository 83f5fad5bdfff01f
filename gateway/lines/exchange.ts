// One question, one answer: what a line of either kind offers. Asking while it is not free is a bug and throws.
import type { Request } from "#protocols/modbus/frame.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";

export interface Answer {
  readonly kind: "answer";
  /** Function code and what follows; its length, unit and function fit the question exactly. */
  readonly pdu: Uint8Array;
  /** When its first byte came. */
  readonly seen: Monotonic;
  /** A write on a line of which it is not known yet whether it echoes: this may have been our own question. */
  readonly unsure?: true;
}
export type Outcome = Answer | DeviceFault;

export interface Counts {
  readonly frames: number;
  readonly timeouts: number;
  readonly badFrames: number;
}

export interface Exchange {
  free(): boolean;
  ask(request: Request, done: (outcome: Outcome) => void): void;
  /** Called whenever the line has become free; one listener. */
  onFree(listener: () => void): void;
  /** Called once, when the line is gone; an open question was answered with "closed" before. One listener. */
  onClose(listener: (why: string) => void): void;
  counts(): Counts;
  close(): void;
}

/** An answer that fits the question in form: for writes the echo, exactly; for reads the byte count. An exception is a fault with its number. */
export function judgePdu(question: Uint8Array, answer: Uint8Array, registerBytes: 2 | 4 = 2): DeviceFault | undefined {
  const [fn = 0] = question;
  if (answer[0] === (fn | 0x80) && answer.length === 2) return deviceFault("exception", `exception ${answer[1]}`);
  if (answer[0] !== fn) return deviceFault("bad-frame", `function ${answer[0]} for ${fn}`);
  if (fn >= 5) {
    const echo = question.slice(0, 5);
    return answer.length === 5 && echo.every((byte, at) => byte === answer[at])
      ? undefined
      : deviceFault("bad-frame", "the echo is not what was written");
  }
  const count = ((question[3] ?? 0) << 8) | (question[4] ?? 0);
  const bytes = fn <= 2 ? Math.ceil(count / 8) : count * registerBytes;
  return answer[1] === bytes && answer.length === bytes + 2
    ? undefined
    : deviceFault("bad-frame", `${answer.length - 2} bytes for ${bytes}`);
}

// Bytes heard so far against the question: an answer is one only if unit, function, length, echo and CRC fit it exactly. Anything that cannot become one is refused at once.
//
// Two-wire adapters may hear themselves: the question comes back before the answer does. Of a read it is told from the answer by its form, and swallowed; a write's
// answer *is* its question, so that only a second copy confirms it where the adapter is known to echo.
import { type Request, rtuAnswerLength, rtuIntact } from "#protocols/modbus/frame.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import { judgePdu } from "./exchange.ts";

/** What is known of the adapter. A read that was answered settles it; the line keeps it over a reopening. */
export interface EchoSense {
  state: "unknown" | "yes" | "no";
  /** The site file says so; nothing is found out. */
  readonly declared?: true;
}

export interface Fits {
  readonly pdu: Uint8Array;
  /** Where the answer begins among the bytes heard. */
  readonly from: number;
  readonly echoed: boolean;
  /** Bytes behind the answer: nobody asked for them. */
  readonly surplus: number;
}
export type Verdict = "more" | Fits | DeviceFault;

const begins = (bytes: Uint8Array, prefix: Uint8Array): boolean => prefix.every((byte, at) => byte === bytes[at]);

/** `question`: the frame as it was sent. */
export function judgeHeard(request: Request, question: Uint8Array, heard: Uint8Array, sense: EchoSense["state"]): Verdict {
  if (sense === "no") return judgeAnswer(request, heard, 0);
  const write = (request.pdu[0] ?? 0) >= 5;
  if (heard.length <= question.length && begins(question, heard)) {
    const whole = heard.length === question.length;
    // A lone copy of a write: the answer, unless the adapter is known to echo.
    return whole && write && sense === "unknown" ? judgeAnswer(request, heard, 0) : "more";
  }
  return begins(heard, question) ? judgeAnswer(request, heard, question.length) : judgeAnswer(request, heard, 0);
}

/** At the deadline: bytes that look like the beginning of our own question may have been the whole of a short answer. */
export const judgeAtLast = (request: Request, heard: Uint8Array, sense: EchoSense["state"]): Verdict =>
  sense === "yes" || (request.pdu[0] ?? 0) >= 5 ? "more" : judgeAnswer(request, heard, 0);

function judgeAnswer({ unit, pdu, registerBytes }: Request, heard: Uint8Array, from: number): Verdict {
  const bad = (detail: string): DeviceFault => deviceFault("bad-frame", detail);
  const length = heard.length - from;
  if (length === 0) return "more";
  if (heard[from] !== unit) return bad(`unit ${heard[from]} for ${unit}`);
  const fn = heard[from + 1];
  if (fn === undefined) return "more";
  const [asked = 0] = pdu;
  if (fn !== asked && fn !== (asked | 0x80)) return bad(`function ${fn} for ${asked}`);
  const wanted = fn === asked ? rtuAnswerLength(pdu, registerBytes) : 5;
  const count = heard[from + 2];
  if (fn === asked && asked <= 4 && count !== undefined && count !== wanted - 5) return bad(`${count} data bytes for ${wanted - 5}`);
  if (length < wanted) return "more";
  const frame = heard.subarray(from, from + wanted);
  if (!rtuIntact(frame)) return bad("checksum");
  return (
    judgePdu(pdu, frame.subarray(1, -2), registerBytes) ?? { pdu: frame.slice(1, -2), from, echoed: from > 0, surplus: length - wanted }
  );
}

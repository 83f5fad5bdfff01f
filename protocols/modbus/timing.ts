// How long a question and its answer occupy a line: what the RTU master waits by, what a line is planned by, and what a shopping list is held against. One table:
//   one character   11 bits (MODBUS over Serial Line V1.02 §2.5.1: start, 8 data, parity or second stop, stop)
//   silence         3.5 characters around each frame, 1.75 ms above 19200 baud (the same, §2.5.1.1)
//   turnaround      from a question's end to its answer's beginning: what the device's profile declares, else 60 ms
//   network         what a serial device server and the network to it add, there and back together
import { characterMs, type Request, rtuAnswerLength, silenceMs } from "./frame.ts";

/** What lies between us and the devices. Without a baud rate it is Modbus TCP, where only the device's own time counts. */
export interface Wire {
  readonly baud?: number;
  readonly network_ms?: number;
}

export const defaultTurnaround_ms = 60;
/** A serial device server waits for the gap between frames before it sends a packet on; cheap ones take 10 to 20 ms, there and back twice that. */
export const defaultNetwork_ms = 40;

/** An answer that a line brings twice comes again within this; nothing is asked meanwhile whose answer it could be taken for. */
export const again_ms = 40;

export interface WireTimes {
  /** From the first bit of the question to its last. */
  readonly question_ms: number;
  readonly turnaround_ms: number;
  readonly answer_ms: number;
  /** t3.5: once between question and answer, once behind the answer. */
  readonly silence_ms: number;
}

export const wireTimes = ({ pdu, registerBytes, turnaround_ms }: Request, baud: number): WireTimes => ({
  question_ms: (pdu.length + 3) * characterMs(baud),
  turnaround_ms: turnaround_ms ?? defaultTurnaround_ms,
  answer_ms: rtuAnswerLength(pdu, registerBytes) * characterMs(baud),
  silence_ms: silenceMs(baud),
});

/** From the moment a question is begun until the line may be asked again, when the device takes all the time that its profile declares. */
export function exchangeMs(request: Request, { baud, network_ms = 0 }: Wire): number {
  if (baud === undefined) return (request.turnaround_ms ?? defaultTurnaround_ms) + network_ms;
  const { question_ms, turnaround_ms, answer_ms, silence_ms } = wireTimes(request, baud);
  return question_ms + silence_ms + turnaround_ms + answer_ms + silence_ms + network_ms;
}

// How long a question and its answer occupy a serial line. Source: MODBUS over Serial Line V1.02 §§2.5.1, 2.5.1.1.
import { characterMs, rtuAnswerLength, silenceMs } from "./frame.ts";

export interface WireTimes {
  /** From the first bit of the question to its last. */
  readonly question_ms: number;
  readonly answer_ms: number;
  /** t3.5. */
  readonly silence_ms: number;
}

export const wireTimes = (pdu: Uint8Array, baud: number, registerBytes: 2 | 4 = 2): WireTimes => ({
  question_ms: (pdu.length + 3) * characterMs(baud),
  answer_ms: rtuAnswerLength(pdu, registerBytes) * characterMs(baud),
  silence_ms: silenceMs(baud),
});

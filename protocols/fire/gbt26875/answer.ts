// How the two ends of GB/T 26875.3-2011 answer each other: what was heard is confirmed, what was not understood is denied. Source: §§6.2–6.5.
import type { Noise } from "#protocols/frames/stream.ts";
import { command, type FireFrame, headerBytes, readHeader } from "./frame.ts";

/** §6.5.4–5: at most 10 s is advised, three repetitions; then the exchange has failed. */
export const answerWithin_ms = 10_000;
export const repetitions = 3;

type Heard = Omit<FireFrame, "unit" | "wrongSum">;

/** The serial and the version go back as they came; the addresses change places. */
const back = (heard: Heard, answer: number, sent: string): FireFrame => ({
  serial: heard.serial,
  major: heard.major,
  minor: heard.minor,
  sent,
  source: heard.target,
  target: heard.source,
  command: answer,
  unit: new Uint8Array(0),
});

/** Control commands and data are confirmed; requests are answered by a response, confirmations by nothing. */
export const wantsConfirmation = (heard: Heard): boolean => heard.command === command.control || heard.command === command.data;
export const confirm = (heard: Heard, sent: string): FireFrame => back(heard, command.confirm, sent);
export const deny = (heard: Heard, sent: string): FireFrame => back(heard, command.deny, sent);
export const respond = (heard: Heard, sent: string, unit: Uint8Array): FireFrame => ({ ...back(heard, command.response, sent), unit });

/** The denial of something that pretended to be a frame; undefined where not even the control unit was there, where it may be a piece of what was already denied, or where it was an answer itself. */
export function denyNoise({ why, bytes, inside }: Noise, sent: string): FireFrame | undefined {
  if (why === undefined || inside || bytes.length < headerBytes) return undefined;
  const heard = readHeader(bytes);
  return heard.command === command.confirm || heard.command === command.deny ? undefined : deny(heard, sent);
}

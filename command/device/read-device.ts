// Reads a whole device by its profile: every planned question; a block that is refused as "illegal address" is asked in smaller pieces, down to the point.
import { answerWords, type DeviceValues, decode, registersOf } from "#protocols/modbus/decode.ts";
import { exceptionNames } from "#protocols/modbus/frame.ts";
import { type Block, blockRequest, planReads, splitBlock } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { coveredBy } from "#protocols/modbus/sheet.ts";
import type { Line } from "./line.ts";

export interface DeviceRead {
  readonly values: DeviceValues;
  /** Points that were answered: `name`, or `name@socket`. What is not here was not read; what is here and undefined the device says it has not. */
  readonly read: ReadonlySet<string>;
  readonly questions: number;
  /** Blocks that were not answered well, and how. */
  readonly faults: readonly { readonly block: Block; readonly why: string }[];
}

const illegalAddress = "exception 2";
const inWords = (detail: string): string => {
  const code = detail.match(/^exception (\d+)$/)?.[1];
  return code === undefined ? detail : `${detail} ${exceptionNames[Number(code)] ?? ""}`.trim();
};

/** After this many silent questions and no answer nobody is there. */
const mostSilent = 2;

export async function readDevice(line: Line, profile: Profile): Promise<DeviceRead> {
  const waiting = planReads(profile, { asked: true });
  const read: { block: Block; words: readonly number[] }[] = [];
  const faults: { block: Block; why: string }[] = [];
  let questions = 0;
  let silent = 0;
  for (let block = waiting.shift(); block !== undefined; block = waiting.shift()) {
    questions += 1;
    const outcome = await line.ask(blockRequest(line.unit, block));
    if (outcome.kind === "answer") {
      const words = answerWords(block, outcome.pdu);
      if (Array.isArray(words)) read.push({ block, words });
      else faults.push({ block, why: words.reason });
      continue;
    }
    const smaller = outcome.code === "exception" && outcome.detail === illegalAddress ? splitBlock(profile, block) : [];
    if (smaller.length > 0) waiting.unshift(...smaller);
    else faults.push({ block, why: inWords(outcome.detail) });
    if (outcome.code === "timeout" || outcome.code === "closed") silent += 1;
    if (read.length === 0 && silent >= mostSilent) break;
  }
  return {
    values: decode(profile, registersOf(read)),
    read: new Set(coveredBy(profile, ...read.map(({ block }) => block))),
    questions,
    faults,
  };
}

// One read of the bench. On RS-485 it is asked again where nothing whole came, and listened to a while longer: one silence or one broken answer proves nothing, three of them tell two devices
// at one address from noise, half an answer from another parity. Functions 1 to 4 alone.
import { existsSync } from "node:fs";
import type { BenchAnswer, BenchQuestion } from "#protocols/api/installer.ts";
import { type BenchRow, bench, hasTwins, offsetVerdicts } from "#protocols/modbus/bench.ts";
import { answerWords } from "#protocols/modbus/decode.ts";
import { readRequest } from "#protocols/modbus/frame.ts";
import { type Block, blockRequest } from "#protocols/modbus/plan.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import type { Clock, Devices } from "../../ports.ts";
import type { Problem } from "../problem.ts";
import { earOn } from "./ear.ts";
import { faultProblem, findingOf, openProblem, spokenProblem, wiringProblem } from "./line-faults.ts";
import { LineLost, LineSpoken, onLine, type Visit } from "./visit.ts";

const answerWithin_ms = 1_500;
/** Three broken answers and the one beside them; the page itself waits for twelve seconds. */
const wholeWithin_ms = 9_000;
/** As long as a second device at this address may think. */
const linger_ms = 120;
const brokenTries = 3;
const silentTries = 2;
/** Asked beside a broken answer: where it is silent, the line is well and the trouble is the address's own. */
const controlUnits = [247, 246] as const;
const functionOf = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;

type Words = readonly number[] | DeviceFault;
const isWords = (read: Words): read is readonly number[] => Array.isArray(read);

export interface BenchWorld {
  readonly devices: Devices;
  readonly clock: Clock;
}

/** What came of a line that did not come open, or on which somebody else speaks. */
export function lineProblem(error: unknown, line: BenchQuestion["line"]): Problem {
  if (error instanceof LineSpoken) return spokenProblem();
  if (error instanceof LineLost) return faultProblem(deviceFault("closed", error.message));
  return openProblem(error instanceof Error ? error.message : String(error), line);
}

export async function benchRead(
  { line, unit, expected }: BenchQuestion,
  exact: Block,
  { devices, clock }: BenchWorld,
): Promise<BenchAnswer | Problem> {
  const bits = exact.table === "coil" || exact.table === "discrete";
  // One register before and one behind, so that a sheet counted from 1 shows itself; where the device refuses that, what was asked for.
  const from = bits ? exact.address : Math.max(0, exact.address - 1);
  const until = bits ? exact.address + exact.count : Math.min(65_536, exact.address + exact.count + 1);
  const wide: Block = { ...exact, address: from, count: until - from };
  const raw = line.kind !== "tcp";
  let block = wide;
  let took_ms = 0;
  const ear = earOn(devices);
  const work = async (visit: Visit): Promise<Words> => {
    const began = clock.monotonic();
    let read = await readBlock(visit, { unit, block: wide, raw });
    if (!isWords(read) && read.code === "exception" && wide.count !== exact.count) {
      block = exact;
      read = await readBlock(visit, { unit, block, raw });
    }
    took_ms = clock.monotonic() - began;
    if (!raw || (!isWords(read) && read.code === "closed")) return read;
    if (!isWords(read) && read.code === "bad-frame") await visit.ask(readRequest(controlUnits.find((one) => one !== unit) ?? 1, 3, 0, 1));
    await visit.linger(linger_ms);
    return read;
  };
  let read: Words;
  try {
    read = await onLine({ line, within_ms: answerWithin_ms, whole_ms: wholeWithin_ms, ear, clock }, work);
  } catch (error) {
    return lineProblem(error, line);
  }
  if (!isWords(read)) {
    // A pulled USB adapter closes nothing: its name goes.
    if (line.kind === "serial" && read.code === "timeout" && !existsSync(line.path)) return faultProblem(deviceFault("closed", line.path));
    return raw ? wiringProblem(read, ear) : faultProblem(read);
  }
  const asked = { unit, function: functionOf[block.table], table: block.table, address: block.address, count: block.count };
  const finding = (raw ? findingOf(ear.tries(), ear.unasked()) : undefined) ?? null;
  const said = { asked, took_ms, finding };
  if (bits) return { ...said, bits: read.map((bit, at) => ({ address: block.address + at, bit })), rows: [], offsets: [], twins: false };
  const rows = bench(block.table, block.address, read, expected);
  const offsets = offsetVerdicts(rows, exact.address, exact.count);
  const inside = rows.filter(({ place }) => place.zero >= exact.address && place.zero < exact.address + exact.count);
  const best = [-1, 0, 1].flatMap((offset) => offsets.find((one) => one.offset === offset) ?? []);
  return { ...said, bits: [], rows: inside.map(rowOf), offsets: best, twins: hasTwins(offsets) };
}

const rowOf = ({ place, words, readings, best }: BenchRow): BenchAnswer["rows"][number] => ({
  ...{ zero: place.zero, hex: place.hex, sheet: place.five ?? place.six },
  raw: words.map((word) => word.toString(16).toUpperCase().padStart(4, "0")).join(" "),
  readings: readings.map(({ type, order, value, guess }) => ({
    ...{ type, ...(order === undefined ? {} : { order }), value: Number.isFinite(value) ? value : null },
    ...{ zh: guess.zh, en: guess.en, likely: guess.score >= 2 },
  })),
  best: best === undefined ? null : readings.indexOf(best),
});

interface Reading {
  readonly unit: number;
  readonly block: Block;
  /** Of RS-485: asked again where nothing whole came. */
  readonly raw: boolean;
}

async function readBlock({ ask }: Visit, { unit, block, raw }: Reading): Promise<Words> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await ask(blockRequest(unit, block));
    if (outcome.kind === "answer") {
      const words = answerWords(block, outcome.pdu);
      return Array.isArray(words) ? words : deviceFault("bad-frame", words.reason);
    }
    const most = !raw ? 1 : outcome.code === "bad-frame" ? brokenTries : outcome.code === "timeout" ? silentTries : 1;
    if (tries >= most) return outcome;
  }
}

// Slaves on one two-wire line, at the pace of a real one: a request takes its time on the wire, the slave thinks, the answer comes byte by byte.
// While an answer is under way the line belongs to it: a request that comes then is lost, as it is on copper.
import { characterMs, rtuFrame } from "#protocols/modbus/frame.ts";
import type { Chance } from "../chance.ts";
import type { World } from "../ports.ts";
import { answerPdu, type Memory } from "./answer.ts";
import { hear, newHearing } from "./hearing.ts";

export interface LineEnd {
  write(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
}

export interface SerialLineOptions {
  readonly world: World;
  readonly chance: Chance;
  readonly baud: number;
  /** The memory of this unit at this moment; `undefined` when no such unit is there, or it is dead. */
  readonly memory: (unit: number, now: number) => Memory | undefined;
  /** Whether this unit's answers are spoiled on the wire now: their check sums are wrong. */
  readonly spoils?: (unit: number) => boolean;
}

export interface SerialLine {
  /** Newest last: intact frames of the master, for whatever unit. */
  readonly frames: readonly { readonly ms: number; readonly hex: string }[];
  readonly badFrames: () => number;
  readonly collisions: () => number;
}

const mostFrames = 4_000;
const turnaroundMs = { least: 5, most: 20 };
const pieceBytes = 12;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

export function serveSerialLine(line: LineEnd, options: SerialLineOptions): SerialLine {
  const { world, chance, baud, memory, spoils = () => false } = options;
  const hearing = newHearing();
  const frames: { ms: number; hex: string }[] = [];
  let speaking = false;
  let collisions = 0;

  function speak(answer: Uint8Array): void {
    const piece = answer.subarray(0, pieceBytes);
    world.after(piece.length * characterMs(baud), () => {
      line.write(piece);
      if (answer.length > piece.length) speak(answer.subarray(piece.length));
      else speaking = false;
    });
  }

  function serve(frame: Uint8Array, now: number): void {
    frames.push({ ms: now, hex: hexOf(frame) });
    if (frames.length > mostFrames) frames.splice(0, frames.length - mostFrames);
    const unit = frame[0] ?? 0;
    const board = memory(unit, now);
    if (board === undefined) return;
    const pdu = answerPdu(board, frame.slice(1, -2));
    if (pdu === undefined) return;
    const answer = rtuFrame({ unit, pdu });
    if (spoils(unit)) answer[answer.length - 1] = (answer[answer.length - 1] ?? 0) ^ 0xff;
    speaking = true;
    world.after(frame.length * characterMs(baud) + chance.between(turnaroundMs.least, turnaroundMs.most), () => speak(answer));
  }

  line.onBytes((bytes) => {
    const now = world.now();
    for (const frame of hear(hearing, bytes, { now, baud })) {
      if (speaking) collisions += 1;
      else serve(frame, now);
    }
  });
  return { frames, badFrames: () => hearing.badFrames, collisions: () => collisions };
}

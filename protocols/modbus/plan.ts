// Which questions fetch all points of a profile: few blocks, none longer than the device allows.
import { type ReadFunction, type Request, readRequest } from "./frame.ts";
import type { Point, Profile } from "./profile.ts";

export interface Block {
  readonly table: Point["table"];
  readonly address: number;
  /** Registers, or bits for coils and discrete inputs. */
  readonly count: number;
}

const readFunctions: Readonly<Record<Point["table"], ReadFunction>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

/** Registers between two points that are read along rather than asked around: one question costs as much as some twenty registers at any baud rate. */
export const mostUnused = 16;

export const widthOf = (point: Point): number => (point.type === "u32" || point.type === "i32" ? 2 : 1);

/** Where the point stands for each socket; a device point stands once. */
export function addressesOf(profile: Profile, point: Point): number[] {
  if (point.per === "device") return [point.address];
  const { count, stride } = profile.sockets ?? { count: 0, stride: 0 };
  return Array.from({ length: count }, (_, socket) => point.address + socket * stride);
}

/** Blocks in the order of their tables and addresses. A 32-bit value never lies across two blocks. */
export function planReads(profile: Profile): Block[] {
  const blocks: Block[] = [];
  for (const table of ["coil", "discrete", "holding", "input"] as const) {
    const spans = profile.points
      .filter((point) => point.table === table)
      .flatMap((point) => addressesOf(profile, point).map((address) => ({ from: address, to: address + widthOf(point) })))
      .sort((a, b) => a.from - b.from || a.to - b.to);
    let from = 0;
    let to = 0;
    for (const span of spans) {
      if (to > from && span.from - to <= mostUnused && Math.max(to, span.to) - from <= profile.read.max_registers) {
        to = Math.max(to, span.to);
        continue;
      }
      if (to > from) blocks.push({ table, address: from, count: to - from });
      ({ from, to } = span);
    }
    if (to > from) blocks.push({ table, address: from, count: to - from });
  }
  return blocks;
}

export const blockRequest = (unit: number, block: Block): Request =>
  readRequest(unit, readFunctions[block.table], block.address, block.count);

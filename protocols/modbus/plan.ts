// Which questions fetch all points of a profile: few blocks, none longer than the device allows.
import { type ReadFunction, type Request, readRequest } from "./frame.ts";
import { addressesOf, isBits, signAddressesOf, widthOf, wordsPer } from "./placement.ts";
import type { Point, Profile } from "./profile.ts";
import { has } from "./quirks.ts";

export interface Block {
  readonly table: Point["table"];
  readonly address: number;
  /** Registers, or bits for coils and discrete inputs. */
  readonly count: number;
  /** Every register answers with four bytes. */
  readonly wide?: true;
}

export const readFunctions: Readonly<Record<Point["table"], ReadFunction>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

/** Registers between two points that are read along rather than asked around: one question costs as much as some twenty registers at any baud rate. */
export const mostUnused = 16;

/** From the first address to the one after the last. */
interface Span {
  readonly from: number;
  readonly to: number;
}

function spansOf(profile: Profile, table: Point["table"], wanted: (point: Point) => boolean): Span[] {
  return profile.points
    .filter((point) => point.table === table && wanted(point))
    .flatMap((point) => [
      ...addressesOf(profile, point).map((from) => ({ from, to: from + widthOf(point, wordsPer(profile, point)) })),
      ...signAddressesOf(profile, point).map((from) => ({ from, to: from + 1 })),
    ])
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Registers (or bits) that one question of this table may ask for. A PDU holds 250 bytes of data. */
export function mostOf(profile: Profile, table: Point["table"]): number {
  const { max_registers, max_bits } = profile.read;
  if (isBits(table)) return max_bits ?? max_registers;
  return has(profile, "four-byte-registers") ? Math.min(62, max_registers) : max_registers;
}

/** What the device's quirks make of a span before it is asked for. */
function asAsked(profile: Profile, table: Point["table"], { from, to }: Span): Span {
  if (!isBits(table)) return { from, to };
  const begin = has(profile, "coils-from-zero") ? 0 : from;
  if (!has(profile, "bits-by-eight")) return { from: begin, to };
  return { from: begin - (begin % 8), to: Math.ceil(to / 8) * 8 };
}

const blockOf = (profile: Profile, table: Point["table"], { from, to }: Span): Block => ({
  table,
  address: from,
  count: to - from,
  ...(has(profile, "four-byte-registers") && !isBits(table) ? { wide: true as const } : {}),
});

/** Blocks in the order of their tables and addresses. No value lies across two blocks. `asked` adds the points that are not polled. */
export function planReads(profile: Profile, { asked = false } = {}): Block[] {
  const blocks: Block[] = [];
  const hole = profile.read.hole ?? mostUnused;
  const apart = has(profile, "one-point-a-question");
  for (const table of ["coil", "discrete", "holding", "input"] as const) {
    const most = mostOf(profile, table);
    let open: Span | undefined;
    for (const one of spansOf(profile, table, (point) => asked || point.polled !== false)) {
      const span = asAsked(profile, table, one);
      const again = open !== undefined && span.from >= open.from && span.to <= open.to;
      const joins = open !== undefined && !apart && span.from - open.to <= hole && Math.max(open.to, span.to) - open.from <= most;
      if (open !== undefined && (again || joins)) open = { from: open.from, to: Math.max(open.to, span.to) };
      else {
        if (open !== undefined) blocks.push(blockOf(profile, table, open));
        open = span;
      }
    }
    if (open !== undefined) blocks.push(blockOf(profile, table, open));
  }
  return blocks;
}

/**
 * What to ask instead of a block that was refused as "illegal address": first without its holes, then in halves, at last point by point.
 * Empty: there is nothing smaller; the device does not have this point.
 */
export function splitBlock(profile: Profile, block: Block): Block[] {
  const end = block.address + block.count;
  const runs: Span[] = [];
  const spans = spansOf(profile, block.table, () => true)
    .map((span) => asAsked(profile, block.table, span))
    .filter(({ from, to }) => from >= block.address && to <= end);
  const whole: Span[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    if (last !== undefined && span.from < last.to) whole[whole.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else whole.push(span);
  }
  for (const span of whole) {
    const last = runs.at(-1);
    if (last !== undefined && span.from === last.to) runs[runs.length - 1] = { from: last.from, to: span.to };
    else runs.push(span);
  }
  const [first, ...others] = runs;
  if (first === undefined) return [];
  if (others.length > 0 || first.to - first.from < block.count) return runs.map((run) => blockOf(profile, block.table, run));
  if (whole.length < 2) return [];
  const middle = whole[Math.ceil(whole.length / 2)]?.from ?? first.to;
  return [
    { from: first.from, to: middle },
    { from: middle, to: first.to },
  ].map((half) => blockOf(profile, block.table, half));
}

/** A question with what its device's profile declares of its pace. */
export const paced = ({ read }: Pick<Profile, "read">, request: Request): Request =>
  read.turnaround_ms === undefined ? request : { ...request, turnaround_ms: read.turnaround_ms };

export const blockRequest = (unit: number, block: Block): Request => ({
  ...readRequest(unit, readFunctions[block.table], block.address, block.count),
  ...(block.wide === true ? { registerBytes: 4 as const } : {}),
});

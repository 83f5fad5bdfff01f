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
 * What to ask instead of a block that was refused as "illegal address": two parts, cut at the hole that lies nearest to its middle; without holes, two halves.
 * A part that is refused again is cut again, so that only what the device refuses is asked around, and the other holes stay merged.
 * Empty: there is nothing smaller; the device does not have this point.
 */
export function splitBlock(profile: Profile, block: Block): Block[] {
  const end = block.address + block.count;
  const spans = spansOf(profile, block.table, () => true)
    .map((span) => asAsked(profile, block.table, span))
    .filter(({ from, to }) => from >= block.address && to <= end);
  const whole: Span[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    if (last !== undefined && span.from < last.to) whole[whole.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else whole.push(span);
  }
  const [first] = whole;
  const last = whole.at(-1);
  if (first === undefined || last === undefined) return [];
  if (last.to - first.from < block.count) return [blockOf(profile, block.table, { from: first.from, to: last.to })];
  const cuts = whole.slice(1).map((span, at) => ({ before: whole[at]?.to ?? span.from, after: span.from }));
  const holes = cuts.filter(({ before, after }) => after > before);
  const middle = (first.from + last.to) / 2;
  const away = ({ before, after }: { before: number; after: number }): number => Math.abs((before + after) / 2 - middle);
  const cut = (holes.length > 0 ? holes : cuts).sort((x, y) => away(x) - away(y))[0];
  if (cut === undefined) return [];
  return [
    { from: first.from, to: cut.before },
    { from: cut.after, to: last.to },
  ].map((part) => blockOf(profile, block.table, part));
}

/** What a device is asked, and what it was found not to have. */
export interface Parted {
  readonly blocks: readonly Block[];
  readonly missing: readonly Block[];
}

/** After one of them was refused; `undefined` when nothing would be left to ask. */
export function withoutRefused(profile: Profile, { blocks, missing }: Parted, at: number): Parted | undefined {
  const refused = blocks[at];
  if (refused === undefined) return undefined;
  const parts = splitBlock(profile, refused);
  const left = [...blocks.slice(0, at), ...parts, ...blocks.slice(at + 1)];
  if (left.length === 0) return undefined;
  if (parts.length > 0) return { blocks: left, missing };
  const absent = [...missing, refused];
  return { blocks: joined(profile, left, absent), missing: absent };
}

/** Once a point is found that the device does not have, the parts beside it need not stay apart; what is read along between them is tried again. */
function joined(profile: Profile, blocks: readonly Block[], missing: readonly Block[]): Block[] {
  const together: Block[] = [];
  for (const block of blocks) {
    const last = together.at(-1);
    const end = block.address + block.count;
    const gap = last === undefined ? 0 : block.address - (last.address + last.count);
    const absent = missing.some(({ table, address }) => table === block.table && address >= (last?.address ?? 0) && address < end);
    const fits = last !== undefined && last.table === block.table && end - last.address <= mostOf(profile, block.table);
    if (fits && gap <= (profile.read.hole ?? mostUnused) && !absent && !has(profile, "one-point-a-question"))
      together[together.length - 1] = { ...last, count: end - last.address };
    else together.push(block);
  }
  return together;
}

/** A question with what its device's profile declares of its pace. */
export const paced = ({ read }: Pick<Profile, "read">, request: Request): Request =>
  read.turnaround_ms === undefined ? request : { ...request, turnaround_ms: read.turnaround_ms };

export const blockRequest = (unit: number, block: Block): Request => {
  const request = readRequest(unit, readFunctions[block.table], block.address, block.count);
  return block.wide === true ? { ...request, registerBytes: 4 } : request;
};

// The kinds of fields that the byte protocols of piles, meters and fire panels are made of.
import { undecodable } from "#protocols/vocabulary/faults.ts";
import { bytesOf, concat, toHex } from "./bytes.ts";
import {
  type Cell,
  endsInside,
  type Field,
  isUndecodable,
  type Meaning,
  type Names,
  type Source,
  type Taken,
  type Values,
  type Words,
  walk,
  words,
  write,
} from "./layout.ts";

interface Plain<Value> {
  readonly size: number | ((source: Source) => number);
  readonly read: (bytes: Uint8Array) => Value | undefined;
  readonly write: (value: Value) => Uint8Array;
  readonly meaning?: Meaning | undefined;
}

/** A field of some bytes without parts. `read` gives undefined for bytes that cannot be such a value. */
export function plain<const Key extends string, Value>(key: Key, text: string, how: Plain<Value>): Field<Key, Value, false> {
  const field = { key, words: words(text), missing: false as const };
  return {
    ...field,
    take(source) {
      const size = typeof how.size === "number" ? how.size : how.size(source);
      if (size < 0 || source.at + size > source.bytes.length) return endsInside(source);
      const value = how.read(source.bytes.subarray(source.at, source.at + size));
      if (value === undefined)
        return undecodable(`${source.path}: ${toHex(source.bytes.subarray(source.at, source.at + size))}`, source.at);
      const meaning = how.meaning?.(value, source.seen);
      const cell: Cell = { at: source.at, size, path: source.path, words: field.words, value, ...(meaning && { meaning }) };
      return { value, next: source.at + size, cells: [cell] };
    },
    put: (value) => {
      const bytes = how.write(value);
      if (typeof how.size === "number" && bytes.length !== how.size)
        throw new RangeError(`${key}: ${bytes.length} bytes instead of ${how.size}`);
      return bytes;
    },
  };
}

/** This field and all behind it may be missing at the end of a body. */
export const maybe = <Key extends string, Value>(field: Field<Key, Value, boolean>): Field<Key, Value, true> => ({
  ...field,
  missing: true,
});

export const named =
  (of: Names): Meaning =>
  (value) =>
    typeof value === "number" ? of[value] : undefined;

/** The names of the bits that are set, in both languages. */
export function bitsSet(bits: Names, value: number): readonly Words[] {
  return Object.entries(bits)
    .filter(([bit]) => (value >>> Number(bit)) & 1)
    .map(([, name]) => name);
}
export const flagged =
  (bits: Names): Meaning =>
  (value) => {
    const set = typeof value === "number" ? bitsSet(bits, value) : [];
    return set.length === 0 ? words("无 / none") : { zh: set.map((one) => one.zh).join("、"), en: set.map((one) => one.en).join(", ") };
  };

export interface Whole {
  /** How much one step of the raw number is worth: 0.1 V as mV is 100. */
  readonly each?: number;
  /** Added after `each`: a temperature sent as °C + 65 has −65000 m°C. */
  readonly plus?: number;
  /** The raw number that says "there is no such value": read as null, never as zero. */
  readonly absent?: number;
  readonly signed?: true;
  readonly names?: Names;
  readonly bits?: Names;
  readonly meaning?: Meaning;
}
type WholeValue<Options> = Options extends { readonly absent: number } ? number | null : number;

/** A little-endian whole number of 1–6 bytes, scaled to the unit that its key ends in. */
export function whole<const Key extends string, const Options extends Whole & { readonly bytes: number }>(
  key: Key,
  text: string,
  options: Options,
): Field<Key, WholeValue<Options>, false> {
  const { bytes: size, each = 1, plus = 0, absent, signed } = options;
  const span = 256 ** size;
  const meaning = options.meaning ?? (options.names && named(options.names)) ?? (options.bits && flagged(options.bits));
  return plain<Key, WholeValue<Options>>(key, text, {
    size,
    meaning,
    read(bytes) {
      let raw = 0;
      for (let index = size - 1; index >= 0; index -= 1) raw = raw * 256 + (bytes[index] ?? 0);
      if (raw === absent) return null as WholeValue<Options>;
      return ((signed && raw >= span / 2 ? raw - span : raw) * each + plus) as WholeValue<Options>;
    },
    write(value) {
      const raw = value === null ? (absent ?? Number.NaN) : (value - plus) / each;
      const least = signed ? -span / 2 : 0;
      if (!Number.isInteger(raw) || raw < least || raw >= least + span) throw new RangeError(`${key}: ${value} cannot be sent`);
      let rest = raw < 0 ? raw + span : raw;
      return Uint8Array.from({ length: size }, () => {
        const byte = rest % 256;
        rest = Math.floor(rest / 256);
        return byte;
      });
    },
  });
}

export const u8 = <const Key extends string, const Options extends Whole = Record<never, never>>(
  key: Key,
  text: string,
  options?: Options,
) => whole(key, text, { ...(options ?? ({} as Options)), bytes: 1 });
export const u16 = <const Key extends string, const Options extends Whole = Record<never, never>>(
  key: Key,
  text: string,
  options?: Options,
) => whole(key, text, { ...(options ?? ({} as Options)), bytes: 2 });
export const u32 = <const Key extends string, const Options extends Whole = Record<never, never>>(
  key: Key,
  text: string,
  options?: Options,
) => whole(key, text, { ...(options ?? ({} as Options)), bytes: 4 });

type Length = number | "rest" | { readonly of: string };
const lengthOf = (length: Length): Plain<string>["size"] => {
  if (typeof length === "number") return length;
  if (length === "rest") return (source) => source.bytes.length - source.at;
  return (source) => Number(source.seen[length.of]);
};

/** Bytes as hex digits in the order of the wire: order numbers, BCD numbers, what nobody interprets. */
export const hex = <const Key extends string>(key: Key, text: string, length: Length): Field<Key, string, false> =>
  plain(key, text, { size: lengthOf(length), read: toHex, write: bytesOf });

/** A number of BCD digits sent low byte first, as its digits high first: a meter's address. */
export const hexLowFirst = <const Key extends string>(key: Key, text: string, length: number): Field<Key, string, false> =>
  plain(key, text, { size: length, read: (bytes) => toHex(bytes.toReversed()), write: (value) => bytesOf(value).toReversed() });

/** Text of single bytes, filled up with zeros. */
export const ascii = <const Key extends string>(key: Key, text: string, length: Length): Field<Key, string, false> =>
  plain(key, text, {
    size: lengthOf(length),
    read: (bytes) => String.fromCharCode(...bytes).replace(/\0+$/, ""),
    write(value) {
      const bytes = new Uint8Array(typeof length === "number" ? length : value.length);
      for (let index = 0; index < value.length; index += 1) {
        const code = value.charCodeAt(index);
        if (index >= bytes.length || code > 255) throw new RangeError(`${key}: "${value}" cannot be sent`);
        bytes[index] = code;
      }
      return bytes;
    },
  });

/** Six BCD bytes year, month, day, hour, minute, second in China civil time; all zero says that the clock is not set. */
export const bcdTime = <const Key extends string>(key: Key, text: string): Field<Key, string | null, false> =>
  plain<Key, string | null>(key, text, {
    size: 6,
    read(bytes) {
      const digits = toHex(bytes);
      if (/^0+$/.test(digits)) return null;
      const pairs = digits.match(/../g) ?? [];
      return `20${pairs.slice(0, 3).join("-")} ${pairs.slice(3).join(":")}`;
    },
    write: (value) => (value === null ? new Uint8Array(6) : bytesOf(value.replace(/[^0-9A-F]/gi, "").slice(2))),
  });

type Count = "rest" | { readonly of: string } | { readonly prefix: 1; readonly most?: number };

/** Groups of fields one after another: as many as an earlier field says, as a leading count says, or as there are bytes. */
export function group<const Key extends string, const F extends readonly Field[]>(
  key: Key,
  text: string,
  { count, fields }: { readonly count: Count; readonly fields: F },
): Field<Key, readonly Values<F>[], false> {
  const own = typeof count === "object" && "prefix" in count ? count : undefined;
  return {
    key,
    words: words(text),
    missing: false,
    take(source): Taken<readonly Values<F>[]> | ReturnType<typeof undecodable> {
      const { bytes, seen } = source;
      let at = source.at;
      const cells: Cell[] = [];
      let wanted = count === "rest" ? Number.POSITIVE_INFINITY : "of" in count ? Number(seen[count.of]) : (bytes[at] ?? Number.NaN);
      if (own !== undefined) {
        if (at >= bytes.length) return endsInside(source);
        if (wanted > (own.most ?? 255)) return undecodable(`${source.path}: ${wanted} objects, at most ${own.most}`, at);
        cells.push({ at, size: 1, path: `${source.path}.count`, words: words("数目 / count"), value: wanted });
        at += 1;
      } else if (count === "rest" && at === bytes.length) wanted = 0;
      const values: Values<F>[] = [];
      while (values.length < wanted && (count !== "rest" || at < bytes.length)) {
        const walked = walk(fields, { bytes, at, seen, path: `${source.path}[${values.length}]` });
        if (walked.fault !== undefined) return walked.fault;
        values.push(walked.values as Values<F>);
        cells.push(...walked.cells);
        at = walked.next;
      }
      return { value: values, next: at, cells };
    },
    put(value, message) {
      const said = count !== "rest" && "of" in count ? message[count.of] : value.length;
      if (said !== value.length || (own !== undefined && value.length > (own.most ?? 255)))
        throw new RangeError(`${key}: ${value.length} groups cannot be sent`);
      return concat(
        own === undefined ? new Uint8Array(0) : Uint8Array.of(value.length),
        ...value.map((one) => write(fields, { ...message, ...one })),
      );
    },
  };
}

/** One field as often as an earlier one says: the states of `ports` ports. */
export function repeat<const Key extends string, Value>(
  key: Key,
  text: string,
  { of, field }: { readonly of: string; readonly field: Field<string, Value, false> },
): Field<Key, readonly Value[], false> {
  return {
    key,
    words: words(text),
    missing: false,
    take(source) {
      const values: Value[] = [];
      const cells: Cell[] = [];
      let at = source.at;
      while (values.length < Number(source.seen[of])) {
        const taken = field.take({ ...source, at, path: `${source.path}[${values.length}]` });
        if (isUndecodable(taken)) return taken;
        values.push(taken.value);
        cells.push(...taken.cells);
        at = taken.next;
      }
      return { value: values, next: at, cells };
    },
    put(value, message) {
      if (message[of] !== value.length) throw new RangeError(`${key}: ${value.length} values for ${of} ${String(message[of])}`);
      return concat(...value.map((one) => field.put(one, message)));
    },
  };
}

// A message body is a list of fields. One list reads it, writes it, explains it byte by byte, and is its TypeScript type.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { bytesOf, concat, toHex } from "./bytes.ts";

export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** "电压 / voltage" → the two languages. */
export function words(text: string): Words {
  const [zh = "", en = zh] = text.split(" / ");
  return { zh, en };
}

export type Names = Readonly<Record<number, Words>>;
export const names = (texts: Readonly<Record<number, string>>): Names =>
  Object.fromEntries(Object.entries(texts).map(([code, text]) => [code, words(text)]));

/** What was read before this field, by key. */
export type Seen = Readonly<Record<string, unknown>>;
/** What a value means, when the number alone does not say it. */
export type Meaning = (value: unknown, seen: Seen) => Words | undefined;

/** One field as it stood in the bytes. */
export interface Cell {
  readonly at: number;
  readonly size: number;
  readonly path: string;
  readonly words: Words;
  readonly value: unknown;
  readonly meaning?: Words;
}

export interface Source {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly seen: Seen;
  readonly path: string;
}

export interface Taken<Value> {
  readonly value: Value;
  readonly next: number;
  readonly cells: readonly Cell[];
}

export interface Field<Key extends string = string, Value = unknown, Missing extends boolean = boolean> {
  readonly key: Key;
  readonly words: Words;
  /** Protocols grow at the end: a field that older firmware does not send. */
  readonly missing: Missing;
  take(source: Source): Taken<Value> | Undecodable;
  /** Throws a RangeError for a value that the field cannot hold: that is a bug of the caller. */
  put(value: Value, message: Seen): Uint8Array;
}

type Simplify<T> = { readonly [K in keyof T]: T[K] };
type ValueOf<F> = F extends { take(source: Source): infer R } ? (R extends Taken<infer Value> ? Value : never) : never;
export type Values<F extends readonly Field[]> = Simplify<
  { readonly [E in F[number] as E["missing"] extends true ? never : E["key"]]: ValueOf<E> } & {
    readonly [E in F[number] as E["missing"] extends true ? E["key"] : never]?: ValueOf<E>;
  }
>;

export interface Body<Kind extends string = string, F extends readonly Field[] = readonly Field[]> {
  readonly kind: Kind;
  readonly words: Words;
  readonly fields: F;
}
export const body = <const Kind extends string, const F extends readonly Field[]>(kind: Kind, text: string, fields: F): Body<Kind, F> => ({
  kind,
  words: words(text),
  fields,
});

/** `extra`: bytes behind the fields that we know, as hex: newer firmware appends, and what it appends is not lost. */
export type Message<B> = B extends Body<infer Kind, infer F> ? Simplify<{ kind: Kind } & Values<F> & { extra?: string }> : never;

export const isUndecodable = (value: unknown): value is Undecodable =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "undecodable";

export interface Walked {
  readonly values: Readonly<Record<string, unknown>>;
  readonly next: number;
  readonly cells: readonly Cell[];
  /** Where and why the reading stopped; the cells before it stand. */
  readonly fault?: Undecodable;
}

/** Reads fields one after another from `at`. Stops in peace at the end of the bytes where every further field may be missing. */
export function walk(fields: readonly Field[], source: Source): Walked {
  const values: Record<string, unknown> = {};
  const cells: Cell[] = [];
  let at = source.at;
  for (const field of fields) {
    if (at === source.bytes.length && field.missing) break;
    const path = source.path === "" ? field.key : `${source.path}.${field.key}`;
    const taken = field.take({ bytes: source.bytes, at, seen: { ...source.seen, ...values }, path });
    if (isUndecodable(taken)) return { values, next: at, cells, fault: taken };
    values[field.key] = taken.value;
    cells.push(...taken.cells);
    at = taken.next;
  }
  return { values, next: at, cells };
}

export function write(fields: readonly Field[], message: Seen): Uint8Array {
  const parts: Uint8Array[] = [];
  let ended: string | undefined;
  for (const field of fields) {
    const value = message[field.key];
    if (value === undefined) {
      if (!field.missing) throw new RangeError(`${field.key} is not given`);
      ended ??= field.key;
      continue;
    }
    if (ended !== undefined) throw new RangeError(`${field.key} cannot be sent without ${ended} before it`);
    parts.push(field.put(value, message));
  }
  return concat(...parts);
}

const extraWords = words("未说明的后续字节 / bytes that the document does not describe");

/** A whole body with what follows it. */
export function walkBody(of: Body, bytes: Uint8Array, at = 0): Walked {
  const walked = walk(of.fields, { bytes, at, seen: {}, path: "" });
  if (walked.fault !== undefined || walked.next === bytes.length) return walked;
  const extra = toHex(bytes.subarray(walked.next));
  const cell: Cell = { at: walked.next, size: bytes.length - walked.next, path: "extra", words: extraWords, value: extra };
  return { values: { ...walked.values, extra }, next: bytes.length, cells: [...walked.cells, cell] };
}

export function decodeBody<B extends Body>(of: B, bytes: Uint8Array): Message<B> | Undecodable {
  const walked = walkBody(of, bytes);
  return walked.fault ?? ({ kind: of.kind, ...walked.values } as Message<B>);
}

export function encodeBody(of: Body, message: Seen): Uint8Array {
  const known = write(of.fields, message);
  return typeof message.extra === "string" ? concat(known, bytesOf(message.extra)) : known;
}

/** The smallest number of bytes that this body can be read from: zeros, so that every counted part is empty. */
export function leastBytes(of: Body): number {
  for (let size = 0; size <= 1024; size += 1)
    if (walk(of.fields, { bytes: new Uint8Array(size), at: 0, seen: {}, path: "" }).fault === undefined) return size;
  throw new RangeError(`${of.kind} cannot be read from any number of zeros`);
}

export const endsInside = (source: Source): Undecodable => undecodable(`ends inside ${source.path}`, source.bytes.length);

// Bulk batches: InfluxDB line protocol behind one comment line, so that Telegraf or anything else can subscribe to the very same topic.
//   # cuobian {"v":1,"gateway":"gw-1","epoch":"…","stream":"bulk","seq":7,"historical":false}
//   socket,station=station-1,socket=3,quality=good current_mA=2150i,power_mW=468000i 1764043200123000007
// One point a line; integers only; a value that is absent is left out. The time is the reading's own, in nanoseconds, made unique by the batch's counter.

import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";
import type { BulkHeader } from "./envelope.ts";

export interface TelemetryPoint {
  /** What is measured: socket, line, lane, gateway. */
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly quality: Quality;
  readonly fields: Readonly<Record<string, number>>;
  /** Nanoseconds since 1970: milliseconds × 1,000,000 + a counter below 1,000,000 that keeps two samples of one millisecond apart. */
  readonly time_ns: bigint;
}

export interface TelemetryBatch {
  readonly header: BulkHeader;
  readonly points: readonly TelemetryPoint[];
}

const lead = "# cuobian ";
const escapeKey = (text: string): string => text.replace(/[,= \\]/g, (c) => `\\${c}`);

/** One line, without its end. Throws on a field that is no whole number: that is a bug. */
export const encodePoint = (point: TelemetryPoint): string => `${encodeReading(point)} ${point.time_ns}`;

/** The same without its time: a gateway gives it that when it sends. */
export function encodeReading(point: Omit<TelemetryPoint, "time_ns">): string {
  const tags = Object.entries({ ...point.tags, quality: point.quality }).sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = Object.entries(point.fields).map(([key, value]) => {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${point.measurement}.${key} is not a whole number: ${value}`);
    return `${escapeKey(key)}=${value}i`;
  });
  return `${escapeKey(point.measurement)},${tags.map(([k, v]) => `${escapeKey(k)}=${escapeKey(v)}`).join(",")} ${fields.join(",")}`;
}

/** The payload of a bulk batch from lines that `encodePoint` made, each with its end. */
export const telemetryPayload = (header: BulkHeader, lines: string): string => `${lead}${JSON.stringify(header)}\n${lines}`;

export const encodeTelemetry = (batch: TelemetryBatch): string =>
  telemetryPayload(batch.header, `${batch.points.map(encodePoint).join("\n")}\n`);

/** Splits at unescaped `separator`s. */
function split(text: string, separator: string): string[] {
  // Names of ours have nothing to escape.
  if (!text.includes("\\")) return text.split(separator);
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charAt(i);
    if (c === "\\" && i + 1 < text.length) part += c + text.charAt(++i);
    else if (c === separator) {
      parts.push(part);
      part = "";
    } else part += c;
  }
  parts.push(part);
  return parts;
}
const unescapeKey = (text: string): string => (text.includes("\\") ? text.replace(/\\(.)/g, "$1") : text);

/** What stands before the first space of a line: what is measured, of what, and how good. */
interface Head {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly quality: Quality;
}

const mostHeads = 20_000;

/** Heads that were read before: gateways say the same ones with every batch, and reading them anew costs more than all that follows. The same head is the same object. */
export class KnownHeads {
  #known = new Map<string, Head>();

  /** A text says why it is none. */
  read(text: string): Head | string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    // A part of a text keeps the whole of it in memory: what is kept is a text of its own.
    const own = [...text].join("");
    const head = readHead(own);
    if (typeof head === "string") return head;
    if (this.#known.size >= mostHeads) this.#known = new Map();
    this.#known.set(own, head);
    return head;
  }
}

/** JavaScript would take this name for something else than a name. */
const isName = (key: string): boolean => key !== "" && key !== "__proto__";

function readHead(text: string): Head | string {
  const [measurement = "", ...tagTexts] = split(text, ",");
  const tags: Record<string, string> = {};
  for (const tag of tagTexts) {
    const [key = "", value] = split(tag, "=");
    if (value === undefined || !isName(key)) return `tag without value: ${tag}`;
    tags[unescapeKey(key)] = unescapeKey(value);
  }
  const { quality = "bad", ...others } = tags;
  if (quality !== "good" && quality !== "stale" && quality !== "bad") return `quality is ${quality}`;
  if (measurement === "") return "no measurement";
  return { measurement: unescapeKey(measurement), tags: others, quality };
}

function readFields(text: string): Readonly<Record<string, number>> | string {
  const fields: Record<string, number> = {};
  for (const field of split(text, ",")) {
    const [key = "", value = ""] = split(field, "=");
    if (!isName(key) || !/^-?\d{1,16}i$/.test(value)) return `field ${key} is not a whole number: ${value}`;
    fields[unescapeKey(key)] = Number(value.slice(0, -1));
  }
  return fields;
}

/** Reads one line; integers only, as `encodeTelemetry` writes them. */
export function decodePoint(line: string, heads = new KnownHeads()): TelemetryPoint | Undecodable {
  const [first = "", body = "", time = "", ...rest] = split(line, " ");
  if (rest.length > 0 || !/^-?\d{1,19}$/.test(time)) return undecodable("not `measurement,tags fields time`");
  const head = heads.read(first);
  if (typeof head === "string") return undecodable(head);
  const fields = readFields(body);
  return typeof fields === "string" ? undecodable(fields) : { ...head, fields, time_ns: BigInt(time) };
}

/** Lines as gateways write them, read where they stand; anything unusual is left to `decodePoint`, which says what it is. */
class PlainLines {
  readonly #text: string;
  readonly #heads: KnownHeads;
  /** The names of the line before: mostly those of the next one too. */
  #keys: string[] = [];
  #at = 0;

  constructor(text: string, heads: KnownHeads) {
    this.#text = text;
    this.#heads = heads;
  }

  read(from: number, to: number): TelemetryPoint | undefined {
    const space = this.#text.indexOf(" ", from);
    const head = space < 0 || space > to ? undefined : this.#heads.read(this.#text.slice(from, space));
    if (head === undefined || typeof head === "string") return undefined;
    const { measurement, tags, quality } = head;
    this.#at = space + 1;
    const fields: Record<string, number> = {};
    for (let nth = 0; ; nth += 1) {
      const key = this.#key(nth, to);
      const value = this.#number();
      if (key === undefined || value === undefined || this.#text.charCodeAt(this.#at) !== integerSuffix) return undefined;
      fields[key] = value;
      const separator = this.#text.charCodeAt(this.#at + 1);
      this.#at += 2;
      if (separator === blank) break;
      if (separator !== comma) return undefined;
    }
    const time = this.#text.slice(this.#at, to);
    return /^-?\d{1,19}$/.test(time) ? { measurement, tags, quality, fields, time_ns: BigInt(time) } : undefined;
  }

  #key(nth: number, to: number): string | undefined {
    const expected = this.#keys[nth];
    if (
      expected !== undefined &&
      this.#text.startsWith(expected, this.#at) &&
      this.#text.charCodeAt(this.#at + expected.length) === equals
    ) {
      this.#at += expected.length + 1;
      return expected;
    }
    const end = this.#text.indexOf("=", this.#at);
    if (end < 0 || end > to) return undefined;
    const key = this.#text.slice(this.#at, end);
    if (!isName(key) || key.includes(",") || key.includes(" ")) return undefined;
    this.#keys[nth] = key;
    this.#at = end + 1;
    return key;
  }

  /** At most fifteen digits: exact, whatever they are. */
  #number(): number | undefined {
    const negative = this.#text.charCodeAt(this.#at) === minus;
    if (negative) this.#at += 1;
    const first = this.#at;
    let value = 0;
    for (; ; this.#at += 1) {
      const digit = this.#text.charCodeAt(this.#at) - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    const digits = this.#at - first;
    return digits === 0 || digits > 15 ? undefined : negative ? -value : value;
  }
}
const [integerSuffix, blank, comma, equals, minus, zero] = [0x69, 0x20, 0x2c, 0x3d, 0x2d, 0x30];

/** The header is checked for shape by the caller (envelope.ts, BulkHeader). */
export function decodeHeader(line: string): { header: unknown } | Undecodable {
  if (!line.startsWith(lead)) return undecodable("the first line is not `# cuobian {…}`", 0);
  try {
    return { header: JSON.parse(line.slice(lead.length)) };
  } catch {
    return undecodable("the header is not JSON", lead.length);
  }
}

/** What stands behind the header. A single bad line makes the whole batch undecodable, and says which. */
export function decodeLines(text: string, heads = new KnownHeads()): TelemetryPoint[] | Undecodable {
  const points: TelemetryPoint[] = [];
  // Names of ours have nothing to escape.
  const plain = text.includes("\\") ? undefined : new PlainLines(text, heads);
  let number = 2;
  for (let from = 0; from < text.length; number += 1) {
    const found = text.indexOf("\n", from);
    const to = found < 0 ? text.length : found;
    if (to > from && text[from] !== "#") {
      const point = plain?.read(from, to) ?? decodePoint(text.slice(from, to), heads);
      if ("kind" in point) return undecodable(`line ${number}: ${point.reason}`);
      points.push(point);
    }
    from = to + 1;
  }
  return points;
}

export function decodeTelemetry(text: string): { header: unknown; points: TelemetryPoint[] } | Undecodable {
  const end = text.indexOf("\n");
  const head = decodeHeader(end < 0 ? text : text.slice(0, end));
  if ("kind" in head) return head;
  const points = decodeLines(end < 0 ? "" : text.slice(end + 1));
  return "kind" in points ? points : { ...head, points };
}

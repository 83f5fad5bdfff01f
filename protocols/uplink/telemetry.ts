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

/** Reads one line; integers only, as `encodeTelemetry` writes them. */
export function decodePoint(line: string): TelemetryPoint | Undecodable {
  const [head = "", body = "", time = "", ...rest] = split(line, " ");
  if (rest.length > 0 || !/^-?\d{1,19}$/.test(time)) return undecodable("not `measurement,tags fields time`");
  const [measurement = "", ...tagTexts] = split(head, ",");
  const tags: Record<string, string> = {};
  for (const text of tagTexts) {
    const [key = "", value] = split(text, "=");
    if (value === undefined) return undecodable(`tag without value: ${text}`);
    tags[unescapeKey(key)] = unescapeKey(value);
  }
  const { quality = "bad", ...others } = tags;
  if (quality !== "good" && quality !== "stale" && quality !== "bad") return undecodable(`quality is ${quality}`);
  const fields: Record<string, number> = {};
  for (const text of split(body, ",")) {
    const [key = "", value = ""] = split(text, "=");
    if (!/^-?\d{1,16}i$/.test(value)) return undecodable(`field ${key} is not a whole number: ${value}`);
    fields[unescapeKey(key)] = Number(value.slice(0, -1));
  }
  if (measurement === "") return undecodable("no measurement");
  return { measurement: unescapeKey(measurement), tags: others, quality, fields, time_ns: BigInt(time) };
}

/** The header is checked for shape by the caller (envelope.ts, BulkHeader). A single bad line makes the whole batch undecodable, and says which. */
export function decodeTelemetry(text: string): { header: unknown; points: TelemetryPoint[] } | Undecodable {
  const [first = "", ...lines] = text.split("\n");
  if (!first.startsWith(lead)) return undecodable("the first line is not `# cuobian {…}`", 0);
  let header: unknown;
  try {
    header = JSON.parse(first.slice(lead.length));
  } catch {
    return undecodable("the header is not JSON", lead.length);
  }
  const points: TelemetryPoint[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const point = decodePoint(line);
    if ("kind" in point) return undecodable(`line ${index + 2}: ${point.reason}`);
    points.push(point);
  }
  return { header, points };
}

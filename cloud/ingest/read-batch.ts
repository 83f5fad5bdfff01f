// From a message to a batch that may be believed: the envelope as a whole, then each event against the catalogue. Nothing here knows the store.
import { Compile } from "typebox/compile";
import { BulkHeader, EventBatch, type ReadingsGap, WireEvent } from "#protocols/uplink/envelope.ts";
import { type EventType, eventCatalogue, isEventType } from "#protocols/uplink/events.ts";
import { decodeHeader, decodeLines, KnownHeads, type TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { GatewayAddress } from "#protocols/uplink/topics.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { isId, type Stream } from "#protocols/vocabulary/ids.ts";
import { canonical, fingerprint } from "./canonical.ts";

export interface ReadEvent {
  readonly seq: number;
  /** A gap record stands for all numbers from here to its own. */
  readonly first?: number;
  readonly hash: string;
  readonly content: WireEvent;
  /** The key under which it may have come before, and its hash there. */
  readonly was: { readonly epoch: string; readonly seq: number; readonly hash: string } | undefined;
  /** Why it can have no effect; it still has its place in the stream. */
  readonly poison: string | undefined;
}

export interface ReadEvents {
  readonly kind: "events";
  readonly epoch: string;
  readonly events: readonly ReadEvent[];
}

export interface ReadBulk {
  readonly kind: "bulk";
  readonly epoch: string;
  readonly seq: number;
  readonly hash: string;
  readonly text: string;
  readonly historical: boolean;
  readonly gaps: readonly ReadingsGap[];
  /** None when the batch is poison. */
  readonly points: readonly TelemetryPoint[];
  readonly poison: string | undefined;
}

type Validator = { Check(value: unknown): boolean; Errors(value: unknown): { instancePath: string; message: string }[] };
const envelope: Validator = Compile(EventBatch);
const wireEvent: Validator = Compile(WireEvent);
const bulkHeader: Validator = Compile(BulkHeader);
const catalogue = new Map<EventType, Validator>();

function dataValidator(type: EventType): Validator {
  const known = catalogue.get(type) ?? Compile(eventCatalogue[type].data);
  catalogue.set(type, known);
  return known;
}

/** Paths and rules only: the values may be plates. */
function complaints(validator: Validator, value: unknown): string {
  return validator
    .Errors(value)
    .slice(0, 5)
    .map((error) => `${error.instancePath || "/"} ${error.message}`)
    .join("; ");
}

export function readEventBatch(payload: Buffer, from: GatewayAddress & { readonly stream: Stream }): ReadEvents | Undecodable {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(payload));
  } catch {
    return undecodable("not JSON in UTF-8");
  }
  const head = readHead(parsed, from);
  if ("kind" in head) return head;
  const whole = envelope.Check(parsed);
  const events: ReadEvent[] = [];
  for (const [index, raw] of head.events.entries()) {
    const seq = (raw as { seq?: unknown } | null)?.seq;
    if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 1) return undecodable(`events/${index}: no sequence number`);
    const previous = events.at(-1);
    const content = raw as WireEvent;
    const first = firstOf(content);
    if (previous !== undefined && (first ?? seq) !== previous.seq + 1)
      return undecodable(`events/${index}: ${first ?? seq} does not follow ${previous.seq}`);
    events.push({
      seq,
      ...(first === undefined ? {} : { first }),
      content,
      hash: fingerprint(canonical(raw)),
      was: wasOf(content),
      poison: poisonOf(content, from.stream, whole),
    });
  }
  return { kind: "events", epoch: head.epoch, events };
}

/** The hash is that of the event as it stood under its old key. Where the name is nonsense the envelope is poison anyway. */
function wasOf(content: WireEvent): ReadEvent["was"] {
  const { was, ...rest } = content;
  if (was === undefined || typeof was?.epoch !== "string" || !Number.isSafeInteger(was.seq)) return undefined;
  return { epoch: was.epoch, seq: was.seq, hash: fingerprint(canonical({ ...rest, seq: was.seq })) };
}

function firstOf({ type, seq, data }: WireEvent): number | undefined {
  const count = type === "stream.gap" ? (data as { count?: unknown } | null)?.count : undefined;
  // In a journal that was restored the numbers begin anew: then it stands for more events than there are numbers before it.
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 1 ? Math.max(1, seq - count + 1) : undefined;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The parts without which not even the place of the events is known. */
function readHead(parsed: unknown, from: GatewayAddress & { readonly stream: Stream }): { epoch: string; events: unknown[] } | Undecodable {
  if (parsed === null || typeof parsed !== "object") return undecodable("not an object");
  const { v, gateway, epoch, stream, events } = parsed as Record<string, unknown>;
  if (v !== 1) return undecodable("/v is not 1");
  if (typeof gateway !== "string" || !isId(gateway) || gateway !== from.gateway) return undecodable("/gateway is not the topic's gateway");
  if (stream !== from.stream) return undecodable("/stream is not the topic's class");
  if (typeof epoch !== "string" || !/^[0-9a-f]{16}$/.test(epoch)) return undecodable("/epoch is not 16 hexadecimal digits");
  if (!Array.isArray(events) || events.length === 0 || events.length > 500) return undecodable("/events is not a list of 1 to 500");
  return { epoch, events };
}

export function poisonOf(event: WireEvent, stream: Stream, envelopeIsGood: boolean): string | undefined {
  if (!envelopeIsGood && !wireEvent.Check(event)) return `envelope: ${complaints(wireEvent, event)}`;
  if (!isEventType(event.type)) return `unknown type ${event.type}`;
  if (eventCatalogue[event.type].stream !== stream)
    return `${event.type} travels in ${eventCatalogue[event.type].stream}, not in ${stream}`;
  const validator = dataValidator(event.type);
  if (!validator.Check(event.data)) return `${event.type}: ${complaints(validator, event.data)}`;
  const inexact = inexactNumber(event.data, "/data") ?? inexactNumber(event.at, "/at");
  return inexact === undefined ? undefined : `${event.type}: ${inexact} is too large to be exact`;
}

/** The path of a number that neither we nor a database can hold exactly: JSON Schema calls 2^60 an integer. */
function inexactNumber(value: unknown, path: string): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? undefined : path;
  if (value === null || typeof value !== "object") return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = inexactNumber(inner, `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const heads = new KnownHeads();

/** A batch whose header can be read has its place in the stream, whatever its lines are: poison must not hold up what follows it. */
export function readBulkBatch(payload: Buffer, from: GatewayAddress): ReadBulk | Undecodable {
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return undecodable("not UTF-8");
  }
  const end = text.indexOf("\n");
  const head = decodeHeader(end < 0 ? text : text.slice(0, end));
  if ("kind" in head) return head;
  if (!bulkHeader.Check(head.header)) return undecodable(`header: ${complaints(bulkHeader, head.header)}`);
  const { gateway, epoch, seq, historical, gaps = [] } = head.header as BulkHeader;
  if (gateway !== from.gateway) return undecodable("header: not the topic's gateway");
  // The header may say "historical" the second time; what was measured is the body.
  const hash = fingerprint(payload.subarray(payload.indexOf("\n") + 1));
  const place = { kind: "bulk", epoch, seq, hash, text, historical, gaps } as const;
  const points = end < 0 ? [] : decodeLines(text.slice(end + 1), heads);
  if ("kind" in points) return { ...place, points: [], poison: points.reason };
  const poison = poisonOfPoints(points);
  return { ...place, points: poison === undefined ? points : [], poison };
}

const [earliest, latest] = [-(2n ** 63n), 2n ** 63n - 1n];

/** The stores keep nanoseconds in 64 bits and values exactly. */
function poisonOfPoints(points: readonly TelemetryPoint[]): string | undefined {
  for (const [index, { time_ns, fields }] of points.entries()) {
    if (time_ns < earliest || time_ns > latest) return `point ${index + 1}: its time does not fit`;
    for (const field in fields) if (!Number.isSafeInteger(fields[field])) return `point ${index + 1}: ${field} is too large to be exact`;
  }
  return undefined;
}

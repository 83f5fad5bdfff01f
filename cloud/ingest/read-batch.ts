// From a message to a batch that may be believed: the envelope as a whole, then each event against the catalogue. Nothing here knows the store.
import { Compile } from "typebox/compile";
import { BulkHeader, EventBatch, WireEvent } from "#protocols/uplink/envelope.ts";
import { type EventType, eventCatalogue, isEventType } from "#protocols/uplink/events.ts";
import { decodeTelemetry, type TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { GatewayAddress } from "#protocols/uplink/topics.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { isId, type Stream } from "#protocols/vocabulary/ids.ts";
import { canonical, fingerprint } from "./canonical.ts";

export interface ReadEvent {
  readonly seq: number;
  readonly hash: string;
  readonly content: WireEvent;
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
  readonly historical: boolean;
  readonly points: readonly TelemetryPoint[];
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
    if (previous !== undefined && seq !== previous.seq + 1) return undecodable(`events/${index}: ${seq} does not follow ${previous.seq}`);
    const content = raw as WireEvent;
    events.push({ seq, content, hash: fingerprint(canonical(raw)), poison: poisonOf(content, from.stream, whole) });
  }
  return { kind: "events", epoch: head.epoch, events };
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

function poisonOf(event: WireEvent, stream: Stream, envelopeIsGood: boolean): string | undefined {
  if (!envelopeIsGood && !wireEvent.Check(event)) return `envelope: ${complaints(wireEvent, event)}`;
  if (!isEventType(event.type)) return `unknown type ${event.type}`;
  if (eventCatalogue[event.type].stream !== stream)
    return `${event.type} travels in ${eventCatalogue[event.type].stream}, not in ${stream}`;
  const validator = dataValidator(event.type);
  return validator.Check(event.data) ? undefined : `${event.type}: ${complaints(validator, event.data)}`;
}

export function readBulkBatch(payload: Buffer, from: GatewayAddress): ReadBulk | Undecodable {
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return undecodable("not UTF-8");
  }
  const decoded = decodeTelemetry(text);
  if ("kind" in decoded) return decoded;
  if (!bulkHeader.Check(decoded.header)) return undecodable(`header: ${complaints(bulkHeader, decoded.header)}`);
  const header = decoded.header as BulkHeader;
  if (header.gateway !== from.gateway) return undecodable("header: not the topic's gateway");
  // The header may say "historical" the second time; what was measured is the body.
  const hash = fingerprint(text.slice(text.indexOf("\n") + 1));
  return { kind: "bulk", epoch: header.epoch, seq: header.seq, hash, historical: header.historical, points: decoded.points };
}

// An event that the catalogue does not know, or with other fields, is a bug here and a dead letter in the cloud: refuse it at its birth.
import { Compile } from "typebox/compile";
import { type EventType, eventCatalogue, isEventType } from "#protocols/uplink/events.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";

const validators = new Map<
  EventType,
  { Check(value: unknown): boolean; Errors(value: unknown): { instancePath: string; message: string }[] }
>();

function validatorOf(type: EventType) {
  const known = validators.get(type);
  if (known !== undefined) return known;
  const made = Compile(eventCatalogue[type].data);
  validators.set(type, made);
  return made;
}

/** The stream that the event travels in. Throws on a type or data that the catalogue does not know. */
export function checkEvent(type: string, data: unknown): Exclude<Stream, "bulk"> {
  if (!isEventType(type)) throw new Error(`no such event: ${type}`);
  const validator = validatorOf(type);
  if (!validator.Check(data)) {
    // Paths and rules only: values may be plates or cards, and this goes into logs.
    const complaints = validator.Errors(data).map((error) => `${error.instancePath || "/"} ${error.message}`);
    throw new Error(`event ${type} is not as the catalogue says: ${complaints.join("; ")}`);
  }
  return eventCatalogue[type].stream;
}

// Events of fire panels and their transmission devices, of smoke detectors by radio, and of what else is watched in a compound. A part of the catalogue (events.ts).
import Type, { type TSchema } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const text = Type.String({ maxLength: 120 });
const whole = Type.Integer();
const maybeId = Type.Union([id, Type.Null()]);
const maybeWhole = Type.Union([whole, Type.Null()]);
const check = Type.String({ minLength: 4, maxLength: 64 });
/** One thing of a device: a detector's address, an input, a measured quantity. */
const point = Type.String({ description: "system.component.address of a panel, or a name", minLength: 1, maxLength: 60 });

/** What a fire device may say of a point. "fire" is latched and opens the sockets of its shed. */
export const fireCauses = [
  ...(["fire", "fault", "shielded", "supervised", "power", "main-power", "standby-power", "bus-fault"] as const),
  ...(["line-fault", "link-fault", "low-battery", "removed"] as const),
] as const;
export type FireCause = (typeof fireCauses)[number];

/** What a watched point of water supply, power room and the like may say. */
export const facilityCauses = [
  ...(["level-low", "level-high", "pressure-low", "pressure-high", "pump-fault", "flood", "over-current"] as const),
  ...(["over-temperature", "door-open", "supply-lost", "contact"] as const),
] as const;
export type FacilityCause = (typeof facilityCauses)[number];

const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });
const of = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, strict);
const where = { device: id, point, zone: maybeId };

export const fireEvents = {
  "fire.raised": define(
    "urgent",
    "消防报警",
    "a fire device reports",
    of({
      ...where,
      cause: Type.Enum([...fireCauses]),
      shed: Type.Union([id, Type.Null()], { description: "the shed whose sockets it opens; null: none" }),
      text: Type.String({ description: "what the device calls the point", maxLength: 120 }),
      said_at: Type.Union([whole, Type.Null()], { description: "the device's own time, as it said it" }),
      under_test: Type.Boolean({ description: "the device says that it is under test" }),
    }),
  ),
  "fire.over": define("urgent", "消防报警恢复", "it is over", of({ ...where, cause: Type.Enum([...fireCauses]) })),
  "fire.operation": define(
    "state",
    "消防设备操作",
    "somebody operated a fire device",
    of({ device: id, operations: Type.Array(text, { maxItems: 8 }), operator: whole, said_at: maybeWhole }),
  ),
  "fire.device-silent": define("urgent", "消防设备失联", "a fire device is silent", of({ device: id, silent_ms: whole })),
  "fire.device-answers": define("state", "消防设备恢复", "it is heard again", of({ device: id })),
  "fire.sentry-asked": define(
    "state",
    "查岗",
    "a sentry check was asked",
    of({ device: id, check, within_min: whole, by: Type.Enum(["centre", "cloud", "console"]) }),
  ),
  "fire.sentry-answered": define(
    "state",
    "查岗应答",
    "a person answered the sentry check",
    of({ device: id, check, operator: text, after_ms: whole }),
  ),
  "fire.sentry-unanswered": define(
    "urgent",
    "查岗无应答",
    "nobody answered the sentry check",
    of({ device: id, check, within_min: whole }),
  ),

  "facility.raised": define(
    "urgent",
    "设施告警",
    "a watched point is out of bounds",
    of({
      ...where,
      cause: Type.Enum([...facilityCauses]),
      value: maybeWhole,
      limit: maybeWhole,
      unit: Type.String({ maxLength: 12 }),
      text,
      responsible: text,
    }),
  ),
  "facility.over": define(
    "urgent",
    "设施告警恢复",
    "it is within its bounds again",
    of({ ...where, cause: Type.Enum([...facilityCauses]) }),
  ),
  "facility.silent": define("urgent", "设施读不到", "a watched device cannot be read", of({ device: id, silent_ms: whole })),
  "facility.answers": define("state", "设施恢复读取", "it is read again", of({ device: id })),
} as const;

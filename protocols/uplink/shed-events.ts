// Events of a shed and of its supply. A part of the catalogue (events.ts), in a file of its own for its length alone.
import Type, { type TSchema } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const name = Type.String({ minLength: 1, maxLength: 100 });
const words = Type.String({ maxLength: 300 });
const whole = Type.Integer();
const optionalWhole = Type.Union([Type.Integer(), Type.Null()]);
const socket = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}/[1-9][0-9]{0,2}$" });
/** Of a shed or of a socket: "<run>-<place>-<n>". */
export const tripName = Type.String({ minLength: 8, maxLength: 100 });

/** Why a shed is opened as a whole. Each is an alarm and an entry in the property's own list; fire is a hazard. */
export const shedCauses = ["smoke", "heat", "panel", "welded", "blind"] as const;
export type ShedCause = (typeof shedCauses)[number];
const detector = Type.Enum(["smoke", "heat", "panel"]);
const source = Type.Enum(["smoke", "heat", "panel", "meter"]);
const budgetKind = Type.Enum(["group", "phase", "shed", "transformer"]);
const unit = Type.Enum(["mA", "mW"]);

const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });
const of = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, strict);

export const shedEvents = {
  "shed.tripped": define(
    "urgent",
    "整棚断电",
    "a shed was opened",
    of({
      trip: tripName,
      shed: id,
      cause: Type.Enum([...shedCauses]),
      source: Type.String({ description: "the input, station or socket that it came from", minLength: 1, maxLength: 100 }),
      contactor: Type.Enum(["opening", "none"], { description: "none: the shed has no contactor that could be opened above it" }),
      silent_ms: optionalWhole,
      decided_after_ms: whole,
      off_after_ms: Type.Integer({ description: "from the first byte of what decided it to the last OFF handed to a line" }),
      latched: Type.Boolean(),
    }),
  ),
  "shed.opened": define(
    "state",
    "整棚断电确认",
    "every socket of the shed, and its contactor, seen open",
    of({ trip: tripName, shed: id, confirmed_after_ms: whole, sockets: whole }),
  ),
  "shed.sighted": define("state", "充电棚触点恢复", "the shed's contacts are read again", of({ trip: tripName, shed: id })),
  "shed.reset": define(
    "state",
    "充电棚复位",
    "shed reset on site",
    of({ trip: tripName, shed: id, person: Type.String({ maxLength: 64 }), reason: words }),
  ),
  "shed.reset-refused": define(
    "state",
    "充电棚复位被拒",
    "reset of a shed refused",
    of({ trip: tripName, shed: id, person: Type.String({ maxLength: 64 }), code: name, zh: words, en: words }),
  ),
  "shed.input": define(
    "state",
    "充电棚触点变化",
    "a contact of the shed changed",
    of({ shed: id, input: id, of: detector, active: Type.Boolean() }),
  ),
  "shed.input-silent": define(
    "urgent",
    "充电棚触点读不到",
    "a contact or meter of the shed cannot be read",
    of({ shed: id, input: id, of: source, silent_ms: whole }),
  ),
  "shed.input-answers": define(
    "state",
    "充电棚触点可读",
    "it is read again",
    of({ shed: id, input: id, of: source, active: Type.Boolean() }),
  ),
  "shed.leaking": define(
    "urgent",
    "充电棚剩余电流报警",
    "residual current of the shed's feeder",
    of({ shed: id, value: whole, limit: whole, unit: Type.Literal("mA") }),
  ),
  "shed.leakage-over": define(
    "state",
    "充电棚剩余电流恢复",
    "residual current is low again",
    of({ shed: id, value: whole, limit: whole, unit: Type.Literal("mA") }),
  ),
  "shed.contactor-stuck": define(
    "urgent",
    "上级接触器断不开",
    "the contactor above did not open",
    of({ shed: id, trip: Type.Union([tripName, Type.Null()]), evidence: Type.Enum(["relay", "feedback", "current"]), waited_ms: whole }),
  ),
  "shed.contactor-lost": define("urgent", "上级接触器未闭合", "the contactor above is not seen closed", of({ shed: id, waited_ms: whole })),
  "shed.contactor-closed": define("state", "上级接触器已闭合", "the contactor above is closed again", of({ shed: id })),

  "load.shed": define(
    "urgent",
    "有序削减",
    "a charge was ended to relieve the supply",
    of({
      ...{ budget: name, of: budgetKind, socket, session: Type.String({ minLength: 8, maxLength: 64 }), value: whole, limit: whole, unit },
      reserved: Type.Integer({ description: "the part of the value that was not measured and counts with its most" }),
      ...{ share: whole, priority: whole, seconds: whole, zh: words, en: words },
    }),
  ),
  "load.over": define(
    "urgent",
    "供电超限且无可削减",
    "the supply is over its limit and nothing is left to shed",
    of({ budget: name, of: budgetKind, value: whole, limit: whole, unit, zh: words, en: words }),
  ),
  "charging.refused": define(
    "state",
    "未送电",
    "a request was not energised",
    of({ socket, session: Type.String({ minLength: 8, maxLength: 64 }), code: name, zh: words, en: words }),
  ),
} as const;

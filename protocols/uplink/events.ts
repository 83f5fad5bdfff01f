// The catalogue of events: what a gateway can say, in which class, with which fields. Names are past facts, never wishes.
import Type, { type Static, type TSchema } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";
import { plateColours } from "#protocols/vocabulary/plate.ts";
import { chargingEvents } from "./charging-events.ts";
import { configEvents } from "./config-events.ts";
import { energyEvents } from "./energy-events.ts";
import { fireEvents } from "./fire-events.ts";
import { framePattern } from "./frame.ts";
import { gatewayEvents } from "./gateway-events.ts";
import { candidate, exceptionReasons, laneEvents } from "./lane-events.ts";
import { lineEvents } from "./line-events.ts";
import { moneyEvents, paymentMethods } from "./money-events.ts";
import { pileEvents } from "./pile-events.ts";
import { billLine, registerEvents } from "./register-events.ts";
import { shedEvents } from "./shed-events.ts";

export { type CutCause, cutCauses, type EndCause, endCauses, type WarnCause, warnCauses } from "#protocols/vocabulary/charging-causes.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const uuid = Type.String({ minLength: 8, maxLength: 64 });
const words = Type.String({ maxLength: 300 });
const wallMs = Type.Integer();
const plate = Type.Union([Type.String({ minLength: 1, maxLength: 16 }), Type.Null()]);
const direction = Type.Enum(["entry", "exit"]);
const whole = Type.Integer();
const optionalWhole = Type.Union([Type.Integer(), Type.Null()]);

const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });

export const eventCatalogue = {
  ...gatewayEvents,
  ...configEvents,

  // Parking. A visit is one stay of one car; a passage is one car under one arm; they are different facts.
  "visit.opened": define(
    "money",
    "车辆入场",
    "visit opened",
    Type.Object(
      {
        visit: uuid,
        lot: id,
        lane: id,
        plate,
        plate_colour: Type.Enum([...plateColours]),
        entered_at: wallMs,
        tariff: Type.String({ maxLength: 80 }),
        offline: Type.Boolean(),
        entry_lost: Type.Optional(
          Type.Boolean({ description: "nobody saw it come in: it is priced at the exit by the rule that the tariff has for that" }),
        ),
      },
      strict,
    ),
  ),
  "visit.billed": define(
    "money",
    "出场计费",
    "visit billed",
    Type.Object(
      {
        visit: uuid,
        bill: uuid,
        lane: Type.Union([id, Type.Null()], { description: "null: asked on a phone before the car was at an exit" }),
        plate,
        entered_at: wallMs,
        left_at: wallMs,
        tariff: Type.String({ maxLength: 80 }),
        lines: Type.Array(billLine, { maxItems: 200 }),
        total_fen: whole,
        paid_fen: whole,
        due_fen: whole,
      },
      strict,
    ),
  ),
  "visit.paid": define(
    "money",
    "缴费",
    "visit paid",
    Type.Object(
      {
        visit: uuid,
        payment: uuid,
        lane: Type.Union([id, Type.Null()]),
        method: Type.Enum([...paymentMethods]),
        amount_fen: whole,
        collector: Type.String({ maxLength: 64 }),
        payee: Type.Optional(Type.String({ maxLength: 64, description: "whose money it is, where the site has several accounts" })),
      },
      strict,
    ),
  ),
  "visit.closed": define(
    "money",
    "车辆离场",
    "visit closed",
    Type.Object({ visit: uuid, lane: id, left_at: wallMs, total_fen: whole, paid_fen: whole }, strict),
  ),
  ...registerEvents,
  ...energyEvents,
  ...pileEvents,
  ...lineEvents,
  ...laneEvents,
  ...moneyEvents,
  "lane.passed": define(
    "state",
    "车辆通过",
    "car passed under the arm",
    Type.Object(
      {
        lane: id,
        direction,
        visit: Type.Union([uuid, Type.Null()]),
        count: whole,
        known_late: Type.Boolean({ description: "learnt from the board's counter after a gap" }),
      },
      strict,
    ),
  ),
  "gate.opened": define(
    "state",
    "道闸开启",
    "gate seen open",
    Type.Object(
      {
        lane: id,
        cause: Type.Enum(["read", "payment", "manual", "unknown"]),
        command: Type.Union([uuid, Type.Null()]),
        count: whole,
        after_ms: optionalWhole,
        known_late: Type.Boolean(),
        steps: Type.Optional(
          Type.Object(
            {
              read_ms: Type.Union([whole, Type.Null()], {
                description: "from the camera's trigger to its word; null: its clock is not to be believed, or it says no time",
              }),
              decided_ms: Type.Integer({ description: "from its word to the decision" }),
              gate_ms: Type.Union([whole, Type.Null()], {
                description: "from the decision until the gate was told; null: nobody confirmed it",
              }),
            },
            {
              ...strict,
              description: "of the read that opened it, by the gateway's own stopwatch; after_ms counts from the camera's word",
            },
          ),
        ),
      },
      strict,
    ),
  ),
  "gate.unanswered": define(
    "urgent",
    "道闸未见开启",
    "gate commanded but not seen open",
    Type.Object({ lane: id, command: uuid, waited_ms: whole }, strict),
  ),
  "gate.refused": define(
    "urgent",
    "开闸未受理",
    "whoever opens this gate did not take the order, or did not answer",
    Type.Object({ lane: id, command: uuid, code: Type.String({ maxLength: 40 }), detail: Type.String({ maxLength: 200 }) }, strict),
  ),
  "lane.exception": define(
    "state",
    "车道异常",
    "lane needs a person",
    Type.Object(
      {
        lane: id,
        exception: uuid,
        plate,
        reason: Type.Enum([...exceptionReasons]),
        zh: words,
        en: words,
        candidates: Type.Optional(Type.Array(candidate, { maxItems: 8 })),
        frame: Type.Optional(
          Type.String({
            pattern: framePattern,
            description: "the read that it was said of: its picture, where one is kept, bears this name",
          }),
        ),
      },
      strict,
    ),
  ),
  "lane.offline-read": define("state", "离线补传", "a stored read arrived late", Type.Object({ lane: id, plate, read_at: wallMs }, strict)),
  "camera.silent": define("urgent", "相机失联", "camera silent", Type.Object({ lane: id, camera: id, silent_ms: whole }, strict)),

  // Commands from afar: received is one fact, what became of it another.
  "command.received": define(
    "urgent",
    "指令已收",
    "command received",
    Type.Object({ command: uuid, action: Type.String({ maxLength: 40 }), person: Type.String({ maxLength: 64 }) }, strict),
  ),
  "command.ended": define(
    "urgent",
    "指令结果",
    "what became of a command",
    Type.Object(
      {
        command: uuid,
        outcome: Type.Enum(["done", "refused", "failed", "unknown"], {
          description: "unknown: we died while it was carried out; it is not carried out again",
        }),
        code: Type.String({ maxLength: 40 }),
        zh: words,
        en: words,
      },
      strict,
    ),
  ),

  ...chargingEvents,
  ...shedEvents,
  ...fireEvents,
} as const;

export type EventType = keyof typeof eventCatalogue;
export type EventData<T extends EventType> = Static<(typeof eventCatalogue)[T]["data"]>;
export type AnyEvent = { [T in EventType]: { readonly type: T; readonly data: EventData<T> } }[EventType];
export const isEventType = (type: string): type is EventType => Object.hasOwn(eventCatalogue, type);

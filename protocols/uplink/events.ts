// The catalogue of events: what a gateway can say, in which class, with which fields. Names are past facts, never wishes.
import Type, { type Static, type TSchema } from "typebox";
import { cutCauses, endCauses, warnCauses } from "#protocols/vocabulary/charging-causes.ts";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";
import { plateColours } from "#protocols/vocabulary/plate.ts";
import { gatewayEvents } from "./gateway-events.ts";
import { billLine, registerEvents } from "./register-events.ts";
import { shedEvents, tripName } from "./shed-events.ts";

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
/** "station-1/3": station id and socket number as printed on the pile, from 1. */
const socket = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}/[1-9][0-9]{0,2}$" });

const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });

export const eventCatalogue = {
  ...gatewayEvents,

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
        lane: id,
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
        method: Type.Enum(["cash", "static-code"]),
        amount_fen: whole,
        collector: Type.String({ maxLength: 64 }),
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
  "lane.exception": define(
    "state",
    "车道异常",
    "lane needs a person",
    Type.Object(
      {
        lane: id,
        exception: uuid,
        plate,
        reason: Type.Enum([
          "stale-read",
          "future-read",
          "doubtful-clock",
          "offline-read",
          "no-plate",
          "low-confidence",
          "no-entry",
          "unpaid",
          "gate-busy",
          "no-tariff",
          "duplicate-read",
          "already-inside",
        ]),
        zh: words,
        en: words,
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

  // Charging.
  "session.started": define(
    "money",
    "充电开始",
    "charging session started",
    Type.Object({ session: uuid, socket, card: Type.String({ maxLength: 32 }), authority: uuid, energy_mWh: optionalWhole }, strict),
  ),
  "session.ended": define(
    "money",
    "充电结束",
    "charging session ended",
    Type.Object(
      { session: uuid, socket, cause: Type.Enum([...endCauses, ...cutCauses]), energy_mWh: optionalWhole, seconds: whole },
      strict,
    ),
  ),
  "charging.cut": define(
    "urgent",
    "保护断电",
    "protection opened a relay",
    Type.Object(
      {
        trip: tripName,
        socket,
        session: Type.Union([uuid, Type.Null()]),
        cause: Type.Enum([...cutCauses]),
        value: optionalWhole,
        limit: optionalWhole,
        unit: Type.String({ maxLength: 8 }),
        decided_after_ms: Type.Integer({ description: "from the first byte of the reading that completed the decision to the decision" }),
        off_after_ms: Type.Integer({ description: "from the same byte to the OFF frame handed to the line" }),
        latched: Type.Boolean(),
        rearm: Type.Optional(Type.Boolean({ description: "it waits, and is tried again by itself once it is well" })),
        test: Type.Optional(
          Type.String({ minLength: 8, maxLength: 64, description: "a trip test was completed by it: no alarm, no hazard" }),
        ),
      },
      strict,
    ),
  ),
  "charging.warned": define(
    "urgent",
    "保护提示",
    "protection warns; nothing was cut",
    Type.Object(
      {
        station: Type.Union([id, Type.Null()], { description: "of a whole station; then socket is null" }),
        socket: Type.Union([socket, Type.Null()]),
        cause: Type.Enum([...warnCauses]),
        value: whole,
        limit: whole,
        unit: Type.String({ maxLength: 8 }),
      },
      strict,
    ),
  ),
  "charging.eased": define(
    "state",
    "提示解除",
    "what protection warned of is over",
    Type.Object(
      { station: Type.Union([id, Type.Null()]), socket: Type.Union([socket, Type.Null()]), cause: Type.Enum([...warnCauses]) },
      strict,
    ),
  ),
  "charging.opened": define(
    "state",
    "断电确认",
    "relay seen open and current gone",
    Type.Object({ trip: tripName, socket, confirmed_after_ms: whole }, strict),
  ),
  "charging.welded": define(
    "urgent",
    "继电器粘连",
    "relay welded",
    Type.Object({ trip: tripName, socket, current_mA: optionalWhole, power_mW: optionalWhole, waited_ms: whole }, strict),
  ),
  "charging.rearmed": define(
    "state",
    "自动再合闸",
    "tried again by itself after a cut",
    Type.Object(
      {
        trip: uuid,
        socket,
        session: uuid,
        n: Type.Integer({ minimum: 1, maximum: 100, description: "the session's so manieth" }),
        of: Type.Integer({ minimum: 1, maximum: 100, description: "of so many; then a person must look" }),
      },
      strict,
    ),
  ),
  "charging.latch-reset": define(
    "state",
    "解除锁定",
    "latch reset",
    Type.Object({ socket, trip: tripName, person: Type.String({ maxLength: 64 }), reason: words }, strict),
  ),
  "charging.test-begun": define(
    "state",
    "脱扣试验开始",
    "a trip test began: a lower limit beside the socket's own",
    Type.Object(
      { test: uuid, socket, person: Type.String({ maxLength: 64 }), limit_mA: whole, rated_mA: whole, duration_ms: whole },
      strict,
    ),
  ),
  "charging.test-ended": define(
    "state",
    "脱扣试验结束",
    "a trip test ended",
    Type.Object({ test: uuid, socket, cause: Type.Enum(["tripped", "expired", "cancelled", "dropped", "refused"]) }, strict),
  ),
  "station.silent": define("urgent", "充电站失联", "station does not answer", Type.Object({ station: id, silent_ms: whole }, strict)),
  "station.answers": define("state", "充电站恢复", "station answers again", Type.Object({ station: id }, strict)),
  "protection.silent": define("urgent", "保护进程失联", "the safety process does not answer", Type.Object({ silent_ms: whole }, strict)),
  "protection.answers": define(
    "state",
    "保护进程恢复",
    "the safety process answers again",
    Type.Object({ boot: Type.String({ maxLength: 64 }) }, strict),
  ),
  ...shedEvents,
} as const;

export type EventType = keyof typeof eventCatalogue;
export type EventData<T extends EventType> = Static<(typeof eventCatalogue)[T]["data"]>;
export type AnyEvent = { [T in EventType]: { readonly type: T; readonly data: EventData<T> } }[EventType];
export const isEventType = (type: string): type is EventType => Object.hasOwn(eventCatalogue, type);

// What a charging socket, its station and the protection over it say to the cloud.
import Type, { type TSchema } from "typebox";
import { chosenEnds, cutCauses, endCauses, warnCauses } from "#protocols/vocabulary/charging-causes.ts";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";
import { paymentMethods } from "./money-events.ts";
import { billLine } from "./register-events.ts";
import { tripName } from "./shed-events.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const uuid = Type.String({ minLength: 8, maxLength: 64 });
const words = Type.String({ maxLength: 300 });
const whole = Type.Integer();
const optionalWhole = Type.Union([Type.Integer(), Type.Null()]);
/** "station-1/3": station id and socket number as printed on the pile, from 1. */
const socket = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}/[1-9][0-9]{0,2}$" });

const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });

export const chargingEvents = {
  "session.asked": define(
    "money",
    "有人开始充电",
    "a person began a charge; written before the relay was asked",
    Type.Object(
      {
        session: uuid,
        socket,
        person: Type.String({ minLength: 1, maxLength: 64 }),
        by: Type.Enum(["console", "command", "card", "phone"], {
          description:
            "on site; from the cloud: then command.received names the command; by a card at a pile of its own firmware; or by a phone that paid first",
        }),
      },
      strict,
    ),
  ),
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
      { session: uuid, socket, cause: Type.Enum([...endCauses, ...chosenEnds, ...cutCauses]), energy_mWh: optionalWhole, seconds: whole },
      strict,
    ),
  ),
  "session.billed": define(
    "money",
    "充电账单",
    "the one bill of a charging session",
    Type.Object(
      {
        session: uuid,
        socket,
        price: Type.String({ maxLength: 90 }),
        lines: Type.Array(billLine, { maxItems: 100 }),
        energy_mWh: whole,
        seconds: whole,
        electricity_fen: whole,
        service_fen: whole,
        occupied_fen: whole,
        total_fen: whole,
        paid_fen: optionalWhole,
        refund_fen: whole,
        due_fen: whole,
        method: Type.Optional(Type.Enum([...paymentMethods], { description: "how it was paid before, where a provider took it" })),
      },
      strict,
    ),
  ),
  "card.entered": define(
    "money",
    "充电卡记账",
    "money on a charging card: topped up, spent, or moved to another",
    Type.Object(
      {
        entry: Type.String({ minLength: 8, maxLength: 72 }),
        card: Type.String({ maxLength: 32 }),
        kind: Type.Enum(["topup", "charge", "moved-out", "moved-in"]),
        amount_fen: whole,
        session: Type.Union([uuid, Type.Null()]),
        person: Type.String({ minLength: 1, maxLength: 64 }),
      },
      strict,
    ),
  ),
  "card.lost": define(
    "money",
    "充电卡挂失",
    "a charging card is reported lost",
    Type.Object({ card: Type.String({ maxLength: 32 }), person: Type.String({ minLength: 1, maxLength: 64 }) }, strict),
  ),
  "session.waiting": define(
    "state",
    "排队等候充电",
    "a start waits its turn under a limit, or for the valley it chose; written before whoever asked is answered",
    Type.Object(
      {
        ...{ session: uuid, socket, zh: words, en: words },
        latest: Type.Union([Type.Integer(), Type.Null()], {
          description: "when it begins at the latest, as told; null: cannot be said yet",
        }),
      },
      strict,
    ),
  ),
  "session.occupied": define(
    "state",
    "充电结束仍占用插座",
    "a socket is kept after its charge is over: a reminder, before a fee runs",
    Type.Object({ session: uuid, socket, seconds: whole }, strict),
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
        trip: tripName,
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
} as const;

// Events of money besides what a booth or a phone paid: what was given back, let off or taken back, and the cash of a shift. A part of the catalogue (events.ts).
import Type, { type TSchema } from "typebox";
import type { Stream } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const key = Type.String({ minLength: 8, maxLength: 64 });
const person = Type.String({ minLength: 1, maxLength: 64 });
const reason = Type.String({ maxLength: 200 });
const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });

/** How a payment came. "sandbox" is no money: a demonstration's, told apart from real money for ever. */
export const paymentMethods = ["cash", "static-code", "wechat", "alipay", "sandbox"] as const;
/** Entries that follow a payment; a payment itself is never changed. */
export const moneyKinds = ["refund", "waiver", "void", "move"] as const;

export const moneyEvents = {
  "money.entered": define(
    "money",
    "退款、免收或冲正",
    "money given back, let off or taken back",
    Type.Object(
      {
        entry: key,
        kind: Type.Enum([...moneyKinds]),
        visit: key,
        /** The payment that it follows; null for a waiver. */
        of: Type.Union([key, Type.Null()]),
        /** Of a move: the visit that it was truly paid for. */
        to: Type.Optional(key),
        amount_fen: Type.Integer({ minimum: 1 }),
        person,
        reason,
      },
      strict,
    ),
  ),
  "money.unmatched": define(
    "money",
    "收到款项但未入账",
    "money came that settled nothing",
    Type.Object(
      {
        charge: key,
        provider: Type.String({ maxLength: 64 }),
        visit: key,
        amount_fen: Type.Integer(),
        currency: Type.String({ maxLength: 8 }),
        why: Type.String({ maxLength: 40 }),
      },
      strict,
    ),
  ),
  "visit.rematched": define(
    "money",
    "更正错配车次",
    "a car had left under another car's visit: put right",
    Type.Object(
      {
        entry: key,
        visit: key,
        to: key,
        again: Type.String({ minLength: 8, maxLength: 64, description: "the visit under which the other car is inside again" }),
        moved_fen: Type.Integer(),
        total_fen: Type.Integer(),
        owed_fen: Type.Integer(),
        person,
        reason,
      },
      strict,
    ),
  ),
  "money.disputed": define(
    "money",
    "账单有异议",
    "a driver says that a bill is not right",
    Type.Object({ dispute: key, visit: key, payment: Type.Union([key, Type.Null()]), by: person }, strict),
  ),
  "money.dispute-ended": define(
    "money",
    "异议已处理",
    "a dispute was answered",
    Type.Object(
      { dispute: key, visit: key, outcome: Type.Enum(["upheld", "rejected"]), entry: Type.Union([key, Type.Null()]), person },
      strict,
    ),
  ),
  "shift.ended": define(
    "money",
    "交接班",
    "a shift was handed over",
    Type.Object(
      { shift: key, person, to: person, payments: Type.Integer(), expected_fen: Type.Integer(), counted_fen: Type.Integer(), reason },
      strict,
    ),
  ),
};

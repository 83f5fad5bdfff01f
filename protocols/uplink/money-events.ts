// Events of money besides what a booth or a phone paid: what was given back, let off or taken back, and the cash of a shift. A part of the catalogue (events.ts).
import Type, { type TSchema } from "typebox";
import type { Stream } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const key = Type.String({ minLength: 8, maxLength: 64 });
const person = Type.String({ minLength: 1, maxLength: 64 });
const reason = Type.String({ maxLength: 200 });
const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });

/** How a payment came. */
export const paymentMethods = ["cash", "static-code", "wechat", "alipay"] as const;
/** Entries that follow a payment; a payment itself is never changed. */
export const moneyKinds = ["refund", "waiver", "void"] as const;

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
        provider: Type.String({ maxLength: 20 }),
        visit: key,
        amount_fen: Type.Integer(),
        currency: Type.String({ maxLength: 8 }),
        why: Type.String({ maxLength: 40 }),
      },
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

// Events of what people put in about cars: passes, coupons, vehicles. A part of the catalogue (events.ts), in a file of its own for its length alone.
import Type, { type TSchema } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const name = Type.String({ minLength: 1, maxLength: 64 });
const plate = Type.String({ minLength: 1, maxLength: 16 });
const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });

/** A rule's path in its file, and words with the names that stand there. */
const lineWords = Type.String({ maxLength: 800 });
export const billLine = Type.Object(
  { rule: Type.String({ maxLength: 160 }), zh: lineWords, en: lineWords, amount_fen: Type.Integer() },
  strict,
);

export const registerEvents = {
  "pass.written": define(
    "money",
    "月卡登记",
    "pass written",
    Type.Object(
      {
        pass: name,
        lot: id,
        plates: Type.Array(plate, { maxItems: 50 }),
        spaces: Type.Integer(),
        from: Type.Integer(),
        until: Type.Integer(),
        withdrawn: Type.Boolean(),
        person: name,
      },
      strict,
    ),
  ),
  "pass.sold": define(
    "money",
    "月卡收款",
    "a pass was paid for",
    Type.Object(
      {
        order: name,
        pass: name,
        lot: id,
        kind: Type.Enum(["new", "renewal"]),
        from: Type.Integer(),
        until: Type.Integer(),
        amount_fen: Type.Integer(),
        method: Type.String({ maxLength: 20 }),
        collector: name,
        payee: Type.Union([name, Type.Null()]),
      },
      strict,
    ),
  ),
  "pass.refunded": define(
    "money",
    "月卡退款",
    "days of a pass were given back",
    Type.Object(
      { entry: name, pass: name, days: Type.Integer(), amount_fen: Type.Integer(), person: name, reason: Type.String({ maxLength: 200 }) },
      strict,
    ),
  ),
  "pass.changed": define(
    "money",
    "月卡变更",
    "plates or days of a pass were changed",
    Type.Object(
      {
        change: name,
        pass: name,
        kind: Type.Enum(["plates", "replacement", "extension"]),
        plates: Type.Array(plate, { maxItems: 50 }),
        days: Type.Integer(),
        until: Type.Integer(),
        person: name,
        reason: Type.String({ maxLength: 200 }),
      },
      strict,
    ),
  ),
  "pass.expires": define(
    "state",
    "月卡将到期",
    "a pass ends soon: its holder is to be told",
    Type.Object({ pass: name, lot: id, until: Type.Integer(), days: Type.Integer() }, strict),
  ),
  "resident.asked": define(
    "state",
    "住户登记申请",
    "a resident asks for a pass",
    Type.Object({ request: name, lot: id, plates: Type.Integer(), photo: Type.Boolean() }, strict),
  ),
  "resident.decided": define(
    "state",
    "住户登记审核",
    "a resident's request was decided",
    Type.Object({ request: name, approved: Type.Boolean(), pass: Type.Union([name, Type.Null()]), person: name }, strict),
  ),
  "coupon.given": define(
    "money",
    "优惠券发放",
    "coupon given",
    Type.Object({ coupon: name, lot: id, plate, kind: Type.String({ maxLength: 20 }), withdrawn: Type.Boolean(), person: name }, strict),
  ),
  "car.listed": define(
    "money",
    "车辆名单",
    "a car was put on a list, or taken off",
    Type.Object(
      {
        car: name,
        list: Type.Enum(["blocked", "special"]),
        lot: Type.Union([id, Type.Null()]),
        plate,
        reason: Type.String({ maxLength: 40 }),
        from: Type.Integer(),
        until: Type.Union([Type.Integer(), Type.Null()]),
        withdrawn: Type.Boolean(),
        person: name,
      },
      strict,
    ),
  ),
  "occasion.written": define(
    "money",
    "活动通行",
    "cars of an occasion come in free of charge, so many of them",
    Type.Object(
      {
        occasion: name,
        lot: id,
        name: Type.String({ maxLength: 64 }),
        from: Type.Integer(),
        until: Type.Integer(),
        quota: Type.Integer(),
        withdrawn: Type.Boolean(),
        person: name,
        approver: name,
      },
      strict,
    ),
  ),
  "merchant.written": define(
    "money",
    "商户登记",
    "merchant written",
    Type.Object(
      {
        merchant: name,
        lot: id,
        name,
        kind: Type.String({ maxLength: 20 }),
        quota: Type.Integer(),
        price_fen: Type.Union([Type.Integer(), Type.Null()]),
        withdrawn: Type.Boolean(),
        person: name,
      },
      strict,
    ),
  ),
  "merchant.settled": define(
    "money",
    "商户结算",
    "a merchant paid for its coupons",
    Type.Object({ entry: name, merchant: name, amount_fen: Type.Integer(), person: name, reason: Type.String({ maxLength: 200 }) }, strict),
  ),
  "coupon.used": define(
    "money",
    "优惠券使用",
    "coupon used",
    Type.Object(
      { coupon: name, visit: Type.String({ minLength: 8, maxLength: 64 }), bill: Type.String({ minLength: 8, maxLength: 64 }) },
      strict,
    ),
  ),
};

// What a booth may do with money besides taking it: a code for a phone, a refund, a void, a waiver, arrears, and the hand-over of a shift.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const key = Type.String({ minLength: 8, maxLength: 64 });
const person = Type.String({ minLength: 1, maxLength: 64 });
const reason = Type.String({ minLength: 2, maxLength: 200 });
const fen = Type.Integer({ minimum: 1, maximum: 100_000_000 });

/** POST /api/v1/lanes/{lane}/charges */
export const ChargeOrder = Type.Object({ provider: Type.Enum(["wechat", "alipay", "sandbox"]) }, strict);
export type ChargeOrder = Static<typeof ChargeOrder>;
export const ChargeAsked = Type.Object(
  { charge: Type.String(), bill: Type.String(), amount_fen: Type.Integer(), qr: Type.String() },
  strict,
);

/** POST /api/v1/payments/{payment}/refund; `entry` is made by the terminal and makes repeats harmless. */
export const RefundOrder = Type.Object({ entry: key, amount_fen: fen, person, reason }, strict);
export type RefundOrder = Static<typeof RefundOrder>;
/** POST /api/v1/payments/{payment}/void, POST /api/v1/bills/{bill}/waive */
export const EntryOrder = Type.Object({ entry: key, person, reason }, strict);
export type EntryOrder = Static<typeof EntryOrder>;
export const Entered = Type.Object({ entry: Type.String(), amount_fen: Type.Integer() }, strict);

/** GET /api/v1/arrears?plate= */
export const Arrears = Type.Array(Type.Object({ visit: Type.String(), owed_fen: Type.Integer() }, strict));

/** POST /api/v1/arrears/{visit}: the whole debt at once; `payment` is made by the terminal and makes repeats harmless. */
export const ArrearsPayment = Type.Object(
  { payment: key, amount_fen: fen, method: Type.Enum(["cash", "static-code"]), collector: person },
  strict,
);
export type ArrearsPayment = Static<typeof ArrearsPayment>;

/** POST /api/v1/visits/{visit}/rematch: the car that left under this visit was `to`. */
export const RematchOrder = Type.Object({ entry: Type.String({ minLength: 8, maxLength: 60 }), to: key, person, reason }, strict);
export type RematchOrder = Static<typeof RematchOrder>;

/** POST /api/v1/disputes */
export const DisputeOrder = Type.Object(
  {
    dispute: key,
    visit: key,
    payment: Type.Optional(key),
    words: Type.String({ minLength: 2, maxLength: 400 }),
    contact: Type.Optional(Type.String({ maxLength: 40 })),
    person,
  },
  strict,
);
export type DisputeOrder = Static<typeof DisputeOrder>;
/** POST /api/v1/disputes/{dispute}/end: with a refund it is upheld, without it the bill stands. */
export const DisputeVerdict = Type.Object(
  {
    person,
    answer: Type.String({ minLength: 2, maxLength: 180 }),
    refund: Type.Optional(Type.Object({ entry: key, amount_fen: fen }, strict)),
  },
  strict,
);
export type DisputeVerdict = Static<typeof DisputeVerdict>;

/** GET /api/v1/lanes/{lane}/static-code */
export const StaticCode = Type.Object(
  { payee: Type.Union([Type.String(), Type.Null()]), name: Type.String(), text: Type.String() },
  strict,
);

/** POST /api/v1/shifts */
export const ShiftBegin = Type.Object({ person }, strict);
export type ShiftBegin = Static<typeof ShiftBegin>;
/** POST /api/v1/shifts/{shift}/hand-over: what was counted; another sum than what was taken needs a reason. */
export const HandOver = Type.Object(
  { to: person, counted_fen: Type.Integer({ minimum: 0, maximum: 100_000_000 }), reason: Type.Optional(Type.String({ maxLength: 200 })) },
  strict,
);
export type HandOver = Static<typeof HandOver>;

const sum = Type.Object({ count: Type.Integer(), amount_fen: Type.Integer() }, strict);
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([Type.Null(), schema]);
/** GET /api/v1/shifts/{shift}/report: what a shift was, to print and sign. */
export const ShiftReport = Type.Object(
  {
    ...{ shift: Type.String(), person: Type.String(), begun: Type.String(), ended: maybe(Type.String()), to: maybe(Type.String()) },
    ...{ expected_fen: maybe(Type.Integer()), counted_fen: maybe(Type.Integer()) },
    ...{ cash: sum, code: sum, waived: sum, refunded: sum },
    openings: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }, strict)),
  },
  strict,
);
export type ShiftReport = Static<typeof ShiftReport>;

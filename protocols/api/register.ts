// What people put in about cars at the booth: passes, coupons, vehicles, charging. POST /api/v1/register takes it as JSON, POST /api/v1/register/import the same as YAML; all of it or nothing.
import Type, { type Static } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const key = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" });
const lot = Type.String({ pattern: idPattern });
const plate = Type.String({ minLength: 5, maxLength: 20 });
/** RFC 3339, or a date or time without an offset: China's civil time. */
const time = Type.String({ minLength: 10, maxLength: 40 });
const withdrawn = Type.Optional(Type.Literal(true));
const word = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}$" });
const clock = Type.String({ pattern: "^([01]\\d|2[0-4]):[0-5]\\d$" });

export const PassEntry = Type.Object(
  {
    pass: key,
    lot,
    plates: Type.Array(plate, { minItems: 1, maxItems: 50 }),
    /** n spaces for the m plates. */
    spaces: Type.Integer({ minimum: 1, maximum: 50 }),
    from: time,
    /** The last day, or the first moment that is not covered. */
    until: time,
    suspended: Type.Optional(Type.Array(Type.Object({ from: time, until: time }, strict), { maxItems: 50 })),
    withdrawn,
  },
  strict,
);

export const CouponValue = Type.Union([
  Type.Object({ kind: Type.Literal("free") }, strict),
  Type.Object({ kind: Type.Literal("percent"), percent: Type.Integer({ minimum: 1, maximum: 100 }) }, strict),
  Type.Object({ kind: Type.Literal("minutes"), minutes: Type.Integer({ minimum: 1, maximum: 100_000 }) }, strict),
  Type.Object({ kind: Type.Literal("cash"), amount_fen: Type.Integer({ minimum: 1, maximum: 100_000_000 }) }, strict),
  Type.Object({ kind: Type.Literal("valid-for"), given: time, hours: Type.Integer({ minimum: 1, maximum: 8_784 }) }, strict),
  Type.Object({ kind: Type.Literal("time-window"), from: clock, until: clock }, strict),
]);

export const CouponEntry = Type.Object({ coupon: key, lot, plate, value: CouponValue, until: Type.Optional(time), withdrawn }, strict);
export const VehicleEntry = Type.Object(
  {
    plate,
    class: Type.Optional(word),
    bays: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
    /** A taxi or ride-hailing car. */
    operating: Type.Optional(Type.Boolean()),
  },
  strict,
);
export const ChargingEntry = Type.Object(
  { charging: key, plate, from: time, until: time, energy_kWh: Type.Number({ minimum: 0, maximum: 1_000 }) },
  strict,
);

/** A guest's car: as a pass, for days at most, for one plate and one household. */
export const VisitorEntry = Type.Object(
  { visitor: key, lot, plate, host: Type.String({ minLength: 1, maxLength: 64 }), from: time, until: time, withdrawn },
  strict,
);
export const longestVisit_days = 31;

/** Why a car may be kept out. What a household owes for property services is no reason, and there is none for it here. */
export const blockReasons = ["parking-arrears", "obstruction", "forged-plate", "police", "safety"] as const;
/** blocked: not let in; out always. special: let in and out at any time, free of charge. */
export const CarEntry = Type.Object(
  {
    car: key,
    list: Type.Enum(["blocked", "special"]),
    /** Not written: every lot of the site. */
    lot: Type.Optional(lot),
    plate,
    reason: Type.Enum([...blockReasons, "emergency", "public-service", "staff"]),
    words: Type.String({ minLength: 2, maxLength: 200 }),
    from: Type.Optional(time),
    until: Type.Optional(time),
    withdrawn,
  },
  strict,
);

export const RegisterEntries = Type.Object(
  {
    person: Type.String({ minLength: 1, maxLength: 64 }),
    passes: Type.Optional(Type.Array(PassEntry, { maxItems: 2_000 })),
    coupons: Type.Optional(Type.Array(CouponEntry, { maxItems: 2_000 })),
    vehicles: Type.Optional(Type.Array(VehicleEntry, { maxItems: 2_000 })),
    charging: Type.Optional(Type.Array(ChargingEntry, { maxItems: 2_000 })),
    visitors: Type.Optional(Type.Array(VisitorEntry, { maxItems: 2_000 })),
    cars: Type.Optional(Type.Array(CarEntry, { maxItems: 2_000 })),
  },
  strict,
);
export type RegisterEntries = Static<typeof RegisterEntries>;

export const RegisterText = Type.Object(
  { person: Type.String({ minLength: 1, maxLength: 64 }), yaml: Type.String({ minLength: 1, maxLength: 400_000 }) },
  strict,
);
export type RegisterText = Static<typeof RegisterText>;

/** POST /api/v1/register/csv: one list as a table, a first row of names. `dry_run`: only say what would be wrong. */
export const RegisterTable = Type.Object(
  {
    person: Type.String({ minLength: 1, maxLength: 64 }),
    list: Type.Enum(["passes", "coupons", "vehicles", "visitors", "cars"]),
    csv: Type.String({ minLength: 1, maxLength: 400_000 }),
    dry_run: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type RegisterTable = Static<typeof RegisterTable>;

/** All rows are written, or none is and each wrong one is told by its line in the file. */
export const RegisterTableTaken = Type.Object(
  {
    written: Type.Boolean(),
    rows: Type.Integer(),
    complaints: Type.Array(Type.Object({ line: Type.Integer(), zh: Type.String(), en: Type.String() }, strict)),
  },
  strict,
);
export type RegisterTableTaken = Static<typeof RegisterTableTaken>;

/** A shop that gives coupons: each worth the same, so many a month; `price_fen`: what it pays for each that was used, else what that one took off. */
export const MerchantEntry = Type.Object(
  {
    merchant: key,
    lot,
    name: Type.String({ minLength: 1, maxLength: 64 }),
    value: CouponValue,
    quota: Type.Integer({ minimum: 1, maximum: 100_000 }),
    price_fen: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000 })),
    person: Type.String({ minLength: 1, maxLength: 64 }),
    withdrawn,
  },
  strict,
);
export type MerchantEntry = Static<typeof MerchantEntry>;
/** POST /api/v1/merchants/{merchant}/coupons */
export const MerchantCoupon = Type.Object({ coupon: key, plate, person: Type.String({ minLength: 1, maxLength: 64 }) }, strict);
export type MerchantCoupon = Static<typeof MerchantCoupon>;
/** POST /api/v1/occasions: a wedding, a fair, a poll. So many cars come in free of charge while it lasts; approved by another person. */
export const OccasionEntry = Type.Object(
  {
    occasion: Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$" }),
    lot,
    name: Type.String({ minLength: 1, maxLength: 64 }),
    from: time,
    until: time,
    quota: Type.Integer({ minimum: 1, maximum: 5_000 }),
    person: Type.String({ minLength: 1, maxLength: 64 }),
    approver: Type.String({ minLength: 1, maxLength: 64 }),
    /** Its cars pay like any other from then on. */
    withdrawn,
  },
  strict,
);
export type OccasionEntry = Static<typeof OccasionEntry>;
/** POST /api/v1/occasions/{occasion}/cars */
export const OccasionCar = Type.Object({ plate, person: Type.String({ minLength: 1, maxLength: 64 }) }, strict);
export type OccasionCar = Static<typeof OccasionCar>;

/** POST /api/v1/merchants/{merchant}/settlements: money that the shop paid for its coupons. */
export const MerchantSettlement = Type.Object(
  {
    entry: Type.String({ minLength: 8, maxLength: 64 }),
    amount_fen: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
    person: Type.String({ minLength: 1, maxLength: 64 }),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
  },
  strict,
);
export type MerchantSettlement = Static<typeof MerchantSettlement>;

/** GET /api/v1/register/passes | vehicles | coupons | visitors | cars?plate=…&after=… */
export const RegisterListed = Type.Object(
  {
    rows: Type.Array(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null(), Type.Array(Type.String())])),
    ),
    /** Ask for what follows this one; null: that was all. */
    next: Type.Union([Type.String(), Type.Null()]),
  },
  strict,
);
export type RegisterListed = Static<typeof RegisterListed>;

export const RegisterTaken = Type.Object(
  {
    ...{ passes: Type.Integer(), coupons: Type.Integer(), vehicles: Type.Integer(), charging: Type.Integer() },
    ...{ visitors: Type.Integer(), cars: Type.Integer() },
  },
  strict,
);
export type RegisterTaken = Static<typeof RegisterTaken>;

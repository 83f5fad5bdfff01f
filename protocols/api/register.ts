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

export const RegisterEntries = Type.Object(
  {
    person: Type.String({ minLength: 1, maxLength: 64 }),
    passes: Type.Optional(Type.Array(PassEntry, { maxItems: 2_000 })),
    coupons: Type.Optional(Type.Array(CouponEntry, { maxItems: 2_000 })),
    vehicles: Type.Optional(Type.Array(VehicleEntry, { maxItems: 2_000 })),
    charging: Type.Optional(Type.Array(ChargingEntry, { maxItems: 2_000 })),
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
    list: Type.Enum(["passes", "coupons", "vehicles"]),
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

/** GET /api/v1/register/passes | vehicles | coupons?plate=…&after=… */
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
  { passes: Type.Integer(), coupons: Type.Integer(), vehicles: Type.Integer(), charging: Type.Integer() },
  strict,
);
export type RegisterTaken = Static<typeof RegisterTaken>;

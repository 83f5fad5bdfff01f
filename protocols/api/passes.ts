// Passes as a product, over the booth's API: what they cost, who holds them, renewing, changing plates, giving back, receipts and what an invoice needs. Days are China's, the last one whole.
import Type, { type Static } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const key = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" });
const entry = Type.String({ minLength: 8, maxLength: 64, pattern: "^[A-Za-z0-9._-]+$" });
const lot = Type.String({ pattern: idPattern });
const plate = Type.String({ minLength: 5, maxLength: 20 });
const person = Type.String({ minLength: 1, maxLength: 64 });
const reason = Type.String({ minLength: 2, maxLength: 200 });
const date = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const fen = Type.Integer({ minimum: 0, maximum: 100_000_000 });
const area = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}$" });
const space = Type.Enum(["owned", "rented", "common"]);
const nth = Type.Integer({ minimum: 1, maximum: 9 });

/** POST /api/v1/pass-prices: in force from that day on; earlier lists are kept. */
export const PassPrices = Type.Object(
  {
    lot,
    from: date,
    person,
    rows: Type.Array(
      Type.Object(
        {
          row: key,
          zh: Type.String({ minLength: 1, maxLength: 40 }),
          en: Type.String({ minLength: 1, maxLength: 60 }),
          nth,
          area: Type.Optional(area),
          space: Type.Optional(space),
          month_fen: fen,
        },
        strict,
      ),
      { minItems: 1, maxItems: 60 },
    ),
    /** Renewed within so many days after its end it goes on where it ended, and is let through meanwhile. */
    grace_days: Type.Integer({ minimum: 0, maximum: 31 }),
    /** How often a pass may change its plates in one calendar year. */
    changes_per_year: Type.Integer({ minimum: 0, maximum: 365 }),
    /** How long a car may stand in for one that is being repaired; 0: none may. */
    replacement_days: Type.Integer({ minimum: 0, maximum: 366 }),
  },
  strict,
);
export type PassPrices = Static<typeof PassPrices>;

/** What a household has: which car of it, where it stands. */
const holding = { nth, area: Type.Optional(area), space: Type.Optional(space), spaces: Type.Integer({ minimum: 1, maximum: 50 }) };

/** POST /api/v1/passes/{pass}/holder: who holds a pass; for one that was written by hand or imported too. */
export const PassHolder = Type.Object(
  {
    lot,
    room: Type.String({ minLength: 1, maxLength: 64 }),
    contact: Type.String({ maxLength: 40 }),
    plates: Type.Array(plate, { minItems: 1, maxItems: 50 }),
    ...holding,
    person,
  },
  strict,
);
export type PassHolder = Static<typeof PassHolder>;

/** POST /api/v1/residents/{request}/decision */
export const ResidentDecision = Type.Object(
  { approve: Type.Boolean(), person, answer: Type.String({ maxLength: 200 }), pass: Type.Optional(key), ...partial(holding) },
  strict,
);
export type ResidentDecision = Static<typeof ResidentDecision>;
function partial<T extends Record<string, Type.TSchema>>(properties: T): { [K in keyof T]: Type.TOptional<T[K]> } {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)])) as never;
}

export const Term = Type.Union([
  Type.Object({ by: Type.Enum(["date", "calendar"]), months: Type.Integer({ minimum: 1, maximum: 60 }) }, strict),
  Type.Object({ by: Type.Literal("day"), until: date }, strict),
]);
export type Term = Static<typeof Term>;

/** POST /api/v1/passes/{pass}/orders: sold or renewed at the booth. Another amount than the price is refused. */
export const PassSale = Type.Object(
  {
    order: entry,
    term: Term,
    from: Type.Optional(date),
    amount_fen: fen,
    method: Type.Enum(["cash", "static-code"]),
    collector: person,
  },
  strict,
);
export type PassSale = Static<typeof PassSale>;

/** POST /api/v1/passes/extend: days that nobody pays for, for all passes of a lot that are valid, or for these. */
export const PassExtension = Type.Object(
  {
    entry: Type.String({ minLength: 8, maxLength: 40, pattern: "^[A-Za-z0-9._-]+$" }),
    lot: Type.Optional(lot),
    passes: Type.Optional(Type.Array(key, { minItems: 1, maxItems: 2_000 })),
    days: Type.Integer({ minimum: 1, maximum: 366 }),
    person,
    reason,
  },
  strict,
);
export type PassExtension = Static<typeof PassExtension>;

/** POST /api/v1/passes/{pass}/plates */
export const PassPlates = Type.Object({ change: entry, plates: Type.Array(plate, { minItems: 1, maxItems: 50 }), person, reason }, strict);
export type PassPlates = Static<typeof PassPlates>;
/** POST /api/v1/passes/{pass}/replacement: a car that stands in for so many days. */
export const PassReplacement = Type.Object(
  { change: entry, plate, days: Type.Integer({ minimum: 1, maximum: 366 }), person, reason },
  strict,
);
export type PassReplacement = Static<typeof PassReplacement>;
/** POST /api/v1/passes/{pass}/refund: it ends today (or on that day, which is still covered), and the days after it are given back. */
export const PassRefund = Type.Object({ entry, last: Type.Optional(date), person, reason }, strict);
export type PassRefund = Static<typeof PassRefund>;

/** POST /api/v1/receipts/{receipt}/invoice: what an invoice needs; it is issued elsewhere. */
export const InvoiceData = Type.Object(
  {
    invoice: entry,
    title: Type.String({ minLength: 2, maxLength: 100 }),
    /** 15 to 20 letters and digits for a firm; not written for a person. */
    tax_number: Type.Optional(Type.String({ pattern: "^[0-9A-HJ-NPQRTUWXY]{15,20}$" })),
    email: Type.Optional(Type.String({ maxLength: 100, pattern: "^[^@\\s]+@[^@\\s]+$" })),
  },
  strict,
);
export type InvoiceData = Static<typeof InvoiceData>;

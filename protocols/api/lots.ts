// Places of a lot, counted twice, and visits that never left: what the booth sees of them, and says.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const person = Type.String({ minLength: 1, maxLength: 64 });
const reason = Type.String({ minLength: 2, maxLength: 200 });
const whole = Type.Integer({ minimum: 0 });
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

/** GET /api/v1/lots. `visits` and `boards` are two counts of the same cars; `boards` is null until a person has counted. */
export const LotPlaces = Type.Object(
  {
    lot: Type.String(),
    name: Type.String(),
    within: maybe(Type.String()),
    capacity: whole,
    taken: whole,
    free: whole,
    visits: whole,
    boards: maybe(Type.Integer()),
    drift: maybe(Type.Integer({ description: "boards - visits" })),
    counted_at: maybe(Type.String()),
    counted_by: maybe(Type.String()),
  },
  strict,
);
export type LotPlaces = Static<typeof LotPlaces>;
export const Lots = Type.Object({ lots: Type.Array(LotPlaces) }, strict);

/** POST /api/v1/lots/{lot}/count: a person walked round. With `plates`, every plate of the lot: visits that are not among them are closed, with this as their proof. */
export const CountOrder = Type.Object(
  {
    counted: Type.Integer({ minimum: 0, maximum: 100_000 }),
    person,
    approver: Type.Optional(person),
    reason,
    plates: Type.Optional(Type.Array(Type.String({ minLength: 5, maxLength: 16 }), { maxItems: 5_000 })),
  },
  strict,
);
export type CountOrder = Static<typeof CountOrder>;
export const Counted = Type.Object({ places: LotPlaces, closed: Type.Array(Type.String()) }, strict);

/** GET /api/v1/lots/{lot}/lingering: the oldest visits first, and those that were closed by a rule, with what proved them. */
export const Lingering = Type.Object(
  {
    open: Type.Array(
      Type.Object(
        {
          visit: Type.String(),
          plate: Type.String(),
          entered_at: Type.String(),
          hours: whole,
          doubtful: Type.Boolean(),
          told: Type.Boolean(),
        },
        strict,
      ),
    ),
    closed: Type.Array(
      Type.Object(
        {
          visit: Type.String(),
          plate: Type.String(),
          rule: Type.String(),
          left_from: Type.String(),
          left_until: Type.String(),
          person: maybe(Type.String()),
          evidence: Type.Array(Type.Object({ kind: Type.String(), at: Type.String(), ref: Type.String() }, strict)),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type Lingering = Static<typeof Lingering>;

/** POST /api/v1/visits/{visit}/left: a person saw that the car is not there. */
export const LeftOrder = Type.Object({ person, reason }, strict);
export type LeftOrder = Static<typeof LeftOrder>;

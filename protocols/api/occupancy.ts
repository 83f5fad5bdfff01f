// Occupancy of lots as the API answers it: the last day in steps, the day before, and the mean of each hour of the week. null: nobody knows.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);
const time = Type.String({ description: "RFC 3339 with +08:00" });
const Steps = Type.Array(Type.Object({ at: time, taken: maybe(Type.Integer()) }, strict), {
  description: "from `at` on so many places are taken; null: nothing is known of them",
});

export const LotOccupancy = Type.Object(
  {
    gateway: text,
    lot: text,
    name: text,
    within: maybe(text),
    capacity: maybe(Type.Integer({ description: "null: its gateway has not said" })),
    taken: maybe(Type.Integer({ description: "now, in its own area" })),
    day: Steps,
    day_before: Type.Array(Steps.items, { description: "the twenty-four hours before, set a day forward" }),
    week: Type.Array(Type.Array(maybe(Type.Number())), { description: "seven days from Monday, twenty-four means each, of four weeks" }),
  },
  strict,
);
export const Occupancy = Type.Object({ from: time, to: time, lots: Type.Array(LotOccupancy) }, strict);
export type Occupancy = Static<typeof Occupancy>;
export type LotOccupancy = Static<typeof LotOccupancy>;

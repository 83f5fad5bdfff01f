// Water supply, power rooms and the like as the API answers them: what is watched, and what was read last.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

export const FacilityView = Type.Object(
  {
    site: text,
    gateway: text,
    facility: text,
    name: text,
    kind: Type.Enum(["water", "power", "other"]),
    responsible: Type.String({ description: "who answers for it" }),
    points: Type.Array(
      Type.Object(
        {
          point: text,
          name: text,
          kind: Type.String({ description: "level, pressure, current, temperature, or what a contact means" }),
          unit: Type.String({ description: "empty for a contact, whose value is 1 (it is so) or 0" }),
          low: maybe(Type.Integer()),
          high: maybe(Type.Integer()),
          value: maybe(Type.Integer({ description: "what was read last; null: nothing within two minutes, and nothing is known of now" })),
          seen: maybe(Type.String({ description: "when it was read last, RFC 3339 with +08:00" })),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type FacilityView = Static<typeof FacilityView>;

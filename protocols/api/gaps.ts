// What a gateway could not keep, as the API shows it.
import Type, { type Static } from "typebox";

const text = Type.String();
const time = Type.String({ description: "RFC 3339 with +08:00" });
const strict = { additionalProperties: false } as const;
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

/** What is known to be lost, and nothing else is. */
export const GapView = Type.Object(
  {
    id: text,
    site: text,
    gateway: text,
    stream: Type.Enum(["state", "bulk"]),
    reason: Type.Enum(["limit", "disk-full", "thinned", "damaged"]),
    from: maybe(time),
    to: time,
    lost: maybe(Type.Integer({ description: "events or readings; null where nobody could count them" })),
    received: time,
  },
  strict,
);
export type GapView = Static<typeof GapView>;

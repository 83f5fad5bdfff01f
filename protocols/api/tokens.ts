// API tokens as the API shows them, and how the first administrator comes in.
import Type, { type Static } from "typebox";
import { idPattern } from "../vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const time = Type.String({ description: "RFC 3339" });
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(shape: S) => Type.Union([shape, Type.Null()]);

export const TokenAsked = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60, pattern: "\\S", description: "what it is for" }),
    person: Type.String({ minLength: 1, maxLength: 64, description: "who answers for it, and alone may take it" }),
    post: Type.String({
      minLength: 1,
      maxLength: 100,
      description: "role@area: one of this person's posts; the token is never more than it",
    }),
    area: Type.Optional(Type.String({ maxLength: 40, description: "a part of the post's area; all of it if not said" })),
    scopes: Type.Array(Type.String({ pattern: "^[a-z-]+:(read|write)$", maxLength: 40 }), {
      ...{ minItems: 1, maxItems: 200 },
      description: "noun:read or noun:write, as the routes are named",
    }),
    days: Type.Integer({ minimum: 1, maximum: 366, description: "how long it lives" }),
  },
  strict,
);

export const TokenView = Type.Object(
  {
    ...{ id: text, name: text, person: text, post: text, area: text, scopes: Type.Array(text) },
    state: Type.Enum(["waiting", "good", "lapsed", "ended", "revoked"], { description: "waiting: its person has not taken it yet" }),
    ...{ made_by: text, created: time, expires: time, taken: maybe(time), revoked: maybe(time), revoked_by: maybe(text) },
    used: Type.Union([time, Type.Null()], { description: "last used, to the hour" }),
  },
  strict,
);
export type TokenView = Static<typeof TokenView>;

export const TokenTaken = Type.Object(
  { ...TokenView.properties, token: Type.String({ description: "shown only now: Authorization: Bearer …" }) },
  strict,
);

export const FirstAsked = Type.Object(
  {
    code: Type.String({ minLength: 8, maxLength: 40, description: "as the cloud printed it at its start" }),
    id: Type.String({ pattern: idPattern, description: "name to sign in with" }),
    name: Type.String({ minLength: 1, maxLength: 60, pattern: "\\S" }),
    organisation: Type.String({ minLength: 1, maxLength: 60, pattern: "\\S" }),
    password: Type.String({ minLength: 12, maxLength: 200 }),
  },
  strict,
);
export type FirstAsked = Static<typeof FirstAsked>;

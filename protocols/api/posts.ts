// Who holds which post where, and what is changed of it on the page, as the API shows it.
import Type, { type Static } from "typebox";
import { roles } from "./views.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const time = Type.String({ description: "RFC 3339" });
const role = Type.Enum([...roles]);

export const HolderView = Type.Object(
  {
    ...{ person: text, name: text },
    origin: Type.Enum(["config", "added"], { description: "config: named in the cloud's file" }),
    password: Type.Enum(["own", "one-time", "none"], { description: "none: nobody can sign in as him with a password" }),
    posts: Type.Array(
      Type.Object(
        {
          ...{ post: text, role, organisation: text, area: text, area_name: text },
          origin: Type.Enum(["config", "page"], { description: "config: the cloud's file alone changes it; page: given and ended there" }),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type HolderView = Static<typeof HolderView>;

export const postChangeStates = ["waiting", "done", "withdrawn"] as const;

export const PostAsked = Type.Object(
  {
    person: Type.String({ minLength: 1, maxLength: 64 }),
    what: Type.Enum(["give", "end"]),
    role,
    area: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}$", description: "a site, an area with everything below it, or all" }),
    organisation: Type.String({ minLength: 1, maxLength: 60, pattern: "\\S" }),
    reason: Type.String({ minLength: 2, maxLength: 200, pattern: "\\S" }),
  },
  strict,
);
export type PostAsked = Static<typeof PostAsked>;

export const PostChangeView = Type.Object(
  {
    ...{
      id: text,
      person: text,
      person_name: text,
      what: Type.Enum(["give", "end"]),
      role,
      organisation: text,
      area: text,
      area_name: text,
    },
    ...{ reason: text, asked_by: text, asked: time },
    state: Type.Enum([...postChangeStates]),
    ended_by: Type.Union([text, Type.Null()]),
    ended: Type.Union([time, Type.Null()]),
  },
  strict,
);
export type PostChangeView = Static<typeof PostChangeView>;

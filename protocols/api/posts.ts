// Who holds which post where, as the API shows it.
import Type, { type Static } from "typebox";
import { roles } from "./views.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();

export const HolderView = Type.Object(
  {
    ...{ person: text, name: text },
    origin: Type.Enum(["config", "added"], { description: "config: named in the cloud's file, which alone changes him" }),
    password: Type.Enum(["own", "one-time", "none"], { description: "none: nobody can sign in as him with a password" }),
    posts: Type.Array(Type.Object({ post: text, role: Type.Enum([...roles]), organisation: text, area: text, area_name: text }, strict)),
  },
  strict,
);
export type HolderView = Static<typeof HolderView>;

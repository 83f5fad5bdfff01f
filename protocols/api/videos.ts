// Links to a compound's cameras, as the API answers them.
import Type, { type Static } from "typebox";

export const VideoLink = Type.Object(
  {
    name: Type.String(),
    url: Type.String({ description: "the recorder's own page: https, or http on the compound's network" }),
    sources: Type.Array(Type.String(), {
      description: "what it looks at: an alarm's source, or the beginning of it; empty: the whole compound",
    }),
  },
  { additionalProperties: false },
);
export type VideoLink = Static<typeof VideoLink>;

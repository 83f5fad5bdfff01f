// Dead letters as the cloud shows them: what could have no effect, why, and what people have tried with it. Never its content: that may be a plate.
import Type, { type Static } from "typebox";

const text = Type.String();
const time = Type.String({ description: "RFC 3339 with +08:00" });
const strict = { additionalProperties: false } as const;

export const LetterView = Type.Object(
  {
    id: Type.Integer(),
    site: text,
    gateway: text,
    topic: text,
    key: Type.Union([text, Type.Null()], { description: "gateway/epoch/stream/seq, where it has one" }),
    kind: Type.Enum(["event", "batch", "message", "conflict"], {
      description:
        "event, batch: acknowledged and kept; message: could not be read, never acknowledged; conflict: its key belongs to other content",
    }),
    state: Type.Enum(["waiting", "delivered"]),
    reason: Type.String({ description: "paths and rules, no values" }),
    tries: Type.Integer({ description: "how often its effect was tried in vain before it came here" }),
    times: Type.Integer({ description: "how often the same came" }),
    first: time,
    last: time,
    requeues: Type.Array(Type.Object({ at: time, person: text, outcome: Type.Enum(["delivered", "refused"]), reason: text }, strict)),
  },
  strict,
);
export type LetterView = Static<typeof LetterView>;

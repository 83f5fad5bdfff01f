// How a gateway is, as the API shows it.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

export const GatewayHealthView = Type.Object(
  {
    site: text,
    gateway: text,
    seen: maybe(Type.String({ description: "when the cloud heard it: RFC 3339 with +08:00; null: never" })),
    delayed_ms: maybe(Type.Integer({ description: "how old it was then; null: the gateway's clock was not set" })),
    stale: Type.Boolean({
      description: "it says nothing about now: never said, older than a quarter of an hour, or the gateway is not online",
    }),
    disk: maybe(Type.Object({ free_bytes: Type.Integer(), total_bytes: Type.Integer() }, strict)),
    cpu_mC: maybe(Type.Integer()),
    clock: maybe(
      Type.Object(
        {
          synchronised: Type.Boolean(),
          ahead_ms: maybe(Type.Integer({ description: "by how much its clock is ahead of the cloud's; null: the cloud was not heard" })),
        },
        strict,
      ),
    ),
    commissioned: maybe(
      Type.Object(
        {
          at: Type.String({ description: "by the gateway's clock, RFC 3339" }),
          person: text,
          proofs: Type.Array(Type.Object({ zh: text, en: text, ok: Type.Boolean() }, strict)),
          hands: Type.Array(Type.Object({ id: text, zh: text, en: text, done: Type.Boolean(), photos: Type.Integer() }, strict)),
          photos: Type.Integer({ description: "pictures kept at the gateway" }),
        },
        strict,
      ),
    ),
    lines: maybe(
      Type.Array(
        Type.Object(
          {
            ...{ line: text, open: Type.Boolean(), late: Type.Boolean() },
            ...{ round_ms: maybe(Type.Integer()), promised_ms: maybe(Type.Integer()), age_ms: maybe(Type.Integer()) },
          },
          strict,
        ),
      ),
    ),
    waiting: maybe(
      Type.Array(Type.Object({ stream: text, count: Type.Integer(), oldest_ms: maybe(Type.Integer()) }, strict), {
        description: "what the cloud had not acknowledged, by stream; readings: those without a number yet",
      }),
    ),
  },
  strict,
);
export type GatewayHealthView = Static<typeof GatewayHealthView>;

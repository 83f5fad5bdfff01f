// Channels of notification and what became of every message, as the API answers them. Addresses are masked: a robot's address is its key.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const time = Type.String({ description: "RFC 3339 with +08:00" });
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

export const DeliveryView = Type.Object(
  {
    id: text,
    channel: text,
    kind: Type.Enum(["single", "digest", "later", "test"], { description: "later: it waits until whoever reads the channel is on duty" }),
    priority: Type.Integer(),
    state: Type.Enum(["waiting", "delivered", "failed", "refused"]),
    title: text,
    notices: Type.Integer({ description: "how many notices it tells" }),
    made: time,
    tries: Type.Integer(),
    next: maybe(time),
    ended: maybe(time),
    detail: maybe(Type.String({ description: "what the last try met" })),
  },
  strict,
);
export type DeliveryView = Static<typeof DeliveryView>;

export const ChannelView = Type.Object(
  {
    ...{ id: text, name: text, kind: Type.Enum(["wecom", "dingtalk", "feishu", "webhook", "smtp"]), target: text },
    ...{ up_to: Type.Integer(), recovery: Type.Boolean(), hourly: Type.Integer() },
    ...{ roles: maybe(Type.Array(text)), sites: maybe(Type.Array(text)), mute: Type.Array(text), last: maybe(DeliveryView) },
    on_duty: Type.Boolean({ description: "whoever reads it is on duty now; what comes otherwise waits, but for priority 1" }),
  },
  strict,
);
export type ChannelView = Static<typeof ChannelView>;

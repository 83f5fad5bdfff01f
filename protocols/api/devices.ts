// The devices of each gateway, as the API shows them: what its site file names, and what is amiss with it.
import Type, { type Static } from "typebox";
import { deviceKinds } from "./device-kinds.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const maybe = Type.Union([text, Type.Null()]);

export const DeviceView = Type.Object(
  {
    ...{ site: text, gateway: text, kind: Type.Enum([...deviceKinds]), id: text, name: text },
    of: Type.Union([text, Type.Null()], { description: "the lane, line or shed that it belongs to" }),
    model: Type.Union([text, Type.Null()], { description: "profile or protocol; no address and no secret" }),
    state: Type.Enum(["well", "amiss", "unheard"], {
      description:
        "well: its gateway is online and complains of nothing; amiss: an alarm about it stands; unheard: the gateway is not online, so nobody knows",
    }),
    ...{ zh: maybe, en: maybe, alarm: maybe, since: maybe },
    seen: Type.Union([text, Type.Null()], { description: "the last proof of life that the cloud has: RFC 3339; null: none of its own" }),
  },
  strict,
);
export type DeviceView = Static<typeof DeviceView>;

export const DeviceList = Type.Object(
  {
    items: Type.Array(DeviceView),
    unknown: Type.Array(Type.Object({ site: text, gateway: text }, strict), {
      description: "gateways whose site file has not come yet: their devices are not known here",
    }),
  },
  strict,
);
export type DeviceList = Static<typeof DeviceList>;

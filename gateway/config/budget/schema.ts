// A shopping list: what is to hang on which line, before anything is bought. The same keys as in the site file where they mean the same.
import Type, { type Static } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import type { Shape } from "../shape.ts";
import { baudRates, mostCutoff_ms } from "../timing.ts";

const strict = { additionalProperties: false } as const;
const cutoff = Type.Integer({
  title: "承诺断电时限（毫秒）",
  description: "from the reading that completes the decision to the OFF frame, ms",
  examples: [1000],
  minimum: 100,
  maximum: mostCutoff_ms,
});
const count = Type.Integer({ title: "台数", description: "how many of them", examples: [4], minimum: 1, maximum: 247 });

const Device = Type.Object(
  {
    profile: Type.String({
      title: "设备型号：目录里的名字，或 ./文件.json",
      description: "a model of the catalogue (cuobian device list), or a file ./x.json",
      examples: ["stations/ten-socket"],
      minLength: 1,
      maxLength: 300,
    }),
    count,
  },
  { ...strict, title: "设备", description: "one model on this line" },
);

const model = (zh: string, en: string, example: string) =>
  Type.String({ title: zh, description: en, examples: [example], minLength: 1, maxLength: 300 });
const Socket = Type.Object(
  {
    relay: model("继电器板的型号", "the relay board's model: as many boards as the count needs", "relays/waveshare-8"),
    meter: model("电表的型号", "the meter's model: one a socket, or one channel of it", "meters/pzem-004t"),
    count,
  },
  { ...strict, title: "拼装的插座", description: "sockets put together from relays of a board and meters" },
);

const shared = {
  id: Type.String({ title: "线路编号", description: "line id", examples: ["shed-1"], pattern: idPattern }),
  cutoff_ms: cutoff,
  devices: Type.Optional(Type.Array(Device, { title: "设备", description: "what hangs on it" })),
  sockets: Type.Optional(Type.Array(Socket, { title: "拼装的插座", description: "sockets put together from relay boards and meters" })),
};
const baud = Type.Enum([...baudRates], { title: "波特率", description: "bits per second", examples: [9600] });

export const ShoppingList = Type.Object(
  {
    lines: Type.Array(
      Type.Union([
        Type.Object({ ...shared, kind: Type.Literal("serial"), baud }, { ...strict, title: "串行线路", description: "RS-485 line" }),
        Type.Object(
          {
            ...shared,
            kind: Type.Literal("rtu-tcp"),
            baud,
            network_ms: Type.Optional(
              Type.Integer({
                title: "网络与打包时间（毫秒）",
                description: "what server and network add to a question and its answer; 40 if not written",
                examples: [40],
                minimum: 0,
                maximum: 500,
              }),
            ),
          },
          { ...strict, title: "串口服务器线路", description: "RS-485 behind a serial device server" },
        ),
        Type.Object({ ...shared, kind: Type.Literal("tcp") }, { ...strict, title: "网络线路", description: "Modbus TCP line" }),
      ]),
      { title: "线路", description: "lines" },
    ),
  },
  { ...strict, title: "采购清单", description: "shopping list" },
);
export type ShoppingList = Static<typeof ShoppingList>;
export type ShoppingLine = ShoppingList["lines"][number];

export const shoppingSchema: Shape = JSON.parse(JSON.stringify(ShoppingList));

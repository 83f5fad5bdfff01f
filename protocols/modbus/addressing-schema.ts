// What a profile says of its own address: which point holds the unit, which the baud rate, and how the device takes another.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const pointName = (title: string, description: string, example: string) =>
  Type.String({ pattern: "^[a-z][A-Za-z0-9_]*$", title, description, examples: [example] });

export const Addressing = Type.Object(
  {
    unit: pointName("从站地址是哪个点", "the point that holds the unit", "meter_id"),
    baud: Type.Optional(
      pointName(
        "波特率代码是哪个点；它的 states 写明波特率",
        "the point that holds the baud rate's code; its states say the rates",
        "baud_code",
      ),
    ),
    takes: Type.Enum(["at-once", "after-restart"], {
      title: "写入后立即生效，或断电重启后生效",
      description: "when a written setting takes effect: at once, or when the device was off and on again",
    }),
    broadcast: Type.Optional(
      Type.Enum(["also", "only"], {
        title: "also：也接受广播（地址 0）写入；only：只接受广播，此时线上只能有这一台",
        description: "also: it takes a write to everybody (unit 0) too; only: nothing else, so that it must be alone on the line",
      }),
    ),
    general: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 255,
        title: "任何一台都会应答的通用地址，只能在单机时用",
        description: "an address to which every such device answers, for lines with one device only",
      }),
    ),
    prepare: Type.Optional(
      Type.Object(
        {
          zh: Type.String({ maxLength: 200, title: "中文", description: "in Chinese", examples: ["长按按键 3 秒"] }),
          en: Type.String({ maxLength: 200, title: "英文", description: "in English", examples: ["hold the button for 3 s"] }),
        },
        { ...strict, title: "写入之前要在设备上做什么", description: "what a person must do at the device before it takes a write" },
      ),
    ),
  },
  {
    ...strict,
    title: "怎样改从站地址与波特率",
    description: "how the unit and the baud rate are changed",
    examples: [{ unit: "meter_id", takes: "at-once" }],
  },
);
export type Addressing = Static<typeof Addressing>;

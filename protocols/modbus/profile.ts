// A device model as data: what its registers mean and how it switches. No expressions, templates or conditions; what cannot be said here is a named quirk.
// `title` is the Chinese explanation, `description` the English one, `examples` what would be right: the reference page and every complaint are made from them.
import Type, { type Static } from "typebox";
import { Addressing } from "./addressing-schema.ts";
import { allOrders, type Order } from "./orders.ts";
import { type Quirk, quirkNames } from "./quirks.ts";
import { type ShapeName, shapeNames } from "./shapes.ts";
import { Pulse, Relays, Switching } from "./switching.ts";
import { units } from "./units.ts";

const strict = { additionalProperties: false } as const;
const word = "^[a-z][a-z0-9_]*$";

/** `prefix_` is how values are counted: power_mW, temperature_mC. */
const namePattern = `^[a-z][a-z0-9_]*(_(${Object.keys(units).join("|")}))?$`;

const bitStride = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 16,
    title: "每路在同一组寄存器里后移几位；寄存器本身不再移动",
    description: "bits from one socket to the next within the same registers, which then do not move themselves",
  }),
);
const starts = (what: string, en: string) =>
  Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: 65_535 }), {
      minItems: 1,
      title: `不等距时：每路${what}加在 address 上的数`,
      description: `where the distance is not the same: ${en} each socket begins, added to address`,
      examples: [[0, 16, 48]],
    }),
  );

export const Point = Type.Object(
  {
    name: Type.String({
      pattern: namePattern,
      title: "点名；单位写在名字里",
      description: "the unit stands in the name: current_mA, power_mW, temperature_mC, energy_mWh",
      examples: ["current_mA"],
    }),
    zh: Type.Optional(Type.String({ maxLength: 60, title: "中文名", description: "what people read, Chinese" })),
    en: Type.Optional(Type.String({ maxLength: 80, title: "英文名", description: "what people read, English" })),
    per: Type.Enum(["device", "socket"], {
      title: "整机一个，或每路一个",
      description: "one of the device, or one of every socket (channel)",
    }),
    table: Type.Enum(["coil", "discrete", "holding", "input"], {
      title: "线圈（FC01）、离散输入（FC02）、保持寄存器（FC03）、输入寄存器（FC04）",
      description: "coil is read by FC01, discrete by FC02, holding by FC03, input by FC04",
    }),
    address: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      title: "地址，从 0 起，即报文里的数；40001 写作 0",
      description: "zero-based, as on the wire; 40001 of a data sheet is 0",
    }),
    stride: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        title: "此点每路相隔几个地址；不写则用 sockets.stride",
        description: "addresses from socket to socket for this point alone (voltage of all, then current of all …); else sockets.stride",
      }),
    ),
    starts: starts("此点", "where this point of"),
    type: Type.Enum<ShapeName[]>(shapeNames, {
      title: "整数、浮点或 BCD；数字是位数，16 位占一个寄存器",
      description: "integer, float or BCD; the number is its bits, 16 to a register. A coil is u16",
    }),
    order: Type.Optional(
      Type.Enum<Order[]>([...allOrders], {
        title: "字节在线上的次序，A 是最高字节；不写即大端",
        description: "the bytes as they come on the wire; A is the most significant. Not written: ABCD…",
      }),
    ),
    field: Type.Optional(
      Type.Object(
        { low: Type.Integer({ minimum: 0, maximum: 63 }), width: Type.Integer({ minimum: 1, maximum: 63 }), stride: bitStride },
        {
          ...strict,
          title: "只取其中几位；有符号类型按补码",
          description: "only these bits of the value: the lowest, and how many; of a signed type as two's complement",
          examples: [{ low: 8, width: 8 }],
        },
      ),
    ),
    sign: Type.Optional(
      Type.Union(
        [
          Type.Literal("magnitude"),
          Type.Object(
            {
              address: Type.Integer({ minimum: 0, maximum: 65_535 }),
              bit: Type.Integer({ minimum: 0, maximum: 15 }),
              stride: bitStride,
              negative: Type.Optional(
                Type.Union([Type.Literal(0), Type.Literal(1)], {
                  title: "该位为几时是负；不写为 1",
                  description: "what the bit reads when the value is negative; else 1",
                }),
              ),
            },
            strict,
          ),
        ],
        {
          title: "符号：magnitude 为最高位；或另一寄存器的某一位",
          description: "magnitude: the top bit says minus; or a bit of another register of the same table says so",
          examples: [{ address: 9, bit: 0 }],
        },
      ),
    ),
    multiply: Type.Optional(
      Type.Integer({
        minimum: 1,
        title: "原始值 × multiply ÷ divide",
        description: "raw × multiply ÷ divide = the value in the unit of the name",
      }),
    ),
    divide: Type.Optional(Type.Integer({ minimum: 1, title: "除数", description: "see multiply" })),
    offset: Type.Optional(Type.Integer({ title: "换算后再加", description: "added after scaling, in the unit of the name" })),
    absent: Type.Optional(
      Type.Array(Type.Union([Type.Integer(), Type.String({ pattern: "^(NaN|0x[0-9A-Fa-f]{1,16})$" })]), {
        title: "设备用来表示“没有此值”的原始值：整数、位型 0x…、或 NaN",
        description: "raw values by which the device says that it has no such value: a number, bits as 0x…, or NaN of a float",
        examples: [["0xFFFF"]],
      }),
    ),
    minimum: Type.Optional(
      Type.Integer({ title: "低于此值为坏值", description: "below this the value is impossible, and the reading bad" }),
    ),
    maximum: Type.Optional(
      Type.Integer({ title: "高于此值为坏值", description: "above this the value is impossible, and the reading bad" }),
    ),
    bits: Type.Optional(
      Type.Record(Type.String({ pattern: word }), Type.Integer({ minimum: 0, maximum: 63 }), {
        ...strict,
        title: "标志位：名字与位号，最低位为 0",
        description: "flags by name; the lowest bit is 0",
        examples: [{ relay_closed: 0 }],
      }),
    ),
    states: Type.Optional(
      Type.Record(Type.String({ pattern: "^-?[0-9]+$" }), Type.String({ maxLength: 60 }), {
        ...strict,
        title: "数值的含义",
        description: "what a number means",
        examples: [{ "0": "停止 / stopped" }],
      }),
    ),
    polled: Type.Optional(
      Type.Boolean({ title: "false：不参与轮询，只在询问时读", description: "false: read only when somebody asks (settings, versions)" }),
    ),
    writable: Type.Optional(Type.Boolean({ title: "可写", description: "may be written (cuobian modbus write --profile)" })),
  },
  strict,
);
export type Point = Static<typeof Point>;

const Read = Type.Object(
  {
    max_registers: Type.Integer({
      minimum: 1,
      maximum: 125,
      title: "一次最多读几个寄存器",
      description: "registers that one question may ask for",
      examples: [60],
    }),
    max_bits: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2000,
        title: "一次最多读几位",
        description: "bits that one question may ask for; else max_registers",
      }),
    ),
    hole: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 125,
        title: "两点之间最多跨过几个无用寄存器；0 为不跨",
        description: "unused registers that are read along between two points; 0: none, as the device refuses them",
      }),
    ),
    pause_ms: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 5000,
        title: "两次询问之间的停顿",
        description: "silence that the device needs between two questions",
      }),
    ),
    turnaround_ms: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2000,
        title: "从问完到开始应答，通常最长多久；不写按 60",
        description: "the longest that it ordinarily takes from a question's end to its answer's beginning; 60 if not written",
      }),
    ),
    in_flight: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 32,
        title: "仅 Modbus TCP：可同时等待几个应答；不写为 1",
        description: "Modbus TCP only: questions that may wait for their answers at once; 1 if not written",
      }),
    ),
  },
  { ...strict, title: "读取限制", description: "limits of reading", examples: [{ max_registers: 60 }] },
);

export const Profile = Type.Object(
  {
    id: Type.String({
      pattern: "^[a-z]+/[a-z0-9-]+$",
      title: "编号，即文件位置",
      description: "name, and where the file stands: meters/sdm120",
      examples: ["meters/my-meter"],
    }),
    kind: Type.Enum(["station", "barrier", "meter", "relay", "pump"], { title: "种类", description: "kind" }),
    maker: Type.String({ title: "厂家", description: "maker", examples: ["Eastron"] }),
    model: Type.String({ title: "型号", description: "model", examples: ["SDM120-Modbus"] }),
    provenance: Type.String({
      title: "依据：哪份资料，或说明是虚构",
      description: "where these registers are documented, or that the device is invented",
      examples: ["XY-100 user manual V1.2, page 14"],
    }),
    read: Read,
    serial: Type.Optional(
      Type.Object(
        {
          baud: Type.Integer({ minimum: 300, maximum: 1_000_000, title: "波特率", description: "baud rate", examples: [9600] }),
          parity: Type.Enum(["none", "even", "odd"], { title: "校验", description: "parity" }),
          stop_bits: Type.Union([Type.Literal(1), Type.Literal(2)], { title: "停止位", description: "stop bits" }),
        },
        { ...strict, title: "出厂串口参数", description: "serial settings as shipped" },
      ),
    ),
    unit: Type.Optional(Type.Integer({ minimum: 1, maximum: 247, title: "出厂从站地址", description: "unit as shipped" })),
    addressing: Type.Optional(Addressing),
    functions: Type.Optional(
      Type.Array(Type.Enum([1, 2, 3, 4, 5, 6, 15, 16]), {
        title: "设备支持的功能码；不写即全部",
        description: "function codes that the device knows; not written: all. Without 6, one register is written by 16",
      }),
    ),
    quirks: Type.Optional(
      Type.Array(Type.Enum<Quirk[]>(quirkNames), { title: "怪癖，见下表", description: "quirks by name, see the table below" }),
    ),
    sockets: Type.Optional(
      Type.Object(
        {
          count: Type.Integer({ minimum: 1, maximum: 64, title: "几路", description: "how many" }),
          stride: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 10_000,
              title: "每路相隔几个地址；每个点各写 stride 时可省",
              description: "addresses from socket to socket; not needed where every point has its own",
            }),
          ),
          starts: starts("", "where"),
        },
        { ...strict, title: "路数与间隔", description: "how many sockets (channels), and how far their registers stand apart" },
      ),
    ),
    points: Type.Array(Point, {
      minItems: 1,
      title: "点表",
      description: "points",
      examples: [[{ name: "voltage_mV", per: "device", table: "holding", address: 0, type: "u16", multiply: 100 }]],
    }),
    switching: Type.Optional(Switching),
    relays: Type.Optional(Relays),
    pulses: Type.Optional(
      Type.Record(Type.String({ pattern: word }), Pulse, {
        ...strict,
        title: "脉冲：名字与线圈（FC05 写 0xFF00），或 { register, value }（FC06）",
        description: "what acts on a pulse: open, close, stop. A coil (FC05 0xFF00), or { register, value } (FC06)",
        examples: [{ open: 0 }],
      }),
    ),
  },
  strict,
);
export type Profile = Static<typeof Profile>;

// A device model as data: what its registers mean and how it switches. No expressions, templates or conditions; what cannot be said here is a named quirk.
// `title` is the Chinese explanation, `description` the English one: the reference page is made from both.
import Type, { type Static } from "typebox";
import { allOrders, type Order } from "./orders.ts";
import { type Quirk, quirkNames } from "./quirks.ts";
import { type ShapeName, shapeNames } from "./shapes.ts";
import { units } from "./units.ts";

const strict = { additionalProperties: false } as const;
const word = "^[a-z][a-z0-9_]*$";

/** `prefix_` is how values are counted: power_mW, temperature_mC. */
const namePattern = `^[a-z][a-z0-9_]*(_(${Object.keys(units).join("|")}))?$`;

export const Point = Type.Object(
  {
    name: Type.String({
      pattern: namePattern,
      title: "点名；单位写在名字里",
      description: "the unit stands in the name: current_mA, power_mW, temperature_mC, energy_mWh",
    }),
    zh: Type.Optional(Type.String({ maxLength: 60, title: "中文名", description: "what people read, Chinese" })),
    en: Type.Optional(Type.String({ maxLength: 80, title: "英文名", description: "what people read, English" })),
    per: Type.Enum(["device", "socket"], {
      title: "整机一个，或每路一个",
      description: "socket points repeat with `sockets.stride`",
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
        { low: Type.Integer({ minimum: 0, maximum: 15 }), width: Type.Integer({ minimum: 1, maximum: 15 }) },
        { ...strict, title: "只取一个寄存器里的几位", description: "only these bits of one register: the lowest, and how many" },
      ),
    ),
    sign: Type.Optional(
      Type.Union(
        [
          Type.Literal("magnitude"),
          Type.Object({ address: Type.Integer({ minimum: 0, maximum: 65_535 }), bit: Type.Integer({ minimum: 0, maximum: 15 }) }, strict),
        ],
        {
          title: "符号：magnitude 为最高位；或另一寄存器的某一位（1 为负）",
          description: "magnitude: the top bit says minus; or a bit of another register of the same table says so",
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
        title: "标志位：名字与位号，最低位为 0",
        description: "flags by name; the lowest bit is 0",
      }),
    ),
    states: Type.Optional(
      Type.Record(Type.String({ pattern: "^-?[0-9]+$" }), Type.String({ maxLength: 60 }), {
        title: "数值的含义",
        description: "what a number means",
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
  },
  { ...strict, title: "读取限制", description: "limits of reading" },
);

const coil = (title: string, description: string) => Type.Integer({ minimum: 0, maximum: 65_535, title, description });

export const Profile = Type.Object(
  {
    id: Type.String({
      pattern: "^[a-z]+/[a-z0-9-]+$",
      title: "编号，即文件位置",
      description: "name, and where the file stands: meters/sdm120",
    }),
    kind: Type.Enum(["station", "barrier", "meter", "relay", "pump"], { title: "种类", description: "kind" }),
    maker: Type.String({ title: "厂家", description: "maker" }),
    model: Type.String({ title: "型号", description: "model" }),
    provenance: Type.String({
      title: "依据：哪份资料，或说明是虚构",
      description: "where these registers are documented, or that the device is invented",
    }),
    read: Read,
    serial: Type.Optional(
      Type.Object(
        {
          baud: Type.Integer({ minimum: 300, maximum: 1_000_000 }),
          parity: Type.Enum(["none", "even", "odd"]),
          stop_bits: Type.Union([Type.Literal(1), Type.Literal(2)]),
        },
        { ...strict, title: "出厂串口参数", description: "serial settings as shipped" },
      ),
    ),
    unit: Type.Optional(Type.Integer({ minimum: 1, maximum: 247, title: "出厂从站地址", description: "unit as shipped" })),
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
        { count: Type.Integer({ minimum: 1, maximum: 64 }), stride: Type.Integer({ minimum: 1 }) },
        { ...strict, title: "路数与间隔", description: "how many sockets (channels), and how far their registers stand apart" },
      ),
    ),
    points: Type.Array(Point, { minItems: 1, title: "点表", description: "points" }),
    switching: Type.Optional(
      Type.Object(
        {
          coil: Type.Integer({ minimum: 0, title: "FC05，第 n 路在 coil + n", description: "FC05; socket n stands at coil + n" }),
          on: Type.Integer({ title: "吸合写入的值", description: "value that closes: 0xFF00 is 65280" }),
          off: Type.Integer({ title: "断开写入的值", description: "value that opens" }),
          rearm: Type.Object(
            { register: Type.Integer({ minimum: 0 }), value: Type.Integer() },
            {
              ...strict,
              title: "续期：FC06 使已吸合的保持吸合，不会吸合任何一路",
              description: "FC06 that keeps every closed relay closed; it closes none",
            },
          ),
          hold_ms: Type.Integer({
            minimum: 3000,
            maximum: 5000,
            title: "不续期则在此时间后全部断开",
            description: "without re-arming the board opens its relays after this",
          }),
        },
        { ...strict, title: "充电站的继电器与续期窗口", description: "a station's relays, with the dead-man window that it must have" },
      ),
    ),
    relays: Type.Optional(
      Type.Object(
        {
          count: Type.Integer({ minimum: 1, maximum: 64 }),
          coil: coil("FC05，第 n 路在 coil + n", "FC05; relay n stands at coil + n"),
          on: Type.Integer({ title: "吸合写入的值", description: "value that closes: 0xFF00 is 65280" }),
          off: Type.Integer({ title: "断开写入的值", description: "value that opens" }),
          toggle: Type.Optional(Type.Integer({ title: "翻转写入的值", description: "value that toggles" })),
          all: Type.Optional(coil("全部继电器的地址", "the address that means all of them")),
          flash: Type.Optional(
            Type.Object(
              {
                coil: coil(
                  "点动吸合：第 n 路在 coil + n，值为 step_ms 的倍数",
                  "flash-on: closes, and opens by itself after value × step_ms",
                ),
                step_ms: Type.Integer({ minimum: 1 }),
                most: Type.Integer({ minimum: 1, maximum: 65_535 }),
              },
              strict,
            ),
          ),
        },
        {
          ...strict,
          title: "继电器板；没有看门狗，只有 flash 能自己断开",
          description: "a relay board without a watchdog: only `flash` opens by itself, so it is no station",
        },
      ),
    ),
    pulses: Type.Optional(
      Type.Record(Type.String(), Type.Integer(), {
        title: "脉冲线圈",
        description: "coils that act on a pulse (FC05 0xFF00): open, close, stop",
      }),
    ),
  },
  strict,
);
export type Profile = Static<typeof Profile>;

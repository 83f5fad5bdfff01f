// What a profile says of switching: the relays of a board, the dead-man window of a station, coils that act on a pulse.
// Most boards are switched by coils (FC05); many Chinese boards by registers (FC06), whose value is the order: 0x0100 open, 0x0200 close, 0x0600 + seconds.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const place = (title: string, description: string) => Type.Integer({ minimum: 0, maximum: 65_535, title, description });
const word = (title: string, description: string, example: number) =>
  Type.Integer({ minimum: 0, maximum: 65_535, title, description, examples: [example] });

const places = (en: string) => ({
  coil: Type.Optional(
    place("FC05，第 n 路在 coil + n；与 register 二选一", `switched by FC05: ${en} n stands at coil + n; this or register`),
  ),
  register: Type.Optional(
    place("FC06，第 n 路在 register + n；与 coil 二选一", `switched by FC06: ${en} n stands at register + n; this or coil`),
  ),
  stride: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000,
      title: "相邻两路相隔几个地址；不写为 1",
      description: `addresses from one ${en} to the next; else 1`,
    }),
  ),
  on: word("吸合写入的值", "value that closes: 0xFF00 is 65280", 65_280),
  off: word("断开写入的值", "value that opens", 0),
});

export const Switching = Type.Object(
  {
    ...places("socket"),
    rearm: Type.Object(
      { register: Type.Integer({ minimum: 0, maximum: 65_535 }), value: Type.Integer({ minimum: 0, maximum: 65_535 }) },
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
);
export type Switching = Static<typeof Switching>;

export const Relays = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 64, title: "几路", description: "how many" }),
    ...places("relay"),
    toggle: Type.Optional(word("翻转写入的值", "value that toggles", 21_760)),
    all: Type.Optional(place("全部继电器的地址", "the address that means all of them")),
    flash: Type.Optional(
      Type.Object(
        {
          coil: Type.Optional(
            place("点动吸合：第 n 路在 coil + n，值为 step_ms 的倍数", "flash-on: closes, and opens by itself after value × step_ms"),
          ),
          register: Type.Optional(
            place("点动吸合，FC06：第 n 路在 register + n", "the same by FC06; register or coil, as the relays have it"),
          ),
          add: Type.Optional(word("加在倍数上的值（命令码）", "added to the number of steps: the board's word for the order", 1_536)),
          step_ms: Type.Integer({ minimum: 1, title: "一步多长", description: "milliseconds of one step" }),
          most: Type.Integer({ minimum: 1, maximum: 65_535, title: "最多几步", description: "most steps" }),
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
);
export type Relays = Static<typeof Relays>;

export const Pulse = Type.Union(
  [
    Type.Integer({ minimum: 0, maximum: 65_535 }),
    Type.Object({ register: Type.Integer({ minimum: 0, maximum: 65_535 }), value: Type.Integer({ minimum: 0, maximum: 65_535 }) }, strict),
  ],
  {
    title: "线圈地址（FC05 写 0xFF00），或 { register, value }（FC06）",
    description: "a coil (FC05 0xFF00), or { register, value } (FC06)",
    examples: [0],
  },
);
export type Pulse = Static<typeof Pulse>;

interface Places {
  readonly coil?: number;
  readonly register?: number;
  readonly stride?: number;
}

/** Which function switches, and where the first stands. Where both are written the check complains; the coil counts. */
export const switchedBy = ({ coil, register }: Places): { readonly fn: 5 | 6; readonly first: number } =>
  coil !== undefined ? { fn: 5, first: coil } : { fn: 6, first: register ?? 0 };

/** Where relay or socket `index` (from 0) stands. */
export const switchAddress = (places: Places, index: number): number => switchedBy(places).first + index * (places.stride ?? 1);

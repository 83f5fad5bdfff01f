// A device model as data: what its registers mean and how it switches. No expressions, templates or conditions; what cannot be said here is a named quirk.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

export const Point = Type.Object(
  {
    name: Type.String({
      pattern: "^[a-z][a-z0-9_]*(_m[AVWC]|_mWh|_ms)?$",
      description: "the unit stands in the name: current_mA, power_mW, temperature_mC, energy_mWh",
    }),
    per: Type.Enum(["device", "socket"], { description: "socket points repeat with `sockets.stride`" }),
    table: Type.Enum(["coil", "discrete", "holding", "input"]),
    address: Type.Integer({ minimum: 0, maximum: 65_535, description: "zero-based, as on the wire" }),
    type: Type.Enum(["u16", "i16", "u32", "i32"]),
    order: Type.Optional(
      Type.Enum(["ABCD", "CDAB", "BADC", "DCBA"], { description: "bytes of a 32-bit value as they come on the wire; ABCD is big-endian" }),
    ),
    multiply: Type.Optional(Type.Integer({ minimum: 1, description: "raw × multiply ÷ divide = the value in the unit of the name" })),
    divide: Type.Optional(Type.Integer({ minimum: 1 })),
    absent: Type.Optional(Type.Array(Type.Integer(), { description: "raw values by which the device says that it has no such value" })),
    minimum: Type.Optional(Type.Integer({ description: "below this the value is impossible, and the reading bad" })),
    maximum: Type.Optional(Type.Integer()),
    bits: Type.Optional(Type.Record(Type.String({ pattern: "^[a-z][a-z0-9_]*$" }), Type.Integer({ minimum: 0, maximum: 15 }))),
  },
  strict,
);
export type Point = Static<typeof Point>;

export const Profile = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z]+/[a-z0-9-]+$" }),
    kind: Type.Enum(["station", "barrier", "meter", "relay", "pump"]),
    maker: Type.String(),
    model: Type.String(),
    provenance: Type.String({ description: "where these registers are documented, or that the device is invented" }),
    read: Type.Object({ max_registers: Type.Integer({ minimum: 1, maximum: 125 }) }, strict),
    sockets: Type.Optional(Type.Object({ count: Type.Integer({ minimum: 1, maximum: 64 }), stride: Type.Integer({ minimum: 1 }) }, strict)),
    points: Type.Array(Point, { minItems: 1 }),
    switching: Type.Optional(
      Type.Object(
        {
          coil: Type.Integer({ minimum: 0, description: "FC05; socket n stands at coil + n" }),
          on: Type.Integer(),
          off: Type.Integer(),
          rearm: Type.Object(
            { register: Type.Integer({ minimum: 0 }), value: Type.Integer() },
            { ...strict, description: "FC06 that keeps every closed relay closed; it closes none" },
          ),
          hold_ms: Type.Integer({ minimum: 3000, maximum: 5000, description: "without re-arming the board opens its relays after this" }),
        },
        strict,
      ),
    ),
    pulses: Type.Optional(
      Type.Record(Type.String(), Type.Integer(), { description: "coils that act on a pulse (FC05 0xFF00): open, close, stop" }),
    ),
  },
  strict,
);
export type Profile = Static<typeof Profile>;

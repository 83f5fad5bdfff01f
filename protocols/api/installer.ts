// What the gateway's own page shows to whoever stands before it: the whole site as it is now.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const NumberKnown = Type.Union([Type.Null(), Type.Number()]);
const Known = Type.Union([Type.Null(), Type.Boolean()]);

/** GET /api/v1/overview. Null: nobody knows. */
export const SiteOverview = Type.Object(
  {
    site: Type.String(),
    gateway: Type.String(),
    now: Type.String(),
    /** Whether the machine's clock may be believed. */
    clock_true: Type.Boolean(),
    well: Type.Boolean(),
    checks: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), zh: Type.String(), en: Type.String() }, strict)),
    uplink: Type.Object({ connected: Known, waiting: NumberKnown, certificate_left_s: NumberKnown }, strict),
    lines: Type.Array(
      Type.Object(
        {
          line: Type.String(),
          /** null: protection is not heard. */
          open: Known,
          late: Type.Boolean(),
          rotation_ms: NumberKnown,
          promised_ms: NumberKnown,
          age_ms: NumberKnown,
          frames: NumberKnown,
          timeouts: NumberKnown,
          bad_frames: NumberKnown,
        },
        strict,
      ),
    ),
    stations: Type.Array(
      Type.Object(
        {
          station: Type.String(),
          name: Type.String(),
          /** Empty: protection is not heard, or has not read it yet. */
          sockets: Type.Array(
            Type.Object(
              {
                socket: Type.String(),
                state: Type.String(),
                quality: Type.String(),
                age_ms: Type.Number(),
                current_mA: NumberKnown,
                power_mW: NumberKnown,
                temperature_mC: NumberKnown,
              },
              strict,
            ),
          ),
        },
        strict,
      ),
    ),
    sheds: Type.Array(Type.Object({ shed: Type.String(), state: Type.String() }, strict)),
    lanes: Type.Array(
      Type.Object(
        {
          lane: Type.String(),
          name: Type.String(),
          direction: Type.Enum(["entry", "exit"]),
          mode: Type.Enum(["normal", "closed", "held-open", "fire"]),
          board: Type.Boolean(),
          camera: Type.Boolean(),
          /** Since its camera was heard last; null: not once since the gateway's start. */
          silent_s: NumberKnown,
        },
        strict,
      ),
    ),
  },
  strict,
);
export type SiteOverview = Static<typeof SiteOverview>;

const Port = Type.Integer({ minimum: 1, maximum: 65_535 });
const Host = Type.String({ minLength: 7, maxLength: 15 });
const Baud = Type.Integer({ minimum: 300, maximum: 1_000_000 });

/** Where a device of no line of the site answers. An address in numbers: the bench asks on this site alone. */
export const BenchLine = Type.Union([
  Type.Object({ kind: Type.Literal("tcp"), host: Host, port: Port }, strict),
  Type.Object({ kind: Type.Literal("rtu-tcp"), host: Host, port: Port, baud: Baud }, strict),
  Type.Object(
    {
      kind: Type.Literal("serial"),
      path: Type.String({ pattern: "^/dev/[A-Za-z0-9._/-]{1,100}$" }),
      baud: Baud,
      parity: Type.Enum(["none", "even", "odd"]),
      stop_bits: Type.Enum([1, 2]),
    },
    strict,
  ),
]);
export type BenchLine = Static<typeof BenchLine>;

/** POST /api/v1/bench/read: one read, by function 1 to 4 alone. */
export const BenchQuestion = Type.Object(
  {
    line: BenchLine,
    unit: Type.Integer({ minimum: 1, maximum: 247 }),
    /** Left out: as the address says, else holding. */
    table: Type.Optional(Type.Enum(["coil", "discrete", "holding", "input"])),
    /** 10, 0x000A, 40011 or 400011. */
    address: Type.String({ minLength: 1, maxLength: 12 }),
    notation: Type.Optional(Type.Enum(["auto", "zero", "one", "five", "six"])),
    count: Type.Integer({ minimum: 1, maximum: 60 }),
    /** What the device's own display shows. */
    expected: Type.Optional(Type.Number()),
  },
  strict,
);
export type BenchQuestion = Static<typeof BenchQuestion>;

const Reading = Type.Object(
  {
    type: Type.String(),
    order: Type.Optional(Type.String()),
    /** null: no number. */
    value: Type.Union([Type.Null(), Type.Number()]),
    zh: Type.String(),
    en: Type.String(),
    /** Worth a look. */
    likely: Type.Boolean(),
  },
  strict,
);

export const BenchAnswer = Type.Object(
  {
    /** What was asked on the wire. */
    asked: Type.Object(
      { unit: Type.Integer(), function: Type.Integer(), table: Type.String(), address: Type.Integer(), count: Type.Integer() },
      strict,
    ),
    took_ms: Type.Integer(),
    /** Of coils and discrete inputs; else empty. */
    bits: Type.Array(Type.Object({ address: Type.Integer(), bit: Type.Integer() }, strict)),
    rows: Type.Array(
      Type.Object(
        {
          zero: Type.Integer(),
          hex: Type.String(),
          sheet: Type.String(),
          raw: Type.String(),
          readings: Type.Array(Reading),
          /** Index of the likeliest; null: none makes sense. */
          best: Type.Union([Type.Null(), Type.Integer()]),
        },
        strict,
      ),
    ),
    /** Of 32-bit values at one register before, as asked, and one behind: how many make sense in which order. */
    offsets: Type.Array(
      Type.Object(
        { offset: Type.Integer(), type: Type.String(), order: Type.String(), likely: Type.Integer(), of: Type.Integer() },
        strict,
      ),
    ),
    /** Swapped words here and plain words one register beside look alike: only the display can tell. */
    twins: Type.Boolean(),
  },
  strict,
);
export type BenchAnswer = Static<typeof BenchAnswer>;

/** GET /api/v1/log?level=warn: the last lines of the site process, oldest first. Plates and secrets are masked. */
export const RecentLog = Type.Object(
  {
    lines: Type.Array(
      Type.Object({ at: Type.String(), level: Type.Enum(["info", "warn", "error"]), says: Type.String(), detail: Type.String() }, strict),
    ),
  },
  strict,
);
export type RecentLog = Static<typeof RecentLog>;

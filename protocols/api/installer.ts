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
    /** What the gateway proves by itself; what is not known is not passed. */
    proofs: Type.Array(Type.Object({ zh: Type.String(), en: Type.String(), ok: Type.Boolean() }, strict)),
    /** Whether the machine's clock may be believed. */
    clock_true: Type.Boolean(),
    well: Type.Boolean(),
    checks: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), zh: Type.String(), en: Type.String() }, strict)),
    uplink: Type.Object(
      {
        ...{ connected: Known, waiting: NumberKnown, certificate_left_s: NumberKnown },
        /** The backlog on its way to the cloud; null: there is none, or nobody knows. `per_s` null: it does not move. */
        replay: Type.Union([
          Type.Null(),
          Type.Object(
            { done: Type.Integer(), of: Type.Integer(), since: Type.Union([Type.Null(), Type.String()]), per_s: NumberKnown },
            strict,
          ),
        ]),
      },
      strict,
    ),
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

/** GET /api/v1/overview/history: the last hour of each device, oldest first; null: not read in that minute. */
export const SiteHistory = Type.Object(
  {
    every_s: Type.Integer(),
    series: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          kind: Type.Enum(["line", "station", "lane"]),
          unit: Type.Enum(["ms", "W", ""]),
          values: Type.Array(NumberKnown),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type SiteHistory = Static<typeof SiteHistory>;

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

/** What the bytes of a line prove about its wiring, and what to try, the likeliest first. */
export const LineFinding = Type.Object(
  {
    code: Type.String(),
    zh: Type.String(),
    en: Type.String(),
    todo: Type.Array(Type.Object({ zh: Type.String(), en: Type.String() }, strict)),
  },
  strict,
);
export type LineFinding = Static<typeof LineFinding>;

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
    /** It was read, and the bytes of an RS-485 line prove that something is wrong all the same; null: nothing is. */
    finding: Type.Union([Type.Null(), LineFinding]),
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

/** GET /api/v1/log?level=warn&process=safety: the last lines of both processes, or of one, oldest first. Plates and secrets are masked. */
export const RecentLog = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        {
          ...{ at: Type.String(), level: Type.Enum(["info", "warn", "error"]), says: Type.String(), detail: Type.String() },
          /** Whose line it is: the safety process's, or that of lanes, money and pages. */
          process: Type.Enum(["site", "safety"]),
          /** What it most often comes from, and what to do; null: not known. */
          cause: Type.Union([Type.Null(), Type.Object({ zh: Type.String(), en: Type.String() }, strict)]),
        },
        strict,
      ),
    ),
    /** Whether a safety process has told its log; null: it was not asked for. */
    safety_heard: Type.Union([Type.Null(), Type.Boolean()]),
  },
  strict,
);
export type RecentLog = Static<typeof RecentLog>;

/** POST /api/v1/bench/writes: writing is allowed for ten minutes, or no longer. */
export const BenchWrites = Type.Object({ allow: Type.Boolean() }, strict);
/** Until when; null: it is off. */
export const BenchWritesState = Type.Object({ until: Type.Union([Type.Null(), Type.String()]) }, strict);
export type BenchWritesState = Static<typeof BenchWritesState>;

/** POST /api/v1/bench/write: one register (function 6) or one coil (5), once, and read back. */
export const BenchWrite = Type.Object(
  {
    line: BenchLine,
    unit: Type.Integer({ minimum: 1, maximum: 247 }),
    table: Type.Enum(["holding", "coil"]),
    address: Type.String({ minLength: 1, maxLength: 12 }),
    notation: Type.Optional(Type.Enum(["auto", "zero", "one", "five", "six"])),
    value: Type.Integer({ minimum: 0, maximum: 65_535 }),
    /** What was read there before; null: not read yet, and the answer only says what stands there. */
    before: Type.Union([Type.Null(), Type.Integer()]),
    /** What will be written, typed by hand: "3/10=1234". */
    confirm: Type.String({ maxLength: 60 }),
  },
  strict,
);
export type BenchWrite = Static<typeof BenchWrite>;
export const BenchWritten = Type.Object(
  {
    zero: Type.Integer(),
    before: Type.Integer(),
    /** What has to be typed to write; written only if `written`. */
    confirm: Type.String(),
    written: Type.Boolean(),
    /** Read back; null: nothing was written, or nobody answered. */
    after: Type.Union([Type.Null(), Type.Integer()]),
  },
  strict,
);
export type BenchWritten = Static<typeof BenchWritten>;

/** PUT /api/v1/report: what a person has ticked of the commissioning record. */
export const ReportSaved = Type.Object(
  { person: Type.String({ maxLength: 60 }), done: Type.Array(Type.String({ pattern: "^[a-z0-9-]{1,40}$" }), { maxItems: 60 }) },
  strict,
);
export type ReportKept = Static<typeof ReportSaved>;
/** POST /api/v1/report/photos: one picture, of one item. */
export const ReportPhoto = Type.Object({ item: Type.String({ pattern: "^[a-z0-9-]{1,40}$" }), base64: Type.String() }, strict);
/** GET /api/v1/report. Times are the gateway's own. */
export const ReportState = Type.Object(
  {
    person: Type.String(),
    done: Type.Array(Type.String()),
    /** What only a person on site can do. */
    hands: Type.Array(Type.Object({ id: Type.String(), zh: Type.String(), en: Type.String() }, strict)),
    /** When it was given to the outbox last, and whether the cloud has it; null: never. */
    sent: Type.Union([Type.Null(), Type.Object({ at: Type.String(), kept: Type.Boolean() }, strict)]),
    photos: Type.Array(Type.Object({ item: Type.String(), at: Type.String(), sha256: Type.String(), bytes: Type.Integer() }, strict)),
  },
  strict,
);
export type ReportState = Static<typeof ReportState>;

/** GET /api/v1/lanes/{lane}/bench: what whoever sets a lane up looks at. */
export const LaneBench = Type.Object(
  {
    /** null: the board is not heard. */
    board: Type.Union([
      Type.Null(),
      Type.Object(
        {
          ...{ open: Type.Boolean(), closed: Type.Boolean(), moving: Type.Boolean(), approach: Type.Boolean(), under: Type.Boolean() },
          ...{ fault: Type.Boolean(), opened: Type.Integer(), passed: Type.Integer() },
        },
        strict,
      ),
    ]),
    /** The last twenty, the newest first. Times in milliseconds, each from the one before it; null: not known, or it did not happen. */
    reads: Type.Array(
      Type.Object(
        {
          at: Type.String(),
          plate: Type.Union([Type.Null(), Type.String()]),
          confidence: NumberKnown,
          characters: Type.Array(Type.Number()),
          outcome: Type.String(),
          ...{ read_ms: NumberKnown, decided_ms: Type.Number(), gate_ms: NumberKnown, in_place_ms: NumberKnown },
        },
        strict,
      ),
    ),
  },
  strict,
);
export type LaneBench = Static<typeof LaneBench>;

/** POST /api/v1/lanes/{lane}/try: what would be decided about a car with this plate now. Nothing is written, said or opened. */
export const LaneTry = Type.Object(
  { plate: Type.String({ minLength: 1, maxLength: 20 }), confidence: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })) },
  strict,
);
export const LaneTried = Type.Object(
  { outcome: Type.String(), opens: Type.Boolean(), waits: Type.Boolean(), took_ms: Type.Number() },
  strict,
);
export type LaneTried = Static<typeof LaneTried>;

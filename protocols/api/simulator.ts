// How a test or `cuobian sim` speaks to the simulators, and what the simulators counted by their own clock. HTTP on loopback.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** GET /state: the simulators' own truth. Times are milliseconds of the simulator's monotonic clock. */
export const SimulatorState = Type.Object(
  {
    clock_ms: Type.Number(),
    counts: Type.Object(
      {
        passages: Type.Integer({ description: "cars that crossed under an arm completely" }),
        openings: Type.Integer({ description: "arms that reached the open limit" }),
        cars_waiting: Type.Integer({ description: "at a lane and not yet across" }),
        cars_parked: Type.Integer({ description: "inside, between the lanes" }),
        sessions: Type.Integer({ description: "card taps that were answered by a closed relay" }),
        taps: Type.Integer(),
        cutoffs: Type.Integer({ description: "relays commanded open while the simulator was injecting a charging fault on that socket" }),
        paid_fen: Type.Integer(),
        payments: Type.Integer(),
        payments_waiting: Type.Integer({ description: "cash taken, the gateway has not answered yet" }),
        offline_records: Type.Integer({ description: "reads that the cameras keep until they can be pushed" }),
      },
      strict,
    ),
    lanes: Type.Array(
      Type.Object(
        {
          lane: Type.String(),
          arm: Type.Enum(["closed", "opening", "open", "closing"]),
          openings: Type.Integer(),
          passages: Type.Integer(),
          queue: Type.Integer(),
        },
        strict,
      ),
    ),
    sockets: Type.Array(
      Type.Object(
        {
          socket: Type.String(),
          relay: Type.Boolean(),
          relay_changed_ms: Type.Number(),
          why: Type.Enum(["start", "commanded", "dead-man", "welded"]),
          plugged: Type.Boolean(),
          current_mA: Type.Integer(),
          power_mW: Type.Integer(),
          energy_mWh: Type.Integer(),
          temperature_mC: Type.Integer(),
          faults: Type.Array(Type.String()),
        },
        strict,
      ),
    ),
    /** What stands above the sockets of the shed: contacts (true: it says alarm), contactor, feeder meter. Null without a board. */
    above: Type.Union([
      Type.Object(
        {
          shed: Type.String(),
          contactor: Type.Union([
            Type.Object({ closed: Type.Boolean(), changed_ms: Type.Number(), coil: Type.Boolean() }, strict),
            Type.Null(),
          ]),
          inputs: Type.Record(Type.String(), Type.Boolean()),
          power_mW: Type.Integer(),
          residual_mA: Type.Integer(),
          faults: Type.Array(Type.String()),
        },
        strict,
      ),
      Type.Null(),
    ]),
    /** What the serial line heard that was no frame, and requests lost because an answer was under way. */
    line: Type.Object({ bad_frames: Type.Integer(), collisions: Type.Integer() }, strict),
    /** Newest last, at most 4,000: frames heard by the stations, in hex, with the simulator's clock. */
    frames: Type.Array(Type.Object({ ms: Type.Number(), hex: Type.String() }, strict)),
  },
  strict,
);
export type SimulatorState = Static<typeof SimulatorState>;

/** POST /faults. */
export const simulatorFaults = [
  "over-current",
  "over-temperature",
  "weld",
  "creep",
  "intermittent",
  "second-rise",
  "bad-contact",
  "frozen-meter",
  "no-number",
  "wrap",
  "dead-slave",
  "crc-burst",
  "brown-out",
  "smoke",
  "heat",
  "panel",
  "leakage",
  "contactor-weld",
  "camera-replay",
  "arm-stuck",
  "arm-jammed",
  "board-power",
  "fire-contact",
  "unplug",
  "flood",
  "clear",
] as const;
export const Fault = Type.Object(
  {
    name: Type.Enum([...simulatorFaults]),
    socket: Type.Optional(
      Type.String({
        description:
          "station-1/3: over-current (at once), creep (+1 % a minute), intermittent (twice as much, 5 s on, 5 s off), second-rise (power rises again after the plateau), bad-contact (it flickers and warms by 5 K a minute), over-temperature, weld, frozen-meter (shows what it showed), no-number (the meter says that it has none), wrap (its counter stands just below its highest number), unplug",
      }),
    ),
    station: Type.Optional(
      Type.String({ description: "dead-slave, crc-burst (its answers on the serial line are spoiled), brown-out (the mains sag), smoke" }),
    ),
    shed: Type.Optional(
      Type.String({ description: "above the sockets: smoke, heat, panel (contacts), leakage, contactor-weld, dead-slave (the board)" }),
    ),
    lane: Type.Optional(
      Type.String({
        description:
          "camera-replay: the last read is pushed again, and once more as an offline record. arm-stuck: the arm, once up, does not come down. arm-jammed: the board takes the order to open and its arm does not move. board-power: the board is dead and its arm stands. fire-contact: the fire alarm's contact is closed",
      }),
    ),
    /** over-current: thousandths of the socket's rated current, 2500 = 2.5 times. over-temperature: m°C. leakage: mA. brown-out: mV. flood: how many faults, all within `seconds`. */
    amount: Type.Optional(Type.Integer()),
    seconds: Type.Optional(Type.Integer({ minimum: 1, description: "ends by itself" })),
  },
  strict,
);
export type Fault = Static<typeof Fault>;

/** What a driver does at a lane other than to wait, drive through, and be gone. */
export const manners = [
  /** Close behind the car ahead, through the arm that is up for that one; its plate is hidden. */
  "tailgates",
  /** The arm is up, and it drives off instead. */
  "turns-back",
  /** Under the arm, then back again. */
  "backs-out",
  /** Against the lane, through an arm that is up. */
  "wrong-way",
  /** Stops under the arm until the board has power again. */
  "stops-under",
  /** Waits, is not let through, and drives off after a while. */
  "gives-up",
] as const;
export type Manner = (typeof manners)[number];

/** POST /cars: a car comes to an entry (and, with `stay_s`, later to the exit). POST /taps: somebody plugs in and taps a card. */
export const Car = Type.Object(
  {
    plate: Type.String(),
    lane: Type.Optional(Type.String()),
    stay_s: Type.Optional(Type.Integer({ minimum: 1 })),
    manner: Type.Optional(Type.Enum([...manners])),
  },
  strict,
);
export type Car = Static<typeof Car>;
export const Tap = Type.Object(
  {
    socket: Type.String(),
    card: Type.Integer({ minimum: 1 }),
    power_W: Type.Optional(Type.Integer({ minimum: 1, maximum: 3000 })),
    minutes: Type.Optional(Type.Number({ description: "until full" })),
  },
  strict,
);
export type Tap = Static<typeof Tap>;

/** POST /traffic: "stop": no new cars and taps, parked cars stay parked, those at a lane finish; counts.cars_waiting falls to 0. */
export const Traffic = Type.Object({ state: Type.Enum(["run", "stop"]) }, strict);
export type Traffic = Static<typeof Traffic>;

/** POST /targets: where cameras and the booth terminal send to, when that was not known at the start. What is left out stays. */
export const Targets = Type.Object(
  {
    entry_url: Type.Optional(Type.String({ pattern: "^https?://" })),
    exit_url: Type.Optional(Type.String({ pattern: "^https?://" })),
    booth_url: Type.Optional(Type.String({ pattern: "^https?://" })),
    booth_token_file: Type.Optional(Type.String()),
  },
  strict,
);
export type Targets = Static<typeof Targets>;

/** POST /lanes/{lane}/reply: the body of a gateway's reply, carried out as that lane's camera would; for people with curl. Answers what was done. */
export const Obeyed = Type.Object({ outputs: Type.Array(Type.Integer()), lane: Type.String() }, strict);
export type Obeyed = Static<typeof Obeyed>;

/** Answer of POST /faults, /cars, /taps, /traffic, /targets. `note`: what the caller could not know, e.g. that a weld takes hold at the next closing. */
export const Accepted = Type.Object({ accepted: Type.Literal(true), note: Type.Optional(Type.String()) }, strict);
export type Accepted = Static<typeof Accepted>;

/** The program's ready line (`sim run --ready-json`). */
export const SimulatorReady = Type.Object(
  {
    ready: Type.Literal("sim"),
    control: Type.String(),
    serial: Type.String(),
    stations_tcp: Type.Object({ host: Type.String(), port: Type.Integer() }, strict),
    /** The same stations behind a serial device server: RTU frames over TCP. */
    stations_rtu: Type.Object({ host: Type.String(), port: Type.Integer() }, strict),
    barriers: Type.Object({ host: Type.String(), port: Type.Integer(), units: Type.Record(Type.String(), Type.Integer()) }, strict),
    sandbox: Type.Optional(Type.String({ description: "where the payment provider without money is" })),
  },
  strict,
);
export type SimulatorReady = Static<typeof SimulatorReady>;

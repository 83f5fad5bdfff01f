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
        cars_waiting: Type.Integer(),
        sessions: Type.Integer({ description: "card taps that were answered by a closed relay" }),
        taps: Type.Integer(),
        cutoffs: Type.Integer({ description: "relays commanded open while the simulator was injecting a charging fault on that socket" }),
        paid_fen: Type.Integer(),
        payments: Type.Integer(),
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
  "dead-slave",
  "smoke",
  "camera-replay",
  "unplug",
  "clear",
] as const;
export const Fault = Type.Object(
  {
    name: Type.Enum([...simulatorFaults]),
    socket: Type.Optional(Type.String({ description: "station-1/3: over-current, over-temperature, weld, unplug" })),
    station: Type.Optional(Type.String({ description: "dead-slave, smoke" })),
    lane: Type.Optional(Type.String({ description: "camera-replay: the last read is pushed again, and once more as an offline record" })),
    /** over-current: thousandths of the socket's rated current, 2500 = 2.5 times. over-temperature: m°C. */
    amount: Type.Optional(Type.Integer()),
    seconds: Type.Optional(Type.Integer({ minimum: 1, description: "ends by itself" })),
  },
  strict,
);
export type Fault = Static<typeof Fault>;

/** POST /cars: a car comes to an entry (and, with `stay_s`, later to the exit). POST /taps: somebody plugs in and taps a card. */
export const Car = Type.Object(
  { plate: Type.String(), lane: Type.Optional(Type.String()), stay_s: Type.Optional(Type.Integer({ minimum: 1 })) },
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

// The first run's lanes: cameras that speak by themselves, and an arm that is looked at and, before a person's eyes, opened once.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const text = (most = 120) => Type.String({ maxLength: most });
const NumberKnown = Type.Union([Type.Null(), Type.Number()]);

/** What is answered of the lot. `tariff`: the file's own text; null: later, and until then no exit is priced. */
export const SetupLot = Type.Object(
  { name: text(), capacity: Type.Integer(), tariff: Type.Union([Type.Null(), Type.String({ maxLength: 256 * 1024 })]) },
  strict,
);
export type SetupLot = Static<typeof SetupLot>;

export const SetupLane = Type.Object(
  {
    name: text(),
    direction: Type.Enum(["entry", "exit"]),
    protocol: text(40),
    serialno: text(64),
    /** "" : pushes are believed from wherever they come with this serial number. */
    address: text(45),
    ...{ profile: text(80), host: text(253), port: Type.Integer(), unit: Type.Integer() },
  },
  strict,
);
export type SetupLane = Static<typeof SetupLane>;
export const mostSetupLanes = 8;

/** GET /api/v1/setup/cameras: who has pushed since the page was begun, the newest first. Each was told 503: nothing was decided about its car. */
export const SetupCameras = Type.Object(
  {
    /** Where each make pushes to; what a camera's own settings are to say. */
    paths: Type.Array(Type.Object({ protocol: Type.String(), path: Type.String() }, strict)),
    cameras: Type.Array(
      Type.Object(
        {
          camera: Type.Integer(),
          protocol: Type.String(),
          serialno: Type.String(),
          address: Type.String(),
          at: Type.String(),
          /** null: a heartbeat alone so far, or a car without one. */
          plate: Type.Union([Type.Null(), Type.String()]),
          confidence: NumberKnown,
          characters: Type.Array(Type.Number()),
          pushes: Type.Integer(),
          /** 0: no picture came; else its number: the same number is the same picture. */
          frame: Type.Integer(),
        },
        strict,
      ),
    ),
    /** Pushes that nobody could read, and why the last one could not be. */
    refused: Type.Integer(),
    why: Type.Union([Type.Null(), Type.String()]),
  },
  strict,
);
export type SetupCameras = Static<typeof SetupCameras>;
export const SetupCameraPlace = Type.Object({ camera: Type.String({ pattern: "^\\d{1,3}$" }) }, strict);

/** POST /api/v1/setup/barrier: looked at; opened only with `open`, by somebody who stands there and typed the word. */
export const SetupBarrierAsked = Type.Object(
  {
    ...{ profile: text(80), host: Type.String({ minLength: 7, maxLength: 15 }) },
    ...{ port: Type.Integer({ minimum: 1, maximum: 65_535 }), unit: Type.Integer({ minimum: 1, maximum: 247 }) },
    open: Type.Boolean(),
    at_gate: Type.Boolean(),
    confirm: Type.String({ maxLength: 20 }),
  },
  strict,
);
export type SetupBarrierAsked = Static<typeof SetupBarrierAsked>;

const Board = Type.Object(
  {
    ...{ open: Type.Boolean(), closed: Type.Boolean(), moving: Type.Boolean(), approach: Type.Boolean(), under: Type.Boolean() },
    ...{ fault: Type.Boolean(), opened: Type.Integer(), passed: Type.Integer() },
  },
  strict,
);
export const SetupBarrier = Type.Object(
  {
    board: Board,
    /** null: it was only looked at. Milliseconds since the pulse was sent; null within: not seen. */
    opened: Type.Union([Type.Null(), Type.Object({ echoed_ms: NumberKnown, moving_ms: NumberKnown, open_ms: NumberKnown }, strict)]),
  },
  strict,
);
export type SetupBarrier = Static<typeof SetupBarrier>;

/** Either is typed by hand before an arm moves. */
export const openWords: readonly string[] = ["开闸", "open"];

// The first run: what the page of a gateway without a site file asks, keeps and writes. Only whoever has the code that stands beside the gateway is answered.
import Type, { type Static } from "typebox";
import { BenchLine, LineFinding } from "./installer.ts";
import { mostSetupLanes, SetupLane, SetupLot } from "./setup-lanes.ts";

const strict = { additionalProperties: false } as const;
const text = (most = 120) => Type.String({ maxLength: most });

/** Steps in their order; each is kept as soon as it is right, and can be come back to. */
export const setupSteps = ["identity", "network", "cloud", "device", "lanes", "finish"] as const;
export type SetupStep = (typeof setupSteps)[number];

/** What was answered so far. The token is never given back. */
export const SetupAnswers = Type.Object(
  {
    site: Type.Optional(text(40)),
    gateway: Type.Optional(text(40)),
    name: Type.Optional(text()),
    host: Type.Optional(text(45)),
    port: Type.Optional(Type.Integer()),
    /** null: no cloud yet. */
    cloud: Type.Optional(Type.Union([Type.Null(), Type.Object({ page: text(300), broker: text(300) }, strict)])),
    line: Type.Optional(Type.Union([Type.Null(), BenchLine])),
    /** null: later. */
    device: Type.Optional(
      Type.Union([Type.Null(), Type.Object({ profile: text(80), unit: Type.Integer(), name: text(), limits: text(80) }, strict)]),
    ),
    /** null: no lanes here. */
    lot: Type.Optional(Type.Union([Type.Null(), SetupLot])),
    lanes: Type.Optional(Type.Array(SetupLane, { maxItems: mostSetupLanes })),
  },
  strict,
);
export type SetupAnswers = Static<typeof SetupAnswers>;

/** PUT /api/v1/setup/answers: one step. */
export const SetupGiven = Type.Object(
  {
    step: Type.Enum([...setupSteps]),
    answers: SetupAnswers,
    /** Of the step "identity": the new token of this site, for its pages. */
    token: Type.Optional(Type.String({ maxLength: 200 })),
  },
  strict,
);
export type SetupGiven = Static<typeof SetupGiven>;

const Complaint = Type.Object(
  { field: Type.String(), zh: Type.String(), en: Type.String(), example: Type.Optional(Type.String()) },
  strict,
);
export type SetupComplaint = Static<typeof Complaint>;

/** GET /api/v1/setup. */
export const SetupState = Type.Object(
  {
    /** The next step that is not answered. */
    step: Type.Enum([...setupSteps]),
    answers: SetupAnswers,
    token_set: Type.Boolean(),
    /** Until when the certificate of the cloud is good; null: none yet. */
    enrolled_until: Type.Union([Type.Null(), Type.String()]),
    /** What the step was refused for; nothing of it is kept. */
    complaints: Type.Array(Complaint),
    machine: Type.Object(
      {
        now: Type.String(),
        clock_true: Type.Boolean(),
        addresses: Type.Array(Type.Object({ name: Type.String(), address: Type.String() }, strict)),
        serial: Type.Array(Type.String()),
      },
      strict,
    ),
    profiles: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), station: Type.Boolean(), barrier: Type.Boolean() }, strict)),
    limits: Type.Array(Type.String()),
    /** The site file as it would be written now. */
    file: Type.String(),
  },
  strict,
);
export type SetupState = Static<typeof SetupState>;

/** POST /api/v1/setup/reach. */
export const SetupReach = Type.Object({ page: text(300), broker: text(300) }, strict);
export type SetupReach = Static<typeof SetupReach>;
const Reached = Type.Union([Type.Object({ ms: Type.Integer() }, strict), Type.Object({ zh: Type.String(), en: Type.String() }, strict)]);
export const SetupReached = Type.Object({ page: Reached, broker: Reached }, strict);
export type SetupReached = Static<typeof SetupReached>;

/** POST /api/v1/setup/enrol. */
export const SetupEnrol = Type.Object({ code: Type.String({ minLength: 1, maxLength: 80 }) }, strict);

/** POST /api/v1/setup/scan begins; GET says how far it is; DELETE stops it. */
export const SetupScanAsked = Type.Object({ line: BenchLine }, strict);
export type SetupScanAsked = Static<typeof SetupScanAsked>;
export const SetupScan = Type.Object(
  {
    running: Type.Boolean(),
    done: Type.Integer(),
    of: Type.Integer(),
    /** For how long it has gone on. */
    ran_ms: Type.Integer(),
    /** `odd`: somebody speaks, and no sound frame: two at one address, or another speed. */
    found: Type.Array(Type.Object({ unit: Type.Integer(), odd: Type.Boolean() }, strict)),
    trouble: Type.Union([Type.Null(), Type.Object({ zh: Type.String(), en: Type.String() }, strict)]),
    /** When it is over, of a line of RS-485: what its bytes prove about the wiring; null: nothing is wrong with it. */
    finding: Type.Union([Type.Null(), LineFinding]),
  },
  strict,
);
export type SetupScan = Static<typeof SetupScan>;

/** POST /api/v1/setup/test: the device read once by its profile. */
export const SetupTest = Type.Object({ line: BenchLine, unit: Type.Integer({ minimum: 1, maximum: 247 }), profile: text(80) }, strict);
export type SetupTest = Static<typeof SetupTest>;
export const SetupTested = Type.Object(
  {
    took_ms: Type.Integer(),
    questions: Type.Integer(),
    unanswered: Type.Integer(),
    values: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          zh: Type.String(),
          en: Type.String(),
          /** null: the device says that it has none. */
          value: Type.Union([Type.Null(), Type.Number()]),
          good: Type.Boolean(),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type SetupTested = Static<typeof SetupTested>;

/** POST /api/v1/setup/finish: the file is written; the gateway starts here. */
export const SetupFinished = Type.Object({ page: Type.String(), file: Type.String() }, strict);
export type SetupFinished = Static<typeof SetupFinished>;

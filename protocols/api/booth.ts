// A booth terminal's two questions to the gateway on the LAN: what is owed at this lane, and "it has been paid" / "open, because …".
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** GET /api/v1/lanes/{lane}/due — null when no car waits for payment. */
export const Due = Type.Union([
  Type.Null(),
  Type.Object(
    {
      visit: Type.String(),
      bill: Type.String(),
      plate: Type.Union([Type.String(), Type.Null()]),
      entered_at: Type.String(),
      total_fen: Type.Integer(),
      paid_fen: Type.Integer(),
      due_fen: Type.Integer(),
      /** What this car owes of earlier stays: collected apart, at /api/v1/arrears/{visit}. Left out where it owes nothing. */
      arrears_fen: Type.Optional(Type.Integer()),
      /** Another car inside has a plate that a camera may take for this one: the person looks at the plate, and says so with the payment. */
      check: Type.Union([Type.Null(), Type.Object({ zh: Type.String(), en: Type.String() }, strict)]),
      lines: Type.Array(Type.Object({ zh: Type.String(), en: Type.String(), amount_fen: Type.Integer() }, strict)),
    },
    strict,
  ),
]);
export type Due = Static<typeof Due>;

/** POST /api/v1/lanes/{lane}/payments. `payment` is made by the terminal and makes repeats harmless; another amount than what is due is refused. */
export const Payment = Type.Object(
  {
    payment: Type.String({ minLength: 8, maxLength: 64 }),
    bill: Type.String({ minLength: 8, maxLength: 64 }),
    method: Type.Enum(["cash", "static-code"]),
    amount_fen: Type.Integer({ minimum: 1 }),
    collector: Type.String({ minLength: 1, maxLength: 64 }),
    /** The person has seen the plate: needed where what is due has a `check`. */
    plate_checked: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type Payment = Static<typeof Payment>;

export const PaymentTaken = Type.Object(
  { payment: Type.String(), gate: Type.Enum(["opening", "already-open", "not-opened"]), reason: Type.Optional(Type.String()) },
  strict,
);
export type PaymentTaken = Static<typeof PaymentTaken>;

/** POST /api/v1/lanes/{lane}/open. */
export const ManualOpen = Type.Object(
  {
    command: Type.String({ minLength: 8, maxLength: 64 }),
    person: Type.String({ minLength: 1, maxLength: 64 }),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
  },
  strict,
);
export type ManualOpen = Static<typeof ManualOpen>;

/** GET /api/v1/booth: what the booth's page shows first. */
export const BoothView = Type.Object(
  {
    site: Type.String(),
    now: Type.String(),
    lanes: Type.Array(
      Type.Object(
        {
          lane: Type.String(),
          name: Type.String(),
          direction: Type.Enum(["entry", "exit"]),
          mode: Type.Enum(["normal", "closed", "held-open", "fire"]),
          /** What its arm shows; null: the board does not answer. */
          arm: Type.Union([Type.Null(), Type.Enum(["open", "closed", "moving"])]),
          /** What a person has to do there now. */
          waits: Type.Union([Type.Null(), Type.Enum(["choice", "payment"])]),
        },
        strict,
      ),
    ),
    /** Newest first. */
    exceptions: Type.Array(
      Type.Object(
        {
          exception: Type.String(),
          lane: Type.String(),
          at: Type.String(),
          reason: Type.String(),
          plate: Type.Union([Type.Null(), Type.String()]),
          zh: Type.String(),
          en: Type.String(),
          /** The read that it was said of; null: of none. GET /api/v1/exceptions/{exception}/frame is its picture, where it is `kept`. */
          frame: Type.Union([Type.Null(), Type.String()]),
          kept: Type.Boolean(),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type BoothView = Static<typeof BoothView>;

/** GET /api/v1/openings: the newest openings by hand. GET /api/v1/openings/{command}/frame is what the lane's camera saw before, where it is `kept`. */
export const Openings = Type.Object(
  {
    openings: Type.Array(
      Type.Object(
        {
          command: Type.String(),
          lane: Type.String(),
          at: Type.String(),
          person: Type.String(),
          reason: Type.String(),
          plate: Type.Union([Type.Null(), Type.String()]),
          frame: Type.Union([Type.Null(), Type.String()]),
          kept: Type.Boolean(),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type Openings = Static<typeof Openings>;

/** GET /api/v1/lanes/{lane}/candidates — null when no car waits for a person's choice. */
export const Candidates = Type.Union([
  Type.Null(),
  Type.Object(
    {
      read: Type.String(),
      read_at: Type.String(),
      /** What a person says that it is; the candidates are those of this plate. */
      corrected: Type.Union([Type.Null(), Type.String()]),
      candidates: Type.Array(
        Type.Object(
          {
            visit: Type.String(),
            plate: Type.String(),
            entered_at: Type.String(),
            cost: Type.Integer(),
            /** Where the read differs, counted from 1 in the plate of the car inside; a confusable character costs nothing. */
            characters: Type.Array(
              Type.Object({ at: Type.Integer(), kind: Type.String(), expected: Type.String(), read: Type.String() }, strict),
            ),
            zh: Type.String(),
            en: Type.String(),
          },
          strict,
        ),
      ),
    },
    strict,
  ),
]);
export type Candidates = Static<typeof Candidates>;

/** POST /api/v1/lanes/{lane}/candidates: this car it is. `command` is made by the terminal and makes repeats harmless. */
export const Choice = Type.Object(
  {
    command: Type.String({ minLength: 8, maxLength: 64 }),
    person: Type.String({ minLength: 1, maxLength: 64 }),
    visit: Type.String({ minLength: 8, maxLength: 64 }),
  },
  strict,
);
export type Choice = Static<typeof Choice>;

/** POST /api/v1/lanes/{lane}/plate: the plate of the car at this lane as a person sees it. An exit answers the candidates for it, and choosing one stays another step; an entry answers
 * `EntryCorrected`. `command` names the opening of an entry for a car that nobody let in, and makes its repeats harmless; an exit does not need it. */
export const Correction = Type.Object(
  {
    person: Type.String({ minLength: 1, maxLength: 64 }),
    plate: Type.String({ minLength: 5, maxLength: 16 }),
    command: Type.Optional(Type.String({ minLength: 8, maxLength: 64 })),
  },
  strict,
);
export type Correction = Static<typeof Correction>;

/** The visit goes on, or began, under the plate that the person sees; `read` is what the camera read. `gate`: null where the car had been let in already. */
export const EntryCorrected = Type.Object(
  {
    visit: Type.String(),
    read: Type.Union([Type.Null(), Type.String()]),
    plate: Type.String(),
    gate: Type.Union([Type.Null(), Type.Enum(["opening", "already-open", "not-opened"])]),
  },
  strict,
);
export type EntryCorrected = Static<typeof EntryCorrected>;

/** What is due then; null: nothing, and the gate was asked to open. */
export const Chosen = Type.Object(
  { due: Due, gate: Type.Union([Type.Null(), Type.Enum(["opening", "already-open", "not-opened"])]) },
  strict,
);
export type Chosen = Static<typeof Chosen>;

// How people at the booth switch a lane: off, held open for a while with another person's approval, back to normal; and how they send an arm down, or end a fire.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const person = Type.String({ minLength: 1, maxLength: 64 });
const reason = Type.String({ minLength: 2, maxLength: 200 });

/** POST /api/v1/lanes/{lane}/mode. `held-open` needs an approver who is another person, and an end. */
export const LaneModeOrder = Type.Object(
  {
    mode: Type.Enum(["normal", "closed", "held-open"]),
    person,
    approver: Type.Optional(person),
    reason,
    minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
  },
  strict,
);
export type LaneModeOrder = Static<typeof LaneModeOrder>;

/** GET /api/v1/lanes/{lane}. `arm` is null while the board is silent. */
export const LaneState = Type.Object(
  {
    lane: Type.String(),
    mode: Type.Enum(["normal", "closed", "held-open", "fire"]),
    since: Type.Union([Type.String(), Type.Null()]),
    /** When a hold ends by itself. */
    until: Type.Union([Type.String(), Type.Null()]),
    person: Type.String(),
    reason: Type.String(),
    /** Whether the lane is reached at all. Cut off, it goes on by itself: the camera opens for its own list and keeps its records, a guard writes slips. */
    reach: Type.Object(
      {
        board: Type.Boolean(),
        camera: Type.Boolean({
          description: "heard within the last minute; also true of one that was never heard: it is not installed yet",
        }),
        list: Type.Union([Type.Integer(), Type.Null()], {
          description: "plates that the camera has confirmed on its own list; null: it keeps none from here",
        }),
      },
      strict,
    ),
    arm: Type.Union([
      Type.Null(),
      Type.Object(
        { open: Type.Boolean(), closed: Type.Boolean(), moving: Type.Boolean(), approach: Type.Boolean(), under: Type.Boolean() },
        strict,
      ),
    ]),
  },
  strict,
);
export type LaneState = Static<typeof LaneState>;

/** POST /api/v1/lanes/{lane}/close */
export const CloseOrder = Type.Object({ person, reason }, strict);
export type CloseOrder = Static<typeof CloseOrder>;

/** POST /api/v1/fire: every arm of the site up, and kept up; its end is another order. */
export const FireOrder = Type.Object({ fire: Type.Boolean(), person, reason }, strict);
export type FireOrder = Static<typeof FireOrder>;

/** POST /api/v1/lanes/{lane}/holds: held open at planned times, each an hour at most, approved by another person. */
export const HoldPlan = Type.Object(
  {
    from: Type.String({ description: "2026-11-27T16:30+08:00" }),
    until: Type.String(),
    repeat: Type.Enum(["once", "daily", "weekly"]),
    last: Type.Optional(Type.String({ description: "the last day of a repeat" })),
    person,
    approver: person,
    reason,
  },
  strict,
);
export type HoldPlan = Static<typeof HoldPlan>;
export const PlannedHold = Type.Object({ id: Type.String(), lane: Type.String(), ...HoldPlan.properties, last: Type.String() }, strict);
export type PlannedHold = Static<typeof PlannedHold>;
export const PlannedHolds = Type.Object({ holds: Type.Array(PlannedHold) }, strict);
/** POST /api/v1/lanes/{lane}/holds/{hold}/withdraw */
export const WithdrawHold = Type.Object({ person }, strict);

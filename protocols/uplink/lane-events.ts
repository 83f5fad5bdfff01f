// Events of people at a lane, and why a lane needs one. A part of the catalogue (events.ts), in a file of its own for its length alone.
import Type, { type TSchema } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const person = Type.String({ minLength: 1, maxLength: 64 });
const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });

/** Why a lane needs a person. The first twelve are about a read; the rest about what the arm and the loops showed, or what the camera did not say. */
export const exceptionReasons = [
  "stale-read",
  "future-read",
  "doubtful-clock",
  "offline-read",
  "no-plate",
  "low-confidence",
  "no-entry",
  "unpaid",
  "gate-busy",
  "no-tariff",
  "duplicate-read",
  "already-inside",
  "wrong-direction",
  "lot-full",
  "lane-closed",
  "tailgating",
  "left-unpaid",
  "turned-back",
  "reversed-out",
  "wrong-way",
  "stuck-open",
  "opened-by-nobody",
  "camera-blind",
  "camera-clock",
] as const;

/** A car inside that may be the one at the exit: how its plate differs from the read, character by character, counted from 1; confusable characters cost nothing. */
export const candidate = Type.Object(
  {
    visit: Type.String({ minLength: 8, maxLength: 64 }),
    cost: Type.Integer({ minimum: 0, maximum: 2 }),
    characters: Type.Array(
      Type.Object(
        {
          at: Type.Integer({ minimum: 1, maximum: 12 }),
          kind: Type.Enum(["confusable", "other", "missing", "added"]),
          expected: Type.String({ maxLength: 4 }),
          read: Type.String({ maxLength: 4 }),
        },
        strict,
      ),
      { maxItems: 12 },
    ),
  },
  strict,
);

/** normal: the lane decides. closed: nothing opens here but a fire. held-open: the arm is kept up. fire: up, until a person says that it is over. */
export const laneModes = ["normal", "closed", "held-open", "fire"] as const;
export type LaneMode = (typeof laneModes)[number];

const visit = Type.String({ minLength: 8, maxLength: 64 });
const plate = Type.String({ minLength: 5, maxLength: 12 });

export const laneEvents = {
  "visit.chosen": define(
    "money",
    "人工选定在场车辆",
    "a person chose which car inside stands at the exit",
    Type.Object({ lane: id, visit, command: Type.String({ minLength: 8, maxLength: 64 }), person, read: plate, plate }, strict),
  ),
  "lane.mode": define(
    "state",
    "车道状态切换",
    "a lane was switched",
    Type.Object(
      {
        lane: id,
        mode: Type.Enum([...laneModes]),
        until: Type.Union([Type.Integer(), Type.Null()]),
        person,
        approver: Type.Union([person, Type.Null()]),
        reason: Type.String({ maxLength: 200 }),
      },
      strict,
    ),
  ),
  "gate.ordered": define(
    "state",
    "人工开闸",
    "a person ordered the gate open",
    Type.Object(
      {
        lane: id,
        command: Type.String({ minLength: 8, maxLength: 64 }),
        person,
        reason: Type.String({ maxLength: 200 }),
        visit: Type.Union([Type.String({ minLength: 8, maxLength: 64 }), Type.Null()]),
        picture: Type.Union([Type.String({ maxLength: 300 }), Type.Null()], {
          description: "where the lane's camera keeps what it saw last before; null when it saw nothing lately",
        }),
      },
      strict,
    ),
  ),
};

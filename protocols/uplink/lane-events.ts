// Events of people at a lane, and why a lane needs one. A part of the catalogue (events.ts), in a file of its own for its length alone.
import Type, { type TSchema } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";
import { framePattern } from "./frame.ts";

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
  "blacklisted",
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

/** Why a car is taken to be gone although no exit saw it leave. */
export const inferenceRules = ["entered-again", "entered-elsewhere", "left-around", "turned-back", "not-found"] as const;
const whole = Type.Integer();
const optionalWhole = Type.Union([Type.Integer(), Type.Null()]);

export const laneEvents = {
  "visit.inferred": define(
    "money",
    "推定离场",
    "a car is taken to be gone: what proves it",
    Type.Object(
      {
        visit,
        lot: id,
        rule: Type.Enum([...inferenceRules]),
        evidence: Type.Array(
          Type.Object({ kind: Type.String({ maxLength: 40 }), at: whole, ref: Type.String({ maxLength: 64 }) }, strict),
          { minItems: 1, maxItems: 8 },
        ),
        left_from: whole,
        left_until: whole,
        person: Type.Union([person, Type.Null()]),
      },
      strict,
    ),
  ),
  "visit.lingers": define(
    "state",
    "久未离场",
    "a visit that never left, with nothing that proves it gone: a person decides",
    Type.Object({ visit, lot: id, plate, entered_at: whole, hours: whole }, strict),
  ),
  "lot.recounted": define(
    "state",
    "车位盘点",
    "places were counted by a person",
    Type.Object(
      {
        lot: id,
        counted: whole,
        visits: whole,
        boards: Type.Union([whole, Type.Null()], { description: "by the boards' counters since the count before; null: there was none" }),
        person,
        reason: Type.String({ maxLength: 200 }),
      },
      strict,
    ),
  ),
  "lot.drifted": define(
    "state",
    "车位计数偏差",
    "visits and the boards' counters tell different numbers of cars",
    Type.Object({ lot: id, visits: whole, boards: whole }, strict),
  ),
  "camera.list": define(
    "state",
    "相机白名单",
    "the list that a camera keeps for itself: confirmed by it, or not",
    Type.Object(
      {
        lane: id,
        camera: id,
        plates: whole,
        confirmed: Type.Boolean(),
        detail: Type.String({ maxLength: 200 }),
      },
      strict,
    ),
  ),
  "slip.entered": define(
    "money",
    "补录单",
    "a slip of an outage was entered afterwards",
    Type.Object(
      {
        slip: Type.String({ minLength: 8, maxLength: 64 }),
        lane: id,
        direction: Type.Enum(["entry", "exit"]),
        plate,
        at: whole,
        visit: Type.Union([visit, Type.Null()]),
        became: Type.Enum(["new-visit", "same-visit", "left", "already-gone", "no-entry"]),
        amount_fen: optionalWhole,
        person,
      },
      strict,
    ),
  ),
  "site.shadow": define(
    "state",
    "试运行切换",
    "the lanes command the gates, or only read and price while another system does",
    Type.Object({ mode: Type.Enum(["live", "shadow"]), person, reason: Type.String({ maxLength: 200 }) }, strict),
  ),
  "visit.chosen": define(
    "money",
    "人工选定在场车辆",
    "a person chose which car inside stands at the exit",
    Type.Object({ lane: id, visit, command: Type.String({ minLength: 8, maxLength: 64 }), person, read: plate, plate }, strict),
  ),
  "visit.corrected": define(
    "money",
    "入口车牌更正",
    "a person put right the plate of a car that came in",
    Type.Object(
      { lane: id, visit, person, read: Type.Union([plate, Type.Null()], { description: "null: nothing was read" }), plate },
      strict,
    ),
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
        frame: Type.Optional(
          Type.String({
            pattern: framePattern,
            description: "the read that the lane's camera told last before: its picture, where one is kept, bears this name",
          }),
        ),
      },
      strict,
    ),
  ),
};

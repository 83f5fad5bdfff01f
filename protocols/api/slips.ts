// Paper slips of the time when a lane was down: who came in or left, when, and what was taken. Entered afterwards, each counts once.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** POST /api/v1/lanes/{lane}/slips. The lane says whether the car came in or left. `amount_fen`: cash that was taken for it; null: none. */
export const SlipOrder = Type.Object(
  {
    slip: Type.String({ minLength: 8, maxLength: 64, pattern: "^[A-Za-z0-9._-]+$", description: "the number printed on the slip" }),
    plate: Type.String({ minLength: 5, maxLength: 16 }),
    at: Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d", description: "as written on the slip, 2026-11-26T18:05+08:00" }),
    amount_fen: Type.Union([Type.Integer({ minimum: 0, maximum: 10_000_000 }), Type.Null()]),
    person: Type.String({ minLength: 1, maxLength: 64, description: "who wrote it, and took the money" }),
  },
  strict,
);
export type SlipOrder = Static<typeof SlipOrder>;

export const SlipTaken = Type.Object(
  {
    slip: Type.String(),
    became: Type.Enum(["new-visit", "same-visit", "left", "already-gone", "no-entry"]),
    visit: Type.Union([Type.String(), Type.Null()]),
  },
  strict,
);
export type SlipTaken = Static<typeof SlipTaken>;

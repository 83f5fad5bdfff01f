// A plate shown whole for a reason.
import Type from "typebox";

export const RevealAsked = Type.Object(
  {
    reason: Type.String({
      minLength: 4,
      maxLength: 200,
      pattern: "\\S{2}",
      description: "why: it stands in the audit log; no plate in it",
    }),
  },
  { additionalProperties: false },
);
export const PlateRevealed = Type.Object({ visit: Type.String(), plate: Type.String() }, { additionalProperties: false });

// A plate, or a picture of a hazard, shown whole for a reason.
import Type from "typebox";

const reason = Type.String({
  minLength: 4,
  maxLength: 200,
  pattern: "\\S{2}",
  description: "why: it stands in the audit log; no plate in it",
});
export const RevealAsked = Type.Object({ reason }, { additionalProperties: false });
export const PlateRevealed = Type.Object({ visit: Type.String(), plate: Type.String() }, { additionalProperties: false });

export const PictureAsked = Type.Object({ sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }), reason }, { additionalProperties: false });
export const PictureRevealed = Type.Object(
  { hazard: Type.String(), sha256: Type.String(), mime: Type.String(), base64: Type.String() },
  { additionalProperties: false },
);
export const FrameRevealed = Type.Object(
  { frame: Type.String(), mime: Type.String(), base64: Type.String() },
  { additionalProperties: false },
);

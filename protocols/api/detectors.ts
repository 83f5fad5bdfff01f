// Smoke detectors as the API takes and answers them.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

export const ReportsTaken = Type.Object(
  { taken: Type.Integer(), unknown: Type.Array(Type.String(), { description: "detectors that no file names; the others were taken" }) },
  strict,
);

export const DetectorView = Type.Object(
  {
    detector: Type.String(),
    site: Type.String(),
    source: Type.String({ description: "the platform that reports it" }),
    name: Type.String(),
    zone: maybe(Type.String()),
    causes: Type.Array(Type.Enum(["fire", "fault", "removed", "low-battery"]), { description: "what stands, as it was said" }),
    said: maybe(Type.String({ description: "its last word" })),
    heard: maybe(Type.String({ description: "RFC 3339 with +08:00; null: never" })),
    silent: Type.Boolean({ description: "not heard within its time, or never: not known to be well" }),
    battery: maybe(Type.Number({ description: "as it was said: makers do not agree on the unit" })),
    signal: maybe(Type.Number()),
    temperature: maybe(Type.Number()),
  },
  strict,
);
export type DetectorView = Static<typeof DetectorView>;

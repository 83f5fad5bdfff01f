// How a line to the charging stations keeps its time: what was measured against what the site file promises.
import Type from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";

const times = Type.Object(
  {
    line: Type.String({ pattern: idPattern }),
    of: Type.Enum(["round", "age"], {
      description: "the time from one decision to the next, or the age of the reading that it was made on",
    }),
    value: Type.Integer(),
    limit: Type.Integer(),
    unit: Type.Literal("ms"),
  },
  { additionalProperties: false },
);

export const lineEvents = {
  "line.late": { stream: "urgent", zh: "线路超时", en: "a line is slower than promised", data: times },
  "line.in-time": { stream: "state", zh: "线路恢复按时", en: "a line keeps its time again", data: times },
} as const;

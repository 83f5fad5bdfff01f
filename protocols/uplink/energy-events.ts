// A meter above a group of sockets, held against them day by day.
import Type, { type TSchema } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";

const words = Type.String({ maxLength: 300 });
const whole = Type.Integer();
const unit = Type.Literal("‰");
const day = {
  device: Type.String({ pattern: idPattern }),
  day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
  metered_mWh: whole,
  delivered_mWh: whole,
  zh: words,
  en: words,
};

const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });
const of = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, { additionalProperties: false });

export const energyEvents = {
  "energy.balanced": define(
    "state",
    "电量相符",
    "a day's loss is within what was declared",
    of({ ...day, value: whole, limit: whole, unit }),
  ),
  "energy.unbalanced": define(
    "urgent",
    "电量不符",
    "a day's loss is beyond what was declared, or the sockets delivered more than came in",
    of({ ...day, cause: Type.Enum(["lost", "surplus"]), value: whole, limit: whole, unit }),
  ),
  "energy.unjudged": define("state", "电量未比较", "part of the day was not seen, or there was hardly any energy", of(day)),
} as const;

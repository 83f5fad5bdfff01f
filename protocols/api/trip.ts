// One trip by current as a picture, as gateway and cloud answer it: the curves of the limits that held, how long the current stood at each height before, and where it was cut. Whole milliamperes and milliseconds.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const whole = Type.Integer();
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);
const rule = Type.Enum(["instantaneous", "inverse", "thermal-cold", "thermal-hot", "power"]);

export const TripCurve = Type.Object(
  {
    ...{ trip: text, socket: text, cause: text, value: maybe(whole), limit: maybe(whole), unit: text },
    at: Type.String({ description: "RFC 3339: when the reading came that completed the decision" }),
    from: Type.String({ description: "RFC 3339: readings before this were not looked at" }),
    test: Type.Boolean({ description: "a trip test cut, by its own lower rated current" }),
    limits: Type.Union(
      [
        Type.Object(
          {
            ...{ id: text, version: whole, rated_mA: whole },
            same: Type.Boolean({ description: "the document has the limit that the cut names: false where it was changed since" }),
          },
          strict,
        ),
        Type.Null(),
      ],
      { description: "null: what held is not known here, and there are no curves" },
    ),
    sample_ms: Type.Integer({ description: "between two samples that the decision saw: a round of the line" }),
    reading_ms: Type.Integer({ description: "between two readings as they are told here" }),
    voltage_mV: whole,
    curves: Type.Array(
      Type.Object({ rule, from_mA: whole, points: Type.Array(Type.Object({ current_mA: whole, after_ms: whole }, strict)) }, strict),
      { description: "how long each rule lets a constant current flow" },
    ),
    band: Type.Array(Type.Object({ current_mA: whole, earliest_ms: whole, latest_ms: whole }, strict), {
      description: "between the two a constant current from cold is cut: a decision falls on a sample",
    }),
    held: Type.Array(
      Type.Object(
        {
          ...{ current_mA: whole, held_ms: whole },
          at_least: Type.Boolean({ description: "nothing is known of the time before" }),
          lets_ms: Type.Union([whole, Type.Null()], { description: "how long the fastest rule lets it flow, from cold; null: for ever" }),
        },
        strict,
      ),
      { description: "the longest time that this current or more flowed without a break; rising currents, falling times" },
    ),
    cut: Type.Object(
      {
        ...{ current_mA: maybe(whole), limit_mA: maybe(whole), least_mA: maybe(whole), most_mA: maybe(whole) },
        rule: maybe(rule),
        above_ms: Type.Union([whole, Type.Null()], {
          description: "beyond the limit that cut; of an inverse-time curve since it was cold",
        }),
        at_least: Type.Boolean(),
        heat_permille: Type.Union([whole, Type.Null()], {
          description: "how far the inverse-time curve had run, over these very readings",
        }),
        lets_ms: Type.Union([whole, Type.Null()], { description: "how long the rule lets this current flow, from cold" }),
      },
      strict,
    ),
    readings: whole,
    holes: whole,
  },
  strict,
);
export type TripCurve = Static<typeof TripCurve>;

/** What a socket is held to now, as its gateway said that it runs; null: it has not said. */
export const SocketLimits = Type.Object(
  {
    limits: maybe(
      Type.Object(
        {
          ...{
            id: text,
            version: whole,
            power_mW: maybe(whole),
            current_mA: maybe(whole),
            temperature_mC: maybe(whole),
            warn_mC: maybe(whole),
          },
          ...{ high_mV: maybe(whole), low_mV: maybe(whole) },
        },
        strict,
      ),
    ),
  },
  strict,
);
export type SocketLimits = Static<typeof SocketLimits>;

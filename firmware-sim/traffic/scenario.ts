// A day as a file: what happens at which second. YAML or JSON, one schema, every complaint at once with its place.
import Type, { type Static } from "typebox";
import Value from "typebox/value";
import { parse } from "yaml";
import { Car, Fault, Tap, Traffic } from "#protocols/api/simulator.ts";

const strict = { additionalProperties: false } as const;

const Event = Type.Object(
  {
    at_s: Type.Number({ minimum: 0 }),
    car: Type.Optional(Car),
    tap: Type.Optional(Tap),
    fault: Type.Optional(Fault),
    traffic: Type.Optional(Traffic),
  },
  strict,
);
/** An event that a gateway tells, with members that it must have: "lane.exception reason=tailgating". */
const Told = Type.String({ pattern: "^[a-z-]+\\.[a-z-]+( [a-z_]+=[a-z-]+)*$" });
const Scenario = Type.Object(
  {
    name: Type.Optional(Type.String()),
    repeat_s: Type.Optional(Type.Number({ minimum: 10 })),
    events: Type.Array(Event, { minItems: 1 }),
    /** For whoever listens to a gateway meanwhile; the simulators themselves know of none. */
    tells: Type.Optional(Type.Array(Told)),
    never: Type.Optional(Type.Array(Told)),
  },
  strict,
);
export type ScenarioEvent = Static<typeof Event>;
export type Scenario = Static<typeof Scenario>;

const kinds = ["car", "tap", "fault", "traffic"] as const;

/** The scenario, or the complaints: where, what, and how it should look. */
export function readScenario(text: string): Scenario | readonly string[] {
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  if (!Value.Check(Scenario, parsed))
    return Value.Errors(Scenario, parsed).map(
      (error) =>
        `${error.instancePath === "" ? "/" : error.instancePath}: ${error.message}; e.g. { at_s: 5, car: { plate: 闽CD12345, stay_s: 40 } }`,
    );
  const mixed = parsed.events.flatMap((event, i) =>
    kinds.filter((kind) => event[kind] !== undefined).length === 1 ? [] : [`/events/${i}: exactly one of ${kinds.join(", ")}`],
  );
  return mixed.length > 0 ? mixed : { ...parsed, events: parsed.events.toSorted((a, b) => a.at_s - b.at_s) };
}

/** Events due in the time after `from` up to `to`, both in ms since the start; `from` is -1 before the first look. */
export function dueEvents({ events, repeat_s }: Scenario, from: number, to: number): ScenarioEvent[] {
  const period = repeat_s === undefined ? undefined : repeat_s * 1_000;
  const firstRound = period === undefined ? 0 : Math.max(0, Math.floor(from / period));
  const lastRound = period === undefined ? 0 : Math.floor(to / period);
  const due: ScenarioEvent[] = [];
  for (let round = firstRound; round <= lastRound; round += 1)
    for (const event of events) {
      const at = event.at_s * 1_000 + round * (period ?? 0);
      if (at > from && at <= to) due.push(event);
    }
  return due;
}

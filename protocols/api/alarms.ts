// Alarms as the API answers them: the row, its life, and the counts above the list.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);
const time = Type.String({ description: "RFC 3339 with +08:00" });

/** ISA-18.2, as shown: what holds it goes before what it is. */
export const alarmStates = [
  ...([
    "active-unacknowledged",
    "active-acknowledged",
    "cleared-unacknowledged",
    "latched-unacknowledged",
    "latched-acknowledged",
  ] as const),
  ...(["pending", "shelved", "suppressed", "out-of-service", "cleared"] as const),
] as const;
export type AlarmState = (typeof alarmStates)[number];

export const AlarmView = Type.Object(
  {
    id: text,
    site: text,
    gateway: text,
    rule: text,
    priority: Type.Integer({ minimum: 1, maximum: 4 }),
    source: Type.String({ description: "what it is about: socket, lane, station" }),
    zh: text,
    en: text,
    action_zh: Type.String({ description: "what to do, at most three lines" }),
    action_en: text,
    cause_zh: Type.String({ description: "why it stands" }),
    cause_en: text,
    consequence_zh: Type.String({ description: "what comes of it if nobody acts" }),
    consequence_en: text,
    respond_within_min: Type.Integer({ description: "by when somebody should have begun to act" }),
    state: Type.Enum([...alarmStates]),
    held: Type.Union([Type.Object({ until: maybe(time), by: maybe(text), reason: maybe(text) }, strict), Type.Null()], {
      description: "shelved, suppressed by design (without a person) or out of service",
    }),
    chattering: Type.Boolean({ description: "raised three times in a minute: counted, and calls nobody until it is quiet" }),
    test: Type.Boolean({ description: "raised in a maintenance window of its zone" }),
    escalated: Type.Integer({ description: "levels above the first that have been told" }),
    count: Type.Integer(),
    first: time,
    last: time,
    acknowledged_by: maybe(text),
    acknowledged_at: maybe(time),
    cleared_at: maybe(time),
    events: Type.Array(text, { description: "keys of the events behind it, newest last, at most 20" }),
  },
  strict,
);
export type AlarmView = Static<typeof AlarmView>;

/** One step of an alarm's life. */
export const AlarmStepView = Type.Object({ at: time, input: text, from: text, to: text, person: maybe(text), reason: maybe(text) }, strict);
export const AlarmDetail = Type.Object({ alarm: AlarmView, steps: Type.Array(AlarmStepView) }, strict);
export type AlarmDetail = Static<typeof AlarmDetail>;

export const AlarmSummary = Type.Object(
  {
    active: Type.Integer(),
    unacknowledged: Type.Integer(),
    shelved: Type.Integer(),
    suppressed: Type.Integer(),
    out_of_service: Type.Integer(),
    stale: Type.Integer({ description: "stand for more than 24 hours" }),
    chattering: Type.Integer(),
    by_priority: Type.Array(Type.Integer(), { description: "open ones of priority 1, 2, 3, 4" }),
    flood: Type.Union([Type.Object({ since: time, calls: Type.Integer() }, strict), Type.Null()]),
  },
  strict,
);
export type AlarmSummary = Static<typeof AlarmSummary>;

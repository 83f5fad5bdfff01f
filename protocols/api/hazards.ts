// The rectification ledger as the API speaks of it: states, actions with what each needs, one hazard with its steps and its evidence.
import Type, { type Static } from "typebox";
import { fundingSources, type GivenField, hazardActions, hazardSources, hazardStates, matters, recordKinds } from "./hazard-tables.ts";

export * from "./hazard-tables.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);
const time = Type.String({ description: "RFC 3339 with +08:00" });

/** What each of them holds. */
export const given = {
  responsible: Type.String({ minLength: 1, maxLength: 64, description: "who is to mend it: an organisation" }),
  responsible_person: Type.String({ minLength: 1, maxLength: 64 }),
  responsible_phone: Type.String({ minLength: 1, maxLength: 32 }),
  supervisor: Type.String({ minLength: 1, maxLength: 64, description: "who watches over it" }),
  measure: Type.String({ minLength: 1, maxLength: 500 }),
  control: Type.String({ minLength: 1, maxLength: 500, description: "how the danger is held down until it is mended" }),
  deadline: time,
  until: time,
  clause: Type.String({ minLength: 1, maxLength: 200 }),
  funding_source: Type.Enum([...fundingSources]),
  budget_fen: Type.Integer({ minimum: 0 }),
  actual_fen: Type.Integer({ minimum: 0 }),
  kind: Type.Enum([...recordKinds]),
  reference: Type.String({ minLength: 1, maxLength: 120, description: "number of the document (文号)" }),
  field: Type.String({ maxLength: 40 }),
  value: Type.String({ maxLength: 500 }),
  merged_into: Type.String({ maxLength: 64 }),
} as const satisfies Readonly<Record<GivenField, unknown>>;

export const HazardStep = Type.Object(
  {
    seq: Type.Integer(),
    at: time,
    person: maybe(text),
    person_name: text,
    action: text,
    from: maybe(Type.Enum([...hazardStates])),
    to: Type.Enum([...hazardStates]),
    note: text,
    /** What the step changed, by column; empty where it changed nothing but the state. */
    set: Type.Record(Type.String(), Type.Unknown()),
    hash: text,
  },
  strict,
);
export type HazardStep = Static<typeof HazardStep>;

/** Whom a rung of the ladder told, and how far each message came. */
export const HazardNotice = Type.Object(
  {
    step: Type.Integer({ description: "the step of the hazard that it tells of" }),
    at: time,
    roles: Type.Array(text, { description: "whom the rung tells" }),
    planned: Type.Boolean({ description: "it was put before every channel; without a delivery no channel is read by one of the roles" }),
    deliveries: Type.Array(
      Type.Object(
        {
          channel: Type.String({ description: "its name" }),
          state: Type.Enum(["waiting", "delivered", "failed", "refused"]),
          tries: Type.Integer(),
          ended: maybe(time),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type HazardNotice = Static<typeof HazardNotice>;

export const evidenceKinds = ["before", "after", "other"] as const;
export const EvidenceView = Type.Object(
  {
    sha256: text,
    kind: Type.Enum([...evidenceKinds]),
    mime: text,
    bytes: Type.Integer(),
    taken_at: maybe(time),
    /** by-page: taken in our page, at the server's own time; exif: as the camera wrote; unproven: nobody can say (拍摄时间未证实). */
    taken: Type.Enum(["by-page", "exif", "unproven"]),
    place: maybe(text),
    person_name: text,
    uploaded_at: time,
    /** Of which other hazard the very same picture is. */
    used_before: maybe(text),
    /** Which known pictures it looks like, though they are not the same file: a hint for whoever judges the work. null: of another compound. */
    alike: Type.Array(
      Type.Object({ hazard: maybe(text), kind: Type.Enum([...evidenceKinds]), mirrored: Type.Boolean(), here: Type.Boolean() }, strict),
    ),
  },
  strict,
);
export type EvidenceView = Static<typeof EvidenceView>;

export const HazardView = Type.Object(
  {
    id: Type.String({ description: "<compound>-<yyyymmdd>-<n>" }),
    matter: Type.Enum([...matters]),
    site: text,
    compound: text,
    place: text,
    category: text,
    rule: text,
    clause: maybe(text),
    grade: Type.Enum(["一般", "重大"]),
    priority: Type.Integer({ minimum: 1, maximum: 4 }),
    zh: text,
    en: text,
    found_at: time,
    source: Type.Enum([...hazardSources]),
    state: Type.Enum([...hazardStates]),
    false_alarm: Type.Boolean(),
    merged_into: maybe(text),
    deadline: maybe(time),
    original_deadline: maybe(time),
    /** Of a year whose working days are not published yet. */
    deadline_provisional: Type.Boolean(),
    postponements: Type.Integer(),
    overdue_days: Type.Integer(),
    responsible: maybe(text),
    responsible_person: maybe(text),
    responsible_phone: maybe(text),
    supervisor: maybe(text),
    measure: maybe(text),
    interim_control: maybe(text),
    interim_due: maybe(time),
    funding_source: maybe(text),
    budget_fen: maybe(Type.Integer()),
    actual_fen: maybe(Type.Integer()),
    dispatched_at: maybe(time),
    received_at: maybe(time),
    rectified_at: maybe(time),
    reinspection_due: maybe(time),
    reinspected_at: maybe(time),
    closed_at: maybe(time),
    level: Type.Integer({ description: "how far supervision has risen" }),
    paused_until: maybe(time),
    listed: Type.Boolean({ description: "挂牌督办" }),
    references: Type.Array(Type.Object({ kind: text, reference: maybe(text), at: time }, strict)),
    /** What waits for somebody's word: a postponement, a major grade. */
    pending: maybe(Type.Object({ kind: text, until: maybe(time), clause: maybe(text), by: text }, strict)),
    published: Type.Boolean(),
    events: Type.Array(text),
    evidence: Type.Array(EvidenceView),
    steps: Type.Array(HazardStep),
    version: Type.Integer(),
    hash: text,
    actions: Type.Array(Type.Enum([...hazardActions]), { description: "what the asking person may do now" }),
  },
  strict,
);
export type HazardView = Static<typeof HazardView>;

const optional = Object.fromEntries(Object.entries(given).map(([name, schema]) => [name, Type.Optional(schema)])) as {
  [Name in GivenField]: ReturnType<typeof Type.Optional<(typeof given)[Name]>>;
};

export const HazardTransition = Type.Object(
  { action: Type.Enum([...hazardActions]), note: Type.String({ minLength: 1, maxLength: 500 }), ...optional },
  strict,
);
export type HazardTransition = Static<typeof HazardTransition>;

/** A matter that a person brings: from an inspection, a hotline, a survey. */
export const HazardReport = Type.Object(
  {
    site: Type.String({ maxLength: 40 }),
    matter: Type.Optional(Type.Enum([...matters])),
    place: Type.String({ minLength: 1, maxLength: 120 }),
    category: Type.String({ minLength: 1, maxLength: 60 }),
    zh: Type.String({ minLength: 1, maxLength: 500 }),
    source: Type.Enum([...hazardSources]),
    found_at: Type.Optional(time),
    clause: Type.Optional(given.clause),
    priority: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
  },
  strict,
);
export type HazardReport = Static<typeof HazardReport>;

export const EvidenceUpload = Type.Object(
  {
    kind: Type.Enum([...evidenceKinds]),
    mime: Type.Enum(["image/jpeg", "image/png", "image/webp", "application/pdf"]),
    base64: Type.String({ minLength: 4, maxLength: 2_800_000 }),
    /** Taken in our page just now: the server's time is its time. */
    captured: Type.Optional(Type.Boolean()),
    place: Type.Optional(Type.String({ maxLength: 120 })),
  },
  strict,
);
export type EvidenceUpload = Static<typeof EvidenceUpload>;

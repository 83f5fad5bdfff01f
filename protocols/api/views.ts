// What the cloud shows to a browser: each noun once, as the API answers it and as the live stream repeats it.
import Type, { type Static } from "typebox";
import { AlarmView } from "./alarms.ts";
import type { ExportView } from "./exports.ts";
import { HazardView } from "./hazards.ts";

export { AlarmView } from "./alarms.ts";
export {
  type HazardAction,
  type HazardState,
  HazardStep,
  HazardTransition,
  HazardView,
  hazardActions,
  hazardStates,
} from "./hazards.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);
const time = Type.String({ description: "RFC 3339 with +08:00" });

export const roles = [
  "installer",
  "booth",
  "property-manager",
  "community-officer",
  "street-officer",
  "bureau-officer",
  "assessment-team",
  "owners-committee",
  "community-committee",
  "operating-company",
  "finance",
  "grid-worker",
  "fire-maintenance",
  "alliance",
  "auditor",
  "administrator",
] as const;
export type Role = (typeof roles)[number];

/** A person as one post: somebody who holds several appears as each, and acts as one at a time. */
export const PersonView = Type.Object(
  {
    id: text,
    name: text,
    role: Type.Enum([...roles]),
    organisation: text,
    post: Type.String({ description: "role@area" }),
    area: Type.String({ description: "a compound, an area above it, or all" }),
    area_name: text,
  },
  strict,
);
export type PersonView = Static<typeof PersonView>;

export const GatewayView = Type.Object(
  {
    site: text,
    gateway: text,
    state: Type.Enum(["online", "offline", "unknown"]),
    since: maybe(time),
    last_event: maybe(time),
    behind: Type.Integer({ description: "sequence numbers known to be missing" }),
    gaps: Type.Integer({ description: "records of data that the gateway could not keep; thinned readings do not count" }),
  },
  strict,
);
export type GatewayView = Static<typeof GatewayView>;

export const LaneView = Type.Object(
  {
    id: text,
    site: text,
    gateway: text,
    name: text,
    direction: Type.Enum(["entry", "exit"]),
    last: maybe(
      Type.Object(
        {
          at: time,
          plate: maybe(text),
          what: Type.Enum(["opened", "passed", "billed", "paid", "exception", "fault", "offline-read"]),
          zh: text,
          en: text,
        },
        strict,
      ),
    ),
    passages: Type.Integer(),
    openings: Type.Integer(),
    kept: Type.Union(
      [Type.Object({ mode: Type.Enum(["held-open", "closed", "fire"]), until: maybe(time), by: maybe(text) }, strict), Type.Null()],
      { description: "held open, locked, or up for a fire, as its gateway said last; null: by its own rules" },
    ),
  },
  strict,
);
export type LaneView = Static<typeof LaneView>;

export const SocketView = Type.Object(
  {
    id: Type.String({ description: "station-1/3" }),
    site: text,
    gateway: text,
    station: text,
    number: Type.Integer(),
    state: Type.Enum(["unknown", "idle", "charging", "cut", "welded"]),
    session: maybe(text),
    since: maybe(time),
    voltage_mV: maybe(Type.Integer()),
    current_mA: maybe(Type.Integer()),
    power_mW: maybe(Type.Integer()),
    temperature_mC: maybe(Type.Integer()),
    energy_mWh: maybe(Type.Integer()),
    test_limit_mA: Type.Union([Type.Integer(), Type.Null()], { description: "the lower limit of a trip test that is running" }),
    quality: Type.Enum(["good", "stale", "bad"]),
    seen: maybe(time),
    trip: maybe(text),
    cause: maybe(text),
  },
  strict,
);
export type SocketView = Static<typeof SocketView>;

/** A shed: what stands above its sockets, as far as events have told. */
export const ShedView = Type.Object(
  {
    id: text,
    site: text,
    gateway: text,
    name: text,
    stations: Type.Array(text),
    state: Type.Enum(["unknown", "serving", "blind", "latched"]),
    cause: maybe(text),
    source: maybe(text),
    trip: maybe(text),
    since: maybe(time),
    contactor: Type.Enum(["unknown", "none", "well", "stuck", "lost"]),
    leaking: Type.Boolean(),
    inputs: Type.Array(Type.Object({ input: text, of: text, state: Type.Enum(["clear", "active", "silent"]) }, strict)),
    /** As last measured: what counts against the supply, beside what it may be. */
    supply: Type.Object(
      {
        seen: maybe(time),
        power_mW: maybe(Type.Integer()),
        power_limit_mW: maybe(Type.Integer()),
        residual_mA: maybe(Type.Integer()),
        phases: Type.Array(Type.Object({ phase: text, current_mA: Type.Integer(), limit_mA: Type.Integer() }, strict)),
      },
      strict,
    ),
  },
  strict,
);
export type ShedView = Static<typeof ShedView>;

/** The property's own list (自查自纠): every cut-off enters by itself. */
export const PropertyEntryView = Type.Object(
  {
    id: text,
    site: text,
    source: text,
    at: time,
    zh: text,
    en: text,
    event: text,
    times: Type.Object(
      {
        seen: maybe(time),
        decided_after_ms: maybe(Type.Integer()),
        off_after_ms: maybe(Type.Integer()),
        confirmed_after_ms: maybe(Type.Integer()),
        received: time,
      },
      strict,
    ),
    state: Type.Enum(["open", "handled"]),
    handled_by: maybe(text),
    note: maybe(text),
    hazard: maybe(text),
  },
  strict,
);
export type PropertyEntryView = Static<typeof PropertyEntryView>;

export const EventView = Type.Object(
  {
    key: Type.String({ description: "gateway/epoch/stream/seq" }),
    site: text,
    gateway: text,
    type: text,
    zh: text,
    en: text,
    at: time,
    received: time,
    late: Type.Boolean(),
    clock: Type.Enum(["true", "derived", "received"], {
      description: "how `at` is known: by a clock that was set; derived since it was set; or only as the time at which we heard",
    }),
    subject: maybe(text),
    data: Type.Unknown(),
  },
  strict,
);
export type EventView = Static<typeof EventView>;

export const Counts = Type.Object(
  {
    passages: Type.Integer(),
    openings: Type.Integer(),
    visits: Type.Integer(),
    bills: Type.Integer(),
    billed_fen: Type.Integer(),
    paid_fen: Type.Integer(),
    sessions: Type.Integer(),
    cutoffs: Type.Integer(),
    welds: Type.Integer(),
    events: Type.Integer(),
    duplicates: Type.Integer(),
    missing: Type.Integer(),
    dead_letters: Type.Integer(),
  },
  strict,
);
export type Counts = Static<typeof Counts>;

/** Everything that the first screen needs, with the stream position to go on from. */
export const Overview = Type.Object(
  {
    now: time,
    demonstration: Type.Boolean(),
    stream_id: Type.Integer(),
    sites: Type.Array(Type.Object({ id: text, name: text }, strict)),
    gateways: Type.Array(GatewayView),
    lanes: Type.Array(LaneView),
    sockets: Type.Array(SocketView),
    sheds: Type.Array(ShedView),
    alarms: Type.Array(AlarmView),
    entries: Type.Array(PropertyEntryView),
    hazards: Type.Array(HazardView),
    events: Type.Array(EventView),
    counts: Counts,
  },
  strict,
);
export type Overview = Static<typeof Overview>;

/** Server-sent events of /api/v1/stream: `event:` is the kind, `data:` the view, `id:` rises by one. */
export type StreamMessage =
  | { readonly kind: "gateway"; readonly view: GatewayView }
  | { readonly kind: "lane"; readonly view: LaneView }
  | { readonly kind: "socket"; readonly view: SocketView }
  | { readonly kind: "shed"; readonly view: ShedView }
  | { readonly kind: "alarm"; readonly view: AlarmView }
  | { readonly kind: "entry"; readonly view: PropertyEntryView }
  | { readonly kind: "hazard"; readonly view: HazardView }
  /** A file of one's own that is made aside: how far it is. */
  | { readonly kind: "export"; readonly view: ExportView }
  | { readonly kind: "event"; readonly view: EventView }
  | { readonly kind: "counts"; readonly view: Counts }
  /** The client asked to go on from a position that is no longer kept: read the overview again. */
  | { readonly kind: "reset"; readonly view: Record<string, never> };

/** RFC 9457. */
export const Problem = Type.Object(
  {
    type: text,
    title: text,
    status: Type.Integer(),
    detail: text,
    hint: Type.Optional(text),
    errors: Type.Optional(Type.Array(Type.Object({ pointer: text, detail: text }, strict))),
  },
  strict,
);
export type Problem = Static<typeof Problem>;

// How events travel: in batches of consecutive sequence numbers of one stream, and how the cloud says that it has them.
import Type, { type Static } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";

export const Stamp = Type.Object(
  {
    wall: Type.Integer({ description: "milliseconds since 1970 as the gateway believed" }),
    mono: Type.Integer({ description: "milliseconds since the gateway's boot" }),
    boot: Type.String({ maxLength: 64 }),
    synchronised: Type.Boolean({ description: "whether the wall clock was known to be true" }),
    boots: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "boots that the journal had seen, this one with them: orders boots whose clocks were not set",
      }),
    ),
  },
  { additionalProperties: false },
);

/** One event on the wire. `data` is checked against the catalogue (events.ts) by `type`. */
export const WireEvent = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    type: Type.String({ maxLength: 64 }),
    at: Stamp,
    data: Type.Unknown(),
    /** Carried over from a journal that this one was restored from: if that key was taken, this one has no effect. */
    was: Type.Optional(
      Type.Object(
        { epoch: Type.String({ pattern: "^[0-9a-f]{16}$" }), seq: Type.Integer({ minimum: 1 }) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type WireEvent = Static<typeof WireEvent>;

const epoch = Type.String({ pattern: "^[0-9a-f]{16}$", description: "the journal's own id" });

/** Topic up/{urgent,money,state}. Events are consecutive: seq rises by one; a `stream.gap` stands for `count` numbers up to its own. */
export const EventBatch = Type.Object(
  {
    v: Type.Literal(1),
    gateway: Type.String({ pattern: idPattern }),
    epoch,
    stream: Type.Union([Type.Literal("urgent"), Type.Literal("money"), Type.Literal("state")]),
    events: Type.Array(WireEvent, { minItems: 1, maxItems: 500 }),
  },
  { additionalProperties: false },
);
export type EventBatch = Static<typeof EventBatch>;

/** Readings that are no more: they were thinned, or dropped. Its id never repeats, so that it counts once however often it is told. */
export const ReadingsGap = Type.Object(
  {
    id: Type.String({ minLength: 8, maxLength: 64 }),
    reason: Type.Enum(["thinned", "limit", "disk-full", "damaged"]),
    from: Type.Union([Type.Integer(), Type.Null()], { description: "milliseconds since 1970; null: nobody knows since when" }),
    to: Type.Integer(),
    points: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], { description: "null: nobody could count them" }),
  },
  { additionalProperties: false },
);
export type ReadingsGap = Static<typeof ReadingsGap>;

/** First line of a bulk batch, behind "# cuobian ": line-protocol readers skip it as a comment. One seq a batch. */
export const BulkHeader = Type.Object(
  {
    v: Type.Literal(1),
    gateway: Type.String({ pattern: idPattern }),
    epoch,
    stream: Type.Literal("bulk"),
    seq: Type.Integer({ minimum: 1 }),
    historical: Type.Boolean(),
    gaps: Type.Optional(Type.Array(ReadingsGap, { maxItems: 32 })),
  },
  { additionalProperties: false },
);
export type BulkHeader = Static<typeof BulkHeader>;

/** Topic ack: everything of this stream up to and including `upTo` is durable in the cloud. Sent only after both stores have committed. */
export const Acknowledgement = Type.Object(
  {
    v: Type.Literal(1),
    epoch,
    stream: Type.Enum(["urgent", "money", "state", "bulk"]),
    upTo: Type.Integer({ minimum: 0 }),
    at: Type.Optional(
      Type.Integer({ description: "milliseconds since 1970 by the cloud's clock: a gateway whose own is not set labels by it" }),
    ),
    took_ms: Type.Optional(
      Type.Integer({ minimum: 0, description: "what the cloud itself took, so that the gateway can tell a slow link from a busy cloud" }),
    ),
  },
  { additionalProperties: false },
);
export type Acknowledgement = Static<typeof Acknowledgement> & { stream: Stream };

export const GatewayStatus = Type.Object(
  {
    v: Type.Literal(1),
    state: Type.Enum(["online", "offline"]),
    boot: Type.String({ maxLength: 64 }),
    epoch,
    mono: Type.Optional(
      Type.Integer({ description: "when this was said, by that boot's clock: what was said before is known from what is new" }),
    ),
  },
  { additionalProperties: false },
);
export type GatewayStatus = Static<typeof GatewayStatus>;

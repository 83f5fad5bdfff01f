// Events of the gateway itself: its start, its disk, its clock. A part of the catalogue (events.ts), in a file of its own for its length alone.
import Type, { type TSchema } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";
import { ruleStates } from "#protocols/vocabulary/shed-rules.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const words = Type.String({ maxLength: 300 });
const bound = Type.Union([Type.Integer(), Type.Null()]);
const wallMs = Type.Integer();
const bytes = Type.Integer({ minimum: 0 });
const maybeMs = Type.Union([Type.Integer(), Type.Null()]);
const direction = Type.Enum(["entry", "exit"]);
const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });

export const gatewayEvents = {
  "gateway.started": define(
    "state",
    "网关启动",
    "gateway started",
    Type.Object(
      {
        version: Type.String({ maxLength: 40 }),
        config_hash: Type.String({ maxLength: 80 }),
        /** What stands at this site, so that the cloud knows names before the first car and the first charge. */
        lanes: Type.Optional(Type.Array(Type.Object({ id, name: words, direction }, strict), { maxItems: 64 })),
        stations: Type.Optional(
          Type.Array(Type.Object({ id, name: words, sockets: Type.Integer({ minimum: 1, maximum: 999 }) }, strict), { maxItems: 512 }),
        ),
        sheds: Type.Optional(
          Type.Array(
            Type.Object(
              {
                ...{ id, name: words, stations: Type.Array(id, { maxItems: 512 }) },
                rules: Type.Optional(
                  Type.Array(Type.Object({ rule: id, state: Type.Enum([...ruleStates]), found: words }, strict), {
                    maxItems: 64,
                    description: "local fire rules held against the site file; absent: a gateway that does not hold them",
                  }),
                ),
              },
              strict,
            ),
            { maxItems: 128 },
          ),
        ),
        lots: Type.Optional(
          Type.Array(
            Type.Object(
              { id, name: words, within: Type.Union([id, Type.Null()]), capacity: Type.Integer({ minimum: 0, maximum: 100_000 }) },
              strict,
            ),
            { maxItems: 64, description: "parking lots, and within which other each lies" },
          ),
        ),
        facilities: Type.Optional(
          Type.Array(
            Type.Object(
              {
                ...{ id, name: words, kind: Type.Enum(["water", "power", "other"]), responsible: words },
                points: Type.Array(
                  Type.Object(
                    {
                      id,
                      name: words,
                      kind: Type.String({ maxLength: 40 }),
                      unit: Type.String({ maxLength: 12 }),
                      low: bound,
                      high: bound,
                    },
                    strict,
                  ),
                  { maxItems: 128 },
                ),
              },
              strict,
            ),
            { maxItems: 64, description: "water supply, power rooms and the like: their values are telemetry, measurement `facility`" },
          ),
        ),
      },
      strict,
    ),
  ),

  "gateway.restored": define(
    "urgent",
    "网关自备份恢复",
    "gateway restored from a backup",
    Type.Object(
      {
        former: Type.String({
          pattern: "^[0-9a-f]{16}$",
          description: "the epoch whose place this journal takes: it is refused from now on",
        }),
        restored_at: wallMs,
      },
      strict,
    ),
  ),
  /** A commissioning record, given to the cloud by whoever made it; a later one takes its place, and both stay in the list of events. */
  "gateway.commissioned": define(
    "state",
    "网关验收",
    "a gateway's commissioning record",
    Type.Object(
      {
        person: Type.String({ maxLength: 60, description: "who signs it; empty: nobody was named" }),
        name: words,
        proofs: Type.Array(Type.Object({ zh: words, en: words, ok: Type.Boolean() }, strict), {
          maxItems: 120,
          description: "what the gateway proved by itself at that moment",
        }),
        hands: Type.Array(
          Type.Object({ id, zh: words, en: words, done: Type.Boolean(), photos: Type.Integer({ minimum: 0, maximum: 60 }) }, strict),
          { maxItems: 60, description: "what a person did on site" },
        ),
        photos: Type.Array(Type.String({ pattern: "^[0-9a-f]{64}$" }), {
          maxItems: 60,
          description: "SHA-256 of each picture; the pictures stay at the gateway",
        }),
      },
      strict,
    ),
  ),
  /** The true time of this moment, by which the labels of its boot are made true: the event's own stamp, or `wall`. What was stamped stays as it was. */
  "clock.anchored": define(
    "urgent",
    "时钟校准",
    "the gateway's clock was set",
    Type.Object(
      {
        off_ms: Type.Integer({ description: "by how much the labels before it fall short of the true time; negative: they ran ahead" }),
        wall: Type.Optional(Type.Integer({ description: "the true time by the cloud's clock, while the gateway's own is not set" })),
      },
      strict,
    ),
  ),
  /** Every few minutes, and soon after a change. What the gateway does not know is absent. */
  "gateway.health": define(
    "state",
    "网关状况",
    "how the gateway is",
    Type.Object(
      {
        disk: Type.Optional(Type.Object({ free_bytes: bytes, total_bytes: bytes }, strict)),
        cpu_mC: Type.Optional(
          Type.Integer({ minimum: -40_000, maximum: 150_000, description: "thousandths of a degree; absent: no sensor" }),
        ),
        clock: Type.Object(
          {
            synchronised: Type.Boolean(),
            ahead_ms: Type.Optional(
              Type.Integer({
                description: "its clock less the cloud's, at an acknowledgement; the way of that is in it; absent: not heard lately",
              }),
            ),
          },
          strict,
        ),
        lines: Type.Optional(
          Type.Array(
            Type.Object(
              { line: id, open: Type.Boolean(), late: Type.Boolean(), round_ms: maybeMs, promised_ms: maybeMs, age_ms: maybeMs },
              strict,
            ),
            { maxItems: 64, description: "absent: the safety process is not heard" },
          ),
        ),
        waiting: Type.Array(
          Type.Object(
            {
              stream: Type.Enum(["urgent", "money", "state", "bulk", "readings"]),
              count: Type.Integer({ minimum: 0 }),
              oldest_ms: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
                description: "how long the oldest waits; null: nothing waits, or nobody knows",
              }),
            },
            strict,
          ),
          { maxItems: 5, description: "what the cloud has not acknowledged; readings: those that have no number yet" },
        ),
      },
      strict,
    ),
  ),
  /** The answer to a command: bounded, and without plates, cards or keys. */
  "gateway.diagnosed": define(
    "state",
    "网关诊断",
    "a gateway was examined",
    Type.Object(
      {
        command: Type.String({ minLength: 8, maxLength: 64 }),
        version: Type.String({ maxLength: 40 }),
        checks: Type.Array(Type.Object({ name: Type.String({ maxLength: 60 }), ok: Type.Boolean(), zh: words, en: words }, strict), {
          maxItems: 64,
        }),
        numbers: Type.Array(Type.Object({ name: Type.String({ maxLength: 120 }), of: words, value: Type.Number() }, strict), {
          maxItems: 500,
          description: "as under /metrics of the gateway",
        }),
        left_out: Type.Integer({ minimum: 0, description: "checks and numbers that had no room, or were none" }),
      },
      strict,
    ),
  ),
  "storage.short": define(
    "urgent",
    "磁盘空间不足",
    "the gateway's disk is short",
    Type.Object(
      { given: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10, description: "what made room for safety and money" }) },
      strict,
    ),
  ),
  "storage.well": define("state", "磁盘空间恢复", "the gateway's disk has room again", Type.Object({}, strict)),
  /** Stands in the stream in place of events that were dropped: its own number is the last of theirs. Only state is ever dropped. */
  "stream.gap": define(
    "state",
    "数据缺口",
    "events were dropped",
    Type.Object(
      {
        count: Type.Integer({ minimum: 1, description: "events that were dropped; the event's own number is the last of theirs" }),
        from: wallMs,
        to: wallMs,
        reason: Type.Enum(["limit", "disk-full"]),
      },
      strict,
    ),
  ),
};

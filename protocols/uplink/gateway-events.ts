// Events of the gateway itself: its start, its disk, its clock. A part of the catalogue (events.ts), in a file of its own for its length alone.
import Type, { type TSchema } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const words = Type.String({ maxLength: 300 });
const wallMs = Type.Integer();
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
          Type.Array(Type.Object({ id, name: words, stations: Type.Array(id, { maxItems: 512 }) }, strict), { maxItems: 128 }),
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

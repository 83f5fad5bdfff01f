// Commands as the API shows them.
import Type, { type Static } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const time = Type.String({ description: "RFC 3339" });
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(shape: S) => Type.Union([shape, Type.Null()]);
const id = Type.String({ pattern: idPattern });

export const commandStates = ["waiting", "issued", "received", "done", "refused", "failed", "unknown", "expired"] as const;

export const CommandAsked = Type.Object(
  {
    site: id,
    gateway: id,
    action: Type.Enum([
      ...([
        "gate.open",
        "gate.close",
        "gate.lock",
        "gate.unlock",
        "gate.hold",
        "gate.release",
        "gateway.diagnose",
        "lane.choose",
        "socket.start",
        "socket.stop",
        "socket.reset-latch",
      ] as const),
      ...(["visit.bill", "visit.pay", "payment.refund", "payment.void", "bill.waive", "dispute.open", "dispute.end"] as const),
    ]),
    args: Type.Record(Type.String({ maxLength: 40 }), Type.Union([Type.String({ maxLength: 64 }), Type.Integer()])),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
  },
  strict,
);
export type CommandAsked = Static<typeof CommandAsked>;

export const CommandView = Type.Object(
  {
    id: text,
    site: text,
    gateway: text,
    action: text,
    action_zh: text,
    action_en: text,
    dangerous: Type.Boolean(),
    args: Type.Record(Type.String(), Type.Unknown()),
    person: text,
    approver: maybe(text),
    reason: text,
    state: Type.Enum([...commandStates]),
    asked: time,
    issued: maybe(time),
    expires: maybe(time),
    received: maybe(time),
    ended: maybe(time),
    code: maybe(text),
    zh: maybe(text),
    en: maybe(text),
  },
  strict,
);
export type CommandView = Static<typeof CommandView>;

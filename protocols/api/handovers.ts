// Shift hand-overs of the duty room, as the API shows them.
import Type, { type Static } from "typebox";
import { handoverStates } from "./handover-states.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const time = Type.String({ description: "RFC 3339" });
const count = Type.Integer({ minimum: 0 });
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(shape: S) => Type.Union([shape, Type.Null()]);
const sum = Type.Object({ count, amount_fen: Type.Integer() }, strict);

export { type HandoverState, handoverStates } from "./handover-states.ts";

/** As they are at one moment; in a signed hand-over, at its signing. */
export const HandoverFigures = Type.Object(
  {
    openings: Type.Array(Type.Object({ reason: text, count }, strict), { description: "gates opened by hand, by their reasons" }),
    operators: Type.Array(Type.Object({ person: text, count }, strict), { description: "the same openings, by who opened" }),
    cash: sum,
    waived: sum,
    given_back: sum,
    drawers: Type.Array(
      Type.Object(
        { gateway: text, person: text, to: text, expected_fen: Type.Integer(), counted_fen: Type.Integer(), ended: time },
        strict,
      ),
      { description: "drawers that were handed over at a booth meanwhile" },
    ),
    cars: Type.Object({ entered: count, left: count }, strict),
    alarms: Type.Object(
      {
        active: count,
        unacknowledged: count,
        rows: Type.Array(Type.Object({ id: text, priority: Type.Integer(), source: text, zh: text, en: text, first: time }, strict), {
          description: "of the unacknowledged ones, the worst and oldest first, 50 at most",
        }),
      },
      strict,
    ),
    exceptions: Type.Array(Type.Object({ lane: text, name: text, zh: text, en: text, at: time }, strict), {
      description: "lanes at which somebody still waits for a person",
    }),
    kept: Type.Array(Type.Object({ lane: text, name: text, mode: text, until: maybe(time) }, strict)),
    orders: Type.Array(Type.Object({ id: text, zh: text, en: text, person: text, reason: text }, strict), {
      description: "orders that wait for a second person",
    }),
    offline: Type.Array(Type.Object({ gateway: text, since: maybe(time) }, strict)),
    entries: Type.Integer({ minimum: 0, description: "open rows of the property's own list" }),
    behind: Type.Integer({ minimum: 0, description: "events that are known to be missing: the numbers may still grow" }),
  },
  strict,
);
export type HandoverFigures = Static<typeof HandoverFigures>;

export const HandoverView = Type.Object(
  {
    id: text,
    site: text,
    number: count,
    ...{ from: text, from_name: text, to: text, to_name: text, signed_by: text, signed_name: text },
    begun: maybe(time),
    ...{ counted_from: time, signed: time, notes: text, figures: HandoverFigures },
    state: Type.Enum([...handoverStates]),
    ...{ ended: maybe(time), ended_by: maybe(text), ended_name: maybe(text), reply: maybe(text) },
    ...{ previous: text, hash: text },
  },
  strict,
);
export type HandoverView = Static<typeof HandoverView>;

/** What would be signed now. */
export const HandoverNow = Type.Object(
  {
    site: text,
    on: Type.Union([Type.Object({ person: text, name: text, since: time }, strict), Type.Null()], {
      description: "who is on: whoever took over last; null: nobody has",
    }),
    counted_from: time,
    figures: HandoverFigures,
    people: Type.Array(Type.Object({ person: text, name: text, role: text }, strict), { description: "who could take over" }),
    waiting: Type.Union([HandoverView, Type.Null()], { description: "signed, and not answered yet" }),
  },
  strict,
);
export type HandoverNow = Static<typeof HandoverNow>;

const site = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}$" });
const said = (least: number) => Type.String({ minLength: least, maxLength: 1000 });
export const HandoverAsked = Type.Object({ site, to: Type.String({ minLength: 1, maxLength: 64 }), notes: said(0) }, strict);
export const HandoverAnswer = Type.Object({ accept: Type.Boolean(), note: said(0) }, strict);
export const HandoverWithdrawal = Type.Object({ reason: said(2) }, strict);

// Reports of a property over a day, a shift or a month. Every number names the rows behind it: `of` and `key` ask for them.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const time = Type.String({ description: "RFC 3339" });
const count = Type.Integer({ minimum: 0 });
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(shape: S) => Type.Union([shape, Type.Null()]);

/** What a group of numbers is about, and what its keys are: a method of payment, a lane, a cause, a priority … */
export const reportSources = [
  ...(["parking", "charging-money", "passes", "given-back", "let-off"] as const),
  ...(["entries", "exits", "passed", "openings", "exceptions", "operators"] as const),
  ...(["sessions", "cuts", "alarms"] as const),
] as const;
export type ReportSource = (typeof reportSources)[number];

export const ReportFigure = Type.Object(
  {
    of: Type.Enum([...reportSources]),
    key: text,
    count,
    amount_fen: maybe(Type.Integer({ description: "of money; what was given back is negative" })),
    energy_mWh: maybe(count),
  },
  strict,
);
export type ReportFigure = Static<typeof ReportFigure>;

export const ReportView = Type.Object(
  {
    ...{ site: text, from: time, to: time, made: time },
    complete: Type.Boolean({ description: "the time is over; what gateways have not sent yet may still come" }),
    behind: Type.Integer({ description: "events that are known to be missing from this compound's gateways now" }),
    figures: Type.Array(ReportFigure),
    income_fen: maybe(Type.Integer({ description: "taken less given back, without the sandbox; null: this post does not read money" })),
    sandbox_fen: maybe(Type.Integer({ description: "test payments: no money" })),
    lanes: Type.Array(Type.Object({ id: text, name: text, direction: text }, strict)),
  },
  strict,
);
export type ReportView = Static<typeof ReportView>;

export const ReportRow = Type.Object(
  {
    ...{ id: text, at: time, zh: text, en: text, subject: maybe(text) },
    ...{ amount_fen: maybe(Type.Integer()), energy_mWh: maybe(count) },
    ...{ plate: maybe(text), person: maybe(text), note: maybe(text) },
    ...{ event: Type.Union([text, Type.Null()], { description: "key of the event behind it" }), alarm: maybe(text), visit: maybe(text) },
  },
  strict,
);
export type ReportRow = Static<typeof ReportRow>;

export const ShiftView = Type.Object(
  {
    ...{ shift: text, gateway: text, person: text, to: text },
    begun: Type.Union([time, Type.Null()], { description: "when the shift before it ended; null: none is known" }),
    ...{ ended: time, payments: count, expected_fen: Type.Integer(), counted_fen: Type.Integer() },
  },
  strict,
);
export type ShiftView = Static<typeof ShiftView>;

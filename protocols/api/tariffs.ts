// The tariff tools of the console and of the cloud: what a stay costs, whether a file is sound, what changes, how it hangs at the entrance. Files are sent as their text; a stay in the words of `cuobian quote`.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
/** A tariff file's text. */
const tariff = Type.String({ minLength: 1, maxLength: 48_000 });
const word = Type.String({ minLength: 1, maxLength: 100 });
const several = Type.Array(word, { maxItems: 100 });
const optional = Type.Optional;

export const QuoteAsked = Type.Object(
  {
    tariff,
    enter: optional(word),
    exit: word,
    plate: optional(word),
    colour: optional(word),
    class: optional(word),
    bays: optional(Type.Integer({ minimum: 1, maximum: 50 })),
    operating: optional(Type.Boolean()),
    history: optional(several),
    coupon: optional(several),
    paid: optional(several),
    /** With the other cars of its spaces a pass takes more words. */
    pass: optional(Type.Array(Type.String({ minLength: 1, maxLength: 2_000 }), { maxItems: 100 })),
    charging: optional(several),
    inner: optional(several),
    entry_lost: optional(Type.Boolean()),
  },
  strict,
);
export type QuoteAsked = Static<typeof QuoteAsked>;
export const CheckAsked = Type.Object({ tariff }, strict);
export const DiffAsked = Type.Object({ before: tariff, after: tariff }, strict);
export const ExplainAsked = Type.Object({ tariff, at: optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" })) }, strict);
export type ExplainAsked = Static<typeof ExplainAsked>;

const Words = Type.Object({ zh: Type.String(), en: Type.String() }, strict);
export const Complaint = Type.Object(
  {
    file: Type.String(),
    line: Type.Integer(),
    column: Type.Integer(),
    path: Type.String(),
    code: Type.String(),
    zh: Type.String(),
    en: Type.String(),
    example: optional(Type.String()),
  },
  strict,
);
export const QuoteTold = Type.Object(
  {
    tariff: Type.String(),
    entered: Type.String(),
    left: Type.String(),
    lines: Type.Array(Type.Object({ rule: Type.String(), zh: Type.String(), en: Type.String(), amount_fen: Type.Integer() }, strict)),
    total_fen: Type.Integer(),
    doubt: optional(Words),
  },
  strict,
);
export type QuoteTold = Static<typeof QuoteTold>;
export const CheckTold = Type.Object({ ok: Type.Boolean(), complaints: Type.Array(Complaint) }, strict);
export type CheckTold = Static<typeof CheckTold>;
const maybeFen = Type.Union([Type.Integer(), Type.Null()]);
export const DiffTold = Type.Object(
  {
    looked: Type.Integer(),
    changed: Type.Integer(),
    changes: Type.Array(
      Type.Object(
        {
          visitor: Words,
          entered: Type.String(),
          from_s: Type.Integer(),
          until_s: Type.Integer(),
          before_fen: maybeFen,
          after_fen: maybeFen,
        },
        strict,
      ),
    ),
    /** Sentences of the sign that only one of the two has. */
    gone: Type.Array(Words),
    come: Type.Array(Words),
  },
  strict,
);
export type DiffTold = Static<typeof DiffTold>;
export const ExplainTold = Type.Object({ tariff: Type.String(), version: Type.String(), words: Type.Array(Words) }, strict);
export type ExplainTold = Static<typeof ExplainTold>;

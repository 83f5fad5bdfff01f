// Changing over from another system, over the booth's API: the one switch, what is brought along, and a day's differences. Sheets are sent as they are, in their own encoding.
import Type, { type Static } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const yes = Type.Optional(Type.Literal("1"));

/** POST /api/v1/go-live/mode: shadow reads and prices and commands nothing; live opens the gates. Back to the other system is shadow again. */
export const ModeOrder = Type.Object(
  {
    mode: Type.Enum(["live", "shadow"]),
    person: Type.String({ minLength: 1, maxLength: 64 }),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
  },
  strict,
);
export type ModeOrder = Static<typeof ModeOrder>;

/** POST /api/v1/go-live/passes | inside | ledger: `dry_run` only says what would be; `only_right` writes the lines without a fault. */
export const SheetQuery = Type.Object(
  {
    lot: Type.String({ pattern: idPattern }),
    person: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    dry_run: yes,
    only_right: yes,
  },
  strict,
);
export type SheetQuery = Static<typeof SheetQuery>;

/** GET /api/v1/go-live/report and /report/csv */
export const ReportQuery = Type.Object({ date: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }) }, strict);
export type ReportQuery = Static<typeof ReportQuery>;

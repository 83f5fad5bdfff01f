// Sheets taken in, and what a file must sum to: GET /api/v1/ledger/totals, POST /api/v1/ledger/import. Files going out: exports.ts.
import Type from "typebox";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { sees } from "#cloud/identity/scope.ts";
import { placesOn } from "#cloud/ledger/places.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { totalsFor } from "#cloud/ledger/sheet/export.ts";
import { fileMark, heldBack, importLines, type PlannedLine, planImport } from "#cloud/ledger/sheet/import.ts";
import { complaintAt, readLedger } from "#cloud/ledger/sheet/read.ts";
import { NoWorkbook } from "#protocols/excel/parts.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { personOf, readersOf, siteWithin } from "../access.ts";
import { changed } from "../change.ts";
import { ApiProblem } from "../problem.ts";
import type { Routes } from "../server.ts";
import { Filter, reporters } from "./hazards.ts";

const text = Type.String();
const Asked = Type.Object({ ...Filter }, { additionalProperties: false });
const Totals = Type.Object({
  ...{ rows: Type.Integer(), closed: Type.Integer(), overdue: Type.Integer(), overdue_days: Type.Integer() },
  ...{ postponements: Type.Integer(), actual_fen: Type.Integer() },
});
const Importing = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120 }),
    base64: Type.String({ minLength: 4, maxLength: 12_000_000 }),
    /** Not said: only shown. "all": nothing is taken when a cell is wrong; "good": the lines that can be read. */
    apply: Type.Optional(Type.Enum(["all", "good"])),
  },
  { additionalProperties: false },
);
const Change = Type.Object({ field: text, was: Type.Unknown(), now: Type.Unknown() });
const Answer = Type.Object({
  applied: Type.Boolean(),
  errors: Type.Array(Type.Object({ sheet: text, row: Type.Integer(), cell: text, head: text, zh: text, en: text })),
  added: Type.Array(text, { description: "numbers of the new ones; before they are applied, where they stand: sheet!row" }),
  changed: Type.Array(Type.Object({ id: text, changes: Type.Array(Change) })),
  same: Type.Integer(),
  repeated: Type.Integer(),
  refused: Type.Integer(),
});
/** Who oversees: the others bring what they found and what they do. */
const closers: ReadonlySet<string> = new Set(["community-officer", "street-officer", "bureau-officer"]);
const mostFile = 13 * 1024 * 1024;

export const sheetRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get(
    "/api/v1/ledger/totals",
    { ...readersOf("hazards"), schema: { querystring: Asked, response: { 200: Totals } } },
    async (request) => {
      siteWithin(request, request.query.site);
      const { near_days } = (await policyOn(store.read, now())).clocks;
      return totalsFor(store.read, { filter: request.query, scope: request.scope, now: now(), near_days });
    },
  );

  server.post(
    "/api/v1/ledger/import",
    { bodyLimit: mostFile, config: { access: reporters, audit: "ledger.import" }, schema: { body: Importing, response: { 200: Answer } } },
    async (request) => {
      const { name, base64, apply } = request.body;
      const bytes = new Uint8Array(Buffer.from(base64, "base64"));
      const places = await placesOn(store.read, surroundings, dayText(dayOf(now())));
      const mine = surroundings.compounds.filter(({ id }) => sees(request.scope, id));
      const known = mine.map(({ id, name: called }) => ({ id, name: called, aliases: places.get(id)?.aliases ?? [] }));
      const { calendar } = await policyOn(store.read, now());
      const read = readLedger(sheetsOf(bytes), known, { now: now(), calendar });
      const person = personOf(request);
      const closes = closers.has(person.role);
      const importing = {
        compoundOf: (id: string) => mine.find((one) => one.id === id),
        person,
        now: now(),
        calendar,
        file: `${name}（${fileMark(bytes)}）`,
      };
      const answer = await changed(surroundings, request, {
        work: async (effect) => {
          const all = await planImport(effect.change, read.lines);
          const held = new Map(all.map((one) => [one, heldBack(one, { closes })]));
          const planned = all.filter((one) => held.get(one)?.length === 0);
          const errors = [
            ...read.complaints,
            ...all.flatMap((one) => (held.get(one) ?? []).map(({ key, ...words }) => complaintAt(read.columns, one.line, key, words))),
          ];
          const applied = apply === "good" || (apply === "all" && errors.length === 0);
          const done = applied ? await importLines(effect, planned, importing) : planOf(planned);
          return { ...done, applied, errors, refused: read.refused + all.length - planned.length };
        },
        about: (done) => ({
          ...{ object: name, site: mine.length === 1 ? (mine[0]?.id ?? null) : null },
          detail: { applied: done.applied, errors: done.errors.length, added: done.added.length, changed: done.changed.length },
        }),
        alone: "import",
      });
      return {
        ...answer,
        added: [...answer.added],
        changed: answer.changed.map(({ id, changes }) => ({ id, changes: [...changes] })),
      };
    },
  );
};

function sheetsOf(bytes: Uint8Array): ReturnType<typeof readWorkbook> {
  try {
    return readWorkbook(bytes, { dates: "text" });
  } catch (error) {
    if (!(error instanceof NoWorkbook)) throw error;
    throw new ApiProblem(400, { code: "no-workbook", zh: `不是 Excel 文件：${error.message}`, en: `no Excel file: ${error.message}` });
  }
}

function planOf(planned: readonly PlannedLine[]) {
  const fresh = planned.filter(({ known, same_as }) => known === undefined && same_as === undefined);
  const changes = planned.filter(({ changes }) => changes.length > 0);
  return {
    added: fresh.map(({ line }) => `${line.sheet}!${line.row}`),
    changed: changes.map(({ known, changes: mine }) => ({ id: known?.id ?? "", changes: mine })),
    same: planned.filter(({ known, changes: mine }) => known !== undefined && mine.length === 0).length,
    repeated: planned.filter(({ same_as }) => same_as !== undefined).length,
  };
}

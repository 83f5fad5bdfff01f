// The three sides of a month: POST /api/v1/income/statements (a channel's or a bank's file), GET /api/v1/income/match (edge, channel, bank); POST /api/v1/income/spending, /income/objections.
import Type from "typebox";
import { monthSpan } from "#cloud/revenue/months.ts";
import { replyToObjection } from "#cloud/revenue/quarters.ts";
import { enterIncome } from "#cloud/revenue/settle.ts";
import { spend } from "#cloud/revenue/spending.ts";
import { keepStatement, keysOf, matchMonth } from "#cloud/revenue/statement/keep.ts";
import { matchClasses } from "#cloud/revenue/statement/match.ts";
import { readStatement, statementKinds } from "#cloud/revenue/statement/read.ts";
import { time } from "#cloud/views/words.ts";
import { readCsv } from "#protocols/excel/csv.ts";
import { NoWorkbook } from "#protocols/excel/parts.ts";
import { readWorkbook, type Sheet } from "#protocols/excel/workbook.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { type Access, personOf, siteWithin } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { compoundOf } from "./hazards.ts";
import { keepers, money } from "./revenue.ts";

const strict = { additionalProperties: false } as const;
const site = Type.String({ maxLength: 40 });
const said = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: "\\S" });
const month = Type.String({ pattern: "^\\d{4}-\\d{2}$" });
const Importing = Type.Object(
  {
    ...{ site, kind: Type.Enum([...statementKinds]), name: said(120), base64: Type.String({ minLength: 4, maxLength: 12_000_000 }) },
    /** Not said: only shown. "all": nothing is taken when a cell is wrong; "good": the lines that can be read. */
    apply: Type.Optional(Type.Enum(["all", "good"])),
    /** Of a channel: its fees become a booked deduction, with the file as voucher. */
    book_fees: Type.Optional(Type.Boolean()),
  },
  strict,
);
const Matching = Type.Object({ site, month }, strict);
const Spending = Type.Object(
  {
    ...{ site, party: said(30), day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }), amount_fen: Type.Integer({ minimum: 1 }) },
    ...{ payee: said(120), words: said(500), decision: said(200), voucher: said(120), approval: Type.Optional(said(200)) },
  },
  strict,
);
const Reply = Type.Object({ id: Type.String({ maxLength: 64 }), reply: said(500) }, strict);
const mostFile = 13 * 1024 * 1024;

export const statementRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.post(
    "/api/v1/income/statements",
    { bodyLimit: mostFile, config: { access: keepers, audit: "income.statement" }, schema: { body: Importing } },
    async (request) => {
      const { site: id, kind, name, base64, apply, book_fees = false } = request.body;
      siteWithin(request, id);
      compoundOf(surroundings, id);
      const bytes = new Uint8Array(Buffer.from(base64, "base64"));
      const read = readStatement(sheetsOf(bytes, name), kind as "bank");
      const future = read.lines.filter(({ at }) => at > now() + 86_400_000);
      const errors = [
        ...read.troubles,
        ...future.map(({ row }) => ({ ...{ sheet: name, row, cell: `A${row}`, head: "" }, zh: "日期在将来", en: "the day is to come" })),
      ];
      const taken = apply === "good" || (apply === "all" && errors.length === 0);
      const lines = read.lines.filter((line) => !future.includes(line));
      const person = personOf(request);
      const keeping = { site: id, kind: kind as "bank", name, bytes, person, at: now() };
      const kept = taken
        ? await changed(surroundings, request, {
            work: async ({ change }) => {
              const done = await keepStatement(change, keeping, lines);
              if (book_fees && kind === "channel") await bookFees(change, { ...keeping, statement: done.id });
              return done;
            },
            about: (done) => ({ object: done.id, site: id, detail: { kind, name, added: done.added, repeated: done.repeated } }),
            alone: `statement ${id}`,
          })
        : null;
      request.audited = true;
      return { applied: taken, errors, lines: lines.length, keys: new Set(keysOf(lines)).size, refused: read.refused, kept };
    },
  );

  server.get("/api/v1/income/match", { config: { access: money as Access }, schema: { querystring: Matching } }, async (request) => {
    const { site: id, month: asked } = request.query;
    siteWithin(request, id);
    compoundOf(surroundings, id);
    const span = monthSpan(asked);
    if (span === undefined) throw new ApiProblem(400, { code: "no-month", zh: "没有这个月份", en: "there is no such month" });
    const matched = await matchMonth(store.read, id, span);
    return { month: asked, words: matchClasses, ...matched, statements: matched.statements.map((one) => ({ ...one, at: time(one.at) })) };
  });

  server.post(
    "/api/v1/income/spending",
    { config: { access: [...keepers, "owners-committee"], audit: "income.spend" }, schema: { body: Spending } },
    async (request, reply) => {
      siteWithin(request, request.body.site);
      compoundOf(surroundings, request.body.site);
      const asked = { ...request.body, person: personOf(request), at: now() };
      const row = await changed(surroundings, request, {
        work: ({ change }) => spend(change, asked),
        about: (done) => {
          const made = rowOf(done);
          return (
            made && { object: made.id, site: made.site, detail: { party: made.party, amount_fen: made.amount_fen, voucher: made.voucher } }
          );
        },
        alone: `spend ${asked.site}`,
      });
      if ("code" in row) throw refused(row);
      return reply.code(201).send({ ...row, at: time(row.at) });
    },
  );

  server.post(
    "/api/v1/income/objections",
    { config: { access: [...keepers, "owners-committee"], audit: "income.reply" }, schema: { body: Reply } },
    async (request) => {
      const { id, reply } = request.body;
      const known = await store.read.selectFrom("objection").select("site").where("id", "=", id).executeTakeFirst();
      if (known === undefined) throw notFound();
      siteWithin(request, known.site);
      const asked = { id, reply, by: personOf(request).name, at: now() };
      const row = await changed(surroundings, request, {
        work: ({ change }) => replyToObjection(change, asked),
        about: (done) => {
          const made = rowOf(done);
          return made && { object: id, site: made.site };
        },
        alone: `objection ${id}`,
      });
      if (row === undefined) throw notFound();
      if ("code" in row) throw refused(row);
      return { ...row, at: time(row.at), due_at: time(row.due_at), replied_at: time(asked.at), late: asked.at > row.due_at };
    },
  );
};

/** What the channel kept of each month that the file brought anew. */
async function bookFees(
  change: Parameters<typeof enterIncome>[0],
  {
    statement,
    site: id,
    name,
    person,
    at,
  }: {
    readonly statement: string;
    readonly site: string;
    readonly name: string;
    readonly person: { readonly id: string; readonly name: string };
    readonly at: number;
  },
): Promise<void> {
  const rows = await change.selectFrom("statement_line").select(["at", "fee_fen"]).where("statement", "=", statement).execute();
  const months = new Map<string, { fee_fen: number; day: string }>();
  for (const { at: when, fee_fen } of rows) {
    const day = toRfc3339(wall(when)).slice(0, 10);
    const known = months.get(day.slice(0, 7));
    months.set(day.slice(0, 7), {
      fee_fen: (known?.fee_fen ?? 0) + fee_fen,
      day: known === undefined || day > known.day ? day : known.day,
    });
  }
  for (const [of, { fee_fen, day }] of months)
    if (fee_fen > 0)
      await enterIncome(change, {
        ...{ site: id, kind: "channel-fees", category: "支付通道手续费", amount_fen: fee_fen, day, voucher: name.slice(0, 120) },
        ...{ words: `${of} 通道对账单所载手续费`, person, at },
      });
}

function sheetsOf(bytes: Uint8Array, name: string): readonly Sheet[] {
  // A zip begins with PK; everything else is read as text.
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return [readCsv(bytes, name)];
  try {
    return readWorkbook(bytes, { dates: "text" });
  } catch (error) {
    if (!(error instanceof NoWorkbook)) throw error;
    throw new ApiProblem(400, { code: "no-workbook", zh: `不是 Excel 文件：${error.message}`, en: `no Excel file: ${error.message}` });
  }
}

// Changing over, over HTTP: sheets of the other system, the switch between shadow and live, the day's differences, and what goes back.
import type { FastifyInstance, FastifyReply } from "fastify";
import { ModeOrder, ReportQuery, SheetQuery } from "#protocols/api/go-live.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { fromRfc3339, type Stamp, toRfc3339 } from "#protocols/vocabulary/time.ts";
import { bringCars } from "../lanes/brought.ts";
import type { Lanes } from "../lanes/door.ts";
import { shadowState, switchShadow } from "../lanes/shadow.ts";
import { bringPasses } from "../payments/passes/brought.ts";
import { shadowReport, takeLedger } from "../payments/shadow-report.ts";
import { tablesAside } from "../register/aside.ts";
import type { SiteContext } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";
import { type AsForm, Formed, sendTable } from "./tables.ts";

const largestSheet = 8 * 1024 * 1024;

const sheetTypes = [
  "text/csv",
  "text/plain",
  "application/octet-stream",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "application/vnd.ms-excel",
] as const;

const answer = (reply: FastifyReply, said: object): object =>
  (said as Partial<Refusal>).kind === "refusal" ? sendProblem(reply, refusalProblem(said as Refusal)) : said;

export const goLiveRoutes =
  (context: SiteContext, lanes: Lanes) =>
  async (server: FastifyInstance): Promise<void> => {
    const { journal, clock } = context;
    server.addContentTypeParser([...sheetTypes], { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    const tablesIn = (body: unknown) => tablesAside(body instanceof Uint8Array ? body : new Uint8Array());

    server.get("/go-live", async () => shadowState(journal));
    server.post<{ Body: ModeOrder }>("/go-live/mode", { schema: { body: ModeOrder } }, async (request) =>
      journal.commit((tx) => switchShadow(tx, request.body, clock.stamp())),
    );

    const sheet = { bodyLimit: largestSheet, schema: { querystring: SheetQuery } };
    server.post<{ Querystring: SheetQuery }>("/go-live/passes", sheet, async (request, reply) => {
      const { lot, person = "import", dry_run, only_right } = request.query;
      const how = { lot, person, dry_run: dry_run === "1", only_right: only_right === "1" };
      return answer(reply, await bringPasses(context, await tablesIn(request.body), how));
    });
    server.post<{ Querystring: SheetQuery }>("/go-live/inside", sheet, async (request, reply) => {
      const { lot, dry_run, only_right } = request.query;
      const how = { tables: await tablesIn(request.body), lot, dry_run: dry_run === "1", only_right: only_right === "1" };
      return answer(reply, await bringCars(context, lanes.tariffs, how));
    });
    server.post<{ Querystring: SheetQuery }>("/go-live/ledger", sheet, async (request, reply) =>
      answer(reply, takeLedger(context, request.query.lot, await tablesIn(request.body))),
    );

    /** For whoever goes back to the other system: who is inside, since when, and what was paid. */
    server.get<AsForm>("/go-live/inside/:form", { schema: { params: Formed } }, async ({ params: { form } }, reply) => {
      const rows = journal.all<{ plate: Plate; lot: string; entered: string; paid_fen: number }>(
        "SELECT plate, lot, entered, paid_fen FROM visit WHERE state <> 'gone' AND turned_back IS NULL ORDER BY entered_at",
      );
      const lines = rows.map(({ plate, lot, entered, paid_fen }) => [
        ...[
          displayPlate(plate),
          lot,
          toRfc3339(journal.clocks.label(JSON.parse(entered) as Stamp))
            .slice(0, 19)
            .replace("T", " "),
        ],
        (paid_fen / 100).toFixed(2),
      ]);
      return sendTable(reply, "inside", { form, rows: [["车牌号", "停车场", "入场时间", "已付金额"], ...lines] });
    });

    server.get<{ Querystring: ReportQuery }>("/go-live/report", { schema: { querystring: ReportQuery } }, async (request, reply) => {
      const from = fromRfc3339(`${request.query.date}T00:00`);
      return from === undefined ? noDay(reply) : shadowReport(context, request.query.date, from);
    });
    const reportAs = { schema: { params: Formed, querystring: ReportQuery } };
    server.get<AsForm & { Querystring: ReportQuery }>("/go-live/report/:form", reportAs, async (request, reply) => {
      const { date } = request.query;
      const { form } = request.params;
      const from = fromRfc3339(`${date}T00:00`);
      if (from === undefined) return noDay(reply);
      const yuan = (amount: number | null): string => (amount === null ? "" : (amount / 100).toFixed(2));
      const rows = shadowReport(context, date, from).differences.map(({ kind, plate, left_at, ours_fen, theirs_fen, difference_fen }) => [
        ...[kinds[kind], plate, left_at.slice(0, 19).replace("T", " "), yuan(ours_fen), yuan(theirs_fen), yuan(difference_fen)],
      ]);
      const heads = ["差异", "车牌号", "出场时间", "本系统金额", "原系统金额", "相差"];
      return sendTable(reply, `differences-${date}`, { form, rows: [heads, ...rows] });
    });
  };

const kinds = { same: "一致", "other-amount": "金额不同", "not-in-old": "原系统没有", "only-in-old": "本系统没有" } as const;
const noDay = (reply: FastifyReply): FastifyReply =>
  sendProblem(reply, { status: 400, code: "no-date", zh: "没有这一天", en: "there is no such day" });

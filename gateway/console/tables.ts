// A table on its way to whoever asked: as text for anything, or as a workbook.
import type { FastifyReply } from "fastify";
import Type, { type Static } from "typebox";
import { workbookAside } from "../register/aside.ts";
import { csvText, type Rows } from "../register/export.ts";

export const TableForm = Type.Enum(["csv", "xlsx"]);
export type TableForm = Static<typeof TableForm>;
export const Formed = Type.Object({ form: TableForm }, { additionalProperties: false });
export interface AsForm {
  readonly Params: { form: TableForm };
}

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export async function sendTable(reply: FastifyReply, name: string, { form, rows }: { form: TableForm; rows: Rows }): Promise<FastifyReply> {
  reply.header("content-disposition", `attachment; filename="${name}.${form}"`);
  if (form === "csv") return reply.type("text/csv; charset=utf-8").send(csvText(rows));
  return reply.type(xlsx).send(Buffer.from(await workbookAside(name, rows)));
}

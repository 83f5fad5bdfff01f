// The register of papers as a table.
import type { Row } from "#cloud/store/schema.ts";
import { serviceState } from "../papers/register.ts";
import type { Table } from "./table.ts";

const services = { waiting: "待送达", late: "逾期未送达", served: "已送达", "served-late": "逾期送达", withdrawn: "已撤回" } as const;

export function papersTable(
  rows: readonly Row<"issued_paper">[],
  { person, made, now, nameOf }: { person: string; made: string; now: number; nameOf: (site: string) => string },
): Table {
  const words = (head: string, width: number) => ({ head, kind: "text", width }) as const;
  const date = (head: string) => ({ head, kind: "date", width: 17 }) as const;
  return {
    ...{ name: "文书登记", title: "文书登记簿", info: `${rows.length} 件 · 制表时间 ${made} · 制表人 ${person}` },
    columns: [
      ...[words("文号", 30), words("文书", 18), words("隐患编号", 24), words("小区", 18), words("致", 22), words("出具单位", 20)],
      ...[words("出具人", 12), date("出具时间"), date("送达时限"), words("送达情况", 12), date("送达时间"), words("送达方式", 10)],
      ...[words("送达人", 12), date("签收时间"), words("签收人", 12), words("撤回原因", 20), words("SHA-256", 66)],
    ],
    rows: rows.map((row) => [
      ...[row.number, row.title, row.hazard, nameOf(row.site), row.addressee, row.organisation, row.person_name, row.issued_at],
      ...[row.serve_due, services[serviceState(row, now)], row.served_at, row.served_how, row.served_by, row.received_at],
      ...[row.received_by, row.withdrawn_why, row.sha256],
    ]),
  };
}

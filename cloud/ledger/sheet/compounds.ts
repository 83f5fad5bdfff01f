// Compounds as tables: what is built beside what is open; and whose days overdue they are.
import type { CompanyDays, LateRow, Managed } from "../companies.ts";
import type { AtGlance } from "../compounds.ts";
import type { Table } from "./table.ts";

interface By {
  readonly person: string;
  /** "2026-11-27 09:30" */
  readonly made: string;
}
const infoOf = ({ person, made }: By, more = ""): string => `${more}制表时间 ${made} · 制表人 ${person}`;

export function worksTable(all: readonly AtGlance[], by: By): Table {
  const facts = all.flatMap((one) => (one.facts === null ? [] : [one.facts]));
  const sum = (of: (one: (typeof facts)[number]) => number): number => facts.reduce((n, one) => n + of(one), 0);
  const count = (of: (one: AtGlance) => number): number => all.reduce((n, one) => n + of(one), 0);
  const number = (head: string, width = 8) => ({ head, kind: "number", width }) as const;
  const words = (head: string, width: number) => ({ head, kind: "text", width }) as const;
  return {
    ...{ name: "建设进度", title: "充电端口与消防设施建设进度", info: infoOf(by, `${all.length} 个小区，已填报 ${facts.length} 个 · `) },
    columns: [
      ...[words("镇街", 14), words("社区", 14), words("小区", 18), words("物业企业", 20)],
      ...[number("规划端口"), number("开工端口"), number("建成端口"), number("在用端口"), words("消防设施", 10)],
      ...[
        number("户数"),
        number("电动自行车"),
        number("车棚"),
        number("未销隐患"),
        number("其中充电停放"),
        number("其中消防设施"),
        number("逾期"),
      ],
      words("资料自", 12),
    ],
    rows: all.map((one) => {
      const { facts: own } = one;
      return [
        ...[one.town, one.community, one.name, own?.company ?? "未填报"],
        ...[own?.ports.planned ?? null, own?.ports.started ?? null, own?.ports.finished ?? null, own?.ports.in_use ?? null],
        ...[own?.fire_facilities ?? "未填报", own?.households ?? null, own?.e_bikes ?? null, own?.sheds ?? null],
        ...[one.open, one.about.charging, one.about.fire, one.overdue, own?.valid_from ?? null],
      ];
    }),
    totals: [
      ...["合计（已填报的小区）", "", "", ""],
      ...[sum(({ ports }) => ports.planned), sum(({ ports }) => ports.started), sum(({ ports }) => ports.finished)],
      ...[sum(({ ports }) => ports.in_use), "", sum((one) => one.households), sum((one) => one.e_bikes), sum((one) => one.sheds)],
      ...[count((one) => one.open), count((one) => one.about.charging), count((one) => one.about.fire), count((one) => one.overdue), ""],
    ],
  };
}

export interface CompanyTables {
  readonly from: string;
  readonly to: string;
  readonly days: readonly CompanyDays[];
  readonly managed: readonly Managed[];
  readonly late: readonly (LateRow & { readonly company: string | null })[];
  readonly nameOf: (site: string) => string;
  readonly dayOf: (at: number) => string;
}

const nobody = "当时未填企业";

/** The sums, who managed what, and every row behind them. */
export function companyTables({ from, to, days, managed, late, nameOf, dayOf }: CompanyTables, by: By): [Table, Table, Table] {
  const info = infoOf(by, `${from} 至 ${to}，逾期一日计一日，归逾期之日管理该小区的企业 · `);
  const words = (head: string, width: number) => ({ head, kind: "text", width }) as const;
  const number = (head: string) => ({ head, kind: "number", width: 10 }) as const;
  return [
    {
      ...{ name: "企业逾期", title: "各企业逾期天数", info },
      columns: [words("物业企业", 24), words("小区", 20), number("逾期隐患"), number("逾期天数")],
      rows: days.map((one) => [one.company ?? nobody, nameOf(one.site), one.hazards, one.days_overdue]),
      totals: ["合计", "", days.reduce((n, one) => n + one.hazards, 0), days.reduce((n, one) => n + one.days_overdue, 0)],
    },
    {
      ...{ name: "在管小区", title: "企业与小区", info },
      columns: [words("物业企业", 24), words("小区", 20), words("自", 12), words("至", 12), words("合同至", 12)],
      rows: managed
        .filter(({ from: begun }) => begun !== null)
        .map((one) => [
          ...[one.company ?? nobody, nameOf(one.site), one.from === null ? null : dayOf(one.from)],
          ...[one.until === null ? "" : dayOf(one.until - 1), one.contract_until ?? ""],
        ]),
    },
    {
      ...{ name: "逾期隐患", title: "逾期隐患逐条", info },
      columns: [
        ...[words("物业企业", 24), words("隐患编号", 24), words("小区", 20), words("部位", 20), words("隐患", 32), words("状态", 10)],
        ...[{ head: "期限", kind: "date", width: 17 } as const, { head: "销号", kind: "date", width: 17 } as const, number("计入天数")],
      ],
      rows: late.map((one) => [
        ...[one.company ?? nobody, one.hazard, one.compound, one.place, one.zh, one.state, one.deadline, one.closed_at, one.days],
      ]),
    },
  ];
}

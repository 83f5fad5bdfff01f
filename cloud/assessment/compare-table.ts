// Two versions side by side as tables to take along: a line a compound, and behind it every line that makes the difference.
import type { Table } from "#cloud/ledger/sheet/table.ts";
import type { ComparedCompound, ComparedScores, ComparedSide, CompareLine } from "#protocols/api/comparison.ts";
import type { Share } from "./scheme.ts";

export interface ComparedTables {
  readonly period: string;
  readonly a: string;
  readonly b: string;
  readonly covered: number;
  readonly compounds: readonly ComparedCompound[];
  readonly person: string;
  /** "2026-11-27 09:30" */
  readonly made: string;
}

const points = (milli: number | null | undefined): number | null => (milli === null || milli === undefined ? null : milli / 1_000);
const share = (of: Share | null): string => (of === null ? "—" : `${of.numerator}/${of.denominator}`);
const words = (head: string, width: number) => ({ head, kind: "wrapped", width }) as const;
const exact = (head: string, width = 10) => ({ head, kind: "exact", width }) as const;

function reason({ lines }: ComparedScores): string {
  const most = lines
    .filter(({ difference_milli }) => difference_milli !== 0)
    .sort((one, other) => Math.abs(other.difference_milli) - Math.abs(one.difference_milli));
  return most
    .slice(0, 3)
    .map(({ zh, difference_milli: by }) => `${zh} ${by > 0 ? "+" : ""}${by / 1_000}`)
    .join("；");
}
const marks = (side: ComparedSide | null): string =>
  side === null ? "" : [...side.vetoes, ...(side.failed ? ["不合格"] : []), ...(side.disagree ? ["以部门为准"] : [])].join("、");

function evidence({ rows }: CompareLine): string {
  const of = { ledger: "隐患", town: "镇街打分", department: "部门抽查" } as const;
  return rows.map(({ id, source }) => `${of[source]} ${id}`).join("；");
}

export function comparedTables({ period, a, b, covered, compounds, person, made }: ComparedTables): [Table, Table] {
  const coverage =
    covered === compounds.length ? `全覆盖，${covered} 个小区` : `已考评 ${covered} / ${compounds.length} 个小区，不是全覆盖`;
  const info = `${period} · 甲：${a} · 乙：${b} · ${coverage} · 制表时间 ${made} · 制表人 ${person}`;
  return [
    {
      ...{ name: "两版对照", title: "同一考评期按两版方案计分", info },
      columns: [
        ...[words("小区", 20), exact("甲得分"), exact("乙得分"), exact("相差（乙−甲）", 13)],
        ...[exact("甲名次", 8), exact("乙名次", 8), exact("甲星级", 8), exact("乙星级", 8)],
        ...[words("甲标记", 16), words("乙标记", 16), words("主要来自", 44)],
      ],
      rows: compounds.map((one) => [
        ...[one.a === null ? `${one.name}（未考评）` : one.name, points(one.a?.score_milli), points(one.b?.score_milli)],
        ...[points(one.difference_milli), one.a?.rank ?? null, one.b?.rank ?? null, one.a?.stars ?? null, one.b?.stars ?? null],
        ...[marks(one.a), marks(one.b), reason(one)],
      ]),
    },
    {
      ...{ name: "差在哪里", title: "各项在两版方案中的分值（每个小区各列之和等于得分）", info },
      columns: [
        ...[words("小区", 20), words("项目", 28), exact("次数", 7), words("甲权重", 9), exact("甲"), words("乙权重", 9), exact("乙")],
        ...[exact("相差（乙−甲）", 13), words("依据", 60)],
      ],
      rows: compounds.flatMap(({ name, lines }) =>
        lines.map((line) => [
          ...[name, line.zh, line.rows.length === 0 ? null : line.rows.length],
          ...[share(line.share_a), points(line.a_milli), share(line.share_b), points(line.b_milli)],
          ...[points(line.difference_milli), evidence(line)],
        ]),
      ),
    },
  ];
}

// The Friday text: from the frozen week and the one before it, as an editable paragraph with tables; every number carries a footnote that says which rows are behind it.
import type { NumberName } from "#cloud/assessment/ranking.ts";
import type { SnapshotBody } from "#cloud/assessment/snapshots.ts";
import { type Block, type Piece, text } from "#protocols/word/write.ts";

export interface Weekly {
  readonly body: SnapshotBody;
  readonly hash: string;
  readonly before: SnapshotBody | undefined;
  readonly issuer: string;
  readonly day: string;
}

const sum = (body: SnapshotBody | undefined, name: NumberName): number =>
  (body?.units ?? []).filter(({ kind }) => kind === "compound").reduce((total, unit) => total + unit.numbers[name], 0);
const change = (now: number, before: number | undefined): string =>
  before === undefined ? "—" : now === before ? "持平" : now > before ? `+${now - before}` : `-${before - now}`;
const share = (one: { readonly numerator: number; readonly denominator: number } | null): string =>
  one === null ? "—" : `${one.numerator}/${one.denominator}`;
const score = (milli: number | null): string => (milli === null ? "—" : (milli / 1000).toFixed(3));

export function weeklyText({ body, hash, before, issuer, day }: Weekly): Block[] {
  const rows = (name: NumberName): string =>
    `${body.week} 第 ${body.number} 号快照，${name}，逐条见 /api/v1/ledger/snapshots?week=${body.week}&number=${name}`;
  const number = (name: NumberName, words: string): Piece => ({ text: `${words} ${sum(body, name)} 处`, note: rows(name) });
  const towns = body.units.filter(({ kind }) => kind === "town");
  const compounds = body.units.filter(({ kind, rank }) => kind === "compound" && rank !== null);
  const silent = body.units.filter((unit) => unit.silent).map(({ name }) => name);
  const line = (unit: SnapshotBody["units"][number]): string[] => {
    const old = before?.units.find((one) => one.unit === unit.unit);
    return [
      ...[
        unit.rank === null ? "—" : String(unit.rank),
        unit.name,
        String(unit.numbers.due),
        share(unit.on_time_share),
        String(unit.numbers.overdue),
        change(unit.numbers.overdue, old?.numbers.overdue),
      ],
      ...[score(unit.score_milli), unit.small ? "样本少" : ""],
    ];
  };
  const head = ["名次", "单位", "应销号", "按期率", "逾期", "逾期较上周", "得分", "备注"];
  return [
    text("title", `小区消防隐患整改情况通报（${body.week}）`),
    {
      kind: "paragraph",
      pieces: [
        { text: `${body.from.slice(0, 10)} 至 ${body.to.slice(0, 10)}（不含）：` },
        number("found", "本周发现隐患"),
        { text: "，" },
        number("closed", "销号"),
        { text: "；期末" },
        number("open", "在册未销"),
        { text: `（较上周${change(sum(body, "open"), before === undefined ? undefined : sum(before, "open"))}），其中` },
        number("overdue", "逾期"),
        { text: `（较上周${change(sum(body, "overdue"), before === undefined ? undefined : sum(before, "overdue"))}）。` },
      ],
    },
    ...(silent.length === 0 ? [] : [text("paragraph", `未报送：${silent.join("、")}。未报送不等于零隐患。`)]),
    text("heading", "一、镇街"),
    { kind: "table", head, rows: towns.map(line) },
    text("heading", "二、小区"),
    { kind: "table", head, rows: compounds.map(line) },
    text("heading", "三、计算口径"),
    ...body.formulas.map((formula) => text("paragraph", formula)),
    text("paragraph", `快照第 ${body.number} 号，SHA-256 ${hash}。`),
    text("right", issuer),
    text("right", day),
  ];
}

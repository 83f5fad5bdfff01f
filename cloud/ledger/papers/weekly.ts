// The Friday text: from the frozen week and the one before it, as an editable paragraph with tables; every number carries a footnote that says which rows are behind it.
import type { NumberName } from "#cloud/assessment/ranking.ts";
import type { SnapshotBody } from "#cloud/assessment/snapshots.ts";
import { type Block, type Cell, type Piece, text } from "#protocols/word/write.ts";

export interface Weekly {
  readonly body: SnapshotBody;
  readonly hash: string;
  readonly before: SnapshotBody | undefined;
  /** All weeks that were frozen, up to and with this one: what was found and closed in them. */
  readonly so_far: SoFar;
  readonly issuer: string;
  readonly day: string;
}

export interface SoFar {
  readonly weeks: number;
  readonly found: number;
  readonly closed: number;
}

/** Sums of frozen weeks alone: what was on the ledger before the first of them is in none. */
export const soFarOf = (bodies: readonly SnapshotBody[]): SoFar => ({
  weeks: bodies.length,
  found: bodies.reduce((total, body) => total + sum(body, "found"), 0),
  closed: bodies.reduce((total, body) => total + sum(body, "closed"), 0),
});

const sum = (body: SnapshotBody | undefined, name: NumberName): number =>
  (body?.units ?? []).filter(({ kind }) => kind === "compound").reduce((total, unit) => total + unit.numbers[name], 0);
const change = (now: number, before: number | undefined): string =>
  before === undefined ? "—" : now === before ? "持平" : now > before ? `+${now - before}` : `-${before - now}`;
const share = (one: { readonly numerator: number; readonly denominator: number } | null): string =>
  one === null ? "—" : `${one.numerator}/${one.denominator}`;
const score = (milli: number | null): string => (milli === null ? "—" : (milli / 1000).toFixed(3));

export function weeklyText({ body, hash, before, so_far, issuer, day }: Weekly): Block[] {
  const rows = (name: NumberName): string =>
    `${body.week} 第 ${body.number} 号快照，${name}，逐条见 /api/v1/ledger/snapshots?week=${body.week}&number=${name}`;
  const number = (name: NumberName, words: string): Piece => ({ text: `${words} ${sum(body, name)} 处`, note: rows(name) });
  const towns = body.units.filter(({ kind }) => kind === "town");
  const compounds = body.units.filter(({ kind, rank }) => kind === "compound" && rank !== null);
  const silent = body.units.filter((unit) => unit.silent).map(({ name }) => name);
  const since = `第 1 至 ${body.number} 号快照（${so_far.weeks} 周）各周之和，各周逐条见 /api/v1/ledger/snapshots`;
  const overall = (name: NumberName, words: string, total: number | null): Cell[] => [
    words,
    { text: String(sum(body, name)), note: rows(name) },
    total === null ? "—" : { text: String(total), note: since },
    change(sum(body, name), before === undefined ? undefined : sum(before, name)),
  ];
  const line = (unit: SnapshotBody["units"][number]): Cell[] => {
    const old = before?.units.find((one) => one.unit === unit.unit);
    return [
      ...[
        unit.rank === null ? "—" : String(unit.rank),
        {
          text: unit.name,
          note: `${body.week} 第 ${body.number} 号快照，该行各数逐条见 /api/v1/ledger/snapshots?week=${body.week}&unit=${unit.unit}`,
        },
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
    {
      kind: "table",
      head: ["项目", "本周", "累计", "较上周"],
      rows: [
        overall("found", "发现", so_far.found),
        overall("closed", "销号", so_far.closed),
        overall("open", "在册未销（期末）", null),
        overall("overdue", "逾期（期末）", null),
      ],
    },
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

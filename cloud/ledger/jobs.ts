// What the bureau does from a terminal: take a sheet in, say a week's ranking, hold a month's money against channel and bank. Words for people, --json for programs.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { formulas, type RankedUnit, rank } from "#cloud/assessment/ranking.ts";
import { rankedHazards, type SnapshotBody, unitsOf } from "#cloud/assessment/snapshots.ts";
import { lastWeek, weekNamed } from "#cloud/assessment/weeks.ts";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import type { CloudConfig } from "#cloud/config/schema.ts";
import { openTree } from "#cloud/identity/tree.ts";
import { monthSpan } from "#cloud/revenue/months.ts";
import { matchMonth } from "#cloud/revenue/statement/keep.ts";
import { matchClasses } from "#cloud/revenue/statement/match.ts";
import { Marks } from "#cloud/store/marks.ts";
import type { Store } from "#cloud/store/store.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { fen, yuanText } from "#protocols/vocabulary/money.ts";
import { compoundsWithTowns, placesOn } from "./places.ts";
import { policyOn } from "./policy.ts";
import { fileMark, heldBack, importLines, planImport } from "./sheet/import.ts";
import { complaintAt, readLedger } from "./sheet/read.ts";

export interface Job {
  readonly file: string | undefined;
  readonly week: string | undefined;
  readonly month: string | undefined;
  readonly site: string | undefined;
  readonly apply: string | undefined;
  readonly json: boolean;
  /** To the person, beside the data. */
  readonly say: (text: string) => void;
}

const out = (text: string): void => void process.stdout.write(`${text}\n`);
const whereOf = (config: CloudConfig) => ({ tree: openTree(config.areas ?? [], config.sites), compounds: config.sites });

/** 0: all was read; 1: a cell was not. Who asked at a terminal stands in the steps as the console. */
export async function importFile(store: Store, config: CloudConfig, { file, apply, json, say }: Job): Promise<number> {
  if (file === undefined || (apply !== undefined && apply !== "all" && apply !== "good")) {
    say("cuobian ledger import FILE.xlsx --config cloud.yaml [--apply all|good]");
    return 2;
  }
  const now = Date.now();
  const bytes = new Uint8Array(readFileSync(resolve(file)));
  const places = await placesOn(store.read, whereOf(config), dayText(dayOf(now)));
  const { calendar } = await policyOn(store.read, now);
  const known = config.sites.map(({ id, name }) => ({ id, name, aliases: places.get(id)?.aliases ?? [] }));
  const read = readLedger(readWorkbook(bytes, { dates: "text" }), known, { now, calendar });
  const importing = {
    compoundOf: (id: string) => config.sites.find((one) => one.id === id),
    person: { id: "console", name: "控制台" },
    ...{ now, calendar },
    file: `${basename(file)}（${fileMark(bytes)}）`,
  };
  const done = await store.change(
    async (change) => {
      const all = await planImport(change, read.lines);
      const held = all.map((one) => heldBack(one, { closes: true }));
      const planned = all.filter((_, at) => held[at]?.length === 0);
      const errors = [
        ...read.complaints,
        ...all.flatMap((one, at) => (held[at] ?? []).map(({ key, ...words }) => complaintAt(read.columns, one.line, key, words))),
      ];
      const found = { errors, refused: read.refused + all.length - planned.length };
      if (apply === "good" || (apply === "all" && errors.length === 0))
        return { ...found, ...(await importLines({ change, marks: new Marks() }, planned, importing)), applied: true };
      return {
        ...{ ...found, applied: false },
        added: planned.filter((one) => one.known === undefined && one.same_as === undefined).map(({ line }) => `${line.sheet}!${line.row}`),
        changed: planned.filter(({ changes }) => changes.length > 0).map((one) => ({ id: one.known?.id ?? "", changes: one.changes })),
        same: planned.filter((one) => one.known !== undefined && one.changes.length === 0).length,
        repeated: planned.filter((one) => one.same_as !== undefined).length,
      };
    },
    { alone: "import" },
  );
  const { applied, errors, refused } = done;
  if (json) out(JSON.stringify(done));
  else {
    for (const { sheet, cell, head, zh, en } of errors) say(`✗ [${sheet}] ${cell} ${head}: ${zh} / ${en}`);
    for (const { id, changes } of done.changed)
      out(`~ ${id}  ${changes.map(({ field, was, now: is }) => `${field}: ${String(was ?? "—")} → ${String(is)}`).join("；")}`);
    out(
      `${applied ? "✓ 已导入 taken in" : "○ 预览 shown only"}：新增 ${done.added.length} new · 改动 ${done.changed.length} changed · 相同 ${done.same} same · 重复 ${done.repeated} repeated · 不能读 ${refused} refused`,
    );
    if (!applied) say(errors.length === 0 ? "写入请加 / to take it in: --apply all" : "只收能读的行 / only what can be read: --apply good");
  }
  return errors.length === 0 ? 0 : 1;
}

export async function rankWeek(store: Store, config: CloudConfig, { week: name, json, say }: Job): Promise<number> {
  const now = Date.now();
  const week = name === undefined ? lastWeek(now) : weekNamed(name);
  if (week === undefined) {
    say(`没有这一周，应写作 2026-W48 / there is no such week: ${name}`);
    return 2;
  }
  const stored = await store.read.selectFrom("snapshot").selectAll().where("week", "=", week.name).executeTakeFirst();
  let units: readonly RankedUnit[];
  if (stored === undefined) {
    const all = await unitsOf(store.read, await compoundsWithTowns(store.read, whereOf(config), dayText(dayOf(now))), week);
    units = rank(await rankedHazards(store.read, week), all, week).units;
  } else units = (JSON.parse(stored.body) as SnapshotBody).units;
  const frozen = stored === undefined ? null : { number: stored.number, hash: stored.hash };
  if (json) {
    out(JSON.stringify({ week: week.name, frozen, formulas, units }));
    return 0;
  }
  out(
    frozen === null
      ? `${week.name}（未冻结 as it stands now）`
      : `${week.name} 第 ${frozen.number} 号 number ${frozen.number} ${frozen.hash}`,
  );
  out("名次\t单位\t应销号\t按期\t在册\t逾期\t得分\t注");
  for (const { rank: place, name: called, kind, numbers: n, score_milli, small, silent, zero_finds } of units) {
    const notes = [small ? "样本少" : "", silent ? "未报送" : zero_finds ? "零发现" : ""].filter((one) => one !== "").join("、");
    const score = score_milli === null ? "—" : (score_milli / 1000).toFixed(3);
    out([place ?? "—", `${kind === "town" ? "镇街 " : ""}${called}`, n.due, n.on_time, n.open, n.overdue, score, notes].join("\t"));
  }
  for (const line of formulas) say(line);
  return 0;
}

/** 0: all three sides agree; 1: something is left over, or a side was never read in. */
export async function reconcile(store: Store, config: CloudConfig, { site, month, json, say }: Job): Promise<number> {
  const span = month === undefined ? undefined : monthSpan(month);
  if (span === undefined || !config.sites.some(({ id }) => id === site)) {
    say("cuobian income reconcile --config cloud.yaml --site ID --month 2026-11");
    return 2;
  }
  const matched = await matchMonth(store.read, site ?? "", span);
  if (json) out(JSON.stringify({ site, month, ...matched }));
  else {
    const yuan = (amount: number): string => yuanText(fen(amount));
    for (const kind of matched.missing)
      out(`▲ ${kind === "bank" ? "没有银行流水 no bank statement" : "没有通道账单 no channel statement"}`);
    for (const [name, { zh, en }] of Object.entries(matchClasses)) {
      const { rows, edge_fen, channel_fen } = matched.classes[name as keyof typeof matchClasses];
      out(`${zh} ${en}\t${rows}\t${yuan(edge_fen)}\t${yuan(channel_fen)}`);
    }
    const { banked_fen, not_banked_fen } = matched.sums;
    out(
      `到账 banked ${yuan(banked_fen)} · 未到账 not banked ${yuan(not_banked_fen)} · 银行有而无解释 at the bank only ${matched.bank_only.length}`,
    );
  }
  return matched.clean ? 0 : 1;
}

// `cuobian ledger`: is a file the ledger's export, is the ledger what was written, what will the ladder do tonight.
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { verifySnapshots } from "#cloud/assessment/snapshots.ts";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { readCloudConfig } from "#cloud/config/read.ts";
import type { CloudConfig } from "#cloud/config/schema.ts";
import { openConfiguredStore } from "#cloud/configured-store.ts";
import { everywhere } from "#cloud/identity/scope.ts";
import { openTree } from "#cloud/identity/tree.ts";
import type { Store } from "#cloud/store/store.ts";
import { NoWorkbook } from "#protocols/excel/parts.ts";
import { dayMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { verifyChain } from "./chain.ts";
import { rehearse } from "./escalate.ts";
import { importFile, rankWeek, reconcile } from "./jobs.ts";
import { mediationsWrong } from "./mediation.ts";
import { plannedReminders } from "./papers/remind.ts";
import { placesOn, placeText } from "./places.ts";
import { policyOn } from "./policy.ts";
import { shedRules } from "./rules-job.ts";
import { picturesWrong, sealed } from "./sealed.ts";
import { checkLedgerFile } from "./sheet/check.ts";
import type { Totals } from "./sheet/columns.ts";
import { totalsFor, writeLedger } from "./sheet/export.ts";
import { differencesOf } from "./steps.ts";

const usage = `cuobian ledger check FILE.xlsx [--config cloud.yaml] [--totals FILE.json] [--json]
  检查导出的台账：28 列、每格类型、合计逐级相等；--config 与台账、--totals 与接口（/api/v1/ledger/totals）核对
  checks an export: 28 columns, the type of every cell, sums that agree; with the ledger, or with what the API said
cuobian ledger verify --config cloud.yaml [--json]
  台账链条是否完好，每条隐患是否等于其各步之和，周快照、调解记录是否如初
  is the chain sound, is every hazard the sum of its steps, are frozen weeks and mediations what they were
cuobian ledger escalate --dry-run --config cloud.yaml [--days N]
  预演督办升级 / what the ladder will do, to whom and when; the service itself walks it
cuobian ledger remind --dry-run --config cloud.yaml [--days N] [--json]
  预演催报：哪些镇街将被提醒报送月报 / which towns will be reminded of the month's report; the service itself reminds
cuobian ledger export --config cloud.yaml --out FILE.xlsx [--site ID]
  导出台账 / writes the ledger as an Excel file
cuobian ledger import FILE.xlsx --config cloud.yaml [--apply all|good] [--json]
  导入台账；不写 --apply 只预览：错格逐一指出，改动逐项列出
  takes a sheet in; without --apply it only shows: every cell that cannot be read, every change
cuobian ledger rank --config cloud.yaml [--week 2026-W48] [--json]
  周排名：已冻结的用冻结值（写明编号与哈希），未冻结的按现在算 / a week's ranking: frozen as frozen, else as it stands now
cuobian ledger rules --config cloud.yaml [--site ID] [--apply all] [--json]
  充电场所消防要求逐项核对；--apply all 把不符项转入台账，已在台账的不重复
  local fire rules of the sheds, one by one; --apply all makes each broken one a hazard, none of them twice
cuobian income reconcile --config cloud.yaml --site ID --month 2026-11 [--json]（亦即 / also: cuobian ledger reconcile）
  收益三方对账：账单、通道、银行 / the month's money at the edge, the channel and the bank
退出码 / exit: 0 相符 sound · 1 不符 not so · 2 用法 usage · 3 配置 configuration
例 / example:
  cuobian ledger check 台账.xlsx --config cloud.yaml
`;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const options = {
  config: { type: "string" },
  totals: { type: "string" },
  site: { type: "string" },
  week: { type: "string" },
  month: { type: "string" },
  apply: { type: "string" },
  out: { type: "string" },
  days: { type: "string", default: "1" },
  "dry-run": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

async function withStore(values: Values, work: (store: Store, config: CloudConfig) => Promise<number>): Promise<number> {
  if (values.config === undefined) {
    say("cuobian ledger: 缺少 / missing --config FILE");
    return 2;
  }
  const read = readCloudConfig(resolve(values.config));
  if ("complaints" in read) {
    for (const { file, line, column, path, zh, en } of read.complaints) say(`${file}:${line}:${column}: ${path}: ${zh} / ${en}`);
    return 3;
  }
  const store = await openConfiguredStore(read.config);
  try {
    return await work(store, read.config);
  } finally {
    await store.close();
  }
}

const filterOf = ({ site }: Values): { readonly site?: string } => (site === undefined ? {} : { site });

async function check(file: string | undefined, values: Values): Promise<number> {
  if (file === undefined) {
    say(usage);
    return 2;
  }
  const bytes = new Uint8Array(readFileSync(resolve(file)));
  let totals: Totals | undefined;
  if (values.totals !== undefined) totals = JSON.parse(readFileSync(resolve(values.totals), "utf8")) as Totals;
  if (values.config !== undefined) {
    const code = await withStore(values, async (store) => {
      const now = Date.now();
      const { near_days } = (await policyOn(store.read, now)).clocks;
      totals = await totalsFor(store.read, { filter: filterOf(values), scope: everywhere, now, near_days });
      return 0;
    });
    if (code !== 0) return code;
  }
  const checked = checkLedgerFile(bytes, totals);
  if (values.json) process.stdout.write(`${JSON.stringify({ ...checked, against: totals ?? null })}\n`);
  else {
    for (const { sheet, cell, zh, en } of checked.complaints) say(`✗ [${sheet}] ${cell}: ${zh} / ${en}`);
    if (checked.more > 0) say(`✗ 另有 ${checked.more} 处，先改正以上 / and ${checked.more} more: mend these first`);
    const { rows, closed, overdue, overdue_days, postponements, actual_fen } = checked.totals;
    process.stdout.write(
      `${checked.complaints.length === 0 ? "✓" : "✗"} ${checked.sheets} 张表 sheets · ${checked.columns} 列 columns · ${checked.cells} 格 cells\n` +
        `  隐患 ${rows} · 已销号 ${closed} · 逾期 ${overdue}（${overdue_days} 天）· 延期 ${postponements} 次 · 实支 ${actual_fen} 分` +
        `${totals === undefined ? "" : checked.complaints.length === 0 ? " · 与台账相符 agrees with the ledger" : ""}\n`,
    );
  }
  return checked.complaints.length === 0 ? 0 : 1;
}

const verify = (values: Values): Promise<number> =>
  withStore(values, async (store) => {
    const chain = await verifyChain(store.read);
    const differences = await differencesOf(store.read);
    const weeks = await verifySnapshots(store.read);
    const mediations = await mediationsWrong(store.read);
    const beside = await sealed(store.read);
    const pictures = await picturesWrong(store.read);
    const wrong = [...weeks.wrong, ...mediations, ...beside.wrong, ...pictures.wrong];
    const sound = "sound" in chain && differences.length === 0 && wrong.length === 0;
    if (values.json) process.stdout.write(`${JSON.stringify({ chain, differences, weeks, mediations, beside, pictures })}\n`);
    else if (sound)
      process.stdout.write(
        `✓ ${"sound" in chain ? chain.sound : 0} 步完好，各条隐患等于其各步之和 / steps are sound, every hazard is their sum\n` +
          `✓ ${weeks.weeks} 周快照 ${weeks.numbers} 个数与其逐条相符 / numbers of frozen weeks agree with their rows\n` +
          `✓ 文书 ${beside.papers} 份、考评结果 ${beside.awards} 项、办理程序 ${beside.ways} 个如初 / papers, awards and ways are what they were\n` +
          `✓ 资金、表决、公示、规则、考评等 ${beside.records} 项记录与写入时一致，照片 ${pictures.pictures} 张与摘要一致 / records of money, votes, publications, rules and scores are what was written, pictures what their hashes say\n`,
      );
    else {
      if ("why" in chain) process.stdout.write(`✗ ${chain.why}\n`);
      for (const one of wrong) process.stdout.write(`✗ ${one}\n`);
      for (const { hazard, column, row, steps } of differences)
        process.stdout.write(
          `✗ ${hazard}.${column}: 表中 / the row says ${JSON.stringify(row)}，各步为 / its steps ${JSON.stringify(steps)}\n`,
        );
    }
    return sound ? 0 : 1;
  });

const rehearsal = (values: Values): Promise<number> =>
  withStore(values, async (store) => {
    const days = Number(values.days);
    if (!values["dry-run"] || !Number.isInteger(days) || days < 1 || days > 60) {
      say("cuobian ledger escalate --dry-run [--days 1–60]");
      return 2;
    }
    const now = Date.now();
    const planned = await rehearse(store.read, await policyOn(store.read, now), { now, until: now + days * dayMs, scope: everywhere });
    for (const { hazard, next } of planned)
      process.stdout.write(
        values.json
          ? `${JSON.stringify({ hazard: hazard.id, rung: next.rung.id, at: toRfc3339(wall(next.at)), tells: next.rung.tells })}\n`
          : `${toRfc3339(wall(next.at)).slice(0, 16).replace("T", " ")}  ${hazard.id}  ${next.rung.zh} → ${next.rung.tells.join("、")}${next.provisional ? "（暂定）" : ""}\n`,
      );
    if (planned.length === 0) say("没有要升级的 / nothing is due");
    return 0;
  });

const reminding = (values: Values): Promise<number> =>
  withStore(values, async (store, config) => {
    const days = Number(values.days);
    if (!values["dry-run"] || !Number.isInteger(days) || days < 1 || days > 60) {
      say("cuobian ledger remind --dry-run [--days 1–60]");
      return 2;
    }
    const now = Date.now();
    const where = { tree: openTree(config.areas ?? [], config.sites), compounds: config.sites };
    const planned = await plannedReminders(store.read, where, { now, until: now + days * dayMs });
    for (const { at, town, month, stage, due_at, provisional } of planned)
      process.stdout.write(
        values.json
          ? `${JSON.stringify({ town, month, stage, at: toRfc3339(wall(at)), due_at: toRfc3339(wall(due_at)), provisional })}\n`
          : `${toRfc3339(wall(at)).slice(0, 16).replace("T", " ")}  ${town}  ${month} ${stage === "soon" ? "将到期 due soon" : "逾期 overdue"}${provisional ? "（暂定）" : ""}\n`,
      );
    if (planned.length === 0) say("没有要催报的 / nobody is to be reminded");
    return 0;
  });

const exporting = (values: Values): Promise<number> =>
  withStore(values, async (store, config) => {
    if (values.out === undefined) {
      say("cuobian ledger export: 缺少 / missing --out FILE.xlsx");
      return 2;
    }
    const now = Date.now();
    const places = await placesOn(
      store.read,
      { tree: openTree(config.areas ?? [], config.sites), compounds: config.sites },
      dayText(dayOf(now)),
    );
    const told = Object.fromEntries([...places].map(([id, place]) => [id, placeText(place)]));
    const { near_days } = (await policyOn(store.read, now)).clocks;
    const whose = { filter: filterOf(values), scope: everywhere, person: "console", phones: true, pictures: true } as const;
    const asked = { ...whose, as: "xlsx", now, near_days, places: told } as const;
    const file = openSync(resolve(values.out), "w", 0o600);
    try {
      const bytes = (some: Uint8Array): void => void writeSync(file, some);
      const rows = await writeLedger(store.read, asked, { total: () => undefined, done: () => undefined, bytes });
      say(`✓ ${rows} 条 rows → ${values.out}`);
    } finally {
      closeSync(file);
    }
    return 0;
  });

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  // `cuobian income reconcile` is the same job by the name that people of money look for.
  const income = positionals[0] === "income";
  const [verb, file] = income ? positionals.slice(1) : positionals;
  if (income && verb !== undefined && verb !== "reconcile" && !values.help) {
    say(
      `cuobian income: 没有命令 / no command "${verb}"\n               cuobian income reconcile --config cloud.yaml --site ID --month 2026-11`,
    );
    return 2;
  }
  if (values.help || verb === undefined) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  if (verb === "check") return check(file, values);
  if (verb === "verify") return verify(values);
  if (verb === "escalate") return rehearsal(values);
  if (verb === "remind") return reminding(values);
  if (verb === "export") return exporting(values);
  const more = { import: importFile, rank: rankWeek, reconcile, rules: shedRules }[verb];
  if (more !== undefined) {
    const asked = { file, week: values.week, month: values.month, site: values.site, apply: values.apply, json: values.json, say };
    return withStore(values, (store, config) => more(store, config, asked));
  }
  say(`cuobian ledger: 没有命令 / no command "${verb}"\n               cuobian ledger --help`);
  return 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  say(
    `cuobian ledger: ${error instanceof NoWorkbook ? `不是 Excel 文件 / no Excel file: ${error.message}` : error instanceof Error ? error.message : String(error)}`,
  );
  const code = (error as { code?: string }).code ?? "";
  process.exitCode = code.startsWith("ERR_PARSE_ARGS") ? 2 : /^(ECONN|ENOTFOUND|ETIMEDOUT)/.test(code) ? 4 : 1;
}

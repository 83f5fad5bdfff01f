// `cuobian alarms`: the list, and the report of figures, of a cloud's store.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readCloudConfig } from "#cloud/config/read.ts";
import { openConfiguredStore } from "#cloud/configured-store.ts";
import { everywhere } from "#cloud/identity/scope.ts";
import { alarmView } from "#cloud/views/views.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { kpiOver, summaryOf } from "./report.ts";

const usage = `cuobian alarms list --config cloud.yaml [--site ID] [--json]
  未结束的告警 / alarms that are not over
cuobian alarms kpi --config cloud.yaml [--days 7] [--site ID] [--json]
  告警指标（ISA-18.2）：频次、洪泛、抖动、陈旧、级别比例、前十、响应 / load, floods, chattering, stale, mix, top ten, response
例 / example:
  cuobian alarms kpi --config cloud.yaml --days 30
`;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const options = {
  config: { type: "string" },
  site: { type: "string" },
  days: { type: "string", default: "7" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const shown = (ms: number | null): string =>
  ms === null ? "—" : ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
const percent = (permille: number): string => `${(permille / 10).toFixed(1)} %`;

function kpiText(report: Awaited<ReturnType<typeof kpiOver>>): string {
  const { from, to, targets, worse, mix_permille: mix } = report;
  const bad = (name: string): string => (worse.includes(name) ? "✗" : "✓");
  const lines = [
    `${from} – ${to}`,
    `${bad("per_day")} 每天 / a day            ${report.per_day}  (≤ ${targets.per_day})`,
    `${bad("per_hour")} 每小时 / an hour       ${report.per_hour}  (≤ ${targets.per_hour})`,
    `  十分钟峰值 / most in 10 min  ${report.peak_in_ten_minutes}`,
    `${bad("flood_permille")} 洪泛 / in flood        ${percent(report.flood_permille)}, ${report.floods} ×  (≤ ${percent(targets.flood_permille)})`,
    `${bad("chattering")} 抖动 / chattering      ${report.chattering}  (${targets.chattering})`,
    `${bad("stale")} 陈旧 / stale           ${report.stale}  (≤ ${targets.stale})`,
    `  搁置等 / held              ${report.held}`,
    `${bad("priority1_permille")} 级别 / mix 1–4         ${mix === null ? "—" : mix.map(percent).join(" · ")}`,
    `  确认 / acknowledged        ${report.acknowledged}/${report.calls}, 中位 median ${shown(report.median_response_ms)}, 90 % ${shown(report.p90_response_ms)}`,
    ...report.top.map(({ cause, calls, permille }) => `    ${String(calls).padStart(5)}  ${percent(permille).padStart(7)}  ${cause}`),
  ];
  return `${lines.join("\n")}\n`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [verb] = positionals;
  if (values.help || verb === undefined) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const days = Number(values.days);
  if (!["list", "kpi"].includes(verb) || values.config === undefined || !Number.isInteger(days) || days < 1 || days > 999) {
    say(values.config === undefined ? "cuobian alarms: 缺少 / missing --config FILE" : usage);
    return 2;
  }
  const read = readCloudConfig(resolve(values.config));
  if (!("config" in read)) {
    for (const { file, line, column, path, zh, en } of read.complaints) say(`${file}:${line}:${column}: ${path}: ${zh} / ${en}`);
    return 3;
  }
  const store = await openConfiguredStore(read.config);
  try {
    const now = Date.now();
    const of = { scope: everywhere, site: values.site };
    if (verb === "kpi") {
      const report = await kpiOver(store.read, { ...of, from: now - days * dayMs, to: now });
      process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : kpiText(report));
      return 0;
    }
    const rows = await store.read
      .selectFrom("alarm")
      .selectAll()
      .where("open", "=", 1)
      .$if(values.site !== undefined, (all) => all.where("site", "=", values.site ?? ""))
      .orderBy("priority")
      .orderBy("last_at", "desc")
      .execute();
    if (values.json) for (const row of rows) process.stdout.write(`${JSON.stringify(alarmView(row))}\n`);
    else {
      for (const { priority, state, site, source, zh, count, last } of rows.map(alarmView))
        process.stdout.write(`${priority}  ${state.padEnd(24)} ${last}  ${site} ${source}  ${zh}${count > 1 ? ` ×${count}` : ""}\n`);
      const summary = await summaryOf(store.read, { ...of, now });
      say(
        `活动 ${summary.active} · 未确认 ${summary.unacknowledged} · 搁置 ${summary.shelved} · 抑制 ${summary.suppressed} · 停用 ${summary.out_of_service} · 陈旧 ${summary.stale}`,
      );
    }
    return 0;
  } finally {
    await store.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  say(`cuobian alarms: ${(error as Error).message}`);
  process.exitCode = (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS") === true ? 2 : 1;
}

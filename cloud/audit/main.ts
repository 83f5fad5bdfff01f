// `cuobian audit`: is the log what was written? What does it say? Where does it end?
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readCloudConfig } from "#cloud/config/read.ts";
import type { CloudConfig } from "#cloud/config/schema.ts";
import { auditAnchorFile, openConfiguredStore } from "#cloud/configured-store.ts";
import type { Store } from "#cloud/store/store.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { type AuditAction, auditActions } from "./actions.ts";
import { anchorRows, dropAnchor, readAnchorFile } from "./anchors.ts";
import { type AuditRow, verifyAudit } from "./chain.ts";

const usage = `cuobian audit verify --config cloud.yaml [--anchors FILE …] [--json]
  检查审计日志；指出第一处被改、被删、被移或被截断的行 / checks the log and names the first row that was changed, removed, moved or cut off
  --anchors FILE   另存的锚点文件，可重复 / a copy of the anchor file that was kept elsewhere, may be repeated
cuobian audit show --config cloud.yaml [--last N] [--json]
  最近的行 / the newest rows
cuobian audit anchor --config cloud.yaml
  立即锚定，并打印一行，请保存到别的机器 / anchors the end now and prints the line to keep on another machine
退出码 / exit: 0 完好 sound · 1 有破损 broken · 5 没有锚点，末尾被截断无从发现 no anchors: a cut tail would not be found
例 / example:
  cuobian audit verify --config cloud.yaml --anchors /mnt/bureau/anchors.jsonl
`;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const options = {
  config: { type: "string" },
  anchors: { type: "string", multiple: true },
  last: { type: "string", default: "20" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

async function verify(store: Store, config: CloudConfig, values: Values): Promise<number> {
  const files = [auditAnchorFile(config), ...(values.anchors ?? []).map((file) => resolve(file))];
  const read = files.map((file) => ({ file, ...readAnchorFile(file) }));
  for (const { file, unreadable } of read) for (const line of unreadable) say(`! ${file}:${line}: 不是锚点 / is no anchor`);
  const kept = read.flatMap(({ anchors }) => anchors);
  const verdict = await verifyAudit(store.read, [...(await anchorRows(store.read)), ...kept]);
  if (values.json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  else if (verdict.kind === "sound")
    process.stdout.write(
      `✓ ${verdict.rows} 行完好，${verdict.anchors} 个锚点相符 / ${verdict.rows} rows are sound, ${verdict.anchors} anchors agree\n  ${verdict.head}\n`,
    );
  else process.stdout.write(`✗ ${verdict.zh}\n  ${verdict.en}\n`);
  if (verdict.kind === "broken" || read.some(({ unreadable }) => unreadable.length > 0)) return 1;
  if (kept.length > 0) return 0;
  say("! 没有表外的锚点：末尾被截断无从发现 / no anchor off the table: a cut tail would not be found\n  cuobian audit anchor");
  return 5;
}

const line = (row: AuditRow): string =>
  `${row.ordinal}  ${toRfc3339(wall(row.at))}  ${row.outcome === "done" ? "✓" : "✗"} ${auditActions[row.action as AuditAction]?.zh ?? row.action}  ` +
  `${row.person_name}${row.organisation === null ? "" : `（${row.organisation}）`}  ${row.object ?? ""} ${row.code ?? ""}`;

async function show(store: Store, values: Values): Promise<number> {
  const last = Number(values.last);
  if (!Number.isInteger(last) || last < 1) {
    say(`cuobian audit show: --last 应为正整数 / a whole number above 0: ${values.last}`);
    return 2;
  }
  const rows = await store.read.selectFrom("audit").selectAll().orderBy("ordinal", "desc").limit(last).execute();
  for (const row of rows.reverse()) process.stdout.write(`${values.json ? JSON.stringify(row) : line(row)}\n`);
  return 0;
}

async function anchor(store: Store, config: CloudConfig): Promise<number> {
  const dropped = await dropAnchor(store, auditAnchorFile(config), { now: Date.now(), daily: false });
  const all = await anchorRows(store.read);
  const last = dropped ?? all.at(-1);
  if (last === undefined) {
    say("日志还没有行 / the log has no row yet");
    return 0;
  }
  process.stdout.write(`${JSON.stringify(last)}\n`);
  return 0;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [verb] = positionals;
  if (values.help || verb === undefined) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  if (!["verify", "show", "anchor"].includes(verb) || values.config === undefined) {
    say(values.config === undefined ? "cuobian audit: 缺少 / missing --config FILE" : `cuobian audit: 没有命令 / no command "${verb}"`);
    say("               cuobian audit --help");
    return 2;
  }
  const read = readCloudConfig(resolve(values.config));
  if ("complaints" in read) {
    for (const { file, line: at, column, path, zh, en } of read.complaints) say(`${file}:${at}:${column}: ${path}: ${zh} / ${en}`);
    return 3;
  }
  const store = await openConfiguredStore(read.config);
  try {
    if (verb === "verify") return await verify(store, read.config, values);
    return verb === "show" ? await show(store, values) : await anchor(store, read.config);
  } finally {
    await store.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  say(`cuobian audit: ${error instanceof Error ? error.message : String(error)}`);
  const code = (error as { code?: string }).code ?? "";
  process.exitCode = code.startsWith("ERR_PARSE_ARGS") ? 2 : /^(ECONN|ENOTFOUND|ETIMEDOUT)/.test(code) ? 4 : 1;
}

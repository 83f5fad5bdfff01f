// `cuobian config`: checks a site file before it is used, and explains what may stand in it.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Complaint, complaintText } from "./complaint.ts";
import { asHazards, fireRulesOf } from "./fire-rules.ts";
import { limitsPath, readLimitsFile } from "./limits-file.ts";
import { namedFileComplaints } from "./named-files.ts";
import { readSiteConfig } from "./read.ts";
import { editorSchema, exampleSite } from "./reference.ts";
import { aboveLoads } from "./shed-loads.ts";
import { stationLoads } from "./stations.ts";
import { budgetOf, plannedLine } from "./timing.ts";

const help = `cuobian config — 检查现场配置 / checks a site's configuration

  cuobian config check site.yaml           所有问题一次列出 / everything that is wrong, at once
  cuobian config check site.yaml --json    给程序读 / for programs
  cuobian config limits e-bike-4a | F.yaml 检查一份保护限值；--print 打印 / checks a limits file; --print shows it
  cuobian config rules site.yaml [--json | --hazards]   充电场所消防要求逐项核对 / local fire rules of the sheds, one by one
  cuobian config schema                    编辑器用的 JSON Schema / JSON Schema for editors
  cuobian config new > site.yaml           一份可填写的配置 / a file to start from

退出码 / exit codes: 0 可用 ok, 2 用法 usage, 3 有问题 complaints
`;

function check(file: string, json: boolean): number {
  const read = readSiteConfig(file);
  if (read.kind === "complaints") {
    report(file, read.complaints, json);
    return 3;
  }
  const named = namedFileComplaints(read);
  if (named.length > 0) {
    report(file, named, json);
    return 3;
  }
  const { config, profiles } = read;
  const lines = config.lines.map((line) => {
    const stations = config.stations.filter((station) => station.line === line.id);
    const { devices = [], sheds = [], transformers = [] } = config;
    const site = { devices, sheds, transformers, profiles };
    return { line: line.id, ...budgetOf(plannedLine(line, [], [...stationLoads(stations, site), ...aboveLoads(line.id, site)])) };
  });
  if (json)
    process.stdout.write(`${JSON.stringify({ ok: true, file, site: config.site, gateway: config.gateway, lines, complaints: [] })}\n`);
  else {
    process.stdout.write(
      `${file}: 可用 / ok: ${config.name}, ${config.lanes.length} 车道 lanes, ${config.stations.length} 充电站 stations\n`,
    );
    for (const { line, devices, round_ms, promised_ms } of lines)
      process.stdout.write(`  ${line}: ${devices} 台设备 devices, 每轮 ${round_ms} ms a round, 承诺 ${promised_ms} ms promised\n`);
  }
  return 0;
}

function checkLimits(file: string, { json, print }: { json: boolean; print: boolean }): number {
  const read = readLimitsFile(file);
  if (read.kind === "complaints") {
    report(file, read.complaints, json);
    return 3;
  }
  const { limits, path, hash } = read;
  if (print) process.stdout.write(readFileSync(limitsPath(file, process.cwd()), "utf8"));
  else if (json) process.stdout.write(`${JSON.stringify({ ok: true, file: path, hash, limits, complaints: [] })}\n`);
  else {
    process.stdout.write(`${path}: 可用 / ok: ${limits.id} v${limits.version} (${limits.issued}) ${limits.name}\n`);
    for (const [rule, said] of Object.entries(limits))
      if (said.active === false) process.stdout.write(`  ${rule}: 停用 / off: ${said.reason}\n`);
  }
  return 0;
}

const marks = { met: "✓", broken: "✗", "not-said": "?" } as const;

/** A list to check against, no permit: what the file does not say is not met. */
function checkRules(file: string, { json, hazards }: { json: boolean; hazards: boolean }): number {
  const read = readSiteConfig(file);
  if (read.kind === "complaints") {
    report(file, read.complaints, json);
    return 3;
  }
  const { sheds = [] } = read.config;
  const found = fireRulesOf(read.config, read.limits);
  const broken = found.filter(({ state }) => state === "broken").length;
  const nameOf = (id: string): string => sheds.find((one) => one.id === id)?.name ?? id;
  if (hazards) process.stdout.write(`${JSON.stringify(asHazards(found, nameOf), null, 2)}\n`);
  else if (json) process.stdout.write(`${JSON.stringify({ ok: broken === 0, file, found }, null, 2)}\n`);
  else {
    for (const { shed, state, zh, en, found: what, source } of found)
      process.stdout.write(`${marks[state]} ${nameOf(shed)}: ${zh} / ${en}：${what}  [${source}]\n`);
    const unsaid = found.filter(({ state }) => state === "not-said").length;
    process.stdout.write(`${found.length} 项，${broken} 项不符，${unsaid} 项未写明 / rules, broken, not said\n`);
  }
  return broken === 0 ? 0 : 3;
}

function report(file: string, complaints: readonly Complaint[], json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, file, complaints })}\n`);
  else {
    for (const complaint of complaints) process.stdout.write(`${complaintText(complaint)}\n`);
    process.stdout.write(`${complaints.length} 处问题 / ${complaints.length === 1 ? "complaint" : "complaints"}\n`);
  }
}

function main(argv: string[]): number {
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(argv);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return 2;
  }
  const { values, positionals } = parsed;
  const [verb, file, ...rest] = positionals;
  if (values.help) process.stdout.write(help);
  else if (verb === "limits" && file !== undefined && rest.length === 0) return checkLimits(file, values);
  else if (verb === "check" && file !== undefined && rest.length === 0) return check(file, values.json);
  else if (verb === "rules" && file !== undefined && rest.length === 0) return checkRules(file, values);
  else if (verb === "schema" && file === undefined) process.stdout.write(editorSchema());
  else if (verb === "new" && file === undefined) process.stdout.write(exampleSite());
  else {
    process.stderr.write(help);
    return 2;
  }
  return 0;
}

const read = (args: string[]) =>
  parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      print: { type: "boolean", default: false },
      hazards: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });

process.exitCode = main(process.argv.slice(2));

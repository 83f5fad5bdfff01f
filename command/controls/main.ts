// `cuobian controls`: the forty security controls, each with its command; --run runs them and says pass, fail, or why not.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { type At, type Config, declaredBy, judge as judgePorts, listeners } from "./listeners.ts";
import { type Lock, sbomOf } from "./sbom.ts";
import { familyOf, listeningOf } from "./sockets.ts";
import { commandOf, controls } from "./table.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const usage = `cuobian controls [--run] [--only 4,16] [--json] | --sbom | --ports [--pid N --config FILE]
  四十项安全控制及其命令；--run 逐项运行 / the forty security controls with their commands; --run runs them
  --ports 监听端口清单；加 --pid N --config FILE 与运行中的程序核对 / the list of ports; with --pid and --config it is held against a running program
  --sbom 打印软件物料清单（CycloneDX 1.6）/ prints the software bill of materials
  退出码 / exit: 0 全部通过或跳过 all passed or skipped · 1 有失败 one failed
例 / example: cuobian controls --run --only 16
`;

interface Tested {
  readonly name: string;
  readonly fullName: string;
  readonly status: string;
}
interface Report {
  readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly Tested[] }[];
}

/** Every file once, however many controls it shows. */
function runFiles(files: readonly string[]): Report {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-controls-"));
  const out = join(folder, "report.json");
  try {
    const words = [join(root, "node_modules/vitest/vitest.mjs"), "run", ...files, "--reporter=json", `--outputFile=${out}`];
    spawnSync(process.execPath, words, { cwd: root, stdio: "ignore", env: { ...process.env, TZ: process.env.TZ ?? "UTC" } });
    return existsSync(out) ? (JSON.parse(readFileSync(out, "utf8")) as Report) : { testResults: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Outcome {
  readonly control: number;
  readonly state: "pass" | "fail" | "skip";
  readonly why: string;
}

function judge(index: number, report: Report): Outcome {
  const { shown, skip = "" } = controls[index] ?? {};
  const control = index + 1;
  if (shown === undefined) return { control, state: "skip", why: skip };
  const tests = shown.files.flatMap((file) =>
    report.testResults.filter(({ name }) => name.endsWith(file)).flatMap(({ assertionResults }) => assertionResults),
  );
  const meant = tests.filter(({ fullName }) => fullName.includes(shown.name ?? ""));
  const passed = meant.filter(({ status }) => status === "passed").length;
  const failed = meant.filter(({ status }) => status === "failed").length;
  // What ran nothing shows nothing.
  const state = failed > 0 || (passed === 0 && meant.length === 0) ? "fail" : passed === 0 ? "skip" : "pass";
  return {
    control,
    state,
    why: `${passed} tests passed${failed > 0 ? `, ${failed} failed` : ""}${meant.length === 0 ? ": none ran" : ""}`,
  };
}

const said = ({ proto, host, port }: At): string => `${proto} ${host}:${port}`;

/** What a running program listens on, against what its configuration declares: 1 when anything else listens, or something does not. */
function ports(): number {
  if (values.pid === undefined || values.config === undefined) {
    for (const { who, proto, setting, usual, zh, en } of listeners)
      process.stdout.write(`${who.padEnd(8)} ${proto.padEnd(4)} ${usual.padEnd(26)} ${setting.padEnd(16)} ${zh} / ${en}\n`);
    return values.pid === undefined && values.config === undefined ? 0 : 2;
  }
  const config = parse(readFileSync(values.config, "utf8")) as Config;
  const who = "lanes" in config ? "gateway" : "cloud";
  const measured = listeningOf(familyOf(Number(values.pid)));
  const { undeclared, missing } = judgePorts(declaredBy(who, config), measured);
  for (const one of measured) process.stdout.write(`${undeclared.includes(one) ? "✗" : "✓"} ${said(one)}\n`);
  for (const one of missing) process.stdout.write(`– ${said(one)}: 未监听 / declared, and nobody listens\n`);
  return undeclared.length + missing.length > 0 ? 1 : 0;
}

const { values } = parseArgs({
  options: {
    run: { type: "boolean", default: false },
    only: { type: "string" },
    json: { type: "boolean", default: false },
    sbom: { type: "boolean", default: false },
    ports: { type: "boolean", default: false },
    pid: { type: "string" },
    config: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
const wanted = values.only === undefined ? controls.map((_, index) => index) : values.only.split(",").map((text) => Number(text) - 1);
if (values.help) process.stdout.write(usage);
else if (values.ports) process.exitCode = ports();
else if (values.sbom)
  process.stdout.write(`${JSON.stringify(sbomOf(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock), null, 1)}\n`);
else if (wanted.some((index) => controls[index] === undefined)) {
  process.stderr.write(`cuobian controls: --only 应为 1–${controls.length} / numbers from 1 to ${controls.length}: ${values.only}\n`);
  process.exitCode = 2;
} else {
  const files = [...new Set(wanted.flatMap((index) => controls[index]?.shown?.files ?? []))];
  const report = values.run && files.length > 0 ? runFiles(files) : { testResults: [] };
  const outcomes = values.run ? wanted.map((index) => judge(index, report)) : [];
  if (values.json) process.stdout.write(`${JSON.stringify(outcomes)}\n`);
  else
    for (const [n, index] of wanted.entries()) {
      const control = controls[index];
      if (control === undefined) continue;
      const outcome = outcomes[n];
      const mark = outcome === undefined ? " " : { pass: "✓", fail: "✗", skip: "–" }[outcome.state];
      const remark = outcome?.why ?? control.skip ?? commandOf(control);
      process.stdout.write(`${mark} ${String(index + 1).padStart(2)}  ${control.zh} / ${control.en}\n       ${remark}\n`);
    }
  const count = (state: Outcome["state"]): number => outcomes.filter((one) => one.state === state).length;
  if (values.run && !values.json) process.stdout.write(`${count("pass")} pass, ${count("fail")} fail, ${count("skip")} skip\n`);
  process.exitCode = count("fail") > 0 ? 1 : 0;
}

// `cuobian`: finds the program for the words that were typed, and becomes it. It imports none of them.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import { type Program, programs } from "./programs.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function help(): string {
  const width = Math.max(...programs.map((program) => program.usage.length));
  const rows = programs.map((program) => `  ${program.usage.padEnd(width)}  ${program.zh} / ${program.en}`);
  return `厝边 cuobian — 小区停车与电动自行车充电安全 / parking and e-bike charging safety

用法 / usage:
${rows.join("\n")}

例 / examples:
  cuobian demo
  cuobian sim fault over-current --socket station-1/3 --amount 2500
  cuobian quote --tariff tariffs/residential-free-hour.yaml --enter "2026-11-25 08:11" --exit "2026-11-25 12:03"
  cuobian config check site.yaml --json

每个命令都有 --help；数据在标准输出，说明在标准错误 / every command has --help; data go to stdout, talk to stderr
退出码 / exit codes: 0 成功 ok · 1 失败 failed · 2 用法 usage · 3 配置无效 config invalid · 4 无法连接 unreachable · 5 仅警告 warnings · 130 中断 interrupted
`;
}

/** Becomes the program: one process, so that a signal, or a kill -9, reaches the program itself and nobody in between. */
function start(program: Program, args: readonly string[]): void {
  const words = [process.execPath, join(root, program.file), ...program.args, ...args];
  if (typeof process.execve === "function") process.execve(process.execPath, words, process.env);
  const child = spawn(process.execPath, words.slice(1), { stdio: "inherit" });
  // Ctrl-C reaches the whole group by itself; what is sent to us alone is handed on. The program decides how to end.
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  process.on("SIGINT", () => {});
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

function main(args: readonly string[]): void {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === "--help" || verb === "-h" || verb === "help") {
    process.stdout.write(help());
    return;
  }
  if (verb === "version" || verb === "--version") {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    process.stdout.write(
      rest.includes("--json")
        ? `${JSON.stringify({ version, node: process.version })}\n`
        : `cuobian ${version} (Node ${process.version})\n`,
    );
    return;
  }
  // For a service unit, which starts Node itself: the one that the bootstrap has found or brought.
  if (verb === "node") {
    process.stdout.write(`${process.execPath}\n`);
    return;
  }
  const program = programs.find((one) => one.verb === verb);
  if (program === undefined) {
    const guess = nearest(
      verb,
      programs.map((one) => one.verb),
    );
    process.stderr.write(
      `cuobian: 没有命令 / no command "${verb}"${guess === undefined ? "" : `；是否想输入 / did you mean "${guess}"?`}\n         cuobian --help\n`,
    );
    process.exitCode = 2;
    return;
  }
  start(program, rest);
}

main(process.argv.slice(2));

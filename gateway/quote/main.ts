// `cuobian quote`: what would this stay cost, with its lines and the rule behind each; `cuobian tariff check`: is this file sound?
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Complaint, parseTariff } from "#gateway/config/tariff-file.ts";
import { quote, type Stay } from "#gateway/core/parking/tariff.ts";
import { yuanText } from "#protocols/vocabulary/money.ts";
import { canonicalPlate, type PlateColour, plateColours } from "#protocols/vocabulary/plate.ts";
import { fromRfc3339, toRfc3339 } from "#protocols/vocabulary/time.ts";

const usage = `cuobian quote --tariff FILE --enter TIME --exit TIME [--plate P] [--colour C] [--class WORD] [--bays N] [--json]
  这次停车多少钱，逐行说明 / what this stay costs, line by line
  时间 / times: 2026-11-25T08:11:00+08:00，或不写时区按北京时间 / without an offset: China's civil time
  颜色 / colours: ${plateColours.join(", ")}
cuobian tariff check FILE... [--json]
  检查收费文件 / checks tariff files; exit 3 when one is refused
例 / examples:
  cuobian quote --tariff tariffs/residential-free-hour.yaml --enter "2026-11-25 08:11" --exit "2026-11-25 12:03"
  cuobian tariff check tariffs/*.yaml --json
`;

const options = {
  tariff: { type: "string" },
  enter: { type: "string" },
  exit: { type: "string" },
  plate: { type: "string" },
  colour: { type: "string" },
  class: { type: "string" },
  bays: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const complaintText = ({ file, line, column, path, zh, en, example }: Complaint): string =>
  `${file}:${line}:${column}: ${path}: ${zh} / ${en}${example === undefined ? "" : `\n    例 example: ${example}`}`;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    say(`cuobian: 读不了 / cannot read ${path}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** The stay that was asked for, or what is wrong with the asking. */
function stayOf(values: Values): Stay | string {
  const entered = fromRfc3339(values.enter ?? "");
  const left = fromRfc3339(values.exit ?? "");
  if (entered === undefined) return `--enter 不是时间 / is no time: ${values.enter ?? "(缺少 missing)"}`;
  if (left === undefined) return `--exit 不是时间 / is no time: ${values.exit ?? "(缺少 missing)"}`;
  if (left < entered) return "出场早于入场 / the exit lies before the entry";
  const plate = values.plate === undefined ? undefined : canonicalPlate(values.plate);
  if (values.plate !== undefined && plate === undefined) return `不是车牌 / no plate: ${values.plate}`;
  const colour = (values.colour ?? "unknown") as PlateColour;
  if (!plateColours.includes(colour)) return `--colour 只能是 / is one of: ${plateColours.join(", ")}`;
  const bays = values.bays === undefined ? undefined : Number(values.bays);
  if (bays !== undefined && (!Number.isInteger(bays) || bays < 1)) return `--bays 应为正整数 / a whole number from 1: ${values.bays}`;
  return {
    entered,
    left,
    colour,
    ...(plate === undefined ? {} : { plate }),
    ...(values.class === undefined ? {} : { class: values.class }),
    ...(bays === undefined ? {} : { bays }),
  };
}

function runQuote(values: Values): number {
  if (values.tariff === undefined) {
    say(usage);
    return 2;
  }
  const stay = stayOf(values);
  if (typeof stay === "string") {
    say(`cuobian quote: ${stay}\n               cuobian quote --help`);
    return 2;
  }
  const text = readText(values.tariff);
  if (text === undefined) return 4;
  const read = parseTariff(text, values.tariff);
  if ("complaints" in read) {
    for (const complaint of read.complaints) say(complaintText(complaint));
    return 3;
  }
  const bill = quote(read.tariff, stay);
  if ("kind" in bill) {
    if (values.json) process.stdout.write(`${JSON.stringify({ refusal: bill }, null, 2)}\n`);
    else say(`${bill.zh} / ${bill.en} (${bill.code})`);
    return 1;
  }
  if (values.json) {
    const lines = bill.lines.map(({ rule, zh, en, amount }) => ({ rule, zh, en, amount_fen: amount }));
    process.stdout.write(
      `${JSON.stringify({ tariff: bill.tariff, entered: toRfc3339(stay.entered), left: toRfc3339(stay.left), lines, total_fen: bill.total }, null, 2)}\n`,
    );
    return 0;
  }
  process.stdout.write(`${read.tariff.name.zh} / ${read.tariff.name.en}  (${bill.tariff})\n`);
  for (const { rule, zh, en, amount } of bill.lines)
    process.stdout.write(`  ¥${yuanText(amount).padStart(8)}  ${zh} / ${en}   [${rule}]\n`);
  process.stdout.write(`  ¥${yuanText(bill.total).padStart(8)}  合计 / total\n`);
  return 0;
}

function runCheck(files: readonly string[], json: boolean): number {
  if (files.length === 0) {
    say(usage);
    return 2;
  }
  const found = files.map((file) => {
    const text = readText(file);
    if (text === undefined) return { file, complaints: undefined };
    const read = parseTariff(text, file);
    return { file, complaints: "complaints" in read ? read.complaints : [] };
  });
  if (json)
    process.stdout.write(
      `${JSON.stringify({ files: found.map(({ file, complaints }) => ({ file, ok: complaints?.length === 0, complaints: complaints ?? null })) }, null, 2)}\n`,
    );
  else
    for (const { file, complaints = [] } of found) {
      for (const complaint of complaints) process.stdout.write(`${complaintText(complaint)}\n`);
      if (complaints.length === 0) process.stdout.write(`${file}: ✓\n`);
    }
  if (found.some(({ complaints }) => complaints === undefined)) return 4;
  return found.some(({ complaints }) => (complaints?.length ?? 0) > 0) ? 3 : 0;
}

function main(args: readonly string[]): number {
  const [program, ...rest] = args;
  const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (program === "quote") return runQuote(values);
  if (program === "tariff" && positionals[0] === "check") return runCheck(positionals.slice(1), values.json);
  say(usage);
  return 2;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  say(`cuobian: ${error instanceof Error ? error.message : String(error)}\n         cuobian quote --help`);
  process.exitCode = 2;
}

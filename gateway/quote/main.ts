// The two verbs of tariffs on the command line: `cuobian quote` and `cuobian tariff …`.
import { parseArgs } from "node:util";
import { chargeOptions } from "#gateway/prices/charge-words.ts";
import { Misunderstood, stayOptions } from "#gateway/tariff/stay-words.ts";
import { plateColours } from "#protocols/vocabulary/plate.ts";
import { bothKinds, runChargeQuote, runPriceCheck, runPriceSchema, splitByKind } from "./charge.ts";
import { Leave, say } from "./files.ts";
import { runInterview } from "./new/run.ts";
import { runQuote } from "./quote.ts";
import { runCheck, runDiff, runExplain, runNew, runSchema } from "./tariff.ts";

const usage = `cuobian quote --tariff FILE --enter TIME --exit TIME [--json]
  这次停车多少钱，逐行说明 / what this stay costs, line by line
    --plate P --colour C --class WORD --bays N --operating     车 / the car; 颜色 colours: ${plateColours.join(", ")}
    --history "ENTER/EXIT=YUAN"                                 此前停车 / an earlier stay (repeatable)
    --coupon free|percent=20|minutes=60|cash=5|valid-for=TIME/3|time-window=18:00-22:00
                                                                何时出示 / when it was shown: minutes=60@TIME
    --paid "TIME=YUAN"   --charging "FROM/UNTIL=KWH"   --inner "FROM/UNTIL"   --entry-lost
    --pass "FROM/UNTIL[;spaces=N][;with=ENTER/LEFT]…[;suspended=FROM/UNTIL]"
                                                                同卡其他车在场 / when the card's other cars were inside; 没离场 / still inside: with=ENTER/
  时间 / times: 2026-11-25T08:11:00+08:00，或不写时区按北京时间 / without an offset: China's civil time
cuobian quote --charging FILE --start TIME --load "200 W/2 h" [--load …] [--json]
  这次充电多少钱，电费与服务费分开 / what this charge costs, electricity and service apart
    --load "POWER/LENGTH[/ENERGY kWh]" 可多次 / repeatable；或 / or --curve FILE.csv (seconds,power_W,energy_Wh)
    --group WORD  --prepaid YUAN  --monthly-used KWH  --occupied LENGTH  --fault
cuobian tariff check FILE... [--json] [--svg OUT.svg] [--enter TIME]   检查，画 72 小时收费 / check, and draw the fee over 72 h
cuobian tariff diff A B [--json]                                       哪些停车变价 / which stays change price
cuobian tariff explain FILE [--at DATE] [--json]                       入口公示的文字 / as it would hang at the entrance
cuobian tariff new                                                     照牌子逐项问答，写出收费文件 / an interview, from the sign to the file
    --answers FILE.json|-  --answer KEY=VALUE                           脚本按键名回答；otherwise=no：其余都没有 / a script answers by key
cuobian tariff new TEMPLATE [--id ID] [--name NAME]                    从模板开始 / begin from a template
    停车与充电的文件都可检查 / checks parking and charging files alike
cuobian tariff schema [charging]                                       JSON Schema
退出码 / exit codes: 0 好 ok, 1 不能计费 refused, 2 用法 usage, 3 文件有错 file refused, 4 读不了 unreadable
例 / examples:
  cuobian quote --tariff tariffs/residential-free-hour.yaml --enter "2026-11-25 08:11" --exit "2026-11-25 12:03"
  cuobian tariff check tariffs/*.yaml --json
  cuobian quote --charging tariffs/charging/demonstration.yaml --start "2026-11-25 18:00" --load "180 W/3 h" --load "20 W/1 h" --group resident --prepaid 5
`;

const options = {
  ...stayOptions,
  ...chargeOptions,
  tariff: { type: "string" },
  svg: { type: "string" },
  at: { type: "string" },
  answers: { type: "string" },
  answer: { type: "string", multiple: true },
  id: { type: "string" },
  name: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

async function main([program, ...rest]: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (program === "quote" && values.tariff !== undefined)
    return values.start === undefined ? runQuote(values.tariff, values, values.json) : bothKinds();
  const [price, ...more] = values.charging ?? [];
  if (program === "quote" && price !== undefined && more.length === 0) return runChargeQuote(price, values, values.json);
  const [verb, ...files] = positionals;
  if (program === "tariff" && verb === "check" && files.length > 0) return checkAll(files, values);
  if (program === "tariff" && verb === "diff") return runDiff(files, values.json);
  if (program === "tariff" && verb === "explain") return runExplain(files, values);
  if (program === "tariff" && verb === "new") return files.length === 0 ? runInterview(values) : runNew(files, values);
  if (program === "tariff" && verb === "schema") return files[0] === "charging" ? runPriceSchema() : runSchema();
  say(usage);
  return 2;
}

function checkAll(files: readonly string[], values: Parameters<typeof runCheck>[1]): number {
  const { tariffs, prices } = splitByKind(files);
  if (tariffs.length > 0 && prices.length > 0 && values.json)
    throw new Misunderstood("--json：停车与充电的文件分开检查 / check parking and charging files apart");
  const codes = [
    ...(prices.length > 0 ? [runPriceCheck(prices, values.json)] : []),
    ...(tariffs.length > 0 ? [runCheck(tariffs, values)] : []),
  ];
  return Math.max(...codes);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Leave) process.exitCode = error.code;
  else if (error instanceof Misunderstood || (error instanceof TypeError && "code" in error)) {
    say(`cuobian: ${error.message}\n         cuobian quote --help`);
    process.exitCode = 2;
  } else throw error;
}

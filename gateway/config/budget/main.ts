// `cuobian budget`: will these lines keep their cut-off time? Asked before anything is bought.
import { parseArgs } from "node:util";
import { complaintText } from "../complaint.ts";
import { remedyWords, wireOf, wireWords } from "../timing.ts";
import { readShopping } from "./read.ts";
import { type Change, type LineNeed, needOf, type Warning } from "./work.ts";

const help = `cuobian budget — 采购之前：这些线路守得住断电时限吗 / before buying: will these lines keep their cut-off time?

用法 / usage:
  budget shopping-list.yaml [--json]

清单写明每条线路、波特率、设备（型号 × 台数）、拼装的插座（继电器板 + 电表）与承诺的断电时限；示例见 docs/examples/shopping-list.yaml
a list names each line, its baud rate, its devices (model × count), sockets put together (relay board + meter) and the promised cut-off time; docs/examples/shopping-list.yaml is one

  每轮 a round   每台设备按型号文件读一遍、续期一次，再加一帧断开 / every device read and re-armed once, and one OFF frame
  承诺 promised  cutoff_ms；也不超过最短续期窗口的一半 / cutoff_ms, and never more than half the shortest re-arm window

例 / examples:
  cuobian budget docs/examples/shopping-list.yaml
  cuobian budget docs/examples/shopping-list.yaml --json
  cuobian device list                         可选的型号 / the models to choose from

退出码 / exit codes: 0 守得住 all keep it · 1 有线路守不住 a line cannot · 2 用法 usage · 3 清单有误 the list is wrong · 5 仅提醒 warnings only
`;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

function changeWords(change: Change): { zh: string; en: string } {
  if (change.kind !== "instead") return remedyWords(change);
  const { of, profile, count } = change;
  return { zh: `${of} 换成 ${count} 台 ${profile}`, en: `${count} × ${profile} in place of ${of}` };
}

const warningWords: Readonly<Record<Warning, { zh: string; en: string }>> = {
  "many-loads": {
    zh: "超过 31 台：一段 RS-485 带 32 个单位负载，需要中继器或低负载收发器",
    en: "more than 31 devices: one RS-485 segment drives 32 unit loads; a repeater or low-load transceivers are needed",
  },
  "undeclared-turnaround": {
    zh: "有型号未写明应答间隔，按 60 ms 计；以实物测量为准",
    en: "a model declares no turnaround: 60 ms is assumed; measure one before buying many",
  },
  "relays-alone": {
    zh: "继电器板只算了读取；要用它控制插座，写进 sockets（继电器与电表各一），续期的点动才会算进去",
    en: "a relay board is only read here: one that is to feed sockets belongs under sockets (a relay and a meter each), so that its pulses count",
  },
  latching: {
    zh: "有继电器板不会自己断开：网关停机时会一直吸合，只能用在有上级接触器的棚里",
    en: "a relay board that does not open by itself: with a dead gateway it stays closed; only for a shed with a contactor above",
  },
  "no-station": { zh: "没有充电站：只读不切，断电时限无从谈起", en: "no charging station: it is read only, nothing is cut here" },
};

function lineText(need: LineNeed, wire: { zh: string; en: string }): string {
  const speed = need.baud === null ? wire.zh : wire.en === wire.zh ? wire.en : `${wire.zh} / ${wire.en}`;
  const verdict = need.fits
    ? `✓ 守得住，余 ${seconds(need.margin_ms)} / kept, ${seconds(need.margin_ms)} to spare`
    : `✗ 守不住，超 ${seconds(-need.margin_ms)} / over by ${seconds(-need.margin_ms)}`;
  const devices = need.devices.map(
    ({ profile, count, sockets, questions, registers, each_ms, most }) =>
      `  ${profile} × ${count}${sockets > 0 ? `（${sockets * count} 路 sockets）` : ""}  每台 ${each_ms} ms each（${questions} 问 questions, ${registers} 寄存器 registers），此线最多 ${most} 台 at most on this line`,
  );
  const changes = need.changes.map((change, at) => {
    const { zh, en } = changeWords(change);
    return `  ${at === 0 ? "改法 / change:" : "或 / or:      "} ${zh} / ${en}`;
  });
  const none =
    need.fits || need.changes.length > 0
      ? []
      : ["  改法 / change: 换用应答更快、一次读得更多的型号 / take a model that answers sooner or in fewer questions"];
  const warnings = need.warnings.map((one) => `  ! ${warningWords[one].zh} / ${warningWords[one].en}`);
  return [
    `${need.id}  ${speed}  每轮 ${seconds(need.round_ms)} a round，承诺 ${seconds(need.allowed_ms)} promised  ${verdict}`,
    ...devices,
    ...changes,
    ...none,
    ...warnings,
  ].join("\n");
}

function budget(file: string, json: boolean): number {
  const read = readShopping(file);
  if (read.kind === "complaints") {
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, file, lines: [], complaints: read.complaints })}\n`);
    else process.stdout.write(`${read.complaints.map(complaintText).join("\n")}\n`);
    return 3;
  }
  const needs = read.lines.map(needOf);
  const ok = needs.every((need) => need.fits);
  if (json) process.stdout.write(`${JSON.stringify({ ok, file, lines: needs, complaints: [] })}\n`);
  else {
    const texts = needs.map((need, at) => lineText(need, wireWords(wireOf(read.lines[at]?.line ?? { kind: "tcp" }))));
    process.stdout.write(`${texts.join("\n\n")}\n`);
  }
  if (!ok) return 1;
  return needs.some((need) => need.warnings.length > 0) ? 5 : 0;
}

function main(args: readonly string[]): number {
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read([...args]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return 2;
  }
  const { values, positionals } = parsed;
  const [file, ...rest] = positionals;
  if (values.help) process.stdout.write(help);
  else if (file !== undefined && rest.length === 0) return budget(file, values.json);
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
    options: { json: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
  });

process.exitCode = main(process.argv.slice(2));

// `cuobian modbus read`: the register bench. What lies there, under every name of its address, read every way, the likely readings marked.
import { parseArgs } from "node:util";
import { addressFrom, type BenchRow, bench, hasTwins, type Notation, offsetVerdicts } from "#protocols/modbus/bench.ts";
import { type Match, matches } from "#protocols/modbus/bench-matches.ts";
import { answerWords } from "#protocols/modbus/decode.ts";
import { exceptionNames } from "#protocols/modbus/frame.ts";
import { type Block, blockRequest } from "#protocols/modbus/plan.ts";
import type { Point } from "#protocols/modbus/profile.ts";
import type { DeviceFault } from "#protocols/vocabulary/faults.ts";
import { type Line, lineOptions, openLine } from "./line.ts";
import { type Ending, ended, oneOf, table, UsageError, whole } from "./say.ts";

const options = {
  ...lineOptions,
  address: { type: "string" },
  count: { type: "string" },
  table: { type: "string" },
  fc: { type: "string" },
  notation: { type: "string", default: "auto" },
  expect: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

const tables: readonly Point["table"][] = ["coil", "discrete", "holding", "input"];
const byFunction: readonly Point["table"][] = tables; // FC01 … FC04, in this order

export function placeGiven(values: {
  table?: string | undefined;
  fc?: string | undefined;
  address?: string | undefined;
  notation: string;
}): { table: Point["table"]; address: number } {
  if (values.address === undefined) throw new UsageError("--address 10 | 0x000A | 40011 | 400011");
  const notation: Notation = oneOf("notation", values.notation, ["auto", "zero", "one", "five", "six"]);
  const place = addressFrom(values.address, notation);
  if ("kind" in place) throw new UsageError(`--address: ${place.zh} / ${place.en}`);
  const fc = whole("fc", values.fc, [1, 4]);
  const said =
    fc === undefined
      ? values.table === undefined
        ? undefined
        : oneOf("table", values.table, ["coil", "discrete", "holding", "input"])
      : byFunction[fc - 1];
  if (said !== undefined && place.table !== undefined && said !== place.table)
    throw new UsageError(
      `--address: ${values.address} 属于 ${place.table}，不是 ${said}；从 0 计数请加 --notation zero / is of ${place.table}; --notation zero if it counts from 0`,
    );
  return { table: said ?? place.table ?? "holding", address: place.address };
}

const exceptionHints: Readonly<Record<string, string>> = {
  "1": "设备不支持此功能码；换 --table 或 --fc / the device does not know this function: another --table or --fc",
  "2": "没有这个地址，或中间有空洞；换 --address，或减小 --count / no such address, or a hole between: another --address, or a smaller --count",
  "3": "一次读得太多，或值不允许；减小 --count / too many at once, or no such value: a smaller --count",
};

export function faultWords({ code, detail }: DeviceFault): string {
  const number = detail.match(/^exception (\d+)$/)?.[1];
  const hint = number === undefined ? undefined : exceptionHints[number];
  const name = number === undefined ? "" : ` ${exceptionNames[Number(number)] ?? ""}${hint === undefined ? "" : `：${hint}`}`;
  if (code === "timeout")
    return `没有应答 / no answer (${detail})：A/B 对调？波特率？校验？从站地址？/ A and B swapped? baud rate? parity? unit?`;
  return `${detail}${name}`;
}

export const readBlock = async (line: Line, block: Block): Promise<readonly number[] | DeviceFault> => {
  const outcome = await line.ask(blockRequest(line.unit, block));
  if (outcome.kind !== "answer") return outcome;
  const words = answerWords(block, outcome.pdu);
  return Array.isArray(words) ? words : { kind: "device-fault", code: "bad-frame", detail: words.reason };
};

const isWords = (read: readonly number[] | DeviceFault): read is readonly number[] => Array.isArray(read);
const short = (value: number): string => {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e10) return String(value);
  return size >= 1e-3 && size < 1e9 ? String(Number(value.toPrecision(7))) : value.toExponential(2);
};

function rowText({ place, words, readings, best }: BenchRow): string[] {
  const cell = (type: string, order?: string): string => {
    const one = readings.find((reading) => reading.type === type && reading.order === order);
    return one === undefined ? "" : `${short(one.value)}${one === best ? "◀" : ""}`;
  };
  const signed = readings.find((one) => one.type === "i16");
  return [
    String(place.zero),
    place.hex,
    place.five ?? "",
    place.six,
    words.map((word) => word.toString(16).toUpperCase().padStart(4, "0")).join(" "),
    `${cell("u16")}${signed === undefined ? "" : ` (${signed.value})`}`,
    ...["ABCD", "CDAB", "BADC", "DCBA"].flatMap((order) => [cell("f32", order), cell("u32", order)]),
    best === undefined ? "" : `${best.type}${best.order === undefined ? "" : ` ${best.order}`} ${best.guess.zh} / ${best.guess.en}`,
  ];
}

const mostMatches = 8;

/** Ready to be copied into a profile. */
function matchText(table_: Point["table"], found: readonly Match[], expected: number): string {
  if (found.length === 0)
    return `没有一种读法是 ${expected}：换个地址，或多读几个（--count）/ no reading here is ${expected}: another address, or a larger --count\n`;
  const rows = found
    .slice(0, mostMatches)
    .map(({ place, type, order, raw, power }) => [
      `  ${place.zero}`,
      place.hex,
      place.five ?? place.six,
      `${short(raw)}${power === 0 ? "" : power < 0 ? ` ÷${10 ** -power}` : ` ×${10 ** power}`}`,
      `"table": "${table_}", "address": ${place.zero}, "type": "${type}"${order === undefined ? "" : `, "order": "${order}"`}`,
    ]);
  const more = found.length > mostMatches ? `\n  … ${found.length - mostMatches} 种更远的读法 / less near ones` : "";
  return `与显示的 ${expected} 相符 / what the display shows:\n${table(rows)}${more}\n`;
}

const head = [
  "0基",
  "hex",
  "4xxxx",
  "4xxxxx",
  "原始 raw",
  "u16 (i16)",
  "f32 ABCD",
  "u32 ABCD",
  "f32 CDAB",
  "u32 CDAB",
  "f32 BADC",
  "u32 BADC",
  "f32 DCBA",
  "u32 DCBA",
  "建议 likely",
];

export function benchText(rows: readonly BenchRow[], at: { readonly address: number; readonly count: number }): string {
  const inside = ({ place }: BenchRow): boolean => place.zero >= at.address && place.zero < at.address + at.count;
  const shown = rows.filter(inside);
  // Where most registers make sense by themselves, pairs of them have nothing to say.
  const single = shown.filter(({ best }) => best?.type === "u16" || best?.type === "i16").length * 2 >= shown.length;
  const verdicts = single ? [] : offsetVerdicts(rows, at.address, at.count);
  const sign = (offset: number): string => (offset > 0 ? `+${offset}` : String(offset));
  const offsets = [-1, 0, 1].flatMap((offset) => {
    const best = verdicts.find((one) => one.offset === offset);
    return best === undefined
      ? []
      : [`${sign(offset)}: ${best.likely === 0 ? "无意义 / nothing" : `${best.type} ${best.order} ${best.likely}/${best.of} 合理 likely`}`];
  });
  const trap = hasTwins(verdicts)
    ? "\n! 低字在前且对齐，或高字在前但错一位，看起来几乎一样：用 --expect 给出表上显示的数 / low word first, or plain words one register off, look almost the same: give what the display shows with --expect"
    : "";
  const note = offsets.length === 0 ? "" : `\n偏移检查 / offset check (32 bit)  ${offsets.join("   ")}${trap}`;
  return `${table(
    [head, ...shown.map(rowText)],
    head.map((_, index) => index).filter((index) => index < head.length - 1),
  )}${note}\n`;
}

export async function modbusRead(args: readonly string[]): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const place = placeGiven(values);
  const bits = place.table === "coil" || place.table === "discrete";
  const count = whole("count", values.count, [1, bits ? 2000 : 123]) ?? 8;
  const expected = values.expect === undefined ? undefined : Number(values.expect);
  if (expected !== undefined && !Number.isFinite(expected)) throw new UsageError("--expect: 需要数字 / a number");
  const line = await openLine(values);
  try {
    const exact: Block = { ...place, count };
    // One register before and one after, so that a sheet counted from 1 shows itself; where the device refuses that, what was asked for.
    const from = bits ? place.address : Math.max(0, place.address - 1);
    const wide: Block = bits
      ? exact
      : { table: place.table, address: from, count: Math.min(65_536 - from, place.address - from + count + 1) };
    let block = wide;
    let words = await readBlock(line, wide);
    if (!isWords(words) && words.code === "exception" && wide.count > count) {
      block = exact;
      words = await readBlock(line, exact);
    }
    if (!isWords(words))
      return ended(
        words.code === "timeout" || words.code === "closed" ? 4 : 1,
        `${line.words} 从站 unit ${line.unit} ${place.table} ${place.address}+${count}: ${faultWords(words)}`,
      );
    if (bits) {
      if (values.json) return { stdout: `${JSON.stringify({ ...exact, unit: line.unit, bits: words })}\n`, stderr: "", code: 0 };
      return { stdout: `${words.map((bit, at) => `${place.address + at}\t${bit}`).join("\n")}\n`, stderr: "", code: 0 };
    }
    const rows = bench(place.table, block.address, words, expected);
    const found = expected === undefined ? [] : matches(place.table, block.address, { words, expected });
    if (values.json)
      return {
        stdout: `${JSON.stringify({ ...exact, unit: line.unit, words, from: block.address, rows, offsets: offsetVerdicts(rows, place.address, count), ...(expected === undefined ? {} : { matches: found }) })}\n`,
        stderr: "",
        code: 0,
      };
    const fc = byFunction.indexOf(place.table) + 1;
    return {
      stdout: `${benchText(rows, { address: place.address, count })}${expected === undefined ? "" : matchText(place.table, found, expected)}`,
      stderr: `${line.words} 从站 unit ${line.unit} FC0${fc} ${block.address}+${block.count}\n`,
      code: 0,
    };
  } finally {
    line.close();
  }
}

// A GB/T 26875.3-2011 frame byte by byte.
import { toHex } from "#protocols/frames/bytes.ts";
import { type Explanation, type Row, rowOf } from "#protocols/frames/explain.ts";
import { hex, hexLowFirst, named, u8, u16 } from "#protocols/frames/fields.ts";
import { type Cell, walk, walkBody, words } from "#protocols/frames/layout.ts";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import { commands } from "./codes.ts";
import { fireSum, overhead } from "./frame.ts";
import { label } from "./label.ts";
import { goesDown, unitBody } from "./units.ts";

const header = [
  hex("start", "启动符 / start", 2),
  u16("serial", "业务流水号 / serial"),
  u8("major", "主版本号 / major version"),
  u8("minor", "用户版本号 / user version"),
  label("sent", "时间标签 / sent"),
  hexLowFirst("source", "源地址 / source", 6),
  hexLowFirst("target", "目的地址 / target", 6),
  u16("length", "应用数据单元长度 / length of the unit"),
  u8("command", "命令 / command", {
    meaning: (value: unknown) =>
      named(commands)(value, {}) ?? words(Number(value) >= 128 ? "用户自定义 / user-defined" : "预留 / reserved"),
  }),
] as const;

/** What a type without objects of its own is called. */
function nameOf(type: number): string {
  if (type === 22) return "类型22（预留，常作心跳） / type 22 (reserved; used as a sign of life)";
  return type >= 128 ? `类型${type}（用户自定义） / type ${type} (user-defined)` : `类型${type}（预留） / type ${type} (reserved)`;
}

interface Inside {
  readonly cells: readonly Cell[];
  readonly title?: { readonly zh: string; readonly en: string };
  readonly faults: readonly Undecodable[];
}

function explainUnit(unit: Uint8Array, answer: boolean): Inside {
  const [type] = unit;
  if (type === undefined) return { cells: [], faults: [] };
  const of = answer ? undefined : unitBody(type);
  const title = of?.words ?? words(answer ? `类型${type} / type ${type}` : nameOf(type));
  const first: Cell = { at: 0, size: 1, path: "type", words: words("类型标志 / type flag"), value: type, meaning: title };
  if (of === undefined) {
    const rest: Cell = { at: 1, size: unit.length - 1, path: "data", words: words("数据 / data"), value: toHex(unit.subarray(1)) };
    const reserved = !answer && type < 128 && type !== 22;
    const faults = reserved ? [{ kind: "undecodable" as const, reason: `type ${type} is reserved`, at: 0 }] : [];
    return { cells: unit.length > 1 ? [first, rest] : [first], title, faults };
  }
  const walked = walkBody(of, unit, 1);
  return { cells: [first, ...walked.cells], title, faults: walked.fault === undefined ? [] : [walked.fault] };
}

/** `bytes`: a whole frame, its sum right or wrong. */
export function explainGbt26875(bytes: Uint8Array): Explanation {
  const head = walk(header, { bytes, at: 0, seen: {}, path: "" });
  const rows = head.cells.map((cell) => rowOf(cell, bytes));
  if (head.fault !== undefined || bytes.length < overhead)
    return { title: words("GB/T 26875.3（不完整） / GB/T 26875.3 (not complete)"), rows, faults: [], notes: [] };
  const command = Number(head.values.command);
  const answer = command === 3 || command === 6;
  const inside = explainUnit(bytes.slice(27, -3), answer);
  const expected = toHex(Uint8Array.of(fireSum(bytes)));
  const found = toHex(bytes.subarray(-3, -2));
  const good = expected === found;
  const sum: Row = {
    offset: bytes.length - 3,
    bytes: found,
    name: "sum",
    ...words("校验和 / sum"),
    value: found,
    meaning: good ? words("正确 / right") : words(`错误，应为 ${expected} / wrong, should be ${expected}`),
  };
  const end: Row = {
    offset: bytes.length - 2,
    bytes: toHex(bytes.subarray(-2)),
    name: "end",
    ...words("结束符 / end"),
    value: toHex(bytes.subarray(-2)),
  };
  const wrongSum = good ? [] : [{ kind: "undecodable" as const, reason: `checksum ${found}, should be ${expected}`, at: sum.offset }];
  const name = commands[command] ?? words("用户自定义命令 / user-defined command");
  const type = bytes[27] ?? 0;
  const down = command === 1 || command === 4 || (!answer && inside.cells.length > 0 && goesDown(type));
  const way = answer ? undefined : down ? words("监控中心→传输装置 / centre → device") : words("传输装置→监控中心 / device → centre");
  return {
    title: {
      zh: ["GB/T 26875.3", name.zh, inside.title?.zh, way && `（${way.zh}）`].filter(Boolean).join(" "),
      en: ["GB/T 26875.3", name.en, inside.title?.en, way && `(${way.en})`].filter(Boolean).join(" "),
    },
    rows: [...rows, ...inside.cells.map((cell) => rowOf({ ...cell, at: cell.at + 27 }, bytes)), sum, end],
    faults: [...wrongSum, ...inside.faults.map((fault) => ({ ...fault, at: (fault.at ?? 0) + 27 }))],
    notes: bytes[4] === 1 ? [] : [words("主版本号应为1 / the major version should be 1")],
  };
}

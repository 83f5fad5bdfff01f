// A dc589 frame byte by byte.
import { toHex } from "#protocols/frames/bytes.ts";
import { type Explanation, type Row, rowOf } from "#protocols/frames/explain.ts";
import { hex, u8 } from "#protocols/frames/fields.ts";
import { walk, walkBody, words } from "#protocols/frames/layout.ts";
import { fromBoard } from "./bodies.ts";
import { dc589Body, dc589Xor } from "./codec.ts";

const header = [
  hex("start", "起始 / start", 1),
  u8("length", "长度（其后的字节数） / length (bytes behind it)"),
  hex("command", "指令 / command", 1),
  hex("session", "会话编号 / session", 6),
];

/** `bytes`: a whole frame, its XOR right or wrong. */
export function explainDc589(bytes: Uint8Array): Explanation {
  const head = walk(header, { bytes, at: 0, seen: {}, path: "" });
  const rows = head.cells.map((cell) => rowOf(cell, bytes));
  const command = bytes[2] ?? 0;
  const of = dc589Body(command);
  const code = toHex(Uint8Array.of(command));
  if (head.fault !== undefined || bytes.length < 10)
    return { title: words("dc589（不完整） / dc589 (not complete)"), rows, faults: [], notes: [] };
  const data = bytes.slice(9, -1);
  const expected = toHex(Uint8Array.of(dc589Xor(bytes)));
  const found = toHex(bytes.subarray(-1));
  const good = expected === found;
  const sum: Row = {
    offset: bytes.length - 1,
    bytes: found,
    name: "xor",
    ...words("异或校验 / XOR"),
    value: found,
    meaning: good ? words("正确 / right") : words(`错误，应为 ${expected} / wrong, should be ${expected}`),
  };
  const faults = good ? [] : [{ kind: "undecodable" as const, reason: `checksum ${found}, should be ${expected}`, at: sum.offset }];
  if (of === undefined) {
    const unknown: Row = { offset: 9, bytes: toHex(data), name: "data", ...words("数据 / data"), value: toHex(data) };
    return {
      title: words(`dc589 0x${code} 未说明的指令 / dc589 0x${code}, a command that is not described`),
      rows: [...rows, unknown, sum],
      faults,
      notes: [],
    };
  }
  const walked = walkBody(of, data);
  const way = fromBoard.has(command) ? words("桩→平台 / board → platform") : words("平台→桩 / platform → board");
  return {
    title: { zh: `dc589 0x${code} ${of.words.zh}（${way.zh}）`, en: `dc589 0x${code} ${of.words.en} (${way.en})` },
    rows: [...rows, ...walked.cells.map((cell) => rowOf({ ...cell, at: cell.at + 9 }, bytes)), sum],
    faults: walked.fault === undefined ? faults : [...faults, { ...walked.fault, at: (walked.fault.at ?? 0) + 9 }],
    notes: [],
  };
}

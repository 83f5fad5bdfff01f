// A DNY frame byte by byte.

import { toHex } from "#protocols/frames/bytes.ts";
import type { Explanation, Row } from "#protocols/frames/explain.ts";
import { rowOf } from "#protocols/frames/explain.ts";
import { ascii, hex, u16, u32 } from "#protocols/frames/fields.ts";
import { isUndecodable, walk, walkBody, words } from "#protocols/frames/layout.ts";
import { bodyOf, type Direction, likelyDirection } from "./codec.ts";
import { deviceKinds } from "./codes.ts";
import { type DnyFrame, type DnyHeard, dnySum, overhead, printedNumber } from "./frame.ts";

const header = [
  ascii("start", "包头 / start", 3),
  u16("length", "长度（其后的字节数） / length (bytes behind it)"),
  u32("device", "物理ID / device", {
    meaning(value: unknown) {
      const { kind, number } = printedNumber(Number(value));
      const of = deviceKinds[kind];
      return { zh: `${of?.zh ?? "未知类型"}，印刷编号 ${number}`, en: `${of?.en ?? "unknown kind"}, printed number ${number}` };
    },
  }),
  u16("message", "消息ID / message number"),
  hex("command", "命令 / command", 1),
];

const heardWords = {
  link: words("通讯模块保活 / keep-alive of the modem"),
  iccid: words("SIM卡号（ICCID） / ICCID of the modem's card"),
};

function sumRow(bytes: Uint8Array): { readonly row: Row; readonly good: boolean; readonly expected: string } {
  const sum = dnySum(bytes.subarray(0, -2));
  const expected = toHex(Uint8Array.of(sum & 0xff, sum >> 8));
  const found = toHex(bytes.subarray(-2));
  const good = found === expected;
  const row: Row = {
    offset: bytes.length - 2,
    bytes: found,
    name: "sum",
    ...words("累加和 / sum"),
    value: found,
    meaning: good ? words("正确 / right") : words(`错误，应为 ${expected} / wrong, should be ${expected}`),
  };
  return { row, good, expected };
}

/** `bytes`: a whole frame, its sum right or wrong. */
export function explainDny(bytes: Uint8Array, heard?: DnyHeard, from?: Direction): Explanation {
  if (heard !== undefined && heard.kind !== "frame") {
    const text = String.fromCharCode(...bytes);
    return {
      title: heardWords[heard.kind],
      rows: [{ offset: 0, bytes: toHex(bytes), name: heard.kind, ...heardWords[heard.kind], value: text }],
      faults: [],
      notes: [],
    };
  }
  const head = walk(header, { bytes, at: 0, seen: {}, path: "" });
  const rows = head.cells.map((cell) => rowOf(cell, bytes));
  if (head.fault !== undefined || bytes.length < overhead)
    return { title: words("DNY（不完整） / DNY (not complete)"), rows, faults: [], notes: [] };
  const command = bytes[11] ?? 0;
  const data = bytes.slice(12, -2);
  const frame: DnyFrame = { kind: "frame", device: Number(head.values.device), message: Number(head.values.message), command, data };
  const { row, good, expected } = sumRow(bytes);
  const faults = good ? [] : [{ kind: "undecodable" as const, reason: `checksum ${row.bytes}, should be ${expected}`, at: row.offset }];
  const likely = from === undefined ? likelyDirection(frame) : { direction: from, certain: true };
  const code = toHex(Uint8Array.of(command));
  const of = isUndecodable(likely) ? undefined : bodyOf(likely.direction, command);
  if (isUndecodable(likely) || of === undefined) {
    const unknown: Row = { offset: 12, bytes: toHex(data), name: "data", ...words("数据 / data"), value: toHex(data) };
    return {
      title: words(`DNY 0x${code} 未说明的命令 / DNY 0x${code}, a command that is not described`),
      rows: [...rows, unknown, row],
      faults,
      notes: [],
    };
  }
  const walked = walkBody(of, data);
  const cells = walked.cells.map((cell) => rowOf({ ...cell, at: cell.at + 12 }, bytes));
  const way = likely.direction === "up" ? words("桩→平台 / pile → server") : words("平台→桩 / server → pile");
  return {
    title: { zh: `DNY 0x${code} ${of.words.zh}（${way.zh}）`, en: `DNY 0x${code} ${of.words.en} (${way.en})` },
    rows: [...rows, ...cells, row],
    faults: walked.fault === undefined ? faults : [...faults, { ...walked.fault, at: (walked.fault.at ?? 0) + 12 }],
    notes: likely.certain ? [] : [words("方向为推测，可用 --from 指明 / the direction is a guess; --from says it")],
  };
}

// Modbus frames explained: RTU by its CRC, TCP by its header. Sources: MODBUS Application Protocol V1.1b3 §6, Serial Line V1.02, TCP Guide V1.0b §3.
import { toHex } from "#protocols/frames/bytes.ts";
import type { Explanation, Row } from "#protocols/frames/explain.ts";
import { type Words, words } from "#protocols/frames/layout.ts";
import type { Framing, Look } from "#protocols/frames/stream.ts";
import { crc16, exceptionNames } from "#protocols/modbus/frame.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";

export interface ModbusHeard {
  readonly kind: "rtu" | "tcp";
}

const functions: Readonly<Record<number, Words>> = {
  1: words("读线圈 / read coils"),
  2: words("读离散输入 / read discrete inputs"),
  3: words("读保持寄存器 / read holding registers"),
  4: words("读输入寄存器 / read input registers"),
  5: words("写单个线圈 / write one coil"),
  6: words("写单个寄存器 / write one register"),
  15: words("写多个线圈 / write coils"),
  16: words("写多个寄存器 / write registers"),
};
const exceptionsZh: Readonly<Record<number, string>> = {
  1: "非法功能",
  2: "非法地址",
  3: "非法数值",
  4: "设备故障",
  5: "已确认",
  6: "忙",
  8: "奇偶校验错",
  10: "网关路径不可用",
  11: "网关目标无应答",
};

const crcOf = (bytes: Uint8Array): string => {
  const crc = crc16(bytes);
  return toHex(Uint8Array.of(crc & 0xff, crc >> 8));
};
const intact = (bytes: Uint8Array): boolean => bytes.length >= 4 && toHex(bytes.subarray(-2)) === crcOf(bytes.subarray(0, -2));

/** How long an RTU frame that begins so may be: a request, or an answer. */
function lengths(bytes: Uint8Array): readonly number[] {
  const fn = bytes[1] ?? 0;
  if (functions[fn & 0x7f] === undefined) return [];
  if (fn & 0x80) return [5];
  if (fn <= 4) return [8, 5 + (bytes[2] ?? 0)];
  return fn <= 6 ? [8] : [8, 9 + (bytes[6] ?? 0)];
}

function lookTcp(bytes: Uint8Array): Look<ModbusHeard> | undefined {
  const length = ((bytes[4] ?? 0) << 8) | (bytes[5] ?? 0);
  const known = bytes[2] === 0 && bytes[3] === 0 && functions[(bytes[7] ?? 0) & 0x7f] !== undefined;
  return known && length >= 3 && length <= 254 && bytes.length >= 6 + length
    ? { kind: "frame", size: 6 + length, frame: { kind: "tcp" } }
    : undefined;
}

/** All bytes are there at once: nothing marks where an RTU frame begins, so nothing can be waited for. */
export const modbus: Framing<ModbusHeard> = {
  longest: Number.POSITIVE_INFINITY,
  look(bytes) {
    const sizes = lengths(bytes).filter((size) => size <= bytes.length);
    for (const size of sizes) if (intact(bytes.subarray(0, size))) return { kind: "frame", size, frame: { kind: "rtu" } };
    const tcp = lookTcp(bytes);
    if (tcp !== undefined) return tcp;
    // A function of a vendor: only its CRC tells where it ends.
    if (functions[(bytes[1] ?? 0) & 0x7f] === undefined)
      for (let size = 4; size <= Math.min(bytes.length, 256); size += 1)
        if (intact(bytes.subarray(0, size))) return { kind: "frame", size, frame: { kind: "rtu" } };
    const size = sizes.includes(bytes.length) ? bytes.length : sizes[0];
    if (size === undefined) return { kind: "none" };
    const whole = bytes.subarray(0, size);
    return {
      kind: "bad",
      size,
      why: undecodable(`checksum ${toHex(whole.subarray(-2))}, should be ${crcOf(whole.subarray(0, -2))}`, size - 2),
    };
  },
};

type Add = (size: number, name: string, text: string, value?: number | string, meaning?: Words) => void;

const big = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

function explainReadAnswer(pdu: Uint8Array, add: Add): void {
  const count = pdu[1] ?? 0;
  add(1, "bytes", "字节数 / bytes", count);
  if ((pdu[0] ?? 0) <= 2) {
    const bits = Array.from(pdu.subarray(2), (byte) => byte.toString(2).padStart(8, "0").split("").toReversed().join("")).join("");
    add(count, "bits", "位（从第一个起） / bits (the first one first)", bits);
    return;
  }
  for (let index = 0; index < count >> 1; index += 1)
    add(2, `register[${index}]`, `第${index + 1}个寄存器 / register ${index + 1}`, big(pdu, 2 + 2 * index));
}

function explainWrite(pdu: Uint8Array, add: Add): void {
  const fn = pdu[0] ?? 0;
  add(2, "address", "地址 / address", big(pdu, 1));
  if (fn === 5) {
    const said = { 65280: words("闭合 / on"), 0: words("断开 / off") }[big(pdu, 3)];
    add(2, "value", "数值 / value", toHex(pdu.subarray(3, 5)), said);
  } else if (fn === 6) add(2, "value", "数值 / value", big(pdu, 3));
  else {
    add(2, "count", "数量 / count", big(pdu, 3));
    if (pdu.length > 5) explainWritten(pdu, add);
  }
}

function explainWritten(pdu: Uint8Array, add: Add): void {
  add(1, "bytes", "字节数 / bytes", pdu[5] ?? 0);
  if (pdu[0] === 15) add(pdu.length - 6, "bits", "线圈 / coils", toHex(pdu.subarray(6)));
  else
    for (let index = 0; index < (pdu.length - 6) >> 1; index += 1)
      add(2, `register[${index}]`, `第${index + 1}个寄存器 / register ${index + 1}`, big(pdu, 6 + 2 * index));
}

function explainPdu(pdu: Uint8Array, add: Add): readonly Words[] {
  const fn = pdu[0] ?? 0;
  add(1, "function", "功能码 / function", fn, functions[fn & 0x7f]);
  if (fn & 0x80) {
    const code = pdu[1] ?? 0;
    const en = exceptionNames[code];
    add(1, "exception", "异常码 / exception", code, en === undefined ? undefined : { zh: exceptionsZh[code] ?? en, en });
    return [];
  }
  if (functions[fn] === undefined) {
    add(pdu.length - 1, "data", "数据 / data");
    return [];
  }
  if (fn > 4) {
    explainWrite(pdu, add);
    return pdu.length === 5 ? [words("请求与应答同形 / request and answer look alike")] : [];
  }
  const asAnswer = pdu.length === 2 + (pdu[1] ?? 0);
  if (asAnswer) {
    explainReadAnswer(pdu, add);
    return pdu.length === 5 ? [words("也可能是请求 / may also be a request")] : [];
  }
  add(2, "address", "地址 / address", big(pdu, 1));
  add(2, "count", "数量 / count", big(pdu, 3));
  return [];
}

function titleOf(kind: "rtu" | "tcp", fn: number): Words {
  const name = functions[fn & 0x7f] ?? words("厂商自定义功能 / a vendor's function");
  const wrong = fn & 0x80 ? words("（异常应答） / (exception)") : { zh: "", en: "" };
  return { zh: `Modbus ${kind.toUpperCase()} ${name.zh}${wrong.zh}`, en: `Modbus ${kind.toUpperCase()} ${name.en} ${wrong.en}`.trim() };
}

export function explainModbus(bytes: Uint8Array, heard: ModbusHeard = { kind: "rtu" }): Explanation {
  const rows: Row[] = [];
  let at = 0;
  const add: Add = (size, name, text, value, meaning) => {
    const own = bytes.subarray(at, at + size);
    rows.push({ offset: at, bytes: toHex(own), name, ...words(text), value: value ?? toHex(own), ...(meaning && { meaning }) });
    at += size;
  };
  const tcp = heard.kind === "tcp";
  if (tcp) {
    add(2, "transaction", "事务号 / transaction", big(bytes, 0));
    add(2, "protocol", "协议号 / protocol", big(bytes, 2));
    add(2, "length", "长度 / length", big(bytes, 4));
  }
  add(1, "unit", "从站地址 / unit", bytes[at] ?? 0);
  const pdu = bytes.subarray(at, tcp ? bytes.length : -2);
  const notes = explainPdu(pdu, add);
  const faults: Undecodable[] = [];
  if (!tcp) {
    const expected = crcOf(bytes.subarray(0, -2));
    const found = toHex(bytes.subarray(-2));
    const good = found === expected;
    at = bytes.length - 2;
    add(2, "crc", "CRC", found, good ? words("正确 / right") : words(`错误，应为 ${expected} / wrong, should be ${expected}`));
    if (!good) faults.push(undecodable(`checksum ${found}, should be ${expected}`, bytes.length - 2));
  }
  return { title: titleOf(heard.kind, pdu[0] ?? 0), rows, faults, notes };
}

// A DL/T 645-2007 frame byte by byte. The bytes are shown as sent, the values without the 33H.
import { toHex } from "#protocols/frames/bytes.ts";
import { type Explanation, type Row, rowOf } from "#protocols/frames/explain.ts";
import { walkBody, words } from "#protocols/frames/layout.ts";
import { answers, dlt645Body } from "./codec.ts";
import { dlt645Sum } from "./frame.ts";
import { itemOf } from "./items.ts";

const row = (offset: number, bytes: Uint8Array, name: string, text: string, value: string | number): Row => ({
  offset,
  bytes: toHex(bytes),
  name,
  ...words(text),
  value,
});

function controlMeaning(control: number) {
  const parts = [
    (control & 0x80) !== 0 ? words("从站应答 / answer of the meter") : words("主站命令 / command to the meter"),
    ...((control & 0x40) !== 0 ? [words("异常 / abnormal")] : []),
    ...((control & 0x20) !== 0 ? [words("有后续帧 / more follows")] : []),
  ];
  return { zh: parts.map((one) => one.zh).join("，"), en: parts.map((one) => one.en).join(", ") };
}

/** Rows of the data field, its bytes already without the 33H. */
function dataRows(control: number, data: Uint8Array, at: number) {
  const of = dlt645Body(control);
  if (of === undefined) return { rows: [row(at, data, "data", "数据 / data", toHex(data))], fault: undefined };
  const walked = walkBody(of, data);
  const cells = [...walked.cells];
  const known = of === answers[0x11] && typeof walked.values.item === "string" ? itemOf(walked.values.item) : undefined;
  let fault = walked.fault;
  if (known !== undefined) {
    cells.pop();
    const inside = walkBody(known, data, 4);
    fault ??= inside.fault;
    cells.push(...inside.cells);
  }
  const rows = cells.map((cell) => {
    const name = cell.path === "item" ? itemOf(String(cell.value)) : undefined;
    const said = rowOf(name === undefined ? cell : { ...cell, meaning: name.words }, data);
    return { ...said, offset: cell.at + at, bytes: toHex(data.subarray(cell.at, cell.at + cell.size).map((byte) => byte + 0x33)) };
  });
  return { rows, fault };
}

/** `bytes`: a whole frame with its preamble, its sum right or wrong. */
export function explainDlt645(bytes: Uint8Array): Explanation {
  const start = Math.max(0, bytes.indexOf(0x68));
  const frame = bytes.subarray(start);
  if (frame.length < 12) return { title: words("DL/T 645（不完整） / DL/T 645 (not complete)"), rows: [], faults: [], notes: [] };
  const control = frame[8] ?? 0;
  const data = frame.slice(10, -2).map((byte) => byte - 0x33);
  const expected = toHex(Uint8Array.of(dlt645Sum(frame.subarray(0, -2))));
  const found = toHex(frame.subarray(-2, -1));
  const good = expected === found;
  const body = dataRows(control, data, start + 10);
  const of = dlt645Body(control);
  const code = toHex(Uint8Array.of(control));
  const rows: Row[] = [
    ...(start > 0 ? [row(0, bytes.subarray(0, start), "preamble", "前导 / wake-up", start)] : []),
    row(start, frame.subarray(0, 1), "start", "起始 / start", "68"),
    row(start + 1, frame.subarray(1, 7), "address", "地址 / address", toHex(frame.slice(1, 7).toReversed())),
    row(start + 7, frame.subarray(7, 8), "start_2", "起始 / start", "68"),
    { ...row(start + 8, frame.subarray(8, 9), "control", "控制码 / control code", code), meaning: controlMeaning(control) },
    row(start + 9, frame.subarray(9, 10), "length", "数据长度 / length of the data", frame[9] ?? 0),
    ...body.rows,
    {
      ...row(bytes.length - 2, frame.subarray(-2, -1), "sum", "累加和 / sum", found),
      meaning: good ? words("正确 / right") : words(`错误，应为 ${expected} / wrong, should be ${expected}`),
    },
    row(bytes.length - 1, frame.subarray(-1), "end", "结束 / end", toHex(frame.subarray(-1))),
  ];
  const faults = good ? [] : [{ kind: "undecodable" as const, reason: `checksum ${found}, should be ${expected}`, at: bytes.length - 2 }];
  return {
    title: {
      zh: `DL/T 645-2007 ${code} ${of?.words.zh ?? "未说明的控制码"}`,
      en: `DL/T 645-2007 ${code} ${of?.words.en ?? "a control code that is not described"}`,
    },
    rows,
    faults: body.fault === undefined ? faults : [...faults, { ...body.fault, at: (body.fault.at ?? 0) + start + 10 }],
    notes: [],
  };
}

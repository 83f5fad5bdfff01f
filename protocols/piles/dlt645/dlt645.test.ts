// P 07.frames for DL/T 645-2007. Vectors: frames recorded from meters that public documents print; their sums were recomputed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, toHex } from "#protocols/frames/bytes.ts";
import { isUndecodable } from "#protocols/frames/layout.ts";
import { counted } from "#test/promise.ts";
import { hear, torture } from "#test/streams.ts";
import { answerWith, type Dlt645Message, decode, encode, type ItemValues, valuesOf } from "./codec.ts";
import { explainDlt645 } from "./explain.ts";
import { anyAddress, dlt645, encodeFrame } from "./frame.ts";
import { items } from "./items.ts";

const meter = "000000000161";
const vectors: readonly (readonly [string, string, number, Dlt645Message])[] = [
  ["68292507072120681104333333334E16", "202107072529", 0, { kind: "read", item: "00000000" }],
  ["FEFEFEFE6861010000000068110433333433 1416", meter, 4, { kind: "read", item: "00010000" }],
  ["FEFEFEFE6861010000000068910833333433593333338A16", meter, 4, { kind: "values", item: "00010000", data: "26000000", follows: false }],
  ["FEFEFEFE68610100000000681104333434351716", meter, 4, { kind: "read", item: "02010100" }],
  ["FEFEFEFE686101000000006891063334343534431016", meter, 4, { kind: "values", item: "02010100", data: "0110", follows: false }],
  ["FEFEFEFE68610100000000681104333435351816", meter, 4, { kind: "read", item: "02020100" }],
];
const frames = vectors.map(([hex]) => bytesOf(hex));

test("P 07.frames dlt645: every vector is read, sent again byte for byte, cut everywhere, merged, with noise between", (context) => {
  let bytes = 0;
  for (const [hex, address, preamble, message] of vectors) {
    const [first] = hear(dlt645, [bytesOf(hex)]).frames;
    if (first === undefined) throw new Error(`no frame: ${hex}`);
    expect(first.frame).toMatchObject({ address, preamble });
    expect(decode(first.frame)).toEqual(message);
    expect(toHex(encode(address, message, preamble))).toBe(toHex(bytesOf(hex)));
    bytes += first.bytes.length;
  }
  // No noise ends with FE here: it would be read as a wake-up byte of the frame behind it.
  const noises = ["00", "68", "FE00", "6861010000000068", "68010203", "1616", "FEFEFE6800", "686101000000006811FF"].map(bytesOf);
  const { splits, merged, noisy, wrong } = torture(dlt645, frames, noises);
  expect(wrong).toEqual([]);
  counted(context, { vectors: vectors.length, bytes, splits, merged, noisy, wrong: wrong.length });
});

test.each<[string, ItemValues, string]>([
  ["combined energy", { item: "00000000", energy_mWh: 123_456_780_000 }, "78563412"],
  ["combined energy, back into the grid", { item: "00000000", energy_mWh: -10_000 }, "01000080"],
  ["forward energy, as recorded", { item: "00010000", energy_mWh: 260_000 }, "26000000"],
  ["voltage", { item: "02010100", voltage_mV: 220_500 }, "0522"],
  ["current", { item: "02020100", current_mA: 1234 }, "341200"],
  ["current, the other way", { item: "02020100", current_mA: -1234 }, "341280"],
  ["power", { item: "02030000", power_mW: 500_100 }, "015000"],
  ["power factor", { item: "02060000", power_factor_permille: 985 }, "8509"],
  ["frequency", { item: "02800002", frequency_mHz: 49_980 }, "9849"],
  ["status word 3, relay open", { item: "04000503", status: 0x10 }, "1000"],
  ["a register that the meter does not have", { item: "02030000", power_mW: null }, "FFFFFF"],
])("%s: as whole thousandths, both ways", (_, values, data) => {
  expect(answerWith(values)).toEqual({ kind: "values", item: values.item, data, follows: false });
  expect(valuesOf({ item: values.item, data })).toEqual(values);
});

test("each data identifier was tried above; others are refused by name, and so is a digit above 9", () => {
  expect(Object.keys(items)).toHaveLength(8);
  expect(valuesOf({ item: "02010200", data: "0522" })).toMatchObject({
    kind: "undecodable",
    reason: "data identifier 02010200 is not described",
  });
  expect(valuesOf({ item: "02010100", data: "0A22" })).toMatchObject({ kind: "undecodable" });
});

const password = "02000000";
test.each<[string, number, Dlt645Message]>([
  ["broadcast time", 0x08, { kind: "broadcast-time", time: "261125081500" }],
  ["read on", 0x12, { kind: "read-on", item: "00010000", sequence: 1 }],
  ["read the address", 0x13, { kind: "read-address" }],
  ["address", 0x93, { kind: "address", address: meter, follows: false }],
  ["write", 0x14, { kind: "write", item: "04000101", password, operator: "00000001", data: "0102" }],
  ["freeze every day at 0:00", 0x16, { kind: "freeze", moment: "99990000" }],
  ["trip", 0x1c, { kind: "control", password, operator: "00000001", control: 0x1a, reserved: 0, valid_until: "261125235959" }],
  ["tripped", 0x9c, { kind: "control-done", follows: false }],
  ["read refused", 0xd1, { kind: "refused", error: 2, function: 0x11 }],
  ["more to come", 0xb1, { kind: "values", item: "00010000", data: "26000000", follows: true }],
])("control codes: %s", (_, control, message) => {
  const [first] = hear(dlt645, [encode(anyAddress, message)]).frames;
  expect(first?.frame).toMatchObject({ control, address: anyAddress });
  expect(first && decode(first.frame)).toEqual(message);
});

test("whatever a control code understands it sends again unchanged", (context) => {
  let understood = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 30 }), (control, data) => {
      const sent = encodeFrame({ preamble: 0, address: meter, control, data });
      const [first] = hear(dlt645, [sent]).frames;
      if (first === undefined) throw new Error("its own frame was not read");
      const message = decode(first.frame);
      if (isUndecodable(message)) return;
      understood += 1;
      // An abnormal answer may carry the bit of "more follows", which says nothing there.
      if (message.kind !== "refused") expect(toHex(encode(meter, message, 0))).toBe(toHex(sent));
    }),
    { numRuns: 3000, seed: 7 },
  );
  counted(context, { understood });
});

test("a wrong sum, a wrong end and a length beyond the standard are refused by name", () => {
  const reasons = (hex: string) => hear(dlt645, [bytesOf(hex)]).noise.map((one) => one.why?.reason);
  expect(reasons("68292507072120681104333333334F16")[0]).toBe("checksum 4F, should be 4E");
  expect(reasons("68292507072120681104333333334E17")[0]).toBe("ends with 17, should be 16");
  expect(reasons("682925070721206811C9")[0]).toBe("length 201, at most 200");
});

test("an explanation covers every byte once, the data as sent and the value without the 33H", () => {
  for (const frame of frames) {
    const { rows, faults } = explainDlt645(frame);
    expect(rows.map((row) => row.bytes).join("")).toBe(toHex(frame));
    expect(faults).toEqual([]);
  }
  expect(explainDlt645(frames[4]!).rows.find((row) => row.name === "voltage_mV")).toMatchObject({
    bytes: "3443",
    value: 100_100,
    unit: "mV",
  });
});

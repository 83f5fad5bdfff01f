// `cuobian decode` as a function: what it prints, and how it ends.
import { expect, test } from "vitest";
import { programs } from "../programs.ts";
import { decode, help } from "./decode.ts";
import { protocols } from "./protocols.ts";

const run = (line: string, stdin = "") => decode(line.split(" "), () => stdin);
const heartbeat = "444E5910003B37AB0401002198080200000905EE02";

test("a frame is explained field by field in both languages, and noise is shown as such", () => {
  const { stdout, code } = run(`dny 0011${heartbeat}`);
  expect(code).toBe(0);
  expect(stdout).toContain("0–1  杂讯，不属于任何帧 / noise, part of no frame: 00 11");
  expect(stdout).toContain("DNY 0x21 heartbeat (pile → server)");
  expect(stdout).toMatch(/^ {2}12 {2}98 08 +电压 \/ voltage +voltage_mV +220000 mV$/m);
});

test.each([
  ["dny", "444E590A003B37AB04010021003902", "checksum 3902, should be 3802"],
  ["dc589", "EE09A700000000000000AC", "checksum AC, should be AE"],
  ["dlt645", "68292507072120681104333333334F16", "checksum 4F, should be 4E"],
  ["gbt26875", "4040690010000a110e030615ac103cd56d1d00000000000001000317302323", "checksum 30, should be 32"],
  // Printed so in a public README.
  ["modbus", "020100000004783C", "checksum 783C, should be 3DFA"],
])("%s: a bad checksum is refused, named with what it should be, in text and JSON", (protocol, hex, reason) => {
  const text = run(`${protocol} ${hex}`);
  expect(text.code).toBe(1);
  expect(text.stdout).toContain(`拒收 / refused: ${reason}`);
  const json = run(`${protocol} ${hex} --json`);
  expect(JSON.parse(json.stdout)).toMatchObject({ protocol, items: [{ kind: "refused", at: 0, reason, faults: [{ reason }] }] });
});

test("every protocol has its case above, and the program stands in the table of programs", () => {
  expect(Object.keys(protocols)).toEqual(["dny", "dc589", "dlt645", "gbt26875", "modbus"]);
  expect(programs.filter((one) => one.verb === "decode")).toHaveLength(1);
});

test.each([
  ["010500 00FF008C3A", "write one coil", { name: "value", value: "FF00", meaning: { zh: "闭合", en: "on" } }],
  ["01 03 00 00 00 02 C4 0B", "read holding registers", { name: "count", value: 2 }],
  ["01 04 04 00 E6 00 0A 9A 74", "read input registers", { name: "register[0]", value: 230 }],
  [
    "01 84 02 C2 C1",
    "read input registers (exception)",
    { name: "exception", value: 2, meaning: { zh: "非法地址", en: "illegal address" } },
  ],
  ["01 0F 00 00 00 08 01 00 FE 95", "write coils", { name: "bits", value: "00" }],
  ["00 01 00 00 00 06 01 03 00 6B 00 03", "Modbus TCP read holding registers", { name: "transaction", value: 1 }],
])("modbus %s", (hex, title, row) => {
  const { stdout, code } = run(`modbus ${hex} --json`);
  const { items } = JSON.parse(stdout);
  expect(items).toHaveLength(1);
  expect(items[0].title.en).toContain(title);
  expect(items[0].rows).toContainEqual(expect.objectContaining(row));
  expect(code).toBe(0);
});

test("hex comes from standard input, several frames at once, and options choose", () => {
  const two = run("dny - --json", `${heartbeat}\n${heartbeat.toLowerCase()}\n`);
  expect(JSON.parse(two.stdout).items).toHaveLength(2);
  const alive = "4040F8091000081E09030316000000000000C0A801046D1D010002166C2323";
  expect([run(`gbt26875 ${alive}`).code, run(`gbt26875 ${alive} --profile field`).code]).toEqual([1, 0]);
  expect(run("dny 444E590A003B37AB0401008D00A402 --from pile").stdout).toContain("pile → server");
});

test.each([
  ["dny", 2, "no hex given"],
  ["dny zz", 2, '"z" is no hexadecimal digit'],
  ["dnny 00", 2, 'no protocol "dnny"'],
  ["dny 00 --from nobody", 2, "pile or server"],
  ["gbt26875 00 --profile x", 2, 'no profile "x"'],
  ["dny 00 --nonsense", 2, "nonsense"],
  ["dny 00", 1, ""],
])("`decode %s` ends with %i", (line, code, words) => {
  const outcome = run(line);
  expect(outcome.code).toBe(code);
  expect(outcome.stderr).toContain(words);
});

test("help is help", () => {
  expect(run("--help")).toEqual({ stdout: help, stderr: "", code: 0 });
});

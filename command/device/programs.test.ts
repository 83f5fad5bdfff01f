// The verbs without a process: frames of a data sheet, templates, point tables, and what is said when something is wrong.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { checkProfile } from "#protocols/modbus/check.ts";
import { counted } from "#test/promise.ts";
import { run } from "./programs.ts";
import { example, exampleFrames } from "./sheet-example.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-device-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const mine = file("example.json", JSON.stringify(example));
const json = async (...words: readonly string[]): Promise<{ code: number; said: Record<string, unknown> }> => {
  const { code, stdout } = await run([...words, "--json"]);
  return { code, said: JSON.parse(stdout) as Record<string, unknown> };
};
const readOf = (said: Record<string, unknown>, name: string): unknown => {
  const values = said.values as Record<string, { value: number } | null>;
  const one = values[name];
  return one === null || one === undefined ? one : one.value;
};

describe("device test --frames", () => {
  test("P 03.frames: frames of a data sheet are decoded with a profile and no code", async (context) => {
    const { code, said } = await json("device", "test", mine, "--frames", file("sheet.hex", exampleFrames));
    expect(code).toBe(0);
    const expected = { voltage_mV: 225_700, current_mA: 108, power_mW: -24_000, energy_mWh: 12_500_000, relay: 1, alarm_code: 3 };
    for (const [name, value] of Object.entries(expected)) expect(readOf(said, name), name).toBe(value);
    expect(Object.keys(said.values as object).sort()).toEqual(Object.keys(expected).sort());
    counted(context, { frames: 4, values: Object.keys(expected).length, wrong: 0 });
  });

  const voltage = (hex: string) => json("device", "test", "meters/sdm120", "--frames", file("one.hex", hex));
  test.each<[string, string]>([
    ["as on a serial line", "01 04 00 00 00 02 71 CB\n01 04 04 43 66 33 34 1B 38"],
    ["without spaces", "01040000000271CB\n0104044366333 41B38"],
    ["with arrows and comments", "> 01 04 00 00 00 02 71 CB # asked\n< 01 04 04 43 66 33 34 1B 38 // heard"],
    ["as C code", "0x01,0x04,0x00,0x00,0x00,0x02,0x71,0xCB\n0x01, 0x04, 0x04, 0x43, 0x66, 0x33, 0x34, 0x1B, 0x38"],
    ["as a log", "Tx: 01 04 00 00 00 02 71 CB\nRx: 01 04 04 43 66 33 34 1B 38"],
    ["with an h at every byte", "发送：01h 04h 00h 00h 00h 02h 71h CBh\n应答：01h 04h 04h 43h 66h 33h 34h 1Bh 38h"],
    ["Modbus TCP", "00 01 00 00 00 06 01 04 00 00 00 02\n00 01 00 00 00 07 01 04 04 43 66 33 34"],
    ["the answer alone, with its place", "at input 0x0000\n01 04 04 43 66 33 34 1B 38"],
  ])("%s", async (_, hex) => {
    const { code, said } = await voltage(hex);
    expect(readOf(said, "voltage_mV")).toBe(230_200);
    expect(code).toBe(0);
  });

  test.each<[string, string, RegExp]>([
    [
      "a wrong checksum is said, and decoded all the same",
      "01 04 00 00 00 02 71 CB\n01 04 04 43 66 33 34 1B 39",
      /第 2 行 \/ line 2: 校验和 1B 39 有误，应为 1B 38 \/ the checksum 1B 39 is wrong/,
    ],
    ["another unit answers", "01 04 00 00 00 02 71 CB\n02 04 04 43 66 33 34 18 DC", /unit 2 answers a question to 1/],
  ])("%s", async (_, hex, words) => {
    const { code, said } = await voltage(hex);
    expect(code).toBe(1);
    expect((said.notes as string[]).join()).toMatch(words);
    expect(readOf(said, "voltage_mV")).toBe(230_200);
  });

  test.each<[string, string, RegExp]>([
    ["no hexadecimal", "01 04 hello", /line 1: .*no hexadecimal/],
    ["half a byte", "01 04 0", /line 1: .*half a byte/],
    ["an answer that nobody asked for", "01 04 04 43 66 33 34 1B 38", /line 1: .*write the question before it, or a line “at holding/],
    [
      "an answer of another function",
      "at holding 0\n01 04 02 00 01 78 F0",
      /line 2: 功能码 4 应答了功能码 3 的问 \/ function 4 answers a question of function 3/,
    ],
  ])("%s is refused by its line", async (_, hex, words) => {
    const { code, stderr } = await run(["device", "test", "meters/sdm120", "--frames", file("bad.hex", hex)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });

  test("an impossible value is bad and fails", async () => {
    const { code, said } = await voltage("01 04 00 00 00 02 71 CB\n01 04 04 7F C0 00 00 E6 78");
    expect(code).toBe(1);
    expect(said.bad).toEqual(["voltage_mV"]);
  });

  test("--golden prints a transcript that then holds", async () => {
    const sheet = file("again.hex", exampleFrames);
    const { stdout } = await run(["device", "test", mine, "--frames", sheet, "--golden", "XY-100 manual, page 16"]);
    file("example.golden", stdout);
    const { code, said } = await json("device", "test", mine);
    expect(code).toBe(0);
    expect(said).toMatchObject({ exchanges: 2, complaints: [], questions: ["01 03 00 00 00 07 04 08", "01 03 00 09 00 01 54 08"] });
    file("example.golden", stdout.replace("voltage_mV 225700", "voltage_mV 225800"));
    const broken = await json("device", "test", mine);
    expect(broken.code).toBe(1);
    expect((broken.said.complaints as string[]).join("\n")).toMatch(/the transcript says "voltage_mV 225800", the profile does not/);
    rmSync(join(folder, "example.golden"));
  });
});

describe("a profile that is wrong", () => {
  const [first, ...others] = example.points;
  test.each<[string, object, RegExp]>([
    ["an unknown key", { ...example, pionts: [] }, /pionts/],
    [
      "a point's unknown key, by the point's name",
      { ...example, points: [{ ...first, skale: 2 }, ...others] },
      /points\[0\] \(voltage_mV\)\.skale: 没有这个键/,
    ],
    [
      "a rule of ours",
      { ...example, points: [{ ...first, order: "ABCD" }, ...others] },
      /points\[0\] \(voltage_mV\)\.order: 2 个字节.* \/ an order of 2 bytes is one of AB, BA；例 e\.g\. "order": "BA"/,
    ],
  ])("%s", async (_, value, words) => {
    const { code, stderr } = await run(["device", "test", file("wrong.json", JSON.stringify(value))]);
    expect(code).toBe(3);
    expect(stderr).toMatch(words);
  });
  test("no JSON, no file, a name nearly right", async () => {
    expect(await run(["device", "test", file("no.json", "{")])).toMatchObject({ code: 3, stderr: expect.stringMatching(/no JSON/) });
    expect(await run(["device", "test", join(folder, "nowhere.json")])).toMatchObject({ code: 3 });
    expect(await run(["device", "test", "meters/sdm12"])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/did you mean "meters\/sdm120"/),
    });
  });
});

describe("device new", () => {
  test.each([
    [[]],
    [["--kind", "station", "--id", "stations/mine", "--sockets", "2", "--stride", "20"]],
    [["--kind", "station", "--sockets", "6", "--stride", "1"]],
    [["--kind", "relay", "--sockets", "4"]],
    [["--kind", "pump", "--input", "--parity", "even", "--stop-bits", "2"]],
    [["--kind", "barrier"]],
  ])("%j is a sound profile from the start", async (words) => {
    const { code, stdout } = await run(["device", "new", ...words]);
    expect(code).toBe(0);
    expect(checkProfile(JSON.parse(stdout))).toHaveProperty("profile");
  });
  test("a file is not overwritten", async () => {
    const out = join(folder, "new.json");
    expect((await run(["device", "new", "--out", out])).code).toBe(0);
    expect(await run(["device", "new", "--out", out])).toMatchObject({ code: 1, stderr: expect.stringMatching(/exists/) });
    expect((await run(["device", "new", "--out", out, "--force", "--maker", "Z"])).code).toBe(0);
    expect(readFileSync(out, "utf8")).toContain('"maker": "Z"');
  });
});

describe("device import", () => {
  const table = "name,label_zh,fc,address,type,scale,unit\nvoltage,电压,3,40001,u16,0.1,V\n";
  test("a table becomes a profile, also in GB18030", async () => {
    const { code, stdout } = await run(["device", "import", file("t.csv", table), "--id", "meters/imported", "--maker", "M"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      id: "meters/imported",
      points: [{ name: "voltage_mV", zh: "电压", address: 0, multiply: 100 }],
    });
    // 电压 in GB18030
    const bytes = Uint8Array.from([
      ...new TextEncoder().encode("name,label_zh,fc,address,type,scale,unit\nvoltage,"),
      0xb5,
      0xe7,
      0xd1,
      0xb9,
      ...new TextEncoder().encode(",3,40001,u16,0.1,V\n"),
    ]);
    expect(JSON.parse((await run(["device", "import", file("gb.csv", bytes)])).stdout)).toMatchObject({ points: [{ zh: "电压" }] });
  });
  test("errors are by file, row and column", async () => {
    const path = file("bad.csv", `${table}current,,3,ten,u16,1,A\npower,,3,5,u16,1,furlong\n`);
    const { code, stderr, stdout } = await run(["device", "import", path]);
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain(`${path}:3 address “ten”`);
    expect(stderr).toContain(`${path}:4 unit “furlong”`);
  });
});

test.each<[readonly string[], number, RegExp]>([
  [["device"], 0, /cuobian device/],
  [["modbus", "--help"], 0, /cuobian modbus/],
  [["device", "tset"], 2, /no command/],
  [["device", "test"], 2, /device test PROFILE/],
  [["device", "new", "--kind", "tractor"], 2, /--kind: station \| barrier/],
  [["device", "new", "--id", "Meters/X"], 2, /--id/],
  [["modbus", "read", "--address", "1"], 2, /either --host/],
  [["modbus", "read", "--host", "h"], 2, /--address 10/],
  [["modbus", "read", "--host", "h", "--address", "x"], 2, /is no address/],
  [["modbus", "read", "--host", "h", "--address", "40001", "--fc", "4"], 2, /is of holding|属于 holding/],
  [["modbus", "read", "--host", "h", "--address", "1", "--count", "500"], 2, /--count/],
  [["modbus", "write", "--host", "h", "--address", "1", "--value", "70000"], 2, /u16 0 … 65535/],
  [["modbus", "write", "--host", "h", "--address", "30001", "--value", "1"], 2, /cannot be written/],
  [["modbus", "write", "--host", "h", "--profile", "meters/sdm120", "--do", "relay 1 on"], 2, /has no relays/],
  [["modbus", "write", "--host", "h", "--profile", "meters/sdm120", "--do", "dance"], 2, /is no order/],
  [["modbus", "scan", "--host", "h", "--from", "9", "--to", "3"], 2, /--from is above --to/],
  [["device", "test", "meters/sdm120", "--nonsense"], 2, /nonsense/],
])("%j ends with %d", async (words, code, text) => {
  const ending = await run(words);
  expect(ending.code).toBe(code);
  expect(ending.stdout + ending.stderr).toMatch(text);
});
test("every model of the catalogue holds its own transcript", async () => {
  const { stdout } = await run(["device", "list"]);
  const names = [...stdout.matchAll(/^([a-z]+\/[a-z0-9-]+) /gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(18);
  for (const name of names) expect((await run(["device", "test", name])).code, name).toBe(0);
});

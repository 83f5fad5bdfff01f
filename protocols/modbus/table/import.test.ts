// Point tables as people and Neuron write them; every cell that cannot be meant is said.
import { describe, expect, test } from "vitest";
import { profileComplaints } from "../check.ts";
import { fractionOf } from "./cells.ts";
import { parseCsv } from "./csv.ts";
import { importTable } from "./import.ts";

describe("CSV", () => {
  test.each<[string, string, readonly (readonly string[])[]]>([
    [
      "commas",
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "semicolons, as Excel writes in half of Europe",
      "a;b\n1;2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "tabs, as copied out of Excel",
      "a\tb\r\n1\t2\r\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a byte-order mark and quotes",
      '\uFEFFa,b\n"x, ""y""",2',
      [
        ["a", "b"],
        ['x, "y"', "2"],
      ],
    ],
    [
      "a line break in quotes",
      'a,b\n"1\n2",3',
      [
        ["a", "b"],
        ["1\n2", "3"],
      ],
    ],
    [
      "empty lines are left out",
      "a,b\n\n,\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
  ])("%s", (_, text, cells) => expect(parseCsv(text).map((row) => row.cells)).toEqual(cells));
  test("each row knows its line", () => expect(parseCsv('a,b\n\n"1\n2",3\n4,5').map(({ line }) => line)).toEqual([1, 3, 5]));
});

test.each([
  ["0.01", 1_000, { multiply: 10, divide: 1 }],
  ["0.1", 1, { multiply: 1, divide: 10 }],
  ["2.5", 1, { multiply: 5, divide: 2 }],
  ["1e-3", 1_000_000, { multiply: 1_000, divide: 1 }],
  [".5", 1, { multiply: 1, divide: 2 }],
  ["0", 1, undefined],
  ["-1", 1, undefined],
  ["x", 1, undefined],
])("%s × %d as a fraction", (text, factor, fraction) => expect(fractionOf(text, factor)).toEqual(fraction));

const own = (...rows: readonly string[]) =>
  importTable(
    parseCsv(
      ["name,label_zh,label_en,fc,address,addr_style,type,order,bit,scale,offset,unit,access,poll_ms,deadband,min,max,enum", ...rows].join(
        "\n",
      ),
    ),
  );

describe("own columns", () => {
  test("a table becomes points, in our units", () => {
    const { points, complaints, notes } = own(
      "voltage,A相电压,voltage L1,4,0,zero,u16,,,0.1,,V,R,1000,,0,500,",
      "energy,,,3,40011,4xxxx,uint32,CDAB,,0.01,,kWh,R,,,,,",
      "power_mW,,,3,400021,4xxxxx,float,ABCD,,1000,,,R,,,,,",
      "temperature,温度,,3,0x20,,int16,,,0.1,-40,°C,R,,,-40,125,",
      "mode,模式,,3,50,,u16,,,,,,RW,,,,,0=停止;1=运行",
      "smoke,,,2,3,,bit,,,,,,R,,,,,",
      "pump_fault,,,3,60,,u16,,4,,,,R,,,,,",
      "pump_running,,,3,60,,u16,,0,,,,R,,,,,",
    );
    expect(complaints).toEqual([]);
    expect(notes).toEqual([expect.stringContaining("poll_ms")]);
    expect(points).toEqual([
      {
        name: "voltage_mV",
        zh: "A相电压",
        en: "voltage L1",
        per: "device",
        table: "input",
        address: 0,
        type: "u16",
        multiply: 100,
        minimum: 0,
        maximum: 500_000,
      },
      { name: "energy_mWh", per: "device", table: "holding", address: 10, type: "u32", order: "CDAB", multiply: 10_000 },
      { name: "power_mW", per: "device", table: "holding", address: 20, type: "f32", multiply: 1_000 },
      {
        name: "temperature_mC",
        zh: "温度",
        per: "device",
        table: "holding",
        address: 32,
        type: "i16",
        multiply: 100,
        offset: -40_000,
        minimum: -40_000,
        maximum: 125_000,
      },
      {
        name: "mode",
        zh: "模式",
        per: "device",
        table: "holding",
        address: 50,
        type: "u16",
        states: { "0": "停止", "1": "运行" },
        writable: true,
      },
      { name: "smoke", per: "device", table: "discrete", address: 3, type: "u16" },
      { name: "flags_holding_60", per: "device", table: "holding", address: 60, type: "u16", bits: { pump_fault: 4, pump_running: 0 } },
    ]);
    expect(
      profileComplaints({
        id: "meters/x",
        kind: "meter",
        maker: "",
        model: "",
        provenance: "",
        read: { max_registers: 50 },
        points: [...points],
      }),
    ).toEqual([]);
  });

  test.each<[string, string, string]>([
    ["电压,,,3,0,,u16,,,0.1,,V,R,,,,,", "name", "a name that begins with a letter"],
    ["v,,,7,0,,u16,,,0.1,,V,R,,,,,", "fc", "1, 2, 3 or 4"],
    ["v,,,4,40011,4xxxx,u16,,,,,,R,,,,,", "address", "is of holding, not of function 4"],
    ["v,,,3,abc,,u16,,,,,,R,,,,,", "address", "is no address"],
    ["v,,,3,11,5xxxx,u16,,,,,,R,,,,,", "addr_style", "zero, 4xxxx or 4xxxxx"],
    ["v,,,,11,,u16,,,,,,R,,,,,", "fc", "function 1, 2, 3 or 4 is needed"],
    ["v,,,3,0,,string,,,,,,R,,,,,", "type", "no such type"],
    ["v,,,3,0,,u16,CDAB,,,,,R,,,,,", "order", "one of AB, BA"],
    ["v,,,3,0,,u16,,16,,,,R,,,,,", "bit", "0 … 15"],
    ["v,,,3,0,,u16,,,nought,,V,R,,,,,", "scale", "a positive decimal"],
    ["v,,,3,0,,u16,,,0.1,,,R,,,,,", "unit", "what is scaled needs a unit"],
    ["v,,,3,0,,u16,,,0.1,,furlong,R,,,,,", "unit", "no such unit"],
    ["v,,,3,0,,u16,,,1,,V,R,,,low,,", "min", "a number"],
    ["v,,,3,0,,u16,,,1,,V,R,,,,,an", "enum", "write 0=stopped"],
  ])("%s is complained of in %s", (row, column, words) => {
    const { complaints, points } = own("fine,,,3,1,,u16,,,,,,R,,,,,", row);
    expect(complaints.map((one) => [one.line, one.column])).toContainEqual([3, column]);
    expect(complaints.find((one) => one.column === column)?.en).toContain(words);
    expect(points.map(({ name }) => name)).toContain("fine");
  });

  test("a column nobody knows, and one that is missing, are said before any row", () => {
    expect(importTable(parseCsv("name,adress\nv,1")).complaints.map(({ column, line }) => [column, line])).toEqual([
      ["address", 1],
      ["adress", 1],
    ]);
  });
});

describe("Neuron's columns", () => {
  const neuron = (...rows: readonly string[]) =>
    importTable(parseCsv(["group,name,address,attribute,type,description,decimal,precision", ...rows].join("\n")));
  test("tags become points", () => {
    const { points, complaints } = neuron(
      "g,voltage_mV,1!400001,Read,UINT16,A相电压,100,",
      "g,activePower,1!300011#BB,Read Subscribe,INT32,,,",
      "g,energy_mWh,1!400021#BL,Read,FLOAT,,1000,",
      "g,relay,1!000001,Read Write,BIT,,,",
      "g,fault,1!400030.3,Read,BIT,,,",
      "g,setpoint,12!40040#B,Write,INT16,,,",
    );
    expect(complaints).toEqual([]);
    expect(points).toEqual([
      { name: "voltage_mV", zh: "A相电压", per: "device", table: "holding", address: 0, type: "u16", multiply: 100 },
      { name: "active_power", per: "device", table: "input", address: 10, type: "i32", order: "CDAB" },
      { name: "energy_mWh", per: "device", table: "holding", address: 20, type: "f32", order: "DCBA", multiply: 1_000 },
      { name: "relay", per: "device", table: "coil", address: 0, type: "u16", writable: true },
      { name: "flags_holding_29", per: "device", table: "holding", address: 29, type: "u16", bits: { fault: 3 } },
      { name: "setpoint", per: "device", table: "holding", address: 39, type: "i16", order: "BA", writable: true },
    ]);
  });
  test.each<[string, string]>([
    ["g,x,400001,Read,UINT16,,,", "address"],
    ["g,x,1!400001#BB,Read,UINT16,,,", "address"],
    ["g,x,1!400001.8H,Read,STRING,,,", "type"],
    ["g,x,1!400001,Read,UINT16,,0.1,", "name"],
    ["g,x,1!400001,Read,UINT16,,none,", "decimal"],
  ])("%s is complained of in %s", (row, column) => {
    expect(neuron(row).complaints.map((one) => [one.line, one.column])).toContainEqual([2, column]);
  });
});

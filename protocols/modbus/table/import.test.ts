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
    ["1号,,,3,0,,u16,,,0.1,,furlong,R,,,,,", "unit", "no such unit"],
    ["+++,,,3,0,,u16,,,0.1,,V,R,,,,,", "name", "a name that begins with a letter"],
    ["v,,,7,0,,u16,,,0.1,,V,R,,,,,", "fc", "1, 2, 3 or 4"],
    ["v,,,4,40011,4xxxx,u16,,,,,,R,,,,,", "address", "is of holding, not of function 4"],
    ["v,,,3,abc,,u16,,,,,,R,,,,,", "address", "is no address"],
    ["v,,,3,11,5xxxx,u16,,,,,,R,,,,,", "addr_style", "zero, one, 4xxxx, 4xxxxx or hex"],
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

describe("tables in the words of data sheets", () => {
  const told = (text: string, wishes: Parameters<typeof importTable>[1] = {}) => importTable(parseCsv(text), wishes);
  const point = (text: string, wishes: Parameters<typeof importTable>[1] = {}) => {
    const { points, complaints } = told(text, wishes);
    expect(complaints).toEqual([]);
    return points[0];
  };
  test.each<[string, string, object]>([
    [
      "a title above, Chinese headings",
      "电表点表,,\n名称,地址,功能码\n电压,5,03",
      { name: "voltage", zh: "电压", table: "holding", address: 5 },
    ],
    ["headings in two rows", "名称,地址,,功能码\n,十进制,十六进制,\nv,16,0010H,4", { name: "v", table: "input", address: 16 }],
    ["hexadecimal without a mark, as its heading says", "名称,地址(HEX),功能码\nv,1A,3", { address: 26 }],
    ["the register's kind in words", "名称,地址,寄存器类型\nv,3,输入寄存器", { table: "input", address: 3 }],
    ["coils in words", "名称,地址,寄存器类型\nv,3,离散量输入", { table: "discrete" }],
    ["40001 notation tells the table", "name,address\nv,30012", { table: "input", address: 11 }],
    ["a span is a width", "name,address,fc,类型\nv,40002–40003,3,浮点", { address: 1, type: "f32" }],
    ["a count of registers is a width", "name,address,fc,寄存器数\nv,2,3,4", { type: "u64" }],
    ["int of two registers", "name,address,fc,类型,长度\nv,2,3,int,2", { type: "i32" }],
    ["bytes", "name,address,fc,类型\nv,2,3,4字节无符号", { type: "u32" }],
    ["digits", "name,address,fc,类型,长度\nv,2,3,BCD码,2", { type: "bcd32" }],
    ["double", "name,address,fc,类型\nv,2,3,双精度浮点", { type: "f64" }],
    ["low word first", "name,address,fc,类型,字节序\nv,2,3,uint32,低字在前", { order: "CDAB" }],
    ["as Modbus tools say it", "name,address,fc,type,byte order\nv,2,3,float32,Little-endian byte swap", { order: "CDAB" }],
    ["big end, bytes swapped", "name,address,fc,type,byte order\nv,2,3,float32,big-endian byte swap", { order: "BADC" }],
    ["by numbers", "name,address,fc,type,order\nv,2,3,float32,4-3-2-1", { order: "DCBA" }],
    ["little end of 16 bits", "name,address,fc,type,order\nv,2,3,u16,小端", { order: "BA" }],
    ["64 bits, low word first", "name,address,fc,type,order\nv,2,3,u64,低字在前", { order: "GHEFCDAB" }],
    ["scale and unit in one cell", "name,address,fc,单位\nv,2,3,0.1V", { name: "v_mV", multiply: 100 }],
    ["the unit in the name", "名称,地址,功能码,系数\n电流（A）,2,3,0.001", { name: "current_mA", zh: "电流" }],
    ["the unit in full width", "name,address,fc,scale,unit\nv,2,3,0.1,㎾", { name: "v_mW", multiply: 100_000 }],
    ["a fraction", "name,address,fc,scale,unit\nv,2,3,1/100,A", { multiply: 10 }],
    ["divided", "name,address,fc,scale,unit\nv,2,3,÷10,V", { multiply: 100 }],
    ["a decimal comma", "name;address;fc;scale;unit\nv;2;3;0,1;V", { multiply: 100 }],
    ["a power factor needs no unit", "name,address,fc,scale\n功率因数,2,3,0.001", { name: "power_factor_milli" }],
    ["functions for reading and writing", "name,address,功能码\nv,2,03/10H", { table: "holding", writable: true }],
    ["read and write in words", "name,address,fc,读写\nv,2,3,读写", { writable: true }],
    ["states with Chinese marks", "name,address,fc,取值\nv,2,3,0：分，1：合", { states: { "0": "分", "1": "合" } }],
    ["a dash is nothing", "name,address,fc,scale,unit,order\nv,2,3,-,—,/", { name: "v", address: 2 }],
  ])("%s", (_, text, expected) => expect(point(text)).toMatchObject(expected));

  test.each<[string, string, readonly (readonly [string, string])[]]>([
    ["decimal and hexadecimal that differ", "名称,地址,地址HEX,功能码\nv,16,0011H,3", [["C2", "which is not the decimal address"]]],
    ["a width that the type does not have", "name,address,fc,类型,寄存器数\nv,2,3,uint16,2", [["D2", "takes 1 registers, not 2"]]],
    ["a typing error in a heading", "name,address,fc,sclae\nv,2,3,0.1", [["D1", "did you mean scale?"]]],
    ["two scales that differ", "name,address,fc,scale,unit\nv,2,3,0.01,0.1V", [["E2", "another scale than 0.01"]]],
    ["an order that is none", "name,address,fc,type,order\nv,2,3,u32,upside down", [["E2", "one of ABCD"]]],
    ["five registers", "name,address,fc,寄存器数\nv,2,3,5", [["D2", "1, 2, 3 or 4 registers"]]],
  ])("%s is said by its cell", (_, text, expected) => {
    const { complaints } = told(text);
    expect(complaints.map(({ at }) => at)).toEqual(expected.map(([at]) => at));
    for (const [at, words] of expected) expect(complaints.find((one) => one.at === at)?.en).toContain(words);
  });

  test("a column nobody needs is left out when told so", () => {
    expect(told("name,address,fc,颜色\nv,2,3,红").complaints).toHaveLength(1);
    expect(told("name,address,fc,颜色\nv,2,3,红", { ignore: ["颜色"] }).points).toHaveLength(1);
  });
  test("the function that reads, said for the whole table; a row that says its own keeps it", () => {
    expect(point("name,address\nv,10", { fc: "4" })).toMatchObject({ table: "input", address: 10 });
    expect(point("name,address,fc\nv,10,3", { fc: "4" })).toMatchObject({ table: "holding" });
  });
  test("addresses that count from one, said for the whole table", () => {
    expect(point("name,address,fc\nv,3110,3", { addresses: "one" })).toMatchObject({ address: 3_109 });
    expect(point("name,address,addr_style,fc\nv,3110,zero,3", { addresses: "one" })).toMatchObject({ address: 3_110 });
  });
  test("headings that are printed again and titles between are passed over; names that would be the same are told apart", () => {
    const { points, notes } = told("名称,地址,功能码,单位\n一、电压,,,\n电压,1,3,V\n名称,地址,功能码,单位\n电压,2,3,V\n阈值,3,3,\n");
    expect(points.map(({ name }) => name)).toEqual(["voltage_1_mV", "voltage_2_mV", "holding_3"]);
    expect(notes.join("\n")).toMatch(/跳过 2 行标题/);
    expect(notes.join("\n")).toMatch(/阈值 → holding_3：名字是代起的/);
  });
  test("states in every row do not make semicolons the separator", () => {
    expect(told("name,address,fc,enum\na,1,3,0=x;1=y;2=z;3=w\nb,2,3,0=x;1=y;2=z\nc,3,3,0=x;1=y").points).toHaveLength(3);
  });
});

describe("Neuron's columns", () => {
  const neuron = (...rows: readonly string[]) =>
    importTable(parseCsv(["group,name,address,attribute,type,description,decimal,precision", ...rows].join("\n")));
  test("tags become points", () => {
    const { points, complaints } = neuron(
      "g,voltage_mV,1!400001,Read,UINT16,A相电压,100,",
      "g,activePower,1!300011#BL,Read Subscribe,INT32,,,",
      "g,energy_mWh,1!400021#BB,Read,FLOAT,,1000,",
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
    ["g,x,1!400001,Read,UINT16,,ten,", "decimal"],
  ])("%s is complained of in %s", (row, column) => {
    expect(neuron(row).complaints.map((one) => [one.line, one.column])).toContainEqual([2, column]);
  });
});

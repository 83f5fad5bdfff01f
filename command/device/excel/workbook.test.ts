// Excel files of other programs (openpyxl, Gnumeric), and the parts of the format that they leave out, put together by hand.
import { readFileSync } from "node:fs";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { NoWorkbook } from "#protocols/excel/parts.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { run } from "../programs.ts";
import { tableFrom } from "../table-file.ts";

const fixture = (name: string): string => new URL(`./fixtures/${name}.xlsx`, import.meta.url).pathname;
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

interface Written {
  readonly sheet: string;
  readonly strings?: string;
  readonly styles?: string;
  readonly workbook?: string;
  readonly more?: Readonly<Record<string, string>>;
}
const zipped = ({ sheet, strings, styles, workbook, more = {} }: Written): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries({
        "xl/workbook.xml":
          workbook ??
          `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
        "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="/xl/worksheets/sheet2.xml"/></Relationships>`,
        "xl/worksheets/sheet1.xml": sheet,
        ...(strings === undefined ? {} : { "xl/sharedStrings.xml": strings }),
        ...(styles === undefined ? {} : { "xl/styles.xml": styles }),
        ...more,
      }).map(([name, text]) => [name, strToU8(text)]),
    ),
  );
const sheetOf = (cells: string, after = ""): string => `<worksheet xmlns="${main}"><sheetData>${cells}</sheetData>${after}</worksheet>`;
const rowsOf = (written: Written): (readonly string[])[] => readWorkbook(zipped(written))[0]?.rows.map(({ cells }) => [...cells]) ?? [];

describe("cells as a person sees them", () => {
  test.each<[string, Written, (readonly string[])[]]>([
    [
      "shared and rich texts, without the reading of the characters",
      {
        sheet: sheetOf('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'),
        strings: `<sst xmlns="${main}"><si><t>地址</t></si><si><r><t>电</t></r><r><rPr/><t xml:space="preserve">压 &amp; V</t></r><rPh sb="0" eb="1"><t>でん</t></rPh></si></sst>`,
      },
      [["地址", "电压 & V"]],
    ],
    [
      "a prefix before every element, and no references",
      {
        sheet: `<x:worksheet xmlns:x="${main}"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c t="str"><x:v>b</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
      },
      [["1", "b"]],
    ],
    [
      "0.1 as it is stored",
      { sheet: sheetOf('<row r="1"><c r="A1"><v>0.10000000000000001</v></c><c r="B1"><v>1E-3</v></c></row>') },
      [["0.1", "0.001"]],
    ],
    [
      "leading zeros of a number's format",
      {
        sheet: sheetOf('<row r="1"><c r="A1" s="1"><v>17</v></c><c r="B1" s="0"><v>17</v></c></row>'),
        styles: `<styleSheet xmlns="${main}"><numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
      },
      [["00017", "17"]],
    ],
    [
      "merged cells say the same in all their places; holes stay holes",
      {
        sheet: sheetOf(
          '<row r="2"><c r="B2" t="inlineStr"><is><t>a</t></is></c><c r="E2"><v>5</v></c></row><row r="3"><c r="E3"><v>6</v></c></row>',
          '<mergeCells><mergeCell ref="B2:C3"/></mergeCells>',
        ),
      },
      [
        ["", "a", "a", "", "5"],
        ["", "a", "a", "", "6"],
      ],
    ],
    ["a formula's result, not the formula", { sheet: sheetOf('<row r="1"><c r="A1"><f>1/10</f><v>0.1</v></c></row>') }, [["0.1"]]],
    ["truth", { sheet: sheetOf('<row r="1"><c r="A1" t="b"><v>1</v></c></row>') }, [["TRUE"]]],
    ["what XML cannot hold", { sheet: sheetOf('<row r="1"><c r="A1" t="inlineStr"><is><t>a_x000D_b</t></is></c></row>') }, [["a\rb"]]],
  ])("%s", (_, written, cells) => expect(rowsOf(written)).toEqual(cells));

  test("a formula without a result, a date, an error: each is trouble in its cell", () => {
    const sheet = sheetOf(
      '<row r="7"><c r="A7"><f>1/10</f></c><c r="B7" s="1"><v>46032</v></c><c r="C7" t="e"><v>#N/A</v></c><c r="D7"><v>1</v></c></row>',
    );
    const styles = `<styleSheet xmlns="${main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`;
    const [row] = readWorkbook(zipped({ sheet, styles }))[0]?.rows ?? [];
    expect(row?.line).toBe(7);
    expect([...(row?.troubles ?? [])].map(([at, { en }]) => `${at} ${en.slice(0, 28)}`)).toEqual([
      "0 a formula whose result was n",
      "1 Excel took it for a date; fo",
      "2 Excel's error #N/A",
    ]);
  });
  test("hidden sheets are not looked at; a target from the root is found", () => {
    const workbook = `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="old" state="hidden" r:id="r1"/><sheet name="points" r:id="r2"/></sheets></workbook>`;
    const second = sheetOf('<row r="1"><c r="A1"><v>2</v></c></row>');
    const sheets = readWorkbook(zipped({ sheet: sheetOf(""), workbook, more: { "xl/worksheets/sheet2.xml": second } }));
    expect(sheets.map(({ name, rows }) => [name, rows[0]?.cells])).toEqual([["points", ["2"]]]);
  });
});

describe("what is no workbook", () => {
  test("half a file, a zip of something else, XML that is broken", () => {
    const whole = readFileSync(fixture("sheet"));
    for (const bytes of [
      whole.subarray(0, whole.length - 40),
      zipSync({ "a.txt": strToU8("x") }),
      zipped({ sheet: "<worksheet><a></b></worksheet>" }),
    ])
      expect(() => readWorkbook(bytes)).toThrow(NoWorkbook);
  });
  test("what unpacks to more than any point table is not unpacked", () => {
    const bomb = zipSync({ "xl/workbook.xml": new Uint8Array(65 * 1024 * 1024) });
    expect(bomb.length).toBeLessThan(200_000);
    expect(() => readWorkbook(bomb)).toThrow(/more than 64 MB/);
  });
  test("an entity of another file is not followed", () => {
    const sheet = `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>${sheetOf('<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>')}`;
    const cells = (() => {
      try {
        return rowsOf({ sheet }).flat().join();
      } catch (error) {
        if (error instanceof NoWorkbook) return "";
        throw error;
      }
    })();
    expect(["", "&e;"]).toContain(cells);
  });
  test("the old format is told what to do", () => {
    expect(tableFrom(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1))).toMatchObject({
      kind: "no-table",
      words: expect.stringMatching(/save it as \.xlsx/),
    });
  });
});

describe("point tables of other programs", () => {
  const imported = async (name: string, ...words: readonly string[]) =>
    run(["device", "import", fixture(name), "--id", "meters/imported", ...words]);
  test("a Chinese sheet from Gnumeric: title, headings in two rows, merged cells, sections, formulas, decimal beside hexadecimal", async () => {
    const { code, stdout, stderr } = await imported("sheet");
    expect(code, stderr).toBe(0);
    const { points } = JSON.parse(stdout) as { points: readonly Readonly<Record<string, unknown>>[] };
    const per = "device";
    const table = "holding";
    expect(points).toEqual([
      { name: "voltage_l1_mV", zh: "A相电压", per, table, address: 0, type: "u16", multiply: 100 },
      { name: "current_l1_mA", zh: "A相电流", per, table, address: 1, type: "u32", order: "CDAB" },
      { name: "total_power_mW", zh: "总有功功率", per, table, address: 3, type: "i32", order: "CDAB", multiply: 100 },
      { name: "power_factor_milli", zh: "功率因数", per, table, address: 5, type: "i16" },
      { name: "frequency_mHz", zh: "频率", per, table, address: 6, type: "u16", multiply: 10 },
      { name: "import_energy_mWh", zh: "正向有功电能", per, table, address: 16, type: "f32", order: "CDAB", multiply: 1_000_000 },
      { name: "export_energy_mWh", zh: "反向有功电能", per, table, address: 18, type: "f32", order: "CDAB", multiply: 1_000_000 },
      { name: "meter_id", zh: "从站地址", per, table, address: 32, type: "u16", writable: true },
    ]);
    expect(stderr).toMatch(/took the sheet “点表”/);
    expect(stderr).toMatch(/2 rows of titles passed over/);
    expect(stderr).toMatch(/A相电流 → current_l1_mA：名字是代起的/);
  });
  test("the same before any spreadsheet has computed it: the formula's cell is said, and nothing is made", async () => {
    const { code, stdout, stderr } = await imported("uncomputed");
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/\[点表\] H6 分辨率 \(scale\): 公式没有保存结果/);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
  test("errors by their cells, all at once", async () => {
    const { code, stderr } = await imported("errors");
    expect(code).toBe(3);
    expect(stderr.match(/\[Points\] [A-Z]\d+/g)).toEqual(["B3", "E4", "C5", "F5", "E7", "B8"].map((cell) => `[Points] ${cell}`));
    const { stdout } = await imported("errors", "--json");
    expect((JSON.parse(stdout) as { complaints: { at: string }[] }).complaints.map(({ at }) => at)).toEqual([
      "B3",
      "E4",
      "C5",
      "F5",
      "E7",
      "B8",
    ]);
  });
  test("Neuron's export: order, unit and scale out of its own notation; the unit number too", async () => {
    const { code, stdout, stderr } = await imported("neuron");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      unit: 3,
      points: [
        { name: "voltage_mV", table: "holding", address: 0, multiply: 100 },
        { name: "power_mW", table: "input", address: 10, type: "f32", order: "CDAB", multiply: 1_000 },
        { name: "energy_mWh", address: 20, order: "DCBA", multiply: 10_000 },
        { name: "relay", table: "coil", address: 0, writable: true },
        { name: "flags_holding_29", bits: { fault: 3 } },
      ],
    });
    expect(stderr).toMatch(/static tags left out/);
  });
  test("a sheet by its name; one that is not there", async () => {
    expect((await imported("sheet", "--sheet", "点表")).code).toBe(0);
    expect(await imported("sheet", "--sheet", "Tabelle1")).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/there are: 说明、点表/),
    });
  });
});

// docs/reference/device-profile.md, made from the schema, the closed lists and the catalogue, with an example that is really decoded.
import { existsSync, readFileSync } from "node:fs";
import { decode, registersOf } from "#protocols/modbus/decode.ts";
import { orderNames } from "#protocols/modbus/orders.ts";
import { Profile } from "#protocols/modbus/profile.ts";
import { quirks } from "#protocols/modbus/quirks.ts";
import { shapes } from "#protocols/modbus/shapes.ts";
import { coveredBy, hearFrames } from "#protocols/modbus/sheet.ts";
import { otherWords, ownColumns } from "#protocols/modbus/table/columns.ts";
import { neuronColumns } from "#protocols/modbus/table/headings.ts";
import { parseTranscript } from "#protocols/modbus/transcript.ts";
import { units } from "#protocols/modbus/units.ts";
import { catalogueNames, loadProfile } from "./profile-file.ts";
import { example, exampleFrames, sheetEn, sheetZh } from "./sheet-example.ts";
import { valuesTable } from "./values-text.ts";

interface Shape {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

function rule(shape: Shape): string {
  if (shape.const !== undefined) return `\`${JSON.stringify(shape.const)}\``;
  if (shape.enum !== undefined) return shape.enum.length > 8 ? "见下表 / below" : shape.enum.map((one) => `\`${String(one)}\``).join(" ");
  if (shape.anyOf !== undefined) return shape.anyOf.map(rule).join(" \\| ");
  if (shape.type === "integer" && shape.minimum === undefined && shape.maximum === undefined) return "整数 / integer";
  if (shape.type === "integer") return shape.maximum === undefined ? `≥ ${shape.minimum}` : `${shape.minimum ?? ""} … ${shape.maximum}`;
  if (shape.type === "array") return `[ ${rule(shape.items ?? {})} ]`;
  if (shape.type === "object" && shape.properties !== undefined) return `{ ${Object.keys(shape.properties).join(", ")} }`;
  if (shape.type === "object") return "{ 名字 name: … }";
  return shape.type === "boolean" ? "true / false" : "文字 / text";
}

/** A row a key, and rows for the keys inside; `points[]` has a table of its own. */
function rows(shape: Shape, path = ""): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, inner]) => {
    const name = `${path}${key}`;
    const may = (shape.required ?? []).includes(key) ? "" : "（可省 / optional）";
    const words = [inner.title, inner.description].filter((one) => one !== undefined).join(" / ");
    return [`| \`${name}\` | ${words}${may} | ${rule(inner)} |`, ...(inner.type === "object" ? rows(inner, `${name}.`) : [])];
  });
}

const keysTable = (shape: Shape): string => `| 键 / key | 含义 / meaning | 取值 / values |\n| --- | --- | --- |\n${rows(shape).join("\n")}`;

function catalogueRow(name: string): string {
  const loaded = loadProfile(name);
  if (loaded.kind === "bad") throw new Error(`${name}: ${loaded.complaints.join("; ")}`);
  const { profile, path } = loaded;
  const golden = path.replace(/\.json$/, ".golden");
  const transcript = existsSync(golden) ? parseTranscript(readFileSync(golden, "utf8")) : undefined;
  if (transcript === undefined || "kind" in transcript) throw new Error(`${name} has no transcript`);
  const outside = transcript.exchanges.filter(({ origin }) => origin !== "made").length;
  const captured = transcript.exchanges.filter(({ origin }) => origin === "capture").length;
  const from =
    captured > 0 ? `实机 / captured ${captured}` : outside > 0 ? `资料 / documents ${outside}` : "无外来报文 / none from outside";
  return `| \`${name}\` | ${profile.maker} ${profile.model} | ${profile.points.length} | ${transcript.exchanges.length}（${from}） |`;
}

function exampleResult(): string {
  const pairs = hearFrames(example, exampleFrames);
  if (!Array.isArray(pairs)) throw new Error(pairs.reason);
  const answers = pairs.flatMap(({ heard }) => (heard?.kind === "answer" ? [heard] : []));
  const read = new Set(coveredBy(example, ...answers.map(({ block }) => block)));
  return valuesTable(example, decode(example, registersOf(answers)), (name) => read.has(name));
}

const typeRows = Object.entries(shapes).map(([name, { bytes, form, signed }]) => {
  const words = {
    integer: signed ? "有符号整数 / signed integer" : "无符号整数 / unsigned integer",
    float: "IEEE 754 浮点 / float",
    digits: "BCD，每寄存器四位 / BCD, four digits a register",
  }[form];
  return `| \`${name}\` | ${words} | ${bytes / 2} | ${orderNames[bytes].map((order) => `\`${order}\``).join(" ")} |`;
});
const unitRows = Object.entries(units).map(
  ([name, { zh, en, sheet }]) => `| \`_${name}\` | ${zh} / ${en} | ${Object.keys(sheet).join("、")} |`,
);
const quirkRows = Object.entries(quirks).map(([name, { zh, en, met }]) => `| \`${name}\` | ${zh} / ${en} | ${met} |`);

const chinese = (): string => `# 设备型号文件参考 / Device profile reference

一种设备就是一个 JSON 文件：寄存器是什么、怎么换算、怎样通断。网关、模拟器和命令行读的是同一个文件，添加设备不需要写程序。

## 五步添加一台设备

1. **起一个文件**：\`cuobian device new --id meters/my-meter --baud 9600 > my-meter.json\`；已有点表则 \`cuobian device import table.csv --id meters/my-meter --out my-meter.json\`。
2. **把资料里的寄存器写成点**（下面有例子和全部键）。40001 写 \`"table": "holding", "address": 0\`；30001 是 \`input\`；00001 是 \`coil\`；10001 是 \`discrete\`。
3. **用资料里的报文试译**：把问答报文抄进 \`sheet.hex\`（每行一帧，先问后答），\`cuobian device test ./my-meter.json --frames sheet.hex\`。
4. **用同一个文件模拟一台**：\`cuobian sim device ./my-meter.json\`，再按它打印的命令 \`cuobian device test ./my-meter.json --host … --port …\` 读回来；\`mbpoll\` 等任何 Modbus 工具也能读。
5. **接上真机**：\`cuobian device test ./my-meter.json --serial /dev/ttyUSB0 --unit 1\`。数不对就打开工作台：\`cuobian modbus read --serial /dev/ttyUSB0 --address 40001 --expect 230.2\`，
   它把同一组寄存器按所有地址写法、字节次序和错一位的情况并排列出，并标出与表上显示相符的那一种。

文件放进 \`protocols/profiles/<种类>/\`，旁边放报文记录 \`.golden\`（第 3 步加 \`--golden "资料名称"\` 即打印出来），\`npm test\` 会检查两者。

## 例子：从资料到文件

${sheetZh}

\`\`\`json
${JSON.stringify(example, null, 2)}
\`\`\`

资料里的报文：

\`\`\`
${exampleFrames.trim()}
\`\`\`

\`cuobian device test ./example.json --frames sheet.hex\` 译出：

\`\`\`
${exampleResult()}
\`\`\`

要点：值一律是整数，单位写在名字里（0.1 V × 100 = mV）；设备说“没有”的写进 \`absent\`，绝不当作 0；\`hole: 0\` 表示不读未列出的寄存器；功率的方向在另一个寄存器里，用 \`sign\`；一个寄存器拆成几段用 \`field\`；没有 06H 的设备写 \`functions\`，改用 10H。`;

const english = (): string => `## In English: adding a device

One device is one JSON file; gateway, simulator and command line read the same one, and no TypeScript is needed.

1. \`cuobian device new --id meters/my-meter > my-meter.json\`, or \`cuobian device import table.csv\` if you have a point table.
2. Write the sheet's registers as points. 40001 is \`"table": "holding", "address": 0\`; 30001 \`input\`; 00001 \`coil\`; 10001 \`discrete\`.
3. Copy the sheet's frames, question then answer, one a line: \`cuobian device test ./my-meter.json --frames sheet.hex\`. An answer without its question is preceded by a line \`at holding 0x0048\`.
4. \`cuobian sim device ./my-meter.json\` is that device on Modbus/TCP (\`--serial\`: on a pseudo-terminal); read it back with the command it prints, or with mbpoll.
5. \`cuobian device test ./my-meter.json --serial /dev/ttyUSB0 --unit 1\` reads the real one. Where a number is wrong, \`cuobian modbus read … --expect 230.2\` shows every reading side by side and marks the one that the display shows.

The example above: ${sheetEn} Values are whole numbers in the unit of the name; what the device calls absent is never 0; a sign in another register is \`sign\`, a part of a register \`field\`, a device without function 6 lists its \`functions\`.`;

export const deviceProfilePage =
  (): string => `<!-- made by test/house/reference.ts from protocols/modbus and protocols/profiles; do not edit -->
${chinese()}

${english()}

## 文件的键 / Keys of the file

未知的键会被拒绝。/ Unknown keys are refused.

${keysTable(Profile as unknown as Shape)}

## 点的键 / Keys of a point

value = raw × multiply ÷ divide + offset，只舍入一次 / rounded once.

${keysTable((Profile as unknown as Shape).properties?.points?.items ?? {})}

## 类型与字节次序 / Types and byte orders

字母是线上的次序，A 是最高字节；两个字节为一个寄存器。“低字在前”就是 \`CDAB\`。浮点的 NaN 若未写进 \`absent\` 即为坏值。
The letters are the order on the wire, A the most significant byte, two bytes a register. "Low word first" is \`CDAB\`. A float's NaN is bad unless \`absent\` names it.

| 类型 / type | | 寄存器 / registers | 次序，第一个为默认 / orders, the first is the default |
| --- | --- | --- | --- |
${typeRows.join("\n")}

## 单位 / Units

名字以单位结尾；有换算的点必须有单位。/ A name ends in its unit; what is scaled must have one.

| 结尾 / ending | | 资料里的写法 / in data sheets |
| --- | --- | --- |
${unitRows.join("\n")}

## 怪癖 / Quirks

文件说不出来的，只能是这里的一种，各有测试。/ What data cannot say is one of these, each with its test.

| 名字 / name | | 见于 / met on |
| --- | --- | --- |
${quirkRows.join("\n")}

## 报文记录 / Transcripts

\`x.golden\` 是一段对话：\`from\` 说明来历（\`document\` 资料、\`capture\` 实机、\`made\` 自编），\`>\` 问，\`<\` 答，其下是应当译出的值；\`does\` 是命令。没有外来报文的要写 \`outside none\`。
A transcript is a conversation: \`from\` says where it comes from, \`>\` asked, \`<\` heard, then the values understood; \`does\` is an order. One without a frame from outside says \`outside none\`.

## 点表的列 / Columns of a point table

\`cuobian device import 点表.xlsx --id meters/x --out x.json\`：Excel（.xlsx）或文本（逗号、分号、制表符；UTF-8、UTF-16 或 GB18030）。表头可在标题之下，可占两行，合并单元格照常读。
公式取保存的结果，没有结果的、被 Excel 当成日期的，都按单元格指出（\`[点表] C5\`；文本为 \`文件:行\`）。不认识的列会被拒绝，以防写错；不需要的列用 \`--ignore 列名,列名\`，别的工作表用 \`--sheet\`。
Excel (.xlsx) or text (comma, semicolon or tab; UTF-8, UTF-16 or GB18030). Headings may stand below a title and in two rows; merged cells are read in all their places. A formula is its saved result; one without a result, and a number that Excel took for a date, are said by their cell. Unknown columns are refused, so that no typing error is lost; \`--ignore\` leaves them out.

我们的列 / our own columns：\`${ownColumns.join(",")}\`

Neuron 导出的列 / as Neuron exports：\`${neuronColumns.join(",")}\`。其标签没有单位，有 decimal 的点须在名字（\`voltage_mV\`）或描述（\`电压(V)\`）里写单位。/ Its tags have no unit: what has a decimal says one in its name or description.

资料里的叫法也认 / what data sheets call them is known too:

| 列 / column | 也认 / also |
| --- | --- |
${Object.entries(otherWords)
  .map(([column, words]) => `| \`${column}\` | ${words.join("、")} |`)
  .join("\n")}

地址：\`10\`、\`0x000A\`、\`000AH\`、\`40011\`、\`400011\`、\`40011-40012\`；比例：\`0.1\`、\`1/10\`、\`÷10\`、\`0.1V\`；次序：\`CDAB\`、低字在前、3412、little-endian byte swap；功能码：\`3\`、\`0x03\`、\`03/06\`；类型：uint16、无符号32位、浮点、BCD 等。只有中文名的点按词表起名（电压 → voltage），并逐一列出请人核对。
Addresses, scales, byte orders, functions and types as above. Points with Chinese names only are named from a list of words, and each such name is told.

## 目录 / Catalogue

| 型号 / model | | 点 / points | 报文记录 / exchanges |
| --- | --- | --- | --- |
${catalogueNames().map(catalogueRow).join("\n")}
`;

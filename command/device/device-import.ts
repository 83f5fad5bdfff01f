// `cuobian device import`: a point table in Excel or as text becomes a profile. What cannot be meant is said by its cell; nothing is guessed in silence.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Sheet } from "#protocols/excel/workbook.ts";
import { type CellComplaint, type Imported, type ImportWishes, importTable } from "#protocols/modbus/table/import.ts";
import { deliver, frameOf, frameOptions } from "./device-new.ts";
import { type Ending, ended, oneOf, UsageError, whole } from "./say.ts";
import { tableFrom } from "./table-file.ts";

const options = {
  ...frameOptions,
  unit: { type: "string" },
  sheet: { type: "string" },
  ignore: { type: "string" },
  "addr-style": { type: "string" },
  fc: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

interface Chosen extends Imported {
  readonly sheet: string;
}

/** The sheet that was named; else the first that has headings and points, else the first at all, so that its complaints are said. */
function importedFrom(sheets: readonly Sheet[], name: string | undefined, wishes: ImportWishes): Chosen | string {
  const names = sheets.map((sheet) => sheet.name).join("、");
  const wanted = name === undefined ? sheets : sheets.filter((sheet) => sheet.name === name);
  if (wanted.length === 0)
    return name === undefined ? "没有工作表 / there is no sheet" : `没有工作表 / there is no sheet “${name}”；有 / there are: ${names}`;
  const tried = wanted.map((sheet): Chosen => ({ ...importTable(sheet.rows, wishes), sheet: sheet.name }));
  const chosen =
    tried.find(({ points }) => points.length > 0) ??
    tried.find(({ complaints }) => complaints.every(({ at }) => at !== undefined)) ??
    tried[0];
  if (chosen === undefined) return "没有工作表 / there is no sheet";
  const others = sheets.filter((sheet) => sheet.name !== chosen.sheet).map((sheet) => sheet.name);
  const note = `用了工作表 / took the sheet “${chosen.sheet}”；另有 / there are also ${others.join("、")}（--sheet）`;
  return name === undefined && others.length > 0 ? { ...chosen, notes: [note, ...chosen.notes] } : chosen;
}

/** "points.xlsx [点表] C5 单位 “furlong”: …", "points.csv:5 unit “furlong”: …" */
function complaintText(path: string, excel: boolean, sheet: string): (complaint: CellComplaint) => string {
  return ({ line, column, called, at, cell, zh, en }) => {
    const word = called === column ? column : `${called} (${column})`;
    const place = excel ? `${path} [${sheet}] ${at ?? `第 ${line} 行 row ${line}`} ${word}` : `${path}:${line} ${word}`;
    return `${place}${cell === "" ? "" : ` “${cell}”`}: ${zh} / ${en}`;
  };
}

export function deviceImport(args: readonly string[]): Ending {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError("device import table.xlsx|table.csv --id meters/x");
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path === "-" ? 0 : path);
  } catch (error) {
    return ended(2, `${path}: ${error instanceof Error ? error.message : error}`);
  }
  const table = tableFrom(bytes);
  if (table.kind === "no-table") return ended(3, `${path}: ${table.words}`);
  const ignore = (values.ignore ?? "").split(/[,，]/).map((word) => word.trim());
  const style = values["addr-style"];
  const addresses = style === undefined ? undefined : oneOf("addr-style", style, ["zero", "one", "hex", "4xxxx", "4xxxxx"]);
  const fc = whole("fc", values.fc, [1, 4])?.toString();
  const imported = importedFrom(table.sheets, values.sheet, { ignore, addresses, fc });
  if (typeof imported === "string") return ended(3, `${path}: ${imported}`);
  const { points, complaints, notes, sheet } = imported;
  if (values.json && complaints.length > 0) return { stdout: `${JSON.stringify({ ok: false, sheet, complaints })}\n`, stderr: "", code: 3 };
  const [first, ...others] = points;
  if (complaints.length > 0) return ended(3, complaints.map(complaintText(path, table.excel, sheet)).join("\n"));
  if (first === undefined) return ended(3, `${path}: 没有点 / no points`);
  const unit = values.unit ?? String(imported.unit ?? 1);
  const frame = frameOf({ ...values, unit });
  return deliver({ ...frame, points: [first, ...others] }, { ...values, unit }, notes.map((note) => `${note}\n`).join(""));
}

// One row of a table in our own columns, as the register bench writes them, or in the words of a data sheet.
import { addressFrom, type Notation } from "../bench.ts";
import type { Point } from "../profile.ts";
import { shapes } from "../shapes.ts";
import { type Cells, type Complain, orderFrom, scaledName, typeFrom, withoutUnit } from "./cells.ts";
import { hasChinese } from "./naming.ts";

const tableOfFunction: Readonly<Record<number, Point["table"]>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };
const styles: Readonly<Record<string, Notation>> = { "": "auto", zero: "zero", one: "one", hex: "zero", "4xxxx": "five", "4xxxxx": "six" };
const tableWords: readonly (readonly [RegExp, Point["table"]])[] = [
  [/保持|holding|^4x|4区|^hr$/i, "holding"],
  [/离散|触点|discrete|^1x|1区|^di$/i, "discrete"],
  [/输入寄存器|input|^3x|3区|^ir$/i, "input"],
  [/线圈|coil|^0x$|0区|^do$/i, "coil"],
];

/** "03", "FC03", "0x03", "03H", "03/10H", "3,6": what it reads by, and whether it is written too. */
function functionsFrom(text: string): { readonly read?: number; readonly writes: boolean } | undefined {
  const codes = text.split(/[/,、;；\s+]+/).map((part) => {
    const match = part.match(/^(?:fc|读|写|r|w)?\s*(0x)?([0-9a-f]{1,2})(h)?$/i);
    if (match === null) return Number.NaN;
    return match[1] !== undefined || match[3] !== undefined ? Number.parseInt(match[2] ?? "", 16) : Number(match[2]);
  });
  if (!codes.every((code) => [1, 2, 3, 4, 5, 6, 15, 16].includes(code))) return undefined;
  const read = codes.find((code) => code <= 4);
  return { ...(read === undefined ? {} : { read }), writes: codes.some((code) => code > 4) };
}

interface Place {
  readonly table: Point["table"];
  readonly address: number;
  readonly registers?: number;
  readonly writes: boolean;
}

/** "40002-40003" is two registers from 40002. */
const spanOf = (text: string): readonly string[] => text.split(/\s*(?:~|–|—|至|to|-)\s*/i);

function addressCell(cells: Cells, complain: Complain): { address: number; table?: Point["table"]; registers?: number } | undefined {
  const notation = styles[cells("addr_style").toLowerCase()];
  if (notation === undefined) return complain("addr_style", "只能是 zero、one、4xxxx、4xxxxx、hex", "zero, one, 4xxxx, 4xxxxx or hex");
  const column = cells("address") === "" ? "address_hex" : "address";
  const hex = column === "address_hex" || cells("addr_style").toLowerCase() === "hex";
  const [first, last] = spanOf(cells(column)).map((text) => addressFrom(hex ? `0x${text.replace(/^0x|h$/gi, "")}` : text, notation));
  for (const one of [first, last]) if (one !== undefined && "kind" in one) return complain(column, one.zh, one.en);
  if (first === undefined || "kind" in first) return undefined;
  const other =
    column === "address" && cells("address_hex") !== ""
      ? addressFrom(`0x${cells("address_hex").replace(/^0x|h$/gi, "")}`, "zero")
      : undefined;
  if (other !== undefined && !("kind" in other) && other.address !== first.address)
    return complain(
      "address_hex",
      `是 ${other.address}，与十进制地址（从 0 起 ${first.address}）不一致`,
      `is ${other.address}, which is not the decimal address (${first.address} from 0)`,
    );
  return last === undefined || "kind" in last ? first : { ...first, registers: last.address - first.address + 1 };
}

function placeFrom(cells: Cells, complain: Complain): Place | undefined {
  const place = addressCell(cells, complain);
  if (place === undefined) return undefined;
  const functions = cells("fc") === "" ? { writes: false } : functionsFrom(cells("fc"));
  if (functions === undefined)
    return complain("fc", "只能是 1、2、3、4，可带写功能码，如 03/06", "1, 2, 3 or 4, with the write's code or without: 03/06");
  const said = cells("table") === "" ? undefined : tableWords.find(([pattern]) => pattern.test(cells("table")))?.[1];
  if (cells("table") !== "" && said === undefined)
    return complain("table", "保持寄存器、输入寄存器、线圈或离散输入", "holding, input, coil or discrete");
  const byFunction = functions.read === undefined ? undefined : tableOfFunction[functions.read];
  if (byFunction !== undefined && place.table !== undefined && byFunction !== place.table)
    return complain(
      "address",
      `${cells("address")} 属于 ${place.table}，与功能码 ${functions.read} 不符`,
      `${cells("address")} is of ${place.table}, not of function ${functions.read}`,
    );
  if (byFunction !== undefined && said !== undefined && byFunction !== said)
    return complain("table", `与功能码 ${functions.read} 不符`, `is not of function ${functions.read}`);
  const table = byFunction ?? said ?? place.table;
  return table === undefined
    ? complain(
        "fc",
        "需要功能码 1、2、3 或 4；整张表都用同一个时加 --fc 3",
        "function 1, 2, 3 or 4 is needed; --fc 3 where the whole table has one",
      )
    : { ...place, table, writes: functions.writes };
}

interface Row {
  readonly cells: Cells;
  readonly complain: Complain;
}

function wholeOf(column: string, factor: number, { cells, complain }: Row): number | undefined {
  const text = cells(column);
  if (text === "") return undefined;
  const value = Number(text.replace(/^\+/, "")) * factor;
  return Number.isFinite(value) ? Math.round(value) : complain(column, "需要数字", "a number");
}

/** "0=停止;1=运行", "0：停止，1：运行" */
function statesFrom({ cells, complain }: Row): Record<string, string> | undefined {
  const text = cells("enum");
  if (text === "") return undefined;
  const pairs = text
    .split(/[;；|,，、\n]+/)
    .filter((part) => part.trim() !== "")
    .map((part) => part.match(/^\s*(-?\d+|0x[0-9a-f]+)\s*[=:：-]\s*(.+?)\s*$/i));
  if (pairs.some((pair) => pair === null)) return complain("enum", "写作 0=停止;1=运行", "write 0=stopped;1=running");
  return Object.fromEntries(pairs.map((pair) => [String(Number(pair?.[1] ?? 0)), pair?.[2] ?? ""]));
}

function registersOf({ cells, complain }: Row, place: Place | undefined): number | undefined | "wrong" {
  const text = cells("registers");
  if (text === "") return place?.registers;
  const count = Number(text.match(/^(\d)\s*(?:个|字|words?|registers?)?$/i)?.[1] ?? Number.NaN);
  if ([1, 2, 3, 4].includes(count)) return count;
  complain("registers", "寄存器数应为 1、2、3 或 4", "1, 2, 3 or 4 registers");
  return "wrong";
}

export function ownRow(cells: Cells, complain: Complain): { point: Point; bit?: number; made?: true } | undefined {
  const row = { cells, complain };
  const place = placeFrom(cells, complain);
  const registers = registersOf(row, place);
  const isBit = place?.table === "coil" || place?.table === "discrete";
  const type =
    cells("type") === "" && (registers === undefined || registers === "wrong")
      ? "u16"
      : typeFrom(cells("type") === "" ? "无符号" : cells("type"), isBit || registers === "wrong" ? undefined : registers, complain);
  const scaled = scaledName(cells, place === undefined ? "point" : `${place.table}_${place.address}`, complain);
  const states = statesFrom(row);
  const bitText = cells("bit").match(/^(?:bit|第|d)?\s*(\d{1,2})\s*位?$/i)?.[1];
  const bit = cells("bit") === "" ? undefined : Number(bitText ?? Number.NaN);
  if (bit !== undefined && !(bit >= 0 && bit <= 15)) return complain("bit", "0 … 15", "0 … 15");
  const order = type === undefined ? undefined : orderFrom(isBit ? "" : cells("order"), type, complain);
  if (place === undefined || type === undefined || scaled === undefined || registers === "wrong") return undefined;
  if (order === undefined && cells("order") !== "" && !isBit) return undefined;
  const { factor, made, ...named } = scaled;
  const zh = cells("label_zh") || (hasChinese(cells("name")) ? withoutUnit(cells("name")) : "");
  const optional = {
    offset: wholeOf("offset", factor, row),
    minimum: wholeOf("min", factor, row),
    maximum: wholeOf("max", factor, row),
    zh: zh.slice(0, 60) || undefined,
    en: cells("label_en").slice(0, 80) || undefined,
    states,
  };
  const plainOrder = "ABCDEFGH".slice(0, shapes[type].bytes);
  const point = {
    per: "device",
    type,
    ...named,
    table: place.table,
    address: place.address,
    ...(order === undefined || order === plainOrder ? {} : { order }),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...(/w|写/i.test(cells("access")) || place.writes ? { writable: true } : {}),
  } as Point;
  return { point, ...(bit === undefined ? {} : { bit }), ...(made === undefined ? {} : { made }) };
}

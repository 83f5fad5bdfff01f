// One row of a table in our own columns, as the register bench writes them.
import { addressFrom, type Notation } from "../bench.ts";
import { orderNames } from "../orders.ts";
import type { Point } from "../profile.ts";
import { shapes } from "../shapes.ts";
import { type Cells, type Complain, scaledName, typeFrom } from "./cells.ts";

export const ownColumns = [
  "name",
  "label_zh",
  "label_en",
  "fc",
  "address",
  "addr_style",
  "type",
  "order",
  "bit",
  "scale",
  "offset",
  "unit",
  "access",
  "poll_ms",
  "deadband",
  "min",
  "max",
  "enum",
] as const;
const tables: Readonly<Record<string, Point["table"]>> = { "1": "coil", "2": "discrete", "3": "holding", "4": "input" };
const styles: Readonly<Record<string, Notation>> = { "": "auto", zero: "zero", "4xxxx": "five", "4xxxxx": "six" };

function placeFrom(cells: Cells, complain: Complain): Pick<Point, "table" | "address"> | undefined {
  const fc = cells("fc").replace(/^(fc|0x)?0?/i, "");
  const notation = styles[cells("addr_style").toLowerCase()];
  if (notation === undefined) return complain("addr_style", "只能是 zero、4xxxx、4xxxxx", "zero, 4xxxx or 4xxxxx");
  const place = addressFrom(cells("address"), notation);
  if ("kind" in place) return complain("address", place.zh, place.en);
  const byFunction = tables[fc];
  if (fc !== "" && byFunction === undefined) return complain("fc", "只能是 1、2、3、4", "1, 2, 3 or 4");
  if (byFunction !== undefined && place.table !== undefined && byFunction !== place.table)
    return complain(
      "address",
      `${cells("address")} 属于 ${place.table}，与功能码 ${fc} 不符`,
      `${cells("address")} is of ${place.table}, not of function ${fc}`,
    );
  const table = byFunction ?? place.table;
  return table === undefined
    ? complain("fc", "需要功能码 1、2、3 或 4", "function 1, 2, 3 or 4 is needed")
    : { table, address: place.address };
}

function wholeOf(
  column: string,
  given: { readonly cells: Cells; readonly complain: Complain; readonly factor: number },
): number | undefined {
  const text = given.cells(column);
  if (text === "") return undefined;
  const value = Number(text) * given.factor;
  return Number.isFinite(value) ? Math.round(value) : given.complain(column, "需要数字", "a number");
}

/** "0=停止;1=运行" */
function statesFrom(cells: Cells, complain: Complain): Record<string, string> | undefined {
  const text = cells("enum");
  if (text === "") return undefined;
  const pairs = text.split(/[;；|]/).map((part) => part.match(/^\s*(-?\d+)\s*[=:：]\s*(.+?)\s*$/));
  if (pairs.some((pair) => pair === null)) return complain("enum", "写作 0=停止;1=运行", "write 0=stopped;1=running");
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""]));
}

export function ownRow(cells: Cells, complain: Complain): { point: Point; bit?: number } | undefined {
  const place = placeFrom(cells, complain);
  const type = typeFrom(cells("type") === "" ? "u16" : cells("type"), complain);
  const scaled = scaledName(cells, complain);
  const states = statesFrom(cells, complain);
  const bit = cells("bit") === "" ? undefined : Number(cells("bit"));
  if (bit !== undefined && !(Number.isInteger(bit) && bit >= 0 && bit <= 15)) return complain("bit", "0 … 15", "0 … 15");
  if (place === undefined || type === undefined || scaled === undefined) return undefined;
  const { factor, ...named } = scaled;
  const whole = (column: string): number | undefined => wholeOf(column, { cells, complain, factor });
  const orders: readonly string[] = orderNames[shapes[type].bytes];
  const order = orders.find((one) => one === cells("order").toUpperCase());
  if (cells("order") !== "" && order === undefined) return complain("order", `只能是 ${orders.join("、")}`, `one of ${orders.join(", ")}`);
  const optional = {
    offset: whole("offset"),
    minimum: whole("min"),
    maximum: whole("max"),
    zh: cells("label_zh") || undefined,
    en: cells("label_en") || undefined,
    states,
  };
  const point = {
    per: "device",
    type,
    ...named,
    ...place,
    ...(order === undefined || order === orders[0] ? {} : { order }),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...(/w/i.test(cells("access")) ? { writable: true } : {}),
  } as Point;
  return bit === undefined ? { point } : { point, bit };
}

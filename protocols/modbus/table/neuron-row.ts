// One row of a point table that EMQX Neuron exported: `1!400011#BB` is unit 1, holding register 10, low word first.
// Source: Neuron's documentation of its Modbus drivers: address SLAVE!ADDRESS[.BIT][#ENDIAN]; #L 1,2 and #LL 1,2,3,4 are the order when none is written.
import type { Order } from "../orders.ts";
import type { Point } from "../profile.ts";
import { shapes } from "../shapes.ts";
import { type Cells, type Complain, scaledName, typeFrom } from "./cells.ts";

const tables: Readonly<Record<string, Point["table"]>> = { "0": "coil", "1": "discrete", "3": "input", "4": "holding" };
const endians: Readonly<Record<number, Readonly<Record<string, Order>>>> = {
  2: { L: "AB", B: "BA" },
  4: { LL: "ABCD", LB: "BADC", BB: "CDAB", BL: "DCBA" },
  8: { L: "ABCDEFGH", B: "HGFEDCBA" },
};

/** Neuron's `decimal` multiplies; its tags have no units, so what is scaled must say one in its name. */
export function neuronRow(cells: Cells, complain: Complain): { point: Point; bit?: number } | undefined {
  const match = cells("address").match(/^(\d{1,3})!([0134])(\d{4,5})(?:\.(\d{1,2}))?(?:#([BL]{1,2}))?$/);
  const type = typeFrom(cells("type"), complain);
  const number = Number(match?.[3]);
  const table = tables[match?.[2] ?? ""];
  if (match === null || table === undefined || number < 1 || number > 65_536)
    return complain(
      "address",
      "写作 1!400011 或 1!400011#BB；字符串点不能导入",
      "write 1!400011 or 1!400011#BB; text points cannot be imported",
    );
  const asOwn: Cells = (column) => (column === "scale" ? cells("decimal") : column === "unit" ? "" : cells(column));
  const scaled = scaledName(asOwn, (column, zh, en) =>
    complain(column === "scale" ? "decimal" : column === "unit" ? "name" : column, zh, en),
  );
  if (type === undefined || scaled === undefined) return undefined;
  const endian = match[5];
  const order = endian === undefined ? undefined : endians[shapes[type].bytes]?.[endian];
  if (endian !== undefined && order === undefined)
    return complain("address", `#${endian} 不适用于 ${type}`, `#${endian} does not fit ${type}`);
  const { factor: _, ...named } = scaled;
  const description = cells("description").slice(0, 60);
  const point: Point = {
    per: "device",
    type,
    ...named,
    table,
    address: number - 1,
    ...(order === undefined || order === "ABCD" || order === "AB" || order === "ABCDEFGH" ? {} : { order }),
    ...(description === "" ? {} : { zh: description }),
    ...(/write/i.test(cells("attribute")) && (table === "holding" || table === "coil") ? { writable: true } : {}),
  };
  return match[4] === undefined ? { point } : { point, bit: Number(match[4]) };
}

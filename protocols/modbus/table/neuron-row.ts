// One row of a point table that EMQX Neuron exported: `1!400011#BL` is unit 1, holding register 10, low word first.
// Source: Neuron's documentation of its Modbus drivers, address SLAVE!ADDRESS[.BIT][#ENDIAN]: #LL is 1,2,3,4 and meant when none is written, #LB 2,1,4,3, #BL 3,4,1,2,
// #BB 4,3,2,1; of 16 bits #L 1,2 and #B 2,1. The columns are those of its dashboard's export.
import type { Order } from "../orders.ts";
import type { Point } from "../profile.ts";
import { shapes } from "../shapes.ts";
import { type Cells, type Complain, scaledName, typeFrom } from "./cells.ts";
import { hasChinese } from "./naming.ts";

const tables: Readonly<Record<string, Point["table"]>> = { "0": "coil", "1": "discrete", "3": "input", "4": "holding" };
const endians: Readonly<Record<number, Readonly<Record<string, Order>>>> = {
  2: { L: "AB", B: "BA" },
  4: { LL: "ABCD", LB: "BADC", BL: "CDAB", BB: "DCBA" },
  8: { L: "ABCDEFGH", B: "HGFEDCBA", LL: "ABCDEFGH", LB: "BADCFEHG", BL: "GHEFCDAB", BB: "HGFEDCBA" },
};
const addressForm = /^(\d{1,3})!([0134])(\d{4,5})(?:\.(\d{1,2}))?(?:#([BL]{1,2}))?$/;

export interface NeuronPoint {
  readonly point: Point;
  readonly unit: number;
  readonly bit?: number;
  readonly made?: true;
}

/** Neuron's `decimal` multiplies and `bias` is added afterwards; its tags have no units, so what is scaled must say one in its name (voltage_mV) or description: 电压(V). */
export function neuronRow(cells: Cells, complain: Complain): NeuronPoint | "static" | undefined {
  if (/static/i.test(cells("attribute"))) return "static";
  const type = typeFrom(cells("type"), undefined, complain);
  const match = cells("address").match(addressForm);
  const number = Number(match?.[3]);
  const table = tables[match?.[2] ?? ""];
  if (match === null || table === undefined || number < 1 || number > 65_536)
    return complain(
      "address",
      "写作 1!400011 或 1!400011#BL；字符串点不能导入",
      "write 1!400011 or 1!400011#BL; text points cannot be imported",
    );
  const decimal = Number(cells("decimal")) === 0 ? "" : cells("decimal");
  const asOwn: Cells = (column) =>
    column === "scale" ? decimal : column === "label_zh" ? cells("description") : column === "name" ? cells("name") : "";
  const scaled = scaledName(asOwn, `${table}_${number - 1}`, (column, zh, en) =>
    complain(column === "scale" ? "decimal" : column === "unit" ? "name" : column, zh, en),
  );
  if (type === undefined || scaled === undefined) return undefined;
  const endian = match[5];
  const order = endian === undefined ? undefined : endians[shapes[type].bytes]?.[endian];
  if (endian !== undefined && order === undefined)
    return complain("address", `#${endian} 不适用于 ${type}`, `#${endian} does not fit ${type}`);
  const bias = Number(cells("bias"));
  if (!Number.isFinite(bias)) return complain("bias", "需要数字", "a number");
  const { factor, made, ...named } = scaled;
  const description = cells("description").slice(0, 60);
  const label = description === "" && hasChinese(cells("name")) ? cells("name").slice(0, 60) : description;
  const isPlain = order === undefined || "ABCDEFGH".startsWith(order);
  const point: Point = {
    per: "device",
    type,
    ...named,
    table,
    address: number - 1,
    ...(isPlain ? {} : { order }),
    ...(bias === 0 ? {} : { offset: Math.round(bias * factor) }),
    ...(label === "" ? {} : { zh: label }),
    ...(/write/i.test(cells("attribute")) && (table === "holding" || table === "coil") ? { writable: true } : {}),
  };
  const bit = match[4] === undefined ? {} : { bit: Number(match[4]) };
  return { point, unit: Number(match[1]), ...bit, ...(made === undefined ? {} : { made }) };
}

// How a device made from its profile receives a question, before it looks at its registers: functions that it does not know, reads that are too long, and its quirks.
import { mostOf, readFunctions } from "#protocols/modbus/plan.ts";
import type { Point, Profile } from "#protocols/modbus/profile.ts";
import { has } from "#protocols/modbus/quirks.ts";
import { coveredBy } from "#protocols/modbus/sheet.ts";

const illegalFunction = 1;
const illegalAddress = 2;
const illegalValue = 3;
const wordAt = (pdu: Uint8Array, at: number): number => ((pdu[at] ?? 0) << 8) | (pdu[at + 1] ?? 0);
const tables = Object.fromEntries(Object.entries(readFunctions).map(([table, fn]) => [fn, table])) as Readonly<
  Record<number, Point["table"]>
>;

/** The question as the device takes it; a number is the exception that it answers with; "silent": it says nothing at all. */
export function received(profile: Profile, pdu: Uint8Array): Uint8Array | number | "silent" {
  const [fn = 0] = pdu;
  if (profile.functions !== undefined && !profile.functions.some((known) => known === fn)) return illegalFunction;
  const table = tables[fn];
  if (table === undefined || pdu.length !== 5) return pdu;
  const [address, count] = [wordAt(pdu, 1), wordAt(pdu, 3)];
  const bits = table === "coil" || table === "discrete";
  if (bits && has(profile, "bits-by-eight") && (address % 8 !== 0 || count % 8 !== 0)) return "silent";
  if (count > mostOf(profile, table)) return illegalValue;
  if (has(profile, "one-point-a-question") && coveredBy(profile, { table, address, count }).length > 1) return illegalAddress;
  // It answers as if it had been asked from 0: right in form, wrong in its bits.
  if (bits && has(profile, "coils-from-zero") && address !== 0) return Uint8Array.of(fn, 0, 0, count >> 8, count & 0xff);
  return pdu;
}

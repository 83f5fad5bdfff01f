// A frame said to a person: every byte with its place, name, value, unit and meaning, Chinese and English.
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import { toHex } from "./bytes.ts";
import type { Cell, Words } from "./layout.ts";

export interface Row {
  /** Bytes from the start of the frame. */
  readonly offset: number;
  readonly bytes: string;
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** null: the frame says that there is no such value. */
  readonly value: string | number | null;
  readonly unit?: string;
  readonly meaning?: Words;
}

export interface Explanation {
  readonly title: Words;
  readonly rows: readonly Row[];
  /** What is wrong with it; for a checksum, what it should be. */
  readonly faults: readonly Undecodable[];
  /** What the reader should know and the bytes do not say. */
  readonly notes: readonly Words[];
}

const units: Readonly<Record<string, string>> = { mC: "m°C", fen: "分/fen", permille: "‰" };

/** `current_mA` → "mA": the key carries the unit. */
export function unitOf(path: string): string | undefined {
  const unit = /_(mA|mV|mW|mWh|mC|W|s|min|ms|h|fen|permille|percent|mHz|MHz|dBm|jiao)(?:\[\d+\])?$/.exec(path)?.[1];
  return unit === undefined ? undefined : (units[unit] ?? unit);
}

export function rowOf(cell: Cell, bytes: Uint8Array): Row {
  const unit = unitOf(cell.path);
  return {
    offset: cell.at,
    bytes: toHex(bytes.subarray(cell.at, cell.at + cell.size)),
    name: cell.path,
    ...cell.words,
    value: cell.value === null || typeof cell.value === "number" ? cell.value : String(cell.value),
    ...(unit !== undefined && { unit }),
    ...(cell.meaning && { meaning: cell.meaning }),
  };
}

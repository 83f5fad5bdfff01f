// Time labels: second, minute, hour, day, month, year − 2000, one binary byte each, in China civil time. Source: GB/T 26875.3-2011 §8.2.2.
import { plain } from "#protocols/frames/fields.ts";
import { type Field, type Words, words } from "#protocols/frames/layout.ts";
import { fromCivil, toCivil, type Wall } from "#protocols/vocabulary/time.ts";

const two = (value: number): string => String(value).padStart(2, "0");

/** "2020-08-01 19:18:48". Impossible bytes stay readable, as "2000-00-00 00:00:00": a device whose clock is not set is heard all the same. */
export function readLabel(bytes: Uint8Array): string {
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = bytes;
  return `${2000 + year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

export function writeLabel(label: string): Uint8Array {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = label.split(/[-: ]/).map(Number);
  const parts = [second, minute, hour, day, month, year - 2000];
  if (!parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256)) throw new RangeError(`"${label}" is no time label`);
  return Uint8Array.from(parts);
}

export const labelOf = (at: Wall): string => {
  const { year, month, day, hour, minute, second } = toCivil(at);
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
};

/** undefined for a label that is no moment. */
export function wallOf(label: string): Wall | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = label.split(/[-: ]/).map(Number);
  const at = fromCivil({ year, month, day, hour, minute, second });
  return labelOf(at) === label ? at : undefined;
}

const noMoment = (value: unknown): Words | undefined =>
  typeof value === "string" && wallOf(value) === undefined ? words("不是时刻（时钟未设置？） / no moment (clock not set?)") : undefined;

export const label = <const Key extends string>(key: Key, text: string): Field<Key, string, false> =>
  plain(key, text, { size: 6, read: readLabel, write: writeLabel, meaning: noMoment });

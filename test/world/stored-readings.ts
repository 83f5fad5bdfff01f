// Every reading that the embedded telemetry keeps, read from its file itself: as it came, and as it was laid out; the same one twice is one.
import Database from "better-sqlite3";
import { BlockReader, type Kept } from "#cloud/telemetry/block.ts";
import { hourOfPacked, packedId } from "#cloud/telemetry/embedded-file.ts";
import { unpackHour } from "#cloud/telemetry/hour.ts";

export function storedReadings(file: string): (Kept & { readonly series: number })[] {
  const database = new Database(file, { readonly: true, timeout: 5_000 });
  try {
    const found = new Map<string, Kept & { series: number }>();
    const note = (series: number, kept: Kept): void => void found.set(`${series} ${kept.ms} ${kept.ns}`, { ...kept, series });
    for (const { id, data } of database.prepare("SELECT id, data FROM packed").all() as { id: number; data: Uint8Array }[]) {
      const hour = hourOfPacked(id);
      for (const kept of unpackHour(hour, data)) note(id - packedId(hour, 0), kept);
    }
    for (const { hour, data } of database.prepare("SELECT hour, data FROM block ORDER BY id").all() as { hour: number; data: Uint8Array }[])
      for (const block = new BlockReader(hour, data); block.next(); ) note(block.series, block.kept);
    return [...found.values()];
  } finally {
    database.close();
  }
}

// The newest reading of every series of a gateway: what was written down of it last, and the blocks that came since. Late data never overwrites a newer value.
import type SqliteDatabase from "better-sqlite3";
import { BlockReader, isLater, type Kept } from "./block.ts";

export interface Latest {
  /** The last block that is in it. */
  upto: number;
  readonly newest: Map<number, Kept>;
}

/** A reading that claims to be of so much later than now is kept, but it is not the newest: it would hide all that are true until its time has come. */
const mostAheadMs = 86_400_000;

/** `now`: milliseconds since 1970. */
export function latestFrom(db: SqliteDatabase.Database, now: () => number): (source: number, known?: Latest) => Latest {
  const readUpto = db.prepare("SELECT upto FROM latest WHERE source = ?").safeIntegers(false).pluck();
  const readData = db.prepare("SELECT data FROM latest WHERE source = ?").pluck();
  const readBlocks = db.prepare("SELECT id, hour, data FROM block WHERE source = ? AND id > ? ORDER BY id").safeIntegers(false);
  // Of one moment: what was written down last and the blocks behind it must belong together.
  return db.transaction((source: number, known?: Latest) => {
    const written = (readUpto.get(source) as number | undefined) ?? -1;
    let latest = known;
    if (latest === undefined || latest.upto < written) {
      latest = { upto: written, newest: new Map() };
      const data = readData.get(source) as Uint8Array | undefined;
      if (data !== undefined) take(latest, { block: new BlockReader(0, data), end: Number.POSITIVE_INFINITY });
    }
    const end = now() + mostAheadMs;
    for (const { id, hour, data } of readBlocks.all(source, latest.upto) as { id: number; hour: number; data: Uint8Array }[]) {
      take(latest, { block: new BlockReader(hour, data), end });
      latest.upto = id;
    }
    return latest;
  });
}

function take({ newest }: Latest, { block, end }: { block: BlockReader; end: number }): void {
  while (block.next()) {
    if (block.ms > end) continue;
    const known = newest.get(block.series);
    if (known === undefined || isLater(block, known)) newest.set(block.series, block.kept);
  }
}

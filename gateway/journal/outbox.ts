// What still has to reach the cloud: per stream, the events behind the last acknowledged number. The uplink reads here and nowhere else.
import type { Stream } from "#protocols/vocabulary/ids.ts";
import type { Reads, Value } from "./journal.ts";

export interface OutboxEvent {
  readonly seq: number;
  readonly type: string;
  /** Stamp, as JSON. */
  readonly at: string;
  /** JSON; of a bulk row: see `BulkRow`. */
  readonly data: string;
  /** {"epoch","seq"} as JSON, of an event that was carried over from another journal. */
  readonly was: string | null;
}

export interface StreamState {
  readonly stream: Stream;
  /** Everything up to here is durable in the cloud. */
  readonly acknowledged: number;
  /** The last number that was given. */
  readonly last: number;
}

export interface Outbox {
  state(stream: Stream): StreamState;
  /** Consecutive events from `acknowledged + 1`, at most `limit`. */
  pending(stream: Stream, limit: number): OutboxEvent[];
  /** Moves forward, durably; an older or a future number changes nothing and gives false. */
  acknowledge(stream: Stream, upTo: number): boolean;
  /** Gives a telemetry batch its number in the bulk stream, durably; `upToRow` is the last row of the waiting file that it holds. */
  appendBulk(batch: { readonly data: string; readonly at: string; readonly upToRow: number }): number;
  /** The last row of the waiting file that has a number: rows up to it are never sent again. */
  bulkRow(): number;
}

/** Acknowledged events stay readable on the site, this many of each stream; acknowledged telemetry is not kept. */
const kept: Readonly<Record<Stream, number>> = { urgent: 20_000, money: 100_000, state: 50_000, bulk: 0 };

interface Inside {
  readonly reads: Reads;
  readonly run: (sql: string, ...values: Value[]) => { changes: number };
  readonly commit: <T>(work: () => T) => T;
  readonly append: (stream: Stream, row: { type: string; at: string; data: string }) => number;
}

export function outboxOf({ reads, run, commit, append }: Inside): Outbox {
  const state = (stream: Stream): StreamState => {
    const row = reads.get<{ next: number; acknowledged: number }>("SELECT next, acknowledged FROM stream WHERE stream = ?", stream);
    if (row === undefined) throw new Error(`no such stream: ${stream}`);
    return { stream, acknowledged: row.acknowledged, last: row.next - 1 };
  };
  const bulkRow = (): number => Number(reads.get<{ value: string }>("SELECT value FROM meta WHERE key = 'bulk-row'")?.value ?? 0);
  return {
    state,
    bulkRow,
    pending: (stream, limit) =>
      reads.all<OutboxEvent & object>(
        "SELECT seq, type, at, data, was FROM event WHERE stream = ? AND seq > (SELECT acknowledged FROM stream WHERE stream = ?) ORDER BY seq LIMIT ?",
        stream,
        stream,
        limit,
      ),
    acknowledge: (stream, upTo) => {
      const { acknowledged, last } = state(stream);
      if (!Number.isSafeInteger(upTo) || upTo <= acknowledged || upTo > last) return false;
      commit(() => {
        run("UPDATE stream SET acknowledged = ? WHERE stream = ?", upTo, stream);
        run("DELETE FROM event WHERE stream = ? AND seq <= ?", stream, upTo - kept[stream]);
      });
      return true;
    },
    appendBulk: ({ data, at, upToRow }) =>
      commit(() => {
        if (upToRow <= bulkRow()) throw new Error(`telemetry rows up to ${upToRow} have a number already`);
        run("INSERT INTO meta (key, value) VALUES ('bulk-row', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", String(upToRow));
        return append("bulk", { type: "", at, data });
      }),
  };
}

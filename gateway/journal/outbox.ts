// What still has to reach the cloud: per stream, the events behind the last acknowledged number. The uplink reads here and nowhere else.
// Urgent and money are never dropped. State has a bound: where its oldest went, one row says from where to where, and travels in their place.
import type { EventData } from "#protocols/uplink/events.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import type { Stamp, Wall } from "#protocols/vocabulary/time.ts";
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
  /** Gives a telemetry batch its number in the bulk stream, durably; `rows` are those of the waiting file that it holds. */
  appendBulk(batch: { readonly data: string; readonly at: string; readonly rows: NumberedRows }): number;
  /** What of the waiting file was numbered last, and the highest row that ever was. */
  numbered(): NumberedRows & { readonly last: number };
  /** Keeps the state stream within its bound. Inside a transaction. */
  bound(): void;
  /** The disk is full: gives back a portion of what the cloud has, or of the older half of waiting state. False when there is nothing more. */
  trim(): boolean;
}

export interface NumberedRows {
  readonly from: number;
  readonly to: number;
}

export type DropReason = EventData<"stream.gap">["reason"];

/** Acknowledged events stay readable on the site, this many of each stream; acknowledged telemetry is not kept. */
const kept: Readonly<Record<Stream, number>> = { urgent: 20_000, money: 100_000, state: 50_000, bulk: 0 };

const keptWhenShort = 500;
/** What is given back at once: about a megabyte. */
const portion = 2000;

interface Inside {
  readonly reads: Reads;
  readonly run: (sql: string, ...values: Value[]) => { changes: number };
  readonly commit: <T>(work: () => T) => T;
  readonly append: (stream: Stream, row: { type: string; at: string; data: string }) => number;
  readonly checkpoint: () => void;
  readonly now: () => Stamp;
  readonly label: (stamp: Stamp) => Wall;
  readonly stateLimit: number;
}

export function outboxOf({ reads, run, commit, append, checkpoint, now, label, stateLimit }: Inside): Outbox {
  const state = (stream: Stream): StreamState => {
    const row = reads.get<{ next: number; acknowledged: number }>("SELECT next, acknowledged FROM stream WHERE stream = ?", stream);
    if (row === undefined) throw new Error(`no such stream: ${stream}`);
    return { stream, acknowledged: row.acknowledged, last: row.next - 1 };
  };
  const readNumbered = (): NumberedRows & { last: number } => {
    const row = reads.get<{ value: string }>("SELECT value FROM meta WHERE key = 'bulk-rows'");
    return row === undefined ? { from: 0, to: 0, last: 0 } : (JSON.parse(row.value) as NumberedRows & { last: number });
  };

  const wallOf = (stamp: string): number => label(JSON.parse(stamp) as Stamp);

  const firstWaiting = (): (OutboxEvent & object) | undefined =>
    reads.get<OutboxEvent & object>(
      "SELECT seq, type, at, data FROM event WHERE stream = 'state' AND seq > (SELECT acknowledged FROM stream WHERE stream = 'state') ORDER BY seq LIMIT 1",
    );
  /** Behind what number whole state events wait, and how many; `gap` is what already stands for older ones. */
  const waitingState = (): { behind: number; events: number; gap: EventData<"stream.gap"> | undefined } => {
    const { acknowledged, last } = state("state");
    const first = firstWaiting();
    const gap = first?.type === "stream.gap" ? (JSON.parse(first.data) as EventData<"stream.gap">) : undefined;
    const behind = gap === undefined ? acknowledged : (first?.seq ?? acknowledged);
    return { behind, events: last - behind, gap };
  };
  /** In place of the oldest `count` waiting state events: one row, under the last of their numbers. In a transaction. */
  const dropState = (count: number, reason: DropReason): void => {
    const { behind, gap } = waitingState();
    const upTo = behind + count;
    const at = (seq: number) => reads.get<{ at: string }>("SELECT at FROM event WHERE stream = 'state' AND seq = ?", seq)?.at;
    const [first, last] = [at(behind + 1), at(upTo)];
    if (first === undefined || last === undefined) return;
    const data: EventData<"stream.gap"> = { count: count + (gap?.count ?? 0), from: gap?.from ?? wallOf(first), to: wallOf(last), reason };
    run("DELETE FROM event WHERE stream = 'state' AND seq >= ? AND seq <= ?", gap === undefined ? behind + 1 : behind, upTo);
    run(
      "INSERT INTO event (stream, seq, type, at, data) VALUES ('state', ?, 'stream.gap', ?, ?)",
      upTo,
      JSON.stringify(now()),
      JSON.stringify(data),
    );
  };
  const forget = (stream: Stream, keep: number, most: number): number => {
    const { acknowledged } = state(stream);
    const { oldest } = reads.get<{ oldest: number | null }>("SELECT min(seq) AS oldest FROM event WHERE stream = ?", stream) ?? {
      oldest: null,
    };
    if (oldest === null) return 0;
    return run("DELETE FROM event WHERE stream = ? AND seq <= ?", stream, Math.min(acknowledged - keep, oldest + most - 1)).changes;
  };

  return {
    state,
    numbered: readNumbered,
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
        forget(stream, kept[stream], Number.MAX_SAFE_INTEGER);
      });
      return true;
    },
    appendBulk: ({ data, at, rows }) =>
      commit(() => {
        const last = Math.max(readNumbered().last, rows.to);
        run(
          "INSERT INTO meta (key, value) VALUES ('bulk-rows', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
          JSON.stringify({ ...rows, last }),
        );
        return append("bulk", { type: "", at, data });
      }),
    bound: () => {
      // Some at once: one gap record for many events, and never so many that a gate would wait for it.
      if (waitingState().events > stateLimit) dropState(Math.min(portion, Math.max(1, Math.floor(stateLimit / 10))), "limit");
    },
    trim: () => {
      checkpoint();
      return commit(() => {
        for (const stream of ["state", "money", "urgent"] as const) if (forget(stream, keptWhenShort, portion) > 0) return true;
        const { events } = waitingState();
        if (events <= keptWhenShort) return false;
        dropState(Math.min(portion, Math.floor(events / 2)), "disk-full");
        return true;
      });
    },
  };
}

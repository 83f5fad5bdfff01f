// What the next message of a stream holds. Events are cut from the outbox; telemetry is given its number, durably, at the moment in which it is first sent.

import type { ReadingsGap } from "#protocols/uplink/envelope.ts";
import { telemetryPayload } from "#protocols/uplink/telemetry.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { monotonic, type Wall } from "#protocols/vocabulary/time.ts";
import type { Journal } from "../journal/journal.ts";
import type { OutboxEvent } from "../journal/outbox.ts";
import type { TelemetryQueue, WaitingRow } from "../journal/telemetry.ts";
import { linesOf, partsOf } from "../journal/thinning.ts";
import type { Clock } from "../ports.ts";

/** The most that the envelope allows. */
export const mostEvents = 500;
/** Telemetry older than this when it is first sent is history: it must not overwrite what is newer. */
export const historicalAfterMs = 60_000;
/** Readings younger than this are what a page shows as now. */
const liveForMs = 10_000;
const mostGaps = 16;

export interface Batch {
  readonly upTo: number;
  readonly payload: string;
}

export interface Source {
  readonly gateway: string;
  readonly journal: Journal;
  readonly telemetry: TelemetryQueue;
  readonly clock: Clock;
  /** Whose turn it was last: the newest readings, or the oldest. */
  readonly turn: { live: boolean };
}

/** undefined when nothing waits. One event may be larger than `limitBytes`; it goes alone. */
export function nextBatch(source: Source, stream: Stream, limitBytes: number): Batch | undefined {
  return stream === "bulk" ? nextBulk(source, limitBytes) : nextEvents(source, stream, limitBytes);
}

const eventText = ({ seq, type, at, data, was }: OutboxEvent): string =>
  `{"seq":${seq},"type":${JSON.stringify(type)},"at":${at},"data":${data}${was === null ? "" : `,"was":${was}`}}`;

function nextEvents({ gateway, journal }: Source, stream: Stream, limitBytes: number): Batch | undefined {
  const texts: string[] = [];
  let size = 0;
  let upTo = 0;
  for (const event of journal.outbox.pending(stream, mostEvents)) {
    const text = eventText(event);
    size += Buffer.byteLength(text) + 1;
    if (texts.length > 0 && size > limitBytes) break;
    texts.push(text);
    upTo = event.seq;
  }
  if (texts.length === 0) return undefined;
  const head = `{"v":1,"gateway":${JSON.stringify(gateway)},"epoch":"${journal.epoch}","stream":"${stream}","events":[`;
  return { upTo, payload: `${head}${texts.join(",")}]}` };
}

interface BulkRow {
  readonly historical: boolean;
  readonly gaps: ReadingsGap[];
  readonly lines: string;
}

function nextBulk(source: Source, limitBytes: number): Batch | undefined {
  const { journal, gateway } = source;
  const row = journal.outbox.pending("bulk", 1)[0] ?? numberTelemetry(source, limitBytes);
  if (row === undefined) return undefined;
  const { historical, gaps, lines } = JSON.parse(row.data) as BulkRow;
  const header = {
    v: 1,
    gateway,
    epoch: journal.epoch,
    stream: "bulk",
    seq: row.seq,
    historical,
    ...(gaps.length > 0 ? { gaps } : {}),
  } as const;
  return { upTo: row.seq, payload: telemetryPayload(header, lines) };
}

/** What is on the page now comes before what should have been there yesterday; but only every second time, so that yesterday comes too. */
function choose({ telemetry, clock, turn, journal }: Source, limitBytes: number): WaitingRow[] {
  // Had the clock just been set, and its anchor not been written yet, what was stamped before would go with its untrue label.
  journal.lookAtClock();
  const now = clock.stamp();
  // Readings of this boot wait until their time is known: written once under 1970 they would stay there.
  const unready = journal.clocks.trueTime(now) === undefined ? now.boot : undefined;
  turn.live = !turn.live;
  const live = turn.live && unready === undefined ? telemetry.newest(monotonic(now.mono - liveForMs), now.boot, limitBytes) : [];
  return live.length > 0 ? live : telemetry.oldest(limitBytes, unready);
}

/** The number and the content are committed together (FULL), so that a number that the cloud has seen never stands for other readings. */
function numberTelemetry(source: Source, limitBytes: number): { seq: number; data: string } | undefined {
  const { journal, telemetry, clock } = source;
  const rows = choose(source, limitBytes);
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const now = clock.stamp();
  const gaps = telemetry.gaps().slice(0, mostGaps);
  const content: BulkRow = {
    historical: first.at.boot !== now.boot || now.mono - first.at.mono > historicalAfterMs,
    gaps: gaps.map(({ id, reason, first: from, last: to, points }) => ({
      ...{ id, reason, points },
      ...{ from: from === null ? null : journal.clocks.label(from), to: journal.clocks.label(to) },
    })),
    lines: rows.map((row) => withTimes(row, journal.clocks.label(row.at))).join(""),
  };
  const data = JSON.stringify(content);
  const range = { from: first.row, to: last.row };
  const seq = journal.outbox.appendBulk({ data, at: JSON.stringify(now), rows: range });
  telemetry.taken({ ...range, gaps: gaps.map(({ id }) => id) });
  return { seq, data };
}

/** Nanoseconds: the reading's own millisecond, and the row's number below it, so that no two of a series share a time however the clock steps. */
function withTimes({ row, lines }: WaitingRow, at: Wall): string {
  const counter = String(row % 1_000_000).padStart(6, "0");
  return linesOf(lines)
    .map((line) => {
      const { body, age } = partsOf(line);
      return `${body} ${at - age}${counter}\n`;
    })
    .join("");
}

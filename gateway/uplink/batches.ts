// What the next message of a stream holds. Events are cut from the outbox; telemetry is given its number, durably, at the moment in which it is first sent.

import { telemetryPayload } from "#protocols/uplink/telemetry.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import type { Journal } from "../journal/journal.ts";
import type { OutboxEvent } from "../journal/outbox.ts";
import type { TelemetryQueue } from "../journal/telemetry.ts";
import type { Clock } from "../ports.ts";

/** The most that the envelope allows. */
export const mostEvents = 500;
/** Telemetry older than this when it is first sent is history: it must not overwrite what is newer. */
export const historicalAfterMs = 60_000;

export interface Batch {
  readonly upTo: number;
  readonly payload: string;
}

export interface Source {
  readonly gateway: string;
  readonly journal: Journal;
  readonly telemetry: TelemetryQueue;
  readonly clock: Clock;
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
  readonly lines: string;
}

function nextBulk(source: Source, limitBytes: number): Batch | undefined {
  const { journal, gateway } = source;
  const row = journal.outbox.pending("bulk", 1)[0] ?? numberTelemetry(source, limitBytes);
  if (row === undefined) return undefined;
  const { historical, lines } = JSON.parse(row.data) as BulkRow;
  const header = { v: 1, gateway, epoch: journal.epoch, stream: "bulk", seq: row.seq, historical } as const;
  return { upTo: row.seq, payload: telemetryPayload(header, lines) };
}

/** The number and the content are committed together (FULL), so that a number that the cloud has seen never stands for other readings. */
function numberTelemetry({ journal, telemetry, clock }: Source, limitBytes: number): { seq: number; data: string } | undefined {
  const rows = telemetry.oldest(journal.outbox.bulkRow(), limitBytes);
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const stamp = clock.stamp();
  const content: BulkRow = { historical: stamp.wall - first.at > historicalAfterMs, lines: rows.map((row) => row.lines).join("") };
  const data = JSON.stringify(content);
  const seq = journal.outbox.appendBulk({ data, at: JSON.stringify(stamp), upToRow: last.row });
  telemetry.taken(last.row);
  return { seq, data };
}

// The rows behind one number of a report: the same events, payments and alarms that were counted, newest first.
import type { Queries } from "#cloud/store/store.ts";
import { maskPlate } from "#cloud/views/present.ts";
import { time } from "#cloud/views/words.ts";
import type { ReportRow, ReportSource } from "#protocols/api/reports.ts";
import { type EventType, eventCatalogue } from "#protocols/uplink/events.ts";
import { eventsOf, type Period, stayEnds } from "./report.ts";
import { type EventSource, eventSources, isOfEvents, keyOf } from "./sources.ts";

export interface Wanted extends Period {
  readonly of: ReportSource;
  /** null: all of them. */
  readonly key: string | null;
  readonly wholePlates: boolean;
}

/** More than anybody reads; the workbook says how many there are. */
export const mostRows = 5_000;

const none = { amount_fen: null, energy_mWh: null, plate: null, person: null, note: null, event: null, alarm: null, visit: null } as const;
const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

export async function rowsOf(read: Queries, wanted: Wanted): Promise<readonly ReportRow[]> {
  const { of } = wanted;
  if (of === "parking") return payments(read, wanted);
  if (of === "alarms") return alarms(read, wanted);
  if (of === "entries" || of === "exits") return stays(read, of, wanted);
  return isOfEvents(of) ? events(read, eventSources[of], wanted) : [];
}

async function events(read: Queries, source: EventSource, wanted: Wanted): Promise<readonly ReportRow[]> {
  const found: ReportRow[] = [];
  for await (const event of eventsOf(read, source, wanted)) {
    if (wanted.key !== null && keyOf(source, event) !== wanted.key) continue;
    const { said, type, at, gateway, epoch, stream, seq } = event;
    const { zh, en } = eventCatalogue[type as EventType];
    const key = `${gateway}/${epoch}/${stream}/${seq}`;
    found.push({
      ...none,
      ...{ id: key, at: time(at), zh: textOf(said.zh) ?? zh, en: textOf(said.en) ?? en, subject: event.subject, event: key },
      amount_fen: source.amount_fen?.(said) ?? null,
      energy_mWh: source.energy_mWh?.(said) ?? null,
      plate: plateOf(textOf(said.plate), wanted),
      person: textOf(said.person) ?? textOf(said.collector),
      note: textOf(said.reason) ?? textOf(said.cause),
      visit: textOf(said.visit),
    });
    if (found.length > mostRows) found.shift();
  }
  return found.reverse();
}

const plateOf = (plate: string | null, { wholePlates }: Wanted): string | null =>
  plate === null || wholePlates ? plate : maskPlate(plate);

async function payments(read: Queries, wanted: Wanted): Promise<readonly ReportRow[]> {
  const { site, from, to, key } = wanted;
  const rows = await read
    .selectFrom("payment")
    .leftJoin("visit", "visit.visit", "payment.visit")
    .select([
      "payment.payment",
      "payment.visit",
      "payment.lane",
      "payment.method",
      "payment.amount_fen",
      "payment.collector",
      "payment.at",
      "visit.plate",
    ])
    .where("payment.site", "=", site)
    .where("payment.at", ">=", from)
    .where("payment.at", "<", to)
    .$if(key !== null, (some) => some.where("payment.method", "=", key ?? ""))
    .orderBy("payment.at", "desc")
    .orderBy("payment.payment")
    .limit(mostRows)
    .execute();
  return rows.map(({ payment, visit, lane, method, amount_fen, collector, at, plate }) => ({
    ...none,
    ...{ id: payment, at: time(at), zh: "停车缴费", en: "parking paid", subject: lane, amount_fen, visit },
    ...{ plate: plateOf(plate, wanted), person: collector, note: method },
  }));
}

async function stays(read: Queries, of: keyof typeof stayEnds, wanted: Wanted): Promise<readonly ReportRow[]> {
  const { site, from, to, key } = wanted;
  const { at, lane } = stayEnds[of];
  const rows = await read
    .selectFrom("visit")
    .select(["visit", "plate", "lane_in", "lane_out", "entered_at", "left_at"])
    .where("site", "=", site)
    .where(at, ">=", from)
    .where(at, "<", to)
    // A stay that was inferred has no lane at that end.
    .$if(key !== null, (some) => (key === "" ? some.where(lane, "is", null) : some.where(lane, "=", key ?? "")))
    .orderBy(at, "desc")
    .orderBy("visit")
    .limit(mostRows)
    .execute();
  const words = of === "entries" ? { zh: "入场", en: "came in" } : { zh: "出场", en: "went out" };
  return rows.map((row) => ({
    ...none,
    ...{ id: row.visit, at: time(row[at] ?? 0), ...words, subject: row[lane], plate: plateOf(row.plate, wanted), visit: row.visit },
  }));
}

async function alarms(read: Queries, { site, from, to, key }: Wanted): Promise<readonly ReportRow[]> {
  const rows = await read
    .selectFrom("alarm")
    .select(["id", "first_at", "zh", "en", "source", "acknowledged_by"])
    .where("site", "=", site)
    .where("test", "is", null)
    .where("first_at", ">=", from)
    .where("first_at", "<", to)
    .$if(key !== null, (some) => some.where("priority", "=", Number(key)))
    .orderBy("first_at", "desc")
    .orderBy("id")
    .limit(mostRows)
    .execute();
  return rows.map(({ id, first_at, zh, en, source, acknowledged_by }) => ({
    ...none,
    ...{ id, at: time(first_at), zh, en, subject: source, person: acknowledged_by, alarm: id },
  }));
}

// What is known of a stay when its price is asked: its times with their doubt, the car, what it did before, what it has: all from the journal.
import { believed, type StayTimes, stayTimes } from "#gateway/core/parking/stay-times.ts";
import type { EarlierStay, Stay } from "#gateway/core/parking/tariff.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { plateColour } from "#protocols/vocabulary/plate.ts";
import { type Stamp, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Reads } from "../journal/journal.ts";
import { chargingOf, couponsOf, passesOf, vehicleOf } from "../register/known.ts";
import { bootsOf } from "./boots.ts";
import { readStamp, type Visit } from "./visits.ts";

/** A camera's stored record is believed within this of its own claim: what a live read of it may be old. */
const cameraTolerance_ms = 30_000;
/** Of one car; a group of entries that goes back further has begun somewhere in these. */
const mostHistory = 400;

export function timesOf(reads: Reads, visit: Visit, now: Stamp): StayTimes {
  const boots = bootsOf(reads);
  const recorded =
    visit.offline && visit.received !== null ? { recorded: { received: visit.received, tolerance_ms: cameraTolerance_ms } } : {};
  return stayTimes(visit.entered, now, { boots, ...recorded });
}

/** `within`: the lots that lie within this one. */
export function stayOf(reads: Reads, visit: Visit, now: Stamp, within: readonly string[] = []): Stay {
  const times = timesOf(reads, visit, now);
  const { entered, left, doubt } = times;
  const { plate, lot } = visit;
  const span = { entered, left };
  const passes = passesOf(reads, { lot, plate, visit: visit.id }, span);
  const coupons = couponsOf(reads, { lot, plate, visit: visit.id }, left);
  const charging = chargingOf(reads, plate, span);
  const inner = innerOf(reads, { plate, within, span, times });
  return {
    ...span,
    plate,
    colour: plateColour(plate, visit.colour),
    history: historyOf(reads, visit, times),
    payments: paymentsOf(reads, visit.id, times),
    ...vehicleOf(reads, plate),
    ...(passes.length === 0 ? {} : { passes }),
    ...(coupons.length === 0 ? {} : { coupons }),
    ...(charging.length === 0 ? {} : { charging }),
    ...(inner.length === 0 ? {} : { inner }),
    ...(visit.entryLost ? { entryLost: true as const } : {}),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

interface Inner {
  readonly plate: Visit["plate"];
  readonly within: readonly string[];
  readonly span: { readonly entered: Wall; readonly left: Wall };
  readonly times: StayTimes;
}

/** Its visits to lots within this one meanwhile, on the stay's own line of time. One that began in this stay and was not seen to end lasts until now: what is not known is not charged twice;
 * one that an earlier stay left open says nothing of this one. */
function innerOf(reads: Reads, { plate, within, span, times }: Inner): NonNullable<Stay["inner"]> {
  if (within.length === 0) return [];
  const marks = within.map(() => "?").join(", ");
  return reads
    .all<{ entered: string; gone: string | null }>(
      `SELECT entered, gone FROM visit WHERE plate = ? AND lot IN (${marks}) AND passed IS NOT NULL AND entry_lost = 0 ORDER BY entered_at`,
      plate,
      ...within,
    )
    .map((row) => ({ from: times.at(readStamp(row.entered)), until: row.gone === null ? null : times.at(readStamp(row.gone)) }))
    .filter(({ from, until }) => until !== null || from >= span.entered)
    .map(({ from, until }) => ({ from: wall(Math.max(span.entered, from)), until: wall(Math.min(span.left, until ?? span.left)) }))
    .filter(({ from, until }) => from < until);
}

/** What was paid for this visit, and when, on the stay's own line of time. */
const paymentsOf = (reads: Reads, visit: string, times: StayTimes): NonNullable<Stay["payments"]> =>
  reads
    .all<{ paid: string; due_fen: number }>(
      "SELECT paid, due_fen FROM bill WHERE visit = ? AND paid IS NOT NULL UNION ALL SELECT p.at, e.amount_fen FROM money_entry e JOIN payment p ON p.id = e.payment WHERE e.to_visit = ? ORDER BY 1",
      ...[visit, visit],
    )
    .map((row) => ({ at: times.at(readStamp(row.paid)), amount: fen(row.due_fen) }));

/** Stays of this plate in this lot that are over. One whose label nobody vouches for counts only within a boot that this stay knows: else it would be held against the driver on a clock's bare word. */
function historyOf(reads: Reads, visit: Visit, times: StayTimes): EarlierStay[] {
  const boots = bootsOf(reads);
  const label = (stamp: Stamp): Wall | undefined =>
    stamp.boot === visit.entered.boot ? times.at(stamp) : (believed(stamp, boots) ?? (times.doubt === undefined ? stamp.wall : undefined));
  return reads
    .all<{ entered: string; gone: string; total_fen: number }>(
      "SELECT entered, gone, total_fen FROM visit WHERE lot = ? AND plate = ? AND state = 'gone' AND id <> ? ORDER BY entered_at DESC LIMIT ?",
      visit.lot,
      visit.plate,
      visit.id,
      mostHistory,
    )
    .flatMap((row) => {
      const [entered, left] = [label(readStamp(row.entered)), label(readStamp(row.gone))];
      return entered === undefined || left === undefined ? [] : [{ entered, left, charged: fen(row.total_fen) }];
    });
}

// Visits that never left, looked through every hour: closed where the journal itself proves that the car is gone, told to a person where nothing does. What was closed stays, with its proof.

import { samePlate } from "#gateway/core/parking/lane.ts";
import { type Evidence, judgeLingering, type Later, type LingeringRules } from "#gateway/core/parking/lingering.ts";
import type { EventData } from "#protocols/uplink/events.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { dayMs, hourMs, minuteMs, monotonic, type Stamp, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { type Ground, lotsWithin } from "./places.ts";
import { closeVisit, readStamp, visitById } from "./visits.ts";

type Rule = EventData<"visit.inferred">["rule"];
type Proof = EventData<"visit.inferred">["evidence"][number];

const settles_ms = hourMs;
const doubt_ms = 12 * hourMs;
const usualAsk_h = 720;

interface OpenRow {
  id: string;
  lot: string;
  plate: Plate;
  entered: string;
  entered_at: number;
  turned_back: string | null;
  lingers_told: number;
}

/**
 * Whether this was before the visit began, in truth: labels follow a clock that somebody may have set meanwhile. Within one boot its own count tells, across boots the numbers of the orders to open.
 * Where neither is known (a stored record, a slip) the labels are all there is.
 */
function wasBefore(reads: Reads, one: { visit: string; at: string }, row: OpenRow): boolean {
  const [at, entered] = [readStamp(one.at), readStamp(row.entered)];
  if (at.boot === entered.boot) return at.mono <= entered.mono;
  const number = (pick: "min" | "max", visit: string): number | null =>
    reads.get<{ n: number | null }>(`SELECT ${pick}(number) AS n FROM gate_order WHERE visit = ?`, visit)?.n ?? null;
  const [theirs, ours] = [number("max", one.visit), number("min", row.id)];
  return theirs !== null && ours !== null && theirs < ours;
}

/** The next car with this plate that was seen through an entry, and where. */
function laterOf(reads: Reads, { lots }: Ground, row: OpenRow): Later | null {
  const family = new Set([row.lot, ...lotsWithin(lots, row.lot), ...lotsAround(lots, row.lot)]);
  const later = reads
    .all<{ id: string; lot: string; entered: string; entered_at: number }>(
      "SELECT id, lot, entered, entered_at FROM visit WHERE plate = ? AND entered_at > ? AND passed IS NOT NULL ORDER BY entered_at",
      row.plate,
      row.entered_at,
    )
    // Into a lot within this one, or around it, it comes while it is here.
    .find(({ id, lot, entered }) => (lot === row.lot || !family.has(lot)) && !wasBefore(reads, { visit: id, at: entered }, row));
  return later === undefined ? null : { visit: later.id, at: wall(later.entered_at), where: later.lot === row.lot ? "same" : "elsewhere" };
}

function lotsAround(lots: Ground["lots"], lot: string): string[] {
  const around = lots.find(({ id }) => id === lot)?.within;
  return around === undefined ? [] : [around, ...lotsAround(lots, around)];
}

/** The way out leads through the lot around: a car that has left that one is in no lot within it. */
function leftAround(reads: Reads, { lots }: Ground, row: OpenRow): { visit: string; at: number } | undefined {
  for (const lot of lotsAround(lots, row.lot)) {
    const gone = reads
      .all<{ id: string; gone: string }>(
        "SELECT v.id, v.gone FROM visit v LEFT JOIN visit_inferred i ON i.visit = v.id WHERE v.lot = ? AND v.plate = ? AND v.state = 'gone' AND v.entered_at <= ? AND i.visit IS NULL ORDER BY v.entered_at DESC LIMIT 1",
        lot,
        row.plate,
        row.entered_at,
      )
      .map((one) => ({ visit: one.id, at: readStamp(one.gone).wall, gone: one.gone }))
      .find(({ visit, at, gone: stamp }) => at > row.entered_at && !wasBefore(reads, { visit, at: stamp }, row));
    if (gone !== undefined) return { visit: gone.visit, at: gone.at };
  }
  return undefined;
}

/** A bill that an exit asked for is proof that the car stood there. One that a phone asked for is not. */
function seenAtExit(reads: Reads, { lanes }: Ground, visit: string): Wall | null {
  const exits = lanes.filter(({ direction }) => direction === "exit").map(({ id }) => id);
  if (exits.length === 0) return null;
  const marks = exits.map(() => "?").join(", ");
  const row = reads.get<{ at: number | null }>(
    `SELECT max(left_at) AS at FROM bill WHERE visit = ? AND lane IN (${marks})`,
    visit,
    ...exits,
  );
  return row?.at === null || row?.at === undefined ? null : wall(row.at);
}

interface Closing {
  readonly rule: Rule;
  readonly from: number;
  readonly until: number;
  readonly evidence: readonly Proof[];
  readonly person?: string;
  readonly reason?: string;
}

/** Nobody is billed for it: what an exit had asked for stays owed, anything else is no debt. */
function closeByRule(tx: Transaction, ground: Ground, { visit: id, now, closing }: { visit: string; now: Stamp; closing: Closing }): void {
  const visit = visitById(tx, id);
  if (visit === undefined || visit.state === "gone") return;
  const { rule, from, until, evidence, person = null, reason = null } = closing;
  if (seenAtExit(tx, ground, id) === null) tx.run("UPDATE visit SET total_fen = paid_fen WHERE id = ?", id);
  tx.run(
    "INSERT INTO visit_inferred (visit, rule, evidence, left_from, left_until, person, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    id,
    rule,
    JSON.stringify(evidence),
    from,
    until,
    person,
    reason,
    now.wall,
  );
  tx.event("visit.inferred", { visit: id, lot: visit.lot, rule, evidence: [...evidence], left_from: from, left_until: until, person });
  closeVisit(tx, id, { lane: visit.entryLane, at: { wall: wall(until), mono: monotonic(0), boot: "rule", synchronised: false } });
}

const proofOf = ({ kind, at, ref }: Evidence): Proof => ({ kind, at, ref });

export interface Swept {
  readonly closed: number;
  readonly asked: number;
}

/** By the wall clock alone: while nobody vouches for it, nothing is inferred. */
export function sweepLingering(tx: Transaction, ground: Ground, now: Stamp): Swept {
  if (!now.synchronised) return { closed: 0, asked: 0 };
  const rows = tx.all<OpenRow>(
    "SELECT id, lot, plate, entered, entered_at, turned_back, lingers_told FROM visit WHERE state <> 'gone' AND entry_lost = 0 AND entered_at < ?",
    now.wall - settles_ms,
  );
  let [closed, asked] = [0, 0];
  for (const row of rows) {
    const lot = ground.lots.find(({ id }) => id === row.lot);
    const rules: LingeringRules = { settles_ms, doubt_ms, askAfter_ms: (lot?.linger_h ?? usualAsk_h) * hourMs };
    const around = leftAround(tx, ground, row);
    if (around !== undefined && now.wall - around.at >= settles_ms) {
      const evidence = [{ kind: "visit", at: around.at, ref: around.visit }];
      closeByRule(tx, ground, { visit: row.id, now, closing: { rule: "left-around", from: row.entered_at, until: around.at, evidence } });
      closed += 1;
      continue;
    }
    const verdict = judgeLingering(
      {
        entered: wall(row.entered_at),
        later: laterOf(tx, ground, row),
        turnedBack: row.turned_back === null ? null : { at: readStamp(row.turned_back).wall, order: lapsedOrder(tx, row.id) },
        seenAtExit: seenAtExit(tx, ground, row.id),
      },
      rules,
      now.wall,
    );
    if (verdict.do === "close") {
      closeByRule(tx, ground, { visit: row.id, now, closing: { ...verdict, evidence: verdict.evidence.map(proofOf) } });
      closed += 1;
    } else if (verdict.do === "ask" && row.lingers_told === 0) {
      tx.run("UPDATE visit SET lingers_told = 1 WHERE id = ?", row.id);
      const hours = Math.floor((now.wall - row.entered_at) / hourMs);
      tx.event("visit.lingers", { visit: row.id, lot: row.lot, plate: row.plate, entered_at: row.entered_at, hours });
      asked += 1;
    }
  }
  return { closed, asked };
}

const lapsedOrder = (reads: Reads, visit: string): string =>
  reads.get<{ id: string }>("SELECT id FROM gate_order WHERE visit = ? AND fate = 'lapsed' ORDER BY number DESC LIMIT 1", visit)?.id ?? "";

/** A person who was there says that the car is not. */
export interface Said {
  readonly person: string;
  readonly reason: string;
}

export function leftBySight(
  tx: Transaction,
  ground: Ground,
  { visit: id, now, person, reason }: Said & { visit: string; now: Stamp },
): Refusal | undefined {
  const visit = visitById(tx, id);
  if (visit === undefined) return refusal("no-visit", "没有这次停车", "no such visit");
  if (visit.state === "gone") return refusal("visit-gone", "这辆车已离场", "this car is gone already");
  const evidence = [{ kind: "person", at: now.wall, ref: person }];
  closeByRule(tx, ground, {
    visit: id,
    now,
    closing: { rule: "not-found", from: visit.entered.wall, until: now.wall, evidence, person, reason },
  });
  return undefined;
}

/** Cars that came or went while somebody walked round are not on the list, or are. */
const walk_ms = 30 * minuteMs;
/** So many missing at once is a list of one area, and not of all: another person must say so too. */
const mostByOne = 0.3;

export interface PlateList extends Said {
  readonly approver?: string;
  /** Every plate that stands in the lot. */
  readonly plates: readonly Plate[];
}

/** Every plate of the lot was written down: visits of plates that are not among them, nor alike one of them, have left unseen. */
export function leftByList(
  tx: Transaction,
  ground: Ground,
  { lot, now, list }: { lot: string; now: Stamp; list: PlateList },
): Refusal | readonly string[] {
  const open = tx.all<{ id: string; plate: Plate; entered_at: number }>(
    "SELECT id, plate, entered_at FROM visit WHERE lot = ? AND state <> 'gone' AND entered_at < ?",
    lot,
    now.wall - walk_ms,
  );
  const missing = open.filter(({ plate }) => !list.plates.some((seen) => seen === plate || samePlate(seen, plate)));
  if (missing.length > Math.max(3, open.length * mostByOne) && (list.approver === undefined || list.approver === list.person))
    return refusal(
      "list-too-short",
      `名单缺少 ${missing.length} 辆在场车（共 ${open.length} 辆）；确为全场名单的，请另一人批准`,
      `${missing.length} of ${open.length} cars inside are not on the list: if it is of the whole lot, another person must approve`,
    );
  const { person, reason } = list;
  for (const { id, entered_at } of missing) {
    const evidence = [{ kind: "list", at: now.wall, ref: `${person}: ${list.plates.length}`.slice(0, 64) }];
    closeByRule(tx, ground, {
      visit: id,
      now,
      closing: { rule: "not-found", from: entered_at, until: now.wall, evidence, person, reason },
    });
  }
  return missing.map(({ id }) => id);
}

/** When this plate was taken to be gone, if it was lately: a car that is read at the exit after all is told so to the guard. */
export const inferredLately = (reads: Reads, { lot, plate, now }: { lot: string; plate: Plate; now: Stamp }): boolean =>
  reads.get(
    "SELECT 1 FROM visit v JOIN visit_inferred i ON i.visit = v.id WHERE v.plate = ? AND v.lot = ? AND i.at > ? LIMIT 1",
    plate,
    lot,
    now.wall - 30 * dayMs,
  ) !== undefined;

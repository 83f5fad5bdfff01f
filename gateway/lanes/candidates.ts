// Where several cars inside could be the one at the exit, a person chooses: which are meant, why, and who chose. The choice is written before its bill and before the gate.
import { type Explained, matchPlate } from "#gateway/core/parking/plates.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { displayPlate, type Plate, type PlateColour } from "#protocols/vocabulary/plate.ts";
import { minuteMs, type Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { candidatesInside, readStamp, standsBefore, type Visit, visitById } from "./visits.ts";

/** A car that drove back is not chosen for later. */
const askedHolds_ms = 10 * minuteMs;

export interface Asked {
  readonly plate: Plate;
  readonly colour: PlateColour;
  readonly at: Stamp;
  /** What a person says that it is. */
  readonly corrected?: Plate;
}

/** This plate was read at the exit, and only a person may say whose it is. */
export const askWhich = (tx: Transaction, lane: string, { plate, colour, at }: Asked): unknown =>
  tx.run(
    "INSERT INTO exit_asked (lane, plate, colour, at) VALUES (?, ?, ?, ?) ON CONFLICT (lane) DO UPDATE SET plate = excluded.plate, colour = excluded.colour, at = excluded.at, corrected = NULL",
    lane,
    plate,
    colour,
    JSON.stringify(at),
  );

export const answered = (tx: Transaction, lane: string): unknown => tx.run("DELETE FROM exit_asked WHERE lane = ?", lane);

/** What was read, and who inside could be meant now; undefined when nobody waits for a choice. */
export function whichInside(
  reads: Reads,
  { lane, lot, now }: { lane: string; lot: string; now: Stamp },
): { asked: Asked; candidates: readonly Explained[] } | undefined {
  const row = reads.get<{ plate: Plate; colour: PlateColour; at: string; corrected: Plate | null }>(
    "SELECT plate, colour, at, corrected FROM exit_asked WHERE lane = ?",
    lane,
  );
  if (row === undefined) return undefined;
  const { plate, colour, corrected } = row;
  const asked = { plate, colour, at: readStamp(row.at), ...(corrected === null ? {} : { corrected }) };
  if (elapsed(asked.at, now) > askedHolds_ms) return undefined;
  const found = matchPlate(corrected === null ? asked : { plate: corrected }, candidatesInside(reads, lot));
  const candidates = found.kind === "ambiguous" ? found.candidates : found.kind === "none" ? [] : [found.found];
  return { asked, candidates };
}

/** A person sees another plate than was read, or one where nothing was: from now on the candidates are those of his. What the camera read stays beside it, and goes into the choice. */
export function correct(tx: Transaction, { lane, now }: { lane: string; now: Stamp }, plate: Plate): void {
  const read = tx.get<{ plate: Plate | null; at: string }>(
    "SELECT plate, at FROM lane_exception WHERE lane = ? AND frame IS NOT NULL ORDER BY number DESC LIMIT 1",
    lane,
  );
  const lately = read !== undefined && elapsed(readStamp(read.at), now) <= askedHolds_ms ? read.plate : null;
  tx.run(
    "INSERT INTO exit_asked (lane, plate, colour, at, corrected) VALUES (?, ?, 'unknown', ?, ?) ON CONFLICT (lane) DO UPDATE SET at = excluded.at, corrected = excluded.corrected, plate = CASE WHEN ? THEN exit_asked.plate ELSE excluded.plate END",
    ...[lane, lately ?? plate, JSON.stringify(now), plate, asksNow(tx, lane, now) ? 1 : 0],
  );
}

function asksNow(reads: Reads, lane: string, now: Stamp): boolean {
  const row = reads.get<{ at: string }>("SELECT at FROM exit_asked WHERE lane = ?", lane);
  return row !== undefined && elapsed(readStamp(row.at), now) <= askedHolds_ms;
}

export interface Choice {
  readonly command: string;
  readonly person: string;
  readonly visit: string;
}

/** Written with the person's name; the chosen visit then stands before the arm. Told again it is the same choice. */
export function choose(tx: Transaction, { lane, lot, now }: { lane: string; lot: string; now: Stamp }, choice: Choice): Visit | Refusal {
  const before = tx.get<{ lane: string; visit: string; person: string }>(
    "SELECT lane, visit, person FROM exit_choice WHERE command = ?",
    choice.command,
  );
  const visit = visitById(tx, choice.visit);
  if (before !== undefined) {
    const same = before.lane === lane && before.visit === choice.visit && before.person === choice.person;
    if (!same)
      return refusal(
        "command-differs",
        "该操作编号已用于另一次选择，请换一个新编号",
        "this name was used for another choice: make a new one",
      );
    return visit === undefined || visit.state === "gone" ? gone : visit;
  }
  if (visit === undefined || visit.state === "gone") return gone;
  const asking = whichInside(tx, { lane, lot, now });
  if (asking === undefined || !asking.candidates.some((candidate) => candidate.visit === choice.visit))
    return refusal("no-candidate", "这次停车不在候选之中，请重新查看候选", "this visit is none of the candidates: look at them again");
  tx.run(
    "INSERT INTO exit_choice (command, lane, visit, person, at) VALUES (?, ?, ?, ?, ?)",
    choice.command,
    lane,
    choice.visit,
    choice.person,
    JSON.stringify(now),
  );
  tx.event("visit.chosen", { lane, ...choice, read: asking.asked.plate, plate: visit.plate });
  standsBefore(tx, lane, { visit: choice.visit, now });
  answered(tx, lane);
  return visit;
}

const gone = refusal("visit-gone", "这辆车已离场，请重新查看候选", "this car is gone: look at the candidates again");

export type Check = { readonly zh: string; readonly en: string } | null;

/** No fee of one car is taken from another whose own visit is open: where a look-alike is inside, a person has to have seen the plate. */
export function plateCheck(reads: Reads, visit: Visit | undefined): Check {
  if (visit === undefined) return null;
  const found = matchPlate({ plate: visit.plate }, candidatesInside(reads, visit.lot));
  const rivals = found.kind === "exact" ? found.rivals : [];
  if (rivals.length === 0) return null;
  const plates = rivals.slice(0, 3).map((rival) => displayPlate(rival.plate));
  return {
    zh: `另有相似车牌在场（${plates.join("、")}），请看清车牌是 ${displayPlate(visit.plate)} 再收款`,
    en: `a similar plate is inside (${plates.join(", ")}): see that this is ${displayPlate(visit.plate)} before taking money`,
  };
}

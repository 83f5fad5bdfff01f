// The plate of the car at an entry, as the person at the booth sees it: the visit that began under a wrong one is put right; a car that nobody let in comes in under his, and the arm goes up.
import type { Correction, EntryCorrected } from "#protocols/api/booth.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import type { Lane } from "../lanes/door.ts";
import { atEntry, nobodyAtEntry, refuseCorrection, rekeyVisit, writeCorrection } from "../lanes/entry-plate.ts";
import { commandState } from "../lanes/orders.ts";
import type { Tariffs } from "../lanes/tariffs.ts";
import { openVisit, type Visit, visitById, visitInside } from "../lanes/visits.ts";
import { onList } from "../register/cars.ts";
import type { SiteContext } from "../site-context.ts";

const byEye = "值班人员录入车牌 / the plate was entered by a person";
const noCommand = refusal("no-command", "放行须带操作编号 command", "to let a car in the order needs a name of its own (command)");
const blacklisted = refusal(
  "blacklisted",
  "该车牌在限制入场名单上；须放行的请人工开闸并写明原因",
  "this plate is on the list of those not let in: to let it in all the same, open by hand with a reason",
);

export interface EntryParts {
  readonly context: Pick<SiteContext, "journal" | "clock" | "chance">;
  readonly tariffs: Pick<Tariffs, "label" | "hash">;
}

type Given = Omit<Correction, "plate"> & { readonly plate: Plate };

export async function correctEntry(parts: EntryParts, lane: Lane, given: Given): Promise<EntryCorrected | Refusal> {
  const { journal, clock } = parts.context;
  const { id } = lane.config;
  const { command, person } = given;
  // Told again, it is the same answer: the opening is done once.
  const before = command === undefined ? undefined : takenIn(parts, command);
  if (before !== undefined && command !== undefined) {
    const known = commandState(journal, id, { command, person, reason: byEye });
    if (known !== undefined) return "kind" in known ? known : { ...before, gate: known.gate };
  }
  const standing = atEntry(journal, { lane: id, now: clock.stamp() });
  if (standing.kind === "nobody") return nobodyAtEntry;
  return standing.kind === "let-in"
    ? putRight(parts, lane, { ...given, visit: standing.visit })
    : takeIn(parts, lane, { ...given, read: standing.read });
}

function putRight(
  { context }: EntryParts,
  lane: Lane,
  { visit, plate, person }: Given & { readonly visit: Visit },
): EntryCorrected | Refusal {
  const refused = refuseCorrection(visit);
  if (refused !== undefined) return refused;
  const now = context.clock.stamp();
  const read = context.journal.commit((tx) => {
    if (rekeyVisit(tx, visit, { lane: lane.config.id, plate, person, now })) lane.say(tx, { reason: "already-inside", plate });
    if (onList(tx, "blocked", { plate, lot: visit.lot, at: now.wall })) lane.say(tx, { reason: "blacklisted", plate });
    return tx.get<{ read: Plate | null }>("SELECT read FROM entry_correction WHERE visit = ? ORDER BY number LIMIT 1", visit.id)?.read;
  });
  return { visit: visit.id, read: shown(read ?? visit.plate), plate: displayPlate(plate), gate: null };
}

async function takeIn(
  { context, tariffs }: EntryParts,
  lane: Lane,
  given: Given & { readonly read: Plate | null },
): Promise<EntryCorrected | Refusal> {
  const { journal, clock, chance } = context;
  const { id, lot } = lane.config;
  const { plate, person, read, command } = given;
  if (command === undefined) return noCommand;
  const wall = clock.wall();
  if (onList(journal, "blocked", { plate, lot, at: wall })) return blacklisted;
  const waits = visitInside(journal, lot, plate);
  // It was let in at this arm before, and did not come through: that visit goes on.
  const own = waits?.entryLane === id && waits.passed === null ? waits.id : undefined;
  const visit = own ?? chance.id();
  const { gate, reason } = await lane.open({
    cause: "manual",
    by: { command, person, reason: byEye },
    visit: { id: visit, plate },
    write: (tx, now) => {
      if (own === undefined) {
        if (waits !== undefined) lane.say(tx, { reason: "already-inside", plate });
        const under = { tariff: tariffs.label(lot, now.wall), tariffHash: tariffs.hash(lot) };
        openVisit(tx, { id: visit, lot, plate, colour: "unknown", entryLane: id, entered: now, ...under, received: null, offline: false });
      }
      writeCorrection(tx, { visit, lane: id, read, plate, person, now });
    },
    unlessShut: true,
  });
  if (reason === "lane-closed") return refusal("lane-closed", "车道已停用，未放行", "the lane is switched off: nothing was opened");
  return { visit, read: shown(read), plate: displayPlate(plate), gate };
}

const shown = (plate: Plate | null): string | null => (plate === null ? null : displayPlate(plate));

/** What became of the order that this name stood for. */
function takenIn({ context: { journal } }: EntryParts, command: string): EntryCorrected | undefined {
  const row = journal.get<{ visit: string | null }>("SELECT visit FROM gate_order WHERE command = ?", command);
  const visit = row?.visit === null || row === undefined ? undefined : visitById(journal, row.visit);
  if (visit === undefined) return undefined;
  const read = journal.get<{ read: Plate | null }>(
    "SELECT read FROM entry_correction WHERE visit = ? ORDER BY number LIMIT 1",
    visit.id,
  )?.read;
  return { visit: visit.id, read: shown(read ?? null), plate: displayPlate(visit.plate), gate: null };
}

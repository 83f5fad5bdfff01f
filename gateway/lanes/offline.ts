// A record from while the link was down: it opens nothing. At an entry it is the only witness of a car that came in while the arm stood open, so it becomes a visit.
import { ahead_ms, claimedTime } from "#gateway/core/parking/freshness.ts";
import type { PlateRead } from "#protocols/cameras/plate-read.ts";
import { dayMs, minuteMs, monotonic, type Stamp, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Transaction } from "../journal/journal.ts";
import type { LaneWorld } from "./deciding.ts";
import { enteredBySlip, enteredSince, openVisit, visitInside } from "./visits.ts";

/** A record older than this is told, and becomes no visit. */
const oldest_ms = 7 * dayMs;
/** A car that was read live at about that time is this car: the record was sent although the live read had arrived. */
const sameArrival_ms = 2 * minuteMs;

/** The visit that it became; null when it became none. */
export function offlineRead(tx: Transaction, lane: LaneWorld, { read, now }: { read: PlateRead; now: Stamp }): string | null {
  const { config } = lane;
  const claimed = claimedTime(read.seen, config.camera.clock);
  tx.event("lane.offline-read", { lane: config.id, plate: read.plate, read_at: claimed ?? now.wall });
  if (config.direction !== "entry" || read.plate === null || claimed === null) return null;
  if (claimed > now.wall + ahead_ms || now.wall - claimed > oldest_ms) return null;
  if (visitInside(tx, config.lot, read.plate) !== undefined || enteredSince(tx, read.plate, claimed - sameArrival_ms)) return null;
  if (enteredBySlip(tx, read.plate, claimed)) return null;
  const visit = lane.newId();
  openVisit(tx, {
    id: visit,
    lot: config.lot,
    plate: read.plate,
    colour: read.colour,
    entryLane: config.id,
    entered: cameraStamp(wall(Math.min(claimed, now.wall))),
    tariff: lane.tariffs.label(config.lot, claimed),
    tariffHash: lane.tariffs.hash(config.lot),
    received: now,
    offline: true,
  });
  return visit;
}

/** The camera's label; it shares no boot with us. */
const cameraStamp = (at: Wall): Stamp => ({ wall: at, mono: monotonic(0), boot: "camera", synchronised: false });

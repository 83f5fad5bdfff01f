// The list that a camera keeps for itself, so that residents pass while the gateway is away: the passes of its lane's lot, put there in small batches, each confirmed by the camera's own answer.
// What it confirmed is kept; what changed is sent, what ended is taken off, and once a day all of it is sent anew, because a camera that was reset forgets.

import { type Command, listBody, unlistBody } from "#protocols/cameras/vzenith/mqtt.ts";
import { displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { dayMs, type Monotonic, toCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { Heard } from "../drivers/cameras/protocol.ts";
import type { Reads } from "../journal/journal.ts";
import type { SiteContext } from "../site-context.ts";
import { inShadow } from "./shadow.ts";

const lookEvery_ms = 30_000;
const batch = 50;
/** A camera answers a batch within this, or it is said again later. */
const answerWithin_ms = 10_000;
const againAfter_ms = 60_000;

interface Row {
  readonly plate: Plate;
  readonly from_at: number;
  readonly until_at: number;
}

/** Passes that are good now or later; a suspended one is not on the list meanwhile. A camera cannot count spaces: while the gateway is away every plate of a pass comes in. */
function wantedOf(reads: Reads, lot: string, now: Wall): Row[] {
  const rows = reads.all<{ plate: Plate; from_at: number; until_at: number; suspended: string }>(
    "SELECT o.plate, p.from_at, p.until_at, p.suspended FROM pass p JOIN pass_plate o ON o.pass = p.id WHERE p.lot = ? AND p.withdrawn = 0 AND p.until_at > ? ORDER BY o.plate, p.until_at",
    lot,
    now,
  );
  const good = rows.filter(
    ({ suspended }) => !(JSON.parse(suspended) as [number, number][]).some(([from, until]) => from <= now && now < until),
  );
  // Of several passes of one plate the one that lasts longest.
  return [...new Map(good.map(({ plate, from_at, until_at }) => [plate, { plate, from_at, until_at }])).values()];
}

const two = (value: number): string => String(value).padStart(2, "0");
function civilText(at: number): string {
  const { year, month, day, hour, minute, second } = toCivil(wall(at));
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

interface Sent {
  readonly id: string;
  readonly put: readonly Row[];
  readonly taken: readonly string[];
  readonly until: Monotonic;
}

interface Kept {
  readonly lane: LaneConfig;
  looked: Monotonic | undefined;
  notBefore: Monotonic | undefined;
  sent: Sent | undefined;
  /** The camera confirmed something since it was said last. */
  changed: boolean;
  /** Being sent anew as a whole: plates that are confirmed in this round. */
  round: Set<string> | undefined;
}

export interface Lists {
  replied(said: Extract<Heard, { kind: "replied" }>): void;
  tick(): void;
}

export function keepLists({ config, journal, clock, chance, log }: SiteContext, send: (command: Command) => boolean): Lists {
  const kept = new Map<string, Kept>(
    config.lanes.flatMap((lane) =>
      lane.camera.list === true
        ? [
            [
              lane.camera.serialno,
              { lane, looked: undefined, notBefore: undefined, sent: undefined, changed: false, round: undefined },
            ] as const,
          ]
        : [],
    ),
  );

  const stateOf = (camera: string) =>
    journal.get<{ pushed_at: number; confirmed: number }>("SELECT pushed_at, confirmed FROM camera_list_state WHERE camera = ?", camera);

  /** Said when it changes: confirmed as a whole, or not. */
  function say({ lane, changed }: Kept, confirmed: boolean, detail: string): void {
    const { camera } = lane;
    const before = stateOf(camera.id);
    const old = confirmed && (changed || clock.wall() - (before?.pushed_at ?? 0) >= dayMs);
    if (before !== undefined && before.confirmed === (confirmed ? 1 : 0) && !old) return;
    journal.commit((tx) => {
      const plates = tx.get<{ n: number }>("SELECT count(*) AS n FROM camera_list WHERE camera = ?", camera.id)?.n ?? 0;
      tx.run(
        "INSERT INTO camera_list_state (camera, pushed_at, confirmed) VALUES (?, ?, ?) ON CONFLICT (camera) DO UPDATE SET pushed_at = CASE WHEN excluded.confirmed = 1 THEN excluded.pushed_at ELSE pushed_at END, confirmed = excluded.confirmed",
        camera.id,
        confirmed ? clock.wall() : 0,
        confirmed ? 1 : 0,
      );
      tx.event("camera.list", { lane: lane.id, camera: camera.id, plates, confirmed, detail });
    });
    if (!confirmed) log.warn({ lane: lane.id, camera: camera.id, detail }, "the camera has not confirmed its list");
  }

  function next(one: Kept): Omit<Sent, "id" | "until"> | undefined {
    const { camera, lot } = one.lane;
    const now = clock.wall();
    const wanted = wantedOf(journal, lot, now);
    const has = new Map(
      journal.all<Row>("SELECT plate, from_at, until_at FROM camera_list WHERE camera = ?", camera.id).map((row) => [row.plate, row]),
    );
    const state = stateOf(camera.id);
    if (one.round === undefined && (state === undefined || now - state.pushed_at >= dayMs)) one.round = new Set();
    const { round } = one;
    const put = wanted.filter((row) => {
      const known = has.get(row.plate);
      const same = known !== undefined && known.from_at === row.from_at && known.until_at === row.until_at;
      return !same || (round !== undefined && !round.has(row.plate));
    });
    const stay = new Set(wanted.map(({ plate }) => plate));
    const taken = [...has.keys()].filter((plate) => !stay.has(plate));
    if (taken.length > 0) return { put: [], taken: taken.slice(0, batch) };
    return put.length === 0 ? undefined : { put: put.slice(0, batch), taken: [] };
  }

  function go(one: Kept): void {
    const now = clock.monotonic();
    const work = next(one);
    if (work === undefined) {
      one.round = undefined;
      say(one, true, "");
      one.changed = false;
      return;
    }
    const id = chance.id();
    const { serialno } = one.lane.camera;
    const body =
      work.taken.length > 0
        ? unlistBody(work.taken.map((plate) => displayless(plate)))
        : listBody(
            work.put.map((row) => ({ plate: displayless(row.plate), from: civilText(row.from_at), until: civilText(row.until_at) })),
          );
    if (!send({ id, sn: serialno, name: "white_list_operator", timestamp_s: Math.floor(clock.wall() / 1000), body })) {
      one.notBefore = (now + againAfter_ms) as Monotonic;
      return;
    }
    one.sent = { ...work, id, until: (now + answerWithin_ms) as Monotonic };
  }

  return {
    replied({ serialno, id, code }) {
      const one = kept.get(serialno);
      if (one?.sent?.id !== id) return;
      const { put, taken } = one.sent;
      one.sent = undefined;
      if (code !== 200) {
        one.notBefore = (clock.monotonic() + againAfter_ms) as Monotonic;
        return say(one, false, `the camera answered ${code}`);
      }
      journal.commit((tx) => {
        const { id: camera } = one.lane.camera;
        for (const { plate, from_at, until_at } of put)
          tx.run(
            "INSERT INTO camera_list (camera, plate, from_at, until_at) VALUES (?, ?, ?, ?) ON CONFLICT (camera, plate) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at",
            ...[camera, plate, from_at, until_at],
          );
        for (const plate of taken) tx.run("DELETE FROM camera_list WHERE camera = ? AND plate = ?", camera, plate);
      });
      one.changed = true;
      for (const { plate } of put) one.round?.add(plate);
      go(one);
    },
    tick() {
      // The other system's list is still its own.
      if (kept.size === 0 || inShadow(journal)) return;
      const now = clock.monotonic();
      for (const one of kept.values()) {
        if (one.sent !== undefined && now > one.sent.until) {
          one.sent = undefined;
          one.notBefore = (now + againAfter_ms) as Monotonic;
          say(one, false, "the camera has not answered");
        }
        if (one.sent !== undefined || (one.notBefore !== undefined && now < one.notBefore)) continue;
        if (one.looked !== undefined && now - one.looked < lookEvery_ms) continue;
        one.looked = now;
        go(one);
      }
    },
  };
}

/** As it stands on the plate, without the dot that people read it with. */
const displayless = (plate: string): string => displayPlate(plate as Plate).replaceAll("·", "");

// The list that a Vzenith camera keeps for itself, so that residents pass while the gateway is away: the passes of its lane's lot, put there in small batches, each confirmed by the camera's own answer.
// What it confirmed is kept; what changed is sent, what ended is taken off, and once a day all of it is sent anew, because a camera that was reset forgets.

import type { ListRow as Row } from "#protocols/cameras/listed.ts";
import { type Command, listBody, unlistBody } from "#protocols/cameras/vzenith/mqtt.ts";
import { displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { dayMs, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { Heard } from "../drivers/cameras/protocol.ts";
import type { SiteContext } from "../site-context.ts";
import { civilText, oursOf, sayList, stateOf, wantedOf } from "./list-state.ts";
import { inShadow } from "./shadow.ts";

const lookEvery_ms = 30_000;
const batch = 50;
/** A camera answers a batch within this, or it is said again later. */
const answerWithin_ms = 10_000;
const againAfter_ms = 60_000;

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

export function keepLists(context: SiteContext, send: (command: Command) => boolean): Lists {
  const { config, journal, clock, chance } = context;
  const kept = new Map<string, Kept>(
    config.lanes.flatMap((lane) =>
      lane.camera.list === true && lane.camera.protocol === "vzenith-mqtt"
        ? [
            [
              lane.camera.serialno,
              { lane, looked: undefined, notBefore: undefined, sent: undefined, changed: false, round: undefined },
            ] as const,
          ]
        : [],
    ),
  );

  const say = ({ lane, changed }: Kept, confirmed: boolean, detail: string): void =>
    sayList(context, lane, { confirmed, detail, news: confirmed && changed });

  function next(one: Kept): Omit<Sent, "id" | "until"> | undefined {
    const { camera, lot } = one.lane;
    const now = clock.wall();
    const wanted = wantedOf(journal, lot, now);
    const has = oursOf(journal, camera.id);
    const state = stateOf(journal, camera.id);
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

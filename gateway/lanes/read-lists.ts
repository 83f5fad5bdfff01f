// The lists of cameras that can be read back: looked at when passes change and once an hour, put right, and read again; only what the camera itself then tells is confirmed.
// What is ours there is written down before it is sent, so that a plate which a crash left behind is still taken off; what others put there is told, and never touched.
import { differences, inWords, isSame } from "#protocols/cameras/listed.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { KeptCamera } from "../drivers/cameras/kept.ts";
import type { SiteContext } from "../site-context.ts";
import { oursOf, sayList, stateOf, wantedOf } from "./list-state.ts";
import { inShadow } from "./shadow.ts";

const lookEvery_ms = 30_000;
const readEvery_ms = 3_600_000;
const againAfter_ms = 60_000;

interface One {
  readonly lane: LaneConfig;
  readonly camera: KeptCamera;
  busy: boolean;
  looked: Monotonic | undefined;
  /** When the camera's own list was last found as it should be, and what should be there then. */
  good: { readonly at: Monotonic; readonly wanted: string } | undefined;
  told: string;
}

export interface ReadLists {
  tick(): void;
}

export function keepReadLists(context: SiteContext, cameras: readonly { lane: LaneConfig; camera: KeptCamera }[]): ReadLists {
  const { journal, clock, log } = context;
  const all: One[] = cameras
    .filter(({ lane }) => lane.camera.list === true)
    .map((one) => ({ ...one, busy: false, looked: undefined, good: undefined, told: "" }));

  function say(one: One, confirmed: boolean, detail: string, news = false): void {
    sayList(context, one.lane, { confirmed, detail, news: news || detail !== one.told });
    one.told = detail;
  }

  async function keep(one: One): Promise<void> {
    const { lane, camera } = one;
    const { id } = lane.camera;
    const wanted = wantedOf(journal, lane.lot, clock.wall());
    const there = await camera.listed();
    if (!Array.isArray(there)) return say(one, false, `the list could not be read: ${(there as { detail: string }).detail}`);
    const ours = oursOf(journal, id);
    const found = differences(wanted, there, new Set(ours.keys()));
    let now = found;
    if (!isSame(found)) {
      // It was as we left it, and is no longer: somebody, or a reset, changed it there.
      const lost = [...found.missing, ...found.other.map(([row]) => row)].filter(({ plate, from_at, until_at }) => {
        const row = ours.get(plate);
        return row?.from_at === from_at && row.until_at === until_at;
      });
      if (stateOf(journal, id)?.confirmed === 1 && lost.length > 0)
        say(one, false, `the list was changed at the camera: ${inWords(found)}`);
      const rows = [...found.missing, ...found.other.map(([row]) => row)];
      journal.commit((tx) => {
        tx.run("UPDATE camera_list_state SET confirmed = 0 WHERE camera = ?", id);
        for (const { plate, from_at, until_at } of rows)
          tx.run(
            "INSERT INTO camera_list (camera, plate, from_at, until_at) VALUES (?, ?, ?, ?) ON CONFLICT (camera, plate) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at",
            ...[id, plate, from_at, until_at],
          );
      });
      // Off first: who may no longer pass matters more than who passes already.
      for (const entry of found.left) {
        const done = await camera.take(entry);
        if (done !== "done") return say(one, false, `a plate was not taken off: ${done.detail}`);
      }
      const done = rows.length === 0 ? "done" : await camera.put(rows, new Map(found.other.map(([row, entry]) => [row.plate, entry])));
      if (done !== "done") return say(one, false, `the list was not written: ${done.detail}`);
      const after = await camera.listed();
      if (!Array.isArray(after)) return say(one, false, `the list could not be read back: ${(after as { detail: string }).detail}`);
      now = differences(wanted, after, new Set(oursOf(journal, id).keys()));
    }
    // What neither stands there nor should is no longer ours.
    const stays = new Set([...wanted.map(({ plate }) => plate as string), ...now.left.map(({ plate }) => plate as string)]);
    const gone = [...oursOf(journal, id).keys()].filter((plate) => !stays.has(plate));
    if (gone.length > 0)
      journal.commit((tx) => {
        for (const plate of gone) tx.run("DELETE FROM camera_list WHERE camera = ? AND plate = ?", id, plate);
      });
    const good = isSame(now);
    say(one, good, inWords(now), good && (!isSame(found) || gone.length > 0));
    if (good) one.good = { at: clock.monotonic(), wanted: JSON.stringify(wanted) };
  }

  return {
    tick() {
      // The other system's list is still its own.
      if (all.length === 0 || inShadow(journal)) return;
      const now = clock.monotonic();
      for (const one of all) {
        const wait = one.good === undefined ? againAfter_ms : lookEvery_ms;
        if (one.busy || (one.looked !== undefined && now - one.looked < wait)) continue;
        one.looked = now;
        const { good } = one;
        const same = good !== undefined && good.wanted === JSON.stringify(wantedOf(journal, one.lane.lot, clock.wall()));
        if (same && now - good.at < readEvery_ms) continue;
        one.busy = true;
        one.good = undefined;
        keep(one)
          .catch((error: unknown) => log.error({ camera: one.lane.camera.id, error: String(error) }, "the camera's list was not kept"))
          .finally(() => {
            one.busy = false;
          });
      }
    },
  };
}

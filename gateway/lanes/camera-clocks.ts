// The clocks of cameras that can be asked and set: compared once an hour with ours, when ours may be believed, put right where they are off, and asked again.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { KeptCamera } from "../drivers/cameras/kept.ts";
import type { SiteContext } from "../site-context.ts";
import { inShadow } from "./shadow.ts";

const every_ms = 3_600_000;
const againAfter_ms = 600_000;
/** Cameras tell whole seconds, and the answer takes its time. */
const tolerated_ms = 2_000;

export function keepClocks(
  { clock, journal, log }: SiteContext,
  cameras: readonly { lane: LaneConfig; camera: KeptCamera }[],
): { tick(): void } {
  const all = cameras.map((one) => ({ ...one, notBefore: undefined as Monotonic | undefined, busy: false }));

  /** How far its clock is ahead of ours. An answer that was long on its way says nothing. */
  async function off(camera: KeptCamera): Promise<number | string> {
    const begun = clock.monotonic();
    const said = await camera.time();
    if ("kind" in said) return said.detail;
    const took = clock.monotonic() - begun;
    return took > tolerated_ms ? `the answer took ${took} ms` : said.at - (clock.wall() - took / 2);
  }

  async function keep({ lane, camera }: (typeof all)[number]): Promise<boolean> {
    const at = { lane: lane.id, camera: lane.camera.id };
    const before = await off(camera);
    if (typeof before === "number" && Math.abs(before) <= tolerated_ms) return true;
    if (typeof before === "string") {
      log.warn({ ...at, detail: before }, "the camera's clock could not be read");
      return false;
    }
    const done = await camera.setTime(clock.wall());
    const after = done === "done" ? await off(camera) : done.detail;
    const good = typeof after === "number" && Math.abs(after) <= tolerated_ms;
    log[good ? "info" : "warn"](
      { ...at, before_ms: before, after },
      good ? "the camera's clock was put right" : "the camera's clock is off, and was not put right",
    );
    return good;
  }

  return {
    tick() {
      const { mono, synchronised } = clock.stamp();
      // In shadow the cameras are still the other system's.
      if (all.length === 0 || !synchronised || inShadow(journal)) return;
      for (const one of all) {
        if (one.busy || (one.notBefore !== undefined && mono < one.notBefore)) continue;
        one.busy = true;
        void keep(one)
          .catch((error: unknown) => {
            log.error({ camera: one.lane.camera.id, error: String(error) }, "the camera's clock was not kept");
            return false;
          })
          .then((good) => {
            one.busy = false;
            one.notBefore = (clock.monotonic() + (good ? every_ms : againAfter_ms)) as Monotonic;
          });
      }
    },
  };
}

// The gateway's own supervisor as a watchdog: where no systemd looks, it ends a safety process that stands, and begins anew.
import { superviseWithin_ms } from "../../link/supervised.ts";
import type { Feed } from "./watch.ts";

/** `undefined` when nobody keeps a channel to us. A message that was not taken is not followed by another: nothing piles up before a supervisor that stands. */
export function supervisorFeed(): Feed | undefined {
  if (process.channel === undefined) return undefined;
  let open = false;
  return {
    name: "supervisor",
    window_ms: superviseWithin_ms,
    feed() {
      if (open || !process.connected) return false;
      open = true;
      process.send?.({ type: "worked" }, undefined, undefined, () => {
        open = false;
      });
      return true;
    },
    close: () => undefined,
  };
}

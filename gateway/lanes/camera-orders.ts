// An opening through the camera's own link: Vzenith's gpio_out over MQTT, answered by its code, and ioctl over TCP 8131, answered by its state. One at a time, by its deadline or never; what the camera
// answered is what became of it, and silence is nobody's yes.
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { Cancel, Chance, Clock } from "../ports.ts";

/** Says the order under this name now; false: the camera cannot be spoken to. */
export type SayOpen = (id: string) => boolean;

export interface CameraOrders {
  /** How this camera is told. */
  through(serialno: string, say: SayOpen): void;
  open(serialno: string, notAfter: Monotonic, done: (outcome: "done" | DeviceFault) => void): void;
  /** `id` undefined: this maker's answers name none, and only one order is out. */
  answered(serialno: string, answer: { readonly id?: string; readonly ok: boolean; readonly words: string }): void;
  stop(): void;
}

interface Out {
  readonly id: string;
  readonly done: (outcome: "done" | DeviceFault) => void;
  readonly cancel: Cancel;
}

export function startCameraOrders(clock: Clock, chance: Chance): CameraOrders {
  const ways = new Map<string, SayOpen>();
  const out = new Map<string, Out>();

  function end(serialno: string, outcome: "done" | DeviceFault): void {
    const one = out.get(serialno);
    out.delete(serialno);
    one?.cancel();
    one?.done(outcome);
  }

  return {
    through: (serialno, say) => void ways.set(serialno, say),
    open(serialno, notAfter, done) {
      if (out.has(serialno)) return done(deviceFault("impossible-value", "an order is out already"));
      if (clock.monotonic() > notAfter) return done(deviceFault("timeout", "too late; nothing was sent"));
      const id = chance.id();
      // An answer may come while it is said.
      const cancel = clock.wake(notAfter, () =>
        end(serialno, deviceFault("timeout", "the camera did not answer: nobody knows whether it opened")),
      );
      out.set(serialno, { id, done, cancel });
      if (ways.get(serialno)?.(id) !== true) end(serialno, deviceFault("closed", "the camera is not connected; nothing was sent"));
    },
    answered(serialno, { id, ok, words }) {
      const one = out.get(serialno);
      if (one === undefined || (id !== undefined && id !== one.id)) return;
      end(serialno, ok ? "done" : deviceFault("exception", words));
    },
    stop() {
      for (const serialno of [...out.keys()]) end(serialno, deviceFault("closed", "stopped"));
    },
  };
}

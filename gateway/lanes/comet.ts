// Comet polling: a Vzenith camera behind a translated address posts again as soon as it is answered, and carries out what the answer holds. So its post is held until there is something
// to say, or for a few seconds. What is said has a deadline: an opening is carried by a post that stands open now or comes in time, or by none.
import { encodeReply, type Reply, stayReply } from "#protocols/cameras/vzenith/reply.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { Clock } from "../ports.ts";

/** Below the camera's own time-out of 5 s. */
export const held_ms = 3_000;

interface Waiting {
  readonly reply: Reply;
  readonly notAfter: Monotonic;
  readonly done: (outcome: "done" | DeviceFault) => void;
}

export interface Comet {
  /** Told "done" when the answer was given to a post; whether the camera heard it the board must show. */
  say(serialno: string, reply: Reply, notAfter: Monotonic, done?: Waiting["done"]): void;
  /** The body for this post, when it is to be answered. `gone`: its camera has hung up, and what is said now must not be spent on it. */
  poll(serialno: string, gone?: AbortSignal): Promise<string>;
  stop(): void;
}

const nothing = "{}";

export function startComet(clock: Clock): Comet {
  const waiting = new Map<string, Waiting>();
  const polls = new Map<string, (body: string) => void>();
  const tooLate = deviceFault("timeout", "the camera did not ask in time; nothing was sent");

  function give(serialno: string, answer: (body: string) => void): boolean {
    const one = waiting.get(serialno);
    if (one === undefined) return false;
    waiting.delete(serialno);
    if (clock.monotonic() > one.notAfter) {
      one.done(tooLate);
      return false;
    }
    answer(encodeReply(one.reply));
    one.done("done");
    return true;
  }

  return {
    say(serialno, reply, notAfter, done = () => undefined) {
      // A card's text gives way to an opening, an opening to nothing.
      const before = waiting.get(serialno);
      if (before?.reply.info === "ok" && clock.monotonic() <= before.notAfter)
        return done(deviceFault("impossible-value", "an opening waits already"));
      before?.done(tooLate);
      const one: Waiting = { reply, notAfter, done };
      waiting.set(serialno, one);
      const poll = polls.get(serialno);
      if (poll !== undefined && give(serialno, poll)) return;
      clock.wake(notAfter, () => {
        if (waiting.get(serialno) !== one) return;
        waiting.delete(serialno);
        done(tooLate);
      });
    },
    poll: (serialno, gone) =>
      new Promise((resolve) => {
        // A camera that posts again has given its former post up.
        polls.get(serialno)?.(nothing);
        const answer = (body: string): void => {
          if (polls.get(serialno) === answer) polls.delete(serialno);
          cancel();
          resolve(body);
        };
        const cancel = clock.wake(after(clock.monotonic(), held_ms), () => answer(nothing));
        if (gone?.aborted === true) return answer(nothing);
        gone?.addEventListener("abort", () => answer(nothing), { once: true });
        if (!give(serialno, answer)) polls.set(serialno, answer);
      }),
    stop() {
      for (const answer of [...polls.values()]) answer(nothing);
      for (const { done } of waiting.values()) done(tooLate);
      waiting.clear();
    },
  };
}

export const cardReply = (serial: NonNullable<Reply["serial"]>): Reply => ({ ...stayReply, serial });

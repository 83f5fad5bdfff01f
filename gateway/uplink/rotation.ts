// The next certificate before this one ends; and after it, for a gateway that was away: the cloud gives it for the days of grace.
import { after } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock } from "../ports.ts";
import type { Log } from "../site-context.ts";
import { type Ask, renewWith } from "./enrol.ts";
import { type GatewayName, lifeOf, readIdentity } from "./identity.ts";

export interface RotationParts extends GatewayName {
  readonly file: string;
  readonly ask: Ask;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Rotation {
  /** Seconds until the certificate ends; undefined: there is none. */
  left_s(): number | undefined;
  /** The question that is under way. */
  settled(): Promise<void>;
  stop(): void;
}

const lookEvery_ms = 60_000;
export const tryAgain_ms = 10 * 60_000;

export function startRotation({ site, gateway, file, ask, clock, log }: RotationParts): Rotation {
  let cancel: Cancel = () => undefined;
  let notBefore = clock.monotonic() as number;
  let running: Promise<void> = Promise.resolve();

  async function renew(): Promise<void> {
    const held = readIdentity(file);
    if (held === undefined || clock.wall() < lifeOf(held).due) return;
    notBefore = clock.monotonic() + tryAgain_ms;
    try {
      const renewed = await renewWith({ site, gateway, file, held, ask });
      if ("kind" in renewed) log.error({ code: renewed.code, why: renewed.en }, "identity: the next certificate was refused");
      else log.info({ until: lifeOf(renewed).until }, "identity: the next certificate is here");
    } catch (error) {
      log.warn(
        { why: error instanceof Error ? error.message : String(error) },
        "identity: the cloud could not be asked for the next certificate",
      );
    }
  }

  function look(): void {
    cancel = clock.wake(after(clock.monotonic(), lookEvery_ms), look);
    // A clock that is not set knows nothing of the end of a certificate.
    if (!clock.stamp().synchronised || clock.monotonic() < notBefore) return;
    running = running.then(renew);
  }
  look();

  return {
    left_s: () => {
      const held = readIdentity(file);
      return held === undefined ? undefined : Math.floor((lifeOf(held).until - clock.wall()) / 1000);
    },
    settled: () => running,
    stop: () => cancel(),
  };
}

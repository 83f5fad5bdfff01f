// The device's end: what was heard here is said on to the city's centre, one at a time, until it is confirmed. A sentry check from there is a question to a person.

import { decodeUnit, type FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { command } from "#protocols/fire/gbt26875/frame.ts";
import { labelOf } from "#protocols/fire/gbt26875/label.ts";
import { profiles, standard } from "#protocols/fire/gbt26875/profile.ts";
import { bytesOf } from "#protocols/frames/bytes.ts";
import { isUndecodable } from "#protocols/frames/layout.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { FireConfig } from "../config/fire-schema.ts";
import type { Journal } from "../journal/journal.ts";
import type { ByteLine, Clock, Devices } from "../ports.ts";
import type { Log } from "../site-context.ts";
import { answerTo, type Exchange, type Heard, hearBytes, newExchange, newRepeats, type Stepped, say, timed } from "./exchange.ts";

export interface CentreParts {
  readonly centre: NonNullable<FireConfig["centre"]>;
  readonly clock: Clock;
  readonly devices: Pick<Devices, "openTcp">;
  readonly journal: Journal;
  readonly log: Pick<Log, "info" | "warn">;
  /** The centre asks for a person: minutes until it gives up. */
  readonly onSentry: (within_min: number) => void;
}

export interface Centre {
  /** Something waits. */
  wake(): void;
  tick(): void;
  connected(): boolean;
  waiting(): number;
  close(): void;
}

const againAfter_ms: readonly number[] = [1_000, 5_000, 15_000, 60_000];
/** The transmission device's own state, as a sign of life. */
const lifeEvery_ms = 60_000;

export function connectCentre({ centre, clock, devices, journal, log, onSentry }: CentreParts): Centre {
  let line: ByteLine | undefined;
  let exchange: Exchange = fresh();
  let repeats = newRepeats();
  let opening = false;
  let closed = false;
  let losses = 0;
  let tryAt: Monotonic = clock.monotonic();
  let lifeAt: Monotonic = clock.monotonic();

  function fresh(): Exchange {
    return newExchange({ profile: profiles[centre.profile] ?? standard, own: centre.own_address, other: centre.centre_address });
  }
  const at = () => ({ now: clock.monotonic(), label: labelOf(clock.wall()) });

  function lost(why: string): void {
    if (line === undefined) return;
    line = undefined;
    log.warn({ why }, "fire: the city's centre is gone");
    tryAt = after(clock.monotonic(), againAfter_ms[Math.min(losses, againAfter_ms.length - 1)] ?? 1_000);
    losses += 1;
  }

  async function open(): Promise<void> {
    opening = true;
    try {
      const opened = await devices.openTcp(centre.host, centre.port);
      if (closed) return opened.close();
      line = opened;
      exchange = fresh();
      repeats = newRepeats();
      opened.onBytes((bytes) => {
        if (line === opened) take(hearBytes(exchange, bytes, at()));
      });
      opened.onClose((why) => {
        if (line === opened) lost(why);
      });
      log.info({}, "fire: the city's centre is connected");
      next();
    } catch (error) {
      tryAt = after(clock.monotonic(), againAfter_ms[Math.min(losses, againAfter_ms.length - 1)] ?? 1_000);
      losses += 1;
      log.warn({ why: (error as Error).message }, "fire: the city's centre cannot be reached");
    } finally {
      opening = false;
    }
  }

  function take({ exchange: after_, out, heard, confirmed, failed }: Stepped): void {
    exchange = after_;
    for (const bytes of out) line?.write(bytes);
    for (const id of confirmed) {
      losses = 0;
      if (id !== "life") journal.commit((tx) => tx.run("DELETE FROM fire_forward WHERE id = ?", Number(id)));
    }
    for (const one of heard) hearCentre(one);
    // Said four times and never confirmed: the line is not what it seems. What waits stays.
    if (failed.length > 0) {
      const gone = line;
      lost("nothing is confirmed");
      gone?.close();
    } else next();
  }

  function hearCentre(heard: Heard): void {
    const answer = answerTo(heard, labelOf(clock.wall()));
    if (answer !== undefined) line?.write(answer);
    if (repeats.isRepeat(heard)) return;
    // That it was received is the protocol's; that somebody is there is only ever said by a person.
    if (heard.unit.kind === "sentry") for (const { within_min } of heard.unit.objects) onSentry(Math.max(1, within_min));
  }

  /** The oldest that waits, one at a time. */
  function next(): void {
    if (line === undefined || exchange.waiting !== undefined || exchange.queue.length > 0) return;
    const row = journal.get<{ id: number; unit: string }>("SELECT id, unit FROM fire_forward ORDER BY id LIMIT 1");
    const now = clock.monotonic();
    if (row === undefined) {
      if (now < lifeAt) return;
      lifeAt = after(now, lifeEvery_ms);
      const unit: FireUnit = { kind: "device-state", objects: [{ state: 1, time: labelOf(clock.wall()) }] };
      sayIt("life", unit);
      return;
    }
    const unit = decodeUnit({ unit: bytesOf(row.unit), command: command.data }, profiles.field ?? standard);
    if (isUndecodable(unit)) {
      journal.commit((tx) => tx.run("DELETE FROM fire_forward WHERE id = ?", row.id));
      return;
    }
    sayIt(String(row.id), unit);
  }
  function sayIt(id: string, unit: FireUnit): void {
    const stepped = say(exchange, { id, command: command.data, unit }, at());
    exchange = stepped.exchange;
    for (const bytes of stepped.out) line?.write(bytes);
  }

  return {
    wake: next,
    tick() {
      if (closed) return;
      if (line === undefined && !opening && clock.monotonic() >= tryAt) void open();
      else if (line !== undefined) take(timed(exchange, at()));
    },
    connected: () => line !== undefined,
    waiting: () => journal.get<{ n: number }>("SELECT count(*) AS n FROM fire_forward")?.n ?? 0,
    close() {
      closed = true;
      line?.close();
      line = undefined;
    },
  };
}

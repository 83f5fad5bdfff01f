// What can have no effect is kept with its reason, once per content, for a person to look at; the lane goes on.

import { raiseOwnAlarm } from "#cloud/alarms/alarms.ts";
import type { Effect, Origin } from "#cloud/store/happening.ts";
import { addToTally } from "#cloud/store/tally.ts";
import { eventKeyText } from "#protocols/vocabulary/ids.ts";
import { fingerprint } from "./canonical.ts";
import type { Item, Place } from "./take-in.ts";

/** A dead letter may be as large as a message; more than this of it tells nobody more. */
const keptCharacters = 64_000;

interface Letter extends Origin {
  readonly topic: string;
  readonly key: string | null;
  readonly reason: string;
  readonly payload: string;
  readonly at: number;
}

/** PostgreSQL keeps no NUL in a text. */
const withoutNul = (text: string): string => text.replaceAll("\u0000", "\ufffd");

export async function bury(effect: Effect, letter: Letter): Promise<void> {
  const { site, gateway, topic, reason, at } = letter;
  const mark = fingerprint(JSON.stringify([site, gateway, topic, letter.key, reason, letter.payload]));
  const row = await effect.change
    .insertInto("dead_letter")
    .values({
      fingerprint: mark,
      site,
      gateway,
      topic,
      event_key: letter.key,
      reason: withoutNul(reason.slice(0, 500)),
      payload: withoutNul(letter.payload.slice(0, keptCharacters)),
      times: 1,
      first_at: at,
      last_at: at,
    })
    .onConflict((conflict) => conflict.column("fingerprint").doUpdateSet((eb) => ({ times: eb("dead_letter.times", "+", 1), last_at: at })))
    .returning("times")
    .executeTakeFirstOrThrow();
  if (row.times === 1) await addToTally(effect.change, "dead_letters");
  await raiseOwnAlarm(effect, { site, gateway, rule: "uplink.dead-letter", source: gateway, at });
  effect.marks.add({ kind: "counts" });
}

export function buryEvent(effect: Effect, { place, item, reason }: { place: Place; item: Item; reason: string }): Promise<void> {
  return bury(effect, {
    site: place.site,
    gateway: place.gateway,
    topic: place.topic,
    key: eventKeyText({ ...place, seq: item.seq }),
    reason,
    payload: item.payload(),
    at: place.received,
  });
}

// What can have no effect is kept with its reason, once per content, for a person to look at; the lane goes on.

import { raiseOwnAlarm } from "#cloud/alarms/alarms.ts";
import type { Effect, Origin } from "#cloud/store/happening.ts";
import type { LetterKind } from "#cloud/store/letter-schema.ts";
import { addToTally } from "#cloud/store/tally.ts";
import { eventKeyText } from "#protocols/vocabulary/ids.ts";
import { fingerprint } from "./canonical.ts";
import type { Item, Place } from "./take-in.ts";

/** Of a message that nobody acknowledged this much tells enough; what was acknowledged is kept whole, or it would be lost. */
const keptCharacters = 256_000;
/** Of those that were never acknowledged so many of one gateway: it sends them again, and must not fill the disk. */
const keptUnacknowledged = 500;

interface Letter extends Origin {
  readonly topic: string;
  readonly kind: LetterKind;
  readonly key: string | null;
  readonly reason: string;
  readonly payload: string;
  readonly tries: number;
  readonly at: number;
}

/** PostgreSQL keeps no NUL in a text. */
const withoutNul = (text: string): string => text.replaceAll("\u0000", "\ufffd");

export async function bury(effect: Effect, letter: Letter): Promise<void> {
  const { site, gateway, topic, reason, at, kind, tries } = letter;
  const acknowledged = kind === "event" || kind === "batch";
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
      payload: withoutNul(acknowledged ? letter.payload : letter.payload.slice(0, keptCharacters)),
      ...{ kind, tries, state: "waiting", times: 1, first_at: at, last_at: at },
    })
    .onConflict((conflict) => conflict.column("fingerprint").doUpdateSet((eb) => ({ times: eb("dead_letter.times", "+", 1), last_at: at })))
    .returning("times")
    .executeTakeFirstOrThrow();
  if (row.times === 1) await addToTally(effect.change, letter, "dead_letters");
  if (row.times === 1 && !acknowledged) await forgetOldest(effect, letter);
  await raiseOwnAlarm(effect, { site, gateway, rule: "uplink.dead-letter", source: gateway, at });
  effect.marks.add({ kind: "counts" });
}

async function forgetOldest(effect: Effect, { site, gateway, kind }: Letter): Promise<void> {
  const { change } = effect;
  const oldest = await change
    .selectFrom("dead_letter")
    .select("id")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("kind", "=", kind)
    .where("state", "=", "waiting")
    .orderBy("id", "desc")
    .offset(keptUnacknowledged)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await change.deleteFrom("dead_letter").where("id", "=", oldest.id).execute();
  await addToTally(change, { site }, "dead_letters", -1);
}

interface Burial {
  readonly place: Place;
  readonly item: Item;
  readonly kind: LetterKind;
  readonly reason: string;
}

export function buryEvent(effect: Effect, { place, item, kind, reason }: Burial): Promise<void> {
  return bury(effect, {
    kind,
    tries: item.tries ?? 1,
    site: place.site,
    gateway: place.gateway,
    topic: place.topic,
    key: eventKeyText({ ...place, seq: item.seq }),
    reason,
    payload: item.payload(),
    at: place.received,
  });
}

// A batch of events into its effects: together if they can be, otherwise one by one, so that what fails stands alone.
import type { Compound } from "#cloud/ledger/hazards.ts";
import type { Effect } from "#cloud/store/happening.ts";
import { momentOfEvent } from "#cloud/store/labels.ts";
import { isStoreTrouble } from "#cloud/store/store.ts";
import { eventKeyText } from "#protocols/vocabulary/ids.ts";
import { applyEvent } from "./effects/apply.ts";
import type { AnyHappening } from "./effects/events.ts";
import { heardOf } from "./effects/gateways.ts";
import type { ReadEvent, ReadEvents } from "./read-batch.ts";
import { changingOf, type Rooms } from "./rooms.ts";
import { type Outcome, type Place, takeIn } from "./take-in.ts";

interface EventsToTake {
  readonly place: Place;
  readonly batch: ReadEvents;
  readonly compound: Compound;
}

export async function takeEvents(rooms: Rooms, { place, batch, compound }: EventsToTake): Promise<Outcome> {
  try {
    return await takeTogether(rooms, { place, items: itemsOf(batch.events), compound });
  } catch (error) {
    if (isStoreTrouble(error)) throw error;
    rooms.log.error({ gateway: place.gateway, stream: place.stream, err: error }, "a batch has no effect as a whole: one event at a time");
    return takeOneByOne(rooms, { place, batch, compound });
  }
}

type EventItem = ReadEvent & { readonly payload: () => string; readonly tries?: number };
const itemsOf = (events: readonly ReadEvent[]): EventItem[] =>
  events.map((event) => ({ ...event, payload: () => JSON.stringify(event.content) }));

function takeTogether(
  rooms: Rooms,
  { place, items, compound }: { place: Place; items: readonly EventItem[]; compound: Compound },
): Promise<Outcome> {
  return changingOf(rooms, place, async (effect) => {
    const outcome = await takeIn(effect, { place, items }, async (item) =>
      applyEvent(effect, await happening(effect, place, item), compound),
    );
    await heardOf(effect, { ...place, at: place.received });
    return outcome;
  });
}

export async function happening(
  { change }: Effect,
  place: Omit<Place, "topic">,
  { content, seq }: Pick<ReadEvent, "content" | "seq">,
): Promise<AnyHappening> {
  const { site, gateway, epoch, received } = place;
  // `poison` is undefined: the catalogue has said that type and data belong together.
  return {
    site,
    gateway,
    received,
    key: eventKeyText({ ...place, seq }),
    type: content.type,
    data: content.data,
    at: await momentOfEvent(change, { gateway, epoch, stamp: content.at, received }),
    stamp: content.at,
  } as AnyHappening;
}

/** After so many tries in vain an event is a dead letter. */
export const mostTries = 5;

/** The event that makes our own code fail goes to the dead letters, the others have their effect: a fault here must not stop a whole compound. */
async function takeOneByOne(rooms: Rooms, { place, batch, compound }: EventsToTake): Promise<Outcome> {
  let sum: Outcome = { upTo: 0, taken: 0, duplicates: 0, buried: 0, conflict: undefined, gapBefore: undefined };
  for (const item of itemsOf(batch.events)) {
    const one = await takeOne(rooms, { place, item, compound });
    sum = {
      ...{ upTo: one.upTo, taken: sum.taken + one.taken, duplicates: sum.duplicates + one.duplicates, buried: sum.buried + one.buried },
      ...{ conflict: one.conflict, gapBefore: one.gapBefore },
    };
    if (one.conflict !== undefined || one.gapBefore !== undefined) break;
  }
  return sum;
}

/** What failed once may have met another change of the same rows; what fails five times fails for what it is. */
async function takeOne(rooms: Rooms, one: { place: Place; item: EventItem; compound: Compound }): Promise<Outcome> {
  const { item } = one;
  let why = "";
  for (let tries = 1; tries <= mostTries; tries += 1)
    try {
      return await takeTogether(rooms, { ...one, items: [item] });
    } catch (error) {
      if (isStoreTrouble(error)) throw error;
      why = error instanceof Error ? error.message : String(error);
    }
  return takeTogether(rooms, { ...one, items: [{ ...item, poison: `no effect: ${why}`, tries: mostTries }] });
}

// The property's own list (自查自纠): every protective cut-off and every weld enters by itself, with the times between, and the rules say which becomes a hazard.
import { randomUUID } from "node:crypto";
import type { Effect, Happening } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { EventData } from "#protocols/uplink/events.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { type Compound, foundHazard } from "./hazards.ts";
import { promotionOf, promotionRules } from "./promotion.ts";

const cutWords: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  "over-current": ["过流保护断电", "cut off: over-current"],
  instantaneous: ["短路或瞬时过流断电", "cut off: instantaneous over-current"],
  "over-power": ["超功率断电", "cut off: over-power"],
  "over-temperature": ["过温断电", "cut off: over-temperature"],
  "temperature-rise": ["温升过快断电", "cut off: warming too fast"],
  "over-voltage": ["过压断电", "cut off: over-voltage"],
  "under-voltage": ["欠压断电", "cut off: under-voltage"],
  leakage: ["漏电断电", "cut off: leakage"],
  "feeder-leakage": ["进线剩余电流断电", "cut off: residual current of the feeder"],
  "second-rise": ["功率二次升高断电", "cut off: power rose again"],
  smoke: ["烟雾断电", "cut off: smoke"],
  blind: ["读数中断断电", "cut off: no readings"],
};

type Cut = Happening<"charging.cut", EventData<"charging.cut">>;
type Weld = Happening<"charging.welded", EventData<"charging.welded">>;

export async function enterCut(effect: Effect, event: Cut, compound: Compound): Promise<void> {
  const { data } = event;
  const [zh, en] = cutWords[data.cause] ?? ["保护断电", "cut off"];
  const id = await enter(effect, event, {
    ...{ source: data.socket, trip: data.trip, cause: data.cause, zh, en },
    // The two durations count from the reading's first byte, and the event's time is the decision's.
    seen_at: event.at.wall - data.decided_after_ms,
    decided_after_ms: data.decided_after_ms,
    off_after_ms: data.off_after_ms,
  });
  await promote(effect, event, { entry: id, socket: data.socket, cause: data.cause, compound });
}

/** The weld of a known cut-off belongs to its entry; one after an ordinary end makes its own. */
export async function enterWeld(effect: Effect, event: Weld, compound: Compound): Promise<void> {
  const { data } = event;
  const known = await effect.change
    .selectFrom("entry")
    .select("id")
    .where("gateway", "=", event.gateway)
    .where("trip", "=", data.trip)
    .executeTakeFirst();
  const words = { zh: "继电器粘连，断不开电", en: "welded relay: cannot be switched off" };
  const nothing = { seen_at: null, decided_after_ms: null, off_after_ms: null };
  const entry = known?.id ?? (await enter(effect, event, { source: data.socket, trip: data.trip, cause: "weld", ...words, ...nothing }));
  await promote(effect, event, { entry, socket: data.socket, cause: "weld", compound });
}

type EntryFacts = Pick<Row<"entry">, "source" | "trip" | "cause" | "zh" | "en" | "seen_at" | "decided_after_ms" | "off_after_ms">;

export async function enter(effect: Effect, event: Happening, facts: EntryFacts): Promise<string> {
  const id = randomUUID();
  const { site, gateway, key, at, received } = event;
  await effect.change
    .insertInto("entry")
    .values({
      ...{ id, site, gateway, event: key, at: at.wall, received_at: received, ...facts },
      ...{ state: "open", handled_by: null, handled_at: null, note: null, hazard: null },
    })
    .execute();
  await noteLabels(effect, event, [
    { place: "entry.at", key: id },
    ...(facts.seen_at === null ? [] : [{ place: "entry.seen_at", key: id, shown: facts.seen_at } as const]),
  ]);
  effect.marks.add({ kind: "entry", id });
  return id;
}

interface Candidate {
  readonly entry: string;
  readonly socket: string;
  readonly cause: string;
  readonly compound: Compound;
}

const longestWindow = Math.max(...promotionRules.map((row) => row.repeated?.days ?? 0)) * dayMs;

export async function promote(effect: Effect, event: Happening, { entry, socket, cause, compound }: Candidate): Promise<void> {
  const around = await effect.change
    .selectFrom("entry")
    .select("at")
    .where("site", "=", event.site)
    .where("gateway", "=", event.gateway)
    .where("source", "=", socket)
    .where("cause", "!=", "weld")
    .where("at", ">=", event.at.wall - longestWindow)
    .where("at", "<=", event.at.wall + longestWindow)
    .execute();
  const rule = promotionOf({ type: event.type, cause, at: event.at.wall, cuts: around.map((row) => row.at) });
  if (rule === undefined) return;
  const { site, gateway, key } = event;
  const hazard = await foundHazard(effect, {
    ...{ site, gateway, compound, rule, place: socket, event: key, found: event.at, now: event.received },
  });
  await effect.change.updateTable("entry").set({ hazard }).where("id", "=", entry).execute();
  effect.marks.add({ kind: "entry", id: entry });
}

/** false when there is no such entry. Handling twice keeps the first name. */
export async function handleEntry(effect: Effect, asked: { id: string; person: string; note: string; now: number }): Promise<boolean> {
  const row = await effect.change.selectFrom("entry").select("state").where("id", "=", asked.id).executeTakeFirst();
  if (row === undefined) return false;
  if (row.state === "handled") return true;
  await effect.change
    .updateTable("entry")
    .set({ state: "handled", handled_by: asked.person, handled_at: asked.now, note: asked.note })
    .where("id", "=", asked.id)
    .execute();
  effect.marks.add({ kind: "entry", id: asked.id });
  return true;
}

// Sessions and sockets. A socket's state belongs to the newest fact about it, whichever stream brought it.
import { clearanceOf } from "#cloud/alarms/alarms.ts";
import { enterCut, enterWeld } from "#cloud/ledger/entries.ts";
import type { Compound } from "#cloud/ledger/hazards.ts";
import type { Effect, Happening } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import { isNewer, momentOf, momentText } from "#cloud/store/order.ts";
import type { Row } from "#cloud/store/schema.ts";
import { addToTally } from "#cloud/store/tally.ts";
import { cutCauses } from "#protocols/uplink/events.ts";
import type { Of } from "./events.ts";
import { isOver } from "./sheds.ts";

type SocketState = Pick<Row<"socket">, "state" | "session" | "trip" | "cause">;

export async function knowSocket(effect: Effect, event: Pick<Happening, "site" | "gateway">, socket: string): Promise<void> {
  const [station = "", number = "0"] = socket.split("/");
  const { site, gateway } = event;
  const nothing = { session: null, since: null, trip: null, cause: null, stamp: null };
  const made = await effect.change
    .insertInto("socket")
    .values({ site, gateway, socket, station, number: Number(number), state: "unknown", ...nothing })
    .onConflict((conflict) => conflict.columns(["site", "gateway", "socket"]).doNothing())
    .returning("socket")
    .executeTakeFirst();
  if (made !== undefined) effect.marks.add({ kind: "socket", site, gateway, id: socket });
}

export async function setSocket(effect: Effect, event: Happening, socket: string, next: SocketState): Promise<void> {
  const { site, gateway } = event;
  await knowSocket(effect, event, socket);
  const known = await effect.change
    .selectFrom("socket")
    .selectAll()
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("socket", "=", socket)
    .executeTakeFirstOrThrow();
  const change = await changeOf(effect, { event, known, next });
  if (change === undefined) return;
  await effect.change
    .updateTable("socket")
    .set(change)
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("socket", "=", socket)
    .execute();
  if (change.since !== undefined) await noteLabels(effect, event, [{ place: "socket.since", key: socket }]);
  effect.marks.add({ kind: "socket", site, gateway, id: socket });
}

interface SocketFact {
  readonly event: Happening;
  readonly known: Row<"socket">;
  readonly next: SocketState;
}

/** The newest fact is the socket's state, but for two: a weld holds, whatever else was said before or after, until a reset that is newer; and a cut-off that arrives after the session's end still names its trip. */
async function changeOf(effect: Effect, { event, known, next }: SocketFact): Promise<Partial<Row<"socket">> | undefined> {
  const { type, site, gateway, at } = event;
  const whole = { ...next, since: at.wall, stamp: momentText(at) };
  if (type === "charging.welded") {
    const reset = await clearanceOf(effect.change, { site, gateway, rule: "weld", source: known.socket });
    return reset !== undefined && isNewer(reset, at) ? undefined : whole;
  }
  if (known.state === "welded" && type !== "charging.latch-reset") return undefined;
  if (isNewer(at, momentOf(known.stamp))) return whole;
  if (type === "charging.cut" && known.state === "cut" && (await isNewestTrip(effect, event, known.trip)))
    return { trip: next.trip, cause: next.cause };
  return undefined;
}

async function isNewestTrip(effect: Effect, event: Happening, knownTrip: string | null): Promise<boolean> {
  if (knownTrip === null) return true;
  const entry = await effect.change
    .selectFrom("entry")
    .select("at")
    .where("gateway", "=", event.gateway)
    .where("trip", "=", knownTrip)
    .executeTakeFirst();
  return entry === undefined || entry.at <= event.at.wall;
}

export async function sessionStarted(effect: Effect, event: Of<"session.started">): Promise<void> {
  const { session, socket, card, energy_mWh } = event.data;
  const { site, gateway } = event;
  const known = await effect.change.selectFrom("session").select("started_at").where("session", "=", session).executeTakeFirst();
  if (known === undefined) {
    const notYet = { ended_at: null, cause: null, energy_mWh: null, seconds: null };
    await effect.change
      .insertInto("session")
      .values({ session, site, gateway, socket, card, started_at: event.at.wall, start_mWh: energy_mWh, ...notYet })
      .execute();
    await addToTally(effect.change, event, "sessions");
  } else {
    // Re-authorised after a restart under its own id, or its end was known first: still one session.
    await effect.change
      .updateTable("session")
      .set((eb) => ({ card, started_at: eb.fn.coalesce("started_at", eb.val(event.at.wall)) }))
      .where("session", "=", session)
      .execute();
  }
  if (known === undefined || known.started_at === null) await noteLabels(effect, event, [{ place: "session.started_at", key: session }]);
  await setSocket(effect, event, socket, { state: "charging", session, trip: null, cause: null });
}

export async function sessionEnded(effect: Effect, event: Of<"session.ended">): Promise<void> {
  const { session, socket, cause, energy_mWh, seconds } = event.data;
  const { site, gateway } = event;
  const end = { ended_at: event.at.wall, cause, energy_mWh, seconds };
  const known = await effect.change.selectFrom("session").select("session").where("session", "=", session).executeTakeFirst();
  if (known === undefined) {
    await effect.change
      .insertInto("session")
      .values({ session, site, gateway, socket, card: null, started_at: null, start_mWh: null, ...end })
      .execute();
    await addToTally(effect.change, event, "sessions");
  } else await effect.change.updateTable("session").set(end).where("session", "=", session).execute();
  await noteLabels(effect, event, [{ place: "session.ended_at", key: session }]);
  const cut = (cutCauses as readonly string[]).includes(cause) && !(cause === "shed" && (await isOver(effect, event, socket)));
  const trip = cut ? await tripOf(effect, event, socket) : null;
  await setSocket(effect, event, socket, { state: cut ? "cut" : "idle", session: null, trip, cause });
}

async function tripOf(effect: Effect, event: Happening, socket: string): Promise<string | null> {
  const row = await effect.change
    .selectFrom("socket")
    .select(["trip", "state"])
    .where("site", "=", event.site)
    .where("gateway", "=", event.gateway)
    .where("socket", "=", socket)
    .executeTakeFirst();
  return row !== undefined && row.state !== "charging" ? row.trip : null;
}

export async function cut(effect: Effect, event: Of<"charging.cut">, compound: Compound): Promise<void> {
  const { trip, socket, cause } = event.data;
  await addToTally(effect.change, event, "cutoffs");
  // A whole shed was opened: the shed's own event is the alarm and the entry, once, and its reset frees all its sockets.
  if (cause === "shed") {
    if (!(await isOver(effect, event, socket))) await setSocket(effect, event, socket, { state: "cut", session: null, trip, cause });
    return;
  }
  await knowTrip(effect, event, { trip, socket, confirmed_after_ms: null });
  await setSocket(effect, event, socket, { state: "cut", session: null, trip, cause });
  // A trip test is proof of protection, no matter for the property's list.
  if (event.data.test === undefined) await enterCut(effect, event, compound);
}

export async function welded(effect: Effect, event: Of<"charging.welded">, compound: Compound): Promise<void> {
  const { trip, socket } = event.data;
  await knowTrip(effect, event, { trip, socket, confirmed_after_ms: null });
  await addToTally(effect.change, event, "welds");
  await setSocket(effect, event, socket, { state: "welded", session: null, trip, cause: "welded" });
  await enterWeld(effect, event, compound);
}

/** Tried again after a cut: the same session goes on. */
export async function rearmed(effect: Effect, event: Of<"charging.rearmed">): Promise<void> {
  const { socket, session } = event.data;
  await setSocket(effect, event, socket, { state: "charging", session, trip: null, cause: null });
}

/** The confirmation travels in another class and may come before the cut that it confirms: the trip's row waits for both. */
export async function opened(effect: Effect, event: Of<"charging.opened">): Promise<void> {
  const { trip, socket, confirmed_after_ms } = event.data;
  await knowTrip(effect, event, { trip, socket, confirmed_after_ms });
  const entry = await effect.change
    .selectFrom("entry")
    .select("id")
    .where("gateway", "=", event.gateway)
    .where("trip", "=", trip)
    .executeTakeFirst();
  if (entry !== undefined) effect.marks.add({ kind: "entry", id: entry.id });
}

export async function knowTrip(effect: Effect, event: Happening, row: Omit<Row<"trip">, "gateway">): Promise<void> {
  await effect.change
    .insertInto("trip")
    .values({ gateway: event.gateway, ...row })
    .onConflict((conflict) => {
      const same = conflict.columns(["gateway", "trip"]);
      return row.confirmed_after_ms === null ? same.doNothing() : same.doUpdateSet({ confirmed_after_ms: row.confirmed_after_ms });
    })
    .execute();
}

export async function latchReset(effect: Effect, event: Of<"charging.latch-reset">): Promise<void> {
  await setSocket(effect, event, event.data.socket, { state: "idle", session: null, trip: null, cause: null });
}

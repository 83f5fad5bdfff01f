// Sheds: opened as a whole, read or not, reset by a person. Whatever stream brought it, the newest fact about each part of a shed is its state.

import type { Compound } from "#cloud/ledger/hazards.ts";
import { enterContactor, enterLeak, enterShed } from "#cloud/ledger/shed-entries.ts";
import type { Effect, Happening, Origin } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import { isNewer, type Moment, momentOf, momentText } from "#cloud/store/order.ts";
import type { Row } from "#cloud/store/schema.ts";
import { knowTrip, setSocket } from "./charging.ts";
import type { Of } from "./events.ts";

interface ShedInput {
  readonly of: string;
  readonly state: "clear" | "active" | "silent";
  readonly stamp: string;
}
export const inputsOf = (row: Pick<Row<"shed">, "inputs">): Record<string, ShedInput> =>
  JSON.parse(row.inputs) as Record<string, ShedInput>;

const fresh = {
  ...{ name: "", stations: "[]", state: "unknown", cause: null, source: null, trip: null, since: null, stamp: null },
  ...{ contactor: "unknown", contactor_stamp: null, leaking: 0, leaking_stamp: null, inputs: "{}" },
};

/** From gateway.started: what stands there, and what it is called. */
export async function knowShed(
  effect: Effect,
  origin: Origin,
  named: { readonly id: string; readonly name: string; readonly stations: readonly string[] },
): Promise<void> {
  const { site, gateway } = origin;
  const told = { name: named.name, stations: JSON.stringify(named.stations) };
  await effect.change
    .insertInto("shed")
    .values({ ...fresh, ...told, site, gateway, shed: named.id })
    .onConflict((conflict) => conflict.columns(["site", "gateway", "shed"]).doUpdateSet(told))
    .execute();
  effect.marks.add({ kind: "shed", site, gateway, id: named.id });
}

async function rowOf(effect: Effect, { site, gateway }: Origin, shed: string): Promise<Row<"shed">> {
  await effect.change
    .insertInto("shed")
    .values({ ...fresh, name: shed, site, gateway, shed })
    .onConflict((conflict) => conflict.columns(["site", "gateway", "shed"]).doNothing())
    .execute();
  return effect.change
    .selectFrom("shed")
    .selectAll()
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("shed", "=", shed)
    .executeTakeFirstOrThrow();
}

async function change(effect: Effect, row: Row<"shed">, set: Partial<Row<"shed">>): Promise<void> {
  const { site, gateway, shed } = row;
  await effect.change
    .updateTable("shed")
    .set(set)
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("shed", "=", shed)
    .execute();
  effect.marks.add({ kind: "shed", site, gateway, id: shed });
}

const newer = (at: Moment, stamp: string | null): boolean => isNewer(at, momentOf(stamp));

async function contactorIs(effect: Effect, event: Happening, shed: string, contactor: string): Promise<void> {
  const row = await rowOf(effect, event, shed);
  if (newer(event.at, row.contactor_stamp)) await change(effect, row, { contactor, contactor_stamp: momentText(event.at) });
}

export async function tripped(effect: Effect, event: Of<"shed.tripped">, compound: Compound): Promise<void> {
  const { shed, trip, cause, source, latched, contactor } = event.data;
  await knowTrip(effect, event, { trip, socket: shed, confirmed_after_ms: null });
  const row = await rowOf(effect, event, shed);
  if (newer(event.at, row.stamp)) {
    const state = latched ? "latched" : "blind";
    await change(effect, row, { state, cause, source, trip, since: event.at.wall, stamp: momentText(event.at) });
    await noteLabels(effect, event, [{ place: "shed.since", key: shed }]);
  }
  if (contactor === "none") await contactorIs(effect, event, shed, "none");
  await enterShed(effect, event, compound);
}

/** A person has reset it, or it is read again: whatever its trip had cut is no longer cut by it. */
export async function serves(effect: Effect, event: Of<"shed.reset"> | Of<"shed.sighted">): Promise<void> {
  const { shed, trip } = event.data;
  const { site, gateway } = event;
  const row = await rowOf(effect, event, shed);
  const idle = { state: "serving", cause: null, source: null, trip: null, since: event.at.wall, stamp: momentText(event.at) };
  if (newer(event.at, row.stamp)) {
    await change(effect, row, idle);
    await noteLabels(effect, event, [{ place: "shed.since", key: shed }]);
  }
  if (event.type === "shed.reset" && row.contactor === "stuck") await contactorIs(effect, event, shed, "well");
  const cut = await effect.change
    .selectFrom("socket")
    .select("socket")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("state", "=", "cut")
    .where("cause", "=", "shed")
    .where((eb) => eb.or([eb("trip", "=", trip), eb("station", "in", [...stationsOf(row), ""])]))
    .execute();
  for (const { socket } of cut) await setSocket(effect, event, socket, { state: "idle", session: null, trip: null, cause: null });
}

const stationsOf = (row: Pick<Row<"shed">, "stations">): string[] => JSON.parse(row.stations) as string[];

/** Whether this trip of a shed is over, by a fact that is newer than this one: its sockets' own cut-offs may come later than the reset. */
export async function isOver(effect: Effect, event: Happening, socket: string): Promise<boolean> {
  const station = socket.slice(0, socket.lastIndexOf("/"));
  const rows = await effect.change
    .selectFrom("shed")
    .selectAll()
    .where("site", "=", event.site)
    .where("gateway", "=", event.gateway)
    .where("state", "=", "serving")
    .execute();
  const own = rows.find((row) => stationsOf(row).includes(station));
  const moment = momentOf(own?.stamp ?? null);
  return moment !== undefined && isNewer(moment, event.at);
}

export async function opened(effect: Effect, event: Of<"shed.opened">): Promise<void> {
  const { trip, shed, confirmed_after_ms } = event.data;
  await knowTrip(effect, event, { trip, socket: shed, confirmed_after_ms });
  const entry = await effect.change
    .selectFrom("entry")
    .select("id")
    .where("gateway", "=", event.gateway)
    .where("trip", "=", trip)
    .executeTakeFirst();
  if (entry !== undefined) effect.marks.add({ kind: "entry", id: entry.id });
}

export async function input(effect: Effect, event: Of<"shed.input"> | Of<"shed.input-silent"> | Of<"shed.input-answers">): Promise<void> {
  const { shed, input: name, of } = event.data;
  const row = await rowOf(effect, event, shed);
  const inputs = inputsOf(row);
  const known = inputs[name];
  if (known !== undefined && !newer(event.at, known.stamp)) return;
  const state = event.type === "shed.input-silent" ? "silent" : event.data.active ? "active" : "clear";
  await change(effect, row, { inputs: JSON.stringify({ ...inputs, [name]: { of, state, stamp: momentText(event.at) } }) });
}

export async function leaking(effect: Effect, event: Of<"shed.leaking"> | Of<"shed.leakage-over">, compound: Compound): Promise<void> {
  const row = await rowOf(effect, event, event.data.shed);
  if (newer(event.at, row.leaking_stamp))
    await change(effect, row, { leaking: event.type === "shed.leaking" ? 1 : 0, leaking_stamp: momentText(event.at) });
  if (event.type === "shed.leaking") await enterLeak(effect, event, compound);
}

export async function stuck(effect: Effect, event: Of<"shed.contactor-stuck">, compound: Compound): Promise<void> {
  await contactorIs(effect, event, event.data.shed, "stuck");
  await enterContactor(effect, event, compound);
}
export const lost = (effect: Effect, event: Of<"shed.contactor-lost">): Promise<void> =>
  contactorIs(effect, event, event.data.shed, "lost");
export const closed = (effect: Effect, event: Of<"shed.contactor-closed">): Promise<void> =>
  contactorIs(effect, event, event.data.shed, "well");

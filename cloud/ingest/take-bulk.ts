// A batch of telemetry: its points in the telemetry store, its number in the relational one, its sockets known.
import type { Effect, Origin } from "#cloud/store/happening.ts";
import { often } from "#cloud/store/often.ts";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { isId } from "#protocols/vocabulary/ids.ts";
import { knowSocket } from "./effects/charging.ts";
import { readingsGaps } from "./effects/gaps.ts";
import { heardOf } from "./effects/gateways.ts";
import type { ReadBulk } from "./read-batch.ts";
import { changingOf, type Rooms } from "./rooms.ts";
import { hashOf, type Outcome, type Place, takeIn } from "./take-in.ts";

/** Telemetry first: its points may be written twice without harm, its number only once both are there. Other content under a known key is not written at all. */
export async function takeBulk(rooms: Rooms, place: Place, batch: ReadBulk): Promise<Outcome> {
  if ((await hashOf(rooms.store.read, place, batch.seq)) === undefined) await writePoints(rooms, place, batch);
  const { seq, hash, poison, text } = batch;
  const item = { seq, hash, poison, payload: () => text };
  return changingOf(rooms, place, async (effect) => {
    const taken = await takeIn(effect, { place, items: [item] }, () => measured(effect, place, batch));
    await heardOf(effect, { ...place, at: place.received });
    return taken;
  });
}

/** Under their own gateway, whatever their tags say. */
export function writePoints({ telemetry }: Rooms, { site, gateway }: Origin, { points }: ReadBulk): Promise<void> {
  const own = ownTags.get(`${site}/${gateway}`) ?? new WeakMap();
  ownTags.set(`${site}/${gateway}`, own);
  return telemetry.write(
    points.map(({ measurement, tags, quality, fields, time_ns }) => {
      const known = own.get(tags) ?? { ...tags, site, gateway };
      own.set(tags, known);
      return { measurement, tags: known, quality, fields, time_ns };
    }),
  );
}

/** Of each gateway: the tags as it says them (one object for the same ones, KnownHeads) and as they are kept. */
const ownTags = new Map<string, WeakMap<TelemetryPoint["tags"], TelemetryPoint["tags"]>>();

const socketsOf = often((db, { site, gateway }: { site: string; gateway: string }) =>
  db.selectFrom("socket").select("socket").where("site", "=", site).where("gateway", "=", gateway),
);

const socketNames = new WeakMap<TelemetryPoint["tags"], string | undefined>();
/** undefined: not a socket of ours. The same tags are mostly the same object. */
function socketOf(tags: TelemetryPoint["tags"]): string | undefined {
  if (socketNames.has(tags)) return socketNames.get(tags);
  const sound = isId(tags.station ?? "") && /^[1-9][0-9]{0,2}$/.test(tags.socket ?? "");
  const name = sound ? `${tags.station}/${tags.socket}` : undefined;
  socketNames.set(tags, name);
  return name;
}

/** What was lost before it is written down. The sockets that were measured: made known if they are new. They and their sheds are shown if this is news and no history. */
export async function measured(effect: Effect, place: Origin & { readonly received: number }, batch: ReadBulk): Promise<void> {
  await readingsGaps(effect, place, batch.gaps);
  const sockets = new Set<string>();
  for (const { measurement, tags } of batch.points) {
    const socket = measurement === "socket" ? socketOf(tags) : undefined;
    if (socket !== undefined) sockets.add(socket);
  }
  const { site, gateway } = place;
  const known = sockets.size === 0 ? [] : await socketsOf(effect.change, { site, gateway });
  const names = new Set(known.map(({ socket }) => socket));
  for (const socket of sockets) {
    if (!names.has(socket)) await knowSocket(effect, place, socket);
    if (!batch.historical) effect.marks.add({ kind: "socket", site, gateway, id: socket });
  }
  if (batch.historical) return;
  for (const { measurement, tags } of batch.points)
    if (measurement === "shed" && isId(tags.shed ?? ""))
      effect.marks.add({ kind: "shed", site: place.site, gateway: place.gateway, id: tags.shed ?? "" });
}

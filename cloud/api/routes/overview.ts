// GET /api/v1/overview: everything the first screen needs, with the position from which the live stream goes on.

import type { Acting } from "#cloud/identity/people.ts";
import { nowhere, type Scope, sees } from "#cloud/identity/scope.ts";
import { hazardView } from "#cloud/views/hazards.ts";
import { forPerson, maskEvent, maskLane, maySeePlates } from "#cloud/views/present.ts";
import { entryRows, withSteps } from "#cloud/views/reading.ts";
import { shedView } from "#cloud/views/sheds.ts";
import { socketView } from "#cloud/views/sockets.ts";
import { alarmView, countsView, entryView, eventView, gatewayViews, laneView } from "#cloud/views/views.ts";
import { time } from "#cloud/views/words.ts";
import { Overview } from "#protocols/api/views.ts";
import { everyRole, personOf } from "../access.ts";
import { mayRead, type Readable } from "../rights.ts";
import type { Routes } from "../server.ts";
import type { Surroundings } from "../surroundings.ts";

/** A first screen, not an archive: older ones are found in their own lists. */
const most = { alarms: 200, entries: 100, hazards: 50, events: 100 } as const;

export const overviewRoutes: Routes = (server, surroundings) => {
  server.get("/api/v1/overview", { ...everyRole, schema: { response: { 200: Overview } } }, async (request) =>
    readOverview(surroundings, personOf(request), request.scope),
  );
};

/** What a role may not read on its own route is not here either: its part is empty. */
async function readOverview(
  { store, telemetry, live, now, demonstration, sites }: Surroundings,
  person: Acting,
  scope: Scope,
): Promise<Overview> {
  const part = (what: Readable): Scope => (mayRead(person.role, what) ? scope : nowhere);
  const [operations, alarming, listed, ledger] = (["operations", "alarms", "entries", "hazards"] as const).map(part) as [
    Scope,
    Scope,
    Scope,
    Scope,
  ];
  const { read } = store;
  // Taken first: what changes while we read is told again by the stream, and telling twice does no harm.
  live.expect();
  const stream_id = live.ring.position;
  const at = now();
  const plates = maySeePlates(person.role);
  const lanes = (
    await read
      .selectFrom("lane")
      .selectAll()
      .$if(!operations.all, (q) => q.where("site", "in", operations.sites))
      .orderBy("site")
      .orderBy("lane")
      .execute()
  ).map(laneView);
  const sockets = await read
    .selectFrom("socket")
    .selectAll()
    .$if(!operations.all, (q) => q.where("site", "in", operations.sites))
    .orderBy("site")
    .orderBy("station")
    .orderBy("number")
    .execute();
  const sheds = await read
    .selectFrom("shed")
    .selectAll()
    .$if(!operations.all, (q) => q.where("site", "in", operations.sites))
    .orderBy("site")
    .orderBy("shed")
    .execute();
  const alarms = await read
    .selectFrom("alarm")
    .selectAll()
    .where("open", "=", 1)
    .$if(!alarming.all, (q) => q.where("site", "in", alarming.sites))
    .orderBy("priority")
    .orderBy("last_at", "desc")
    .limit(most.alarms)
    .execute();
  const entries = await entryRows(read, listed).orderBy("entry.at", "desc").limit(most.entries).execute();
  const hazards = await withSteps(
    read,
    await read
      .selectFrom("hazard")
      .selectAll()
      .$if(!ledger.all, (q) => q.where("site", "in", ledger.sites))
      .orderBy("found_at", "desc")
      .limit(most.hazards)
      .execute(),
  );
  const events = (
    await read
      .selectFrom("event")
      .selectAll()
      .$if(!operations.all, (q) => q.where("site", "in", operations.sites))
      .orderBy("ordinal", "desc")
      .limit(most.events)
      .execute()
  ).map(eventView);
  return {
    now: time(at),
    demonstration,
    stream_id,
    sites: sites.filter(({ id }) => sees(scope, id)),
    gateways: (await gatewayViews(read)).filter(({ site }) => sees(operations, site)),
    lanes: plates ? lanes : lanes.map(maskLane),
    sockets: await Promise.all(sockets.map((row) => socketView(telemetry, row, at))),
    sheds: await Promise.all(sheds.map((row) => shedView(telemetry, row, at))),
    alarms: alarms.map(alarmView),
    entries: entries.map(entryView),
    hazards: hazards.map((parts) => forPerson(hazardView(parts, at), parts.row, person)),
    events: plates ? events : events.map(maskEvent),
    counts: await countsView(read, scope),
  };
}

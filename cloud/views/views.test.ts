// What the API answers is what protocols/api/views.ts promises: every GET route, with rows in every list, for every role; and so is what the live stream says.

import Type, { type TSchema } from "typebox";
import Value from "typebox/value";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi, tellEverything } from "#cloud/api/api-for-tests.ts";
import {
  AlarmView,
  Counts,
  EventView,
  GatewayView,
  HazardView,
  LaneView,
  Overview,
  PersonView,
  PropertyEntryView,
  roles,
  ShedView,
  SocketView,
} from "#protocols/api/views.ts";
import { counted } from "#test/promise.ts";

let api: TestApi;
let hazard = "";
beforeAll(async () => {
  api = await openTestApi();
  await tellEverything(api.cloud);
  hazard = (await api.cloud.store.read.selectFrom("hazard").select("id").executeTakeFirstOrThrow()).id;
  const dispatch = { action: "dispatch", note: "请整改", responsible: "锦绣物业" };
  await api.ask("street-officer", { method: "POST", url: `/api/v1/hazards/${hazard}/transitions`, payload: dispatch });
  const alarm = (await api.cloud.store.read.selectFrom("alarm").select("id").executeTakeFirstOrThrow()).id;
  await api.ask("booth", { method: "POST", url: `/api/v1/alarms/${alarm}/acknowledge` });
  await api.live.settled();
});
afterAll(() => api?.close());

/** The first thing in which a value is not as described, or "as described". */
function held(schema: TSchema, value: unknown): string {
  if (Value.Check(schema, value)) return "as described";
  const [first] = Value.Errors(schema, value);
  return `${first?.instancePath ?? ""}: ${first?.message ?? ""}`;
}

const page = (item: TSchema) =>
  Type.Object(
    { items: Type.Array(item, { minItems: 1 }), next: Type.Union([Type.String(), Type.Null()]) },
    { additionalProperties: false },
  );
const rows = (item: TSchema) => Type.Array(item, { minItems: 1 });

const answers: readonly (readonly [url: string | (() => string), schema: TSchema])[] = [
  ["/api/v1/overview", Overview],
  ["/api/v1/people", rows(PersonView)],
  ["/api/v1/session", PersonView],
  ["/api/v1/lanes", rows(LaneView)],
  ["/api/v1/sockets", rows(SocketView)],
  ["/api/v1/alarms", page(AlarmView)],
  ["/api/v1/alarms?state=all", page(AlarmView)],
  ["/api/v1/entries", page(PropertyEntryView)],
  ["/api/v1/hazards", page(HazardView)],
  [() => `/api/v1/hazards/${hazard}`, HazardView],
  ["/api/v1/events?limit=500", page(EventView)],
  ["/api/v1/counts", Counts],
];
test("every answer is as the contract describes it, for every role", async (context) => {
  let checked = 0;
  for (const role of roles)
    for (const [where, schema] of answers) {
      const url = typeof where === "string" ? where : where();
      const answer = await api.ask(role, { method: "GET", url });
      // Who may read what is held by the matrix.
      if (answer.statusCode === 403) continue;
      expect(answer.statusCode, url).toBe(200);
      expect(held(schema, answer.json()), `${url} for ${role}`).toBe("as described");
      checked += 1;
    }
  counted(context, { answers: checked });
});

test("answers without a view of their own are as their own route describes them", async () => {
  const described = (await api.server.inject({ method: "GET", url: "/openapi.json" })).json() as {
    paths: Record<string, { get?: { responses?: Record<string, { content?: Record<string, { schema: TSchema }> }> } }>;
  };
  const urls = [
    "/api/v1/visits",
    "/api/v1/dead-letters",
    "/api/v1/telemetry?site=jinxiu&socket=station-1/1&field=current_mA&from=2026-11-25T00:00:00Z&to=2026-11-26T00:00:00Z",
  ];
  for (const url of urls) {
    const answer = (await api.ask("property-manager", { method: "GET", url })).json();
    const schema = described.paths[url.split("?")[0] ?? ""]?.get?.responses?.["200"]?.content?.["application/json"]?.schema;
    expect(schema, url).toBeDefined();
    expect(held(schema ?? Type.Never(), answer), url).toBe("as described");
    expect((Array.isArray(answer) ? answer : (answer.items ?? answer.samples)).length, url).toBeGreaterThan(0);
  }
});

test("the overview has something of everything, and its numbers agree with the lists", async () => {
  const overview = (await api.ask("street-officer", { method: "GET", url: "/api/v1/overview" })).json() as Overview;
  for (const key of ["sites", "gateways", "lanes", "sockets", "alarms", "entries", "hazards", "events"] as const)
    expect(overview[key].length, key).toBeGreaterThan(0);
  expect(overview).toMatchObject({ demonstration: true, now: "2026-11-25T12:00:00.000+08:00", stream_id: api.live.ring.position });
  expect(overview.gateways).toMatchObject([{ site: "jinxiu", gateway: "gw-1", state: "online", behind: 0 }]);
  expect(overview.counts).toMatchObject({
    passages: 1,
    openings: 1,
    visits: 1,
    bills: 1,
    cutoffs: 4,
    welds: 1,
    dead_letters: 2,
    missing: 0,
  });
  // The newest hundred.
  expect(overview.events.length).toBe(Math.min(100, overview.counts.events));
  expect(overview.sockets.find(({ id }) => id === "station-1/1")).toMatchObject({
    voltage_mV: 226_000,
    current_mA: 2_150,
    quality: "good",
  });
  expect(overview.hazards.find(({ id }) => id === hazard)?.steps.map(({ action }) => action)).toEqual(["found", "dispatch"]);
});

const views: Readonly<Record<string, TSchema>> = {
  gateway: GatewayView,
  lane: LaneView,
  socket: SocketView,
  alarm: AlarmView,
  entry: PropertyEntryView,
  hazard: HazardView,
  event: EventView,
  shed: ShedView,
  counts: Counts,
};
test("every message of the live stream is the view of its kind, and every kind was heard", () => {
  const position = api.live.ring.position;
  let first = position;
  while (api.live.ring.after(first - 1) !== undefined) first -= 1;
  const messages = api.live.ring.after(first) ?? [];
  for (const { message } of messages) expect(held(views[message.kind] ?? Type.Never(), message.view), message.kind).toBe("as described");
  expect(new Set(messages.map(({ message }) => message.kind))).toEqual(new Set(Object.keys(views)));
});

test.each([
  [
    "street-officer",
    [
      ...["archive-false-alarm", "comment", "control", "correct", "fund", "list", "merge", "pause", "propose-major", "publish"],
      ...["record", "spend", "transfer"],
    ],
  ],
  ["property-manager", ["comment", "control", "fund", "receive", "return", "spend"]],
  ["booth", []],
  ["administrator", []],
] as const)("a dispatched hazard offers %s: %j", async (role, actions) => {
  const view = (await api.ask(role, { method: "GET", url: `/api/v1/hazards/${hazard}` })).json() as HazardView;
  expect([...view.actions].sort()).toEqual([...actions]);
});

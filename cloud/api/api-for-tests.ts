// The API for tests: real stores with the whole story told, one person of every role, and sign-ins that are made by signing in.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { openCommandKey } from "#cloud/commands/key.ts";
import { sourceOf } from "#cloud/detectors/sources.ts";
import { openAuthority } from "#cloud/enrolment/authority.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import { openTree } from "#cloud/identity/tree.ts";
import { requeue } from "#cloud/ingest/requeue.ts";
import { compound, openTestCloud, point, type TestCloud, Voice } from "#cloud/ingest/room-for-tests.ts";
import { cutOf, examples } from "#cloud/ingest/story-for-tests.ts";
import { takeMessage } from "#cloud/ingest/take-message.ts";
import { type Live, startLive } from "#cloud/live/live.ts";
import type { StorePlace } from "#cloud/store/store.ts";
import { type Role, roles } from "#protocols/api/views.ts";
import type { EventType } from "#protocols/uplink/events.ts";
import { buildServer, type RouteRow, type Server } from "./server.ts";
import type { Surroundings } from "./surroundings.ts";

/** One person of each role; the id is the role's name. */
export const people = roles.map((role) => ({ id: role, name: `${role} 某`, role, organisation: "演示单位", area: compound.id }));

/** One that has just delivered; the notifier itself is tried in cloud/notify. */
const delivered = {
  ...{ id: "delivery-1", channel: "robot", site: "", kind: "test", priority: 4, state: "delivered", notices: "[]" },
  message: JSON.stringify({ id: "delivery-1", told: [] }),
  ...{ made_at: 0, tries: 1, next_at: 0, ended_at: 0, detail: "status 200" },
};
const oneChannel: Surroundings["notifier"] = {
  channels: [
    {
      ...{ id: "robot", name: "值班群", kind: "wecom", up_to: 4, recovery: true, hourly: 10, inside: false, sites: [compound.id] },
      target: { url: "https://qyapi.weixin.qq.com/x?key=1234" },
    },
  ],
  test: async () => delivered,
  onDuty: () => true,
};

export const platformToken = "0123456789abcdef0123456789abcdef";
const onePlatform = sourceOf(
  {
    ...{ id: "operator-1", site: compound.id, form: "platform" },
    detectors: [
      { id: "smoke-9-1", name: "9栋1单元烟感", imei: "860000000000001", zone: "building-9", silent_h: 26 },
      { id: "smoke-9-2", name: "9栋2单元烟感", imei: "860000000000002", silent_h: 26 },
    ],
  },
  platformToken,
);

export interface TestApi {
  readonly cloud: TestCloud;
  readonly live: Live;
  readonly server: Server;
  readonly routes: readonly RouteRow[];
  readonly surroundings: Surroundings;
  /** Signs in as this role's person and gives the cookie. */
  cookieOf(role: Role): Promise<string>;
  /** The clock has gone on: everybody signs in anew. */
  forgetCookies(): void;
  /** A request of our own page: with its header, and signed in as `role`. */
  ask(role: Role | undefined, request: InjectOptions): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

export async function openTestApi(options: { place?: StorePlace | undefined; given?: Partial<Surroundings> } = {}): Promise<TestApi> {
  const inner = await openTestCloud(options.place);
  const { store, telemetry, clock } = inner;
  const { log } = inner.rooms;
  const now = (): number => clock.now;
  const live = startLive({ store, telemetry, now, log });
  // Somebody always watches a test.
  live.expect();
  const rooms = { ...inner.rooms, committed: live.show };
  const cloud: TestCloud = { ...inner, rooms, take: (topic, payload) => takeMessage(rooms, topic, Buffer.from(payload)) };
  await syncPeople(store, people);
  const surroundings: Surroundings = {
    ...{ store, telemetry, live, now, log, demonstration: true, tls: false, web: undefined, publicUrl: "https://cuobian.example" },
    commands: {
      key: openCommandKey(mkdtempSync(join(tmpdir(), "cuobian-key-"))),
      wake: () => undefined,
      knows: ({ gateway }) => gateway === "gw-1",
    },
    enrolment: { authority: openAuthority(mkdtempSync(join(tmpdir(), "cuobian-ca-")), now()), changed: async () => undefined },
    requeue: (asked) => requeue(rooms, asked),
    notifier: oneChannel,
    detectors: [onePlatform],
    videos: [
      { site: compound.id, name: "1号棚球机", url: "https://nvr.example.cn/live/3", sources: ["shed-1", "panel-1/1.1"] },
      { site: "elsewhere", name: "别处", url: "https://nvr.example.cn/live/9" },
    ],
    sites: [{ id: compound.id, name: compound.name }],
    tree: openTree([], [compound]),
    compounds: [compound],
    checks: async () => [{ name: "store", ok: true }],
    metrics: async () => ({ contentType: "text/plain; charset=utf-8", text: "cuobian_cloud_events 1\n" }),
    ...options.given,
  };
  const { server, routes } = await buildServer(surroundings);
  const cookies = new Map<Role, string>();
  const api: TestApi = {
    ...{ cloud, live, server, routes, surroundings },
    async cookieOf(role) {
      const known = cookies.get(role);
      if (known !== undefined) return known;
      const answer = await server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload: { person: role } });
      const cookie = cookieIn(answer);
      cookies.set(role, cookie);
      return cookie;
    },
    forgetCookies: () => cookies.clear(),
    async ask(role, request) {
      const signedIn = role === undefined ? {} : { cookie: await api.cookieOf(role) };
      return server.inject({ ...request, headers: { ...ours, ...signedIn, ...request.headers } });
    },
    async close() {
      await server.close();
      await live.settled();
      await inner.close();
    },
  };
  return api;
}

/** What the page sends with every request. */
export const ours = { "x-cuobian": "1" } as const;

/** "sid=…" of an answer that sets it; empty if it does not. */
export function cookieIn({ cookies }: LightMyRequestResponse): string {
  const found = cookies.find(({ name }) => name === "sid" || name === "__Host-sid");
  return found === undefined ? "" : `${found.name}=${found.value}`;
}

/** Every event type once, some measurements, a third cut, a poisoned event and a message that is none: every list has rows. */
export async function tellEverything(cloud: TestCloud): Promise<Voice> {
  const voice = new Voice();
  const told = Object.entries(examples).map(([type, data], n) => voice.say(type as EventType, data as never, n * 1_000));
  await voice.tell(cloud, told);
  const cuts = [1, 2, 3].map((n) => voice.say("charging.cut", cutOf(`trip-${n}-again`, "station-1/5"), 60_000 * n));
  await voice.tell(cloud, cuts);
  const poison = voice.say("station.answers", { station: "station-1" });
  await voice.tell(cloud, [{ ...poison, event: { ...poison.event, type: "nobody.knows" } }]);
  for (const { topic, payload } of [
    voice.status("online"),
    voice.measured([point("station-1/1", 0, { voltage_mV: 226_000, current_mA: 2_150, power_mW: 468_000, relay_closed: 1 })]),
    { ...voice.message([poison]), payload: "{" },
  ])
    await cloud.take(topic, payload);
  return voice;
}

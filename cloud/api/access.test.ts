// Who may call what: every route of the server, every role, and whoever is not signed in or comes from a foreign page.
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardRoutes } from "./access.ts";
import { openTestApi, type TestApi, tellEverything } from "./api-for-tests.ts";
import { payloadsForTests } from "./ledger-for-tests.ts";

let api: TestApi;
const ids = { alarm: "", entry: "", hazard: "", letter: "" };
beforeAll(async () => {
  api = await openTestApi();
  await tellEverything(api.cloud);
  const { read } = api.cloud.store;
  ids.alarm = (await read.selectFrom("alarm").select("id").executeTakeFirstOrThrow()).id;
  ids.entry = (await read.selectFrom("entry").select("id").executeTakeFirstOrThrow()).id;
  ids.letter = String((await read.selectFrom("dead_letter").select("id").executeTakeFirstOrThrow()).id);
  ids.hazard = (await read.selectFrom("hazard").select("id").executeTakeFirstOrThrow()).id;
});
afterAll(() => api?.close());

test("a route that does not say who may call it is no route", () => {
  const server = Fastify();
  guardRoutes(server, api.surroundings, { check: () => undefined });
  expect(() => server.get("/api/v1/forgotten", async () => "everything")).toThrow("does not say who may call it");
});

const tariff = readFileSync(new URL("../../tariffs/demonstration.yaml", import.meta.url), "utf8");
const bodies: Readonly<Record<string, object>> = {
  "POST /api/v1/session": { person: "booth" },
  "POST /api/v1/entries/:id/handle": { note: "已处理" },
  "POST /api/v1/commands": { site: "jinxiu", gateway: "gw-1", action: "gate.open", args: { lane: "east-in" }, reason: "访客登记" },
  "POST /api/v1/tariffs/quote": { tariff, enter: "2026-11-25 08:11", exit: "2026-11-25 12:03" },
  "POST /api/v1/tariffs/check": { tariff },
  "POST /api/v1/tariffs/diff": { before: tariff, after: tariff },
  "POST /api/v1/tariffs/explain": { tariff },
  ...payloadsForTests,
};

function addressOf(url: string): string {
  const id = url.includes("dead-letters")
    ? ids.letter
    : url.includes("alarms")
      ? ids.alarm
      : url.includes("entries")
        ? ids.entry
        : ids.hazard;
  return url.replace(":id", id) + (url === "/api/v1/telemetry" ? "?site=jinxiu&socket=station-1/1&field=current_mA" : "");
}

test("a route with a token of its own is shut without it, whoever's cookie comes along", async () => {
  const own = api.routes.filter(({ ownToken }) => ownToken === true);
  expect(own.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST /api/v1/detectors/reports"]);
  for (const { url } of own)
    for (const authorization of [{}, { authorization: "Bearer nobody-s-token-nobody-s-token" }]) {
      const headers = { cookie: await api.cookieOf("property-manager"), "x-cuobian": "1", ...authorization };
      expect((await api.server.inject({ method: "POST", url, headers, payload: [{ imei: "1" }] })).statusCode).toBe(401);
    }
});

describe("a change that is not asked for by our own page", () => {
  const foreign: readonly (readonly [name: string, headers: Record<string, string>, stops: boolean])[] = [
    ["our header, no origin (curl)", { "x-cuobian": "1" }, false],
    ["our header, our origin", { "x-cuobian": "1", origin: "http://cuobian.example" }, false],
    ["no header", {}, true],
    ["no header, our origin", { origin: "http://cuobian.example" }, true],
    ["another header's value", { "x-cuobian": "yes" }, true],
    ["a foreign origin", { "x-cuobian": "1", origin: "https://evil.example" }, true],
    ["an origin that begins like ours", { "x-cuobian": "1", origin: "http://cuobian.example.evil.example" }, true],
    ["our name on another port", { "x-cuobian": "1", origin: "http://cuobian.example:8080" }, true],
    ["a page without an origin (null)", { "x-cuobian": "1", origin: "null" }, true],
  ];
  test.each(foreign)("%s", async (_, headers, stops) => {
    // What has a token of its own hears no cookie: a foreign page has nothing to abuse there.
    const changing = api.routes
      .filter(({ method, ownToken }) => !["GET", "HEAD"].includes(method) && ownToken !== true)
      .map(({ method, url }) => `${method} ${url}`);
    expect(changing.length).toBeGreaterThan(11);
    for (const name of changing) {
      const [method, url = ""] = name.split(" ");
      const payload = bodies[name];
      const cookie = url === "/api/v1/session" ? "sid=none" : await api.cookieOf("property-manager");
      const answer = await api.server.inject({
        ...{ method: method as "POST", url: addressOf(url), headers: { host: "cuobian.example", cookie, ...headers } },
        ...(payload === undefined ? {} : { payload }),
      });
      expect(answer.body.includes("foreign-page"), `${name}: ${answer.statusCode}`).toBe(stops);
      if (stops) expect(answer.statusCode).toBe(403);
    }
  });
});

test.each([
  ["GET", "/api/v1/nothing", 404],
  ["GET", "/", 404],
  ["POST", "/api/v1/overview", 404],
  ["DELETE", "/api/v1/alarms", 404],
  ["GET", "/api/v1/hazards/nobody", 404],
  ["POST", "/api/v1/alarms/nobody/acknowledge", 404],
] as const)("%s %s: %d, and nothing else is told", async (method, url, status) => {
  const answer = await api.ask("property-manager", { method, url });
  expect([answer.statusCode, answer.json().status]).toEqual([status, status]);
});

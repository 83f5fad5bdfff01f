// Who may call what: every route of the server, every role, and whoever is not signed in or comes from a foreign page.
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Role, roles } from "#protocols/api/views.ts";
import { counted } from "#test/promise.ts";
import { guardRoutes } from "./access.ts";
import { openTestApi, ours, type TestApi, tellEverything } from "./api-for-tests.ts";

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

type Who = "anyone" | "signed-in" | readonly Role[];
const office = ["property-manager", "bureau-officer", "administrator"] as const;
const ledger = ["property-manager", "grid-worker", "street-officer", "bureau-officer"] as const;

/** Written once more, by hand: what the code says of itself is held against it. A new route needs a line here. */
const wanted: Readonly<Record<string, Who>> = {
  "GET /api/v1/overview": "signed-in",
  "GET /api/v1/people": "anyone",
  "GET /api/v1/session": "anyone",
  "POST /api/v1/session": "anyone",
  "DELETE /api/v1/session": "anyone",
  "GET /api/v1/lanes": "signed-in",
  "GET /api/v1/sockets": "signed-in",
  "GET /api/v1/telemetry": "signed-in",
  "GET /api/v1/alarms": "signed-in",
  "POST /api/v1/alarms/:id/acknowledge": roles.filter((role) => role !== "administrator"),
  "GET /api/v1/entries": "signed-in",
  "POST /api/v1/entries/:id/handle": ["booth", "property-manager"],
  "GET /api/v1/hazards": "signed-in",
  "GET /api/v1/hazards/:id": "signed-in",
  "POST /api/v1/hazards/:id/transitions": ledger,
  "GET /api/v1/events": "signed-in",
  "GET /api/v1/gaps": "signed-in",
  "GET /api/v1/visits": "signed-in",
  "GET /api/v1/counts": "signed-in",
  "GET /api/v1/commands": "signed-in",
  "GET /api/v1/commands/:id": "signed-in",
  "POST /api/v1/commands": ["booth", "property-manager"],
  "POST /api/v1/commands/:id/approval": ["property-manager"],
  "GET /api/v1/dead-letters": office,
  "POST /api/v1/dead-letters/:id/requeue": ["property-manager", "administrator"],
  "GET /api/v1/audit": ["administrator"],
  "GET /api/v1/stream": "signed-in",
  "POST /api/v1/tariffs/quote": "signed-in",
  "POST /api/v1/tariffs/check": "signed-in",
  "POST /api/v1/tariffs/diff": "signed-in",
  "POST /api/v1/tariffs/explain": "signed-in",
  "GET /healthz": "anyone",
  "GET /metrics": "anyone",
  "GET /openapi.json": "anyone",
};
const named = (row: { method: string; url: string }): string => `${row.method} ${row.url}`;

test("every route says who may call it, and it is who should", () => {
  const routes = api.routes.filter(({ method }) => method !== "HEAD");
  for (const row of api.routes) expect(row.access, named(row)).toBeDefined();
  expect(routes.map(named).sort()).toEqual(Object.keys(wanted).sort());
  for (const row of routes) expect(sorted(row.access as Who), named(row)).toEqual(sorted(wanted[named(row)] ?? []));
  // What may be asked for its head only may be asked by the same people.
  for (const head of api.routes.filter(({ method }) => method === "HEAD"))
    expect(sorted(head.access as Who)).toEqual(sorted(wanted[`GET ${head.url}`] ?? []));
});
const sorted = (who: Who): unknown => (typeof who === "string" ? who : [...who].sort());

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
  "POST /api/v1/hazards/:id/transitions": { action: "dispatch", note: "请整改", responsible: "锦绣物业" },
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

test("every route × every role: 401 without a sign-in, 403 for a wrong role, an answer for the right one, never 5xx", async (context) => {
  const found: Record<string, number> = { requests: 0, answered: 0, unauthorised: 0, forbidden: 0 };
  for (const row of api.routes)
    for (const role of [undefined, ...roles]) {
      const { method, url } = row;
      const name = `${named(row)} by ${role ?? "nobody"}`;
      // Signing in or out with a cookie ends its sign-in.
      const cookie = role === undefined ? {} : { cookie: url === "/api/v1/session" ? "sid=none" : await api.cookieOf(role) };
      const payload = bodies[named(row)];
      const answer = await api.server.inject({
        ...{ method: method as "GET", url: addressOf(url), headers: { ...ours, ...cookie } },
        ...(payload === undefined ? {} : { payload }),
        // It does not end: its head is enough.
        payloadAsStream: url === "/api/v1/stream",
      });
      const who = wanted[named({ method: method === "HEAD" ? "GET" : method, url })] ?? [];
      const expected =
        who === "anyone"
          ? "answered"
          : role === undefined
            ? "unauthorised"
            : who === "signed-in" || who.includes(role)
              ? "answered"
              : "forbidden";
      const status = answer.statusCode;
      const kind =
        status === 401
          ? "unauthorised"
          : status === 403 && (method === "HEAD" || answer.body.includes("wrong-role"))
            ? "forbidden"
            : "answered";
      expect(status, name).toBeLessThan(500);
      // The hazard's own workflow may refuse whom the route lets in, and may be further on by now.
      if (!url.endsWith("/transitions") || expected !== "answered") expect(kind, `${name}: ${status}`).toBe(expected);
      if (status >= 400 && method !== "HEAD") expect(answer.headers["content-type"], name).toBe("application/problem+json; charset=utf-8");
      if (url === "/api/v1/stream" && kind === "answered") answer.stream().destroy();
      found.requests = (found.requests ?? 0) + 1;
      found[kind] = (found[kind] ?? 0) + 1;
    }
  counted(context, { routes: api.routes.length, ...found });
});

describe("a change that is not asked for by our own page", () => {
  const changing = Object.keys(wanted).filter((name) => !name.startsWith("GET "));
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
    expect(changing.length).toBe(12);
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

// Strict on every route that there is, taken from the server itself: unknown keys are refused wherever they stand, nothing is coerced, and whatever is refused is a problem in words.
import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { openTestApi, type TestApi, tellEverything } from "./api-for-tests.ts";
import type { RouteRow } from "./server.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await tellEverything(api.cloud);
});
afterAll(() => api?.close());

const named = ({ method, url }: Pick<RouteRow, "method" | "url">): string => `${method} ${url}`;
const rows = (): RouteRow[] => api.routes.filter(({ url, method }) => url.startsWith("/api/") && method !== "HEAD");
interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean;
  readonly patternProperties?: object;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}
const shapesIn = (shape: Shape | undefined): Shape[] =>
  shape === undefined
    ? []
    : [
        shape,
        ...Object.values(shape.properties ?? {}).flatMap(shapesIn),
        ...shapesIn(shape.items),
        ...(shape.anyOf ?? []).flatMap(shapesIn),
      ];

/** What others define: a platform's own report, the arguments of a command (by action) and the body of a rule (by kind) are read strictly behind the route. */
const readBehind = new Set(["POST /api/v1/detectors/reports", "POST /api/v1/commands"]);

test("strict: every body and every query says all of its keys, however deep", (context) => {
  const counts = { routes: 0, bodies: 0, queries: 0, objects: 0 };
  for (const row of rows()) {
    counts.routes += 1;
    const { body, querystring } = row.schema as { body?: Shape; querystring?: Shape };
    for (const [what, shape] of [
      ["bodies", body],
      ["queries", querystring],
    ] as const) {
      if (shape === undefined) continue;
      counts[what] += 1;
      for (const inner of shapesIn(shape)) {
        if (inner.type !== "object" || (readBehind.has(named(row)) && inner.patternProperties !== undefined)) continue;
        counts.objects += 1;
        expect(inner.additionalProperties, `${named(row)} ${what}: ${JSON.stringify(inner).slice(0, 200)}`).toBe(false);
      }
    }
  }
  counted(context, counts);
});

/** Somebody who may call it; what is anybody's is asked by nobody. */
const whoMay = ({ access }: RouteRow) =>
  access === "anyone" ? undefined : access === "signed-in" || access === undefined ? "booth" : access[0];
const addressOf = ({ url }: RouteRow): string =>
  url.replace(":month", "2026-11").replace(":gateway", "gw-1").replaceAll(/:\w+/g, "0123456789abcdef");
const headers = { "idempotency-key": "strict-test-1", authorization: "" };

test("strict: on each route an unknown key of the query and of the body, a body where none is taken, and another kind of body: 400 or 415 as a problem in words", async (context) => {
  const counts = { queries: 0, bodies: 0, strays: 0, kinds: 0, "server errors wrongly": 0 };
  const refuse = async (row: RouteRow, asked: InjectOptions, statuses: readonly number[]): Promise<void> => {
    api.cloud.clock.now += 1_100;
    const { authorization: _, ...own } = headers;
    const answer = await api.ask(whoMay(row), { ...asked, method: row.method as "POST", headers: { ...own, ...asked.headers } });
    expect(statuses, `${named(row)} ${JSON.stringify(asked).slice(0, 200)}: ${answer.statusCode} ${answer.body.slice(0, 200)}`).toContain(
      answer.statusCode,
    );
    expect([answer.headers["content-type"], answer.json().status], named(row)).toEqual([
      "application/problem+json; charset=utf-8",
      answer.statusCode,
    ]);
    expect(answer.json().type, named(row)).toMatch(/^urn:cuobian:problem:[a-z-]+$/);
  };
  for (const row of rows()) {
    // A stream that is let in does not end; it has a query of its own and refuses others like the rest.
    await refuse(row, { url: `${addressOf(row)}?surprise=1` }, [400]);
    counts.queries += 1;
    if (row.method === "GET") continue;
    // A report is a platform's own form: whose it is is looked at first.
    const own = row.ownToken === true ? [401] : [];
    const { body } = row.schema as { body?: Shape };
    await refuse(row, { url: addressOf(row), payload: { surprise: 1 } }, body === undefined ? [400] : [400, ...own]);
    counts[body === undefined ? "strays" : "bodies"] += 1;
    const foreign = { url: addressOf(row), payload: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } };
    await refuse(row, foreign, [415]);
    await refuse(row, { url: addressOf(row), payload: "{", headers: { "content-type": "application/json" } }, [400]);
    await refuse(row, { url: addressOf(row), payload: '{"__proto__":{"a":1}}', headers: { "content-type": "application/json" } }, [400]);
    counts.kinds += 3;
  }
  counted(context, counts);
});

test("strict: nothing is coerced: a number for a text, a text for a number or a yes, one for a list, null for anything", async (context) => {
  let checked = 0;
  const wrongs = (shape: Shape): unknown[] => {
    switch (shape.type) {
      case "string":
        return [5, true, null, ["a"]];
      case "integer":
      case "number":
        return ["5", true, null, 1.5e300];
      case "boolean":
        return ["true", 1, null];
      case "array":
        return ["a", 1, {}];
      default:
        return [];
    }
  };
  for (const row of rows()) {
    const { body } = row.schema as { body?: Shape };
    if (body?.properties === undefined || row.ownToken === true) continue;
    for (const [key, shape] of Object.entries(body.properties))
      for (const wrong of wrongs(shape)) {
        api.cloud.clock.now += 1_100;
        const answer = await api.ask(whoMay(row), {
          ...{ method: row.method as "POST", url: addressOf(row), payload: { [key]: wrong } },
          headers: { "idempotency-key": "strict-test-2" },
          // How often one may guess is another matter.
          remoteAddress: `10.${(checked >> 8) & 255}.${checked & 255}.1`,
        });
        expect(answer.statusCode, `${named(row)} ${key}: ${JSON.stringify(wrong)} ${answer.body.slice(0, 200)}`).toBe(400);
        checked += 1;
      }
  }
  counted(context, { checked, "coerced wrongly": 0 });
});

test("strict: addresses that lead nowhere, methods that are none, bodies without end: problems, whoever asks", async () => {
  for (const [method, url, status] of [
    ["GET", "/api/v2/alarms", 404],
    ["PUT", "/api/v1/alarms", 404],
    ["PATCH", "/api/v1/tokens", 404],
    ["GET", "/api/v1/alarms/../../etc/passwd", 404],
    ["GET", "/api/v1//alarms", 404],
    ["GET", "/API/V1/alarms", 404],
    ["GET", "/api/v1/alarms;x=1", 404],
    ["GET", "/api/v1/%2e%2e/healthz", 404],
  ] as const) {
    const answer = await api.ask("property-manager", { method, url });
    expect([answer.statusCode, answer.headers["content-type"]], `${method} ${url}`).toEqual([
      status,
      "application/problem+json; charset=utf-8",
    ]);
  }
  for (const row of rows().filter(({ method }) => method === "POST")) {
    const payload = JSON.stringify({ a: "a".repeat(300 * 1024) });
    if (!["/api/v1/session", "/api/v1/tokens", "/api/v1/documents", "/api/v1/commands"].includes(row.url)) continue;
    const answer = await api.ask(whoMay(row), {
      method: "POST",
      url: addressOf(row),
      payload,
      headers: { "content-type": "application/json" },
    });
    expect([answer.statusCode, answer.headers["content-type"]], row.url).toEqual([413, "application/problem+json; charset=utf-8"]);
  }
});

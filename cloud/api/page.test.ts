// The page and the probes: nothing outside the page's folder is ever sent, nothing foreign may be loaded, and what watches us learns no plate.
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { card, plate } from "#cloud/ingest/story-for-tests.ts";
import { openTestApi, type TestApi, tellEverything } from "./api-for-tests.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-page-"));
const secret = "the cloud's own secret";
let api: TestApi;
let port = 0;
beforeAll(async () => {
  mkdirSync(join(folder, "web", "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), secret);
  writeFileSync(join(folder, "web", "index.html"), "<!doctype html><title>厝边</title>");
  writeFileSync(join(folder, "web", "assets", "main-4QD5Z2KX.js"), "export {};");
  writeFileSync(join(folder, "web", "assets", "plain.js"), "export {};");
  writeFileSync(join(folder, "web", ".env"), secret);
  mkdirSync(join(folder, "web-of-another"));
  writeFileSync(join(folder, "web-of-another", "index.html"), secret);
  api = await openTestApi({ given: { web: join(folder, "web") } });
  await tellEverything(api.cloud);
  port = Number(new URL(await api.server.listen({ host: "127.0.0.1", port: 0 })).port);
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** By hand: every client library would tidy the path up. */
async function raw(path: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  await once(socket, "close");
  return answer;
}
const statusOf = (answer: string): number => Number(answer.split(" ")[1]);

test.each([
  ["/", 200, "no-cache"],
  ["/index.html", 200, "no-cache"],
  ["/assets/main-4QD5Z2KX.js", 200, "public, max-age=31536000, immutable"],
  ["/assets/plain.js", 200, "no-cache"],
  // What is not there today may be there tomorrow.
  ["/assets/gone-4QD5Z2KX.js", 404, "no-cache"],
  ["/nothing", 404, "no-cache"],
])("%s: %d, %s", async (path, status, cache) => {
  const answer = await api.server.inject({ method: "GET", url: path });
  expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([status, cache]);
});

const tricks = [
  "/../secret.txt",
  "/..%2fsecret.txt",
  "/%2e%2e/secret.txt",
  "/%2e%2e%2fsecret.txt",
  "/%252e%252e/secret.txt",
  "/..%5csecret.txt",
  "/..\\secret.txt",
  "//secret.txt",
  "//../secret.txt",
  "/./../secret.txt",
  "/assets/../../secret.txt",
  "/assets/%2e%2e/%2e%2e/secret.txt",
  "/assets/..%2f..%2fsecret.txt",
  "/assets//..//..//secret.txt",
  "/....//secret.txt",
  "/%c0%ae%c0%ae/secret.txt",
  "/..%00/secret.txt",
  "/index.html%00.txt",
  "/../web-of-another/index.html",
  "/.env",
  "/%2eenv",
  `/${join(folder, "secret.txt")}`,
  `//${join(folder, "secret.txt")}`,
  "//evil.example/%2e%2e",
  "/file:///etc/passwd",
];
test.each(tricks)("%s never leaves the folder", async (path) => {
  const answer = await raw(path);
  expect(answer).not.toContain(secret);
  expect(answer).not.toContain("root:");
  expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
  expect(statusOf(answer)).toBeLessThan(500);
  // Nor is anybody sent elsewhere.
  expect(answer.toLowerCase()).not.toContain("\r\nlocation:");
});

test.each(["/", "/api/v1/session", "/nothing", "/api/v1/overview"])(
  "%s may load nothing foreign and stands in nobody's frame",
  async (url) => {
    const { headers } = await api.server.inject({ method: "GET", url });
    expect(headers["content-security-policy"]).toBe(
      "default-src 'self';img-src 'self' data:;object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "SAMEORIGIN",
      "referrer-policy": "same-origin",
    });
    expect(headers["x-powered-by"]).toBeUndefined();
  },
);

describe("/openapi.json", () => {
  interface Described {
    readonly openapi: string;
    readonly paths: Readonly<Record<string, Readonly<Record<string, { requestBody?: unknown; responses?: Record<string, unknown> }>>>>;
  }

  test("is 3.1 and lists every route, and nothing else", async () => {
    const described = (await api.server.inject({ method: "GET", url: "/openapi.json" })).json() as Described;
    expect(described.openapi).toMatch(/^3\.1\./);
    const listed = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = api.routes
      // Pages for browsers are no interface.
      .filter(({ method, url }) => method !== "HEAD" && url !== "/*" && !url.startsWith("/pub/"))
      .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, "{$1}")}`);
    expect(listed.sort()).toEqual(routes.sort());
    expect(routes.length).toBeGreaterThan(20);
  });

  test("says what each change takes and what each answer is", async () => {
    const { paths } = (await api.server.inject({ method: "GET", url: "/openapi.json" })).json() as Described;
    expect(JSON.stringify(paths["/api/v1/hazards/{id}/transitions"]?.post?.requestBody)).toContain('"additionalProperties":false');
    expect(JSON.stringify(paths["/api/v1/overview"]?.get?.responses?.["200"])).toContain("stream_id");
  });
});

describe("who watches us", () => {
  test.each(["/healthz", "/metrics", "/openapi.json"])("%s holds no plate, no card and no name", async (url) => {
    const answer = await api.server.inject({ method: "GET", url });
    expect(answer.statusCode).toBe(200);
    for (const word of [plate, plate.slice(2), card, "某"]) expect(answer.body).not.toContain(word);
  });

  test("a check that fails is named, with 503", async () => {
    const ill = await openTestApi({
      given: {
        checks: async () => [
          { name: "broker", ok: false },
          { name: "store", ok: true },
        ],
      },
    });
    const answer = await ill.server.inject({ method: "GET", url: "/healthz" });
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      {
        ok: false,
        checks: [
          { name: "broker", ok: false },
          { name: "store", ok: true },
        ],
      },
    ]);
    await ill.close();
  });
});

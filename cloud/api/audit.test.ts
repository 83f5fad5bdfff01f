// What people do through the API is in the audit log: every route that changes something, taken from the server itself; every sign-in; every refusal of a right.
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditActions } from "#cloud/audit/actions.ts";
import { type AuditRow, verifyAudit } from "#cloud/audit/chain.ts";
import { examples, plate } from "#cloud/ingest/story-for-tests.ts";
import type { Role } from "#protocols/api/views.ts";
import { counted } from "#test/promise.ts";
import { cookieIn, openTestApi, ours, type TestApi, tellEverything } from "./api-for-tests.ts";
import { auditRoutes, mostRefusals } from "./audited.ts";
import { ledgerRoutesForTests } from "./ledger-for-tests.ts";

let api: TestApi;
let before = 0;
beforeAll(async () => {
  api = await openTestApi();
  const voice = await tellEverything(api.cloud);
  const items = examples["config.running"].items.map((item) => ({ ...item, kind: "tariff" as const, name: "main" }));
  await voice.tell(api.cloud, [voice.say("config.running", { trial: false, items, troubles: [] }, 500_000)]);
});
afterAll(() => api?.close());
const rowsSince = (): Promise<AuditRow[]> =>
  api.cloud.store.read.selectFrom("audit").selectAll().where("ordinal", ">", before).orderBy("ordinal").execute();
beforeEach(async () => {
  for (const role of ["booth", "property-manager", "street-officer", "administrator"] as const) await api.cookieOf(role);
  before = (await api.cloud.store.read.selectFrom("audit_head").select("ordinal").executeTakeFirstOrThrow()).ordinal;
});

const idIn = async (
  table: "alarm" | "entry" | "hazard" | "command" | "dead_letter" | "maintenance" | "dated_item" | "document" | "api_token",
): Promise<string | number> => (await api.cloud.store.read.selectFrom(table).select("id").executeTakeFirstOrThrow()).id;

/** One that stands and that nobody has seen. */
const alarmOf = async (rule: string): Promise<string> =>
  (
    await api.cloud.store.read
      .selectFrom("alarm")
      .select("id")
      .where("rule", "=", rule)
      .where("open", "=", 1)
      .where("acknowledged_at", "is", null)
      .executeTakeFirstOrThrow()
  ).id;

const shift = { site: "jinxiu", to: "property-manager", notes: "东门杆臂异响" };
/** The one that waits for its answer; signed here where none does. */
async function signedShift(): Promise<string> {
  const one = () => api.cloud.store.read.selectFrom("handover").select("id").where("state", "=", "signed").executeTakeFirst();
  if ((await one()) === undefined) await api.ask("booth", { method: "POST", url: "/api/v1/handovers", payload: shift });
  return (await one())?.id ?? "";
}

interface Doing {
  readonly by: Role;
  /** Whose role may not. */
  readonly not?: Role;
  readonly url: () => string | Promise<string>;
  readonly payload?: object;
  readonly headers?: Record<string, string>;
}
const tariff = readFileSync(new URL("../../tariffs/demonstration.yaml", import.meta.url), "utf8");
const latch = {
  site: "jinxiu",
  gateway: "gw-1",
  action: "socket.reset-latch",
  args: { socket: "station-1/3", trip: "trip-0001" },
  reason: "现场已检查",
};
/** One way to do each; a new route that changes something needs one. */
const doings: Readonly<Record<string, Doing>> = {
  "POST /api/v1/session": { by: "booth", url: () => "/api/v1/session", payload: { person: "booth" } },
  "POST /api/v1/session/post": { by: "installer", url: () => "/api/v1/session/post", payload: { post: "installer@jinxiu" } },
  "DELETE /api/v1/session": { by: "street-officer", url: () => "/api/v1/session" },
  "POST /api/v1/tokens": {
    ...{ by: "administrator", not: "property-manager", url: () => "/api/v1/tokens" },
    payload: { name: "看板", person: "booth", post: "booth@jinxiu", scopes: ["alarms:read"], days: 30 },
  },
  "POST /api/v1/tokens/:id/secret": { by: "booth", url: async () => `/api/v1/tokens/${await idIn("api_token")}/secret` },
  "POST /api/v1/tokens/:id/revocation": { by: "administrator", url: async () => `/api/v1/tokens/${await idIn("api_token")}/revocation` },
  "POST /api/v1/alarms/:id/acknowledge": {
    ...{ by: "booth", not: "administrator", url: async () => `/api/v1/alarms/${await alarmOf("fire.fire")}/acknowledge` },
  },
  "POST /api/v1/alarms/acknowledge": {
    ...{ by: "booth", not: "administrator", url: () => "/api/v1/alarms/acknowledge", payload: { ids: ["nobody-s"] } },
  },
  "POST /api/v1/alarms/:id/actions": {
    ...{ by: "property-manager", not: "booth", url: async () => `/api/v1/alarms/${await alarmOf("load.over")}/actions` },
    payload: { action: "shelve", minutes: 10, reason: "检修" },
  },
  "POST /api/v1/maintenance": {
    ...{ by: "fire-maintenance", not: "booth", url: () => "/api/v1/maintenance" },
    payload: { site: "jinxiu", zone: "zone-1", minutes: 60, company: "维保", reason: "月检" },
  },
  "POST /api/v1/patrols": {
    ...{ by: "booth", not: "administrator", url: () => "/api/v1/patrols" },
    payload: { site: "jinxiu", place: "1号棚", result: "normal" },
  },
  "POST /api/v1/maintenance/zones": {
    ...{ by: "fire-maintenance", not: "booth", url: () => "/api/v1/maintenance/zones" },
    payload: { site: "jinxiu", zone: "zone-1", points: [{ source: "panel-1/1.42.17", name: "1号棚烟感" }] },
  },
  "POST /api/v1/maintenance/:id/end": {
    ...{ by: "property-manager", not: "booth", url: async () => `/api/v1/maintenance/${await idIn("maintenance")}/end` },
  },
  "POST /api/v1/dated-items": {
    ...{ by: "property-manager", not: "booth", url: () => "/api/v1/dated-items" },
    payload: { site: "jinxiu", kind: "battery", what: "烟感电池", due: "2027-01-01T00:00:00+08:00" },
  },
  "POST /api/v1/dated-items/:id/done": {
    ...{ by: "property-manager", not: "booth", url: async () => `/api/v1/dated-items/${await idIn("dated_item")}/done` },
    payload: { note: "已更换" },
  },
  "POST /api/v1/notify/channels/:id/test": {
    ...{ by: "administrator", not: "booth", url: () => "/api/v1/notify/channels/robot/test" },
  },
  "POST /api/v1/entries/:id/handle": {
    ...{ by: "booth", not: "administrator", url: async () => `/api/v1/entries/${await idIn("entry")}/handle`, payload: { note: "已处理" } },
  },
  "POST /api/v1/commands": {
    ...{ by: "booth", not: "administrator", url: () => "/api/v1/commands", payload: latch, headers: { "idempotency-key": "audit-test-1" } },
  },
  "POST /api/v1/commands/:id/approval": {
    ...{ by: "property-manager", not: "booth", url: async () => `/api/v1/commands/${await idIn("command")}/approval` },
  },
  "POST /api/v1/posts/changes": {
    ...{ by: "administrator", not: "booth", url: () => "/api/v1/posts/changes" },
    payload: { person: "installer", what: "give", role: "grid-worker", area: "jinxiu", organisation: "网格", reason: "顶班" },
  },
  "POST /api/v1/posts/changes/:id/withdrawal": {
    ...{ by: "administrator", not: "booth" },
    url: async () =>
      `/api/v1/posts/changes/${(await api.cloud.store.read.selectFrom("post_change").select("id").executeTakeFirstOrThrow()).id}/withdrawal`,
  },
  "POST /api/v1/handovers": { ...{ by: "booth", not: "administrator", url: () => "/api/v1/handovers" }, payload: shift },
  "POST /api/v1/handovers/:id/answer": {
    ...{ by: "property-manager", not: "administrator", url: async () => `/api/v1/handovers/${await signedShift()}/answer` },
    payload: { accept: false, note: "钥匙未交" },
  },
  "POST /api/v1/handovers/:id/withdrawal": {
    ...{ by: "booth", not: "administrator", url: async () => `/api/v1/handovers/${await signedShift()}/withdrawal` },
    payload: { reason: "写错了人" },
  },
  "POST /api/v1/documents": {
    ...{ by: "installer", not: "booth", url: () => "/api/v1/documents", headers: { "idempotency-key": "audit-test-3", "if-match": "*" } },
    payload: { site: "jinxiu", gateway: "gw-1", kind: "tariff", name: "main", text: tariff, reason: "调价" },
  },
  "POST /api/v1/documents/:id/approval": {
    ...{ by: "property-manager", not: "booth", url: async () => `/api/v1/documents/${await idIn("document")}/approval` },
  },
  "POST /api/v1/gateways/:gateway/enrolment-code": {
    ...{ by: "administrator", not: "booth", url: () => "/api/v1/gateways/gw-1/enrolment-code", payload: { site: "jinxiu" } },
  },
  "POST /api/v1/dead-letters/:id/requeue": {
    ...{ by: "property-manager", not: "booth", url: async () => `/api/v1/dead-letters/${await idIn("dead_letter")}/requeue` },
  },
  "POST /api/v1/visits/:id/plate": {
    ...{ by: "auditor", not: "booth", payload: { reason: "投诉 2026-118" } },
    url: async () =>
      `/api/v1/visits/${(await api.cloud.store.read.selectFrom("visit").select("visit").where("plate", "is not", null).executeTakeFirstOrThrow()).visit}/plate`,
  },
  "GET /api/v1/audit": { by: "administrator", not: "property-manager", url: () => "/api/v1/audit?limit=1" },
  ...Object.fromEntries(
    Object.entries(ledgerRoutesForTests).flatMap(([name, { by, not, payload, query = "", refusedHere }]): [string, Doing][] => {
      const url = async (): Promise<string> => `${name.split(" ")[1]?.replace(":id", String(await idIn("hazard")))}${query}`;
      return by === undefined || refusedHere === true
        ? []
        : [[name, { by, url, ...(not === undefined ? {} : { not }), ...(payload === undefined ? {} : { payload }) }]];
    }),
  ),
};

/** These take a gateway's own key and certificate, a platform's own token, a cloud without an administrator, or a second one: cloud/enrolment, cloud/detectors, first-administrator and post-changes.test.ts tell them. */
const toldElsewhere = new Set([
  "POST /api/v1/first-administrator",
  "POST /api/v1/posts/changes/:id/approval",
  "POST /api/v1/emergency",
  "POST /api/v1/frames/:frame/picture",
  "POST /api/v1/detectors/reports",
  "POST /api/v1/enrol",
  "POST /api/v1/enrol/renewal",
  "POST /api/v1/enrol/farewell",
  "POST /api/v1/certificates/:id/revocation",
]);

test("P 05.audit: every route that changes something leaves one row when it is done, and one when it is refused", async (context) => {
  const named = api.routes.filter(
    ({ audit, method, url }) =>
      audit !== undefined &&
      audit !== "nothing-changes" &&
      method !== "HEAD" &&
      !toldElsewhere.has(`${method} ${url}`) &&
      ledgerRoutesForTests[`${method} ${url}`]?.missing === undefined &&
      ledgerRoutesForTests[`${method} ${url}`]?.refusedHere === undefined,
  );
  expect(named.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(Object.keys(doings).sort());
  let [refusals, again, replayed] = [0, 0, 0];
  const oncePlugin = new Set(
    api.routes
      .filter(({ method, once, access }) => method === "POST" && once === undefined && access !== "anyone")
      .map(({ method, url }) => `${method} ${url}`),
  );
  for (const [name, { by, not, url, payload, headers }] of Object.entries(doings)) {
    const [method] = name.split(" ") as ["GET" | "POST"];
    const { audit } = named.find((row) => `${row.method} ${row.url}` === name) ?? {};
    const asked = { method, url: await url(), headers: headers ?? {}, ...(payload === undefined ? {} : { payload }) };
    if (not !== undefined) {
      const since = await lastRow();
      expect((await api.ask(not, asked)).statusCode, name).toBe(403);
      expect(await rowsAfter(since), name).toMatchObject([
        { action: audit, outcome: "refused", code: "wrong-role", person: not, role: not },
      ]);
      refusals += 1;
    }
    // Signing in or out ends the sign-in it comes with.
    const cookie = asked.url.startsWith("/api/v1/session") ? await freshCookie(by) : await api.cookieOf(by);
    const since = await lastRow();
    const answer = await api.server.inject({ ...asked, headers: { ...ours, cookie, ...headers } });
    expect([200, 201], `${name}: ${answer.body}`).toContain(answer.statusCode);
    expect(await rowsAfter(since), name).toMatchObject([{ action: audit, outcome: "done", person: by, organisation: "演示单位" }]);
    if (!oncePlugin.has(name)) continue;
    again += 1;
    // Again under its key: the same answer, and nothing is done; another request under that key is refused.
    const key = { ...ours, cookie, ...headers, "idempotency-key": `again-${again}-of-it` };
    const one = await api.server.inject({ ...asked, headers: key });
    const rows = await lastRow();
    const two = await api.server.inject({ ...asked, headers: key });
    const done = one.statusCode < 300;
    expect([two.statusCode, two.body, two.headers["idempotency-replayed"]], name).toEqual([
      one.statusCode,
      one.body,
      done ? "true" : undefined,
    ]);
    expect(await lastRow(), name).toBe(rows);
    if (!done) continue;
    replayed += 1;
    const other = await api.server.inject({ ...asked, url: `${asked.url}?x=1`, headers: key });
    expect([400, 422], `${name}: ${other.body}`).toContain(other.statusCode);
    expect(await lastRow(), name).toBe(rows);
  }
  expect(replayed).toBeGreaterThan(10);
  expect(await verifyAudit(api.cloud.store.read, [])).toMatchObject({ kind: "sound" });
  counted(context, { routes: named.length, refusals, again, replayed });
});
const freshCookie = async (person: string): Promise<string> =>
  cookieIn(await api.server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload: { person } }));
const lastRow = async (): Promise<number> =>
  (await api.cloud.store.read.selectFrom("audit_head").select("ordinal").executeTakeFirstOrThrow()).ordinal;
const rowsAfter = (since: number): Promise<AuditRow[]> =>
  api.cloud.store.read.selectFrom("audit").selectAll().where("ordinal", ">", since).orderBy("ordinal").execute();

test("what is refused or not there changes nothing and is not written down as done", async () => {
  expect((await api.ask("booth", { method: "POST", url: "/api/v1/alarms/nobody/acknowledge" })).statusCode).toBe(404);
  const id = await idIn("hazard");
  const wrong = await api.ask("street-officer", {
    method: "POST",
    url: `/api/v1/hazards/${id}/transitions`,
    payload: { action: "close", note: "好" },
  });
  expect(wrong.statusCode).toBe(409);
  expect(await rowsSince()).toEqual([]);
});

test("nobody approves his own command, and that is a row", async () => {
  const asked = await api.ask("property-manager", {
    ...{ method: "POST", url: "/api/v1/commands", payload: latch, headers: { "idempotency-key": "audit-test-2" } },
  });
  const own = await api.ask("property-manager", { method: "POST", url: `/api/v1/commands/${asked.json().id}/approval` });
  expect(own.statusCode).toBe(403);
  expect(await rowsSince()).toMatchObject([
    { action: "command.ask", outcome: "done" },
    { action: "command.approve", outcome: "refused", code: "same-person", object: asked.json().id },
  ]);
});

test("who is refused again and again is a row sixty times, then is not looked at until the minute is over", async () => {
  const ask = () => api.ask("administrator", { method: "POST", url: "/api/v1/entries/x/handle", payload: { note: "好" } });
  api.cloud.clock.now += 60_000;
  const answers: number[] = [];
  for (let n = 0; n < mostRefusals + 5; n += 1) answers.push((await ask()).statusCode);
  expect(answers).toEqual([...Array(mostRefusals).fill(403), 429, 429, 429, 429, 429]);
  expect((await rowsSince()).length).toBe(mostRefusals);
  api.cloud.clock.now += 60_000;
  expect((await ask()).statusCode).toBe(403);
});

test("a failed sign-in is a row; what was typed as a name is not written down unless it is one", async () => {
  const signIn = (person: string) => api.server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload: { person } });
  await signIn("my-password-by-mistake");
  expect(await rowsSince()).toMatchObject([
    { action: "session.open", outcome: "refused", code: "wrong-sign-in", object: null, person: null },
  ]);
});

describe("GET /api/v1/audit", () => {
  test("pages, filters, and no plate, card or secret in any row", async () => {
    const page = (await api.ask("administrator", { method: "GET", url: "/api/v1/audit?limit=5" })).json();
    expect(page.items.length).toBe(5);
    const next = (await api.ask("administrator", { method: "GET", url: `/api/v1/audit?limit=5&after=${page.next}` })).json();
    expect(next.items[0].row).toBeLessThan(page.items[4].row);
    const refused = (await api.ask("administrator", { method: "GET", url: "/api/v1/audit?outcome=refused&action=command.approve" })).json();
    expect(refused.items).toMatchObject([{ zh: auditActions["command.approve"].zh, code: "same-person" }, { code: "wrong-role" }]);
    const all = JSON.stringify(await api.cloud.store.read.selectFrom("audit").selectAll().execute());
    expect(all).not.toMatch(new RegExp(`${plate}|sid=|password_hash|scrypt|cuobian_[A-Za-z0-9_-]{20}`));
  });
});

test("a changing route without a name is no route; one that forgets its row is not answered as done", async () => {
  const server = Fastify();
  auditRoutes(server);
  expect(() => server.post("/forgotten", async () => null)).toThrow("does not say under which name it is written down");
  server.post("/silent", { config: { access: "anyone", audit: "entry.handle" } }, async () => "done");
  server.post("/computes", { config: { access: "anyone", audit: "nothing-changes" } }, async () => "done");
  const answers = await Promise.all(["/silent", "/computes"].map((url) => server.inject({ method: "POST", url })));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([500, 200]);
  await server.close();
});

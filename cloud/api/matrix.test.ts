// P 05.matrix: every route of the server, taken from Fastify × every role × its own compound and another's: who is answered, who is refused, and what does not exist for whom.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enrol, newCode } from "#cloud/enrolment/enrolment.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import { openTree } from "#cloud/identity/tree.ts";
import { compound } from "#cloud/ingest/room-for-tests.ts";
import { plate } from "#cloud/ingest/story-for-tests.ts";
import { newRequest } from "#gateway/uplink/identity.ts";
import { type Role, roles } from "#protocols/api/views.ts";
import { counted, plain } from "#test/promise.ts";
import { cookieIn, openTestApi, ours, people, type TestApi, tellEverything } from "./api-for-tests.ts";
import { ledgerRoutesForTests, payloadsForTests } from "./ledger-for-tests.ts";
import { overseers, type Who, wanted } from "./rights-for-tests.ts";
import type { RouteRow } from "./server.ts";

const other = { id: "yuehu", name: "月湖花园（演示）", area: "yuehu" } as const;
let api: TestApi;
const ids: Record<string, string> = {};
const cookies = new Map<string, string>();
beforeAll(async () => {
  const tree = openTree([], [compound, other]);
  api = await openTestApi({ given: { tree, sites: [compound, other].map(({ id, name }) => ({ id, name })) } });
  await tellEverything(api.cloud);
  const { store } = api.cloud;
  await syncPeople(store, [...people, ...people.map((one) => ({ ...one, id: `${one.id}-elsewhere`, area: other.id }))]);
  for (const role of roles) for (const id of [role, `${role}-elsewhere`]) cookies.set(id, await freshCookie(id));
  const cutEvent = await store.read.selectFrom("event").selectAll().where("type", "=", "charging.cut").executeTakeFirstOrThrow();
  ids.cut = [cutEvent.gateway, cutEvent.epoch, cutEvent.stream, cutEvent.seq].join("/");
  for (const table of ["alarm", "entry", "hazard", "dead_letter"] as const)
    ids[table] = String((await store.read.selectFrom(table).select("id").orderBy("id").executeTakeFirstOrThrow()).id);
  const latch = { site: compound.id, gateway: "gw-1", action: "socket.reset-latch", args: { socket: "station-1/3", trip: "trip-0001" } };
  const asked = await api.ask("booth", {
    ...{
      method: "POST",
      url: "/api/v1/commands",
      payload: { ...latch, reason: "现场已检查" },
      headers: { "idempotency-key": "the-matrix-0" },
    },
  });
  ids.command = asked.json().id;
  const document = await api.ask("installer", {
    ...{ method: "POST", url: "/api/v1/documents", payload: bodies["POST /api/v1/documents"] as object },
    headers: { "idempotency-key": "the-matrix-0" },
  });
  ids.document = document.json().id;
  ids.certificate = await certified(api);
  const token = await api.ask("administrator", { method: "POST", url: "/api/v1/tokens", payload: bodies["POST /api/v1/tokens"] as object });
  ids.token = token.json().id;
  const handover = { site: compound.id, to: "property-manager", notes: "东门杆臂异响" };
  ids.handover = (await api.ask("booth", { method: "POST", url: "/api/v1/handovers", payload: handover })).json().id;
  const given = await api.ask("administrator", {
    ...{ method: "POST", url: "/api/v1/posts/changes", payload: bodies["POST /api/v1/posts/changes"] as object },
  });
  ids.postChange = given.json().id;
  ids.channel = "robot";
  ids.visit = (await store.read.selectFrom("visit").select("visit").where("plate", "is not", null).executeTakeFirstOrThrow()).visit;
  const by = (url: string) => api.ask("property-manager", { method: "POST", url, payload: bodies[`POST ${url}`] as object });
  ids.window = (await by("/api/v1/maintenance")).json().id;
  ids.dated = (await by("/api/v1/dated-items")).json().id;
});
afterAll(() => api?.close());
async function certified({ surroundings, cloud }: TestApi): Promise<string> {
  const { request } = newRequest({ site: compound.id, gateway: "gw-1" });
  const now = surroundings.now();
  return cloud.store.change(async (change) => {
    const code = await newCode(change, { site: compound.id, gateway: "gw-1", person: "installer", now });
    const made = await enrol(change, surroundings.enrolment.authority, { code, request, now });
    if ("kind" in made) throw new Error(made.en);
    return made.row.serial;
  });
}
const freshCookie = async (person: string): Promise<string> =>
  cookieIn(await api.server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload: { person } }));

const named = (row: { method: string; url: string }): string => `${row.method} ${row.url}`;
const sorted = (who: Who): unknown => (typeof who === "string" ? who : [...who].sort());

test("P 05.matrix: every route has its row, and says of itself what the row says", () => {
  const routes = api.routes.filter(({ method }) => method !== "HEAD");
  expect(routes.map(named).sort()).toEqual(Object.keys(wanted).sort());
  for (const row of routes) expect(sorted(row.access as Who), named(row)).toEqual(sorted(wanted[named(row)] ?? []));
  // What may be asked for its head only may be asked by the same people.
  for (const head of api.routes.filter(({ method }) => method === "HEAD"))
    expect(sorted(head.access as Who), head.url).toEqual(sorted(wanted[`GET ${head.url}`] ?? []));
});

const tariff = readFileSync(new URL("../../tariffs/demonstration.yaml", import.meta.url), "utf8");
const bodies: Readonly<Record<string, object>> = {
  "POST /api/v1/session": { person: "booth" },
  "POST /api/v1/session/post": { post: "nobody@nowhere" },
  "POST /api/v1/tokens": { name: "看板", person: "installer", post: "installer@jinxiu", scopes: ["alarms:read"], days: 1 },
  "POST /api/v1/visits/:id/plate": { reason: "投诉 2026-118" },
  "POST /api/v1/maintenance": { site: compound.id, zone: "zone-9", minutes: 60, company: "维保", reason: "月检" },
  "POST /api/v1/maintenance/zones": { site: compound.id, zone: "zone-9", points: [] },
  "POST /api/v1/patrols": { site: compound.id, place: "1号棚", result: "normal" },
  "POST /api/v1/dated-items": { site: compound.id, kind: "battery", what: "烟感电池", due: "2027-01-01T00:00:00+08:00" },
  "POST /api/v1/dated-items/:id/done": { note: "已更换" },
  "POST /api/v1/alarms/acknowledge": { ids: ["nobody-s"] },
  "POST /api/v1/alarms/:id/actions": { action: "unshelve" },
  "POST /api/v1/entries/:id/handle": { note: "已处理" },
  "POST /api/v1/posts/changes": {
    ...{ person: "installer", what: "give", role: "grid-worker", area: compound.id, organisation: "网格", reason: "顶班" },
  },
  "POST /api/v1/handovers": { site: compound.id, to: "property-manager", notes: "东门杆臂异响" },
  "POST /api/v1/handovers/:id/answer": { accept: true, note: "" },
  "POST /api/v1/handovers/:id/withdrawal": { reason: "写错了人" },
  "POST /api/v1/commands": { site: compound.id, gateway: "gw-1", action: "gate.open", args: { lane: "east-in" }, reason: "访客登记" },
  "POST /api/v1/gateways/:gateway/enrolment-code": { site: compound.id },
  "POST /api/v1/certificates/:id/revocation": { reason: "设备失窃" },
  "POST /api/v1/documents": {
    site: compound.id,
    gateway: "gw-1",
    kind: "list",
    name: "register",
    text: "vehicles: []\n",
    reason: "月卡更新",
  },
  "POST /api/v1/tariffs/quote": { tariff, enter: "2026-11-25 08:11", exit: "2026-11-25 12:03" },
  "POST /api/v1/tariffs/check": { tariff },
  "POST /api/v1/tariffs/diff": { before: tariff, after: tariff },
  "POST /api/v1/tariffs/explain": { tariff },
  ...payloadsForTests,
};
const tables = {
  visits: "visit",
  tokens: "token",
  notify: "channel",
  maintenance: "window",
  "dated-items": "dated",
  certificates: "certificate",
  documents: "document",
  alarms: "alarm",
  entries: "entry",
  hazards: "hazard",
  commands: "command",
  handovers: "handover",
  posts: "postChange",
  "dead-letters": "dead_letter",
} as const;

function addressOf(method: string, url: string): string {
  const noun = url.split("/")[3] as keyof typeof tables;
  if (url === "/api/v1/telemetry") return `${url}?site=${compound.id}&socket=station-1/1&field=current_mA`;
  if (url === "/api/v1/socket-limits") return `${url}?site=${compound.id}&socket=station-1/1`;
  if (url === "/api/v1/trip-curve") return `${url}?event=${encodeURIComponent(ids.cut ?? "")}`;
  if (/\/(handovers|handovers\/now|maintenance|dated-items|detectors|facilities|occupancy|patrols|videos)$/.test(url) && method !== "POST")
    return `${url}?site=${compound.id}`;
  if (url === "/api/v1/facilities/curve") return `${url}?site=${compound.id}&gateway=gw-1&facility=pump-room&point=level`;
  if (url === "/api/v1/maintenance/zones" && method !== "POST") return `${url}?site=${compound.id}&zone=zone-9`;
  if (url === "/api/v1/reports/shifts") return `${url}?site=${compound.id}`;
  if (url.startsWith("/api/v1/reports"))
    return `${url}?site=${compound.id}&from=2026-11-25T00:00:00%2B08:00&to=2026-11-26T00:00:00%2B08:00${url.endsWith("/rows") ? "&of=parking" : ""}`;
  if (url === "/api/v1/forms/:month") return `/api/v1/forms/2026-11?site=${compound.id}&kind=test`;
  return url.replace(":gateway", "gw-1").replace(":id", ids[tables[noun]] ?? "") + (ledgerRoutesForTests[`${method} ${url}`]?.query ?? "");
}

async function ask({ method, url }: RouteRow, person: string | undefined, n: number): Promise<LightMyRequestResponse> {
  // Signing in or out with a cookie ends its sign-in.
  const cookie = person === undefined ? {} : { cookie: url === "/api/v1/session" ? "sid=none" : (cookies.get(person) ?? "") };
  const payload = bodies[`${method} ${url}`];
  return api.server.inject({
    ...{
      method: method as "GET",
      url: addressOf(method === "HEAD" ? "GET" : method, url),
      headers: { ...ours, ...cookie, "idempotency-key": `the-matrix-${n}` },
    },
    ...(payload === undefined ? {} : { payload }),
    // It does not end: its head is enough.
    payloadAsStream: url === "/api/v1/stream",
  });
}

/** Of another compound: an object does not exist, a list has nothing of it. */
const ofOneObject = (row: RouteRow): boolean =>
  row.url.includes(":id") ||
  row.url.includes(":gateway") ||
  row.url.startsWith("/api/v1/reports") ||
  row.url === "/api/v1/telemetry" ||
  row.url === "/api/v1/trip-curve" ||
  row.url === "/api/v1/socket-limits" ||
  /\/(handovers|handovers\/now|maintenance|maintenance\/zones|dated-items|detectors|facilities|facilities\/curve|occupancy|patrols|videos|forms\/:month)$/.test(
    row.url,
  ) ||
  ["commands", "handovers", "hazards", "documents", "posts/changes", "tokens"].some((noun) => named(row) === `POST /api/v1/${noun}`) ||
  ledgerRoutesForTests[`${row.method === "HEAD" ? "GET" : row.method} ${row.url}`]?.ofOne === true;
const ofAnother = (body: string): boolean =>
  body.includes(`"${compound.id}"`) || body.includes(plate) || Object.values(ids).some((id) => id.length > 6 && body.includes(id));

/** Who may sign in is everybody's; and where fewer ask, the audit's page still holds what this compound's people themselves asked of the other. */
const saysOfOthers = (url: string): boolean =>
  !url.startsWith("/api/") || ["/api/v1/people", "/api/v1/session", ...(plain ? ["/api/v1/audit"] : [])].includes(url);

type Kind = "answered" | "unauthorised" | "forbidden" | "not-there";
function kindOf(answer: LightMyRequestResponse, head: boolean): Kind {
  const { statusCode: status } = answer;
  if (status === 401) return "unauthorised";
  if (status === 403 && (head || answer.body.includes("wrong-role"))) return "forbidden";
  return status === 404 ? "not-there" : "answered";
}

/** Who reaches another's token. */
const othersOf = (url: string): readonly Role[] =>
  url.endsWith("/:id") ? overseers : url.endsWith("/revocation") ? ["administrator"] : [];

function expectedOf(row: RouteRow, role: Role | undefined, elsewhere: boolean): Kind {
  const who = wanted[`${row.method === "HEAD" ? "GET" : row.method} ${row.url}`] ?? [];
  if (named(row) === "POST /api/v1/session/post" && role !== undefined) return "not-there";
  // One's own, or an administrator's to end: for anybody else there is no such token.
  if (row.url.startsWith("/api/v1/tokens/:id") && role !== undefined)
    return !elsewhere && (role === "installer" || othersOf(row.url).includes(role)) ? "answered" : "not-there";
  const missing = ledgerRoutesForTests[`${row.method === "HEAD" ? "GET" : row.method} ${row.url}`]?.missing === true;
  if (who === "anyone") return missing ? "not-there" : "answered";
  if (role === undefined) return "unauthorised";
  if (who !== "signed-in" && !who.includes(role)) return "forbidden";
  if (missing) return "not-there";
  return elsewhere && ofOneObject(row) ? "not-there" : "answered";
}

test("P 05.matrix: routes × roles × tenants", async (context) => {
  const found: Record<string, number> = { requests: 0, answered: 0, unauthorised: 0, forbidden: 0, "not-there": 0 };
  let n = 1;
  // In a plain run each route is asked by nobody and by every third role, another third for the next route; by its name the matrix is whole.
  for (const [at, row] of api.routes.entries())
    for (const role of [undefined, ...roles.filter((_, nth) => !plain || (nth + at) % 3 === 0)])
      for (const elsewhere of role === undefined ? [false] : [false, true]) {
        // More refusals in a minute than anybody gets: the minutes go by.
        api.cloud.clock.now += 1_100;
        n += 1;
        const name = `${named(row)} by ${role ?? "nobody"}${elsewhere ? " of another compound" : ""}`;
        const answer = await ask(row, role === undefined ? undefined : `${role}${elsewhere ? "-elsewhere" : ""}`, n);
        const head = row.method === "HEAD";
        const kind = kindOf(answer, head);
        const expected = expectedOf(row, role, elsewhere);
        expect(answer.statusCode, `${name}: ${head ? "" : answer.body}`).toBeLessThan(500);
        // The hazard's own workflow, and the rule of who issues what, may refuse whom the route lets in.
        if (!(/\/(transitions|paper)$/.test(row.url) && kind === "forbidden" && expected === "answered"))
          expect(kind, `${name}: ${answer.statusCode}`).toBe(expected);
        if (answer.statusCode >= 400 && !head) expect(answer.headers["content-type"], name).toBe("application/problem+json; charset=utf-8");
        if (row.url === "/api/v1/stream" && kind === "answered") answer.stream().destroy();
        else if (elsewhere && !saysOfOthers(row.url)) expect(ofAnother(answer.body), `${name}: ${answer.body.slice(0, 300)}`).toBe(false);
        found.requests = (found.requests ?? 0) + 1;
        found[kind] = (found[kind] ?? 0) + 1;
      }
  counted(context, { routes: api.routes.length, roles: roles.length, tenants: 2, ...found });
}, 120_000);

test("P 05.matrix: a compound that is asked for by its name from another is not there, and that is a row", async () => {
  const urls = ["hazards", "events", "gaps", "gateway-health", "devices", "visits", "commands", "documents", "running", "dead-letters"].map(
    (noun) => `/api/v1/${noun}?site=${compound.id}`,
  );
  for (const url of urls) {
    api.cloud.clock.now += 61_000;
    const ask_ = (person: string) => api.server.inject({ method: "GET", url, headers: { cookie: cookies.get(person) ?? "" } });
    expect([(await ask_("property-manager")).statusCode, (await ask_("property-manager-elsewhere")).statusCode], url).toEqual([200, 404]);
  }
  const rows = await api.cloud.store.read.selectFrom("audit").selectAll().where("code", "=", "another-tenant").execute();
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.every(({ outcome, person }) => outcome === "refused" && person?.endsWith("-elsewhere"))).toBe(true);
});

test("P 05.matrix: nothing of another compound in the live stream, and its sums are its own", async () => {
  await api.live.settled();
  const beginning = api.live.ring.position - 40;
  const heard = async (person: string): Promise<string> => {
    const { hazard } = ids;
    const answer = await api.server.inject({
      ...{ method: "GET", url: `/api/v1/stream?after=${beginning}`, headers: { cookie: cookies.get(person) ?? "" }, payloadAsStream: true },
    });
    let text = "";
    for await (const chunk of answer.stream()) {
      text += String(chunk);
      if (text.includes(`id: ${api.live.ring.position}\n`) || text.includes("event: counts")) break;
    }
    expect(hazard).toBeDefined();
    return text;
  };
  await api.ask("booth", { method: "POST", url: `/api/v1/alarms/${ids.alarm}/acknowledge` });
  await api.live.settled();
  const elsewhere = await heard("property-manager-elsewhere");
  expect(ofAnother(elsewhere)).toBe(false);
  const counts = async (person: string) =>
    (await api.server.inject({ method: "GET", url: "/api/v1/counts", headers: { cookie: cookies.get(person) ?? "" } })).json() as Record<
      string,
      number
    >;
  expect(new Set(Object.values(await counts("booth-elsewhere")))).toEqual(new Set([0]));
  expect((await counts("booth")).events).toBeGreaterThan(10);
});

const page = new URL("../../docs/reference/access.md", import.meta.url);
/** CUOBIAN_WRITE=1 writes it. */
test("P 05.matrix: docs/reference/access.md is what the server says", () => {
  const rows = api.routes
    .filter(({ method }) => method !== "HEAD")
    .map((row) => {
      const access = row.access ?? [];
      const cells = roles.map((role) => (access === "anyone" ? "○" : access === "signed-in" || access.includes(role) ? "●" : ""));
      return `| \`${named(row)}\` | ${row.tokenScope ?? ""} | ${cells.join(" | ")} |`;
    });
  const text = `<!-- made by cloud/api/matrix.test.ts from the server's own routes; CUOBIAN_WRITE=1 npm test -- cloud/api/matrix writes it -->
# 谁可以做什么 / Who may call what

○ 无需登录 / without signing in · ● 该角色可以，且仅限其管辖范围内的小区；范围外一律 404 / this role, within the compounds that its post reaches: what lies outside is not there (404).
空白即拒绝 / blank is refused. The table is taken from the running server; a route that does not say who may call it does not start.

第二列是接口令牌所需的权限；空白处令牌无用，须本人登录 / the second column is the scope that a token needs there; where it is blank no token helps.

| route | token | ${roles.join(" | ")} |
| --- | --- | ${roles.map(() => "---").join(" | ")} |
${rows.join("\n")}
`;
  if (process.env.CUOBIAN_WRITE === "1") writeFileSync(page, text);
  expect(existsSync(page) ? readFileSync(page, "utf8") : "").toBe(text);
});

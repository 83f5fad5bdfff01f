// API tokens: granted by one, taken by another, once; within their scopes, their area and their post, and worth nothing afterwards. Told over every route that there is.
import { afterAll, beforeAll, expect, test } from "vitest";
import { syncPeople } from "#cloud/identity/people.ts";
import { openTree } from "#cloud/identity/tree.ts";
import { compound } from "#cloud/ingest/room-for-tests.ts";
import { plate } from "#cloud/ingest/story-for-tests.ts";
import { dayMs, hourMs } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { openTestApi, people, type TestApi, tellEverything } from "./api-for-tests.ts";

const other = { id: "yuehu", name: "月湖花园（演示）", area: "qingyang" } as const;
const here = { ...compound, area: "qingyang" };
let api: TestApi;
beforeAll(async () => {
  const tree = openTree([{ id: "qingyang", name: "青阳街道", kind: "street" }], [here, other]);
  api = await openTestApi({ given: { tree, sites: [here, other].map(({ id, name }) => ({ id, name })) } });
  await tellEverything(api.cloud);
  const officer = { id: "street-officer", name: "街道某", role: "street-officer", organisation: "街道", area: "qingyang" } as const;
  const chief = { id: "chief", name: "总管", role: "administrator", organisation: "住建局", area: "all" } as const;
  await syncPeople(api.cloud.store, [...people.filter(({ id }) => id !== officer.id), officer, chief]);
});
afterAll(() => api?.close());

const grant = { name: "大屏", person: "property-manager", post: "property-manager@jinxiu", scopes: ["alarms:read"], days: 30 };
const ask = (by: "administrator" | "property-manager" | "booth", url: string, payload?: object) =>
  api.ask(by, { method: "POST", url, ...(payload === undefined ? {} : { payload }) });
async function chief(payload: object) {
  const { store, clock } = api.cloud;
  const { openSignIn } = await import("#cloud/identity/sign-in.ts");
  const sid = await openSignIn(store, { person: "chief", post: "administrator@all", before: undefined, now: clock.now });
  return api.server.inject({ method: "POST", url: "/api/v1/tokens", payload, headers: { "x-cuobian": "1", cookie: `sid=${sid}` } });
}
const bearing = (token: string, method: "GET" | "POST", url: string, payload?: object) =>
  api.server.inject({ method, url, headers: { authorization: `Bearer ${token}` }, ...(payload === undefined ? {} : { payload }) });
async function made(given: object = {}): Promise<{ id: string; token: string }> {
  const { id } = (await ask("administrator", "/api/v1/tokens", { ...grant, ...given })).json();
  return { id, token: (await ask("property-manager", `/api/v1/tokens/${id}/secret`)).json().token };
}

test("who grants it never sees it; its person takes it once; the store keeps only its hash, and no log line or audit row holds it", async () => {
  const { id } = (await ask("administrator", "/api/v1/tokens", grant)).json();
  expect((await ask("administrator", `/api/v1/tokens/${id}/secret`)).statusCode).toBe(404);
  const taken = await ask("property-manager", `/api/v1/tokens/${id}/secret`);
  expect([taken.statusCode, taken.headers["cache-control"]]).toEqual([200, "no-store"]);
  const { token } = taken.json();
  expect(token).toMatch(/^cuobian_[\w-]{43}$/);
  expect((await ask("property-manager", `/api/v1/tokens/${id}/secret`)).json()).toMatchObject({ status: 409 });
  const { read } = api.cloud.store;
  const kept = JSON.stringify([
    await read.selectFrom("api_token").selectAll().execute(),
    await read.selectFrom("audit").selectAll().execute(),
  ]);
  expect([kept.includes(token), api.cloud.lines.join().includes(token)]).toEqual([false, false]);
  expect((await bearing(token, "GET", "/api/v1/alarms")).statusCode).toBe(200);
});

test.each([
  ["none", ""],
  ["another's word", "cuobian_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
  ["no token of ours", "eyJhbGciOiJub25lIn0.e30."],
  ["a very long one", "a".repeat(5_000)],
])("a wrong token is nobody, also beside a cookie that is somebody: %s", async (_, token) => {
  const cookie = await api.cookieOf("property-manager");
  const headers = { authorization: `Bearer ${token}`, cookie };
  const answer = await api.server.inject({ method: "GET", url: "/api/v1/alarms", headers });
  // A header that is no bearer's leaves the cookie alone.
  expect(answer.statusCode).toBe(token.length > 200 ? 200 : 401);
});

test("P 05.matrix: a token opens the routes of its scopes that its post may call, and no other: every route of the server", async (context) => {
  const every = [...api.server.tokenScopes];
  const all = await made({ name: "全部", scopes: every });
  const none = await made({ name: "仅告警", scopes: ["alarms:read"] });
  const found = { routes: 0, opened: 0, scope: 0, role: 0, people: 0, public: 0 };
  for (const { method, url, access, tokenScope } of api.routes) {
    if (method === "HEAD" || url.endsWith("/stream")) continue;
    api.cloud.clock.now += 2_100;
    found.routes += 1;
    const address = url.replace(/:\w+/g, "none");
    const code = async (token: string): Promise<string> => {
      const answer = await bearing(token, method as "GET", address);
      return [401, 403].includes(answer.statusCode) ? String(answer.json().type).replace("urn:cuobian:problem:", "") : "in";
    };
    const [wide, narrow] = [await code(all.token), await code(none.token)];
    if (access === "anyone") {
      found.public += 1;
      continue;
    }
    const may = access === "signed-in" || access?.includes("property-manager") === true;
    if (tokenScope === undefined) {
      expect([wide, narrow], `${method} ${url}`).toEqual(["wrong-scope", "wrong-scope"]);
      found.people += 1;
      continue;
    }
    expect(wide, `${method} ${url}`).toBe(may ? "in" : "wrong-role");
    expect(narrow, `${method} ${url}`).toBe(tokenScope !== "alarms:read" ? "wrong-scope" : may ? "in" : "wrong-role");
    if (may) found.opened += 1;
    else found.role += 1;
    if (narrow === "wrong-scope") found.scope += 1;
  }
  expect([found.opened, found.role, found.people].every((n) => n > 5)).toBe(true);
  counted(context, { ...found, scopes: every.length });
});

test("the second person of two is a person: no token approves, signs in, or makes tokens", () => {
  const closed = api.routes.filter(({ tokenScope, access }) => tokenScope === undefined && access !== "anyone").map(({ url }) => url);
  for (const url of ["/api/v1/commands/:id/approval", "/api/v1/documents/:id/approval", "/api/v1/session/post", "/api/v1/tokens"])
    expect(closed).toContain(url);
});

test("what a program did is a row of its person with the token's number", async () => {
  const { id, token } = await made({ scopes: ["alarms:write"] });
  const { id: alarm } = await api.cloud.store.read.selectFrom("alarm").select("id").where("open", "=", 1).executeTakeFirstOrThrow();
  // No header of our page: no foreign page can send a token.
  expect((await bearing(token, "POST", `/api/v1/alarms/${alarm}/acknowledge`)).statusCode).toBe(200);
  const row = await api.cloud.store.read.selectFrom("audit").selectAll().orderBy("ordinal", "desc").executeTakeFirstOrThrow();
  expect([row.action, row.person, JSON.parse(row.detail).token]).toEqual(["alarm.acknowledge", "property-manager", id]);
});

test("a token of an area's officer may be for one compound of it, and reads nothing of another", async () => {
  const wide = { ...grant, person: "street-officer", post: "street-officer@qingyang", scopes: ["events:read", "alarms:read"] };
  // Whoever reaches one compound gives nobody a token for two.
  expect((await ask("administrator", "/api/v1/tokens", wide)).statusCode).toBe(404);
  const { id } = (await chief({ ...wide, area: other.id })).json();
  const cookie = await api.cookieOf("street-officer");
  const taken = await api.server.inject({ method: "POST", url: `/api/v1/tokens/${id}/secret`, headers: { "x-cuobian": "1", cookie } });
  const { token } = taken.json();
  const events = (await bearing(token, "GET", "/api/v1/events")).json();
  expect(events.items).toEqual([]);
  expect((await bearing(token, "GET", `/api/v1/events?site=${compound.id}`)).statusCode).toBe(404);
  expect((await bearing(token, "GET", "/api/v1/alarms")).body).not.toContain(plate);
});

test.each([
  ["a scope that is none", { scopes: ["everything:write"] }, 400, "no-such-scope"],
  ["a scope of another form", { scopes: ["*"] }, 400, "not-as-described"],
  ["no scope", { scopes: [] }, 400, "not-as-described"],
  ["for ever", { days: 400 }, 400, "not-as-described"],
  ["a post that this person has not", { post: "administrator@all" }, 404, "not-found"],
  ["nobody", { person: "nobody" }, 404, "not-found"],
  ["further than the post", { area: "qingyang" }, 422, "beyond-post"],
  ["an area that is none", { area: "nowhere" }, 422, "beyond-post"],
])("is not granted: %s", async (_, given, status, code) => {
  const answer = await ask("administrator", "/api/v1/tokens", { ...grant, ...given });
  expect([answer.statusCode, answer.json().type]).toEqual([status, `urn:cuobian:problem:${code}`]);
});

test("it ends: when revoked by its person or an administrator, when its time is over, when its person loses the post; a grant waits a week", async () => {
  const { store, clock } = api.cloud;
  const works = async ({ token }: { token: string }): Promise<number> => (await bearing(token, "GET", "/api/v1/alarms")).statusCode;
  const [own, byOther, short, lost] = [await made(), await made(), await made({ days: 1 }), await made({ days: 300 })];
  expect([await works(own), await works(byOther), await works(short), await works(lost)]).toEqual([200, 200, 200, 200]);
  expect((await ask("booth", `/api/v1/tokens/${own.id}/revocation`)).statusCode).toBe(404);
  await ask("property-manager", `/api/v1/tokens/${own.id}/revocation`);
  await ask("administrator", `/api/v1/tokens/${byOther.id}/revocation`);
  expect([await works(own), await works(byOther)]).toEqual([401, 401]);
  const { id: waiting } = (await ask("administrator", "/api/v1/tokens", grant)).json();
  clock.now += dayMs;
  api.forgetCookies();
  expect([await works(short), await works(lost)]).toEqual([401, 200]);
  clock.now += 6 * dayMs;
  api.forgetCookies();
  expect((await ask("property-manager", `/api/v1/tokens/${waiting}/secret`)).statusCode).toBe(409);
  const states = (await api.ask("administrator", { method: "GET", url: "/api/v1/tokens?limit=500" })).json().items as {
    id: string;
    state: string;
  }[];
  const stateOf = (wanted: string) => states.find(({ id }) => id === wanted)?.state;
  expect([stateOf(own.id), stateOf(short.id), stateOf(lost.id), stateOf(waiting)]).toEqual(["revoked", "ended", "good", "lapsed"]);
  await syncPeople(
    store,
    people.filter(({ id }) => id !== "property-manager"),
  );
  expect(await works(lost)).toBe(401);
  await syncPeople(store, people);
  clock.now += hourMs;
  api.forgetCookies();
  expect(await works(lost)).toBe(200);
});

test("the list: one's own, or all within an administrator's reach, page by page; never a secret", async () => {
  const list = async (by: "administrator" | "booth" | "property-manager", query = "") =>
    (await api.ask(by, { method: "GET", url: `/api/v1/tokens${query}` })).json() as {
      items: { id: string; person: string }[];
      next: string | null;
    };
  expect((await list("booth")).items).toEqual([]);
  expect(new Set((await list("property-manager")).items.map(({ person }) => person))).toEqual(new Set(["property-manager"]));
  const all = (await list("administrator", "?limit=500")).items.map(({ id }) => id);
  const seen: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const page = await list("administrator", `?limit=3${next === "" ? "" : `&after=${next}`}`);
    seen.push(...page.items.map(({ id }) => id));
    next = page.next;
  }
  expect(seen).toEqual(all);
  expect(all.length).toBeGreaterThan(5);
  expect(JSON.stringify(await list("administrator", "?limit=500"))).not.toMatch(/cuobian_|hash/);
});

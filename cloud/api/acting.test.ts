// Who acts, and as what, as pages say it: one sign-in for all tabs of a browser, and no tab acts in a name that it does not show. Who holds which post, and who may know.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ConfiguredPerson, syncPeople } from "#cloud/identity/people.ts";
import { cookieIn, openTestApi, ours, people, type TestApi } from "./api-for-tests.ts";

let api: TestApi;
const twice: ConfiguredPerson = {
  ...({ id: "deputy", name: "值班长", role: "booth", organisation: "演示单位", area: "jinxiu" } as const),
  posts: [{ role: "property-manager", organisation: "演示单位", area: "jinxiu" }],
};
beforeAll(async () => {
  api = await openTestApi();
  await syncPeople(api.cloud.store, [...people, twice]);
});
afterAll(() => api?.close());

const signIn = (payload: object) => api.server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload });
const saying = (cookie: string, who: string, request: { method?: "GET" | "POST"; url: string; payload?: object }) =>
  api.server.inject({
    ...{ method: "GET", ...request },
    headers: { ...ours, cookie, "x-cuobian-acting": encodeURIComponent(who), "idempotency-key": "acting-test-1" },
  });

test("two tabs of one sign-in act as two posts at once, each as the one it shows; as one that was not chosen nothing is done", async () => {
  const cookie = cookieIn(await signIn({ person: "deputy", as: "booth@jinxiu" }));
  const [booth, manager] = ["deputy/booth@jinxiu", "deputy/property-manager@jinxiu"] as const;
  const order = { site: "jinxiu", gateway: "gw-1", action: "gate.open", args: { lane: "east-in" }, reason: "访客登记" };
  const give = (who: string) => saying(cookie, who, { method: "POST", url: "/api/v1/commands", payload: order });
  const refused = await give(manager);
  expect([refused.statusCode, refused.json().type]).toEqual([409, "urn:cuobian:problem:other-acting"]);
  expect(await api.cloud.store.read.selectFrom("command").selectAll().execute()).toEqual([]);
  const chosen = await saying(cookie, "", { method: "POST", url: "/api/v1/session/post", payload: { post: "property-manager@jinxiu" } });
  expect([chosen.statusCode, chosen.json().post]).toEqual([200, "property-manager@jinxiu"]);
  const posts = async (who: string) => (await saying(cookie, who, { url: "/api/v1/session" })).json().post;
  expect([await posts(booth), await posts(manager), await posts("")]).toEqual([
    "booth@jinxiu",
    "property-manager@jinxiu",
    "property-manager@jinxiu",
  ]);
  const channels = async (who: string) => (await saying(cookie, who, { url: "/api/v1/notify/channels" })).statusCode;
  expect([await channels(booth), await channels(manager)]).toEqual([403, 200]);
  const done = await give(booth);
  expect([done.statusCode, done.json().person]).toEqual([200, "deputy"]);
  const rows = await api.cloud.store.read
    .selectFrom("audit")
    .select(["action", "role", "outcome"])
    .where("person", "=", "deputy")
    .orderBy("ordinal")
    .execute();
  // Each in the role of its own tab; and that another one was chosen is written down.
  expect(rows.map(({ action, role, outcome }) => `${action} ${role} ${outcome}`)).toEqual([
    ...["session.open booth done", "post.choose property-manager done", "route.call booth refused", "command.ask booth done"],
  ]);
  // Another person at the same place and post is another.
  expect((await saying(cookie, "property-manager/property-manager@jinxiu", { url: "/api/v1/overview" })).statusCode).toBe(409);
  // Programs and older pages say nothing of it.
  expect((await saying(cookie, "", { url: "/api/v1/overview" })).statusCode).toBe(200);
});

test("who holds which post: an administrator reads it with what changes it, and no hash leaves", async () => {
  const answer = await api.ask("administrator", { method: "GET", url: "/api/v1/posts?limit=500" });
  const items = answer.json().items as { person: string; password: string; origin: string; posts: { post: string }[] }[];
  expect(items).toHaveLength(people.length + 1);
  expect(items.find(({ person }) => person === "deputy")).toMatchObject({ origin: "config", password: "none" });
  expect(items.find(({ person }) => person === "deputy")?.posts.map(({ post }) => post)).toEqual([
    "booth@jinxiu",
    "property-manager@jinxiu",
  ]);
  expect(answer.body).not.toMatch(/hash|scrypt/);
  const two = (await api.ask("administrator", { method: "GET", url: "/api/v1/posts?limit=2" })).json();
  const next = (await api.ask("administrator", { method: "GET", url: `/api/v1/posts?limit=500&after=${two.next}` })).json();
  expect([...two.items, ...next.items].map(({ person }) => person)).toEqual(items.map(({ person }) => person));
  const booths = (await api.ask("auditor", { method: "GET", url: "/api/v1/posts?role=booth" })).json().items as typeof items;
  expect(booths.map(({ person, posts }) => [person, posts.map(({ post }) => post)])).toEqual([
    ["booth", ["booth@jinxiu"]],
    ["deputy", ["booth@jinxiu"]],
  ]);
});

test("what a token can be granted is what routes take", async () => {
  const scopes = (await api.ask("administrator", { method: "GET", url: "/api/v1/tokens/scopes" })).json() as string[];
  expect(scopes).toEqual([...api.server.tokenScopes].sort());
  expect(scopes).toContain("alarms:read");
});

test("a cloud asks for its first administrator until there is one, and a demonstration never", async () => {
  const url = "/api/v1/first-administrator";
  expect((await api.server.inject({ method: "GET", url })).json()).toEqual({ wanted: false });
  const fresh = await openTestApi({ given: { demonstration: false } });
  try {
    expect((await fresh.server.inject({ method: "GET", url })).json()).toEqual({ wanted: true });
    const known = people.map((one) => (one.role === "administrator" ? { ...one, password_hash: "$scrypt$x" } : one));
    await syncPeople(fresh.cloud.store, known);
    expect((await fresh.server.inject({ method: "GET", url })).json()).toEqual({ wanted: false });
  } finally {
    await fresh.close();
  }
});

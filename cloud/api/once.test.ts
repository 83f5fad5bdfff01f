// The same key does nothing twice: two at once, after a crash, under another body, by another person; and who changes what has changed since he read it is told both versions.
import { afterAll, beforeAll, expect, test } from "vitest";
import { usualOf } from "#cloud/rulebook/usual.ts";
import type { Role } from "#protocols/api/views.ts";
import { openTestApi, type TestApi, tellEverything } from "./api-for-tests.ts";
import { keptFor_ms } from "./once.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await tellEverything(api.cloud);
});
afterAll(() => api?.close());
const url = "/api/v1/dated-items";
const item = { site: "jinxiu", kind: "battery", what: "烟感电池", due: "2027-01-01T00:00:00+08:00" };
const ask = (key: string, payload: object = item, by: "property-manager" | "fire-maintenance" = "property-manager") =>
  api.ask(by, { method: "POST", url, payload, headers: { "idempotency-key": key } });
const items = async (): Promise<number> => (await api.cloud.store.read.selectFrom("dated_item").select("id").execute()).length;

test("once: the same key with the same body is answered as before; with another body it is refused; another person's key is another", async () => {
  const before = await items();
  const [one, two] = [await ask("first-key-1"), await ask("first-key-1")];
  expect([one.statusCode, two.statusCode, two.body, two.headers["idempotency-replayed"]]).toEqual([200, 200, one.body, "true"]);
  expect((await ask("first-key-1", { ...item, what: "灭火器" })).json()).toMatchObject({
    status: 422,
    type: "urn:cuobian:problem:key-reused",
  });
  expect((await ask("first-key-1", item, "fire-maintenance")).json().id).not.toBe(one.json().id);
  expect(await items()).toBe(before + 2);
});

test("once: many at once are one", async () => {
  const before = await items();
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask("at-once-key")));
  expect(await items()).toBe(before + 1);
  expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBeGreaterThan(0);
  expect(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 409)).toBe(true);
  expect((await ask("at-once-key")).headers["idempotency-replayed"]).toBe("true");
});

test("once: what was done and whose answer was lost is not done again, and that is said", async () => {
  await ask("lost-answer");
  await api.cloud.store.change((change) =>
    change.updateTable("answer").set({ status: null, answer: null }).where("key", "=", "lost-answer").execute(),
  );
  const before = await items();
  expect((await ask("lost-answer")).json()).toMatchObject({ status: 409, type: "urn:cuobian:problem:done-before" });
  expect(await items()).toBe(before);
});

test("once: what was refused may be asked again; a key of another form is refused; after a week it is a new key", async () => {
  const payload = { action: "shelve", minutes: 1_000_000, reason: "太久" };
  const { id } = await api.cloud.store.read.selectFrom("alarm").select("id").where("open", "=", 1).executeTakeFirstOrThrow();
  const act = () =>
    api.ask("property-manager", {
      ...{ method: "POST", url: `/api/v1/alarms/${id}/actions`, payload: { ...payload, minutes: 99_999 } },
      headers: { "idempotency-key": "refused-key" },
    });
  expect([(await act()).statusCode, (await act()).statusCode]).toEqual([409, 409]);
  expect((await ask("short")).statusCode).toBe(400);
  const before = await items();
  await ask("an-old-key-1");
  api.cloud.clock.now += keptFor_ms;
  api.forgetCookies();
  await ask("an-old-key-1");
  expect(await items()).toBe(before + 2);
});

test("secrets are shown once: no answer with one is kept, and no key is taken for it", async () => {
  const secret = api.routes.filter(({ once }) => once === "secret").map(({ url: address }) => address);
  expect(secret.sort()).toEqual([
    "/api/v1/emergency",
    "/api/v1/frames/:frame/picture",
    "/api/v1/gateways/:gateway/enrolment-code",
    "/api/v1/hazards/:id/picture",
    "/api/v1/session/post",
    "/api/v1/tokens/:id/secret",
    "/api/v1/visits/:id/plate",
  ]);
  await api.ask("administrator", {
    ...{ method: "POST", url: "/api/v1/gateways/gw-1/enrolment-code", payload: { site: "jinxiu" } },
    headers: { "idempotency-key": "secret-key-1" },
  });
  const kept = await api.cloud.store.read.selectFrom("answer").selectAll().where("key", "=", "secret-key-1").execute();
  expect(kept).toEqual([]);
});

test("If-Match: the version that was read; another by now is 412 with both, and nothing is done", async () => {
  const { read } = api.cloud.store;
  const alarm = await read
    .selectFrom("alarm")
    .select("id")
    .where("open", "=", 1)
    .where("acknowledged_at", "is", null)
    .executeTakeFirstOrThrow();
  const hazard = await read.selectFrom("hazard").select("id").executeTakeFirstOrThrow();
  for (const [address, act, by, payload] of [
    [`/api/v1/alarms/${alarm.id}`, "acknowledge", "booth", undefined],
    [`/api/v1/hazards/${hazard.id}`, "transitions", "bureau-officer", { action: "dispatch", note: "请整改", responsible: "锦绣物业" }],
  ] as const) {
    const { etag } = (await api.ask(by, { method: "GET", url: address })).headers as { etag: string };
    expect(etag).toMatch(/^"[^"]+"$/);
    const send = (version: string) =>
      api.ask(by, {
        ...{ method: "POST", url: `${address}/${act}`, headers: { "if-match": version } },
        ...(payload === undefined ? {} : { payload }),
      });
    const stale = await send('"long ago"');
    expect(stale.json()).toMatchObject({
      ...{ status: 412, type: "urn:cuobian:problem:changed-meanwhile" },
      errors: [{ detail: '"long ago"' }, { detail: etag }],
    });
    expect((await api.ask(by, { method: "GET", url: address })).headers.etag).toBe(etag);
    expect((await send(`"another", ${etag}`)).statusCode, address).toBe(200);
    expect((await api.ask(by, { method: "GET", url: address })).headers.etag).not.toBe(etag);
    expect((await send(etag)).statusCode).toBe(412);
  }
});

test("If-Match: entries, tokens, certificates, windows, dated items, dead letters, zones and rules: what was read, what is stale, and the tag of what came of it", async () => {
  const { read } = api.cloud.store;
  const post = async (by: Role, url: string, payload?: object, headers: Record<string, string> = {}) =>
    api.ask(by, { method: "POST", url, headers, ...(payload === undefined ? {} : { payload }) });
  const made = async (by: Role, url: string, payload: object): Promise<string> => (await post(by, url, payload)).json().id;
  const entry = await read.selectFrom("entry").select("id").where("state", "=", "open").executeTakeFirstOrThrow();
  const letter = await read.selectFrom("dead_letter").select("id").where("state", "=", "waiting").executeTakeFirstOrThrow();
  const token = { name: "看板", person: "installer", post: "installer@jinxiu", scopes: ["alarms:read"], days: 1 };
  const granted = await made("administrator", "/api/v1/tokens", token);
  const window = { site: "jinxiu", zone: "zone-9", minutes: 60, company: "维保", reason: "月检" };
  const zone = "/api/v1/maintenance/zones";
  const rule = { kind: "ladder", scope: "", valid_from: "2026-11-25", body: usualOf("ladder"), note: "照旧" };
  const cases: readonly (readonly [by: Role, read: string, post: string, payload?: object])[] = [
    ["booth", `/api/v1/entries/${entry.id}`, `/api/v1/entries/${entry.id}/handle`, { note: "已处理" }],
    ["installer", `/api/v1/tokens/${granted}`, `/api/v1/tokens/${granted}/secret`],
    ["installer", `/api/v1/tokens/${granted}`, `/api/v1/tokens/${granted}/revocation`],
    ["property-manager", `/api/v1/maintenance/${await made("property-manager", "/api/v1/maintenance", window)}`, "end"],
    ["property-manager", `/api/v1/dated-items/${await made("property-manager", url, item)}`, "done", { note: "已更换" }],
    ["property-manager", `/api/v1/dead-letters/${letter.id}`, "requeue"],
    [
      "fire-maintenance",
      `${zone}?site=jinxiu&zone=zone-9`,
      zone,
      { site: "jinxiu", zone: "zone-9", points: [{ source: "panel-1/1.1.17", name: "" }] },
    ],
    ["bureau-officer", "/api/v1/ledger/rules?kind=ladder&scope=", "/api/v1/ledger/rules", rule],
  ];
  for (const [by, address, act, payload] of cases) {
    const tag = async () => (await api.ask(by, { method: "GET", url: address })).headers.etag as string;
    const target = act.startsWith("/") ? act : `${address}/${act}`;
    const before = await tag();
    expect(before, address).toMatch(/^"[^"]+"$/);
    expect((await post(by, target, payload, { "if-match": '"long ago"' })).statusCode, target).toBe(412);
    expect(await tag(), target).toBe(before);
    const done = await post(by, target, payload, { "if-match": before });
    expect(done.statusCode, `${target}: ${done.body}`).toBeLessThan(300);
    expect(await tag(), target).not.toBe(before);
    expect(done.headers.etag, target).toBe(await tag());
    expect((await post(by, target, payload, { "if-match": before })).statusCode, target).toBe(412);
  }
});

test("If-Match: a gateway's configuration is not written over blindly: 428 says what runs", async () => {
  const runs = await api.cloud.store.read.selectFrom("running").selectAll().where("kind", "=", "site").executeTakeFirstOrThrow();
  const asked = { site: runs.site, gateway: runs.gateway, kind: "site", name: runs.name, text: "x: 1\n", reason: "试试" };
  const ask_ = (headers: object) =>
    api.ask("installer", {
      ...{ method: "POST", url: "/api/v1/documents", payload: asked },
      headers: { "idempotency-key": "blind-change", ...headers },
    });
  expect((await ask_({})).json()).toMatchObject({
    ...{ status: 428, type: "urn:cuobian:problem:say-which" },
    errors: [{ pointer: "/etag", detail: `"${runs.hash}"` }],
  });
  expect((await ask_({ "if-match": '"sha256:other"' })).statusCode).toBe(412);
  expect((await ask_({ "if-match": `"${runs.hash}"` })).json()).toMatchObject({ status: 422, type: "urn:cuobian:problem:document-wrong" });
});

test("the description says both: a key for every POST that makes something, If-Match for what is edited, and what is a cursor", async () => {
  const { paths } = (await api.server.inject({ method: "GET", url: "/openapi.json" })).json() as {
    paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
  };
  const named = (url: string, method: string): string[] => (paths[url]?.[method]?.parameters ?? []).map(({ name }) => name.toLowerCase());
  const posts = api.routes.filter(
    ({ method, access, once, audit }) => method === "POST" && access !== "anyone" && once !== "secret" && audit !== "nothing-changes",
  );
  expect(posts.length).toBeGreaterThan(25);
  for (const { url: address } of posts) expect(named(address.replaceAll(/:(\w+)/g, "{$1}"), "post"), address).toContain("idempotency-key");
  // What is changed is changed as it was read. Not: what is only added to, or only looked at, a message that is sent to try a channel,
  // and a file that is being made: how far it is changes by itself, and said twice its end is one.
  const adds = ["evidence", "mediation", "plate", "picture", "enrolment-code", "test", "answers", "papers", "steps", "cancellation"];
  const changes = api.routes.filter(
    ({ method, url: address, audit }) =>
      method === "POST" && /:(id|gateway)/.test(address) && audit !== "nothing-changes" && !adds.includes(address.split("/").at(-1) ?? ""),
  );
  expect(changes.length).toBeGreaterThan(11);
  for (const address of [...changes.map((one) => one.url), "/api/v1/ledger/rules", "/api/v1/documents", "/api/v1/maintenance/zones"])
    expect(named(address.replaceAll(/:(\w+)/g, "{$1}"), "post"), address).toContain("if-match");
  for (const address of ["alarms", "entries", "gaps", "dead-letters", "commands"])
    expect(named(`/api/v1/${address}`, "get")).toContain("after");
});

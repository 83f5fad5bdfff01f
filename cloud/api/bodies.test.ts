// What comes in is taken at its word or refused in words: bodies, queries and addresses of every kind, over both databases, and never an error of ours.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bothDatabases } from "#test/world/databases.ts";
import { openTestApi, type TestApi, tellEverything } from "./api-for-tests.ts";

/** As a stranger who has understood what stands in a cursor would write one. */
const sealed = (place: string): string => Buffer.from(`p1~${place}`).toString("base64url");

describe.each(bothDatabases())("over $name", ({ place }) => {
  let api: TestApi;
  let hazard = "";
  let entry = "";
  beforeAll(async () => {
    api = await openTestApi({ place: place() });
    await tellEverything(api.cloud);
    const { read } = api.cloud.store;
    hazard = (await read.selectFrom("hazard").select("id").orderBy("id").executeTakeFirstOrThrow()).id;
    entry = (await read.selectFrom("entry").select("id").executeTakeFirstOrThrow()).id;
    // A database is started, and every migration run.
  }, 60_000);
  afterAll(() => api?.close());

  const dispatch = { action: "dispatch", note: "请整改", responsible: "锦绣物业" };
  const where = {
    session: "/api/v1/session",
    transitions: () => `/api/v1/hazards/${hazard}/transitions`,
    handle: () => `/api/v1/entries/${entry}/handle`,
  };
  const bodies: readonly (readonly [name: string, url: string | (() => string), payload: unknown, pointer: RegExp])[] = [
    ["an unknown key at sign-in", where.session, { person: "booth", admin: true }, /admin/],
    ["a number for a name", where.session, { person: 5 }, /\/body\/person/],
    ["no name", where.session, {}, /person/],
    ["a name that is too long", where.session, { person: "a".repeat(65) }, /\/body\/person/],
    ["a list", where.session, [], /\/body/],
    ["null", where.session, null, /\/body/],
    ["an unknown key of a transition", where.transitions, { ...dispatch, state: "已销号" }, /state/],
    ["an action that nobody knows", where.transitions, { ...dispatch, action: "delete" }, /\/body\/action/],
    ["a note that is a number", where.transitions, { ...dispatch, note: 5 }, /\/body\/note/],
    ["no note", where.transitions, { action: "dispatch" }, /note/],
    ["a note that is too long", where.transitions, { ...dispatch, note: "字".repeat(501) }, /\/body\/note/],
    ["a deadline as a number", where.transitions, { ...dispatch, deadline: 1_795_579_200_000 }, /\/body\/deadline/],
    ["a note of blanks", where.handle, { note: " " }, /\/body\/note/],
    ["a true for a text", where.handle, { note: true }, /\/body\/note/],
    ["an unknown key of a handling", where.handle, { note: "好", person: "someone else" }, /person/],
  ];
  test.each(bodies)("400 for %s, with its place", async (_, url, payload, pointer) => {
    const answer = await api.ask(typeof url === "string" ? undefined : url === where.handle ? "booth" : "street-officer", {
      ...{ method: "POST", url: typeof url === "string" ? url : url() },
      ...{ payload: JSON.stringify(payload), headers: { "content-type": "application/json" } },
    });
    expect(answer.statusCode, answer.body).toBe(400);
    expect(JSON.stringify(answer.json().errors)).toMatch(pointer);
  });

  test.each([
    ["no JSON", "application/json", "{", 400],
    ["an empty body", "application/json", "", 400],
    ["another kind of content", "text/plain", "person=booth", 415],
    ["a form", "application/x-www-form-urlencoded", "person=booth", 415],
    ["a body without end", "application/json", JSON.stringify({ person: "a".repeat(70_000) }), 413],
    ["a key that is no key of ours", "application/json", '{"__proto__":{"person":"booth"},"person":"booth"}', 400],
  ])("%s is refused in words", async (_, type, payload, status) => {
    const answer = await api.ask(undefined, { method: "POST", url: where.session, payload, headers: { "content-type": type } });
    expect([answer.statusCode, answer.json().status, answer.headers["content-type"]]).toEqual([
      status,
      status,
      "application/problem+json; charset=utf-8",
    ]);
  });

  const day = encodeURIComponent("2026-11-25T00:00:00+08:00");
  const curve = "/api/v1/telemetry?site=jinxiu&socket=station-1/1&field=current_mA";
  const queries: readonly (readonly [url: string, status: number])[] = [
    ["/api/v1/events?limit=1", 200],
    ["/api/v1/events?limit=0", 400],
    ["/api/v1/events?limit=501x", 400],
    ["/api/v1/events?limit=-1", 400],
    ["/api/v1/events?order=asc", 400],
    [`/api/v1/events?after=${sealed("3")}`, 200],
    ["/api/v1/events?after=3", 400],
    [`/api/v1/events?after=${sealed("abc")}`, 400],
    [`/api/v1/events?after=${sealed("1.5")}`, 400],
    [`/api/v1/events?after=${sealed("1e30")}`, 400],
    [`/api/v1/events?after=${sealed("99999999999999999999")}`, 400],
    ["/api/v1/events?after=", 400],
    ["/api/v1/events?key=gw-1/00000000000000aa/state/1", 200],
    ["/api/v1/events?key=gw-1", 400],
    ["/api/v1/events?key=gw-1/e/state/9999999999999999", 400],
    ["/api/v1/events?type=visit.opened&type=visit.paid", 200],
    ["/api/v1/events?type=%00", 400],
    ["/api/v1/events?subject=%27%20OR%201=1--", 200],
    [`/api/v1/hazards?after=${sealed("1~a")}`, 200],
    [`/api/v1/hazards?after=${sealed("x~y")}`, 400],
    [`/api/v1/hazards?after=${sealed("1")}`, 400],
    [`/api/v1/hazards?after=${sealed("1~a~b")}`, 400],
    ["/api/v1/hazards?state=%E5%BE%85%E6%B4%BE%E5%8D%95", 200],
    ["/api/v1/hazards?state=open", 400],
    ["/api/v1/hazards/%00", 400],
    ["/api/v1/hazards/%ff", 400],
    [`/api/v1/visits?after=${sealed("NaN~v")}`, 400],
    [`/api/v1/visits?after=${sealed("1.5~v")}`, 400],
    ["/api/v1/visits?site=%00", 400],
    ["/api/v1/visits?visit=visit-0001", 200],
    ["/api/v1/visits?plate=D%25", 400],
    ["/api/v1/visits?plate=D_12", 400],
    ["/api/v1/visits?from=yesterday", 400],
    ["/api/v1/visits?plate=D1%3F&from=2026-01-01T00:00:00%2B08:00", 200],
    ["/api/v1/alarms?state=all", 200],
    ["/api/v1/alarms?state=open&state=all", 400],
    [curve, 200],
    [`${curve}&from=${day}`, 200],
    [`${curve}&from=yesterday`, 400],
    [`${curve}&from=2026-02-30T00:00:00Z`, 400],
    // As many hours as a database must look through: a month is enough for any curve.
    [`${curve}&from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z`, 400],
    [`${curve}&from=${day}&to=2026-11-24T00:00:00Z`, 400],
    ["/api/v1/telemetry?site=jinxiu&socket=station-9/9&field=current_mA", 404],
    ["/api/v1/telemetry?site=jinxiu&socket=station-1/1&field=password", 400],
    ["/api/v1/stream?after=x", 400],
    [`/api/v1/${"a".repeat(9_000)}`, 404],
  ];
  test.each(queries)("GET %s: %d", async (url, status) => {
    const answer = await api.ask("property-manager", { method: "GET", url });
    expect(answer.statusCode, answer.body.slice(0, 300)).toBe(status);
    if (status === 400) expect(answer.json()).toMatchObject({ status: 400, type: expect.stringMatching(/^urn:cuobian:problem:/) });
  });

  test("a NUL in a text of a body is refused too", async () => {
    const answer = await api.ask(undefined, { method: "POST", url: where.session, payload: { person: "bo\u0000th" } });
    expect(answer.statusCode, answer.body).toBe(400);
    const note = await api.ask("booth", { method: "POST", url: where.handle(), payload: { note: "a\u0000b" } });
    expect(note.statusCode, note.body).toBe(400);
  });

  test("a deadline that does not exist or is past is refused; a role that may not is told which may", async () => {
    const transit = (role: "street-officer" | "property-manager", payload: object) =>
      api.ask(role, { method: "POST", url: where.transitions(), payload });
    expect((await transit("street-officer", { ...dispatch, deadline: "2026-02-30T00:00:00+08:00" })).statusCode).toBe(400);
    expect((await transit("street-officer", { ...dispatch, deadline: "2026-11-25T11:59:00+08:00" })).json()).toMatchObject({
      status: 409,
      type: "urn:cuobian:problem:deadline-past",
    });
    expect((await transit("property-manager", dispatch)).json()).toMatchObject({ status: 403, type: "urn:cuobian:problem:wrong-role" });
    expect((await transit("street-officer", { ...dispatch, action: "close" })).json()).toMatchObject({
      status: 409,
      type: "urn:cuobian:problem:wrong-state",
    });
  });

  test("pages: every event once, newest first, whatever arrives meanwhile", async () => {
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const answer = await api.ask("booth", { method: "GET", url: `/api/v1/events?limit=7${next === null ? "" : `&after=${next}`}` });
      const page = answer.json() as { items: { key: string }[]; next: string | null };
      seen.push(...page.items.map(({ key }) => key));
      next = page.next;
    } while (next !== null && seen.length < 1000);
    expect(new Set(seen).size).toBe(seen.length);
    const { events } = (await api.ask("booth", { method: "GET", url: "/api/v1/counts" })).json() as { events: number };
    expect(seen.length).toBe(events);
  });

  test("every other list is paged in the same way, and takes no cursor that is not its own kind's", async () => {
    for (const noun of ["hazards", "visits", "alarms", "entries", "gaps", "dead-letters", "commands", "notify/deliveries", "documents"]) {
      const url = `/api/v1/${noun}`;
      const ask = (address: string) => api.ask("property-manager", { method: "GET", url: address });
      const all = (await ask(`${url}?limit=500`)).json() as { items: object[]; next: null };
      expect([all.next, (await ask(`${url}?after=next`)).statusCode, (await ask(`${url}?limit=0`)).statusCode], noun).toEqual([
        null,
        400,
        400,
      ]);
      const seen: object[] = [];
      for (let next: string | null = ""; next !== null; ) {
        const page = (await ask(`${url}?limit=1${next === "" ? "" : `&after=${next}`}`)).json() as { items: object[]; next: string | null };
        expect(page.items.length).toBeLessThanOrEqual(1);
        seen.push(...page.items);
        next = page.next;
      }
      expect(seen, noun).toEqual(all.items);
      if (!["gaps", "commands", "notify/deliveries", "documents"].includes(noun)) expect(seen.length, noun).toBeGreaterThan(0);
    }
  });

  test("hazards and visits, whoever reads them", async () => {
    for (const url of ["/api/v1/hazards", "/api/v1/visits"]) {
      const all = (await api.ask("booth", { method: "GET", url })).json() as { items: object[] };
      const first = (await api.ask("booth", { method: "GET", url: `${url}?limit=1` })).json() as { items: object[]; next: string | null };
      expect(first.items).toEqual(all.items.slice(0, 1));
      if (all.items.length === 1) expect(first.next).toBeNull();
      else {
        const second = (
          await api.ask("booth", { method: "GET", url: `${url}?limit=1&after=${encodeURIComponent(first.next ?? "")}` })
        ).json();
        expect(second.items).toEqual(all.items.slice(1, 2));
      }
    }
  });
});

test("a problem speaks the reader's language, and says what, where and how to mend it", async () => {
  const api = await openTestApi();
  const ask = (language: string | undefined) =>
    api.ask(undefined, {
      method: "POST",
      url: "/api/v1/session",
      payload: {},
      headers: language === undefined ? {} : { "accept-language": language },
    });
  for (const language of [undefined, "zh-CN,zh;q=0.9,en;q=0.8", "fr"])
    expect((await ask(language)).json()).toMatchObject({
      title: "请求内容不符合约定",
      detail: "请求内容不符合约定",
      hint: "见 /openapi.json",
    });
  for (const language of ["en", "en-GB,en;q=0.9,zh;q=0.8", " EN-us"])
    expect((await ask(language)).json()).toMatchObject({
      title: "the request is not as described",
      hint: "see /openapi.json",
      errors: [expect.anything()],
    });
  await api.close();
});

// Break glass: two codes out of two envelopes, two people, one hour; an alarm in every compound and a row of the audit log in the same moment; nothing prolongs it, and nothing of it stays.
import { afterAll, beforeAll, expect, test } from "vitest";
import { emergencyWithin_ms, envelopesOf, sealEnvelopes } from "#cloud/identity/emergency.ts";
import { openTree } from "#cloud/identity/tree.ts";
import { compound } from "#cloud/ingest/room-for-tests.ts";
import { roles } from "#protocols/api/views.ts";
import { minuteMs } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { cookieIn, openTestApi, ours, type TestApi } from "./api-for-tests.ts";

const other = { ...compound, id: "yuehu", name: "月湖花园", code: "YH01" };
let api: TestApi;
beforeAll(async () => {
  const tree = openTree([], [compound, other]);
  api = await openTestApi({ given: { demonstration: false, tree, compounds: [compound, other] } });
});
afterAll(() => api?.close());

const seal = (count = 2) => api.cloud.store.change((change) => sealEnvelopes(change, { count, by: "测试", now: api.cloud.clock.now }));
let asked = 0;
const open = (payload: object) => {
  asked += 1;
  return api.ask(undefined, { method: "POST", url: "/api/v1/emergency", payload, remoteAddress: `10.0.0.${asked}` });
};
const two = { names: ["管理员乙", "主任甲"], reason: "管理员失联，道闸全部不开" };
const alarms = () => api.cloud.store.read.selectFrom("alarm").selectAll().where("rule", "=", "access.emergency").execute();
const rows = () => api.cloud.store.read.selectFrom("audit").selectAll().where("action", "=", "emergency.open").orderBy("ordinal").execute();
const get = (cookie: string, url: string) => api.server.inject({ method: "GET", url, headers: { ...ours, cookie } });

test("emergency: one code, the same twice, a wrong one, one person, an envelope that was replaced: nothing is opened, and each is a row", async (context) => {
  const [old] = await seal();
  const [one, another] = (await seal()).map(({ code }) => code);
  const before = await envelopesOf(api.cloud.store.read);
  const cases: readonly (readonly [codes: unknown, over: object, status: number])[] = [
    [[one], {}, 400],
    [[one, another, one], {}, 400],
    [[one, one], {}, 401],
    [[one, "AAAA-AAAA-AAAA-AAAA"], {}, 401],
    [[one, old?.code], {}, 401],
    [[one, another], { names: ["主任甲", "主任甲"] }, 409],
    [[one, another], { names: ["主任甲", " 主任甲"] }, 409],
    [[one, another], { names: ["主任甲"] }, 400],
    [[one, another], { reason: "" }, 400],
    [[one, another], { more: true }, 400],
  ];
  for (const [codes, over, status] of cases)
    expect((await open({ codes, ...two, ...over })).statusCode, JSON.stringify([codes, over])).toBe(status);
  expect([await alarms(), await envelopesOf(api.cloud.store.read)]).toEqual([[], before]);
  const refused = await rows();
  expect(refused.map(({ outcome, code }) => [outcome, code])).toEqual([
    ...Array.from({ length: 3 }, () => ["refused", "code"]),
    ...Array.from({ length: 2 }, () => ["refused", "same-person"]),
  ]);
  expect(JSON.stringify(refused)).not.toContain(one ?? "?");
  counted(context, { refused: cases.length, "opened wrongly": 0 });
});

test("emergency: opened it is heard in every compound, lives an hour under whichever post, gets no token, and its envelopes are used up", async (context) => {
  const codes = (await seal()).map(({ code }) => code);
  const answer = await open({ codes, ...two });
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.json()).toMatchObject({ id: "emergency", role: "administrator", area: "all" });
  expect(answer.headers["cache-control"]).toBe("no-store");
  const raised = await alarms();
  expect(raised.map(({ site, priority }) => [site, priority]).sort()).toEqual([
    ["jinxiu", 1],
    ["yuehu", 1],
  ]);
  expect(raised.every(({ zh }) => zh.includes("管理员乙、主任甲"))).toBe(true);
  const [row] = (await rows()).filter(({ outcome }) => outcome === "done");
  expect([row?.person, JSON.parse(row?.detail ?? "{}")]).toEqual([
    "emergency",
    expect.objectContaining({
      names: two.names,
      reason: two.reason,
      envelopes: [expect.stringMatching(/\/1$/), expect.stringMatching(/\/2$/)],
    }),
  ]);
  expect((await open({ codes, ...two })).statusCode).toBe(401);

  const cookie = cookieIn(answer);
  expect((await get(cookie, "/api/v1/audit")).statusCode).toBe(200);
  api.cloud.clock.now += 40 * minuteMs;
  const post = await api.server.inject({
    ...{ method: "POST", url: "/api/v1/session/post", payload: { post: "property-manager@all" } },
    headers: { ...ours, cookie },
  });
  expect(post.statusCode, post.body).toBe(200);
  expect((await get(cookie, "/api/v1/visits")).statusCode).toBe(200);
  api.cloud.clock.now += emergencyWithin_ms - 41 * minuteMs;
  expect((await get(cookie, "/api/v1/visits")).statusCode).toBe(200);
  const chief = await open({ codes: (await seal()).map(({ code }) => code), ...two });
  const grant = await api.server.inject({
    ...{ method: "POST", url: "/api/v1/tokens", headers: { ...ours, cookie: cookieIn(chief) } },
    payload: { name: "留一手", person: "emergency", post: "administrator@all", scopes: ["alarms:read"], days: 366 },
  });
  expect([grant.statusCode, grant.json().type]).toEqual([422, "urn:cuobian:problem:no-token-for-emergency"]);
  api.cloud.clock.now += 2 * minuteMs;
  expect((await get(cookie, "/api/v1/visits")).statusCode).toBe(401);
  api.cloud.clock.now += emergencyWithin_ms;
  expect((await get(cookieIn(chief), "/api/v1/audit")).statusCode).toBe(401);
  // Without envelopes nobody comes in as it: it has no password.
  const payload = { person: "emergency", password: codes[0] ?? "" };
  expect((await api.ask(undefined, { method: "POST", url: "/api/v1/session", payload, remoteAddress: "10.9.9.9" })).statusCode).toBe(401);
  const ended = (await envelopesOf(api.cloud.store.read)).filter(({ ended_at }) => ended_at === null);
  expect(ended).toEqual([]);
  counted(context, { compounds: raised.length, minutes: emergencyWithin_ms / minuteMs, roles: roles.length });
});

test("emergency: guessing is limited", async () => {
  const guess = () =>
    api.ask(undefined, {
      ...{ method: "POST", url: "/api/v1/emergency", remoteAddress: "10.7.7.7" },
      payload: { codes: ["AAAA-AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB-BBBB"], ...two },
    });
  const answers: number[] = [];
  for (let n = 0; n < 7; n += 1) answers.push((await guess()).statusCode);
  expect(answers).toEqual([401, 401, 401, 401, 401, 429, 429]);
});

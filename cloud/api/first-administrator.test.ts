// The first administrator: a code that is printed while there is none, good once and for a day; no password is there before somebody chose his own.
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstCode, firstCodeWithin_ms } from "#cloud/identity/first-administrator.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import { openTestApi, ours, people, type TestApi } from "./api-for-tests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ given: { demonstration: false } });
});
afterAll(() => api?.close());
const made = () => firstCode(api.cloud.store, { demonstration: false, now: api.cloud.clock.now });
const wish = { id: "lin", name: "林", organisation: "住建局", password: "a long one of my own" };
const ask = (code: string, given: object = {}) =>
  api.server.inject({ method: "POST", url: "/api/v1/first-administrator", headers: ours, payload: { code, ...wish, ...given } });

test("none is made where an administrator has a password, nor in a demonstration", async () => {
  const { store } = api.cloud;
  expect(await firstCode(store, { demonstration: true, now: 0 })).toBeUndefined();
  const known = people.map((one) => (one.role === "administrator" ? { ...one, password_hash: "$scrypt$x" } : one));
  await syncPeople(store, known);
  expect(await made()).toBeUndefined();
  // Who left the file is nobody any more.
  await syncPeople(
    store,
    people.filter(({ role }) => role !== "administrator"),
  );
  expect(await made()).toBeDefined();
});

test("after a day it is worth nothing; a short password and a name that somebody has do not use it up", async () => {
  const old = (await made()) ?? "";
  api.cloud.clock.now += firstCodeWithin_ms;
  expect((await ask(old)).statusCode).toBe(401);
  const code = (await made()) ?? "";
  expect((await ask(code, { password: "short" })).statusCode).toBe(400);
  expect((await ask(code, { id: "booth" })).json()).toMatchObject({ status: 409, type: "urn:cuobian:problem:name-taken" });
});

test("two at once with one code: one of them is the administrator of everything, with his own password; then no code is good, and none is made", async () => {
  const [first = "", second = ""] = [await made(), await made()];
  expect(first).toMatch(/^([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/);
  const kept = await api.cloud.store.read.selectFrom("first_code").selectAll().execute();
  expect([kept.length, JSON.stringify(kept).includes(first)]).toEqual([3, false]);
  expect((await ask("ABCD-EFGH-JKLM-NPQR")).statusCode).toBe(401);
  const answers = await Promise.all([ask(first), ask(first, { id: "wu" })]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
  const winner = answers.find(({ statusCode }) => statusCode === 200)?.json();
  expect(winner).toMatchObject({ role: "administrator", area: "all" });
  expect([(await ask(first, { id: "wei" })).statusCode, (await ask(second, { id: "wei" })).statusCode]).toEqual([401, 401]);
  const payload = { person: winner.id, password: wish.password };
  expect((await api.server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload })).statusCode).toBe(200);
  expect(await made()).toBeUndefined();
  const rows = await api.cloud.store.read
    .selectFrom("audit")
    .selectAll()
    .where("action", "=", "administrator.first")
    .orderBy("ordinal")
    .execute();
  expect(rows.map(({ outcome, code, object }) => [outcome, code, object])).toEqual([
    ["refused", "code", null],
    ["refused", "name-taken", null],
    ["refused", "code", null],
    ["done", null, winner.id],
    ...Array(3).fill(["refused", "code", null]),
  ]);
  expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${first}|${second}|${wish.password}`));
});

// Coming in and going out: the picker of a demonstration, passwords and their limits, cookies and what ends them.
import { randomBytes, scryptSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addPerson, syncPeople } from "#cloud/identity/people.ts";
import { noon } from "#cloud/ingest/room-for-tests.ts";
import { roles } from "#protocols/api/views.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";
import { cookieIn, openTestApi, ours, type TestApi } from "./api-for-tests.ts";

let api: TestApi;
const signIn = (payload: object, headers: Record<string, string> = {}) =>
  api.server.inject({ method: "POST", url: "/api/v1/session", headers: { ...ours, ...headers }, payload });
const who = async (cookie: string) => (await api.server.inject({ method: "GET", url: "/api/v1/session", headers: { cookie } })).json();
const sees = async (cookie: string) => (await api.server.inject({ method: "GET", url: "/api/v1/counts", headers: { cookie } })).statusCode;

describe("a demonstration", () => {
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  test("shows whom one may be, and takes nobody else", async () => {
    const people = (await api.server.inject({ method: "GET", url: "/api/v1/people" })).json();
    expect(people.map(({ role }: { role: string }) => role).sort()).toEqual([...roles].sort());
    expect(JSON.stringify(people)).not.toMatch(/password|hash/);
    const answer = await signIn({ person: "booth" });
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      {
        id: "booth",
        name: "booth 某",
        role: "booth",
        organisation: "演示单位",
        post: "booth@jinxiu",
        area: "jinxiu",
        area_name: "锦绣花园（演示）",
      },
    ]);
    expect((await signIn({ person: "nobody" })).statusCode).toBe(401);
  });

  test("the cookie is for this site, this browser and HTTP only, for one shift", async () => {
    const [cookie] = (await signIn({ person: "booth" })).cookies;
    expect(cookie).toMatchObject({ name: "sid", path: "/", httpOnly: true, sameSite: "Strict", maxAge: 12 * 3600 });
    // Over plain HTTP on loopback a Secure cookie would not come back.
    expect(cookie?.secure).toBeUndefined();
    expect(cookie?.value).toMatch(/^[\w-]{43}$/);
    const kept = await api.cloud.store.read.selectFrom("sign_in").select("token_hash").execute();
    expect(JSON.stringify(kept)).not.toContain(cookie?.value);
  });

  test("every sign-in has a new id, and the one before it is worth nothing; another browser's stays", async () => {
    const first = cookieIn(await signIn({ person: "booth" }));
    const elsewhere = cookieIn(await signIn({ person: "booth" }));
    const second = cookieIn(await signIn({ person: "property-manager" }, { cookie: first }));
    expect(new Set([first, elsewhere, second]).size).toBe(3);
    expect([await sees(first), await sees(elsewhere), await sees(second)]).toEqual([401, 200, 200]);
    // An id that somebody else chose beforehand is not taken over.
    const fixed = cookieIn(await signIn({ person: "booth" }, { cookie: "sid=chosen-by-somebody-else" }));
    expect(fixed).not.toContain("chosen");
    expect(await sees("sid=chosen-by-somebody-else")).toBe(401);
  });

  test("signing out ends it on the server, and takes the cookie away", async () => {
    const cookie = cookieIn(await signIn({ person: "booth" }));
    expect(await who(cookie)).toMatchObject({ id: "booth" });
    const out = await api.server.inject({ method: "DELETE", url: "/api/v1/session", headers: { ...ours, cookie } });
    expect([out.statusCode, out.cookies[0]?.value]).toEqual([200, ""]);
    expect([await sees(cookie), await who(cookie)]).toEqual([401, null]);
    expect((await api.server.inject({ method: "DELETE", url: "/api/v1/session", headers: { ...ours, cookie } })).statusCode).toBe(200);
  });

  test("it ends by itself after twelve hours of told time, and with the person", async () => {
    const cookie = cookieIn(await signIn({ person: "booth" }));
    api.cloud.clock.now = noon + 12 * hourMs - 1;
    expect(await sees(cookie)).toBe(200);
    api.cloud.clock.now = noon + 12 * hourMs;
    expect(await sees(cookie)).toBe(401);
    const another = cookieIn(await signIn({ person: "street-officer" }));
    await api.cloud.store.change((change) => change.updateTable("person").set({ active: 0 }).where("id", "=", "street-officer").execute());
    expect([await sees(another), (await signIn({ person: "street-officer" })).statusCode]).toEqual([401, 401]);
  });
});

describe("behind TLS", () => {
  const right = "correct horse battery";
  beforeEach(async () => {
    api = await openTestApi({ given: { demonstration: false, tls: true } });
    for (const id of ["booth", "installer"])
      await api.cloud.store.change((change) =>
        change
          .updateTable("person")
          .set({ password_hash: quickHash(right) })
          .where("id", "=", id)
          .execute(),
      );
  });
  afterEach(() => api.close());

  test("the cookie is __Host-, Secure, and the browser is told to stay with HTTPS", async () => {
    const answer = await signIn({ person: "booth", password: right });
    expect(String(answer.headers["set-cookie"])).toMatch(
      /^__Host-sid=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(answer.headers["strict-transport-security"]).toBe("max-age=31536000");
    const cookie = cookieIn(answer);
    expect([await sees(cookie), await sees(cookie.replace("__Host-sid", "sid"))]).toEqual([200, 401]);
    const out = await api.server.inject({ method: "DELETE", url: "/api/v1/session", headers: { ...ours, cookie } });
    expect([out.statusCode, await sees(cookie)]).toEqual([200, 401]);
  });

  test("one name is tried five times a minute, from wherever; another name is not shut out with it", async () => {
    const answers: number[] = [];
    for (let n = 1; n <= 6; n += 1)
      answers.push((await signIn({ person: "booth", password: `guess ${n}` }, { "x-forwarded-for": `10.0.0.${n}` })).statusCode);
    expect(answers).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await signIn({ person: "booth", password: right })).statusCode).toBe(429);
    expect((await signIn({ person: "installer", password: right })).statusCode).toBe(200);
    api.cloud.clock.now += 60_000;
    expect((await signIn({ person: "booth", password: right })).statusCode).toBe(200);
  });
});

describe("several posts of one person", () => {
  const booth = { id: "booth", name: "甲", role: "booth", organisation: "物业", area: "jinxiu" } as const;
  const committee = { role: "owners-committee", organisation: "业委会", area: "jinxiu" } as const;
  beforeEach(async () => {
    api = await openTestApi();
    await syncPeople(api.cloud.store, [{ ...booth, posts: [committee] }]);
  });
  afterEach(() => api.close());

  test("nobody begins with rights he did not choose: which post is asked for, listed, and one that he does not hold is refused", async () => {
    const asked = await signIn({ person: "booth" });
    expect([asked.statusCode, asked.json().type]).toEqual([409, "urn:cuobian:problem:choose-post"]);
    expect(asked.json().errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(["booth@jinxiu", "owners-committee@jinxiu"]);
    expect((await signIn({ person: "booth", as: "administrator@all" })).statusCode).toBe(409);
    expect((await signIn({ person: "booth", as: "owners-committee@jinxiu" })).json()).toMatchObject({
      id: "booth",
      role: "owners-committee",
    });
  });

  test("rights are those of the post that acts; another one is chosen for a tab that says so, what was not chosen is refused, and a post that is taken away is none any more", async () => {
    const first = cookieIn(await signIn({ person: "booth", as: "owners-committee@jinxiu" }));
    const lanes = async (as?: string) => {
      const headers = { cookie: first, ...(as === undefined ? {} : { "x-cuobian-acting": encodeURIComponent(`booth/${as}`) }) };
      return (await api.server.inject({ method: "GET", url: "/api/v1/lanes", headers })).statusCode;
    };
    const choose = (cookie: string, post: string) =>
      api.server.inject({ method: "POST", url: "/api/v1/session/post", headers: { ...ours, cookie }, payload: { post } });
    expect(await lanes()).toBe(403);
    // He holds it, and this sign-in has not chosen it.
    expect([await lanes("booth@jinxiu"), await lanes("administrator@all")]).toEqual([409, 409]);
    expect((await choose(first, "administrator@all")).statusCode).toBe(404);
    const chosen = await choose(first, "booth@jinxiu");
    expect([chosen.json().role, cookieIn(chosen)]).toEqual(["booth", ""]);
    // Two tabs, two posts; one that says nothing is the last that was chosen.
    expect([await lanes("owners-committee@jinxiu"), await lanes("booth@jinxiu"), await lanes()]).toEqual([403, 200, 200]);
    // A link, a picture or a stream says it in its address.
    const link = (query: string) => api.server.inject({ method: "GET", url: `/api/v1/lanes?${query}`, headers: { cookie: first } });
    const as = (post: string): string => `acting=${encodeURIComponent(`booth/${post}`)}`;
    expect(
      await Promise.all(
        [as("booth@jinxiu"), as("owners-committee@jinxiu"), as("administrator@all"), `${as("booth@jinxiu")}&${as("booth@jinxiu")}`].map(
          async (query) => (await link(query)).statusCode,
        ),
      ),
    ).toEqual([200, 403, 409, 400]);
    // Another sign-in of the same person has chosen for itself.
    const other = cookieIn(await signIn({ person: "booth", as: "owners-committee@jinxiu" }));
    const headers = { cookie: other, "x-cuobian-acting": encodeURIComponent("booth/booth@jinxiu") };
    expect((await api.server.inject({ method: "GET", url: "/api/v1/lanes", headers })).statusCode).toBe(409);
    await syncPeople(api.cloud.store, [{ ...booth, ...committee }]);
    expect([await lanes("booth@jinxiu"), await lanes()]).toEqual([401, 401]);
  });
});

/** A stored hash says its own cost: at the true one a test of many guesses would take a minute. */
function quickHash(password: string): string {
  const salt = randomBytes(16);
  const key = scryptSync(password, salt, 32, { N: 2 ** 4, r: 8, p: 1 });
  return `$scrypt$ln=4,r=8,p=1$${salt.toString("base64")}$${key.toString("base64")}`;
}

describe("with passwords", () => {
  const right = "correct horse battery";
  beforeEach(async () => {
    api = await openTestApi({ given: { demonstration: false } });
    const password_hash = quickHash(right);
    await api.cloud.store.change((change) => change.updateTable("person").set({ password_hash }).where("id", "=", "booth").execute());
  });
  afterEach(() => api.close());

  test("nobody is shown to choose from; the right password lets in, a wrong one and a wrong name sound alike", async () => {
    expect((await api.server.inject({ method: "GET", url: "/api/v1/people" })).json()).toEqual([]);
    const wrong = await signIn({ person: "booth", password: "wrong" });
    const nobody = await signIn({ person: "nobody", password: right });
    expect([wrong.statusCode, wrong.body]).toEqual([401, nobody.body]);
    expect(cookieIn(wrong)).toBe("");
    expect((await signIn({ person: "booth", password: right })).statusCode).toBe(200);
  });

  test.each([
    ["no password", { person: "booth" }],
    ["an empty one", { person: "booth", password: "" }],
    ["a person who has none", { person: "property-manager", password: "" }],
  ])("%s lets nobody in", async (_, payload) => {
    expect((await signIn(payload)).statusCode).toBe(401);
  });

  test("the sixth wrong one is not looked at any more, whatever it says of where it comes from; nor is a right one", async () => {
    const answers: number[] = [];
    for (let n = 1; n <= 6; n += 1)
      answers.push(
        (await signIn({ person: "booth", password: `guess ${n}` }, { "x-forwarded-for": `10.0.0.${n}`, forwarded: `for=10.0.0.${n}` }))
          .statusCode,
      );
    expect(answers).toEqual([401, 401, 401, 401, 401, 429]);
    const after = await signIn({ person: "booth", password: right }, { "x-forwarded-for": "10.9.9.9" });
    expect([after.statusCode, after.json().type]).toEqual([429, "urn:cuobian:problem:too-many"]);
    expect(Number(after.headers["retry-after"])).toBeGreaterThan(0);
    expect(api.cloud.lines.join()).not.toMatch(/guess|correct horse/);
    // The others go on working.
    expect((await api.server.inject({ method: "GET", url: "/api/v1/session" })).statusCode).toBe(200);
  });

  test("a one-time password is only good for choosing one's own; that ends its other sign-ins", async () => {
    const once = "ABCD-EFGH-JKLM-NPQR";
    await addPerson(api.cloud.store, {
      id: "li",
      name: "李",
      role: "grid-worker",
      organisation: "网格",
      area: "jinxiu",
      password_hash: quickHash(once),
    });
    expect((await signIn({ person: "li", password: once })).json()).toMatchObject({
      status: 403,
      type: "urn:cuobian:problem:choose-password",
    });
    expect((await signIn({ person: "li", password: once, new_password: "short" })).statusCode).toBe(400);
    const chosen = await signIn({ person: "li", password: once, new_password: "a longer one of mine" });
    expect(chosen.statusCode).toBe(200);
    expect((await signIn({ person: "li", password: once })).statusCode).toBe(401);
    const again = await signIn({ person: "li", password: "a longer one of mine", new_password: "and yet another one" });
    expect([await sees(cookieIn(chosen)), await sees(cookieIn(again))]).toEqual([401, 200]);
  });
});

// Posts given and ended on the page: two administrators give, one ends, nobody changes his own; what the file says only the file changes, and what the page gave outlives a restart.
import { afterAll, beforeAll, expect, test } from "vitest";
import { syncPeople } from "#cloud/identity/people.ts";
import { approvedWithin_ms } from "#cloud/identity/post-changes.ts";
import type { HolderView, PostChangeView } from "#protocols/api/posts.ts";
import { counted } from "#test/promise.ts";
import { cookieIn, openTestApi, ours, people, type TestApi } from "./api-for-tests.ts";

let api: TestApi;
const second = { id: "second", name: "管理员二", role: "administrator", organisation: "运维", area: "jinxiu" } as const;
const far = { id: "far", name: "别处管理员", role: "administrator", organisation: "运维", area: "elsewhere" } as const;
const everybody = [...people, second, far];
const cookies = new Map<string, string>();
beforeAll(async () => {
  api = await openTestApi();
  await syncPeople(api.cloud.store, everybody);
});
afterAll(() => api?.close());

async function ask(who: string, method: "GET" | "POST", url: string, payload?: object, as?: string) {
  if (!cookies.has(who))
    cookies.set(
      who,
      cookieIn(await api.server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload: { person: who } })),
    );
  const headers = {
    ...ours,
    cookie: cookies.get(who) ?? "",
    ...(as === undefined ? {} : { "x-cuobian-acting": encodeURIComponent(`${who}/${as}`) }),
  };
  const answer = await api.server.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  const body = answer.json();
  return {
    status: answer.statusCode,
    body,
    said: `${answer.statusCode} ${String(body.type ?? body.state)
      .split(":")
      .at(-1)}`,
  };
}
const root = "/api/v1/posts/changes";
const post = { person: "booth", what: "give", role: "grid-worker", area: "jinxiu", organisation: "网格站", reason: "顶班一周" } as const;
const change = (who: string, given: object = {}) => ask(who, "POST", root, { ...post, ...given });
const approve = (who: string, id: string) => ask(who, "POST", `${root}/${id}/approval`);
const held = async (person: string): Promise<string[]> =>
  ((await ask("administrator", "GET", "/api/v1/posts?limit=500")).body.items as HolderView[])
    .find((one) => one.person === person)
    ?.posts.map(({ post: name, origin }) => `${name} ${origin}`) ?? [];

test("P 11.posts: given by two, neither of whom is the person; ended by one, at once; and nothing that the file says is changed here", async (context) => {
  const refusals: [string, Awaited<ReturnType<typeof change>>][] = [
    ["403 wrong-role", await change("property-manager")],
    ["403 same-person", await change("administrator", { person: "administrator" })],
    ["404 no-such-person", await change("administrator", { person: "nobody" })],
    ["404 not-found", await change("administrator", { area: "nowhere" })],
    // Beyond the asker's own post.
    ["404 not-found", await change("administrator", { area: "all" })],
    ["404 not-found", await change("far")],
    ["400 not-as-described", await change("administrator", { role: "king" })],
    ["400 not-as-described", await change("administrator", { active: 1 })],
    ["409 auditor", await change("administrator", { role: "auditor" })],
    ["409 auditor", await change("administrator", { person: "auditor" })],
    ["409 in-the-file", await change("administrator", { what: "end", role: "booth" })],
    ["409 in-the-file", await change("administrator", { role: "booth", organisation: "另一家物业" })],
    ["404 no-such-post", await change("administrator", { what: "end" })],
  ];
  for (const [expected, { said }] of refusals) expect(said).toBe(expected);

  const asked = await change("administrator");
  expect(asked.said).toBe("200 waiting");
  const { id } = asked.body as PostChangeView;
  expect((await change("administrator")).said).toBe("409 waiting");
  expect([(await approve("administrator", id)).said, (await approve("far", id)).said, (await approve("booth", id)).said]).toEqual([
    ...["403 same-person", "404 not-found", "403 wrong-role"],
  ]);
  // Not yet: nothing is held before it is approved.
  expect(await held("booth")).toEqual(["booth@jinxiu config"]);
  expect((await approve("second", id)).said).toBe("200 done");
  expect((await approve("second", id)).said).toBe("409 not-waiting");
  expect(await held("booth")).toEqual(["booth@jinxiu config", "grid-worker@jinxiu page"]);

  // He chooses it like any other, and it outlives a restart of the cloud, which reads its file anew.
  expect((await ask("booth", "POST", "/api/v1/session/post", { post: "grid-worker@jinxiu" })).body.role).toBe("grid-worker");
  await syncPeople(api.cloud.store, everybody);
  expect(await held("booth")).toEqual(["booth@jinxiu config", "grid-worker@jinxiu page"]);
  expect((await ask("booth", "GET", "/api/v1/lanes", undefined, "grid-worker@jinxiu")).status).toBe(200);

  api.cloud.clock.now += 1_000;
  // Ended by one, at once: a tab that acts as it is refused with its next request.
  expect((await change("second", { what: "end", reason: "顶班结束" })).said).toBe("200 done");
  expect(await held("booth")).toEqual(["booth@jinxiu config"]);
  expect((await ask("booth", "GET", "/api/v1/lanes", undefined, "grid-worker@jinxiu")).status).not.toBe(200);
  counted(context, { given: 1, ended: 1, refused: refusals.length, "given wrongly": 0 });
});

test("a change that waited a day is approved by nobody; what came between is looked at again; one is taken back; all of it is listed and audited", async () => {
  cookies.clear();
  api.cloud.clock.now += 1_000;
  const late = (await change("administrator", { person: "finance" })).body as PostChangeView;
  api.cloud.clock.now += approvedWithin_ms + 1;
  cookies.clear();
  expect((await approve("second", late.id)).said).toBe("409 expired");
  const between = (await change("administrator", { person: "finance" })).body as PostChangeView;
  // Meanwhile the file makes an auditor of him, who holds no other post.
  await syncPeople(
    api.cloud.store,
    everybody.map((one) => (one.id === "finance" ? { ...one, role: "auditor" as const } : one)),
  );
  expect((await approve("second", between.id)).said).toBe("409 auditor");
  await syncPeople(api.cloud.store, everybody);
  const back = await ask("second", "POST", `${root}/${between.id}/withdrawal`);
  expect([back.said, (await approve("second", between.id)).said]).toEqual(["200 withdrawn", "409 not-waiting"]);
  const list = (await ask("auditor", "GET", `${root}?limit=2`)).body as { items: PostChangeView[]; next: string };
  const rest = (await ask("auditor", "GET", `${root}?limit=500&after=${list.next}`)).body as { items: PostChangeView[] };
  expect([...list.items, ...rest.items].map(({ person, what, state }) => `${person} ${what} ${state}`)).toEqual([
    ...["finance give withdrawn", "finance give withdrawn", "booth end done", "booth give done"],
  ]);
  expect((await ask("far", "GET", root)).body.items).toEqual([]);
  const rows = await api.cloud.store.read
    .selectFrom("audit")
    .select(["action", "person"])
    .where("action", "like", "post.%")
    .where("outcome", "=", "done")
    .where("action", "!=", "post.choose")
    .orderBy("ordinal")
    .execute();
  expect(rows.map(({ action, person }) => `${action} ${person}`)).toEqual([
    ...["post.ask administrator", "post.approve second", "post.ask second", "post.ask administrator", "post.ask administrator"],
    "post.withdraw second",
  ]);
});

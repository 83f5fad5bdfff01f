// Who may come in: the configuration's people and those that were added; who leaves the configuration is shut out, and comes back with his password.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "#cloud/ingest/room-for-tests.ts";
import { addPerson, everybody, personOf, syncPeople } from "./people.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());
const booth = { id: "booth", name: "值班员甲", role: "booth", organisation: "物业", area: "jinxiu" } as const;
const manager = { id: "manager", name: "物业经理乙", role: "property-manager", organisation: "物业", area: "jinxiu" } as const;

test("people come, change, leave and return; added ones stay, and none is deleted", async () => {
  const { store } = cloud;
  const ids = async () => (await everybody(store.read)).map(({ id, role }) => `${id} ${role}`);
  await syncPeople(store, [{ ...booth, password_hash: "first" }, manager]);
  expect(
    await addPerson(store, { id: "li", name: "李", role: "grid-worker", organisation: "网格", area: "jinxiu", password_hash: "once" }),
  ).toBe(true);
  expect(await ids()).toEqual(["booth booth", "li grid-worker", "manager property-manager"]);
  await syncPeople(store, [{ ...manager, role: "administrator" }]);
  expect(await ids()).toEqual(["li grid-worker", "manager administrator"]);
  expect(await personOf(store.read, "booth")).toBeUndefined();
  // Back without a hash in the file: the one that is known stays.
  await syncPeople(store, [booth, manager]);
  expect(await personOf(store.read, "booth")).toMatchObject({ password_hash: "first", must_change: false });
  expect(await personOf(store.read, "li")).toMatchObject({ password_hash: "once", must_change: true });
});

test("nobody is added under a name that somebody has, or had", async () => {
  const { store } = cloud;
  const added = (id: string) =>
    addPerson(store, { id, name: "某", role: "administrator", organisation: "某", area: "jinxiu", password_hash: "taken over" });
  await syncPeople(store, [manager]);
  expect([await added("manager"), await added("booth"), await added("li")]).toEqual([false, false, false]);
  await syncPeople(store, [booth, manager]);
  expect(await personOf(store.read, "booth")).toMatchObject({ posts: [{ role: "booth", area: "jinxiu" }], password_hash: "first" });
});

test("one person, several posts: they come and go with the configuration, and the one named with the person is the first", async () => {
  const { store } = cloud;
  const bureau = { role: "bureau-officer", organisation: "住建局", area: "all" } as const;
  const team = { role: "assessment-team", organisation: "考评办", area: "qingyang" } as const;
  const posts = async () => (await personOf(store.read, "manager"))?.posts.map(({ post, organisation }) => `${post} ${organisation}`);
  await syncPeople(store, [{ ...manager, posts: [bureau, team] }]);
  expect(await posts()).toEqual(["property-manager@jinxiu 物业", "assessment-team@qingyang 考评办", "bureau-officer@all 住建局"]);
  await syncPeople(store, [{ ...manager, posts: [team] }]);
  expect(await posts()).toEqual(["property-manager@jinxiu 物业", "assessment-team@qingyang 考评办"]);
  expect((await everybody(store.read)).filter(({ id }) => id === "manager").length).toBe(2);
});

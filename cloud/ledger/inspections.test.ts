// Inspections by lot: drawn by a seed that anybody can use again, two of different houses, every item answered, what is not so a hazard.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, people, type TestApi } from "#cloud/api/api-for-tests.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import { openTree } from "#cloud/identity/tree.ts";
import { allSealed } from "#cloud/store/spoiling-for-tests.ts";
import type { HazardView } from "#protocols/api/hazards.ts";
import type { Role } from "#protocols/api/views.ts";
import { counted } from "#test/promise.ts";
import { drawLots, type Pool } from "./inspections.ts";

const sites = ["jinxiu", "yuehu", "hepan", "xihu", "beimen"].map((id, n) => ({ id, name: `小区 ${n}`, compound_code: `C${n}X` }));
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({
    given: {
      tree: openTree(
        [],
        sites.map((one) => ({ ...one, area: one.id })),
      ),
      compounds: sites,
      sites: sites.map(({ id, name }) => ({ id, name })),
    },
  });
  await syncPeople(
    api.cloud.store,
    people.map((one) => ({ ...one, organisation: one.role, area: "all" })),
  );
});
afterAll(async () => {
  await allSealed(api.cloud.store);
  await api.close();
});

const ask = async (role: Role, url: string, payload?: object) => {
  const answer = await api.ask(role, payload === undefined ? { method: "GET", url } : { method: "POST", url, payload });
  return { code: answer.statusCode, body: answer.json() };
};

test("drawn by lot and drawn again; answered by the two alone, whole, once; what is not so becomes a hazard", async (context) => {
  const drawn = await ask("bureau-officer", "/api/v1/ledger/inspections", { checklist: "charging", compounds: 3, note: "季度抽查" });
  expect(drawn.code, JSON.stringify(drawn.body)).toBe(201);
  const [shown] = (await ask("auditor", "/api/v1/ledger/inspections")).body;
  const visits = shown.visits as { site: string; first_person: string; second_person: string }[];
  const again = drawLots(shown.seed, shown.pool as Pool, 3) ?? [];
  expect([...again].sort((a, b) => (a.site < b.site ? -1 : 1))).toEqual(
    visits.map(({ site, first_person, second_person }) => ({ site, pair: [first_person, second_person] })),
  );
  for (const { first_person, second_person } of visits) expect(first_person).not.toBe(second_person);
  // Who is looked at is not told before; who looks is, and knows which are his.
  const seenBy = async (role: Role) => (await ask(role, "/api/v1/ledger/inspections")).body;
  expect([await seenBy("property-manager"), await seenBy("owners-committee")]).toEqual([[], []]);
  const own = (await seenBy(visits[0]?.first_person as Role))[0].visits;
  expect([shown.sound, own[0].mine, own[0].pair.map(({ id }: { id: string }) => id)]).toEqual([
    true,
    true,
    [visits[0]?.first_person, visits[0]?.second_person],
  ]);
  const visit = visits[0] ?? { site: "", first_person: "", second_person: "" };
  const items = (shown.checklist.items as { id: string }[]).map(({ id }) => id);
  const answers = items.map((item) => ({
    item,
    ok: item !== "lifts",
    ...(item === "lifts" ? { place: "2 号楼", words: "楼道飞线充电" } : {}),
  }));
  const hand = (role: Role, said: object, site = visit.site) =>
    ask(role, `/api/v1/ledger/inspections/${shown.id}/answers`, { site, answers: said });
  const other = (["community-officer", "street-officer", "assessment-team", "grid-worker", "bureau-officer"] as const).find(
    (role) => ![visit.first_person, visit.second_person].includes(role),
  );
  const undrawn = sites.find(({ id }) => !visits.some(({ site }) => site === id))?.id ?? "";
  expect([
    (await hand(other ?? "grid-worker", answers)).code,
    (await hand(visit.first_person as Role, answers.slice(1))).body.type,
    (await hand(visit.first_person as Role, [...answers, { item: "lifts", ok: true }])).body.type,
    (await hand(visit.first_person as Role, answers, undrawn)).code,
  ]).toEqual([403, "urn:cuobian:problem:incomplete", "urn:cuobian:problem:strange", 404]);
  const made = await hand(visit.first_person as Role, answers);
  expect([made.code, made.body.hazards.length, (await hand(visit.second_person as Role, answers)).code]).toEqual([200, 1, 409]);
  // What was held may be seen by who was looked at: his answers, and no seed while others of the draw still wait.
  const [told] = await seenBy("property-manager");
  expect([told.visits.length, told.visits[0].site, told.seed, told.pool, told.sound]).toEqual([1, visit.site, null, null, true]);
  const file = (await api.ask("auditor", { method: "GET", url: "/api/v1/ledger/inspections?as=csv" })).body;
  expect([file.split("\r\n").length, file.includes('"2 号楼","楼道飞线充电"'), file.includes(shown.seed)]).toEqual([
    1 + items.length + (visits.length - 1) + 1,
    true,
    true,
  ]);
  const { store } = api.cloud;
  const second = (second_person: string) =>
    store.change((c) => c.updateTable("inspection_visit").set({ second_person }).where("site", "=", visit.site).execute());
  await second("somebody");
  expect((await seenBy("auditor"))[0].sound).toBe(false);
  // The seals say so too, and which.
  await expect(allSealed(store)).rejects.toThrow(visit.site);
  await second(visit.second_person);
  const hazard = (await ask("bureau-officer", `/api/v1/hazards/${made.body.hazards[0]}`)).body as HazardView;
  expect([hazard.source, hazard.site, hazard.place, hazard.zh, hazard.clause]).toEqual([
    "双随机",
    visit.site,
    "2 号楼",
    "楼道飞线充电",
    "lifts",
  ]);
  expect((await ask("bureau-officer", "/api/v1/ledger/inspections", { checklist: "charging", compounds: 6, note: "太多" })).code).toBe(409);
  expect((await ask("bureau-officer", "/api/v1/ledger/inspections", { checklist: "none", compounds: 1, note: "没有" })).code).toBe(400);
  counted(context, { compounds: visits.length, items: items.length, hazards: 1, refused: 7 });
});

test("nobody is favoured: over many seeds every compound and every pair of houses is drawn about as often", (context) => {
  const pool: Pool = {
    sites: ["a", "b", "c", "d", "e", "f"],
    inspectors: ["p", "q", "r", "s"].map((id, n) => ({ id, organisation: `house ${n % 2}`, sites: ["a", "b", "c", "d", "e", "f"] })),
  };
  const times = new Map<string, number>();
  for (let n = 0; n < 1_200; n += 1)
    for (const { site, pair } of drawLots(`seed ${n}`, pool, 2) ?? [])
      for (const key of [`site ${site}`, ...pair]) times.set(key, (times.get(key) ?? 0) + 1);
  for (const site of pool.sites) expect(Math.abs((times.get(`site ${site}`) ?? 0) - 400)).toBeLessThan(80);
  for (const { id } of pool.inspectors) expect(Math.abs((times.get(id) ?? 0) - 1_200)).toBeLessThan(120);
  counted(context, { draws: 1_200, sites: pool.sites.length });
});

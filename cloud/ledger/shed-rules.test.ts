// From the check list of local fire rules into the ledger: each broken rule once, with its source; what is mended leaves the list, what comes back is a hazard anew.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { compound, noon, Voice } from "#cloud/ingest/room-for-tests.ts";
import { examples } from "#cloud/ingest/story-for-tests.ts";
import type { RulesTakenOver, ShedRuleView } from "#protocols/api/shed-rules.ts";
import type { HazardView } from "#protocols/api/views.ts";
import { shedRules } from "#protocols/vocabulary/shed-rules.ts";
import { verifyChain } from "./chain.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());

const voice = new Voice({ epoch: "e".repeat(16) });
type State = ShedRuleView["state"];
const started = (sheds: Readonly<Record<string, Readonly<Record<string, State>>>>, at: number) =>
  voice.say(
    "gateway.started",
    {
      ...examples["gateway.started"],
      sheds: Object.entries(sheds).map(([id, rules]) => ({
        ...{ id, name: `${id} 棚`, stations: ["station-1"] },
        rules: Object.entries(rules).map(([rule, state]) => ({ rule, state, found: `found ${rule}` })),
      })),
    },
    at,
  );
const now = (): number => api.cloud.clock.now - noon;
const list = async (): Promise<ShedRuleView[]> => (await api.ask("booth", { url: `/api/v1/shed-rules?site=${compound.id}` })).json();
const takeOver = async (more: object = {}): Promise<RulesTakenOver> => {
  const payload = { site: compound.id, ...more };
  return (await api.ask("property-manager", { method: "POST", url: "/api/v1/shed-rules/hazards", payload })).json();
};
const hazard = async (id: string): Promise<HazardView> => (await api.ask("property-manager", { url: `/api/v1/hazards/${id}` })).json();

test("each broken rule becomes a hazard with its source, once however often it is taken over", async () => {
  const first = { "group-size": "broken", video: "not-said", "smoke-detection": "broken", "bay-size": "met" } as const;
  await voice.tell(api.cloud, [started({ "shed-1": first, "shed-2": { "to-exit": "broken" } }, now())]);
  expect((await list()).map(({ shed, rule, state, hazard: of }) => [shed, rule, state, of])).toEqual([
    ["shed-1", "group-size", "broken", null],
    ["shed-1", "video", "not-said", null],
    ["shed-1", "smoke-detection", "broken", null],
    ["shed-1", "bay-size", "met", null],
    ["shed-2", "to-exit", "broken", null],
  ]);
  const one = await takeOver({ shed: "shed-1" });
  expect([one.opened.length, one.known]).toEqual([2, []]);
  expect(await takeOver({ shed: "shed-1" })).toEqual({ opened: [], known: one.opened });
  const all = await takeOver();
  expect([all.opened.length, [...all.known].sort()]).toEqual([1, [...one.opened].sort()]);
  const [grouped = ""] = one.opened;
  expect(await hazard(grouped)).toMatchObject({
    ...{ place: "shed-1", rule: "shed-rule.group-size", source: "物业自查", grade: "一般", state: "待派单", matter: "hazard" },
    ...{ clause: shedRules["group-size"].source, zh: expect.stringContaining("不超过 20 辆"), en: expect.stringContaining("20 bikes") },
  });
  expect((await list()).map(({ hazard: of }) => of !== null)).toEqual([true, false, true, false, true]);
  expect(await verifyChain(api.cloud.store.read)).toMatchObject({ sound: 3 });
});

test("two presses at one moment open nothing twice", async () => {
  await voice.tell(api.cloud, [started({ "shed-3": { "solid-wall": "broken", extinguishing: "broken" } }, now() + 1_000)]);
  const both = await Promise.all([takeOver(), takeOver()]);
  expect(both.flatMap(({ opened }) => opened)).toHaveLength(2);
  expect(new Set(both.flatMap(({ opened, known }) => [...opened, ...known])).size).toBe(2);
});

test("what is mended is met at the next start; an older start that comes late changes nothing; broken again after its hazard was closed is a hazard anew", async () => {
  const broken = { "shed-4": { overload: "broken" } } as const;
  api.cloud.clock.now += 10_000;
  await voice.tell(api.cloud, [started(broken, now())]);
  const [id = ""] = (await takeOver()).opened;
  await voice.tell(api.cloud, [started({ "shed-4": { overload: "met" } }, now() + 5_000)]);
  await voice.tell(api.cloud, [started(broken, now() + 1_000)]);
  expect((await list()).map(({ state }) => state)).toEqual(["met"]);
  expect(await takeOver()).toEqual({ opened: [], known: [] });
  await api.cloud.store.change((change) => change.updateTable("hazard").set({ state: "已销号" }).where("id", "=", id).execute());
  await voice.tell(api.cloud, [started(broken, now() + 9_000)]);
  const again = await takeOver();
  expect([again.opened.length, again.opened.includes(id)]).toEqual([1, false]);
});

test("a rule of a newer gateway keeps its name; another compound's list is not there", async () => {
  await voice.tell(api.cloud, [started({ "shed-5": { "of-tomorrow": "broken" } }, now() + 20_000)]);
  expect(await list()).toMatchObject([{ rule: "of-tomorrow", zh: "of-tomorrow", source: "" }]);
  const [id = ""] = (await takeOver()).opened;
  expect((await hazard(id)).rule).toBe("shed-rule.of-tomorrow");
  expect((await api.ask("booth", { url: "/api/v1/shed-rules?site=yuehu" })).statusCode).toBe(404);
  const stranger = { method: "POST", url: "/api/v1/shed-rules/hazards", payload: { site: "yuehu" } } as const;
  expect((await api.ask("property-manager", stranger)).statusCode).toBe(404);
  expect((await api.ask("booth", { ...stranger, payload: { site: compound.id } })).statusCode).toBe(403);
});

// Closing by hand what a device will never clear: one person with a reason, and two of them for what is for life and fire; and who is told when nobody acknowledges, as a city writes it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { escalationOf, levelAt, rolesAt, usualEscalation } from "#cloud/alarms/escalation.ts";
import { noon, Voice } from "#cloud/ingest/room-for-tests.ts";
import { secondWithin_ms } from "#protocols/api/closing.ts";
import type { Role } from "#protocols/api/views.ts";
import { openTestApi, type TestApi } from "./api-for-tests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());

const voice = new Voice({ epoch: "c".repeat(16) });
const at = (): number => api.cloud.clock.now - noon;
const rowOf = (source: string) =>
  api.cloud.store.read.selectFrom("alarm").selectAll().where("source", "=", source).orderBy("first_at", "desc").executeTakeFirstOrThrow();
async function close(role: Role, source: string, reason: string | undefined = "装置已拆除，不会再报恢复") {
  const { id } = await rowOf(source);
  const payload = { action: "close", ...(reason === undefined ? {} : { reason }) };
  const answer = await api.ask(role, { method: "POST", url: `/api/v1/alarms/${id}/actions`, payload });
  return [answer.statusCode, answer.json().state ?? String(answer.json().type).split(":").at(-1)] as const;
}
/** Those whose second person is awaited, as the page lists them. */
const closing = async (): Promise<string[]> =>
  (await api.ask("booth", { url: "/api/v1/alarms?state=closing" })).json().items.map(({ source }: { source: string }) => source);
const fire = (device: string) =>
  voice.say(
    "fire.raised",
    { device, point: "1.1.9", zone: null, cause: "fire", shed: null, text: "烟感", said_at: null, under_test: false },
    at(),
  );

test("priority 3: one person with a reason; it is over, with the person on record, and raised again it is a new row", async () => {
  await voice.tell(api.cloud, [voice.say("facility.silent", { device: "pumps-9", silent_ms: 60_000 }, at())]);
  api.cloud.clock.now += 61_000;
  const { tickAlarms } = await import("#cloud/alarms/clockwork.ts");
  await tickAlarms({ store: api.cloud.store, escalation: usualEscalation, committed: () => undefined }, api.cloud.clock.now);
  expect(await close("booth", "pumps-9")).toEqual([403, expect.any(String)]);
  expect(await close("property-manager", "pumps-9", "")).toEqual([409, "no-reason"]);
  const before = await rowOf("pumps-9");
  expect(await close("property-manager", "pumps-9")).toEqual([200, "cleared"]);
  const { steps } = (await api.ask("booth", { url: `/api/v1/alarms/${before.id}` })).json();
  expect(steps.slice(-2)).toMatchObject([
    { input: "clear", person: "property-manager", reason: expect.stringContaining("装置") },
    { input: "acknowledge", to: "cleared", person: "property-manager" },
  ]);
  expect(await close("property-manager", "pumps-9")).toEqual([409, "nothing-to-hold"]);
  api.cloud.clock.now += 1;
  await voice.tell(api.cloud, [voice.say("facility.silent", { device: "pumps-9", silent_ms: 60_000 }, at())]);
  expect((await rowOf("pumps-9")).id).not.toBe(before.id);
});

test("priority 1: the first word waits for another person's, thirty minutes; the same person twice is refused", async () => {
  await voice.tell(api.cloud, [fire("panel-9")]);
  const source = "panel-9/1.1.9";
  expect(await closing()).toEqual([]);
  expect(await close("property-manager", source)).toEqual([200, "active-unacknowledged"]);
  expect(await close("property-manager", source)).toEqual([409, "second-person"]);
  expect(await closing()).toEqual([source]);
  api.cloud.clock.now += secondWithin_ms + 1;
  api.forgetCookies();
  expect(await closing()).toEqual([]);
  // Too late: the second person's word is a first one again.
  expect(await close("operating-company", source)).toEqual([200, "active-unacknowledged"]);
  expect(await close("fire-maintenance", source)).toEqual([200, "cleared"]);
  const { steps } = (await api.ask("booth", { url: `/api/v1/alarms/${(await rowOf(source)).id}` })).json();
  expect(steps.map(({ input, person }: { input: string; person: string | null }) => `${input} ${person ?? ""}`.trim())).toEqual([
    "raise",
    "close-asked property-manager",
    "close-asked operating-company",
    "clear fire-maintenance",
    "acknowledge fire-maintenance",
    "reset fire-maintenance",
  ]);
});

test("between two words: an acknowledgement changes nothing, a new raising makes the first word one of before", async () => {
  const source = "panel-8/1.1.9";
  await voice.tell(api.cloud, [fire("panel-8")]);
  expect(await close("property-manager", source)).toEqual([200, "active-unacknowledged"]);
  api.cloud.clock.now += 1;
  await voice.tell(api.cloud, [voice.say("fire.over", { device: "panel-8", point: "1.1.9", zone: null, cause: "fire" }, at())]);
  api.cloud.clock.now += 1;
  expect(await closing()).toEqual([source]);
  await voice.tell(api.cloud, [fire("panel-8")]);
  expect(await closing()).toEqual([]);
  expect(await close("fire-maintenance", source)).toEqual([200, "active-unacknowledged"]);
  expect(await closing()).toEqual([source]);
  await api.ask("booth", { method: "POST", url: `/api/v1/alarms/${(await rowOf(source)).id}/acknowledge` });
  expect(await close("property-manager", source)).toEqual([200, "cleared"]);
  expect(await closing()).toEqual([]);
});

test("escalation as the cloud's file writes it: what it names is its own, in the order of the minutes; the rest is as usual", () => {
  const table = escalationOf([
    { priority: 1, after_min: 3, roles: ["bureau-officer"] },
    { priority: 1, after_min: 0, roles: ["booth"] },
  ]);
  expect([rolesAt(table, 1, 0), rolesAt(table, 1, 1), rolesAt(table, 1, 2)]).toEqual([["booth"], ["bureau-officer"], []]);
  expect([levelAt(table, 1, 179_999), levelAt(table, 1, 180_000)]).toEqual([0, 1]);
  expect(table[2]).toEqual(usualEscalation[2]);
});

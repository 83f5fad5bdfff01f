// P 08.lifecycle: the state table of alarms walked whole, cell by cell, as a table and again through events, clock and API.
import { afterAll, beforeAll, expect, test } from "vitest";
import { longestShelf_min } from "#cloud/alarms/acts.ts";
import { tickAlarms } from "#cloud/alarms/clockwork.ts";
import { usualEscalation } from "#cloud/alarms/escalation.ts";
import { calls, type Input, inputs, isNo, type Kind, kinds, type Life, shownState, step } from "#cloud/alarms/life.ts";
import { noon, Voice } from "#cloud/ingest/room-for-tests.ts";
import type { EventData } from "#protocols/uplink/events.ts";
import { counted, plain } from "#test/promise.ts";
import { lives, wanted } from "./alarm-table-for-tests.ts";
import { openTestApi, type TestApi } from "./api-for-tests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());

const quiet = { committed: () => undefined, escalation: usualEscalation };

interface Way {
  readonly kind: Kind;
  readonly rule: string;
  readonly raise: (voice: Voice) => ReturnType<Voice["say"]>;
  readonly clear?: (voice: Voice) => ReturnType<Voice["say"]>;
  readonly delayed?: true;
  readonly suppress?: true;
  /** What can never be held, by its priority. */
  readonly neverHeld?: true;
}
const at = (): number => api.cloud.clock.now - noon;
const fireOf = (device: string): EventData<"fire.raised"> => ({
  ...{ device, point: "1.42.17", zone: null, cause: "fire", shed: null, text: "烟感", said_at: null, under_test: false },
});
const ways: readonly Way[] = [
  {
    ...{ kind: "standing", rule: "station.silent", suppress: true },
    raise: (voice) => voice.say("station.silent", { station: "walk", silent_ms: 3_000 }, at()),
    clear: (voice) => voice.say("station.answers", { station: "walk" }, at()),
  },
  {
    ...{ kind: "moment", rule: "fire.sentry-unanswered" },
    raise: (voice) => voice.say("fire.sentry-unanswered", { device: "walk-moment", check: "check-1", within_min: 5 }, at()),
  },
  {
    ...{ kind: "latched", rule: "fire.fire", neverHeld: true },
    raise: (voice) => voice.say("fire.raised", fireOf("walk-latched"), at()),
    clear: (voice) => voice.say("fire.over", { device: "walk-latched", point: "1.42.17", zone: null, cause: "fire" }, at()),
  },
  {
    ...{ kind: "standing", rule: "fire.device-lost", delayed: true },
    raise: (voice) => voice.say("fire.device-silent", { device: "walk-delayed", silent_ms: 60_000 }, at()),
    clear: (voice) => voice.say("fire.device-answers", { device: "walk-delayed" }, at()),
  },
];

const person = {
  shelve: { minutes: 30, reason: "等待备件" },
  remove: { minutes: 5_000, reason: "更换中" },
  reset: { reason: "已到场查看" },
} as const;

/** Applies one input to the real thing and tells its state afterwards, or that it was refused. */
async function apply(way: Way, voice: Voice, input: Input): Promise<"refused" | "done"> {
  api.cloud.clock.now += 1;
  if (input === "raise" || input === "raise-delayed") await voice.tell(api.cloud, [way.raise(voice)]);
  else if (input === "clear" && way.clear !== undefined) await voice.tell(api.cloud, [way.clear(voice)]);
  else if (input === "suppress") await voice.tell(api.cloud, [voice.say("protection.silent", { silent_ms: 2_000 }, at())]);
  else if (input === "unsuppress") await voice.tell(api.cloud, [voice.say("protection.answers", { boot: "boot-2" }, at())]);
  else if (input === "due") {
    api.cloud.clock.now += 30_000;
    await tickAlarms({ ...quiet, store: api.cloud.store }, api.cloud.clock.now);
  } else {
    const { id } = await rowOf(way);
    const url = input === "acknowledge" ? `/api/v1/alarms/${id}/acknowledge` : `/api/v1/alarms/${id}/actions`;
    const given = person[input as keyof typeof person] ?? {};
    const payload = input === "acknowledge" ? undefined : { action: input, ...given };
    const answer = await api.ask("property-manager", { method: "POST", url, ...(payload === undefined ? {} : { payload }) });
    expect([200, 409], `${input}: ${answer.body}`).toContain(answer.statusCode);
    return answer.statusCode === 200 ? "done" : "refused";
  }
  return "done";
}
const rowOf = ({ rule }: Way) =>
  api.cloud.store.read
    .selectFrom("alarm")
    .selectAll()
    .where("rule", "=", rule)
    .orderBy("open", "desc")
    .orderBy("first_at", "desc")
    .executeTakeFirstOrThrow();

/** Every transition that can be made from outside, each once: to the nearest state with one untried, and on. */
async function tour(way: Way): Promise<{ cells: number; refused: number; steps: number; states: number }> {
  const voice = new Voice({ epoch: `${ways.indexOf(way)}`.padStart(16, "a") });
  const possible: Input[] = [
    way.delayed ? "raise-delayed" : "raise",
    ...(way.clear ? (["clear"] as const) : []),
    ...(way.delayed ? (["due"] as const) : []),
  ];
  possible.push(
    "acknowledge",
    "reset",
    "shelve",
    "unshelve",
    "remove",
    "return",
    ...(way.suppress ? (["suppress", "unsuppress"] as const) : []),
  );
  const key = (life: Life): string => `${life.condition} ${life.hold}`;
  // A design rule works on rows that are not over; of one that is over nothing is seen.
  const fits = (life: Life, input: Input): boolean =>
    !(input === "suppress" && (/^(normal|cleared-unacknowledged)$/.test(life.condition) || life.hold === "suppressed")) &&
    !(input === "unsuppress" && life.hold !== "suppressed");
  const next = (life: Life, input: Input): Life | undefined =>
    way.neverHeld && (input === "shelve" || input === "remove") ? undefined : wanted(life, input, way.kind);
  const tried = new Set<string>();
  const states = new Set<string>();
  let life: Life = { condition: "normal", hold: "none" };
  const counts = { cells: 0, refused: 0, steps: 0, states: 0 };
  const go = async (input: Input): Promise<void> => {
    const expected = next(life, input);
    const before = await rowOf(way).catch(() => undefined);
    const outcome = await apply(way, voice, input);
    // Works outrank the design rule: what explained it may go.
    if (expected?.hold === "out-of-service" && (life.hold === "suppressed" || input === "suppress")) await apply(way, voice, "unsuppress");
    const name = `${way.rule}: ${key(life)} + ${input}`;
    expect(outcome, name).toBe(expected === undefined ? "refused" : "done");
    if (expected !== undefined) life = expected;
    const row = await rowOf(way);
    const { alarm, steps } = (await api.ask("booth", { url: `/api/v1/alarms/${row.id}` })).json();
    expect(alarm.state, name).toBe(shownState(life));
    if (row.id === before?.id && expected !== undefined) expect(steps.length, name).toBe(row.steps);
    counts.steps += 1;
    states.add(key(life));
  };
  await go(possible[0] ?? "raise");
  for (;;) {
    // Breadth first over what the tables say, to the nearest untried cell.
    const seen = new Map<string, { life: Life; path: Input[] }>([[key(life), { life, path: [] }]]);
    let found: Input[] | undefined;
    for (const { life: from, path } of seen.values()) {
      const untried = possible.find((input) => fits(from, input) && !tried.has(`${key(from)} ${input}`));
      if (untried !== undefined) {
        found = [...path, untried];
        break;
      }
      for (const input of possible.filter((one) => fits(from, one))) {
        const to = next(from, input);
        if (to !== undefined && !seen.has(key(to))) seen.set(key(to), { life: to, path: [...path, input] });
      }
    }
    if (found === undefined) break;
    for (const input of found) {
      const cell = `${key(life)} ${input}`;
      if (!tried.has(cell)) {
        tried.add(cell);
        counts.cells += 1;
        if (next(life, input) === undefined) counts.refused += 1;
      }
      await go(input);
    }
  }
  if (way.suppress) await apply(way, voice, "unsuppress");
  return { ...counts, states: states.size };
}

test("P 08.lifecycle: the state table walked whole, and every transition that can be made from outside made through events, clock and API", async (context) => {
  let cells = 0;
  let refused = 0;
  let callsMade = 0;
  for (const kind of kinds)
    for (const life of lives)
      for (const input of inputs) {
        const after = step(life, input, kind);
        const name = `${kind}: ${life.condition} ${life.hold} + ${input}`;
        expect(isNo(after) ? undefined : after, name).toEqual(wanted(life, input, kind));
        cells += 1;
        if (isNo(after)) refused += 1;
        else {
          // Nothing that is held calls; whoever acknowledges is called by nothing; what begins to stand unseen calls.
          if (after.hold !== "none" || input === "acknowledge") expect(calls(life, after), name).toBe(false);
          if (after.hold === "none" && after.condition === "active-unacknowledged" && life.condition !== after.condition)
            expect(calls(life, after), name).toBe(true);
          if (calls(life, after)) callsMade += 1;
        }
      }
  expect(cells).toBe(kinds.length * lives.length * inputs.length);
  const walked = { cells: 0, refused: 0, steps: 0, states: 0 };
  // A whole plain run makes those of the two kinds that differ most; by its name or file all.
  for (const way of plain ? ways.filter(({ kind }) => kind !== "standing") : ways) {
    const done = await tour(way);
    for (const name of ["cells", "refused", "steps", "states"] as const) walked[name] += done[name];
  }
  counted(context, {
    "cells of the table": cells,
    "of them refused": refused,
    "of them call": callsMade,
    "states reached through the API": walked.states,
    "transitions made through the API": walked.cells,
    "refused there": walked.refused,
    "requests and events": walked.steps,
  });
});

test("a shelf is limited by priority, needs a reason, ends by itself and calls again; life and fire are never shelved", async () => {
  const voice = new Voice({ epoch: "bbbbbbbbbbbbbbbb" });
  const raised = [
    voice.say("fire.raised", { ...fireOf("shelf-1"), cause: "fire" }, at()),
    voice.say("fire.raised", { ...fireOf("shelf-2"), cause: "supervised" }, at()),
    voice.say("fire.raised", { ...fireOf("shelf-3"), cause: "fault" }, at()),
    voice.say("fire.raised", { ...fireOf("shelf-4"), cause: "low-battery" }, at()),
  ];
  await voice.tell(api.cloud, raised);
  for (const priority of [1, 2, 3, 4] as const) {
    const { id } = await api.cloud.store.read
      .selectFrom("alarm")
      .select("id")
      .where("source", "=", `shelf-${priority}/1.42.17`)
      .executeTakeFirstOrThrow();
    const shelve = (given: object) =>
      api.ask("property-manager", { method: "POST", url: `/api/v1/alarms/${id}/actions`, payload: { action: "shelve", ...given } });
    const most = longestShelf_min[priority];
    expect((await shelve({ minutes: 10 })).json().type).toBe("urn:cuobian:problem:no-reason");
    expect((await shelve({ minutes: most + 1, reason: "检修" })).statusCode).toBe(409);
    if (most === 0) {
      expect((await shelve({ minutes: 1, reason: "检修" })).json().type).toBe("urn:cuobian:problem:never-held");
      continue;
    }
    expect(
      (
        await api.ask("booth", {
          method: "POST",
          url: `/api/v1/alarms/${id}/actions`,
          payload: { action: "shelve", minutes: 1, reason: "检修" },
        })
      ).statusCode,
    ).toBe(403);
    expect((await shelve({ minutes: most, reason: "检修" })).json()).toMatchObject({
      state: "shelved",
      held: { by: "property-manager", reason: "检修" },
    });
    const before = api.cloud.clock.now;
    const callsBefore = await callsOf(id);
    await tickAlarms({ ...quiet, store: api.cloud.store }, before + most * 60_000 - 1);
    expect((await api.ask("booth", { url: `/api/v1/alarms/${id}` })).json().alarm.state).toBe("shelved");
    await tickAlarms({ ...quiet, store: api.cloud.store }, before + most * 60_000);
    const after = (await api.ask("booth", { url: `/api/v1/alarms/${id}` })).json();
    expect(after.alarm.state).toBe("active-unacknowledged");
    expect(after.steps.at(-1)).toMatchObject({ input: "unshelve", from: "shelved", person: null });
    expect(await callsOf(id)).toBe(callsBefore + 1);
  }
  const audited = await api.cloud.store.read.selectFrom("audit").select(["action", "outcome"]).where("action", "=", "alarm.act").execute();
  expect(audited.filter(({ outcome }) => outcome === "done").length).toBeGreaterThanOrEqual(3);
});
const callsOf = async (alarm: string): Promise<number> =>
  (await api.cloud.store.read.selectFrom("alarm_call").select("id").where("alarm", "=", alarm).execute()).length;

test("several at once: what could be acknowledged is, what could not is named", async () => {
  const voice = new Voice({ epoch: "cccccccccccccccc" });
  const silent = ["bulk-1", "bulk-2", "bulk-3"].map((station) => voice.say("station.silent", { station, silent_ms: 1 }, at()));
  await voice.tell(api.cloud, silent);
  const rows = await api.cloud.store.read.selectFrom("alarm").select("id").where("source", "like", "bulk-%").orderBy("source").execute();
  const [first = { id: "" }] = rows;
  await api.ask("booth", { method: "POST", url: `/api/v1/alarms/${first.id}/acknowledge` });
  await voice.tell(api.cloud, [voice.say("station.answers", { station: "bulk-1" }, at())]);
  const answer = await api.ask("booth", {
    method: "POST",
    url: "/api/v1/alarms/acknowledge",
    payload: { ids: [...rows.map(({ id }) => id), "nobody-s"] },
  });
  expect(answer.json()).toMatchObject({ acknowledged: 2, zh: "已确认 2 条，2 条无需或不能确认" });
  expect(answer.json().skipped.map(({ code }: { code: string }) => code)).toEqual(["nothing-to-acknowledge", "not-found"]);
});

test("nobody acknowledges: it rises by role and time, each level once; chattering counts and calls no more until it is quiet", async () => {
  const voice = new Voice({ epoch: "dddddddddddddddd" });
  const tick = (at: number) => tickAlarms({ ...quiet, store: api.cloud.store }, at);
  const start = api.cloud.clock.now;
  await voice.tell(api.cloud, [voice.say("fire.raised", fireOf("rising"), at())]);
  const { id } = await api.cloud.store.read
    .selectFrom("alarm")
    .select("id")
    .where("source", "=", "rising/1.42.17")
    .executeTakeFirstOrThrow();
  const levels = async () =>
    (
      await api.cloud.store.read
        .selectFrom("notice")
        .select(["kind", "level"])
        .where("alarm", "=", id)
        .orderBy("at")
        .orderBy("level")
        .execute()
    ).map(({ kind, level }) => `${kind} ${level}`);
  await tick(start + 119_000);
  expect(await levels()).toEqual(["raised 0"]);
  await tick(start + 120_000);
  await tick(start + 121_000);
  expect(await levels()).toEqual(["raised 0", "escalated 1"]);
  await tick(start + 600_000);
  expect(await levels()).toEqual(["raised 0", "escalated 1", "escalated 2", "escalated 3"]);
  await api.ask("booth", { method: "POST", url: `/api/v1/alarms/${id}/acknowledge` });
  await tick(start + 6_000_000);
  expect((await levels()).length).toBe(4);

  const flap = async (n: number): Promise<void> => {
    api.cloud.clock.now += 5_000;
    await voice.tell(api.cloud, [voice.say("station.silent", { station: "flapping", silent_ms: n }, at())]);
    api.cloud.clock.now += 5_000;
    await voice.tell(api.cloud, [voice.say("station.answers", { station: "flapping" }, at())]);
  };
  for (let n = 1; n <= 6; n += 1) await flap(n);
  const row = await api.cloud.store.read.selectFrom("alarm").selectAll().where("source", "=", "flapping").executeTakeFirstOrThrow();
  expect(row).toMatchObject({ count: 6, chattering: 1 });
  expect(await callsOf(row.id)).toBe(2);
  expect((await api.ask("booth", { url: "/api/v1/alarms/summary" })).json().chattering).toBe(1);
  await tick(api.cloud.clock.now + 61_000);
  expect((await api.ask("booth", { url: "/api/v1/alarms/summary" })).json().chattering).toBe(0);
});

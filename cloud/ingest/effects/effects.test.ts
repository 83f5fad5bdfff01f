// Every event type of the catalogue has its effect: what it counts, what it shows, which alarm it raises or clears.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database, Row } from "#cloud/store/schema.ts";
import { countsView } from "#cloud/views/views.ts";
import { type EventType, eventCatalogue } from "#protocols/uplink/events.ts";
import { noon, openTestCloud, type Spoken, type TestCloud, Voice } from "../room-for-tests.ts";
import { cutOf, examples } from "../story-for-tests.ts";
import { effects, lane } from "./effects-for-tests.ts";

let cloud: TestCloud;
let voice: Voice;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());
beforeEach(async () => {
  await cloud.reset();
  voice = new Voice();
});

/** A text stands in its own table. */
function kept(type: EventType): object {
  const { text: _, ...rest } = examples[type] as { text?: string };
  return type === "config.local" ? rest : examples[type];
}

const or = (value: string | number | null) => value ?? "-";

/** Every row that an event may leave, in words. */
async function left(): Promise<string[]> {
  const { read } = cloud.store;
  const all = async <T extends keyof Database>(table: T) =>
    (await read
      .selectFrom(table as keyof Database)
      .selectAll()
      .execute()) as unknown as Row<T>[];
  const hazards = await all("hazard");
  const rows = [
    ...(await all("lane")).map((row) => {
      const plate = row.last_plate === null ? "" : ` ${row.last_plate}`;
      const kept = row.kept === null ? "" : ` ${row.kept} until ${or(row.kept_until)} by ${row.kept_by}`;
      return lane(row.lane, `${or(row.last_what)}${plate}${kept}`, `${row.passages}/${row.openings}`);
    }),
    ...(await all("socket")).map((row) => `socket ${row.socket} ${row.state} ${or(row.session)} ${or(row.cause)}`),
    ...(await all("visit")).map((row) => `visit ${row.state} ${or(row.plate)} paid ${row.paid_fen} of ${or(row.total_fen)}`),
    ...(await all("bill")).map((row) => `bill ${row.total_fen} due ${row.due_fen}`),
    ...(await all("payment")).map((row) => `payment ${row.amount_fen} ${row.method}`),
    ...(await all("session")).map((row) =>
      row.ended_at === null ? `session started - by ${row.card}` : `session ${or(row.started_at)} ended ${row.cause} ${row.energy_mWh}`,
    ),
    ...(await all("trip")).map((row) => `trip ${row.confirmed_after_ms ?? "unconfirmed"}`),
    ...(await all("alarm")).map(
      (row) => `alarm ${row.rule} ${row.source}${row.open === 2 ? " pending" : row.active === 1 ? "" : " cleared"}`,
    ),
    ...(await all("entry")).map(
      (row) =>
        `entry ${row.cause} ${or(row.decided_after_ms)}/${or(row.off_after_ms)}${row.hazard === null ? "" : ` → ${hazards.find(({ id }) => id === row.hazard)?.rule}`}`,
    ),
    ...(await all("shed")).map((row) => {
      const inputs = Object.entries(JSON.parse(row.inputs) as Record<string, { state: string }>).map(
        ([name, { state }]) => ` ${name}=${state}`,
      );
      const what = `${row.state} ${or(row.cause)} ${or(row.source)} ${row.contactor} ${row.leaking === 1 ? "leaking" : "quiet"}`;
      return `shed ${row.shed} ${what}${inputs.join("")}`;
    }),
    ...hazards.map((row) => `hazard ${row.rule} ${row.state}`),
  ];
  return rows.sort();
}

const none = { passages: 0, openings: 0, visits: 0, bills: 0, billed_fen: 0, paid_fen: 0, sessions: 0, cutoffs: 0, welds: 0 };

describe.each(Object.keys(eventCatalogue) as EventType[])("%s", (type) => {
  test("has exactly its own effect, also when it comes twice; it stands in the list of events and is marked to be shown", async () => {
    const spoken = voice.say(type, examples[type]);
    await voice.tell(cloud, [spoken, spoken]);
    expect(await left()).toEqual([...effects[type].leaves].sort());
    expect(await countsView(cloud.store.read)).toEqual({
      ...{ ...none, ...effects[type].counts },
      ...{ events: 1, duplicates: 1, missing: 0, dead_letters: 0 },
    });
    const rows = await cloud.store.read.selectFrom("event").select(["type", "stream", "data", "late"]).execute();
    expect(rows).toEqual([{ type, stream: eventCatalogue[type].stream, data: JSON.stringify(kept(type)), late: 0 }]);
    expect(cloud.marks.filter(({ kind }) => kind === "event")).toHaveLength(1);
  });
});

const late = (spoken: Spoken, by: number) => {
  cloud.clock.now = noon + by;
  return voice.tell(cloud, [spoken]);
};

test("an event that arrives more than a minute late is kept as late; so is one that was learnt late", async () => {
  await late(voice.say("station.answers", { station: "station-1" }), 60_000);
  await late(voice.say("station.answers", { station: "station-2" }), 60_001);
  await late(voice.say("lane.passed", { ...examples["lane.passed"], known_late: true }, 60_000), 60_000);
  const rows = await cloud.store.read.selectFrom("event").select("late").orderBy("ordinal").execute();
  expect(rows.map((row) => row.late)).toEqual([0, 1, 1]);
});

test("a lane shows its newest fact and counts the late one; a gate's opening keeps the plate that was read a moment ago", async () => {
  await voice.tell(cloud, [
    voice.say("visit.opened", examples["visit.opened"], 10_000),
    voice.say("gate.opened", examples["gate.opened"], 11_000),
    voice.say("lane.passed", { ...examples["lane.passed"], known_late: true }, 5_000),
  ]);
  expect(await left()).toContain(lane("east-in", "opened 闽CD12345", "1/1"));
});

test("a lane is kept as its gateway said last, in whatever order it arrives; back to its own rules, nobody keeps it", async () => {
  // Each from a journal of its own: then no order is forbidden.
  const say = async (mode: "held-open" | "closed" | "normal", at: number): Promise<void> => {
    const by = new Voice({ epoch: at.toString(16).padStart(16, "0") });
    await by.tell(cloud, [
      by.say("lane.mode", { ...examples["lane.mode"], mode, until: mode === "held-open" ? noon + 600_000 : null }, at),
    ]);
  };
  const kept = async () => (await cloud.store.read.selectFrom("lane").select(["kept", "kept_until"]).executeTakeFirst()) ?? null;
  await say("held-open", 1_000);
  expect(await kept()).toEqual({ kept: "held-open", kept_until: noon + 600_000 });
  await say("normal", 3_000);
  await say("closed", 2_000);
  expect(await kept()).toEqual({ kept: null, kept_until: null });
});

describe("facts in any order", () => {
  const orders = <T>(items: readonly T[]): T[][] =>
    items.length < 2 ? [[...items]] : items.flatMap((item, i) => orders(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));

  type Fact = (by: Voice) => Spoken;

  /** Each fact from a journal of its own: then no order is forbidden. */
  async function inEveryOrder(facts: readonly Fact[]): Promise<Map<string, number>> {
    const outcomes = new Map<string, number>();
    for (const order of orders(facts)) {
      await cloud.reset();
      for (const fact of order) {
        const by = new Voice({ epoch: facts.indexOf(fact).toString(16).padStart(16, "0") });
        await by.tell(cloud, [fact(by)]);
      }
      const outcome = JSON.stringify((await left()).filter((row) => !row.startsWith("lane")));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    return outcomes;
  }

  test("a visit's four facts: one visit, gone and paid, in 24 orders", async () => {
    const outcomes = await inEveryOrder([
      (by) => by.say("visit.opened", examples["visit.opened"], 0),
      (by) => by.say("visit.billed", examples["visit.billed"], 1_000),
      (by) => by.say("visit.paid", examples["visit.paid"], 2_000),
      (by) => by.say("visit.closed", examples["visit.closed"], 3_000),
    ]);
    expect([...outcomes]).toEqual([[JSON.stringify(["bill 500 due 500", "payment 500 cash", "visit gone 闽CD12345 paid 500 of 500"]), 24]]);
  });

  test("a cut, its confirmation and the session's end: one cut socket with its trip, in 24 orders", async () => {
    const ended = { ...examples["session.ended"], cause: "over-current" } as const;
    const outcomes = await inEveryOrder([
      (by) => by.say("session.started", examples["session.started"], 0),
      (by) => by.say("charging.cut", cutOf("trip-00001"), 1_000),
      (by) => by.say("charging.opened", examples["charging.opened"], 1_200),
      (by) => by.say("session.ended", ended, 1_001),
    ]);
    expect([...outcomes.values()]).toEqual([24]);
    const socket = await cloud.store.read.selectFrom("socket").select(["state", "trip", "cause", "session"]).executeTakeFirst();
    expect(socket).toEqual({ state: "cut", trip: "trip-00001", cause: "over-current", session: null });
  });

  test("a weld is never hidden by what was said before it or after it; only a later reset ends it, in 24 orders", async () => {
    const facts: [Fact, Fact, Fact, Fact] = [
      (by) => by.say("charging.cut", cutOf("trip-00001"), 1_000),
      (by) => by.say("charging.welded", examples["charging.welded"], 3_000),
      (by) => by.say("session.ended", examples["session.ended"], 4_000),
      (by) => by.say("charging.latch-reset", examples["charging.latch-reset"], 500),
    ];
    const stuck = await inEveryOrder(facts);
    for (const outcome of stuck.keys()) expect(outcome).toContain("socket station-1/3 welded - welded");
    const mended = await inEveryOrder([
      ...facts.slice(0, 3),
      (by) => by.say("charging.latch-reset", examples["charging.latch-reset"], 9_000),
    ]);
    for (const outcome of mended.keys()) expect(outcome).toContain("socket station-1/3 idle - -");
    // The session's end is newer than the reset and travels in another stream.
    const ended = (by: Voice) => by.say("session.ended", examples["session.ended"], 10_000);
    const after = await inEveryOrder([facts[1], ended, (by) => by.say("charging.latch-reset", examples["charging.latch-reset"], 9_000)]);
    for (const outcome of after.keys()) expect(outcome).toContain("socket station-1/3 idle");
    expect([...stuck.values(), ...mended.values(), ...after.values()].reduce((sum, n) => sum + n, 0)).toBe(54);
  });

  test("a cut that a trip test made is the socket's state and a cut-off, and neither an alarm nor a matter for the list", async () => {
    await voice.tell(cloud, [voice.say("charging.cut", { ...examples["charging.cut"], test: "test-00000001" }, 0)]);
    const rows = await left();
    expect(rows.filter((line) => line.startsWith("socket station-1/3 cut"))).toHaveLength(1);
    expect(rows.filter((line) => /^(alarm|entry|hazard)/.test(line))).toEqual([]);
  });

  test("a session authorised again after a restart is one session", async () => {
    await voice.tell(cloud, [
      voice.say("session.started", examples["session.started"], 0),
      voice.say("session.started", { ...examples["session.started"], authority: "authority-2" }, 60_000),
    ]);
    expect(await countsView(cloud.store.read)).toMatchObject({ sessions: 1, events: 2 });
    const row = await cloud.store.read.selectFrom("session").select(["started_at", "ended_at"]).executeTakeFirst();
    expect(row).toEqual({ started_at: noon, ended_at: null });
  });
});

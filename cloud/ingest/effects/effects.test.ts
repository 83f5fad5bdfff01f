// Every event type of the catalogue has its effect: what it counts, what it shows, which alarm it raises or clears.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database, Row } from "#cloud/store/schema.ts";
import { countsView } from "#cloud/views/views.ts";
import type { Counts } from "#protocols/api/views.ts";
import { type EventType, eventCatalogue } from "#protocols/uplink/events.ts";
import { noon, openTestCloud, type Spoken, type TestCloud, Voice } from "../room-for-tests.ts";
import { cutOf, examples } from "../story-for-tests.ts";

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

interface Effects {
  readonly counts: Partial<Counts>;
  /** "socket station-1/3 charging session-0001", "lane east-in opened 闽CD12345", "visit inside 闽CD12345 0", "alarm cut.smoke station-1/3", "entry over-current" … */
  readonly leaves: readonly string[];
}

/** A text stands in its own table. */
function kept(type: EventType): object {
  const { text: _, ...rest } = examples[type] as { text?: string };
  return type === "config.local" ? rest : examples[type];
}

const lane = (id: string, what: string, numbers = "0/0") => `lane ${id} ${what} ${numbers}`;

const effects: { readonly [T in EventType]: Effects } = {
  "gateway.started": {
    counts: {},
    leaves: [
      lane("east-in", "-"),
      lane("east-out", "-"),
      ...Array.from({ length: 10 }, (_, i) => `socket station-1/${i + 1} unknown - -`).sort(),
    ],
  },
  "gateway.health": { counts: {}, leaves: [] },
  "gateway.commissioned": { counts: {}, leaves: [] },
  "gateway.diagnosed": { counts: {}, leaves: [] },
  "gateway.restored": { counts: {}, leaves: [] },
  "config.taken": { counts: {}, leaves: [] },
  "config.refused": { counts: {}, leaves: [] },
  "config.running": { counts: {}, leaves: [] },
  "config.local": { counts: {}, leaves: [] },
  "visit.opened": { counts: { visits: 1 }, leaves: [lane("east-in", "opened 闽CD12345"), "visit inside 闽CD12345 paid 0 of -"] },
  "visit.billed": {
    counts: { visits: 1, bills: 1, billed_fen: 500 },
    leaves: ["bill 500 due 500", lane("east-out", "billed 闽CD12345"), "visit billed 闽CD12345 paid 0 of 500"],
  },
  "visit.paid": {
    counts: { visits: 1, paid_fen: 500 },
    leaves: [lane("east-out", "paid"), "payment 500 cash", "visit inside - paid 500 of -"],
  },
  "visit.closed": { counts: { visits: 1 }, leaves: ["visit gone - paid 500 of 500"] },
  "lane.passed": { counts: { passages: 1 }, leaves: [lane("east-in", "passed", "1/0")] },
  "gate.opened": { counts: { openings: 1 }, leaves: [lane("east-in", "opened", "0/1")] },
  "gate.refused": { counts: {}, leaves: [lane("east-in", "fault")] },
  "gate.unanswered": { counts: {}, leaves: ["alarm gate.unanswered east-in", lane("east-in", "fault")] },
  "lane.exception": { counts: {}, leaves: [lane("east-in", "exception 闽CD12345")] },
  "lane.offline-read": { counts: {}, leaves: [lane("east-in", "offline-read 闽CD12345")] },
  "camera.silent": { counts: {}, leaves: ["alarm camera.silent east-in", lane("east-in", "fault")] },
  "clock.anchored": { counts: {}, leaves: [] },
  "storage.short": { counts: {}, leaves: ["alarm storage.short gw-1"] },
  "storage.well": { counts: {}, leaves: [] },
  "stream.gap": { counts: {}, leaves: ["alarm uplink.lost state"] },
  "command.received": { counts: {}, leaves: [] },
  "command.ended": { counts: {}, leaves: [] },
  "session.asked": { counts: {}, leaves: [] },
  "session.billed": { counts: {}, leaves: [] },
  "session.waiting": { counts: {}, leaves: [] },
  "session.occupied": { counts: {}, leaves: [] },
  "pile.alarm": { counts: {}, leaves: ["alarm pile.water station-1"] },
  "pile.cut": { counts: {}, leaves: ["alarm pile.cut station-1/3"] },
  "pile.fault": { counts: {}, leaves: ["alarm pile.fault station-1/3"] },
  "pile.fault-over": { counts: {}, leaves: [] },
  "energy.balanced": { counts: {}, leaves: [] },
  "energy.unbalanced": { counts: {}, leaves: ["alarm energy.lost meter-in-1"] },
  "energy.unjudged": { counts: {}, leaves: [] },
  "pile.unbilled": { counts: {}, leaves: [] },
  "card.entered": { counts: {}, leaves: [] },
  "card.lost": { counts: {}, leaves: [] },
  "session.started": {
    counts: { sessions: 1 },
    leaves: ["session started - by 88001234", "socket station-1/3 charging session-0001 -"],
  },
  "pass.written": { counts: {}, leaves: [] },
  "pass.sold": { counts: {}, leaves: [] },
  "pass.refunded": { counts: {}, leaves: [] },
  "pass.changed": { counts: {}, leaves: [] },
  "pass.expires": { counts: {}, leaves: [] },
  "resident.asked": { counts: {}, leaves: [] },
  "resident.decided": { counts: {}, leaves: [] },
  "coupon.given": { counts: {}, leaves: [] },
  "coupon.used": { counts: {}, leaves: [] },
  "car.listed": { counts: {}, leaves: [] },
  "occasion.written": { counts: {}, leaves: [] },
  "merchant.written": { counts: {}, leaves: [] },
  "merchant.settled": { counts: {}, leaves: [] },
  "lane.mode": { counts: {}, leaves: [lane("east-in", "- held-open until 1795577400000 by booth")] },
  "gate.ordered": { counts: {}, leaves: [] },
  "visit.chosen": { counts: {}, leaves: [] },
  "visit.corrected": { counts: { visits: 1 }, leaves: [lane("east-in", "opened 闽CD12345"), "visit inside 闽CD12345 paid 0 of -"] },
  "site.shadow": { counts: {}, leaves: [] },
  "visit.inferred": { counts: {}, leaves: [] },
  "visit.lingers": { counts: {}, leaves: [] },
  "lot.recounted": { counts: {}, leaves: [] },
  "lot.drifted": { counts: {}, leaves: [] },
  "camera.list": { counts: {}, leaves: [] },
  "slip.entered": { counts: {}, leaves: [] },
  "money.entered": { counts: {}, leaves: [] },
  "money.unmatched": { counts: {}, leaves: [] },
  "money.disputed": { counts: {}, leaves: [] },
  "money.dispute-ended": { counts: {}, leaves: [] },
  "visit.rematched": { counts: {}, leaves: [] },
  "shift.ended": { counts: {}, leaves: [] },
  "session.ended": { counts: { sessions: 1 }, leaves: ["session - ended full 420000", "socket station-1/3 idle - full"] },
  "charging.cut": {
    counts: { cutoffs: 1 },
    leaves: ["alarm cut.over-current station-1/3", "entry over-current 12/15", "socket station-1/3 cut - over-current", "trip unconfirmed"],
  },
  "charging.warned": { counts: {}, leaves: ["alarm warn.over-temperature station-1/3"] },
  "charging.eased": { counts: {}, leaves: [] },
  "charging.opened": { counts: {}, leaves: ["trip 240"] },
  "charging.welded": {
    counts: { welds: 1 },
    leaves: [
      "alarm weld station-1/3",
      "entry weld -/- → weld",
      "hazard weld 待派单",
      "socket station-1/3 welded - welded",
      "trip unconfirmed",
    ],
  },
  "charging.rearmed": { counts: {}, leaves: ["socket station-1/3 charging session-0001 -"] },
  "charging.latch-reset": { counts: {}, leaves: ["socket station-1/3 idle - -"] },
  "shed.tripped": {
    counts: {},
    leaves: [
      "alarm shed.smoke shed-1",
      "entry shed-smoke 1/90 → shed-fire",
      "hazard shed-fire 待派单",
      "shed shed-1 latched smoke smoke-1 unknown quiet",
      "trip unconfirmed",
    ],
  },
  "shed.opened": { counts: {}, leaves: ["trip 1200"] },
  "shed.sighted": { counts: {}, leaves: ["shed shed-1 serving - - unknown quiet"] },
  "shed.reset": { counts: {}, leaves: ["shed shed-1 serving - - unknown quiet"] },
  "shed.reset-refused": { counts: {}, leaves: [] },
  "shed.input": { counts: {}, leaves: ["shed shed-1 unknown - - unknown quiet smoke-1=active"] },
  "shed.input-silent": {
    counts: {},
    leaves: ["alarm shed.input-silent shed-1/smoke-1", "shed shed-1 unknown - - unknown quiet smoke-1=silent"],
  },
  "shed.input-answers": { counts: {}, leaves: ["shed shed-1 unknown - - unknown quiet smoke-1=clear"] },
  "shed.leaking": {
    counts: {},
    leaves: [
      "alarm shed.leaking shed-1",
      "entry shed-leaking -/- → shed-leaking",
      "hazard shed-leaking 待派单",
      "shed shed-1 unknown - - unknown leaking",
    ],
  },
  "shed.leakage-over": { counts: {}, leaves: ["shed shed-1 unknown - - unknown quiet"] },
  "shed.contactor-stuck": {
    counts: {},
    leaves: [
      "alarm shed.contactor-stuck shed-1",
      "entry shed-contactor -/- → shed-contactor",
      "hazard shed-contactor 待派单",
      "shed shed-1 unknown - - stuck quiet",
    ],
  },
  "shed.contactor-lost": { counts: {}, leaves: ["alarm shed.contactor-lost shed-1", "shed shed-1 unknown - - lost quiet"] },
  "shed.contactor-closed": { counts: {}, leaves: ["shed shed-1 unknown - - well quiet"] },
  "load.shed": { counts: {}, leaves: ["alarm load.shed shed-1/L1"] },
  "load.over": { counts: {}, leaves: ["alarm load.over shed-1/L1"] },
  "charging.refused": { counts: {}, leaves: [] },
  "charging.test-begun": { counts: {}, leaves: [] },
  "charging.test-ended": { counts: {}, leaves: [] },
  "station.silent": { counts: {}, leaves: ["alarm station.silent station-1"] },
  "station.answers": { counts: {}, leaves: [] },
  "line.late": { counts: {}, leaves: ["alarm line.late line-1"] },
  "line.in-time": { counts: {}, leaves: [] },
  "protection.silent": { counts: {}, leaves: ["alarm protection.silent gw-1"] },
  "protection.answers": { counts: {}, leaves: [] },
  "fire.raised": { counts: {}, leaves: ["alarm fire.fire panel-1/1.42.17"] },
  "fire.over": { counts: {}, leaves: [] },
  "fire.operation": { counts: {}, leaves: [] },
  // It must last for a while before it is an alarm.
  "fire.device-silent": { counts: {}, leaves: ["alarm fire.device-lost panel-1 pending"] },
  "fire.device-answers": { counts: {}, leaves: [] },
  "fire.sentry-asked": { counts: {}, leaves: [] },
  "fire.sentry-answered": { counts: {}, leaves: [] },
  "fire.sentry-unanswered": { counts: {}, leaves: ["alarm fire.sentry-unanswered panel-1"] },
  "facility.raised": { counts: {}, leaves: ["alarm facility.water-level pump-room/level"] },
  "facility.over": { counts: {}, leaves: [] },
  "facility.silent": { counts: {}, leaves: ["alarm facility.unread pump-room pending"] },
  "facility.answers": { counts: {}, leaves: [] },
};

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

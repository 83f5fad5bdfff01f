// A history in any order of its streams, in any batches, with any repetition and any loss on the way, leaves what the clean one leaves.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countsView } from "#cloud/views/views.ts";
import { counted, full } from "#test/promise.ts";
import { openTestCloud, type Spoken, type TestCloud, Voice } from "./room-for-tests.ts";
import { cutOf, examples } from "./story-for-tests.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

/** What may happen to a compound, each with the events that it makes, in the order in which it makes them. */
const incidents = {
  visit: (by: Voice, n: number, at: number) => {
    const visit = `visit-${n}-0000`;
    return [
      by.say("visit.opened", { ...examples["visit.opened"], visit }, at),
      by.say("gate.opened", { ...examples["gate.opened"], count: n }, at + 900),
      by.say("lane.passed", { ...examples["lane.passed"], visit, count: n }, at + 4_000),
      by.say("visit.billed", { ...examples["visit.billed"], visit, bill: `bill-${n}-0000`, total_fen: 100 * n + 500 }, at + 60_000),
      by.say("visit.paid", { ...examples["visit.paid"], visit, payment: `pay-${n}-00000`, amount_fen: 100 * n + 500 }, at + 70_000),
      by.say("visit.closed", { ...examples["visit.closed"], visit, total_fen: 100 * n + 500, paid_fen: 100 * n + 500 }, at + 71_000),
    ];
  },
  charge: (by: Voice, n: number, at: number) => {
    const [session, socket] = [`session-${n}`.padEnd(10, "0"), `station-1/${(n % 3) + 1}`];
    return [
      by.say("session.started", { ...examples["session.started"], session, socket }, at),
      by.say("session.ended", { ...examples["session.ended"], session, socket }, at + 50_000),
    ];
  },
  cut: (by: Voice, n: number, at: number) => {
    const [session, socket] = [`session-${n}`.padEnd(10, "0"), `station-1/${(n % 3) + 1}`];
    const trip = `trip-${n}-0000`;
    return [
      by.say("session.started", { ...examples["session.started"], session, socket }, at),
      by.say("charging.cut", { ...cutOf(trip, socket), session }, at + 10_000),
      by.say("charging.opened", { ...examples["charging.opened"], trip, socket }, at + 10_240),
      by.say("session.ended", { ...examples["session.ended"], session, socket, cause: "over-current" }, at + 10_300),
    ];
  },
  reset: (by: Voice, n: number, at: number) => [
    by.say("charging.latch-reset", { ...examples["charging.latch-reset"], socket: `station-1/${(n % 3) + 1}` }, at),
  ],
  smoke: (by: Voice, n: number, at: number) => [by.say("charging.cut", cutOf(`trip-${n}-0000`, `station-1/${(n % 3) + 1}`, "smoke"), at)],
  weld: (by: Voice, n: number, at: number) => [
    by.say("charging.welded", { ...examples["charging.welded"], trip: `trip-${n}-0000`, socket: `station-1/${(n % 3) + 1}` }, at),
  ],
  shed: (by: Voice, n: number, at: number) => {
    const [trip, socket, session] = [`shed-${n}-0000`, `station-1/${(n % 3) + 1}`, `session-${n}`.padEnd(10, "0")];
    const sheds = [{ id: "shed-1", name: "1号棚", stations: ["station-1"] }];
    return [
      by.say("gateway.started", { ...examples["gateway.started"], lanes: [], sheds }, at - 1),
      by.say("session.started", { ...examples["session.started"], session, socket }, at),
      by.say("shed.input", examples["shed.input"], at + 9_999),
      by.say("charging.cut", { ...cutOf(trip, socket, "shed"), session, value: null, limit: null, unit: "" }, at + 10_000),
      by.say("shed.tripped", { ...examples["shed.tripped"], trip }, at + 10_001),
      by.say("session.ended", { ...examples["session.ended"], session, socket, cause: "shed" }, at + 10_002),
      by.say("shed.opened", { ...examples["shed.opened"], trip }, at + 11_000),
      by.say("shed.input", { ...examples["shed.input"], active: false }, at + 20_000),
      by.say("shed.reset", { ...examples["shed.reset"], trip }, at + 30_000),
    ];
  },
  unread: (by: Voice, _n: number, at: number) => [
    by.say("shed.input-silent", examples["shed.input-silent"], at),
    by.say("shed.leaking", examples["shed.leaking"], at + 10),
    by.say("shed.input-answers", examples["shed.input-answers"], at + 20),
    by.say("shed.leakage-over", examples["shed.leakage-over"], at + 30),
  ],
  silence: (by: Voice, _n: number, at: number) => [by.say("station.silent", examples["station.silent"], at)],
  answer: (by: Voice, _n: number, at: number) => [by.say("station.answers", examples["station.answers"], at)],
} as const;

type Incident = keyof typeof incidents;
const kinds = Object.keys(incidents) as Incident[];

const history = (chosen: readonly Incident[]): { by: Voice; spoken: Spoken[] } => {
  const by = new Voice();
  return { by, spoken: chosen.flatMap((kind, n) => incidents[kind](by, n, n * 100_000)) };
};

/** What stays of a history: counts, states, alarms, the property's list and hazards. Times of clearing are left out: of two clearings the first that came is kept. */
async function left() {
  const { read } = cloud.store;
  const { duplicates: _, ...counts } = await countsView(read);
  const rows = await Promise.all([
    read.selectFrom("visit").selectAll().orderBy("visit").execute(),
    read.selectFrom("session").selectAll().orderBy("session").execute(),
    read.selectFrom("socket").select(["socket", "state", "trip"]).orderBy("socket").execute(),
    read.selectFrom("trip").selectAll().orderBy("trip").execute(),
    read.selectFrom("lane").select(["lane", "passages", "openings", "last_at", "last_what"]).orderBy("lane").execute(),
    read.selectFrom("entry").select(["source", "cause", "event", "at", "seen_at", "off_after_ms"]).orderBy("event").execute(),
    read.selectFrom("hazard").select(["id", "rule", "place", "state", "events", "found_at"]).orderBy("id").execute(),
    read
      .selectFrom("alarm")
      .select(["rule", "source", "count", "active", "first_at", "last_at", "events"])
      .where("rule", "not like", "uplink.%")
      .orderBy("rule")
      .orderBy("source")
      .execute(),
    read.selectFrom("shed").select(["shed", "state", "trip", "contactor", "leaking", "inputs"]).orderBy("shed").execute(),
  ]);
  return { counts, rows };
}

interface Telling {
  readonly stream: Spoken["stream"];
  readonly from: number;
  readonly size: number;
}

/** As an outbox does it: a batch from behind what was acknowledged, or again from before it, or (a bug) from beyond it; at the end everything. */
async function tellInDisorder({ by, spoken }: { by: Voice; spoken: readonly Spoken[] }, tellings: readonly Telling[]): Promise<number> {
  const acknowledged = new Map<string, number>();
  let repeats = 0;
  const tell = async (stream: Spoken["stream"], batch: readonly Spoken[]): Promise<void> => {
    if (batch.length === 0) return;
    const before = acknowledged.get(stream) ?? 0;
    repeats += batch.filter(({ event }) => event.seq <= before).length;
    const { topic, payload } = by.message(batch);
    const answer = await cloud.take(topic, payload);
    const upTo = answer?.acknowledgement.upTo ?? 0;
    expect(upTo).toBeGreaterThanOrEqual(Math.min(before, batch.at(-1)?.event.seq ?? 0));
    acknowledged.set(stream, Math.max(before, upTo));
  };
  const of = (stream: Spoken["stream"]): Spoken[] => spoken.filter((one) => one.stream === stream);
  for (const { stream, from, size } of tellings) {
    const start = Math.max(0, (acknowledged.get(stream) ?? 0) + from);
    await tell(stream, of(stream).slice(start, start + size));
  }
  for (const stream of ["state", "money", "urgent"] as const) {
    await tell(stream, of(stream));
    expect(acknowledged.get(stream) ?? 0).toBe(of(stream).length);
  }
  return repeats;
}

test("any order of streams, any batches, any repetition: the same counts, states, alarms, entries and hazards", {
  timeout: 120_000,
}, async (context) => {
  const totals = { histories: 0, events: 0, repeats: 0, hazards: 0, alarms: 0 };
  const telling: fc.Arbitrary<Telling> = fc.record({
    stream: fc.constantFrom<Spoken["stream"]>("urgent", "money", "state"),
    from: fc.integer({ min: -4, max: 1 }),
    size: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 9 }),
      fc.array(telling, { maxLength: 24 }),
      async (chosen, tellings) => {
        const told = history(chosen);
        await cloud.reset();
        await told.by.tell(cloud, told.spoken);
        const clean = await left();
        await cloud.reset();
        const repeats = await tellInDisorder(told, tellings);
        expect(await left()).toEqual(clean);
        expect((await countsView(cloud.store.read)).duplicates).toBe(repeats);
        totals.histories += 1;
        totals.events += told.spoken.length;
        totals.repeats += repeats;
        totals.hazards += clean.rows[6].length;
        totals.alarms += clean.rows[7].length;
      },
    ),
    { numRuns: full ? 300 : 40, seed: 20_261_125 },
  );
  counted(context, totals);
});

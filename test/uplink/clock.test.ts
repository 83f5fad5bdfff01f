// Clocks that start in 1970, wander, are stepped both ways and are set at last: real journals and waiting readings on the disk, the real ingest over real stores.
// Nothing is lost, nothing is written twice, every time whose truth can be known is true in the end, and what the clocks said is still there.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "#cloud/ingest/room-for-tests.ts";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import type { TelemetryQueue } from "#gateway/journal/telemetry.ts";
import { nextBatch } from "#gateway/uplink/batches.ts";
import { upTopic } from "#protocols/uplink/topics.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { type Stamp, wall } from "#protocols/vocabulary/time.ts";
import { counted, full } from "../promise.ts";
import { testQueue } from "../telemetry-queue.ts";
import { type ToldClock, toldChance, toldClock } from "../told-clock.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

const address = { site: "jinxiu", gateway: "gw-1" };
const truthBegins = Date.UTC(2026, 10, 25, 4);
const hour = 3_600_000;
const day = 24 * hour;
/** What a clock without a battery, or with somebody's finger on it, says of the true time. */
const wrong = {
  "1970": () => 5_000,
  "an hour behind": (truth: number) => truth - hour,
  "a second ahead": (truth: number) => truth + 1_000,
  "three days behind": (truth: number) => truth - 3 * day,
  "four years ahead": (truth: number) => truth + 1461 * day,
} as const;
type Wrong = keyof typeof wrong;

type Step =
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "fact"; readonly what: "cut" | "reset" | "silent" | "paid"; readonly n: number }
  | { readonly do: "measure" }
  | { readonly do: "wander"; readonly to: Wrong }
  | { readonly do: "set" }
  | { readonly do: "reboot"; readonly down_ms: number; readonly to: Wrong; readonly knows: boolean }
  | { readonly do: "send"; readonly stream: Stream };

/** One machine and what truly happened to it. */
interface Happened {
  readonly stamp: Stamp;
  readonly truth: number;
}

class Box {
  readonly #folder: string;
  /** Readings of one run are told from those of another by their station. */
  readonly #station: string;
  #boots = 0;
  #seed = 0;
  #truth = truthBegins;
  clock: ToldClock;
  journal: Journal;
  telemetry: TelemetryQueue;
  readonly facts = new Map<string, Happened>();
  readonly readings: Happened[] = [];
  /** Readings that were given their number before their boot had an anchor. */
  socket: "cut" | "idle" | "unknown" = "unknown";
  steps = 0;

  /** Whether the cloud's acknowledgements say what time it is. */
  readonly #told: boolean;

  constructor(folder: string, station: string, told: boolean) {
    this.#told = told;
    this.#folder = folder;
    this.#station = station;
    [this.clock, this.journal, this.telemetry] = this.#start("1970", false);
  }

  get truth(): number {
    return this.#truth;
  }

  #start(to: Wrong, knows: boolean): [ToldClock, Journal, TelemetryQueue] {
    const clock = toldClock({
      boot: `boot-${++this.#boots}`,
      mono: 10_000,
      wall: knows ? this.#truth : wrong[to](this.#truth),
      synchronised: knows,
    });
    const journal = openJournal({ path: join(this.#folder, "journal.sqlite"), clock, chance: toldChance(++this.#seed), tables: [] });
    const telemetry = testQueue({
      path: join(this.#folder, "telemetry.sqlite"),
      numbered: journal.outbox.numbered(),
      now: () => clock.stamp(),
    });
    const key = journal.commit((tx) => tx.event("gateway.started", { version: "1", config_hash: "1" }));
    this.facts.set(`gw-1/${journal.epoch}/${key.stream}/${key.seq}`, { stamp: clock.stamp(), truth: this.#truth });
    return [clock, journal, telemetry];
  }

  close(): void {
    this.journal.close();
    this.telemetry.close();
  }

  /** Boots of which the journal knows when they were. */
  get anchored(): Set<string> {
    return new Set(this.journal.all<{ boot: string }>("SELECT boot FROM clock WHERE anchor IS NOT NULL").map(({ boot }) => boot));
  }

  async take(step: Step): Promise<void> {
    const { clock } = this;
    if (step.do === "wait") {
      this.#truth += step.ms;
      clock.advance(step.ms);
      if (step.ms >= 1_000) this.journal.lookAtClock();
    } else if (step.do === "fact") this.#fact(step);
    else if (step.do === "measure") {
      // Two in one millisecond, of one series.
      for (const current of [1, 2]) {
        this.telemetry.add(`socket,quality=good,socket=1,station=${this.#station} current_mA=${current}i 0\n`, clock.stamp());
        this.readings.push({ stamp: clock.stamp(), truth: this.#truth });
      }
    } else if (step.do === "wander") {
      clock.setWall(wall(wrong[step.to](this.#truth)));
      clock.synchronise(false);
      this.steps += 1;
    } else if (step.do === "set") {
      clock.setWall(wall(this.#truth));
      clock.synchronise(true);
      this.steps += 1;
    } else if (step.do === "reboot") {
      this.close();
      this.#truth += step.down_ms;
      [this.clock, this.journal, this.telemetry] = this.#start(step.to, step.knows);
    } else await this.send(step.stream);
  }

  #fact({ what, n }: Extract<Step, { do: "fact" }>): void {
    // Of two facts about one thing in one millisecond, in two streams, nobody could say which was later.
    if (what === "cut" || what === "reset") {
      this.#truth += 1;
      this.clock.advance(1);
    }
    const stamp = this.clock.stamp();
    const key = this.journal.commit((tx) => {
      if (what === "cut") {
        const why = { cause: "over-current", value: 10_000, limit: 4_400, unit: "mA", decided_after_ms: 300, off_after_ms: 20 } as const;
        const trip = `trip-${String(this.facts.size).padStart(6, "0")}`;
        return tx.event("charging.cut", { trip, socket: "station-1/1", session: null, ...why, latched: true });
      }
      if (what === "reset")
        return tx.event("charging.latch-reset", { socket: "station-1/1", trip: "trip-000000", person: "booth", reason: "looked at it" });
      if (what === "silent") return tx.event("station.silent", { station: `station-${n}`, silent_ms: 5_000 });
      const name = String(this.facts.size).padStart(6, "0");
      return tx.event("visit.paid", {
        ...{ visit: `visit-${name}`, payment: `payment-${name}`, lane: null, method: "cash", amount_fen: 100, collector: "booth" },
      });
    });
    if (what === "cut") this.socket = "cut";
    if (what === "reset") this.socket = "idle";
    this.facts.set(`gw-1/${this.journal.epoch}/${key.stream}/${key.seq}`, { stamp, truth: this.#truth });
  }

  /** One message, as the uplink would send it; false when there was none. */
  async send(stream: Stream): Promise<boolean> {
    const { journal, telemetry, clock } = this;
    const batch = nextBatch({ gateway: "gw-1", journal, telemetry, clock, turn: { live: false } }, stream, 1500);
    if (batch === undefined) return false;
    cloud.clock.now = this.#truth;
    const { topic, payload } = { topic: upTopic(address, stream), payload: batch.payload };
    if (this.#seed % 2 === 0) await cloud.take(topic, payload); // its acknowledgement is lost
    const answer = await cloud.take(topic, payload);
    journal.outbox.acknowledge(stream, answer?.acknowledgement.upTo ?? 0);
    if (this.#told) journal.lookAtClock(wall(this.#truth));
    return true;
  }
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 900, 5_000, 120_000, hour) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("fact" as const),
      what: fc.constantFrom("cut" as const, "reset" as const, "silent" as const, "paid" as const),
      n: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("measure" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wander" as const), to: fc.constantFrom(...(Object.keys(wrong) as Wrong[])) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("reboot" as const),
      down_ms: fc.constantFrom(2_000, 600_000, 2 * day),
      to: fc.constantFrom(...(Object.keys(wrong) as Wrong[])),
      knows: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("send" as const), stream: fc.constantFrom<Stream>("urgent", "money", "state", "bulk") }),
  },
);

/** The stored points of a station, each as nanoseconds, from around the times at which some must be. */
async function pointsOf(station: string, expected: readonly number[]): Promise<bigint[]> {
  const series = { measurement: "socket", tags: { ...address, station, socket: "1" }, field: "current_mA" };
  const found: bigint[] = [];
  for (const at of new Set(expected.map((ms) => Math.floor(ms / hour) * hour)))
    found.push(
      ...(await cloud.telemetry.range({ series, from: wall(at), to: wall(at + hour), limit: 100_000 })).map(({ time_ns }) => time_ns),
    );
  return found;
}

let runs = 0;
const totals = {
  boots: 0,
  clock_steps: 0,
  events: 0,
  derived: 0,
  never_known: 0,
  readings: 0,
  readings_lost: 0,
  events_lost: 0,
  labelled_wrongly: 0,
};

async function live(steps: readonly Step[], told: boolean): Promise<void> {
  await cloud.reset();
  const folder = mkdtempSync(join(tmpdir(), "cuobian-clock-"));
  runs += 1;
  const station = `station-${runs}`;
  const box = new Box(folder, station, told);
  try {
    for (const one of steps) await box.take(one);
    await box.take({ do: "wait", ms: 1_000 });
    await box.take({ do: "set" });
    await box.take({ do: "wait", ms: 1_000 });
    // Whoever is asked last still has everything; a boot that is over and never knew the time waits for nobody.
    for (let moved = true; moved; ) {
      moved = false;
      for (const stream of ["bulk", "state", "money", "urgent"] as const) moved = (await box.send(stream)) || moved;
    }
    await judge(box, station);
  } finally {
    box.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function judge(box: Box, station: string): Promise<void> {
  const { read } = cloud.store;
  const { anchored } = box;
  const rows = await read.selectFrom("event").selectAll().where("type", "!=", "clock.anchored").execute();
  const wrongLabels: string[] = [];
  for (const row of rows) {
    const key = `${row.gateway}/${row.epoch}/${row.stream}/${row.seq}`;
    const fact = box.facts.get(key);
    if (fact === undefined) throw new Error(`${key} was never said`);
    const { boots, ...said } = JSON.parse(row.stamp) as Stamp;
    expect(said, key).toEqual(fact.stamp); // the evidence
    expect(boots, key).toBe(Number(fact.stamp.boot.slice("boot-".length)));
    const known = fact.stamp.synchronised || anchored.has(fact.stamp.boot);
    const clock = fact.stamp.synchronised ? "true" : known ? "derived" : "received";
    if (row.clock !== clock || row.at !== (known ? fact.truth : row.received_at))
      wrongLabels.push(`${key} ${row.clock} ${row.at - fact.truth}`);
    totals.derived += clock === "derived" ? 1 : 0;
    totals.never_known += clock === "received" ? 1 : 0;
  }
  expect(wrongLabels).toEqual([]);
  expect(new Set(rows.map(({ stream, seq }) => `${stream} ${seq}`)).size).toBe(rows.length);
  expect(rows.length).toBe(box.facts.size);

  // What was shown of them meanwhile has been corrected wherever it stood.
  const atOf = new Map(rows.map((row) => [`${row.gateway}/${row.epoch}/${row.stream}/${row.seq}`, row]));
  for (const entry of await read.selectFrom("entry").select(["event", "at", "seen_at"]).execute())
    expect([entry.at, entry.seen_at], entry.event).toEqual([atOf.get(entry.event)?.at, (atOf.get(entry.event)?.at ?? 0) - 300]);
  for (const alarm of await read.selectFrom("alarm").selectAll().where("rule", "=", "station.silent").execute()) {
    const keys = JSON.parse(alarm.events) as string[];
    if (keys.length < alarm.count) continue;
    const ats = keys.map((key) => atOf.get(key)?.at ?? 0);
    expect([alarm.first_at, alarm.last_at], keys.join()).toEqual([Math.min(...ats), Math.max(...ats)]);
  }
  for (const payment of await read.selectFrom("payment").select(["payment", "at"]).execute())
    expect(payment.at).toBe(rows.find((row) => row.type === "visit.paid" && row.data.includes(payment.payment))?.at);
  const [socket] = await read.selectFrom("socket").select("state").where("socket", "=", "station-1/1").execute();
  expect(socket?.state ?? "unknown").toBe(box.socket);
  const clockAlarm = await read.selectFrom("alarm").select("active").where("rule", "=", "uplink.clock").executeTakeFirst();
  expect(clockAlarm?.active ?? 0).toBe(0);

  const expected = box.readings.map(({ stamp, truth }) => (stamp.synchronised || !anchored.has(stamp.boot) ? stamp.wall : truth));
  const found = await pointsOf(station, expected);
  expect(found.length).toBe(box.readings.length);
  expect(found.map((time) => Number(time / 1_000_000n)).sort((a, b) => a - b)).toEqual([...expected].sort((a, b) => a - b));
  expect(new Set(found).size).toBe(found.length);

  totals.boots += new Set([...box.facts.values(), ...box.readings].map(({ stamp }) => stamp.boot)).size;
  totals.clock_steps += box.steps;
  totals.events += rows.length;
  totals.readings += found.length;
  totals.readings_lost += box.readings.length - found.length;
  totals.events_lost += box.facts.size - rows.length;
  totals.labelled_wrongly += wrongLabels.length;
}

test("P 04.clock: steps both ways, 1970 starts, two samples in one millisecond: nothing lost, nothing relabelled wrongly", {
  timeout: 600_000,
}, async (context) => {
  const seed = full ? Number(process.env.CUOBIAN_SEED ?? Date.now() % 1_000_000) : 20_261_126;
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), fc.boolean(), live), {
    numRuns: full ? 1_000 : 25,
    seed,
  });
  counted(context, { seed, lives: runs, ...totals });
});

test("P 04.clock: a day that begins in 1970, offline, and is told when the clock is set", { timeout: 60_000 }, async (context) => {
  const at = (ms: number): Step => ({ do: "wait", ms });
  const steps: Step[] = [
    ...([{ do: "fact", what: "silent", n: 1 }, { do: "measure" }, at(hour), { do: "fact", what: "cut", n: 1 }] as const),
    ...([{ do: "send", stream: "urgent" }, at(hour), { do: "fact", what: "reset", n: 1 }, { do: "fact", what: "paid", n: 1 }] as const),
    ...([{ do: "send", stream: "state" }, { do: "send", stream: "bulk" }, { do: "measure" }] as const),
  ];
  const before = { ...totals };
  await live(steps, false);
  // The anchor is an event of its own, told before what still waited.
  const anchors = await cloud.store.read.selectFrom("clock_anchor").selectAll().execute();
  expect(anchors.map(({ off_ms, boot }) => [off_ms, boot])).toEqual([[truthBegins - 5_000, "boot-1"]]);
  counted(context, { events: totals.events - before.events, derived: totals.derived - before.derived, anchors: anchors.length });
});

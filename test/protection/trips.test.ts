// P 02.trips: a thousand healthy charges of every kind of battery are left alone; a thousand faulty ones are each off by the time that the rule gives, by a second opinion.
import { expect, test } from "vitest";
import { endCauses } from "#gateway/core/charging/facts.ts";
import { chance } from "#sim/chance.ts";
import { counted, full, plain } from "#test/promise.ts";
import { newCharge } from "./charges.ts";
import { type Kind, kinds, weld } from "./faults.ts";
import { models } from "./models.ts";
import { run } from "./run.ts";

const many = plain ? 250 : 1000;
/** In full every second of every charge is sampled; else, where nothing happens, every ninth. */
const calm = full ? 1000 : 9000;
const seed = Number(process.env.CUOBIAN_SEED ?? 20_260_101);

test("P 02.trips: 1,000 healthy charges of lead-acid and lithium: trips 0", { timeout: full ? 900_000 : 120_000 }, (context) => {
  const ends: Record<string, number> = {};
  const odd: Record<string, number> = {};
  let asked = 0;
  let hours = 0;
  let trips = 0;
  const batteries = { "lead-acid": 0, lithium: 0 };
  for (let i = 0; i < many; i += 1) {
    const random = chance(seed + i);
    const model = models[i % models.length] as (typeof models)[number];
    const charge = newCharge(random, model);
    const done = run({ model, charge, chance: random, every_ms: random.pick([400, 700, 1000, 2000]), calm_ms: calm });
    const cut = done.bench.of("cut")[0];
    expect(
      cut,
      `seed ${seed + i}, ${model.name}, after ${((done.bench.now - done.begin) / 60_000).toFixed(1)} min of ${JSON.stringify(charge.battery)}, ${JSON.stringify(charge.odds)}`,
    ).toBeUndefined();
    trips += done.bench.of("cut").length + done.bench.of("welded").length;
    const cause = done.bench.of("ended")[0]?.cause ?? "none";
    expect(endCauses, `seed ${seed + i} ended by ${cause}`).toContain(cause);
    ends[`ended: ${cause}`] = (ends[`ended: ${cause}`] ?? 0) + 1;
    for (const { kind } of charge.odds) odd[`with ${kind}`] = (odd[`with ${kind}`] ?? 0) + 1;
    batteries[charge.battery.chemistry] += 1;
    asked += done.asked;
    hours += (done.bench.now - done.begin) / 3_600_000;
  }
  expect(Math.min(batteries["lead-acid"], batteries.lithium)).toBeGreaterThan(many * 0.3);
  counted(context, {
    healthy: many,
    ...batteries,
    "hours charged": Math.round(hours),
    samples: asked,
    ...odd,
    ...ends,
    "wrong trips": trips,
  });
});

/** The plateau of a charge that a fault will come to. */
const lasting_ms = 60 * 60_000;

interface Verdict {
  readonly late_ms: number;
  /** What was left of its time, in per cent of it. */
  readonly margin: number;
  readonly cause: string;
}

function faulty(kind: Kind, i: number): Verdict {
  const random = chance(seed + 100_000 + i);
  const fitting = models.filter(kind.fits);
  const model = fitting[i % fitting.length] as (typeof models)[number];
  const charge = newCharge(random, model, lasting_ms);
  const made = kind.make(random, model, charge);
  const every_ms = random.pick([300, 500, 1000]);
  const done = run({ model, charge, chance: random, every_ms, calm_ms: 4000, fault: made.fault });
  const where = `${kind.name}, seed ${seed + 100_000 + i}, ${model.name}`;
  const cut = done.bench.cut();
  expect(cut, `${where}: never cut; ended ${JSON.stringify(done.bench.of("ended"))}`).toBeDefined();
  const { onset_ms } = made.fault;
  const at_ms = (cut?.at ?? 0) - done.begin;
  expect(at_ms, `${where}: ${cut?.cause} before the fault`).toBeGreaterThanOrEqual(onset_ms);
  const due_ms = made.due(done.heard);
  // Cut before the oracle had enough samples to say when: by another rule, sooner. Then its own time is the bound.
  const own_ms = onset_ms + made.within_ms;
  if (due_ms !== Number.POSITIVE_INFINITY)
    expect(due_ms, `${where}: the oracle's time against the fault's own`).toBeLessThanOrEqual(own_ms + 2 * every_ms);
  const by_ms = Math.min(due_ms, own_ms) + 2 * every_ms;
  return { late_ms: at_ms - by_ms, margin: ((by_ms - at_ms) / (by_ms - onset_ms)) * 100, cause: cut?.cause ?? "" };
}

test("P 02.trips: 1,000 faulty charges: late 0, worst margin printed", { timeout: 120_000 }, (context) => {
  const found: Record<string, number> = {};
  let late = 0;
  let worst = { margin: Number.POSITIVE_INFINITY, what: "" };
  const welds = Math.floor(many / (kinds.length + 1));
  for (let i = 0; i < many - welds; i += 1) {
    const kind = kinds[i % kinds.length] as Kind;
    const { late_ms, margin, cause } = faulty(kind, i);
    if (late_ms > 0) late += 1;
    expect(late_ms, `${kind.name}, seed ${seed + 100_000 + i}: late by ${late_ms} ms (${cause})`).toBeLessThanOrEqual(0);
    if (margin < worst.margin) worst = { margin, what: kind.name };
    found[kind.name] = (found[kind.name] ?? 0) + 1;
  }
  for (let i = 0; i < welds; i += 1) {
    const random = chance(seed + 200_000 + i);
    const model = models[i % models.length] as (typeof models)[number];
    const charge = newCharge(random, model, lasting_ms);
    const made = weld(random, charge);
    const every_ms = random.pick([300, 500, 1000]);
    const done = run({ model, charge, chance: random, every_ms, calm_ms: 4000, fault: made.fault });
    const welded = done.bench.said.find(({ fact }) => fact.kind === "welded");
    // Two seconds of settling, then the third sample that shows it.
    const by = done.begin + made.fault.onset_ms + made.within_ms + 5 * every_ms + 4_000;
    expect(welded, `weld, seed ${seed + 200_000 + i}`).toBeDefined();
    expect(welded?.at, `weld, seed ${seed + 200_000 + i}`).toBeLessThanOrEqual(by);
    found.weld = (found.weld ?? 0) + 1;
  }
  expect(kinds.length + 1).toBeGreaterThanOrEqual(10);
  counted(context, {
    faulty: many,
    kinds: kinds.length + 1,
    ...found,
    "worst margin, %": worst.margin.toFixed(2),
    "worst margin at": worst.what,
    late,
  });
});

// Budgets in told time: what counts, what is refused, who goes first, and that it ends at enough.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { type Budget, type SocketLoad, shareOf, taken } from "./budget.ts";
import { loadFixed } from "./limits.ts";
import { balance, type Load, newLoad, noRoom, type Snapshot, takenOf } from "./load.ts";

const now = monotonic(1_000_000);
const long = monotonic(now - 600_000);
const reserve = { mA: 4_400, mW: 1_000_000 };

const socket = (name: string, over: Partial<SocketLoad> = {}): SocketLoad => ({
  socket: name,
  state: "on",
  since: long,
  measured: { mA: 2_000, mW: 440_000, seen: now },
  reserve,
  priority: 5,
  ...over,
});
const budget = (over: Partial<Budget> & { sockets: ReadonlySet<string> }): Budget => ({
  id: "shed-1/L1",
  kind: "phase",
  name: { zh: "1号棚 L1 相", en: "shed 1 phase L1" },
  unit: "mA",
  limit: 10_000,
  ...over,
});
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `s/${n + 1}`);
const of = (...list: string[]): ReadonlySet<string> => new Set(list);

describe("what a socket counts", () => {
  const at = (over: Partial<SocketLoad>) => shareOf(socket("s/1", over), "mA", now);
  test.each([
    ["charging and measured: what was measured", {}, 2_000, false],
    ["charging, nothing measured: its reserve", { measured: undefined }, 4_400, true],
    ["charging, its current absent: its reserve", { measured: { mA: undefined, mW: 1, seen: now } }, 4_400, true],
    ["charging, measured too long ago: its reserve", { measured: { mA: 2_000, mW: 1, seen: monotonic(now - 3_001) } }, 4_400, true],
    ["charging, measured high and stale: the higher", { measured: { mA: 9_000, mW: 1, seen: monotonic(now - 9_000) } }, 9_000, true],
    ["just closed, its meter still at zero: its reserve", { since: now, measured: { mA: 0, mW: 0, seen: now } }, 4_400, true],
    ["just closed, measured above its reserve: the higher", { since: now, measured: { mA: 6_000, mW: 1, seen: now } }, 6_000, true],
    ["told to open, not seen open: what still flows", { state: "opening" }, 2_000, false],
    ["told to open, not seen at all: its reserve", { state: "opening", measured: undefined }, 4_400, true],
    ["silent beyond its window: its reserve", { state: "lapsed", measured: undefined }, 4_400, true],
    ["proven open: nothing", { state: "off", measured: undefined }, 0, false],
    ["proven open and yet a current: that current", { state: "off", measured: { mA: 30, mW: 1, seen: now } }, 30, false],
  ] as const)("%s", (_, over, value, reserved) => {
    expect(at(over as Partial<SocketLoad>)).toEqual({ value, reserved });
  });
});

describe("what a budget counts", () => {
  const whole = budget({ sockets: new Set(names(3)) });
  const loads = [socket("s/1"), socket("s/2", { measured: undefined }), socket("s/3", { state: "off" }), socket("other")];
  const sum = (metered: number | undefined, some = loads) => taken(whole, some, { metered, now });
  test("without a feeder meter: the sum, with reserves", () =>
    expect(sum(undefined)).toEqual({ value: 6_400 + 2_000, reserved: 4_400, by: "sum" }));
  test("with one: what it shows, where it shows more", () => expect(sum(12_000)).toEqual({ value: 12_000, reserved: 0, by: "meter" }));
  test("a meter below what the sockets show is not believed", () => expect(sum(100)).toEqual({ value: 4_000, reserved: 0, by: "meter" }));
  test("what has just closed comes on top of what it shows", () =>
    expect(sum(12_000, [...loads.slice(0, 2), socket("s/3", { since: now })])).toEqual({ value: 16_400, reserved: 4_400, by: "meter" }));
});

interface ToldLoad {
  mA: number;
  since: Monotonic;
  priority: number;
  blind?: true;
}

/** Sheds for real: what is shed is off two seconds later. Balanced four times a second. */
class Told {
  state: Load;
  now: Monotonic = now;
  readonly shed: { socket: string; budget: string; at: number }[] = [];
  readonly helpless: string[] = [];
  readonly going = new Map<string, number>();
  loads: Map<string, ToldLoad>;
  metered: Record<string, number> = {};
  constructor(budgets: readonly Budget[], loads: Record<string, number>, over: Record<string, { since?: number; priority?: number }> = {}) {
    this.state = newLoad(budgets);
    this.loads = new Map(
      Object.entries(loads).map(([name, mA]) => [
        name,
        { mA, since: monotonic(long + (over[name]?.since ?? 0)), priority: over[name]?.priority ?? 5 },
      ]),
    );
  }
  load(name: string, { mA, since, priority, blind }: ToldLoad): SocketLoad {
    const going = this.going.get(name);
    const gone = going !== undefined && this.now - going >= 2_000;
    return {
      socket: name,
      state: gone ? "off" : going === undefined ? "on" : "opening",
      since: going === undefined ? since : monotonic(going),
      measured: blind ? undefined : { mA: gone ? 0 : mA, mW: gone ? 0 : mA * 220, seen: this.now },
      reserve,
      priority,
    };
  }
  snapshot(): Snapshot {
    return { loads: [...this.loads].map(([name, load]) => this.load(name, load)), metered: this.metered, now: this.now };
  }
  go(ms: number): this {
    for (const end = this.now + ms; this.now < end; this.now = monotonic(this.now + 250)) {
      const { state, shed, helpless } = balance(this.state, this.snapshot());
      this.state = state;
      this.helpless.push(...helpless.map(({ budget: one }) => one.id));
      for (const { socket: name, budget: one } of shed) {
        this.shed.push({ socket: name, budget: one.id, at: this.now - now });
        this.going.set(name, this.now);
      }
    }
    return this;
  }
  names(): string[] {
    return this.shed.map(({ socket: name }) => name);
  }
  set(name: string, mA: number): this {
    const load = this.loads.get(name);
    if (load !== undefined) load.mA = mA;
    return this;
  }
}

describe("shedding", () => {
  const six = names(6);
  const even = Object.fromEntries(six.map((name) => [name, 2_000]));
  const newest = Object.fromEntries(six.map((name, n) => [name, { since: n * 1_000 }]));
  test("12 A on 10 A: two go, the newest first, three seconds after it began; then nobody more", () => {
    const told = new Told([budget({ sockets: new Set(six) })], even, newest).go(60_000);
    expect(told.shed).toEqual([
      { socket: "s/6", budget: "shed-1/L1", at: 3_000 },
      { socket: "s/5", budget: "shed-1/L1", at: 3_000 },
    ]);
  });
  test("10 A on 10 A: nobody; 10.1 A for less than three seconds: nobody", () => {
    const told = new Told([budget({ sockets: new Set(six) })], { ...even, "s/6": 0 }).go(60_000);
    told.set("s/6", 100).go(2_750);
    told.set("s/6", 0).go(60_000);
    expect(told.shed).toEqual([]);
  });
  test("the lowest priority goes before the newest", () => {
    const told = new Told([budget({ sockets: new Set(six) })], even, { ...newest, "s/1": { since: 0, priority: 2 } }).go(30_000);
    expect(told.names()).toEqual(["s/1", "s/6"]);
  });
  test("a socket that takes nothing is left alone: it would help nobody", () => {
    const told = new Told([budget({ sockets: new Set(six) })], { ...even, "s/1": 4_000, "s/6": 0 }, newest).go(30_000);
    expect(told.names()).toEqual(["s/5", "s/4"]);
  });
  test("each phase for itself: what hangs on L2 stays when L1 is full", () => {
    const phases = [
      budget({ sockets: of("s/1", "s/2", "s/3"), limit: 5_000 }),
      budget({ id: "shed-1/L2", sockets: of("s/4", "s/5", "s/6"), limit: 6_000 }),
    ];
    expect(new Told(phases, even, newest).go(30_000).names()).toEqual(["s/3"]);
  });
  test("what one budget sheds relieves the others: nobody goes twice for the same load", () => {
    const nested = [
      budget({ sockets: of("s/1", "s/2", "s/3"), limit: 4_000 }),
      budget({ id: "shed-1", kind: "shed", unit: "mW", sockets: new Set(six), limit: 10 * 220_000 }),
      budget({ id: "transformer", kind: "transformer", unit: "mW", sockets: new Set(six), limit: 10 * 220_000 }),
    ];
    expect(new Told(nested, even, newest).go(30_000).shed.map(({ socket: name, budget: id }) => [name, id])).toEqual([
      ["s/3", "shed-1/L1"],
      ["s/2", "shed-1/L1"],
    ]);
  });
  test("the transformer's meter shows what others take: charging makes room for it", () => {
    const one = budget({ id: "transformer", kind: "transformer", unit: "mW", sockets: new Set(six), limit: 100_000_000 });
    const told = new Told([one], even, newest);
    told.metered = { transformer: 100_600_000 };
    told.go(3_250);
    expect(told.names()).toEqual(["s/6", "s/5", "s/4", "s/3"]); // 0.6 kW too much and a margin of one socket's kilowatt, not 5 % of 100 kW
    told.metered = { transformer: 98_900_000 };
    told.go(60_000);
    expect(told.helpless).toEqual([]);
    expect(told.names()).toHaveLength(4);
  });
  test("nothing left to shed is said once, and again after it was over", () => {
    const told = new Told([budget({ sockets: of("s/1"), limit: 1_000 })], { "s/1": 0 });
    told.metered = { "shed-1/L1": 5_000 };
    told.go(60_000);
    expect([told.names(), told.helpless]).toEqual([[], ["shed-1/L1"]]);
    told.metered = { "shed-1/L1": 500 };
    told.go(5_000);
    told.metered = { "shed-1/L1": 5_000 };
    told.go(30_000);
    expect(told.helpless).toEqual(["shed-1/L1", "shed-1/L1"]);
  });
  test("readings that are lost count with their reserve, and the newest go for them", () => {
    const told = new Told([budget({ sockets: new Set(six), limit: 15_000 })], even, newest).go(10_000);
    expect(told.names()).toEqual([]);
    for (const name of ["s/1", "s/2"]) Object.assign(told.loads.get(name) ?? {}, { blind: true });
    told.go(30_000);
    expect(told.names()).toEqual(["s/6", "s/5"]); // 2 × 4.4 + 4 × 2.0 = 16.8 A; down to 14.25 A
  });
  test("nobody is shed for a board that is silent beyond its own window", () => {
    const state = newLoad([budget({ sockets: of("s/1", "s/2", "s/3") })]);
    const loads = [
      socket("s/1"),
      socket("s/2", { state: "lapsed", measured: undefined }),
      socket("s/3", { state: "lapsed", measured: undefined }),
    ];
    const first = balance(state, { loads, metered: {}, now });
    expect(balance(first.state, { loads, metered: {}, now: monotonic(now + 60_000) }).shed).toEqual([]);
    // … but it keeps its place: nobody new is let in instead.
    expect(noRoom(state, { loads, metered: {}, now }, { socket: "s/4", reserve })).toBeUndefined(); // not of this budget
    expect(noRoom(state, { loads, metered: {}, now }, { socket: "s/1", reserve })).toMatchObject({ taken: { value: 8_800 } });
  });
  test("whatever the loads: it ends at or below the limit, no socket goes twice, and never one more than needed", () => {
    const amount = fc.record({
      mA: fc.integer({ min: 0, max: 6_000 }),
      since: fc.integer({ min: 0, max: 500_000 }),
      priority: fc.integer({ min: 1, max: 9 }),
    });
    let sheddings = 0;
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1_000, max: 80_000 }), (list, limit) => {
        const all = names(list.length);
        const loads = Object.fromEntries(all.map((name, n) => [name, list[n]?.mA ?? 0]));
        const told = new Told(
          [budget({ sockets: new Set(all), limit })],
          loads,
          Object.fromEntries(all.map((name, n) => [name, list[n] ?? {}])),
        );
        const before = all.reduce((sum, name) => sum + (loads[name] ?? 0), 0);
        told.go(30_000);
        const gone = told.names();
        const left = before - gone.reduce((sum, name) => sum + (loads[name] ?? 0), 0);
        expect(new Set(gone).size).toBe(gone.length);
        if (before <= limit) {
          expect(gone).toEqual([]);
          return;
        }
        sheddings += 1;
        expect(left).toBeLessThanOrEqual(limit);
        const last = loads[gone.at(-1) ?? ""] ?? 0;
        expect(left + last).toBeGreaterThan(limit - Math.min((limit * loadFixed.marginPermille) / 1000, reserve.mA));
      }),
      { numRuns: 300 },
    );
    expect(sheddings).toBeGreaterThan(50);
  });
});

describe("asking for room", () => {
  const limit10 = budget({ sockets: of(...names(4), "new") });
  const asked = { socket: "new", reserve };
  const with_ = (mA: number, count: number): Snapshot => ({
    loads: names(count).map((name) => socket(name, { measured: { mA, mW: mA * 220, seen: now } })),
    metered: {},
    now,
  });
  test.each([
    ["2.8 A each: 5.6 + 4.4 is just the limit", 2_800, 2, undefined],
    ["2.801 A each: two milliamperes too much", 2_801, 2, { value: 5_602, reserve: 4_400, limit: 10_000 }],
    ["nobody else", 0, 0, undefined],
  ] as const)("%s", (_, mA, count, expected) => {
    const no = noRoom(newLoad([limit10]), with_(mA, count), asked);
    if (expected === undefined) expect(no).toBeUndefined();
    else
      expect(no).toMatchObject({
        budget: { id: "shed-1/L1" },
        taken: { value: expected.value },
        reserve: expected.reserve,
        limit: expected.limit,
      });
  });
  test("a neighbour that cannot be read counts with its reserve", () => {
    const loads = [socket("s/1", { measured: undefined }), socket("s/2", { measured: { mA: 1_201, mW: 1, seen: now } })];
    expect(noRoom(newLoad([limit10]), { loads, metered: {}, now }, asked)).toMatchObject({ taken: { value: 5_601, reserved: 4_400 } });
  });
  test("two requests at once: the first one's reserve is taken when the second asks", () => {
    const loads = [socket("s/1", { since: now, measured: undefined }), socket("s/2", { since: now, measured: undefined })];
    expect(noRoom(newLoad([limit10]), { loads, metered: {}, now }, asked)).toMatchObject({ taken: { value: 8_800 } });
  });
  test("whichever budget has no room is the one that is named", () => {
    const shed = budget({ id: "shed-1", kind: "shed", unit: "mW", limit: 1_000_000, sockets: of("s/1", "new") });
    expect(noRoom(newLoad([limit10, shed]), with_(100, 1), asked)).toMatchObject({ budget: { id: "shed-1" }, reserve: 1_000_000 });
  });
  test("after a shedding nothing is let in above 90 %, until the load has been below for a minute", () => {
    const told = new Told([limit10], { "s/1": 5_000, "s/2": 3_000, "s/3": 3_000 }, { "s/3": { since: 9_000 } }).go(10_000);
    expect(told.names()).toEqual(["s/3"]);
    const small = { socket: "new", reserve: { mA: 1_500, mW: 1 } };
    expect(noRoom(told.state, told.snapshot(), small)).toMatchObject({ limit: 9_000 });
    told.go(loadFixed.resumeAfter_ms);
    expect(noRoom(told.state, told.snapshot(), small)).toBeUndefined();
    expect(takenOf(limit10, told.snapshot()).value).toBe(8_000);
  });
});

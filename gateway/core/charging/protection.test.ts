// Each rule in told time: trips by its time, does not trip just below, is not fooled by a dip, a spike, or a value that is not there.
import { describe, expect, test } from "vitest";
import * as uplink from "#protocols/uplink/events.ts";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { readyLimits, withOver } from "#test/limits.ts";
import { hardBounds, limitComplaints } from "./bounds.ts";
import { type ChargingFact, cutCauses, type Effect, endCauses } from "./facts.ts";
import { operateSeconds } from "./inverse.ts";
import { active, fixed } from "./limits.ts";
import { energisedSockets, type Input, newStation, type Station, step, wakeAt } from "./protection.ts";
import type { SocketSample, StationSample } from "./sample.ts";

const limits = readyLimits("e-bike-4a");
const idle: SocketSample = {
  relay_closed: false,
  plugged: true,
  voltage_mV: 220_000,
  current_mA: 0,
  power_mW: 0,
  temperature_mC: 27_000,
  energy_mWh: 5000,
  residual_mA: "not-offered",
  request_seq: 1,
  request_card: 7,
};
const charging: SocketSample = { ...idle, relay_closed: true, current_mA: 2000, power_mW: 440_000 };
const rotation = 300;
const curve = active(limits.over_current);
const seconds = (multiple: number): number => operateSeconds(curve!, multiple);

/** A station with three sockets; the first is the one that tests look at. */
class Told {
  now: Monotonic = monotonic(50_000);
  state: Station;
  readonly effects: { at: number; effect: Effect }[] = [];
  station: Omit<StationSample, "seen" | "sockets"> = { smoke: false, leakage_mA: 4 };
  sample: SocketSample = idle;
  others: SocketSample = idle;
  energy_mWh = 5000;
  private polledAt: number = this.now;
  constructor(over: Parameters<typeof readyLimits>[1] = {}, latches: { socket: string; trip: string; cause: "smoke" }[] = []) {
    this.state = newStation({ id: "station-1", sockets: 3, limits: readyLimits("e-bike-4a", over), latches, run: "run" }, this.now);
  }
  give(input: Input): void {
    const { state, effects } = step(this.state, input, this.now);
    this.state = state;
    for (const effect of effects) this.effects.push({ at: this.now, effect });
    // The line answers OFF after 20 ms; nothing else reads the clock.
    for (const effect of effects)
      if (effect.type === "off")
        this.state = step(this.state, { type: "off-answered", socket: effect.socket }, monotonic(this.now + 20)).state;
  }
  /** One answer of the station, its first byte 130 ms ago. */
  poll(sample = this.sample): void {
    const first = { ...sample, energy_mWh: this.counted(sample) };
    this.give({
      type: "sample",
      sample: { ...this.station, seen: monotonic(this.now - 130), sockets: [first, this.others, this.others] },
    });
  }
  /** The pile's meter goes on as the power says. */
  private counted({ energy_mWh, power_mW, relay_closed }: SocketSample): SocketSample["energy_mWh"] {
    const ms = this.now - this.polledAt;
    this.polledAt = this.now;
    if (relay_closed === true && typeof power_mW === "number" && power_mW < 2_000_000) this.energy_mWh += (power_mW * ms) / 3_600_000;
    return typeof energy_mWh === "number" ? Math.floor(this.energy_mWh / 1000) * 1000 : energy_mWh;
  }
  /** Time goes on; the clock is heeded, and the station polled unless it is silent. */
  go(ms: number, options: { silent?: boolean } = {}): this {
    const end = this.now + ms;
    while (this.now < end) {
      const next = Math.min(end, this.now + rotation);
      for (let wake = wakeAt(this.state); wake !== undefined && wake <= next; wake = wakeAt(this.state)) {
        this.now = monotonic(Math.max(this.now, wake));
        this.give({ type: "time" });
      }
      this.now = monotonic(next);
      if (options.silent !== true) this.poll();
    }
    return this;
  }
  until(what: (fact: ChargingFact) => boolean, most_ms: number): number {
    const began = this.now;
    while (this.now - began < most_ms) {
      this.go(rotation);
      if (this.facts().some(what)) return this.now - began;
    }
    return Number.POSITIVE_INFINITY;
  }
  facts(): ChargingFact[] {
    return this.effects.flatMap(({ effect }) => (effect.type === "fact" ? [effect.fact] : []));
  }
  of<K extends ChargingFact["kind"]>(kind: K): Extract<ChargingFact, { kind: K }>[] {
    return this.facts().filter((fact): fact is Extract<ChargingFact, { kind: K }> => fact.kind === kind);
  }
  switches(socket = 0): string[] {
    return this.effects.flatMap(({ effect }) =>
      (effect.type === "on" || effect.type === "off") && effect.socket === socket ? [effect.type] : [],
    );
  }
  energise(id = "a-1", socket = 0, duration_ms = 40_000_000): this {
    this.give({ type: "energise", socket, authority: { id, socket: `station-1/${socket + 1}`, session: `s-${id}`, duration_ms } });
    return this;
  }
  /** Started, seen open, authorised, closed and charging for two samples. */
  charge(): this {
    this.give({ type: "start" });
    this.go(600).energise();
    this.sample = charging;
    this.go(3600);
    expect(this.of("closed")).toHaveLength(1);
    return this;
  }
}
const off = { active: false, reason: "in this test" } as const;
const isCut = (fact: ChargingFact): boolean => fact.kind === "cut";
const isEnd = (fact: ChargingFact): boolean => fact.kind === "ended";

describe("trips by its time, and not just below", () => {
  const by = (s: number): number => s * 1000 + 2 * rotation + 130;
  test.each<[string, string, Partial<SocketSample>, number, number, boolean]>([
    // cause            beyond the limit                    not before s   by s      latched
    ["instantaneous", "2.5 × rated", { current_mA: 10_000 }, 0, 0, true],
    ["instantaneous", "2 × rated exactly", { current_mA: 8000 }, 0, 0, true],
    ["over-current", "1.9 × rated", { current_mA: 7600 }, 19, seconds(7600 / 4400), true],
    ["over-current", "1.2 × rated", { current_mA: 4800 }, 200, seconds(4800 / 4400), true],
    ["over-power", "just above", { power_mW: 1_000_001 }, 3, 3, true],
    ["over-temperature", "at the limit", { temperature_mC: 75_000 }, 10, 10, true],
    ["over-voltage", "just above 264 V", { voltage_mV: 264_001 }, 3, 3, false],
    ["under-voltage", "just below 176 V", { voltage_mV: 175_999 }, 10, 10, false],
  ])("%s: %s", (cause, _, over, least, most, latched) => {
    const told = new Told().charge();
    told.sample = { ...charging, ...over };
    const after = told.until(isCut, 400_000);
    expect(told.of("cut")).toMatchObject([{ cause, latched, socket: "station-1/1", session: "s-a-1" }]);
    // By the sample's first byte, or by the clock when a hold ran out between two samples.
    expect(told.of("cut")[0]?.decided_after_ms).toBe(cause === "instantaneous" || cause === "over-current" ? 130 : 0);
    expect(after).toBeLessThanOrEqual(by(most));
    expect(after).toBeGreaterThanOrEqual(least * 1000);
    expect(told.switches().at(-1)).toBe("off");
    expect(told.state.sockets[0]?.latch !== undefined).toBe(latched);
    expect(energisedSockets(told.state)).toEqual([]);
  });

  test.each<[string, Partial<SocketSample>]>([
    ["1.99 × rated for two samples", { current_mA: 7999 }],
    ["over-power at the limit", { current_mA: 4399, voltage_mV: 229_000, power_mW: 1_000_000 }],
    ["temperature just below", { temperature_mC: 74_999 }],
    ["264 V", { voltage_mV: 264_000 }],
    ["176 V", { voltage_mV: 176_000 }],
    ["leakage at its limit", {}],
  ])("not: %s", (what, over) => {
    const told = new Told({ temperature_rise: off }).charge();
    told.sample = { ...charging, ...over };
    if (what.startsWith("leakage")) told.station = { smoke: false, leakage_mA: 299 };
    told.go(what.startsWith("1.99") ? 2 * rotation : 20_000);
    expect(told.of("cut")).toEqual([]);
  });
  test("not: exactly pickup, for hours", () => {
    const told = new Told().charge();
    told.sample = { ...charging, current_mA: 4400 };
    expect(told.go(7_200_000).of("cut")).toEqual([]);
  });
});

describe("dips and spikes", () => {
  test.each<[string, Partial<SocketSample>]>([
    ["20 × rated", { current_mA: 60_000 }],
    ["over-power", { power_mW: 5_000_000 }],
    ["200 °C", { temperature_mC: 200_000 }],
    ["400 V", { voltage_mV: 400_000 }],
  ])("one sample of %s does not trip, fifty times over", (_, over) => {
    const told = new Told().charge();
    for (let i = 0; i < 50; i += 1) {
      told.poll({ ...charging, ...over });
      told.go(3000);
    }
    expect(told.of("cut")).toEqual([]);
  });
  test("5 s at 1.9 × rated, 5 s of nothing: trips, though no stretch is long enough by itself", () => {
    const told = new Told().charge();
    expect(seconds(7600 / 4400)).toBeGreaterThan(15);
    let trips = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 30 && trips === Number.POSITIVE_INFINITY; i += 1) {
      told.sample = { ...charging, current_mA: 7600 };
      told.go(5000);
      if (told.of("cut").length > 0) trips = i;
      told.sample = { ...charging, current_mA: 20 };
      told.go(5000);
    }
    expect(told.of("cut")).toMatchObject([{ cause: "over-current" }]);
  });
  test("a bad sample between two high ones does not forgive the first", () => {
    const told = new Told().charge();
    told.poll({ ...charging, current_mA: 10_000 });
    told.poll({ ...charging, current_mA: "bad" });
    told.poll({ ...charging, current_mA: 10_000 });
    expect(told.of("cut")).toMatchObject([{ cause: "instantaneous" }]);
  });
});

describe("blind: what is not there is never safe", () => {
  test.each<[string, Partial<SocketSample>, Partial<StationSample>?]>([
    ["current NaN", { current_mA: Number.NaN }],
    ["current absent", { current_mA: "absent" }],
    ["current impossible", { current_mA: "bad" }],
    ["power absent", { power_mW: "absent" }],
    ["voltage absent", { voltage_mV: "absent" }],
    ["temperature absent", { temperature_mC: "absent" }],
    ["temperature infinite", { temperature_mC: Number.POSITIVE_INFINITY }],
    ["relay not read back", { relay_closed: "absent" }],
    ["smoke input unreadable", {}, { smoke: "bad" }],
    ["leakage sensor vanished", {}, { leakage_mA: "absent" }],
    ["leakage impossible", {}, { leakage_mA: "bad" }],
  ])("%s", (_, over, station = {}) => {
    const told = new Told().charge();
    told.sample = { ...charging, ...over };
    told.station = { ...told.station, ...station };
    const after = told.until(isCut, 60_000);
    expect(told.of("cut")).toMatchObject([{ cause: "blind", latched: false, unit: "ms" }]);
    expect(after).toBeGreaterThan(limits.blind.trip_ms - 1000);
    expect(after).toBeLessThanOrEqual(limits.blind.trip_ms + rotation);
  });
  test("a silent station: warned of at 3 s, cut at 10 s after the newest first byte, and said again when it answers", () => {
    const told = new Told().charge();
    const newest = told.now - 130;
    told.go(20_000, { silent: true });
    const cut = told.effects.find(({ effect }) => effect.type === "fact" && effect.fact.kind === "cut");
    expect(cut?.at).toBe(newest + limits.blind.trip_ms);
    expect(told.of("station-silent")).toMatchObject([{ station: "station-1", silent_ms: 3000 }]);
    told.go(rotation);
    expect(told.of("station-answers")).toHaveLength(1);
  });
  test("9.9 s of silence do not cut, and an old sample does not count as new", () => {
    const told = new Told().charge();
    told.go(9_600, { silent: true });
    expect(told.of("cut")).toEqual([]);
    const old = { ...told.station, seen: monotonic(told.now - 9_700), sockets: [charging, idle, idle] };
    told.give({ type: "sample", sample: old });
    told.go(400, { silent: true });
    expect(told.of("cut")).toMatchObject([{ cause: "blind" }]);
  });
  test("held over temperature and then silence: the deadline runs on", () => {
    const told = new Told({ blind: { trip_ms: 30_000 } }).charge();
    told.sample = { ...charging, temperature_mC: 80_000 };
    told.go(900);
    told.go(10_000, { silent: true });
    expect(told.of("cut")).toMatchObject([{ cause: "over-temperature", value: 80_000 }]);
  });
  test("a model without a thermometer is not blind for want of one", () => {
    const told = new Told();
    told.others = { ...idle, temperature_mC: "not-offered" };
    told.sample = told.others;
    told.give({ type: "start" });
    told.go(600).energise();
    told.sample = { ...charging, temperature_mC: "not-offered" };
    told.go(60_000);
    expect([told.of("closed").length, told.of("cut").length]).toEqual([1, 0]);
  });
});

describe("the whole station", () => {
  test("smoke opens and latches every socket in one poll; the charging ones each say so", () => {
    const told = new Told().charge();
    told.station = { smoke: true, leakage_mA: 4 };
    told.poll();
    expect(told.of("cut")).toMatchObject([{ cause: "smoke", socket: "station-1/1", latched: true }]);
    expect(told.state.sockets.map((socket) => socket.latch?.cause)).toEqual(["smoke", "smoke", "smoke"]);
    expect([0, 1, 2].map((socket) => told.switches(socket).at(-1))).toEqual(["off", "off", "off"]);
    told.sample = idle;
    told.go(3000);
    expect(told.of("cut")).toHaveLength(1);
    expect(told.of("opened").map(({ trip }) => trip)).toEqual(told.of("cut").map(({ trip }) => trip));
  });
  test("smoke where nobody charges is said once", () => {
    const told = new Told();
    told.give({ type: "start" });
    told.station = { smoke: true, leakage_mA: 4 };
    told.go(3000);
    expect(told.of("cut")).toMatchObject([{ cause: "smoke", session: null }]);
  });
  test("leakage of the feeder at 300 mA on two samples cuts what is energised", () => {
    const told = new Told().charge();
    told.station = { smoke: false, leakage_mA: 300 };
    told.poll();
    expect(told.of("cut")).toEqual([]);
    told.poll();
    expect(told.of("cut")).toMatchObject([{ cause: "feeder-leakage", value: 300, limit: 300 }]);
  });
  test("a station without a leakage sensor serves", () => {
    const told = new Told();
    told.station = { smoke: false, leakage_mA: "absent" };
    told.charge();
    expect(told.go(30_000).of("cut")).toEqual([]);
  });
  test("an idle socket that burns is latched and said", () => {
    const told = new Told();
    told.give({ type: "start" });
    told.sample = { ...idle, temperature_mC: 80_000 };
    told.go(11_000);
    expect(told.of("cut")).toMatchObject([{ cause: "over-temperature", authority: null }]);
  });
});

describe("ordinary ends", () => {
  const shows = (over: Partial<SocketSample>) => (told: Told) => {
    told.go(300_000);
    told.sample = { ...charging, ...over };
  };
  test.each<[string, (told: Told) => void, number, number]>([
    ["unplugged", shows({ plugged: false, current_mA: 0, power_mW: 0 }), 0, 1],
    ["interrupted", shows({ relay_closed: false, current_mA: 0, power_mW: 0 }), 0, 1],
    ["no-load", shows({ current_mA: 14, power_mW: 1000 }), 9, 11],
    ["no-load", shows({ current_mA: 200, power_mW: 499 }), 9, 11],
    ["full", shows({ power_mW: 29_999, current_mA: 136 }), 1799, 1802],
    ["released", (told) => told.give({ type: "release", socket: 0, authority: "a-1" }), 0, 0.5],
    ["max-time", () => undefined, 35_994, 36_001],
  ])("%s", (cause, happens, least, most) => {
    const told = new Told().charge();
    happens(told);
    const seconds = told.until(isEnd, 40_000_000) / 1000;
    expect(told.of("ended")).toMatchObject([{ cause, socket: "station-1/1", authority: "a-1", energy_mWh: expect.any(Number) }]);
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
    expect(told.switches().at(-1)).toBe("off");
    expect(told.of("cut")).toEqual([]);
  });
  test("never-charging: a load that never took more than float", () => {
    const told = new Told().charge();
    const fresh = new Told();
    fresh.give({ type: "start" });
    fresh.go(600).energise();
    fresh.sample = { ...charging, power_mW: 10_000, current_mA: 50 };
    fresh.until(isEnd, 2_000_000);
    expect(fresh.of("ended")).toMatchObject([{ cause: "never-charging" }]);
    expect(told.of("ended")).toEqual([]);
  });
  test("expired: the authority's own time, from receipt", () => {
    const told = new Told();
    told.give({ type: "start" });
    told.go(600).energise("a-1", 0, 5000);
    told.sample = charging;
    expect(told.until(isEnd, 60_000)).toBeLessThanOrEqual(5000 + rotation);
    expect(told.of("ended")).toMatchObject([{ cause: "expired" }]);
  });
  test.each([
    ["one sample without a plug", { plugged: false }],
    ["one sample of an open relay", { relay_closed: false }],
  ] as const)("%s is no end", (_, over) => {
    const told = new Told().charge();
    told.poll({ ...charging, ...over });
    expect(told.go(5000).of("ended")).toEqual([]);
  });
  test("no load within the first minute is a charger that hesitates", () => {
    const told = new Told().charge();
    told.sample = { ...charging, current_mA: 0, power_mW: 0 };
    told.go(50_000);
    told.sample = charging;
    expect(told.go(60_000).of("ended")).toEqual([]);
  });
});

describe("authority", () => {
  test("a start opens every socket before anything else, and nothing closes without a new authority", () => {
    const told = new Told();
    told.give({ type: "start" });
    expect(told.effects.map(({ effect }) => effect.type)).toEqual(["off", "off", "off"]);
    expect(told.go(60_000).switches()).toEqual(["off"]);
  });
  test("ON waits until the socket was seen open after OFF", () => {
    const told = new Told();
    told.give({ type: "start" });
    told.energise();
    expect(told.switches()).toEqual(["off"]);
    told.go(rotation);
    expect(told.switches()).toEqual(["off", "on"]);
  });
  test("a socket that cannot be seen is refused after blind_ms, and OFF", () => {
    const told = new Told();
    told.give({ type: "start" });
    told.energise();
    told.go(11_000, { silent: true });
    expect(told.of("refused")).toMatchObject([{ code: "blind", authority: "a-1" }]);
    expect(told.switches()).not.toContain("on");
  });
  test("after a gap nothing closes again, and the same authority is over", () => {
    const told = new Told().charge();
    told.give({ type: "start" });
    told.sample = idle;
    told.go(5000).energise("a-1");
    expect(told.of("refused")).toMatchObject([{ code: "over" }]);
    expect(told.switches().filter((what) => what === "on")).toHaveLength(1);
    told.energise("a-2");
    expect(told.switches().filter((what) => what === "on")).toHaveLength(2);
  });
  test.each([
    ["busy", "a-2", 1000],
    ["over", "a-1", 1000],
    ["bad-authority", "a-3", 0],
    ["bad-authority", "a-3", Number.NaN],
  ])("refused: %s", (code, id, duration) => {
    const told = new Told().charge();
    if (code !== "busy") {
      told.give({ type: "release", socket: 0, authority: "a-1" });
      told.sample = idle;
      told.go(3000);
    }
    told.energise(id, 0, duration);
    expect(told.of("refused")).toMatchObject([{ code, authority: id }]);
  });
  test("the same authority twice is one", () => {
    const told = new Told().charge().energise();
    expect(told.switches()).toEqual(["off", "on"]);
    expect(told.of("refused")).toEqual([]);
  });
  test("no such socket", () => {
    const told = new Told();
    told.energise("a-1", 7);
    expect(told.of("refused")).toMatchObject([{ code: "unknown-socket" }]);
  });
  test("a relay that does not close is asked again, then given up with OFF", () => {
    const told = new Told();
    told.give({ type: "start" });
    told.go(600).energise();
    told.go(6000);
    expect(told.of("refused")).toMatchObject([{ code: "relay-did-not-close" }]);
    expect(told.switches()).toEqual(["off", "on", "on", "on", "on", "on", "off"]);
  });
});

describe("latches and welds", () => {
  const tripped = (): Told => {
    const told = new Told().charge();
    told.sample = { ...charging, current_mA: 10_000 };
    told.go(600);
    return told;
  };
  test("a latched socket refuses until a person resets that very trip", () => {
    const told = tripped();
    const trip = told.of("cut")[0]?.trip ?? "";
    told.sample = idle;
    told.go(3000).energise("a-2");
    expect(told.of("refused")).toMatchObject([{ code: "latched" }]);
    told.give({ type: "reset-latch", socket: 0, trip: "another", person: "p", reason: "r" });
    expect(told.of("latch-reset")).toEqual([]);
    told.give({ type: "reset-latch", socket: 0, trip, person: "p", reason: "r" });
    expect(told.of("latch-reset")).toMatchObject([{ trip, person: "p", reason: "r" }]);
    told.energise("a-3");
    expect(told.switches().at(-1)).toBe("on");
  });
  test("latches from the spool hold from the first moment", () => {
    const told = new Told({}, [{ socket: "station-1/1", trip: "t-9", cause: "smoke" }]);
    told.give({ type: "start" });
    told.go(600).energise();
    expect(told.of("refused")).toMatchObject([{ code: "latched" }]);
  });
  test("opened is said when relay and current are seen gone, by the cut's own name", () => {
    const told = tripped();
    told.sample = { ...idle, current_mA: 900, power_mW: 200_000 }; // the meter still falls
    told.go(1200);
    expect(told.of("opened")).toEqual([]);
    told.sample = idle;
    told.go(rotation);
    expect(told.of("opened")).toMatchObject([{ trip: told.of("cut")[0]?.trip }]);
    expect(told.of("welded")).toEqual([]);
  });
  test.each<[string, Partial<SocketSample>]>([
    ["relay still closed", { relay_closed: true }],
    ["51 mA through an open relay", { current_mA: 51 }],
    ["5.1 W through an open relay", { power_mW: 5100 }],
  ])("welded: %s, after 2 s and three samples", (_, over) => {
    const told = tripped();
    told.sample = { ...idle, ...over };
    told.go(1800);
    expect(told.of("welded")).toEqual([]);
    told.go(2000);
    const [welded, ...more] = told.of("welded");
    expect(more).toEqual([]);
    expect(welded).toMatchObject({ trip: told.of("cut")[0]?.trip, socket: "station-1/1" });
    expect(welded?.waited_ms).toBeGreaterThanOrEqual(fixed.settle_ms + 2 * rotation);
    expect(told.state.sockets[0]?.latch?.cause).toBe("welded");
  });
  test.each<[string, Partial<SocketSample>]>([
    ["50 mA", { current_mA: 50 }],
    ["5 W", { power_mW: 5000 }],
  ])("not welded: %s", (_, over) => {
    const told = tripped();
    told.sample = { ...idle, ...over };
    told.go(10_000);
    expect(told.of("welded")).toEqual([]);
  });
  test("a relay that reads closed hears OFF again every second until it opens", () => {
    const told = tripped();
    const before = told.switches().length;
    told.sample = { ...idle, relay_closed: true };
    told.go(2400);
    expect(told.switches().length - before).toBeGreaterThanOrEqual(2);
  });
  test("a weld after an ordinary end is found too, and locks the socket", () => {
    const told = new Told().charge();
    told.give({ type: "release", socket: 0, authority: "a-1" });
    told.go(4000);
    expect(told.of("welded")).toHaveLength(1);
    told.energise("a-2");
    expect(told.of("refused")).toMatchObject([{ code: "latched" }]);
  });
  test("a socket that lives though nobody energised it is opened", () => {
    const told = new Told();
    told.give({ type: "start" });
    told.go(3000);
    told.sample = charging;
    told.go(rotation);
    expect(told.switches()).toEqual(["off", "off"]);
    told.go(4000);
    expect(told.of("welded")).toHaveLength(1);
  });
});

describe("limits", () => {
  test.each(["e-bike-4a", "e-bike-10a"])("the ready file %s is admitted", (name) => expect(limitComplaints(readyLimits(name))).toEqual([]));
  const whole = readyLimits("e-bike-10a", { over_current: { reset: { kind: "definite", after_s: 60 } } });
  const residual_socket = { active: true, limit_mA: 30, samples: 2, provenance: "this test" } as never;
  const cases = Object.entries(hardBounds).flatMap(([place, [least, most]]) =>
    [least - 1, most + 1, Number.NaN, least + 0.5].map((value) => [place, value] as const),
  );
  test.each(cases)("%s = %d is refused", (place, value) => {
    const over = place.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    const limits = readyLimits("e-bike-10a", { over_current: whole.over_current, residual_socket });
    const wrong = withOver(limits, over as object);
    expect(limitComplaints(wrong).map((complaint) => complaint.place)).toEqual([place]);
  });
  test.each<[string, string, object]>([
    ["neither curve nor thermal model", "thermal.active", { over_current: off, thermal: off }],
    [
      "a curve slower than two minutes at twice the pickup",
      "over_current.time_permille",
      { over_current: { curve: "iec-long-time-inverse", time_permille: 1001 } },
    ],
    ["blind before it is said", "blind.warn_ms", { blind: { warn_ms: 10_000 } }],
    ["no load above float", "no_load.below_mW", { no_load: { below_mW: 20_000 }, full: { below_mW: 10_000 } }],
  ])("%s is refused", (_, place, over) => {
    expect(limitComplaints(readyLimits("e-bike-10a", over))).toMatchObject([{ place, refusal: { code: "limit-out-of-bounds" } }]);
  });
  test("causes are those of the event catalogue", () => {
    expect([...cutCauses]).toEqual([...uplink.cutCauses]);
    expect([...endCauses]).toEqual([...uplink.endCauses]);
  });
});

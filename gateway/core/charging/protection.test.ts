// Each rule in told time: trips by its time, does not trip just below, is not fooled by a dip, a spike, or a value that is not there.
import { describe, expect, test } from "vitest";
import * as uplink from "#protocols/uplink/events.ts";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { readyLimits, withOver } from "#test/limits.ts";
import { charging, idle, isCut, off, rotation, Told } from "#test/protection/told-station.ts";
import { hardBounds, limitComplaints } from "./bounds.ts";
import { cutCauses, endCauses } from "./facts.ts";
import { operateSeconds } from "./inverse.ts";
import { active, fixed } from "./limits.ts";
import { energisedSockets } from "./protection.ts";
import type { SocketSample, StationSample } from "./sample.ts";

const limits = readyLimits("e-bike-4a");
const curve = active(limits.over_current);
const seconds = (multiple: number): number => operateSeconds(curve!, multiple);

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

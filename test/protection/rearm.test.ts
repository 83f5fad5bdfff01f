// What may be tried again by itself after a cut, when, how often, and what only a person takes back; in told time, through the decision code.
import { describe, expect, test } from "vitest";
import { type CutCause, cutCauses, rearmable } from "#gateway/core/charging/facts.ts";
import type { Input } from "#gateway/core/charging/protection.ts";
import type { SocketSample, StationSample } from "#gateway/core/charging/sample.ts";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { readyLimits } from "#test/limits.ts";
import { Bench, closed, idle } from "./bench.ts";

const everything = { causes: [...rearmable], off_s: 300, below_permille: 800, for_s: 60, per_session: 2, per_day: 3 };
const willing = readyLimits("e-bike-4a", {
  rearm: everything as never,
  temperature_rise: { active: false, reason: "not what this test looks at" },
  residual_socket: { active: true, limit_mA: 30, samples: 2, provenance: "this test" } as never,
});
const open: SocketSample = { ...idle, residual_mA: 2 };
const charging: SocketSample = closed({ current_mA: 2000, power_mW: 440_000, residual_mA: 2 });

/** The safety process around the decision: a count that is asked to be kept is kept, or is not. */
class Kept extends Bench {
  keeps = true;
  keeping = 0;
  session = "session-a";
  private n = 0;
  override give(input: Input): void {
    const before = this.state.sockets[0]?.waiting?.keeping === true;
    super.give(input);
    if (before || this.state?.sockets[0]?.waiting?.keeping !== true) return;
    this.keeping += 1;
    if (this.keeps) super.give({ type: "rearm-kept", socket: 0 });
  }
  ask(session = this.session): void {
    this.n += 1;
    this.give({
      type: "energise",
      socket: 0,
      authority: { id: `a-${this.n}`, socket: "station-1/1", session, duration_ms: 80_000_000 },
    });
  }
  begin(): this {
    this.sample(this.now + 100, open);
    this.ask();
    this.go(5);
    expect(this.relay).toBe(true);
    return this;
  }
  /** Samples once a second for so long, or until something. */
  go(seconds: number, sample: Partial<SocketSample> = {}, station: Partial<StationSample> = {}, until: () => boolean = () => false): this {
    for (let s = 0; s < seconds && !until(); s += 1) {
      const is = this.relay ? charging : open;
      this.sample(this.now + 1000, { ...is, ...sample, energy_mWh: 5_000_000 + Math.floor(this.now / 8000) * 1000 }, station);
    }
    return this;
  }
  cutBy(sample: Partial<SocketSample>, station: Partial<StationSample> = {}, seconds = 60): this {
    const before = this.of("cut").length;
    this.go(seconds, sample, station, () => this.of("cut").length > before);
    expect(this.of("cut").length).toBe(before + 1);
    return this;
  }
  silence(): this {
    this.until(this.now + 11_000);
    return this;
  }
  ready = () => this.of("rearm").filter(({ ready }) => ready).length;
}
const brownOut = { voltage_mV: 150_000 };

describe("by its cause", () => {
  // "shed" is cut from above: its latch is the shed's.
  const own = cutCauses.filter((cause) => cause !== "shed");
  const tries: Record<Exclude<CutCause, "shed">, (bench: Kept) => void> = {
    "over-current": (b) => b.cutBy({ current_mA: 7500, power_mW: 900_000 }),
    instantaneous: (b) => b.cutBy({ current_mA: 9000, power_mW: 900_000 }),
    "over-power": (b) => b.cutBy({ power_mW: 1_050_000, current_mA: 4300, voltage_mV: 250_000 }),
    "over-temperature": (b) => b.cutBy({ temperature_mC: 76_000 }),
    "temperature-rise": (b) => b.cutBy({ temperature_mC: 60_000 }, {}, 400),
    "over-voltage": (b) => b.cutBy({ voltage_mV: 270_000 }),
    "under-voltage": (b) => b.cutBy(brownOut),
    leakage: (b) => b.cutBy({ residual_mA: 40 }),
    "feeder-leakage": (b) => b.cutBy({}, { leakage_mA: 400 }),
    "second-rise": (b) => b.go(900).cutBy({ power_mW: 800_000, current_mA: 3800 }),
    smoke: (b) => b.cutBy({}, { smoke: true }),
    blind: (b) => void b.silence(),
  };
  test.each(own)("%s", (cause) => {
    const rises = cause === "temperature-rise" ? readyLimits("e-bike-4a", { rearm: everything as never }) : willing;
    const bench = new Kept(rises).begin();
    tries[cause](bench);
    const again = (rearmable as readonly CutCause[]).includes(cause);
    expect(bench.of("cut")).toMatchObject([{ cause, latched: !again, ...(again ? { rearm: true } : {}) }]);
    expect(bench.relay).toBe(false);
    bench.go(500);
    expect(bench.ready()).toBe(again ? 1 : 0);
    // Whatever the cause: nothing closes by itself.
    expect(bench.relay).toBe(false);
    bench.ask();
    expect(bench.relay).toBe(again);
    if (!again) expect(bench.of("refused").at(-1)).toMatchObject({ code: "latched" });
  });
  test("a file cannot name what must never be tried again", () => expect([...rearmable].sort()).not.toContain("instantaneous"));
  test("what a file does not name, and does not lock, is a new charge's business: as before", () => {
    const bench = new Kept(readyLimits("e-bike-4a", { rearm: { active: false, reason: "not here" } })).begin().cutBy(brownOut);
    expect(bench.of("cut")[0]).not.toHaveProperty("rearm");
    bench.go(5);
    bench.ask("session-b");
    expect(bench.relay).toBe(true);
  });
});

describe("not before", () => {
  test("300 s off", () => {
    const bench = new Kept(willing).begin().cutBy(brownOut);
    const at = bench.now;
    bench.go(400, {}, {}, () => bench.ready() > 0);
    expect(bench.now - at).toBeGreaterThanOrEqual(300_000);
    expect(bench.now - at).toBeLessThanOrEqual(302_000);
  });
  test("60 s without a break at less than 80 %: of the distance from 220 V", () => {
    const bench = new Kept(willing).begin().cutBy(brownOut);
    bench.go(400, { voltage_mV: 184_000 }); // 176 V is the limit; 184.8 V is 80 % of the way
    expect(bench.ready()).toBe(0);
    bench.go(50).go(1, { voltage_mV: 180_000 }).go(59);
    expect(bench.ready()).toBe(0);
    bench.go(3);
    expect(bench.ready()).toBe(1);
  });
  test("while it is not seen", () => {
    const bench = new Kept(willing).begin().silence();
    bench.go(400, { current_mA: "absent" });
    expect(bench.ready()).toBe(0);
    bench.go(62);
    expect(bench.ready()).toBe(1);
  });
  test("while the thermal model is too warm: what is ready is not refused", () => {
    const thermal = {
      ...{ active: true, tau_s: 600, cooling_tau_s: 3_600, k_permille: 1_130, start_permille: 890, reclose_below_permille: 700 },
      provenance: "this test",
    };
    const bench = new Kept(readyLimits("e-bike-4a", { rearm: everything as never, thermal: thermal as never }));
    bench.go(900).begin().cutBy({ current_mA: 5_500, power_mW: 900_000 }, {}, 600);
    const at = bench.now;
    bench.go(3_000, {}, {}, () => bench.ready() > 0);
    expect(bench.now - at).toBeGreaterThan(310_000);
    bench.ask();
    expect(bench.relay).toBe(true);
  });
  test("its count is on the disk", () => {
    const bench = new Kept(willing).begin().cutBy(brownOut);
    bench.keeps = false;
    bench.go(600);
    expect([bench.keeping, bench.ready()]).toEqual([1, 0]);
    bench.ask();
    expect(bench.of("refused").at(-1)).toMatchObject({ code: "waiting" });
    bench.give({ type: "rearm-kept", socket: 0 });
    expect(bench.ready()).toBe(1);
  });
  test("an authority in the meantime is refused", () => {
    const bench = new Kept(willing).begin().cutBy(brownOut).go(100);
    bench.ask();
    bench.ask("session-b");
    expect(bench.of("refused").map(({ code }) => code)).toEqual(["waiting", "waiting"]);
    expect(bench.relay).toBe(false);
  });
});

describe("not for ever", () => {
  const again = (bench: Kept): void => {
    bench.go(400, {}, {}, () => bench.ready() > 0 && bench.state.sockets[0]?.waiting === undefined);
    bench.ask();
    bench.go(10);
    expect(bench.relay).toBe(true);
  };
  test("the third cut of a session locks it; a person names the trip, and then it begins anew", () => {
    const bench = new Kept(willing).begin();
    for (const n of [1, 2]) {
      bench.cutBy(brownOut);
      expect(bench.of("cut").at(-1)).toMatchObject({ latched: false });
      again(bench);
      expect(bench.of("rearm").at(-1)).toMatchObject({ ready: true, n, of: 2, session: "session-a" });
    }
    bench.cutBy(brownOut);
    const last = bench.of("cut").at(-1);
    expect(last).toMatchObject({ cause: "under-voltage", latched: true });
    bench.go(1000);
    expect(bench.ready()).toBe(2);
    const reset = (trip: string, person: string) => bench.give({ type: "reset-latch", socket: 0, trip, person, reason: "supply mended" });
    reset("another", "electrician");
    reset(last?.trip ?? "", "  ");
    expect(bench.of("latch-reset")).toEqual([]);
    reset(last?.trip ?? "", "electrician");
    expect(bench.of("latch-reset")).toMatchObject([{ trip: last?.trip, person: "electrician" }]);
    bench.ask();
    bench.go(5);
    bench.cutBy(brownOut);
    expect(bench.of("cut").at(-1)).toMatchObject({ latched: false, rearm: true });
  });
  test("three in a day, whatever the session; after a day they are forgotten", () => {
    const bench = new Kept(willing).begin();
    for (const session of ["session-a", "session-b", "session-c"]) {
      bench.session = session;
      if (!bench.relay) {
        bench.ask();
        bench.go(5);
      }
      bench.cutBy(brownOut);
      again(bench);
      bench.give({ type: "release", socket: 0, authority: bench.state.sockets[0]?.authority?.id ?? "" });
      bench.go(5);
    }
    bench.session = "session-d";
    bench.ask();
    bench.go(5).cutBy(brownOut);
    expect(bench.of("cut").at(-1)).toMatchObject({ latched: true });
    const told = new Kept(willing);
    const day = 86_400_000;
    const given = [0, 1, 2].map((i) => ({ session: `s-${i}`, at: monotonic(told.now - day - i) }));
    told.state = { ...told.state, sockets: told.state.sockets.map((socket) => ({ ...socket, rearms: given })) };
    told.begin().cutBy(brownOut);
    expect(told.of("cut").at(-1)).toMatchObject({ latched: false, rearm: true });
  });
  test.each<[string, (bench: Kept) => void]>([
    ["the vehicle is taken away", (b) => b.go(5, { plugged: false })],
    ["an hour has passed", (b) => b.go(3700, brownOut)],
    ["smoke", (b) => b.go(2, {}, { smoke: true })],
    ["the feeder leaks", (b) => b.go(4, {}, { leakage_mA: 400 })],
    ["its session is ended by somebody", (b) => b.give({ type: "release", socket: 0, authority: "a-1" })],
    ["its relay is welded", (b) => b.go(10, { relay_closed: true, current_mA: 2000, power_mW: 440_000 })],
  ])("nobody waits any more when %s", (_, happens) => {
    const bench = new Kept(willing).begin().cutBy(brownOut);
    happens(bench);
    expect(bench.of("rearm")).toMatchObject([{ ready: false, session: "session-a" }]);
    bench.go(500);
    expect(bench.ready()).toBe(0);
  });
  test("while the feeder leaks nothing is closed, and who asks is told so", () => {
    const bench = new Kept(willing).begin().cutBy(brownOut);
    bench.go(400, {}, { leakage_mA: 400 });
    bench.ask("session-b");
    bench.go(5, {}, { leakage_mA: 400 });
    expect([bench.ready(), bench.relay]).toEqual([0, false]);
    expect(bench.of("refused").at(-1)).toMatchObject({ code: "leaking" });
    bench.go(5, {}, { leakage_mA: 4 });
    bench.ask("session-c");
    expect(bench.relay).toBe(true);
  });
  test("another session's release changes nothing", () => {
    const bench = new Kept(willing).begin().cutBy(brownOut);
    bench.give({ type: "release", socket: 0, authority: "a-9" });
    expect(bench.of("rearm")).toEqual([]);
  });
  test("a start tries nothing again", () => {
    const bench = new Kept(willing).begin().cutBy(brownOut).go(250);
    bench.give({ type: "start" });
    bench.go(600);
    expect([bench.of("rearm").length, bench.relay]).toEqual([0, false]);
  });
});

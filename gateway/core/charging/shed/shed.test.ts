// A shed in told time: fire, a weld or a lost contact opens everything; a person takes it back on site, while nothing shows it any more.
import { describe, expect, test } from "vitest";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import type { Sampled } from "../sample.ts";
import type { ShedEffect, ShedFact } from "./facts.ts";
import { shedFixed } from "./limits.ts";
import { newShed, type Shed, type ShedInput, type ShedSetup, shedRefuses, shedStep, shedWakeAt } from "./shed.ts";

const start = monotonic(100_000);
const setup: ShedSetup = {
  id: "shed-1",
  inputs: [
    { id: "smoke-1", kind: "smoke" },
    { id: "heat-1", kind: "heat" },
    { id: "panel", kind: "panel" },
  ],
  contactor: true,
  feeder: { id: "meter-1", residual_alarm_mA: 300 },
  blind_ms: 10_000,
  latch: undefined,
  run: "run",
};
type Said = Readonly<Record<string, Sampled<boolean>>>;
const quiet: Said = { "smoke-1": false, "heat-1": false, panel: false };

/** A shed that is told time and answers; every half second its board is read, unless it is silent. */
class Told {
  state: Shed;
  now: Monotonic = start;
  readonly effects: (ShedEffect & { at: number })[] = [];
  said: Said = quiet;
  silent = false;
  relay: Sampled<boolean> = false;
  feedback: Sampled<boolean> = "not-offered";
  residual: Sampled = 40;
  obeys = true;
  constructor(over: Partial<ShedSetup> = {}) {
    this.state = newShed({ ...setup, ...over }, this.now);
    this.tell({ type: "start" });
  }
  tell(input: ShedInput): this {
    const { state, effects } = shedStep(this.state, input, this.now);
    this.state = state;
    for (const effect of effects) {
      this.effects.push({ ...effect, at: this.now - start });
      if (effect.type === "contactor" && this.obeys) {
        this.relay = effect.order === "close";
        if (effect.order === "open") this.tell({ type: "contactor-answered" });
      }
    }
    return this;
  }
  go(ms: number): this {
    const end = this.now + ms;
    while (this.now < end) {
      const due = shedWakeAt(this.state);
      const next = Math.min(end, Math.floor(this.now / 500) * 500 + 500, Math.max(this.now + 1, due ?? end));
      this.now = monotonic(next);
      if (due !== undefined && due <= this.now) this.tell({ type: "time" });
      if (this.silent || this.now % 500 !== 0) continue;
      this.tell({ type: "inputs", seen: this.now, said: this.said });
      if (this.state.contactor !== undefined)
        this.tell({ type: "contactor", sample: { seen: this.now, relay: this.relay, feedback: this.feedback } });
      this.tell({ type: "feeder", seen: this.now, residual_mA: this.residual });
    }
    return this;
  }
  facts<Kind extends ShedFact["kind"]>(kind: Kind): Extract<ShedFact, { kind: Kind }>[] {
    return this.effects.flatMap((effect) =>
      effect.type === "fact" && effect.fact.kind === kind ? [effect.fact as Extract<ShedFact, { kind: Kind }>] : [],
    );
  }
  orders(): string[] {
    return this.effects.flatMap((effect) => (effect.type === "contactor" ? [effect.order] : effect.type === "cut" ? ["cut"] : []));
  }
  reset(trip: string, over: Partial<Extract<ShedInput, { type: "reset" }>> = {}): this {
    return this.tell({ type: "reset", trip, person: "值班甲", reason: "已到场查看", stations: [], ...over });
  }
}
const serving = (over: Partial<ShedSetup> = {}): Told => {
  const told = new Told(over).go(2_000);
  expect(shedRefuses(told.state, told.now)).toBeUndefined();
  told.effects.length = 0;
  return told;
};

describe("a start", () => {
  test("the contactor is opened first, and closes once every contact has been read and is quiet", () => {
    const told = new Told();
    expect(told.orders()).toEqual(["open"]);
    expect(shedRefuses(told.state, told.now)).toBe("shed-blind");
    told.said = { ...quiet, panel: "absent" };
    told.go(2_000);
    expect(told.orders()).toEqual(["open"]);
    told.said = quiet;
    told.go(1_000);
    expect(told.orders()).toEqual(["open", "close"]);
    expect(shedRefuses(told.state, told.now)).toBeUndefined();
  });
  test("a latch from the spool holds, and keeps the contactor open", () => {
    const told = new Told({ latch: { shed: "shed-1", trip: "earlier", cause: "heat", source: "heat-1" } }).go(20_000);
    expect(told.orders()).toEqual(["open"]);
    expect(shedRefuses(told.state, told.now)).toBe("shed-latched");
    told.reset("earlier");
    expect(told.facts("shed-reset")).toMatchObject([{ trip: "earlier", person: "值班甲", reason: "已到场查看" }]);
    expect(told.orders()).toEqual(["open", "close"]);
  });
  test("without a contactor the sockets alone are cut, and the fact says so", () => {
    const told = serving({ contactor: false });
    told.said = { ...quiet, "smoke-1": true };
    told.go(500);
    expect(told.orders()).toEqual(["cut"]);
    expect(told.facts("shed-tripped")).toMatchObject([{ contactor: "none", latched: true }]);
  });
});

describe("a contact", () => {
  test.each([
    ["smoke-1", "smoke"],
    ["heat-1", "heat"],
    ["panel", "panel"],
  ] as const)("%s active: one sample opens the contactor and every socket, and is latched", (id, cause) => {
    const told = serving();
    told.said = { ...quiet, [id]: true };
    told.go(500);
    expect(told.orders()).toEqual(["open", "cut"]);
    expect(told.facts("shed-tripped")).toMatchObject([{ cause, source: id, contactor: "opening", latched: true, decided_after_ms: 0 }]);
    expect(told.effects.find(({ type }) => type === "latch")).toMatchObject({ latch: { shed: "shed-1", cause, source: id } });
    told.said = quiet;
    told.go(600_000);
    expect(shedRefuses(told.state, told.now)).toBe("shed-latched"); // nothing takes it back by itself
    expect(told.orders()).toEqual(["open", "cut"]);
  });
  test.each(["absent", "bad", undefined] as const)("%s for ten seconds: warned at 3 s, tripped at 10 s, and never quiet", (said) => {
    const told = serving();
    const { "heat-1": _, ...others } = quiet;
    told.said = said === undefined ? others : { ...quiet, "heat-1": said };
    told.go(12_000);
    expect(told.facts("shed-input-silent")).toMatchObject([{ input: "heat-1", of: "heat", silent_ms: 3_000 }]);
    expect(told.facts("shed-tripped")).toMatchObject([
      { cause: "blind", source: "heat-1", latched: false, silent_ms: 10_000, decided_after_ms: 0 },
    ]);
    expect(told.orders()).toEqual(["open", "cut"]);
  });
  test.each([3_000, 7_000, 30_000])("its board silent: tripped by the table's %i ms, whatever that is", (blind_ms) => {
    const told = serving({ blind_ms });
    told.silent = true;
    told.go(blind_ms - 1);
    expect(told.facts("shed-tripped")).toEqual([]);
    told.go(1);
    expect(told.facts("shed-tripped")).toMatchObject([{ cause: "blind", silent_ms: blind_ms }]);
  });
  test("warned is refused: nothing new is energised from three seconds of silence on", () => {
    const told = serving();
    told.silent = true;
    told.go(2_999);
    expect(shedRefuses(told.state, told.now)).toBeUndefined();
    told.go(1);
    expect(shedRefuses(told.state, told.now)).toBe("shed-blind");
  });
  test("a lost one that is read again: the shed serves after five good seconds, not at the first good sample", () => {
    const told = serving();
    told.silent = true;
    told.go(15_000);
    told.silent = false;
    told.go(4_500);
    expect(told.facts("shed-sighted")).toEqual([]);
    told.go(1_500);
    expect(told.facts("shed-sighted")).toHaveLength(1);
    expect(told.facts("shed-input-answers").map(({ of }) => of)).toEqual(["smoke", "heat", "panel", "meter"]);
    expect(told.orders()).toEqual(["open", "cut", "close"]);
  });
  test("a wire that comes and goes never counts as five good seconds", () => {
    const told = serving();
    told.silent = true;
    told.go(15_000);
    for (let round = 0; round < 10; round += 1) {
      told.silent = false;
      told.go(3_000);
      told.silent = true;
      told.go(4_000);
    }
    expect(told.facts("shed-sighted")).toEqual([]);
  });
  test("a blind shed that smells smoke is latched", () => {
    const told = serving();
    told.silent = true;
    told.go(15_000);
    told.silent = false;
    told.said = { ...quiet, "smoke-1": true };
    told.go(500);
    expect(told.facts("shed-tripped").map(({ cause, latched }) => [cause, latched])).toEqual([
      ["blind", false],
      ["smoke", true],
    ]);
  });
  test("smoke at a station's own input trips the shed; an old sample changes nothing", () => {
    const told = serving().tell({ type: "station-smoke", station: "station-2", seen: start });
    expect(told.facts("shed-tripped")).toMatchObject([{ cause: "smoke", source: "station-2" }]);
    const other = serving();
    other.tell({ type: "inputs", seen: start, said: { ...quiet, "smoke-1": true } });
    expect(other.facts("shed-tripped")).toEqual([]);
  });
});

describe("reset", () => {
  const burning = (): { told: Told; trip: string } => {
    const told = serving();
    told.said = { ...quiet, "smoke-1": true };
    told.go(500);
    return { told, trip: told.facts("shed-tripped")[0]?.trip ?? "" };
  };
  const calm = (told: Told): Told => {
    told.said = quiet;
    return told.go(1_000);
  };
  const silence = (told: Told): Told => {
    calm(told).silent = true;
    return told.go(4_000);
  };
  const clear = { station: "station-1", smoke: false, live: undefined };
  test.each([
    ["the contact is still active", (told: Told) => told, [], "input-active"],
    ["it cannot be read", (told: Told) => silence(told), [], "input-blind"],
    ["a station says smoke", (told: Told) => calm(told), [{ ...clear, smoke: true }], "input-active"],
    ["a socket is live", (told: Told) => calm(told), [{ ...clear, live: "station-1/4" }], "still-live"],
  ] as const)("refused while %s", (_, before, stations, code) => {
    const { told, trip } = burning();
    before(told);
    told.reset(trip, { stations });
    expect(told.facts("shed-reset-refused")).toMatchObject([{ code, person: "值班甲" }]);
    expect(told.facts("shed-reset-refused")[0]?.zh).toMatch(/[一-龥]/);
    expect(shedRefuses(told.state, told.now)).toBe("shed-latched");
  });
  test("of another trip is refused; of this one it opens the way, and the contactor closes", () => {
    const { told, trip } = burning();
    calm(told).reset("another");
    expect(told.facts("shed-reset-refused")).toMatchObject([{ code: "no-such-trip" }]);
    told.reset(trip);
    expect(told.orders()).toEqual(["open", "cut", "close"]);
    expect(told.effects.some(({ type }) => type === "unlatch")).toBe(true);
    told.go(1_000);
    expect(shedRefuses(told.state, told.now)).toBeUndefined();
  });
  test("a shed tripped by a station's own detector needs that station heard and quiet", () => {
    const told = serving().tell({ type: "station-smoke", station: "station-1", seen: monotonic(start + 2_000) });
    const trip = told.facts("shed-tripped")[0]?.trip ?? "";
    told.reset(trip, { stations: [{ ...clear, smoke: undefined }] });
    expect(told.facts("shed-reset-refused")).toMatchObject([{ code: "input-blind" }]);
    told.reset(trip, { stations: [clear] });
    expect(told.facts("shed-reset")).toHaveLength(1);
  });
});

describe("a weld below", () => {
  test("opens the contactor and every socket, is latched, and is confirmed once all is seen open", () => {
    const told = serving().tell({ type: "welded", socket: "station-1/3", seen: monotonic(start + 2_000) });
    expect(told.orders()).toEqual(["open", "cut"]);
    expect(told.facts("shed-tripped")).toMatchObject([{ cause: "welded", source: "station-1/3", contactor: "opening", latched: true }]);
    told.go(500);
    told.tell({ type: "station", station: "station-1", seen: told.now, flowing: false, open: "not-all" });
    expect(told.facts("shed-opened")).toEqual([]);
    told.tell({ type: "station", station: "station-2", seen: told.now, flowing: false, open: 20 });
    expect(told.facts("shed-opened")).toMatchObject([{ sockets: 20, confirmed_after_ms: 500 }]);
  });
  test.each([
    ["its relay reads closed", "relay"],
    ["its feedback reads closed", "feedback"],
    ["current flows below", "current"],
  ] as const)("a contactor that does not open: %s", (_, evidence) => {
    const told = serving();
    told.obeys = evidence !== "relay";
    told.feedback = evidence === "feedback" ? true : "not-offered";
    told.tell({ type: "welded", socket: "station-1/3", seen: told.now });
    for (let n = 0; n < 20 && told.facts("contactor-stuck").length === 0; n += 1) {
      told.go(500);
      told.tell({ type: "station", station: "station-1", seen: told.now, flowing: evidence === "current", open: "not-all" });
    }
    const [stuck, ...more] = told.facts("contactor-stuck");
    expect(stuck).toMatchObject({ evidence, trip: told.facts("shed-tripped")[0]?.trip });
    expect(more).toEqual([]);
    expect(stuck?.waited_ms).toBeGreaterThanOrEqual(shedFixed.settle_ms);
    expect(stuck?.waited_ms).toBeLessThanOrEqual(shedFixed.contactorHold_ms + shedFixed.settle_ms + 2_000);
    expect(told.facts("shed-opened")).toEqual([]);
    told.reset(told.facts("shed-tripped")[0]?.trip ?? "");
    expect(told.facts("shed-reset-refused")).toMatchObject([{ code: "contactor-stuck" }]);
  });
  test("a contactor whose board goes silent is missed after five seconds, and nothing is energised meanwhile", () => {
    const told = serving({ inputs: [] });
    told.silent = true;
    told.go(3_500);
    expect(shedRefuses(told.state, told.now)).toBe("contactor-open");
    told.go(2_000);
    expect(told.facts("contactor-lost")).toHaveLength(1);
    told.silent = false;
    told.go(1_000);
    expect(told.facts("contactor-closed")).toHaveLength(1);
  });
});

describe("residual current of the feeder", () => {
  test.each([
    [300, 299, []],
    [300, 300, [300]],
    [500, 499, []],
    [500, 800, [800]],
  ] as const)("alarm at %i mA, %i mA flow", (residual_alarm_mA, flows, alarms) => {
    const told = serving({ feeder: { id: "meter-1", residual_alarm_mA } });
    told.residual = flows;
    told.go(5_000);
    expect(told.facts("shed-leaking").map(({ value }) => value)).toEqual(alarms);
    expect(told.orders()).toEqual([]); // an alarm, never a trip
  });
  test("a single sample is none; it is over below 80 %, not at once", () => {
    const told = serving();
    told.residual = 400;
    told.go(500);
    told.residual = 40;
    told.go(500);
    expect(told.facts("shed-leaking")).toEqual([]);
    told.residual = 400;
    told.go(2_000);
    told.residual = 260;
    told.go(5_000);
    expect(told.facts("shed-leakage-over")).toEqual([]);
    told.residual = 200;
    told.go(2_000);
    expect(told.facts("shed-leakage-over")).toHaveLength(1);
  });
  test.each(["absent", "bad", Number.NaN] as const)("%s is silence, and is said", (residual) => {
    const told = serving();
    told.residual = residual;
    told.go(shedFixed.meterWarn_ms + 1_000);
    expect(told.facts("shed-input-silent")).toMatchObject([{ input: "meter-1", of: "meter" }]);
  });
});

// Who may close a relay, and how a charge ends that nothing was wrong with: ordinary ends, and authorities that are asked, held, refused and over.
import { describe, expect, test } from "vitest";
import { charging, idle, isEnd, rotation, Told } from "#test/protection/told-station.ts";
import type { SocketSample } from "./sample.ts";

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

// Local fire rules of a charging place: every rule is met by a sound place and broken by one that breaks just it; what is not written is never "met".
import { expect, test } from "vitest";
import { shedRules } from "#protocols/vocabulary/shed-rules.ts";
import { readyLimits, withOver } from "#test/limits.ts";
import { asHazards, checkFireRules, fireRules } from "./fire-rules.ts";
import type { PlaceConfig } from "./place-schema.ts";
import type { ShedConfig } from "./shed-schema.ts";

const partition = { height_dm: 15, depth_dm: 20, fire_min: 90 };
const sound: PlaceConfig = {
  ...{ kind: "outdoor", area_m2: 260, bay_length_dm: 22, bay_width_dm: 8, clear_height_dm: 20, to_building_dm: 30, to_exit_dm: 60 },
  groups: [
    { name: "A", bays: 20, length_dm: 180, partition },
    { name: "B", bays: 20, length_dm: 180 },
  ],
  ...{ video_24h: true, night_patrol: true, short_circuit_breakers: true },
};
const within: PlaceConfig = { ...sound, kind: "ground-floor", solid_wall: true, extinguishing: true };
const shed = (place: PlaceConfig | undefined, smoke = true): ShedConfig =>
  ({
    id: "shed-1",
    name: "1号充电棚",
    stations: ["station-1"],
    inputs: smoke ? [{ kind: "smoke" }] : [],
    ...(place && { place }),
  }) as unknown as ShedConfig;
const limits = readyLimits("e-bike-4a");
const broken = (one: ShedConfig, held = limits): string[] =>
  checkFireRules([one], () => held)
    .filter(({ state }) => state === "broken")
    .map(({ rule }) => rule);
const off = { active: false, reason: "tried" } as const;

test.each<[string, ShedConfig, typeof limits?]>([
  ["group-size", shed({ ...sound, groups: [{ name: "A", bays: 21, length_dm: 190 }] })],
  ["group-length", shed({ ...sound, groups: [{ name: "A", bays: 20, length_dm: 201 }] })],
  [
    "partition",
    shed({
      ...sound,
      groups: [
        { name: "A", bays: 20, length_dm: 180, partition: { ...partition, fire_min: 60 } },
        { name: "B", bays: 9, length_dm: 80 },
      ],
    }),
  ],
  ["bay-size", shed({ ...sound, bay_width_dm: 7 })],
  ["clear-height", shed({ ...sound, clear_height_dm: 19 })],
  ["video", shed({ ...sound, video_24h: false })],
  ["night-patrol", shed({ ...sound, night_patrol: false })],
  ["to-building", shed({ ...sound, to_building_dm: 29 })],
  ["to-exit", shed({ ...sound, to_exit_dm: 59 })],
  ["storey", shed({ ...within, kind: "other" })],
  ["solid-wall", shed({ ...within, solid_wall: false })],
  ["extinguishing", shed({ ...within, extinguishing: false })],
  ["smoke-detection", shed(sound, false)],
  ["stop-when-full", shed(sound), withOver(limits, { full: off })],
  ["stop-when-wrong", shed(sound), withOver(limits, { second_rise: off })],
  ["overload", shed(sound), withOver(limits, { over_current: off, thermal: off })],
  ["over-temperature", shed(sound), withOver(limits, { over_temperature: off })],
  ["short-circuit", shed({ ...sound, short_circuit_breakers: false })],
])("%s is broken by what breaks just it", (rule, one, held) => {
  expect(broken(one, held)).toEqual([rule]);
});

test("a sound place breaks none; what is not written is not met; every rule has its source and its case above", () => {
  expect([broken(shed(sound)), broken(shed(within))]).toEqual([[], []]);
  expect(new Set(checkFireRules([shed(undefined)], () => limits).map(({ state }) => state))).toEqual(new Set(["not-said"]));
  const { video_24h: _, ...silent } = sound;
  expect(checkFireRules([shed(silent)], () => limits).find(({ rule }) => rule === "video")).toMatchObject({ state: "not-said" });
  // 200 m² and 100 bays are not above them.
  const small = { ...silent, area_m2: 200 };
  expect(checkFireRules([shed(small)], () => limits).some(({ rule }) => rule === "video")).toBe(false);
  expect(fireRules.map(({ id }) => id).sort()).toEqual(Object.keys(shedRules).sort());
  expect(fireRules).toHaveLength(19);
  const hazards = asHazards(
    checkFireRules([shed(sound, false)], () => limits),
    () => "1号充电棚",
  );
  expect(hazards).toMatchObject([
    { place: "1号充电棚", rule: "smoke-detection", basis: expect.stringContaining("通告"), description: expect.stringContaining("烟感") },
  ]);
});

test("piles prove nothing of their firmware, detectors that report by themselves are smoke detection, groups that nobody wrote are not within 20", () => {
  const state = (one: ShedConfig, rule: string, also = { piles: 0, detectors: 0 }, held: typeof limits | undefined = limits) =>
    checkFireRules(
      [one],
      () => held,
      () => also,
    ).find((found) => found.rule === rule)?.state;
  const piles = { piles: 2, detectors: 0 };
  expect(state(shed(sound), "overload", piles)).toBe("not-said");
  expect(state(shed(sound), "overload", piles, withOver(limits, { over_current: off, thermal: off }))).toBe("broken");
  expect([state(shed(sound), "fault-alarm"), state(shed(sound), "fault-alarm", piles, undefined)]).toEqual(["met", "met"]);
  expect(
    checkFireRules(
      [shed(sound)],
      () => undefined,
      () => ({ piles: 0, detectors: 0 }),
    ).find(({ rule }) => rule === "fault-alarm")?.state,
  ).toBe("not-said");
  expect([state(shed(sound, false), "smoke-detection"), state(shed(sound, false), "smoke-detection", { piles: 0, detectors: 1 })]).toEqual([
    "broken",
    "met",
  ]);
  const empty = shed({ ...sound, groups: [] });
  expect([state(empty, "group-size"), state(empty, "group-length")]).toEqual(["not-said", "not-said"]);
});

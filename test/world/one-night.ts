// What a gateway would tell of one socket's night and of its supplies, for pages that are tried without a charging station.
import type { LimitLines } from "#gateway/core/charging/limit-lines.ts";
import { tripPicture } from "#gateway/core/charging/trip-picture.ts";
import type { Story } from "#gateway/sessions/story.ts";
import type { LoadSeen } from "#gateway/site-context.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { readyLimits } from "../limits.ts";

/** 2026-11-25 22:00 in China. */
const begun = Date.UTC(2026, 10, 25, 14);
const cutAt = begun + 40 * 60_000;
const point = (at: number, amperes: number) => ({
  ...{ at, power_mW: Math.round(amperes * 219_000), current_mA: Math.round(amperes * 1_000), voltage_mV: 221_000 },
  temperature_mC: 30_000 + Math.round(amperes * 1_000),
});

export const oneNight: Story & { readonly limits: LimitLines } = {
  ...{ socket: "station-1/3", from: begun - 3_600_000, until: begun + 2 * 3_600_000 },
  limits: { power_mW: 880_000, current_mA: 4_400, temperature_mC: 75_000, warn_mC: 60_000, high_mV: 264_000, low_mV: 176_000 },
  charges: [
    {
      ...{ session: "session-of-one-night", begun, state: "over", by: "card", why: "over-current", seconds: 2_400, bill: null },
      curve: Array.from({ length: 80 }, (_, n) => point(begun + n * 30_000, 1.1)),
    },
  ],
  facts: [
    {
      at: cutAt,
      ...{
        zh: "跳闸：反时限过流 6.1 A，限值 4.4 A；锁定，须由人解除",
        en: "cut: inverse-time over-current 6.1 A, limit 4.4 A; latched until a person resets it",
      },
      fact: {
        ...{
          kind: "cut",
          trip: "trip-00001",
          socket: "station-1/3",
          authority: null,
          session: "session-of-one-night",
          cause: "over-current",
        },
        ...{
          value: 6_100,
          limit: 4_400,
          unit: "mA",
          decided_after_ms: 20,
          off_after_ms: 41,
          latched: true,
          energy_mWh: null,
          seconds: 2_400,
        },
      },
    },
  ],
  moments: Array.from({ length: 1_200 }, (_, n) => point(cutAt - 600_000 + n * 1_000, n < 557 ? 1.1 : n < 600 ? 6.1 : 0)),
};

/** Where power has no limit of its own, six amperes are the curve's matter. */
const byCurrentAlone = readyLimits("e-bike-4a", { over_power: { active: false, reason: "只按电流 / by current alone" } });

/** The trip of that night, by the limits that its socket is held to. */
export const tripOfOneNight = (): object => ({
  ...{ trip: "trip-00001", socket: "station-1/3", cause: "over-current", value: 6_100, limit: 4_400, unit: "mA", test: false },
  ...{ at: toRfc3339(wall(cutAt - 41)), from: toRfc3339(wall(cutAt - 600_000)) },
  ...tripPicture({
    ...{ limits: byCurrentAlone, moments: oneNight.moments, sample_ms: 1_000, reading_ms: 1_000, voltage_mV: 221_000, longest_ms: 12_000 },
    cut: { at: cutAt - 41, cause: "over-current", value: 6_100, limit: 4_400, unit: "mA" },
  }),
});

export const oneEvening: LoadSeen = {
  planned: true,
  supplies: [{ id: "shed-1", zh: "1号棚", en: "shed 1", unit: "mW", limit: 8_000_000, used: 7_600_000 }],
  waits: [
    {
      ...{ charge: "charge-that-waits", socket: "station-1/4", person: "rider", asked: begun, latest: begun + 3_600_000, ready_by: null },
      ...{
        zh: "1号棚已用 7.60 kW，再加 0.88 kW 将超过 8.00 kW：排第 1 位等候",
        en: "shed 1 takes 7.60 kW; 0.88 kW more would exceed 8.00 kW: number 1 to wait",
      },
    },
  ],
  reduced: [
    {
      at: begun,
      socket: "station-1/3",
      session: "session-reduced",
      zh: "1号棚 8.20 kW，超过 8.00 kW",
      en: "shed 1 at 8.20 kW, more than 8.00 kW",
    },
  ],
};

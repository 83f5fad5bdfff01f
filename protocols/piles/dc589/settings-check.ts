// What the board's firmware refuses in its settings, said before they are sent. Source: protocol 5.8.9, annex 1; the codes are those of its answer 0xC4.
import type { Values } from "#protocols/frames/layout.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { settingAnswers } from "./codes.ts";
import type { settings } from "./settings.ts";

export type Dc589Settings = Values<typeof settings>;

const outside = (value: number | undefined, [least, most]: readonly [number, number]): boolean =>
  value !== undefined && (value < least || value > most);

/** The tiers that are given, in their order: powers and shares. */
function tiers(given: Dc589Settings): { readonly powers: readonly number[]; readonly shares: readonly number[] } {
  const present = (value: number | undefined): value is number => value !== undefined;
  return {
    powers: [
      given.tier_1_mW,
      given.tier_2_mW,
      given.tier_3_mW,
      given.tier_4_mW,
      given.tier_5_mW,
      given.tier_6_mW,
      given.tier_7_mW,
      given.tier_8_mW,
    ].filter(present),
    shares: [given.tier_1_percent, given.tier_2_percent, given.tier_3_percent, given.tier_4_percent, given.tier_5_percent].filter(present),
  };
}

/** Every complaint at once; empty when the board will take them. */
export function checkSettings(given: Dc589Settings): readonly Refusal[] {
  const { powers, shares } = tiers(given);
  const wrong: readonly (readonly [number, boolean])[] = [
    [1, outside(given.mode, [0, 4])],
    [2, outside(given.volume, [0, 8])],
    [3, outside(given.coin_amount, [0, 999])],
    [4, outside(given.card_amount, [0, 999])],
    [5, outside(given.card_fee_fen, [0, 2500])],
    [6, outside(given.card_refund, [0, 1])],
    [7, powers.some((power, index) => index > 0 && power <= (powers[index - 1] ?? 0)) || powers.some((power) => power > 999_000)],
    [8, shares[0] !== 100 || shares.some((share) => outside(share, [0, 100]))],
    [9, outside(given.stop_when_full, [0, 1])],
    [10, outside(given.float_mW, [1000, 50_000])],
    [11, outside(given.float_s, [120, 10_800])],
    [12, outside(given.unplug_s, [5, 3600])],
    [13, given.temperature_guard_mC !== null && outside(given.temperature_guard_mC, [50_000, 100_000])],
  ];
  return wrong.flatMap(([code, is]) => {
    const words = settingAnswers[code];
    return is && words !== undefined ? [refusal(`dc589-setting-${code}`, words.zh, `${words.en} out of range`)] : [];
  });
}

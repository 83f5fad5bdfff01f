// The thermal model of IEC 60255-149: what a conductor remembers of all the current that has flowed, not only of too much of it. θ 0 cold … 1 trips.
import { fixed, type Thermal } from "./limits.ts";

export interface Warmth {
  readonly level: number;
  /** As in inverse.ts: what one sample may not say alone. */
  readonly owed: number;
  readonly above: number;
}

export const warmthAtStart = ({ start_permille }: Pick<Thermal, "start_permille">): Warmth => ({
  level: start_permille / 1000,
  owed: 0,
  above: 0,
});

const towards = (from: number, steady: number, share: number): number => from + (steady - from) * share;

/** `multiple`: of k · I_B. The sample stands for the time since the one before it. */
export function warmthAfter(warmth: Warmth, thermal: Thermal, over: { multiple: number; elapsed_ms: number; closed: boolean }): Warmth {
  const seconds = Math.max(0, over.elapsed_ms) / 1000;
  const tau = over.closed ? thermal.tau_s : thermal.cooling_tau_s;
  const share = 1 - Math.exp(-seconds / tau);
  const multiple = Math.min(Math.max(0, over.multiple), fixed.greatestThermalMultiple);
  const whole = towards(warmth.level, multiple ** 2, share);
  if (multiple <= 1) return { level: whole, owed: 0, above: 0 };
  const above = warmth.above + 1;
  if (above > 1) return { level: Math.min(1, whole + warmth.owed), owed: 0, above };
  const alone = Math.min(
    towards(warmth.level, Math.min(multiple, fixed.unconfirmedMultiple) ** 2, share),
    warmth.level + fixed.unconfirmedHeat,
  );
  const level = Math.min(whole, alone);
  return { level: Math.min(1, level), owed: whole - level, above };
}

export const tripsByWarmth = (warmth: Warmth): boolean => warmth.level >= 1 && warmth.above > 0;

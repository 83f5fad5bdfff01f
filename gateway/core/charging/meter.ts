// Energy from a pile's own counter, which may wrap, be reset, or be another meter since it was last seen. What cannot have flowed is not counted, and nothing is guessed.
export type MeterStepHow = "counted" | "wrapped" | "reset" | "replaced" | "unseen";

export interface MeterStep {
  /** null: not known. */
  readonly energy_mWh: number | null;
  readonly how: MeterStepHow;
}

export interface MeterAbout {
  /** Between the two readings, with what a meter may lag. */
  readonly ms: number;
  /** The most that the socket can draw. */
  readonly most_mW: number;
  /** What the counter counts to before it begins again at 0; undefined: it never gets there. */
  readonly wrap_mWh?: number | undefined;
}

export function meterStep(before: number | null, now: number | null, { ms, most_mW, wrap_mWh }: MeterAbout): MeterStep {
  if (before === null || now === null) return { energy_mWh: null, how: "unseen" };
  const most = (most_mW * ms) / 3_600_000;
  if (now >= before) return now - before <= most ? { energy_mWh: now - before, how: "counted" } : { energy_mWh: null, how: "replaced" };
  if (wrap_mWh !== undefined && wrap_mWh - before + now <= most) return { energy_mWh: wrap_mWh - before + now, how: "wrapped" };
  // From 0 it has counted what is shown; what was counted before the reset and not read is lost, and is not billed.
  return now <= most ? { energy_mWh: now, how: "reset" } : { energy_mWh: null, how: "replaced" };
}

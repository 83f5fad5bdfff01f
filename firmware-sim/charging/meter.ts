// A pile's own energy counter: it has an error, shows whole steps, and may be reset, wrap or be replaced. What it did not show of what was delivered is counted by cause.
import type { Chance } from "../chance.ts";

export interface PileMeter {
  /** True energy that went through it, mWh, with fractions. */
  delivered_mWh: number;
  /** Counted, before it is shown in whole steps. */
  counted_mWh: number;
  /** Of it, taken off the register: at resets, replacements and wraps. */
  base_mWh: number;
  readonly error: number;
  readonly step_mWh: number;
  /** Counted and gone from the register before anybody had read it. */
  unread_mWh: number;
}

export const newMeter = (chance: Chance): PileMeter => ({
  delivered_mWh: 0,
  counted_mWh: chance.whole(0, 900) * 1000,
  base_mWh: 0,
  error: chance.between(-0.005, 0.005),
  step_mWh: 1_000,
  unread_mWh: 0,
});

export function flow(meter: PileMeter, mWh: number): void {
  meter.delivered_mWh += mWh;
  meter.counted_mWh += mWh * (1 + meter.error);
}

export const shown_mWh = (meter: PileMeter): number => Math.floor((meter.counted_mWh - meter.base_mWh) / meter.step_mWh) * meter.step_mWh;

/** It counts from 0 again. `read`: what was last read of it. */
export function reset(meter: PileMeter, read: number): void {
  meter.unread_mWh += shown_mWh(meter) - read;
  meter.base_mWh += shown_mWh(meter);
}

/** Another meter, which shows a number of its own. */
export function replace(meter: PileMeter, read: number, shows_mWh: number): void {
  reset(meter, read);
  meter.base_mWh -= shows_mWh;
}

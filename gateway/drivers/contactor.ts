// The coil of a contactor: one relay of a board. Held closed by pulses that end by themselves, so that a dead gateway is an open contactor.
import type { Request } from "#protocols/modbus/frame.ts";
import { type Coil, holdFrames } from "#protocols/modbus/hold.ts";
import { paced } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";

export interface ContactorDriver {
  off(): Request;
  hold(): Request;
}

export function contactorDriver({ profile, unit, ...coil }: Coil & { readonly profile: Profile; readonly unit: number }): ContactorDriver {
  const { off, hold } = holdFrames(profile, unit, coil);
  return { off: () => paced(profile, off), hold: () => paced(profile, hold) };
}

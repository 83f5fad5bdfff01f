// What sheds cost a line: boards and meters that are read in every round, a coil that is kept by pulses, and the OFFs of a whole shed at once.
import { holdFrames, relayPlace, unfitCoil } from "#protocols/modbus/hold.ts";
import type { DeviceLoad } from "#protocols/modbus/load.ts";
import { blockRequest, paced, planReads } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { onlyWanted, type Place } from "#protocols/modbus/wanted.ts";
import { shedFixed } from "../core/charging/shed/limits.ts";
import type { FacilityConfig } from "./facility-schema.ts";
import type { DeviceConfig, ShedConfig, TransformerConfig } from "./shed-schema.ts";

export interface AboveParts {
  readonly devices: readonly DeviceConfig[];
  readonly sheds: readonly ShedConfig[];
  readonly transformers: readonly TransformerConfig[];
  readonly facilities?: readonly FacilityConfig[];
  readonly profiles: ReadonlyMap<string, Profile>;
}

const anyUnit = 1;

/** Every value that somebody wants of a device. */
function wantedOf(device: string, { sheds, transformers, facilities = [], profiles, devices }: AboveParts): Place[] {
  const found: Place[] = [];
  const want = (of: string | undefined, place: Place | undefined): void => {
    if (of === device && place !== undefined) found.push(place);
  };
  const point = (name: string | undefined): Place | undefined => (name === undefined ? undefined : { point: name });
  const profileOf = (id: string): Profile | undefined => profiles.get(devices.find((one) => one.id === id)?.profile ?? "");
  for (const { inputs, contactor, meter } of sheds) {
    for (const input of inputs) want(input.device, input);
    if (contactor !== undefined) {
      const profile = profileOf(contactor.device);
      want(contactor.device, profile === undefined ? undefined : relayPlace(profile, contactor.relay));
      want(contactor.feedback?.device, contactor.feedback);
    }
    for (const key of ["power", "current_l1", "current_l2", "current_l3", "residual"] as const) want(meter?.device, point(meter?.[key]));
  }
  for (const { meter } of transformers) want(meter?.device, point(meter?.power));
  for (const facility of facilities) for (const one of facility.points) want(facility.device, one);
  return found;
}

function boardLoad(profile: Profile, wanted: readonly Place[]): DeviceLoad {
  const { pause_ms = 0, in_flight = 1 } = profile.read;
  const reads = planReads(onlyWanted(profile, wanted)).map((block) => paced(profile, blockRequest(anyUnit, block)));
  return { reads, pause_ms, in_flight };
}

/** The loads that sheds put on one line, beside its stations. */
export function aboveLoads(line: string, parts: AboveParts): DeviceLoad[] {
  const loads: DeviceLoad[] = [];
  for (const device of parts.devices) {
    const profile = parts.profiles.get(device.profile);
    if (device.line !== line || profile === undefined) continue;
    const wanted = wantedOf(device.id, parts);
    if (wanted.length > 0) loads.push(boardLoad(profile, wanted));
    const { pause_ms = 0, in_flight = 1 } = profile.read;
    for (const { contactor } of parts.sheds) {
      if (contactor?.device !== device.id) continue;
      const coil = { relay: contactor.relay, held_by: contactor.held_by, hold_ms: shedFixed.contactorHold_ms };
      if (unfitCoil(profile, coil) !== undefined) continue; // complained about elsewhere
      const { off, hold } = holdFrames(profile, anyUnit, coil);
      loads.push({ reads: [], keep: paced(profile, hold), off: paced(profile, off), hold_ms: coil.hold_ms, pause_ms, in_flight });
    }
  }
  return loads;
}

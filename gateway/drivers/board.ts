// A board with contacts, or a meter, by its profile: only what somebody wants to know of it is asked, in as few questions as that takes.
import { answerWords, type DeviceValues, decode, registersOf } from "#protocols/modbus/decode.ts";
import type { Request } from "#protocols/modbus/frame.ts";
import { type Block, blockRequest, paced } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { onlyWanted, type Place } from "#protocols/modbus/wanted.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { type ReadPlan, readPlan } from "./read-plan.ts";
import type { Said } from "./station.ts";

export interface BoardDriver extends ReadPlan {
  poll(block: number): Request;
  understand(pdus: readonly Uint8Array[]): DeviceValues | Undecodable;
  number(values: DeviceValues, place: Place): Said<number>;
  /** Whether the place shows this level. */
  level(values: DeviceValues, place: Place, level: 0 | 1): Said<boolean>;
}

export interface BoardAddress {
  readonly profile: Profile;
  readonly unit: number;
  readonly wanted: readonly Place[];
}

export function boardDriver({ profile, unit, wanted }: BoardAddress): BoardDriver {
  const reduced = onlyWanted(profile, wanted);
  const plan = readPlan(reduced);
  const shownAt = (values: DeviceValues, { point, channel }: Place) =>
    (channel === undefined ? values.device : values.sockets[channel - 1])?.[point];
  const offered = ({ point, bit }: Place): boolean =>
    reduced.points.some((one) => one.name === point && (bit === undefined || one.bits?.[bit] !== undefined));
  return {
    get blocks() {
      return plan.blocks;
    },
    refused: plan.refused,
    anew: plan.anew,
    poll: (block) => {
      const asked = plan.blocks[block];
      if (asked === undefined) throw new RangeError(`${profile.id} has ${plan.blocks.length} blocks, not ${block + 1}`);
      return paced(profile, blockRequest(unit, asked));
    },
    understand(pdus) {
      const read: { block: Block; words: number[] }[] = [];
      for (const [at, block] of plan.blocks.entries()) {
        const pdu = pdus[at];
        if (pdu === undefined) return undecodable(`block ${at + 1} of ${plan.blocks.length} is missing`);
        const words = answerWords(block, pdu);
        if ("kind" in words) return words;
        read.push({ block, words });
      }
      return decode(reduced, registersOf(read));
    },
    number(values, place) {
      if (!offered(place)) return "not-offered";
      const decoded = shownAt(values, place);
      return decoded === undefined ? "absent" : decoded.quality === "bad" ? "bad" : decoded.value;
    },
    level(values, place, level) {
      if (!offered(place)) return "not-offered";
      const decoded = shownAt(values, place);
      if (decoded === undefined) return "absent";
      if (decoded.quality === "bad") return "bad";
      if (place.bit !== undefined) return (decoded.bits[place.bit] === true) === (level === 1);
      // A coil or a contact is 0 or 1; any other number is no level at all.
      return decoded.value === 0 || decoded.value === 1 ? decoded.value === level : "bad";
    },
  };
}

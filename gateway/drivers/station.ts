// A charging station by its profile: which frames to send, and what its registers say in protection's words. No station needs code of its own.
import { answerWords, type Decoded, type DeviceValues, decode, registersOf, type Values } from "#protocols/modbus/decode.ts";
import { functionCode, type Request, writeCoilsRequest, writeRegisterRequest } from "#protocols/modbus/frame.ts";
import { type Block, blockRequest, paced } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { switchAddress, switchedBy } from "#protocols/modbus/switching.ts";
import { socketRequest } from "#protocols/modbus/write.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { type ReadPlan, readPlan } from "./read-plan.ts";

/** "not-offered": the profile has no such point. */
export type Said<Value> = Value | "absent" | "bad" | "not-offered";

export interface SocketSaid {
  readonly relay_closed: Said<boolean>;
  readonly plugged: Said<boolean>;
  readonly voltage_mV: Said<number>;
  readonly current_mA: Said<number>;
  readonly power_mW: Said<number>;
  readonly temperature_mC: Said<number>;
  readonly energy_mWh: Said<number>;
  readonly residual_mA: Said<number>;
  readonly request_seq: Said<number>;
  readonly request_card: Said<number>;
}
export interface StationSaid {
  readonly smoke: Said<boolean>;
  readonly leakage_mA: Said<number>;
  readonly sockets: readonly SocketSaid[];
}

export interface StationDriver extends ReadPlan {
  readonly sockets: number;
  readonly hold_ms: number;
  poll(block: number): Request;
  /** `socket` counts from 0. */
  off(socket: number): Request;
  /** Every relay in one frame (FC15); absent where the model does not know it. */
  readonly offAll?: () => Request;
  on(socket: number): Request;
  rearm(): Request;
  /** From the PDUs of all blocks, in order. */
  understand(pdus: readonly Uint8Array[]): StationSaid | Undecodable;
}

export interface StationAddress {
  readonly profile: Profile;
  readonly unit: number;
}

export function stationDriver({ profile, unit }: StationAddress): StationDriver {
  const { switching, sockets } = profile;
  if (switching === undefined || sockets === undefined) throw new Error(`${profile.id} is no station: it has no switching or no sockets`);
  const plan = readPlan(profile);
  const relay = pointWithBit(profile, "socket", "relay_closed");
  const plugged = pointWithBit(profile, "socket", "plugged");
  const smoke = pointWithBit(profile, "device", "smoke");
  // In FC15 a bit 0 is what the value 0 is in FC05; the coils must lie side by side.
  const knows = profile.functions === undefined || profile.functions.includes(functionCode.writeCoils);
  const together = knows && switchedBy(switching).fn === 5 && switching.off === 0 && (switching.stride ?? 1) === 1;
  const allOpen = Array.from({ length: sockets.count }, () => false);
  return {
    sockets: sockets.count,
    hold_ms: switching.hold_ms,
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
    off: (socket) => paced(profile, socketRequest(unit, switching, { socket: socket + 1, on: false })),
    ...(together ? { offAll: () => paced(profile, writeCoilsRequest(unit, switchAddress(switching, 0), allOpen)) } : {}),
    on: (socket) => paced(profile, socketRequest(unit, switching, { socket: socket + 1, on: true })),
    rearm: () => paced(profile, writeRegisterRequest(unit, switching.rearm.register, switching.rearm.value)),
    understand(pdus) {
      const values = valuesOf(profile, plan.blocks, pdus);
      if ("kind" in values) return values;
      const number = said(profile, values.device);
      return {
        smoke: bit(values.device, smoke, "smoke"),
        leakage_mA: number(values.device, "leakage_mA"),
        sockets: values.sockets.map((own) => ({
          relay_closed: bit(own, relay, "relay_closed"),
          plugged: bit(own, plugged, "plugged"),
          voltage_mV: number(own, "voltage_mV"),
          current_mA: number(own, "current_mA"),
          power_mW: number(own, "power_mW"),
          temperature_mC: number(own, "temperature_mC"),
          energy_mWh: number(own, "energy_mWh"),
          residual_mA: number(own, "residual_mA"),
          request_seq: number(own, "request_seq"),
          request_card: number(own, "request_card"),
        })),
      };
    },
  };
}

function valuesOf(profile: Profile, blocks: readonly Block[], pdus: readonly Uint8Array[]): DeviceValues | Undecodable {
  const read: { block: Block; words: number[] }[] = [];
  for (const [at, block] of blocks.entries()) {
    const pdu = pdus[at];
    if (pdu === undefined) return undecodable(`block ${at + 1} of ${blocks.length} is missing`);
    const words = answerWords(block, pdu);
    if ("kind" in words) return words;
    read.push({ block, words });
  }
  return decode(profile, registersOf(read));
}

/** The point of the profile that carries a named bit. */
function pointWithBit(profile: Profile, per: "device" | "socket", name: string): string | undefined {
  return profile.points.find((point) => point.per === per && point.bits?.[name] !== undefined)?.name;
}

const missing = (decoded: Decoded | undefined): "absent" | "bad" | undefined =>
  decoded === undefined ? "absent" : decoded.quality === "bad" ? "bad" : undefined;

function bit(values: Values, point: string | undefined, name: string): Said<boolean> {
  if (point === undefined) return "not-offered";
  return missing(values[point]) ?? values[point]?.bits[name] ?? "absent";
}

/** By its name, of this socket; what the device measures once (the voltage of the whole box) is true of each of its sockets. */
const said =
  (profile: Profile, device: Values) =>
  (own: Values, name: string): Said<number> => {
    const point = profile.points.find((one) => one.name === name);
    if (point === undefined) return "not-offered";
    const values = point.per === "device" ? device : own;
    return missing(values[name]) ?? values[name]?.value ?? "absent";
  };

// The station's registers: its profile read backwards for reading, its switching rules for writing.
import { valueLimits } from "#protocols/modbus/encode.ts";
import { switchAddress, switchedBy } from "#protocols/modbus/switching.ts";
import type { Memory, Written } from "../modbus/answer.ts";
import { type PointValue, registerImage } from "../modbus/image.ts";
import type { Measured } from "./socket.ts";
import { advanceStation, type Bay, meterOf, rearm, type Station, switchRelay } from "./station.ts";

const model = 10;
const firmware = 0x0102;

function deviceValue(station: Station, point: string, now: number): PointValue {
  switch (point) {
    case "model":
      return model;
    case "firmware":
      return firmware;
    case "hold_ms":
      return station.switching.hold_ms;
    case "inputs":
      return { smoke: station.faults.has("smoke"), door_open: false };
    case "leakage_mA":
      return station.leakage_mA;
    case "uptime_s":
      return Math.floor((now - station.startedAt) / 1_000);
    default:
      throw new Error(`${station.profile.id}: nothing behind the device point ${point}`);
  }
}

function socketValue({ bay, shown }: { bay: Bay; shown: Measured | undefined }, point: string): PointValue {
  switch (point) {
    case "state":
      return { relay_closed: bay.contact, plugged: bay.socket.load !== undefined };
    case "request_seq":
      return bay.requestSeq;
    case "request_card":
      return bay.requestCard;
    case "voltage_mV":
      return shown?.voltage_mV;
    case "current_mA":
      return shown?.current_mA;
    case "power_mW":
      return shown?.power_mW;
    case "temperature_mC":
      return shown?.temperature_mC;
    case "energy_mWh":
      return bay.socket.energy_mWh;
    default:
      throw new Error(`nothing behind the socket point ${point}`);
  }
}

const unsigned = ({ profile }: Station, name: string): boolean => {
  const point = profile.points.find((one) => one.name === name);
  return point !== undefined && valueLimits(point)[0] >= 0;
};

/** The counter goes round: behind its highest number it begins with 0. */
function counted({ profile }: Station, energy_mWh: number | undefined): number | undefined {
  const point = profile.points.find(({ name }) => name === "energy_mWh");
  return point === undefined || energy_mWh === undefined ? energy_mWh : energy_mWh % (topOf(point) + 1);
}
const topOf = (point: Parameters<typeof valueLimits>[0]): number => valueLimits(point)[1];

/** Just below the number behind which it goes round. */
export function nearlyRound({ profile }: Station, bay: Bay): void {
  const point = profile.points.find(({ name }) => name === "energy_mWh");
  if (point !== undefined) bay.socket.energy_mWh = topOf(point) - 2_000;
}

export function stationImage(station: Station, now: number): Uint16Array {
  return registerImage(station.profile, (point, index) => {
    if (index === undefined) return deviceValue(station, point, now);
    const bay = station.bays[index];
    if (bay === undefined) throw new RangeError(`${station.id} has no socket ${index}`);
    const value = socketValue({ bay, shown: meterOf(station, index) }, point);
    if (point === "energy_mWh") return counted(station, station.bays[station.wires.transformers.get(index) ?? index]?.socket.energy_mWh);
    // A meter without a sign shows power that flows back as if it came.
    return typeof value === "number" && value < 0 && unsigned(station, point) ? -value : value;
  });
}

/** The station's memory as it is at this moment. */
export function stationMemory(station: Station, now: number): Memory {
  advanceStation(station, now);
  const { on, off, rearm: watch, hold_ms } = station.switching;
  const { fn } = switchedBy(station.switching);
  const image = stationImage(station, now);
  const sockets = new Map(station.bays.map((_, index) => [switchAddress(station.switching, index), index]));
  const bayAt = (address: number): Bay | undefined => station.bays[sockets.get(address) ?? -1];
  const order = (address: number, value: number): Written => {
    if (value !== on && value !== off) return "value";
    switchRelay(station, sockets.get(address) ?? -1, { closed: value === on, now });
    return "done";
  };
  const relays: Pick<Memory, "coil" | "holdsCoil" | "writeCoil"> =
    fn === 6 ? {} : { coil: (address) => bayAt(address)?.contact, holdsCoil: (address) => bayAt(address) !== undefined, writeCoil: order };
  return {
    // The re-arm register can be read back: is the window running?
    word: (address) => (address === watch.register ? (now - station.rearmedAt < hold_ms ? watch.value : 0) : image[address]),
    ...relays,
    holdsRegister: (address) => address === watch.register || (fn === 6 && bayAt(address) !== undefined),
    writeRegister: (address, value) => {
      if (address !== watch.register) return order(address, value);
      if (value !== watch.value) return "value";
      rearm(station, now);
      return "done";
    },
  };
}

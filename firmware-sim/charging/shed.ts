// The charging shed: two stations, the people who use them, and the faults that can be put on them.
import type { Fault, SimulatorState, Tap } from "#protocols/api/simulator.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { refusal } from "#protocols/vocabulary/faults.ts";
import type { Chance } from "../chance.ts";
import type { Memory } from "../modbus/answer.ts";
import { done, type Outcome } from "../outcome.ts";
import {
  type Above,
  type AboveFault,
  type AboveOptions,
  advanceAbove,
  boardMemory,
  boardUnit,
  contacts,
  meterMemory,
  meterUnit,
  newAbove,
} from "./above.ts";
import { leaves, newOwner, type Owner } from "./people.ts";
import { nearlyRound, stationMemory } from "./registers.ts";
import { openRiders } from "./riders.ts";
import { batteryLoad, type Load, shapes } from "./socket.ts";
import {
  advanceStation,
  type Bay,
  clearFaults,
  newStation,
  putSocketFault,
  type SocketFault,
  type Station,
  supply,
  tap as tapAt,
  unplug,
} from "./station.ts";
import type { Wires } from "./wires.ts";

export interface Shed {
  readonly stations: readonly Station[];
  memory(unit: number, now: number): Memory | undefined;
  /** Its answers are spoiled on the wire now. */
  spoils(unit: number): boolean;
  advance(now: number): void;
  /** `owned`: its owner comes back for the bike; otherwise it stays until somebody unplugs it. */
  tap(tap: Tap, at: { now: number; owned: boolean }): Outcome;
  fault(fault: Fault, now: number): Outcome;
  /** Sockets at which nobody is plugged in and nothing is wrong. */
  freeSockets(): string[];
  sockets(now: number): SimulatorState["sockets"];
  /** What stands above the sockets, where something does. */
  above(now: number): SimulatorState["above"];
}

export const shedId = "shed-1";
const stationIds = ["station-1", "station-2"] as const;
const defaultAmount: Readonly<Partial<Record<SocketFault, number>>> = { "over-current": 2_500, "over-temperature": 85_000 };
const usualSag_mV = 160_000;

const loadOf = (tap: Tap, chance: Chance): Load => ({
  plateau_mW: (tap.power_W ?? 200) * 1_000,
  float_mW: chance.whole(6_000, 8_000),
  full_ms: (tap.minutes ?? 4) * 60_000,
});

const unknownSocket = (socket: string | undefined): Outcome =>
  refusal(
    "unknown-socket",
    `没有插座 ${socket ?? "（未给出）"}，可用 station-1/1 … station-2/10`,
    `no socket ${socket ?? "(none given)"}; station-1/1 … station-2/10`,
  );

export interface ShedMade {
  readonly now: number;
  /** How the first station is wired; right if not given. */
  readonly wires?: Wires | undefined;
  /** What stands above the sockets; nothing if not given. */
  readonly above?: AboveOptions | undefined;
  /** Who comes by himself brings a battery with its own physics; else a load of a few minutes. */
  readonly batteries?: boolean | undefined;
}

export function openShed(profile: Profile, chance: Chance, { now, wires, above: options, batteries = false }: ShedMade): Shed {
  const own = batteries ? openRiders(chance.for("batteries")) : undefined;
  const above = options === undefined ? undefined : newAbove(options, chance.for("above"), now);
  const stations = stationIds.map((id, i) => newStation({ id, unit: i + 1, profile, wires: i === 0 ? wires : undefined }, chance, now));
  const people = chance.for("people");
  let owners: Owner[] = [];

  function find(name: string | undefined): { station: Station; bay: Bay } | undefined {
    const [, id, number] = /^(.+)\/(\d+)$/.exec(name ?? "") ?? [];
    const station = stations.find((one) => one.id === id);
    const bay = station?.bays[Number(number) - 1];
    return station === undefined || bay === undefined ? undefined : { station, bay };
  }
  if (above !== undefined) for (const station of stations) station.supplied = above.contact;
  /** Everything together up to `at`: what stands above moves in its own time, and the stations with it. */
  function passes(at: number): void {
    if (above !== undefined)
      advanceAbove(above, at, (moment, supplied) => {
        for (const station of stations) supply(station, supplied, moment);
      });
    for (const station of stations) advanceStation(station, at);
  }
  function aboveMemory(unit: number, at: number): Memory | undefined {
    if (above === undefined || (unit !== boardUnit && unit !== meterUnit) || above.faults.has("dead-slave")) return undefined;
    const face = { above, stations, now: at, moved: () => passes(at) };
    return unit === boardUnit ? boardMemory(face) : meterMemory(face);
  }
  const eachSocket = stations.flatMap((station) => station.bays.map((bay, i) => ({ name: `${station.id}/${i + 1}`, station, bay })));

  return {
    stations,
    memory: (unit, at) => {
      passes(at);
      const station = stations.find((one) => one.unit === unit);
      if (station === undefined) return aboveMemory(unit, at);
      return station.faults.has("dead-slave") ? undefined : stationMemory(station, at);
    },
    spoils: (unit) => stations.find((one) => one.unit === unit)?.faults.has("crc-burst") === true,
    advance: (at) => {
      passes(at);
      owners = owners.filter((owner) => {
        const going = leaves(owner, at);
        if (going) {
          if (owner.battery !== undefined) own?.left(owner.battery);
          unplug(owner.bay);
        }
        return !going;
      });
    },
    tap: (tap, { now: at, owned }) => {
      const found = find(tap.socket);
      if (found === undefined) return unknownSocket(tap.socket);
      if (found.bay.socket.load !== undefined)
        return refusal(
          "occupied",
          `${tap.socket} 已有车插着；先 cuobian sim fault unplug --socket ${tap.socket}`,
          `${tap.socket} is plugged in already; first: cuobian sim fault unplug --socket ${tap.socket}`,
        );
      const rider = owned ? own?.arrive() : undefined;
      if (owned && own !== undefined && rider === undefined) return done("所有人都在充 / everybody is charging");
      tapAt(found.station, found.bay, { load: rider === undefined ? loadOf(tap, people) : batteryLoad(rider.battery), card: tap.card });
      if (owned) owners.push(newOwner(found.bay, people, at, rider));
      return done();
    },
    fault: (fault, at) => {
      passes(at);
      return faultOn({ fault, now: at, stations, above, found: find(fault.socket) });
    },
    freeSockets: () =>
      eachSocket
        .filter(({ bay, station }) => bay.socket.load === undefined && !bay.contact && bay.faults.size === 0 && station.faults.size === 0)
        .map(({ name }) => name),
    sockets: (at) => {
      passes(at);
      return eachSocket.map(({ name, station, bay }) => socketState(name, station, bay));
    },
    above: (at) => {
      passes(at);
      return above === undefined ? null : aboveState(above);
    },
  };
}

function socketState(name: string, station: Station, bay: Bay): SimulatorState["sockets"][number] {
  const { truth } = bay.socket;
  return {
    socket: name,
    relay: bay.contact,
    relay_changed_ms: bay.changedAt,
    why: bay.why,
    plugged: bay.socket.load !== undefined,
    current_mA: Math.round(truth.current_mA),
    power_mW: Math.round(truth.power_mW),
    energy_mWh: Math.round(bay.socket.energy_mWh),
    temperature_mC: Math.round(truth.temperature_mC),
    faults: [...bay.faults.keys(), ...station.faults.keys()],
  };
}

function aboveState(above: Above): SimulatorState["above"] {
  const { contactor, contact, changedAt, metered, faults } = above;
  return {
    shed: shedId,
    contactor: contactor ? { closed: contact, changed_ms: changedAt, coil: above.relays[0]?.closed ?? false } : null,
    inputs: Object.fromEntries(Object.keys(contacts).map((name) => [name, name === "feedback" ? contact : faults.has(name as AboveFault)])),
    power_mW: Math.round(metered.power_mW),
    residual_mA: Math.round(metered.residual_mA),
    faults: [...faults.keys()],
  };
}

interface FaultCall {
  readonly fault: Fault;
  readonly now: number;
  readonly stations: readonly Station[];
  readonly above: Above | undefined;
  readonly found: { station: Station; bay: Bay } | undefined;
}

const aboveFaults: readonly AboveFault[] = ["smoke", "heat", "panel", "leakage", "contactor-weld", "dead-slave"];
const usualLeakage_mA = 350;

/** With --shed: at the contacts, the contactor or the meter above the sockets. */
function faultAbove({ fault, above }: FaultCall, until: number): Outcome {
  const name = aboveFaults.find((one) => one === fault.name);
  if (above === undefined || fault.shed !== shedId)
    return refusal("unknown-shed", `没有充电棚 ${fault.shed}，可用 ${shedId}`, `no shed ${fault.shed}; ${shedId}`);
  if (fault.name === "clear") {
    above.faults.clear();
    return done();
  }
  if (name === undefined)
    return refusal("not-of-a-shed", `--shed 可用：${aboveFaults.join(" ")} clear`, `with --shed: ${aboveFaults.join(" ")} clear`);
  above.faults.set(name, { amount: fault.amount ?? usualLeakage_mA, until });
  if (name === "contactor-weld" && (!above.contactor || !above.contact))
    return done("接触器现在断开，下次吸合后粘连 / the contactor is open now: it welds when it closes next");
  return done();
}

function faultOn(call: FaultCall): Outcome {
  const { fault, now, stations, found } = call;
  const until = fault.seconds === undefined ? Number.POSITIVE_INFINITY : now + fault.seconds * 1_000;
  const { name } = fault;
  if (fault.shed !== undefined) return faultAbove(call, until);
  if (name === "heat" || name === "panel" || name === "leakage" || name === "contactor-weld")
    return refusal("unknown-shed", `请用 --shed ${shedId}`, `give --shed ${shedId}`);
  if (name === "dead-slave" || name === "smoke" || name === "crc-burst" || name === "brown-out") {
    const station = stations.find((one) => one.id === fault.station);
    if (station === undefined)
      return refusal("unknown-station", "请用 --station station-1 或 station-2", "give --station station-1 or station-2");
    station.faults.set(name, { amount: name === "brown-out" ? (fault.amount ?? usualSag_mV) : 0, until, since: now });
    return done();
  }
  if (name === "clear") return clear(call);
  if (found === undefined) return unknownSocket(fault.socket);
  const { bay } = found;
  if (name === "unplug") {
    unplug(bay);
    return done();
  }
  if (name === "camera-replay" || name === "arm-stuck" || name === "arm-jammed" || name === "board-power" || name === "fire-contact")
    throw new Error("a lane's fault does not belong to the shed");
  if (name === "flood") throw new Error("a flood is the town's");
  if (name === "wrap") {
    nearlyRound(found.station, bay);
    return done("计数器停在最大值之前，再走 2 Wh 即翻转 / the counter stands 2 Wh below its highest number, and goes round");
  }
  putSocketFault(bay, name, { amount: fault.amount ?? defaultAmount[name] ?? 0, until, since: now });
  if (name === "weld" && !bay.contact) return done("触点现在断开，下次吸合后粘连 / the contact is open now: it welds when it closes next");
  if ((name === "over-current" || shapes.some((one) => one === name)) && !(bay.contact && bay.socket.load !== undefined))
    return done("现在没有电流，充电开始后才过流 / no current flows now: it shows when charging starts");
  return done();
}

/** With a socket: that socket. With a station: all of it. With neither: everything. */
function clear({ fault, now, stations, above, found }: FaultCall): Outcome {
  if (fault.socket !== undefined) {
    if (found === undefined) return unknownSocket(fault.socket);
    clearFaults(found.station, [found.bay], now);
    return done();
  }
  const chosen = stations.filter((station) => fault.station === undefined || station.id === fault.station);
  if (chosen.length === 0)
    return refusal("unknown-station", "请用 --station station-1 或 station-2", "give --station station-1 or station-2");
  for (const station of chosen) clearFaults(station, station.bays, now);
  if (fault.station === undefined) above?.faults.clear();
  return done();
}

// Budgets in the safety process: what every socket of a shed takes, what feeder meters show, who is ended and who is refused.

import { type MilliWatt, milliWatt } from "#protocols/vocabulary/electricity.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { good, type Sampled } from "../core/charging/sample.ts";
import type { SocketLoad } from "../core/charging/shed/budget.ts";
import { loadFixed } from "../core/charging/shed/limits.ts";
import { balance, type Load, loadWakeAt, newLoad, noRoom, type Snapshot, takenOf } from "../core/charging/shed/load.ts";
import { loadOverFact, loadShedFact, noRoomWords } from "../core/charging/shed/load-words.ts";
import { reserveOf, socketLoad } from "../core/charging/shed/socket-load.ts";
import type { Socket } from "../core/charging/socket.ts";
import type { ShedReading } from "../link/messages.ts";
import { type ShedWiring, usualPriority } from "./shed-wiring.ts";
import type { ShedsParts } from "./sheds.ts";

export interface Loads {
  begin(): void;
  metered(budget: string, value: Sampled, seen: Monotonic): void;
  balance(): void;
  refuses(socket: Socket): Refusal | undefined;
  wakeAt(): Monotonic | undefined;
  readings(shed: ShedWiring): { readonly budgets: ShedReading["budgets"]; readonly power_mW: MilliWatt | null };
}

export function startLoads(parts: ShedsParts & { readonly stations: readonly string[] }): Loads {
  const { wiring, stations, now } = parts;
  let state: Load = newLoad(wiring.budgets);
  const meters = new Map<string, { readonly value: number; readonly seen: Monotonic }>();

  function snapshot(): Snapshot {
    const at = now();
    const loads: SocketLoad[] = [];
    for (const id of stations)
      for (const socket of parts.station(id)?.sockets ?? [])
        loads.push(socketLoad(socket, wiring.priorities.get(socket.name) ?? usualPriority, at));
    const metered = Object.fromEntries(
      [...meters].flatMap(([budget, { value, seen }]) => (at - seen <= loadFixed.fresh_ms ? [[budget, value]] : [])),
    );
    return { loads, metered, now: at };
  }

  function held(
    name: string,
  ): { readonly station: string; readonly index: number; readonly id: string; readonly session: string } | undefined {
    const station = name.slice(0, name.lastIndexOf("/"));
    const socket = parts.station(station)?.sockets.find((one) => one.name === name);
    const authority = socket?.authority;
    return socket === undefined || authority === undefined
      ? undefined
      : { station, index: socket.index, id: authority.id, session: authority.session };
  }

  return {
    begin() {
      state = newLoad(wiring.budgets);
      meters.clear();
    },
    metered(budget, value, seen) {
      const known = good(value);
      // A value that is not there leaves the old one to grow old.
      if (known !== undefined) meters.set(budget, { value: known, seen });
    },
    balance() {
      if (wiring.budgets.length === 0) return;
      const stepped = balance(state, snapshot());
      state = stepped.state;
      for (const one of stepped.shed) {
        const holder = held(one.socket);
        if (holder === undefined) continue;
        parts.say(loadShedFact(one, holder));
        parts.decide(holder.station, { type: "end", socket: holder.index, cause: "load" });
      }
      for (const one of stepped.helpless) parts.say(loadOverFact(one));
    },
    refuses(socket) {
      const no = noRoom(state, snapshot(), { socket: socket.name, reserve: reserveOf(socket.limits) });
      if (no === undefined) return undefined;
      const { zh, en } = noRoomWords(no);
      return refusal("over-budget", zh, en);
    },
    wakeAt: () => loadWakeAt(state),
    readings({ id, stations: own }) {
      const seen = snapshot();
      const mine = wiring.budgets.filter(({ sockets }) => hasAny(sockets, own));
      const budgets = mine.map((budget) => {
        const { value, reserved, by } = takenOf(budget, seen);
        return {
          budget: budget.id,
          of: budget.kind,
          value: Math.round(value),
          reserved: Math.round(reserved),
          limit: budget.limit,
          unit: budget.unit,
          by,
        };
      });
      const power = seen.metered[id];
      return { budgets, power_mW: power === undefined ? null : milliWatt(power) };
    },
  };
}

const hasAny = (sockets: ReadonlySet<string>, stations: readonly string[]): boolean =>
  [...sockets].some((socket) => stations.includes(socket.slice(0, socket.lastIndexOf("/"))));

// What the supplies give just now, as the plan needs it: each running charge with what it draws and its latest end, and beside them everything that protection or a
// feeder meter shows. What nobody has measured freshly counts at its most; what is not known lets nothing in.
import type { Stamp, Wall } from "#protocols/vocabulary/time.ts";
import type { Draw, PlanBudget, RunningCharge } from "../../core/charging/plan/plan.ts";
import type { Choice } from "../../core/charging/price/choice.ts";
import type { Budget } from "../../core/charging/shed/budget.ts";
import type { ShedReading, SocketReading } from "../../link/messages.ts";
import { type Charge, remainingMs, stampOf } from "../charges.ts";
import type { Supply, SupplySocket } from "./supply.ts";

export interface OpenCharge {
  readonly charge: Charge;
  readonly choice: Choice | undefined;
}

export interface RoomSeen {
  readonly readings: readonly SocketReading[];
  readonly sheds: readonly ShedReading[];
  readonly charges: readonly OpenCharge[];
  readonly now: Stamp;
}

export interface Room {
  readonly budgets: readonly PlanBudget[];
  readonly running: readonly RunningCharge[];
}

interface Counted extends RunningCharge {
  /** Its socket was read freshly while it charged. */
  readonly measured: boolean;
  /** Protection holds its authority: then its sums have it. */
  readonly held: boolean;
}

const whole = (reading: SocketReading | undefined, { authority }: Charge): reading is SocketReading =>
  reading?.quality === "good" && reading.state === "charging" && reading.authority === authority && reading.power_mW !== null;

function latestEnd({ charge, choice }: OpenCharge, { longest_s, pile }: SupplySocket, now: Stamp): Wall {
  const chosen = choice?.kind === "time" ? (choice.seconds - charge.seconds - charge.part_seconds) * 1000 : Number.POSITIVE_INFINITY;
  const own = pile
    ? stampOf(charge.asked_at).wall + longest_s * 1000 - now.wall
    : remainingMs(charge, now, { max_time_s: longest_s, blind_ms: 0 });
  return (now.wall + Math.max(0, Math.min(chosen, own))) as Wall;
}

export function roomOf(supply: Supply, seen: RoomSeen): Room {
  const readings = new Map(seen.readings.map((reading) => [reading.socket, reading]));
  const running = seen.charges.flatMap((open): Counted[] => {
    const { socket, authority } = open.charge;
    const known = supply.sockets.get(socket);
    if (known === undefined) return [];
    const reading = readings.get(socket);
    const measured = whole(reading, open.charge);
    const draws: Draw = measured ? { mA: reading.current_mA ?? known.most.mA, mW: reading.power_mW ?? known.most.mW } : known.most;
    const held = !known.pile && reading?.authority === authority;
    return [{ socket, draws, until: latestEnd(open, known, seen.now), measured, held }];
  });
  return {
    running,
    budgets: supply.budgets.map((budget) => ({ ...budget, base: baseOf(budget, { supply, readings, running, sheds: seen.sheds }) })),
  };
}

interface BaseParts {
  readonly supply: Supply;
  readonly readings: ReadonlyMap<string, SocketReading>;
  readonly running: readonly Counted[];
  readonly sheds: readonly ShedReading[];
}

/** What a budget carries beside the charges that run. */
function baseOf({ id, unit, sockets }: Budget, { supply, readings, running, sheds }: BaseParts): number | undefined {
  const shown = sheds.flatMap(({ budgets }) => budgets).find(({ budget }) => budget === id);
  if (shown === undefined) return undefined;
  const metered = shown.by === "meter";
  const isPile = (socket: string): boolean => supply.sockets.get(socket)?.pile === true;
  // A feeder meter shows a pile as it shows everything; a sum of protection's has its own sockets alone.
  const inIt = ({ socket, held, measured }: Counted): boolean => (isPile(socket) ? metered && measured : held);
  const ours = running.filter((one) => sockets.has(one.socket) && inIt(one)).reduce((sum, { draws }) => sum + draws[unit], 0);
  const charging = new Set(running.map(({ socket }) => socket));
  const strays = [...sockets].filter((socket) => isPile(socket) && !charging.has(socket) && mayTake(readings.get(socket), metered));
  const unseen = strays.reduce((sum, socket) => sum + (supply.sockets.get(socket)?.most[unit] ?? 0), 0);
  return Math.max(0, shown.value - ours) + unseen;
}

/** A pile's socket without a charge of ours takes nothing only where it was freshly heard to be idle; what it was heard to draw, a meter above shows. */
const mayTake = (reading: SocketReading | undefined, metered: boolean): boolean =>
  reading?.quality !== "good" || (reading.relay !== "open" && !(metered && reading.power_mW !== null));

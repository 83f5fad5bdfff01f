// A flood: so many faults in so many seconds, at every socket and above them, so that people and screens can be tried under far more alarms than anybody can read. Pure: when what happens.
import type { Fault, Tap } from "#protocols/api/simulator.ts";

export interface FloodStep {
  /** Milliseconds after its beginning. */
  readonly at_ms: number;
  readonly tap?: Tap;
  readonly fault?: Fault;
}

export const usualFlood = { faults: 60, seconds: 60 } as const;
/** What warns and does not cut yet; what cuts. */
const warm_mC = 64_000;
const hot_mC = 85_000;
/** Every so many sockets a relay welds: that one is of the first priority. */
const weldsEach = 7;

/** One socket's turn in each round: it grows warm; it draws too much, and is cut; and last it burns. */
function faultsOf(socket: string, turn: number, round: number): Fault[] {
  if (round === 0) return [{ name: "over-temperature", socket, amount: warm_mC }];
  if (round > 1) return [{ name: "over-temperature", socket, amount: hot_mC }];
  const cut: Fault = { name: "over-current", socket, amount: 2_500 };
  return turn % weldsEach === 0 ? [{ name: "weld", socket }, cut] : [cut];
}

/** `n` faults, evenly over the time; people plug in first, so that there is a current to cut, and smoke comes last. */
export function floodPlan({ n, seconds, sockets }: { n: number; seconds: number; sockets: readonly string[] }): FloodStep[] {
  const step_ms = (seconds * 1_000) / n;
  const taps = sockets.map((socket, turn): FloodStep => ({ at_ms: 0, tap: { socket, card: 88_000 + turn, power_W: 300, minutes: 60 } }));
  const faults = Array.from({ length: n }, (_, index): FloodStep[] => {
    const at_ms = Math.round((index + 1) * step_ms);
    if (index === n - 1) return [{ at_ms, fault: { name: "smoke", shed: "shed-1" } }];
    const turn = index % sockets.length;
    return faultsOf(sockets[turn] ?? "", turn, Math.floor(index / sockets.length)).map((fault) => ({ at_ms, fault }));
  });
  return [...taps, ...faults.flat()];
}

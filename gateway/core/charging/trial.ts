// A trip test without a load bank: for some minutes one socket is held to a lower rated current as well, by a second watch beside its own. It can only add a
// trip: the socket's own limits judge every sample first and are never touched, so nothing has to be put back. It lives in memory and falls with the process.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { TestEnd } from "./facts.ts";
import { type Limits, rated_mA } from "./limits.ts";
import type { SocketSample } from "./sample.ts";
import type { Move, Socket } from "./socket.ts";
import { freshWatch, tripBySample, type Verdict, type Watch, watchAfter } from "./watch.ts";

export interface TrialAsked {
  readonly test: string;
  readonly limit_mA: number;
  readonly duration_ms: number;
  readonly person: string;
}

export interface Trial {
  readonly test: string;
  readonly limit_mA: number;
  readonly until: Monotonic;
  /** The socket's own document, with the lower rated current. */
  readonly limits: Limits;
  readonly watch: Watch;
}

export const longestTrial_ms = 600_000;
/** Below this a meter's own unrest would trip. */
export const leastTrial_mA = 50;

const refusals: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  "not-lower": ["测试限值必须低于该插座的额定电流", "a test limit must be lower than the socket's rated current"],
  "too-low": [`测试限值不得低于 ${leastTrial_mA} mA`, `a test limit is at least ${leastTrial_mA} mA`],
  "too-long": ["测试最长 10 分钟", "a test lasts at most 10 minutes"],
  "test-runs": ["该插座已有测试在进行", "a test of this socket is running already"],
};

function refusalOf({ limits, trial }: Socket, { limit_mA, duration_ms, test }: TrialAsked): string | undefined {
  if (trial !== undefined && trial.test !== test) return "test-runs";
  if (!(Number.isInteger(limit_mA) && limit_mA >= leastTrial_mA)) return "too-low";
  if (limit_mA >= rated_mA(limits)) return "not-lower";
  return Number.isFinite(duration_ms) && duration_ms > 0 && duration_ms <= longestTrial_ms ? undefined : "too-long";
}

/** The same test asked again changes nothing: its time is not begun anew. */
export function beginTrial(socket: Socket, asked: TrialAsked, now: Monotonic): Move {
  const { name, limits } = socket;
  const { test, limit_mA, duration_ms, person } = asked;
  const code = refusalOf(socket, asked);
  if (code !== undefined) {
    const [zh, en] = refusals[code] ?? [code, code];
    return { socket, effects: [{ type: "fact", fact: { kind: "test-refused", test, socket: name, code, zh, en } }] };
  }
  if (socket.trial !== undefined) return { socket, effects: [] };
  const lowered: Limits = { ...limits, socket: { ...limits.socket, rated_mA: limit_mA } };
  const trial: Trial = { test, limit_mA, until: after(now, duration_ms), limits: lowered, watch: freshWatch };
  const fact = { kind: "test-begun", test, socket: name, person, limit_mA, rated_mA: rated_mA(limits), duration_ms } as const;
  return { socket: { ...socket, trial }, effects: [{ type: "fact", fact }] };
}

export function endTrial(socket: Socket, cause: TestEnd): Move {
  const { name, trial } = socket;
  if (trial === undefined) return { socket, effects: [] };
  const fact = { kind: "test-ended", test: trial.test, socket: name, cause } as const;
  return { socket: { ...socket, trial: undefined }, effects: [{ type: "fact", fact }] };
}

export const cancelTrial = (socket: Socket, test: string): Move =>
  socket.trial?.test === test ? endTrial(socket, "cancelled") : { socket, effects: [] };

/** What this sample makes of the test's own watch. */
export const trialAfter = (
  trial: Trial | undefined,
  sample: SocketSample,
  at: { seen: Monotonic; starting: boolean },
): Trial | undefined =>
  trial === undefined ? undefined : { ...trial, watch: watchAfter(trial.watch, sample, { ...at, limits: trial.limits }) };

export const tripByTrial = (trial: Trial | undefined, sample: SocketSample, seen: Monotonic): Verdict | undefined =>
  trial === undefined ? undefined : tripBySample(trial.watch, sample, { seen, limits: trial.limits });

// The outage scenario: cars pass and sockets charge, the cloud is dead for a minute, the gateway is killed -9 in the middle.
// Afterwards the simulators' own counts must equal the cloud's.
import { setTimeout as sleep } from "node:timers/promises";
import type { SimulatorState } from "#protocols/api/simulator.ts";
import type { Counts } from "#protocols/api/views.ts";
import type { Compound } from "./compound.ts";
import { Visitor } from "./visitor.ts";

export interface OutageResult {
  readonly equal: boolean;
  readonly outage_s: number;
  readonly simulator: Record<string, number>;
  readonly cloud: Record<string, number>;
  readonly differences: readonly string[];
  readonly settled_after_s: number;
}

const compared = ["passages", "openings", "sessions", "cutoffs", "paid_fen"] as const;

async function control(compound: Compound, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${compound.simulator.control}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`simulator ${path}: ${response.status} ${await response.text()}`);
}

const simulatorState = async (compound: Compound): Promise<SimulatorState> =>
  (await (await fetch(`${compound.simulator.control}/state`)).json()) as SimulatorState;

/** An over-current on a socket that charges now; it stays until the relay was cut. Returns the socket, or undefined when none charges. */
async function overload(compound: Compound, not: ReadonlySet<string>): Promise<string | undefined> {
  const { sockets } = await simulatorState(compound);
  const charging = sockets.find((socket) => socket.relay && socket.plugged && socket.faults.length === 0 && !not.has(socket.socket));
  if (charging === undefined) return undefined;
  await control(compound, "/faults", { name: "over-current", socket: charging.socket, amount: 2500 });
  return charging.socket;
}

async function until(what: string, within_s: number, ready: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + within_s * 1000;
  while (!(await ready().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`${within_s} s 内未等到 / did not come: ${what}`);
    await sleep(250);
  }
}

function compare(
  simulator: SimulatorState,
  cloud: Counts,
): { differences: string[]; simulator: Record<string, number>; cloud: Record<string, number> } {
  const ours: Record<string, number> = {};
  const theirs: Record<string, number> = {};
  const differences: string[] = [];
  for (const name of compared) {
    theirs[name] = simulator.counts[name];
    ours[name] = cloud[name];
    if (theirs[name] !== ours[name]) differences.push(`${name}: simulator ${theirs[name]}, cloud ${ours[name]}`);
  }
  for (const name of ["missing", "dead_letters"] as const) if (cloud[name] !== 0) differences.push(`${name}: ${cloud[name]}`);
  return {
    differences,
    simulator: theirs,
    cloud: {
      ...ours,
      events: cloud.events,
      duplicates: cloud.duplicates,
      missing: cloud.missing,
      dead_letters: cloud.dead_letters,
      welds: cloud.welds,
    },
  };
}

export async function runOutage(
  compound: Compound,
  options: { outage_s: number; say: (zh: string, en: string) => void },
): Promise<OutageResult> {
  const { say, outage_s } = options;
  const overloaded = new Set<string>();
  const cut = async (): Promise<void> => {
    const socket = await overload(compound, overloaded);
    if (socket === undefined) return;
    overloaded.add(socket);
    say(`${socket} 过流 2.5 倍`, `${socket}: 2.5 times its current`);
  };
  await until("first cars and sessions", 60, async () => {
    const { counts } = await simulatorState(compound);
    return counts.passages >= 2 && counts.sessions >= 4;
  });
  await cut();
  await sleep(4_000);

  await compound.killCloud();
  say("云端已 kill -9", "cloud killed");
  const quarter = (outage_s * 1000) / 4;
  await sleep(quarter);
  await cut();
  await sleep(quarter);
  await compound.killGateway();
  say("网关三个进程已 kill -9", "all three gateway processes killed");
  await sleep(1_000);
  await compound.startGateway();
  say("网关已恢复", "gateway back");
  await sleep(quarter);
  await cut();
  await sleep(Math.max(0, quarter - 1_000));
  await compound.startCloud();
  say(`云端中断 ${outage_s} s 后恢复`, `cloud back after ${outage_s} s`);
  // Money is part of what must agree: somebody has to have paid.
  await until("a payment at the exit", 120, async () => (await simulatorState(compound)).counts.payments >= 1);
  await sleep(3_000);

  await control(compound, "/traffic", { state: "stop" });
  const began = performance.now();
  await until("waiting cars gone", 240, async () => {
    const { counts } = await simulatorState(compound);
    return counts.cars_waiting === 0 && counts.payments_waiting === 0;
  });
  const visitor = new Visitor(compound.cloud().ready.http);
  await visitor.signIn("bureau");
  let last = compare(await simulatorState(compound), await visitor.counts());
  // Everything in flight has 60 s to arrive; equality must then hold twice in a row, so that a moment's luck is not enough.
  await until("equal counts", 60, async () => {
    const before = last.differences.length === 0;
    last = compare(await simulatorState(compound), await visitor.counts());
    return before && last.differences.length === 0;
  }).catch(() => {});
  return {
    equal: last.differences.length === 0,
    outage_s,
    simulator: last.simulator,
    cloud: last.cloud,
    differences: last.differences,
    settled_after_s: Math.round((performance.now() - began) / 100) / 10,
  };
}

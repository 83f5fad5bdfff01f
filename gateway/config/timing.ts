// The timing budget: can this line keep the cut-off time that the file promises? Held before anything runs, by the questions that the line will really ask
// (protocols/modbus/load.ts) and the times that its master really waits by (protocols/modbus/timing.ts).
import { type DeviceLoad, deviceMs, loadOf, roundMs } from "#protocols/modbus/load.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { defaultNetwork_ms, type Wire } from "#protocols/modbus/timing.ts";
import type { LineConfig } from "./schema.ts";

export const baudRates = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200] as const;
/** The longest cut-off time that a site file may promise. */
export const mostCutoff_ms = 5_000;

export interface Planned {
  readonly id: string;
  readonly wire: Wire;
  readonly cutoff_ms: number;
  readonly loads: readonly DeviceLoad[];
}

export type LineSpeed =
  | { readonly kind: "tcp" }
  | { readonly kind: "serial"; readonly baud: number }
  | { readonly kind: "rtu-tcp"; readonly baud: number; readonly network_ms?: number };

export function wireOf(line: LineSpeed): Wire {
  if (line.kind === "tcp") return {};
  return line.kind === "serial" ? { baud: line.baud } : { baud: line.baud, network_ms: line.network_ms ?? defaultNetwork_ms };
}

/** `above`: what sheds put on the line beside its stations. */
export const plannedLine = (line: LineConfig, profiles: readonly Profile[], above: readonly DeviceLoad[] = []): Planned => ({
  id: line.id,
  wire: wireOf(line),
  cutoff_ms: line.cutoff_ms,
  loads: [...profiles.map(loadOf), ...above],
});

export interface Budget {
  /** Every device read and kept once, and one OFF frame: the oldest that a fresh reading can be when its cut-off is on the wire. */
  readonly round_ms: number;
  readonly promised_ms: number;
  /** What a round may take: the promise, and never more than half of the shortest re-arm window. */
  readonly allowed_ms: number;
  readonly devices: number;
}

export function budgetOf({ wire, cutoff_ms, loads }: Planned): Budget {
  const hold = Math.min(...loads.map(({ hold_ms = Number.POSITIVE_INFINITY }) => hold_ms));
  return {
    round_ms: Math.ceil(roundMs(loads, wire) - 1e-6),
    promised_ms: cutoff_ms,
    allowed_ms: Math.min(cutoff_ms, hold / 2),
    devices: loads.length,
  };
}

/** What would make the line keep its promise. `answer`: even one device alone, at the highest rate, is too slow. */
export type Remedy =
  | { readonly kind: "baud"; readonly baud: number }
  | { readonly kind: "split"; readonly lines: number }
  | { readonly kind: "both"; readonly baud: number; readonly lines: number }
  | { readonly kind: "allow"; readonly cutoff_ms: number }
  | { readonly kind: "model" };

/** Whether the devices can be shared out so that every line keeps its time: the costliest first, each to the line with the most room. */
function fitsOn(lines: number, { wire, loads }: Planned, allowed_ms: number): boolean {
  const in_flight = Math.min(...loads.map((one) => one.in_flight));
  const costs = loads.map((load) => {
    const own_ms = deviceMs({ ...load, in_flight }, wire);
    return { own_ms, off_ms: roundMs([{ ...load, in_flight }], wire) - own_ms };
  });
  const shares = Array.from({ length: lines }, () => ({ own_ms: 0, off_ms: 0 }));
  const takes = (share: { own_ms: number; off_ms: number }): number => share.own_ms + share.off_ms;
  for (const cost of costs.sort((x, y) => takes(y) - takes(x))) {
    const share = shares.reduce((least, one) => (takes(one) < takes(least) ? one : least));
    share.own_ms += cost.own_ms;
    share.off_ms = Math.max(share.off_ms, cost.off_ms);
    if (takes(share) > allowed_ms) return false;
  }
  return true;
}

/** The fewest lines, from two, that would do. */
function fewest(planned: Planned, allowed_ms: number): number | undefined {
  for (let lines = 2; lines <= planned.loads.length; lines += 1) if (fitsOn(lines, planned, allowed_ms)) return lines;
  return undefined;
}

/** Empty: it keeps its promise. */
export function remediesOf(planned: Planned): Remedy[] {
  const { round_ms, allowed_ms } = budgetOf(planned);
  if (round_ms <= allowed_ms) return [];
  const { wire, loads } = planned;
  const at = (baud: number): Planned => ({ ...planned, wire: { ...wire, baud } });
  const faster = wire.baud === undefined ? [] : baudRates.filter((rate) => rate > (wire.baud ?? 0));
  const found: Remedy[] = [];
  const baud = faster.find((rate) => roundMs(loads, at(rate).wire) <= allowed_ms);
  if (baud !== undefined) found.push({ kind: "baud", baud });
  const lines = fewest(planned, allowed_ms);
  if (lines !== undefined) found.push({ kind: "split", lines });
  if (found.length > 0) return found;
  for (const rate of faster) {
    const both = fewest(at(rate), allowed_ms);
    if (both !== undefined) return [{ kind: "both", baud: rate, lines: both }];
  }
  // What is too slow by its promise alone may promise less; the re-arm window allows nothing.
  const relaxed = Math.ceil(round_ms / 100) * 100;
  const eased = budgetOf({ ...planned, cutoff_ms: relaxed });
  if (relaxed <= mostCutoff_ms && eased.round_ms <= eased.allowed_ms) found.push({ kind: "allow", cutoff_ms: relaxed });
  return [...found, { kind: "model" }];
}

interface Words {
  readonly zh: string;
  readonly en: string;
}

export function remedyWords(remedy: Remedy): Words {
  switch (remedy.kind) {
    case "baud":
      return { zh: `改用 ${remedy.baud} 波特`, en: `use ${remedy.baud} baud` };
    case "split":
      return { zh: `分成 ${remedy.lines} 条线路`, en: `split into ${remedy.lines} lines` };
    case "both":
      return {
        zh: `改用 ${remedy.baud} 波特并分成 ${remedy.lines} 条线路`,
        en: `use ${remedy.baud} baud and split into ${remedy.lines} lines`,
      };
    case "allow":
      return { zh: `把 cutoff_ms 放宽到 ${remedy.cutoff_ms}`, en: `allow cutoff_ms ${remedy.cutoff_ms}` };
    case "model":
      return { zh: "换用应答更快、一次读得更多的型号", en: "take a model that answers sooner or in fewer questions" };
  }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

export function wireWords({ baud, network_ms }: Wire): Words {
  if (baud === undefined) return { zh: "Modbus TCP", en: "Modbus TCP" };
  return network_ms === undefined
    ? { zh: `${baud} 波特`, en: `${baud} baud` }
    : { zh: `${baud} 波特（RTU over TCP）`, en: `${baud} baud behind a serial server` };
}

/** undefined when the line keeps its promise; otherwise what would keep it. */
export function budgetComplaint(planned: Planned): Words | undefined {
  const remedies = remediesOf(planned).map(remedyWords);
  if (remedies.length === 0) return undefined;
  const { round_ms, allowed_ms, devices } = budgetOf(planned);
  const need = seconds(Math.ceil(round_ms / 100) * 100);
  const wire = wireWords(planned.wire);
  const join = (words: readonly string[], or: string): string => words.join(or);
  return {
    zh: `${planned.id}：${devices} 台设备在 ${wire.zh}下每轮需 ${need} 秒，承诺 ${seconds(allowed_ms)} 秒；${join(
      remedies.map(({ zh }) => zh),
      "，或",
    )}`,
    en: `${planned.id}: ${devices} device${devices === 1 ? "" : "s"} at ${wire.en} need ${need} s a round, promised ${seconds(allowed_ms)} s; ${join(
      remedies.map(({ en }) => en),
      " or ",
    )}`,
  };
}

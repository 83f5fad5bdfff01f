// What is built, added up over the compounds that are shown; what nobody wrote is counted as unwritten and not as none. Pure.
import type { CompoundView, FireState, Ports } from "../data/compounds-api.ts";

export interface Progress {
  readonly compounds: number;
  /** Of so many the facts are written: the sums are of these. */
  readonly written: number;
  readonly ports: Ports;
  readonly fire: Readonly<Record<FireState, number>>;
  readonly open: number;
  readonly overdue: number;
}

export const noPorts: Ports = { planned: 0, started: 0, finished: 0, in_use: 0 };

export function progressOf(all: readonly CompoundView[]): Progress {
  const facts = all.flatMap((one) => (one.facts === null ? [] : [one.facts]));
  const sum = (of: keyof Ports): number => facts.reduce((n, { ports }) => n + ports[of], 0);
  const said = (state: FireState): number => facts.filter(({ fire_facilities }) => fire_facilities === state).length;
  return {
    ...{ compounds: all.length, written: facts.length },
    ports: { planned: sum("planned"), started: sum("started"), finished: sum("finished"), in_use: sum("in_use") },
    fire: { 完好: said("完好"), 部分故障: said("部分故障"), 停用: said("停用"), 维修中: said("维修中") },
    open: all.reduce((n, { open }) => n + open, 0),
    overdue: all.reduce((n, { overdue }) => n + overdue, 0),
  };
}

/** Finished of planned, in percent; null: nothing is planned. */
export const finishedShare = ({ planned, finished }: Ports): number | null =>
  planned === 0 ? null : Math.round((finished / planned) * 1000) / 10;

/** More in use than finished, finished than started, or started than planned: somebody wrote it down wrongly, or works go beyond the plan. */
export const oddPorts = ({ planned, started, finished, in_use }: Ports): boolean =>
  in_use > finished || finished > started || started > planned;

/** It says that all is sound, and the ledger has fire facilities that are not. */
export const saysSound = ({ facts, about }: CompoundView): boolean => facts?.fire_facilities === "完好" && about.fire > 0;

export const orders = ["finished", "overdue", "name"] as const;
export type Order = (typeof orders)[number];

/** The least finished, or the most overdue, first; what nobody wrote comes before everything. */
export function inOrder(all: readonly CompoundView[], by: Order): CompoundView[] {
  const share = ({ facts }: CompoundView): number => (facts === null ? -1 : (finishedShare(facts.ports) ?? 101));
  const name = (a: CompoundView, b: CompoundView): number => (a.name < b.name ? -1 : 1);
  return [...all].sort((a, b) => (by === "finished" ? share(a) - share(b) : by === "overdue" ? b.overdue - a.overdue : 0) || name(a, b));
}

export const townsOf = (all: readonly CompoundView[]): readonly string[] =>
  [...new Set(all.map(({ town }) => town).filter((town) => town !== ""))].sort();

// The timing budget: can this line keep the cut-off time that the file promises? Computed from the table below before anything runs.
//   one character    11 bits (Modbus over serial line V1.02, 2.5.1: start, 8 data, parity or second stop, stop)
//   silence          3.5 characters between frames, never below 1.75 ms (the same, 2.5.1.1)
//   turnaround       20 ms from a question's end to its answer's beginning
//   a round          for each station one block read and one re-arm; then one OFF frame, which may come between
import type { Profile } from "#protocols/modbus/profile.ts";
import type { LineConfig } from "./schema.ts";

export const bitsPerCharacter = 11;
export const turnaroundMs = 20;
const leastSilenceMs = 1.75;
/** Unit, function, two CRC bytes around: a question (FC04, FC05, FC06) is 8 characters; an echo as long; an answer 5 and two a register. */
const questionCharacters = 8;
export const baudRates = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200] as const;

/** Registers from the first to the last input point of a profile: one block read fetches them all. */
export function blockRegisters(profile: Profile): number {
  const ends: number[] = [];
  const starts: number[] = [];
  for (const point of profile.points) {
    if (point.table !== "input" && point.table !== "holding") continue;
    const width = point.type.endsWith("32") ? 2 : 1;
    const repeats = point.per === "socket" && profile.sockets !== undefined ? profile.sockets.count - 1 : 0;
    starts.push(point.address);
    ends.push(point.address + width + repeats * (profile.sockets?.stride ?? 0));
  }
  return ends.length === 0 ? 0 : Math.max(...ends) - Math.min(...starts);
}

/** One question and its answer on the wire, milliseconds. `baud` undefined: Modbus TCP, where only the device's own time counts. */
function exchangeMs(baud: number | undefined, characters: number): number {
  if (baud === undefined) return turnaroundMs;
  const character = (bitsPerCharacter * 1000) / baud;
  return characters * character + turnaroundMs + 2 * Math.max(leastSilenceMs, 3.5 * character);
}

export interface Budget {
  /** Every station read and re-armed once, and one OFF frame: the oldest that a fresh reading can be when its cut-off is on the wire. */
  readonly round_ms: number;
  readonly promised_ms: number;
  readonly stations: number;
}

export function lineBudget(line: LineConfig, profiles: readonly Profile[]): Budget {
  return {
    round_ms: Math.ceil(roundMs(line.kind === "serial" ? line.baud : undefined, profiles)),
    promised_ms: line.cutoff_ms,
    stations: profiles.length,
  };
}

function roundMs(baud: number | undefined, profiles: readonly Profile[]): number {
  const echo = exchangeMs(baud, 2 * questionCharacters);
  const reads = profiles.map((profile) => exchangeMs(baud, questionCharacters + 5 + 2 * blockRegisters(profile)));
  return reads.reduce((sum, read) => sum + read + echo, echo);
}

export interface Remedy {
  readonly zh: string;
  readonly en: string;
}

/** undefined when the line keeps its promise; otherwise what would keep it. */
export function budgetComplaint(line: LineConfig, profiles: readonly Profile[]): Remedy | undefined {
  const { round_ms, promised_ms, stations } = lineBudget(line, profiles);
  const hold = Math.min(...profiles.map((profile) => profile.switching?.hold_ms ?? Number.POSITIVE_INFINITY));
  if (round_ms <= promised_ms && round_ms * 2 <= hold) return undefined;
  const wanted = Math.min(promised_ms, hold / 2);
  const fits = (baud: number | undefined, some: readonly Profile[]): boolean => roundMs(baud, some) <= wanted;
  const zh: string[] = [];
  const en: string[] = [];
  const baud = line.kind === "serial" ? line.baud : undefined;
  const faster = baud === undefined ? undefined : baudRates.find((rate) => rate > baud && fits(rate, profiles));
  if (faster !== undefined) {
    zh.push(`改用 ${faster} 波特`);
    en.push(`use ${faster} baud`);
  }
  for (let lines = 2; lines <= stations; lines += 1) {
    if (!fits(baud, profiles.slice(0, Math.ceil(stations / lines)))) continue;
    zh.push(`分成 ${lines} 条线路`);
    en.push(`split into ${lines} lines`);
    break;
  }
  if (zh.length === 0) {
    zh.push(`提高波特率并分线，或把 cutoff_ms 放宽到 ${round_ms}`);
    en.push(`raise the baud rate and split the line, or allow cutoff_ms ${round_ms}`);
  }
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const speed = baud === undefined ? "Modbus TCP" : `${baud}`;
  const need = Math.ceil(round_ms / 100) * 100;
  return {
    zh: `${line.id}：${stations} 个充电站在 ${speed}${baud === undefined ? "" : " 波特"}下每轮需 ${seconds(need)} 秒，承诺 ${seconds(wanted)} 秒；${zh.join("，或")}`,
    en: `${line.id}: ${stations} station${stations === 1 ? "" : "s"} at ${speed}${baud === undefined ? "" : " baud"} need ${seconds(need)} s a round, promised ${seconds(wanted)} s; ${en.join(" or ")}`,
  };
}

// A replay on paper: every change with its time as a table, or one JSON object a line.

import { both, cutWords, factWords, quantity, stateWords } from "../core/charging/fact-words.ts";
import type { Limits } from "../core/charging/limits.ts";
import type { Change, SocketReport, StationReplay } from "./replay.ts";

/** Chinese characters take two columns of a terminal. */
const columnsOf = (text: string): number =>
  Array.from(text).reduce(
    (sum, sign) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(sign) ? 2 : 1),
    0,
  );

export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => columnsOf(row[at] ?? ""))));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - columnsOf(cell))))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** "+12.500 s", "+1:02:03.000". */
export function timeText(ms: number): string {
  const seconds = (ms / 1000).toFixed(3);
  if (ms < 600_000) return `+${seconds} s`;
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  return `+${hours}:${String(minutes).padStart(2, "0")}:${String(((ms % 60_000) / 1000).toFixed(3)).padStart(6, "0")}`;
}

function changeRow({ ms, label, socket, from, to, facts }: Change): string[] {
  const moved = to === undefined || from === to ? "" : `${from === undefined ? "" : stateWords[from].zh} → ${stateWords[to].zh}`;
  const said = facts.map((fact) => both(factWords(fact)));
  const stateOnly = from !== undefined && to !== undefined ? `${stateWords[from].en} → ${stateWords[to].en}` : "";
  return [timeText(ms), label ?? "", socket ?? "整站", moved, said.length > 0 ? said.join("；") : stateOnly];
}

function socketLine(report: SocketReport): string {
  const { socket, samples, absent, peak_mA, heat_permille, warmth_permille, state, trips } = report;
  const heat = `反时限最高 heat ${(heat_permille / 10).toFixed(1)} %${warmth_permille === undefined ? "" : ` · 热模型最高 thermal ${(warmth_permille / 10).toFixed(1)} %`}`;
  const seen = `${samples} 样本 samples · ${absent} 缺 absent · 最大 peak ${quantity(peak_mA ?? null, "mA")} · ${heat}`;
  const end =
    trips.length === 0
      ? `未跳闸 no trip（${both(stateWords[state])}）`
      : trips
          .map(
            ({ ms, cause }) =>
              `${timeText(ms)} ${cause === "welded" ? both(stateWords.welded) : both(cutWords[cause as keyof typeof cutWords])}`,
          )
          .join("；");
  return `${socket}: ${end}\n  ${seen}`;
}

/** A recording with many gaps says so once, and how often; --json has every one. */
function folded(changes: readonly Change[]): { readonly shown: readonly Change[]; readonly gaps: number } {
  const isGap = ({ facts }: Change): boolean =>
    facts.length > 0 && facts.every(({ kind }) => kind === "station-silent" || kind === "station-answers");
  const first = changes.filter(isGap).slice(0, 2);
  const gaps = changes.filter(({ facts }) => facts.some(({ kind }) => kind === "station-silent")).length;
  return { shown: changes.filter((change) => !isGap(change) || first.includes(change)), gaps };
}

export function replayText(replays: readonly StationReplay[]): string {
  const { shown: changes, gaps } = folded(replays.flatMap((one) => one.changes));
  const head = ["时间 time", "样本 sample", "插座 socket", "状态 state", "发生了什么 / what happened"];
  const lines = changes.length === 0 ? ["没有变化 / nothing changed"] : [aligned([head, ...changes.map(changeRow)])];
  const often = gaps > 1 ? [`整站共沉默 ${gaps} 次 / the station fell silent ${gaps} times`] : [];
  return `${[...lines, ...often, "", ...replays.flatMap((one) => one.sockets.map(socketLine))].join("\n")}\n`;
}

export interface About {
  readonly limits: Limits;
  readonly notes: readonly string[];
  readonly relay: "recorded" | "follow";
}

/** One object a line: each change, then one `summary`. */
export function replayLines(replays: readonly StationReplay[], { limits, notes, relay }: About): string {
  const changes = replays.flatMap(({ id, changes: own }) =>
    own.map(({ ms, label, socket, from, to, facts }) => ({
      type: "change",
      t_s: ms / 1000,
      ...(label === undefined ? {} : { sample: label }),
      station: id,
      socket: socket ?? null,
      from: from ?? null,
      to: to ?? null,
      facts,
    })),
  );
  const sockets = replays.flatMap((one) => one.sockets);
  const summary = {
    type: "summary",
    tripped: sockets.some(({ trips }) => trips.length > 0),
    limits: { id: limits.id, version: limits.version },
    relay,
    notes,
    sockets: sockets.map(({ trips, ...rest }) => ({ ...rest, trips: trips.map(({ ms, cause }) => ({ t_s: ms / 1000, cause })) })),
  };
  return `${[...changes, summary].map((one) => JSON.stringify(one)).join("\n")}\n`;
}

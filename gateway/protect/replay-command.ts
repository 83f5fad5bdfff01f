// `cuobian protect replay`: a file of samples and a limits document in, every change of state with its time out.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { complaintText } from "../config/complaint.ts";
import { readLimitsFile } from "../config/limits-file.ts";
import { type Ending, ended, numberOf, UsageError } from "./ending.ts";
import { type Moment, type Recording, readRecording } from "./recording.ts";
import { replayStation } from "./replay.ts";
import { replayLines, replayText } from "./report.ts";

const options = {
  limits: { type: "string" },
  relay: { type: "string" },
  after: { type: "string" },
  sort: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** Spreadsheets save UTF-8 with a mark, or, in China, GB18030. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

function relayOf(given: string | undefined, { relayRecorded }: Recording): "recorded" | "follow" {
  const relay = given ?? (relayRecorded ? "recorded" : "follow");
  if (relay !== "recorded" && relay !== "follow") throw new UsageError(`--relay: recorded | follow，不是 / not "${relay}"`);
  if (relay === "recorded" && !relayRecorded)
    throw new UsageError("--relay recorded: 样本里没有 relay_closed 列 / the samples have no column relay_closed");
  return relay;
}

/** Samples that are further apart than a socket may be blind trip it in every gap: that is the recording's fault, and is said. */
function sparseNote(moments: readonly Moment[], blind_ms: number): string[] {
  const gaps = moments
    .slice(1)
    .map(({ ms }, index) => ms - (moments[index]?.ms ?? 0))
    .sort((a, b) => a - b);
  const middle = gaps[Math.floor(gaps.length / 2)] ?? 0;
  if (middle < blind_ms) return [];
  return [
    `样本相隔 ${middle / 1000} s，而失去读数 ${blind_ms / 1000} s 就断开：记录不够密，每个间隔都会断开 / samples are ${middle / 1000} s apart and a socket is blind after ${blind_ms / 1000} s: too sparse a recording, every gap trips`,
  ];
}

export function replay(args: readonly string[]): Ending {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError("protect replay samples.csv --limits F");
  if (values.limits === undefined)
    throw new UsageError("--limits: 限值文件或现成的名字，如 e-bike-4a / a limits file, or a ready one such as e-bike-4a");
  const after_s = numberOf("after", values.after, [0, 86_400]) ?? 0;
  const document = readLimitsFile(values.limits);
  if (document.kind === "complaints") return ended(3, document.complaints.map(complaintText).join("\n"));
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path === "-" ? 0 : path);
  } catch (error) {
    return ended(3, `${path}: 读不到 / cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const recording = readRecording(textOf(bytes), { sort: values.sort });
  if (recording.kind === "no-recording") {
    const lines = recording.complaints.map(({ line, column, zh, en }) => `${path}:${line} ${column}: ${zh} / ${en}`);
    return values.json
      ? { stdout: `${JSON.stringify({ type: "complaints", complaints: recording.complaints })}\n`, stderr: "", code: 3 }
      : ended(3, lines.join("\n"));
  }
  const relay = relayOf(values.relay, recording);
  const authority = recording.eventsRecorded ? "recorded" : "by itself";
  const wishes = { limits: document.limits, relay, authority, after_ms: after_s * 1000 } as const;
  const sparse = recording.stations.flatMap(({ moments }) => sparseNote(moments, document.limits.blind.trip_ms));
  const notes = [...recording.notes, ...new Set(sparse)];
  const replays = recording.stations.map((station) => replayStation(station, wishes));
  const welded =
    relay === "recorded" && replays.some(({ sockets }) => sockets.some(({ trips }) => trips.some(({ cause }) => cause === "welded")));
  if (welded)
    notes.push(
      "记录里的继电器在我们断开之后仍闭合，所以判为粘连；若记录时没有这套保护，用 --relay follow / the recorded relay stays closed after our OFF, hence welded; if this protection was not there when it was recorded: --relay follow",
    );
  const code = replays.some(({ sockets }) => sockets.some(({ trips }) => trips.length > 0)) ? 1 : 0;
  if (values.json) return { stdout: replayLines(replays, { limits: document.limits, notes, relay }), stderr: "", code };
  const head = `限值 limits ${document.limits.id} v${document.limits.version} · 继电器 relay: ${relay === "recorded" ? "按记录 as recorded" : "随判定 follows the decisions"}`;
  return { stdout: replayText(replays), stderr: `${[head, ...notes].join("\n")}\n`, code };
}

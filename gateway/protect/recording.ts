// Recorded samples as a table becomes a recording: every moment with what was measured then. What cannot be meant is said by line and column; nothing is sorted, filled in or guessed in silence.

import { parseCsv } from "#protocols/modbus/table/csv.ts";
import type { TableRow } from "#protocols/modbus/table/row.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import type { Missing, SocketSample } from "../core/charging/sample.ts";
import { type Column, columns, events, ofStation, otherColumns, type RecordedEvent } from "./columns.ts";

export interface Moment {
  /** From the recording's first row. */
  readonly ms: number;
  /** The time as it was written. */
  readonly label: string;
  readonly line: number;
  readonly smoke: boolean | Missing;
  readonly leakage_mA: number | Missing;
  /** By index from 0; a socket of which this moment says nothing is not there. */
  readonly sockets: ReadonlyMap<number, SocketSample>;
  readonly events: readonly { readonly socket: number; readonly what: RecordedEvent }[];
}
export interface StationRecording {
  readonly id: string;
  readonly sockets: number;
  readonly moments: readonly Moment[];
}
export interface Recording {
  readonly kind: "recording";
  readonly stations: readonly StationRecording[];
  /** A column relay_closed is there: the relay is what was read back, not what we command. */
  readonly relayRecorded: boolean;
  readonly eventsRecorded: boolean;
  readonly notes: readonly string[];
}
export interface RecordingComplaint {
  readonly line: number;
  readonly column: string;
  readonly zh: string;
  readonly en: string;
}
export interface NoRecording {
  readonly kind: "no-recording";
  readonly complaints: readonly RecordingComplaint[];
}

interface Head {
  /** Where each quantity stands, and of which socket it is (from 0), where the column itself says so. */
  readonly quantities: readonly { readonly column: Column; readonly at: number; readonly socket: number | undefined }[];
  readonly others: Readonly<Partial<Record<keyof typeof otherColumns, number>>>;
}

const absentWords = /^(|-+|—+|nan|null|none|na|n\/a|absent|无)$/i;
const trueWords = /^(1|true|yes|on|合|闭合|是|有)$/i;
const falseWords = /^(0|false|no|off|分|断开|否|无烟)$/i;

function headOf(row: TableRow, complaints: RecordingComplaint[]): Head {
  const quantities: { column: Column; at: number; socket: number | undefined }[] = [];
  const others: Partial<Record<keyof typeof otherColumns, number>> = {};
  const known = [...Object.keys(otherColumns), ...columns.map(({ name }) => name)];
  const seen = new Set<string>();
  for (const [at, cell] of row.cells.entries()) {
    const [name = "", socketText, ...more] = cell.split("@");
    const say = (zh: string, en: string): void => void complaints.push({ line: row.line, column: cell, zh, en });
    if (cell === "") continue;
    if (seen.has(cell)) say("列名重复", "the column is there twice");
    seen.add(cell);
    const column = columns.find((one) => one.name === name);
    const socket = socketText === undefined ? undefined : Number(socketText) - 1;
    if (more.length > 0 || (socket !== undefined && !(Number.isInteger(socket) && socket >= 0 && socket < 64)))
      say("第几路写作 current_A@2，从 1 起", "a socket is written current_A@2, counted from 1");
    else if (column !== undefined && socket !== undefined && ofStation(column)) say("是整站的，不带 @", "is of the station: without @");
    else if (column !== undefined) quantities.push({ column, at, socket });
    else if (cell in otherColumns) others[cell as keyof typeof otherColumns] = at;
    else {
      const sameQuantity = columns.filter((one) => one.name.startsWith(`${name}_`)).map((one) => one.name);
      const meant = sameQuantity.length > 0 ? sameQuantity.join("、") : nearest(name, known);
      say(
        meant === undefined ? `不认识的列；可用 ${known.join("、")}` : `不认识的列，是否想写 ${meant}？单位写在列名里`,
        meant === undefined
          ? `unknown column; there are ${known.join(", ")}`
          : `unknown column; did you mean ${meant}? The unit stands in the name`,
      );
    }
  }
  return { quantities, others };
}

function headComplaints({ quantities, others }: Head, line: number): RecordingComplaint[] {
  const found: RecordingComplaint[] = [];
  const say = (column: string, zh: string, en: string): void => void found.push({ line, column, zh, en });
  if ((others.time === undefined) === (others.time_ms === undefined))
    say("time", "要有 time 或 time_ms 一列", "one column time or time_ms is needed");
  if (!quantities.some(({ column }) => column.point === "current_mA"))
    say("current_A", "要有电流一列：current_A 或 current_mA", "a column of current is needed: current_A or current_mA");
  const wide = quantities.filter(({ socket }) => socket !== undefined);
  if (others.socket !== undefined && wide.length > 0)
    say("socket", "列名带 @ 时不要 socket 列", "with @ in the column names there is no column socket");
  const places = quantities.map(({ column, socket }) => `${column.point}@${(socket ?? 0) + 1}`);
  for (const place of new Set(places.filter((one, index) => places.indexOf(one) !== index)))
    say(place, "同一量有两列", "two columns of the same quantity");
  return found;
}

/** Milliseconds; `undefined`: no time. A clock time without a date counts within its day. */
function timeOf(text: string, inMs: boolean): number | undefined {
  if (inMs) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const clock = text.match(/^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/);
  if (clock !== null) {
    const [hours, minutes, seconds] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
    return hours < 24 && minutes < 60 && seconds < 60 ? ((hours * 60 + minutes) * 60 + seconds) * 1000 : undefined;
  }
  return fromRfc3339(text.replaceAll("/", "-"));
}

interface Read {
  readonly row: TableRow;
  readonly label: string;
  readonly ms: number;
  readonly station: string;
  readonly socket: number;
}

/** "3" is of the station that has no name. */
function placeOf(text: string): { station: string; socket: number } | undefined {
  const match = text.match(/^(?:([a-z0-9][a-z0-9-]*)\/)?(\d{1,2})$/);
  const socket = Number(match?.[2]) - 1;
  return match === null || socket < 0 || socket > 63 ? undefined : { station: match[1] ?? "station", socket };
}

type Say = (line: number, column: string, words: { readonly zh: string; readonly en: string }) => void;

function cellOf(text: string, column: Column): number | boolean | Missing | undefined {
  if (absentWords.test(text)) return "absent";
  if (column.factor === 0) return trueWords.test(text) ? true : falseWords.test(text) ? false : undefined;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isNaN(value) ? undefined : Math.round(value * column.factor * 1000) / 1000;
}

const unmeasured: SocketSample = {
  relay_closed: "not-offered",
  plugged: "not-offered",
  voltage_mV: "not-offered",
  current_mA: "not-offered",
  power_mW: "not-offered",
  temperature_mC: "not-offered",
  energy_mWh: "not-offered",
  residual_mA: "not-offered",
  request_seq: "not-offered",
  request_card: "not-offered",
};

/** The sockets that one row speaks of. */
function samplesOf(
  { quantities }: Head,
  read: Read,
  say: Say,
): { sockets: Map<number, SocketSample>; smoke: boolean | Missing; leakage_mA: number | Missing } {
  const sockets = new Map<number, SocketSample>();
  let smoke: boolean | Missing = "not-offered";
  let leakage_mA: number | Missing = "not-offered";
  for (const { column, at, socket } of quantities) {
    const text = (read.row.cells[at] ?? "").trim();
    const value = cellOf(text, column);
    if (value === undefined) {
      const how = column.factor === 0 ? { zh: "应为 1 或 0", en: "should be 1 or 0" } : { zh: "应为数字", en: "should be a number" };
      say(read.row.line, column.name, { zh: `“${text}” ${how.zh}`, en: `"${text}" ${how.en}` });
    } else if (column.point === "smoke") smoke = value as boolean | Missing;
    else if (column.point === "leakage_mA") leakage_mA = value as number | Missing;
    else {
      const own = socket ?? read.socket;
      sockets.set(own, { ...(sockets.get(own) ?? unmeasured), [column.point]: value });
    }
  }
  return { sockets, smoke, leakage_mA };
}

function eventsOf(text: string, socket: number, say: (words: { zh: string; en: string }) => void): Moment["events"] {
  if (text === "") return [];
  const what = events.find((one) => one === text.toLowerCase());
  if (what === undefined) {
    say({ zh: `“${text}” 不是 ${events.join("、")}`, en: `"${text}" is none of ${events.join(", ")}` });
    return [];
  }
  return [{ socket, what }];
}

export interface RecordingWishes {
  /** Rows that are out of order are sorted, and it is said; else they are refused. */
  readonly sort?: boolean;
}

export function readRecording(text: string, { sort = false }: RecordingWishes = {}): Recording | NoRecording {
  const [first, ...rows] = parseCsv(text).filter(({ cells }) => !cells[0]?.startsWith("#"));
  const complaints: RecordingComplaint[] = [];
  if (first === undefined)
    return { kind: "no-recording", complaints: [{ line: 1, column: "time", zh: "文件是空的", en: "the file is empty" }] };
  const head = headOf(first, complaints);
  complaints.push(...headComplaints(head, first.line));
  if (complaints.length > 0) return { kind: "no-recording", complaints };
  const say: Say = (line, column, words) => void complaints.push({ line, column, ...words });
  const read = rows.flatMap((row) => readRow(head, row, say));
  if (read.length === 0) say(first.line, "time", { zh: "没有样本行", en: "there are no rows of samples" });
  const ordered = inOrder(read, sort, say);
  const begin = ordered.rows[0]?.ms ?? 0;
  const stations = new Map<string, { sockets: number; moments: Moment[] }>();
  for (const one of ordered.rows) {
    const own = stations.get(one.station) ?? { sockets: 0, moments: [] };
    stations.set(one.station, own);
    addMoment(own, { head, read: one, begin, say });
  }
  if (complaints.length > 0) return { kind: "no-recording", complaints };
  return {
    kind: "recording",
    stations: [...stations].map(([id, { sockets, moments }]) => ({ id, sockets, moments })),
    relayRecorded: head.quantities.some(({ column }) => column.point === "relay_closed"),
    eventsRecorded: head.others.event !== undefined,
    notes: ordered.notes,
  };
}

function readRow({ others }: Head, row: TableRow, say: Say): Read[] {
  const inMs = others.time === undefined;
  const column = inMs ? "time_ms" : "time";
  const label = (row.cells[others.time ?? others.time_ms ?? -1] ?? "").trim();
  const ms = timeOf(label, inMs);
  const place = others.socket === undefined ? { station: "station", socket: 0 } : placeOf((row.cells[others.socket] ?? "").trim());
  if (ms === undefined)
    say(row.line, column, {
      zh: `“${label}” 不是时间；写秒数或 2026-11-25T08:11:00`,
      en: `"${label}" is no time; write seconds or 2026-11-25T08:11:00`,
    });
  if (place === undefined) say(row.line, "socket", { zh: "写作 3 或 station-1/3", en: "write 3 or station-1/3" });
  return ms === undefined || place === undefined ? [] : [{ row, label, ms, ...place }];
}

function inOrder(read: readonly Read[], sort: boolean, say: Say): { rows: readonly Read[]; notes: readonly string[] } {
  const late = read.filter((one, index) => index > 0 && one.ms < (read[index - 1]?.ms ?? 0));
  if (late.length === 0) return { rows: read, notes: [] };
  if (sort)
    return {
      rows: read.toSorted((a, b) => a.ms - b.ms),
      notes: [`${late.length} 行次序不对，已按时间排序 / ${late.length} rows were out of order, and are sorted by time`],
    };
  for (const one of late.slice(0, 10)) {
    const night = /^\d{1,2}:\d{2}/.test(one.label)
      ? { zh: "；跨过午夜请写日期", en: "; past midnight write the date" }
      : { zh: "", en: "" };
    say(one.row.line, "time", {
      zh: `早于上一行；按时间排好再来，或加 --sort${night.zh}`,
      en: `is before the row above; put the rows in order, or add --sort${night.en}`,
    });
  }
  return { rows: read, notes: [] };
}

/** Rows of one time are one moment of their station: it was asked once. */
function addMoment(own: { sockets: number; moments: Moment[] }, at: { head: Head; read: Read; begin: number; say: Say }): void {
  const { head, read, begin, say } = at;
  const { sockets, smoke, leakage_mA } = samplesOf(head, read, say);
  const eventText = head.others.event === undefined ? "" : (read.row.cells[head.others.event] ?? "").trim();
  const found = eventsOf(eventText, read.socket, (words) => say(read.row.line, "event", words));
  own.sockets = Math.max(own.sockets, read.socket + 1, ...[...sockets.keys()].map((index) => index + 1));
  const ms = read.ms - begin;
  const last = own.moments.at(-1);
  if (last?.ms !== ms) {
    own.moments.push({ ms, label: read.label, line: read.row.line, smoke, leakage_mA, sockets, events: found });
    return;
  }
  for (const index of sockets.keys())
    if (last.sockets.has(index))
      say(read.row.line, "time", {
        zh: `第 ${index + 1} 路在同一时刻已有一行（第 ${last.line} 行）`,
        en: `socket ${index + 1} has a row of this time already (line ${last.line})`,
      });
  const joined = new Map([...last.sockets, ...sockets]);
  own.moments[own.moments.length - 1] = { ...last, sockets: joined, events: [...last.events, ...found] };
}

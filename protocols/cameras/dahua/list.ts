// Dahua: the camera's own list of plates (TrafficRedList) and its clock, by its CGI interface: lines of name=value.
// Source: Dahua HTTP API, recordUpdater.cgi and recordFinder.cgi (traffic lists), global.cgi (current time). Times are the camera's civil time.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { fromRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import type { HttpRequest } from "../hikvision/gate.ts";
import { civilText, type Listed, type ListRow, listed } from "../listed.ts";

const get = (cgi: string, query: Readonly<Record<string, string | number>>): HttpRequest => ({
  method: "GET",
  path: `/cgi-bin/${cgi}?${Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&")}`,
  body: "",
});
const name = "TrafficRedList";

/** The right to open stands under one of two names; the other one is passed over. */
const span = ({ from_at, until_at }: ListRow) => ({
  BeginTime: civilText(from_at),
  CancelTime: civilText(until_at),
  OpenGate: "true",
  "AuthorityList.OpenGate": "true",
});
export const insertRequest = (row: ListRow): HttpRequest =>
  get("recordUpdater.cgi", { action: "insert", name, PlateNumber: row.plate, ...span(row) });
export const updateRequest = (row: ListRow, { key, text }: Listed): HttpRequest =>
  get("recordUpdater.cgi", { action: "update", name, recno: key, PlateNumber: text, ...span(row) });
/** Only by the number of its record. */
export const removeRequest = ({ key }: Listed): HttpRequest => get("recordUpdater.cgi", { action: "remove", name, recno: key });

/** As many as real cameras were seen to give at once. */
export const mostAtOnce = 1024;
export const findRequest = (from: number): HttpRequest =>
  from === 0
    ? get("recordFinder.cgi", { action: "find", name, count: mostAtOnce })
    : get("recordFinder.cgi", { action: "doSeekFind", name, count: mostAtOnce, offset: from });

const utf8 = new TextDecoder("utf-8", { fatal: true });
const gb = new TextDecoder("gb18030");
function linesOf(bytes: Uint8Array): string[] {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    text = gb.decode(bytes);
  }
  return text.split(/\r?\n/).map((line) => line.trim());
}

/** "OK", or the number of the record that was made. */
export const isWritten = (bytes: Uint8Array): boolean => linesOf(bytes).some((line) => line === "OK" || /^RecNo ?= ?\d+$/.test(line));

export function decodeFound(
  bytes: Uint8Array,
): { readonly entries: readonly Listed[]; readonly count: number; readonly total: number } | Undecodable {
  const lines = linesOf(bytes);
  const whole = (of: string): number | undefined => {
    const said = lines.map((line) => new RegExp(`^${of} ?= ?(\\d{1,9})$`).exec(line)?.[1]).find((one) => one !== undefined);
    return said === undefined ? undefined : Number(said);
  };
  const found = whole("found");
  if (found === undefined) return undecodable(`no count of what was found: ${lines[0]?.slice(0, 60) ?? ""}`);
  const records = new Map<string, Record<string, string>>();
  for (const line of lines) {
    const [, number, member, value] = /^records\[(\d{1,6})\]\.(\w{1,40}) ?= ?(.{0,200})$/.exec(line) ?? [];
    if (number === undefined || member === undefined) continue;
    records.set(number, { ...records.get(number), [member]: value ?? "" });
  }
  if (records.size !== found) return undecodable(`${found} found, ${records.size} told`);
  const entries = [...records.values()].map(({ RecNo = "", PlateNumber = "", BeginTime = "", CancelTime = "" }) =>
    listed({ key: RecNo, text: PlateNumber, from: BeginTime, until: CancelTime }),
  );
  return { entries, count: entries.length, total: whole("totalCount") ?? found };
}

export const timeRequest: HttpRequest = get("global.cgi", { action: "getCurrentTime" });
export const setTimeRequest = (at: Wall): HttpRequest => get("global.cgi", { action: "setCurrentTime", time: civilText(at) });

export function decodeTime(bytes: Uint8Array): { readonly at: Wall } | Undecodable {
  const said = linesOf(bytes)
    .map((line) => /^result ?= ?(.+)$/.exec(line)?.[1])
    .find((one) => one !== undefined);
  // 2026-7-3 9:02:32 is written so too.
  const at = fromRfc3339((said ?? "").trim().replaceAll(/(?<!\d)(\d)(?!\d)/g, "0$1"));
  return at === undefined ? undecodable("no current time") : { at };
}

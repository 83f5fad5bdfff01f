// One JSON object a line. What comes from the other process is checked like anything else that comes from outside.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import type { SafetyToSite, SiteToSafety } from "./messages.ts";

/** The longest line either side may send; a longer one ends the connection. */
export const longestLine = 1_048_576;

export const encodeMessage = (message: SafetyToSite | SiteToSafety): string => `${JSON.stringify(message)}\n`;

/** Bytes in lumps -> whole lines. "too-long" once a line outgrows its bound: then the connection is to be closed. */
export function lineSplitter(longest = longestLine): (bytes: Uint8Array) => string[] | "too-long" {
  let pending = Buffer.alloc(0);
  return (bytes) => {
    pending = pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([pending, bytes]);
    const lines: string[] = [];
    for (let at = pending.indexOf(10); at >= 0; at = pending.indexOf(10)) {
      lines.push(pending.subarray(0, at).toString("utf8"));
      pending = pending.subarray(at + 1);
    }
    return pending.length > longest ? "too-long" : lines;
  };
}

type Fields = Readonly<Record<string, unknown>>;
const isText = (value: unknown, most = 300): value is string => typeof value === "string" && value.length > 0 && value.length <= most;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

function parse(line: string): Fields | Undecodable {
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? value : undecodable("not an object");
  } catch {
    return undecodable("not JSON");
  }
}

export function readSiteToSafety(line: string): SiteToSafety | Undecodable {
  const value = parse(line);
  if ("kind" in value && value.kind === "undecodable") return value as unknown as Undecodable;
  const message = value as Fields;
  switch (message.type) {
    case "energise":
      return readEnergise(message);
    case "release":
      if (!isText(message.authority) || !isText(message.socket)) break;
      return { type: "release", authority: message.authority, socket: message.socket };
    case "reset-latch": {
      const { socket, trip, person, reason } = message;
      if (!isText(socket) || !isText(trip) || !isText(person) || !isText(reason, 2000)) break;
      return { type: "reset-latch", socket, trip, person, reason };
    }
    case "reset-shed": {
      const { shed, trip, person, reason } = message;
      if (!isText(shed) || !isText(trip) || !isText(person) || !isText(reason, 2000)) break;
      return { type: "reset-shed", shed, trip, person, reason };
    }
    case "fire": {
      const { shed, source, of, active } = message;
      if (!isText(shed) || !isText(source, 100) || typeof active !== "boolean") break;
      if (of !== "panel" && of !== "smoke" && of !== "heat") break;
      return { type: "fire", shed, source, of, active };
    }
    case "test-limit": {
      const { socket, test, person, limit_mA, duration_ms } = message;
      if (!isText(socket) || !isText(test) || !isText(person)) break;
      if (!Number.isSafeInteger(limit_mA) || !Number.isSafeInteger(duration_ms)) break;
      return { type: "test-limit", socket, test, person, limit_mA: limit_mA as number, duration_ms: duration_ms as number };
    }
    case "end-test":
      if (!isText(message.socket) || !isText(message.test)) break;
      return { type: "end-test", socket: message.socket, test: message.test };
    case "spool-taken":
      if (!Number.isSafeInteger(message.upTo)) break;
      return { type: "spool-taken", upTo: message.upTo as number };
    case "log-wanted": {
      const { run, after } = message;
      if (typeof run !== "string" || run.length > 300 || !Number.isSafeInteger(after)) break;
      return { type: "log-wanted", run, after: after as number };
    }
    case "restart":
      if (!isText(message.why)) break;
      return { type: "restart", why: message.why };
  }
  return undecodable(`no message of this link: ${String(message.type).slice(0, 40)}`);
}

function readEnergise({ authority }: Fields): SiteToSafety | Undecodable {
  if (!isFields(authority)) return undecodable("energise without an authority");
  const { id, socket, session, duration_ms } = authority;
  if (!isText(id) || !isText(socket) || !isText(session)) return undecodable("an authority needs id, socket and session");
  if (typeof duration_ms !== "number" || !Number.isFinite(duration_ms)) return undecodable("an authority needs duration_ms");
  return { type: "energise", authority: { id, socket, session, duration_ms } };
}

/** The site process trusts the form of what the safety process says: both are of one version. Only the kind is looked at. */
export function readSafetyToSite(line: string): SafetyToSite | Undecodable {
  const value = parse(line);
  if ("type" in value && ["hello", "facts", "readings", "log"].includes(String(value.type))) return value as unknown as SafetyToSite;
  return "reason" in value ? (value as unknown as Undecodable) : undecodable("no message of this link");
}

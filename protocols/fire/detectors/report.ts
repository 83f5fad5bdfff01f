// Smoke detectors that report by themselves (NB-IoT platforms, LAN bridges): one JSON object a report, in three forms that are met, read into one. Pure.
// "platform": what operators' IoT platforms push (imei, status, temperature, battery, signal, eventTime); "types": normalised alarm types; "plain": our own form, in words.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { fromCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";

export const detectorForms = ["platform", "types", "plain"] as const;
export type DetectorForm = (typeof detectorForms)[number];

export const detectorWords = [
  ...(["alarm", "restored", "reset", "low-battery", "battery-ok", "fault"] as const),
  ...(["mended", "dirty", "clean", "removed", "mounted", "test", "alive"] as const),
] as const;
export type DetectorWord = (typeof detectorWords)[number];

export interface DetectorReport {
  readonly imei: string;
  readonly says: DetectorWord;
  /** When it was, by the device or its platform; undefined: not said, or no moment. */
  readonly at: Wall | undefined;
  /** As it was said: the forms do not agree on what these numbers are counted in. */
  readonly battery: number | undefined;
  readonly signal: number | undefined;
  readonly temperature: number | undefined;
}

/** Of pushes of operators' platforms: 01 alarm, 02 low battery, 10 self-test, 11 restored. */
const statuses: Readonly<Record<string, DetectorWord>> = {
  "00": "alive",
  "01": "alarm",
  "02": "low-battery",
  "10": "test",
  "11": "restored",
};
/** Normalised alarm types: 1 fire, 2 fault, 3 low voltage, 4 removed, 9 reset. */
const types: Readonly<Record<string, DetectorWord>> = {
  "0": "alive",
  "1": "alarm",
  "2": "fault",
  "3": "low-battery",
  "4": "removed",
  "9": "reset",
};

type Members = Readonly<Record<string, unknown>>;

const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === "string" && /^-?\d{1,6}(\.\d{1,4})?$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
};

/** Milliseconds or seconds since 1970, or "2026-11-25 12:00:00" (also as yyyyMMddHHmmss, or with a T) in China civil time. */
function timeOf(value: unknown): Wall | undefined {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  if (/^\d{13}$/.test(text)) return wall(Number(text));
  if (/^\d{10}$/.test(text)) return wall(Number(text) * 1000);
  const parts = /^(20\d\d)-?(\d\d)-?(\d\d)[ T]?(\d\d):?(\d\d):?(\d\d)$/.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
  return fromCivil({ year, month, day, hour, minute, second });
}

function wordOf(form: DetectorForm, members: Members): DetectorWord | Undecodable {
  const [member, table] = form === "platform" ? (["status", statuses] as const) : (["alarmType", types] as const);
  if (form === "plain") {
    const word = detectorWords.find((one) => one === members.says);
    return word ?? undecodable(`says: one of ${detectorWords.join(", ")}`);
  }
  const code = members[member];
  if (code === undefined) return "alive";
  const text = typeof code === "number" || typeof code === "string" ? String(code) : "";
  const known = table[form === "platform" && text !== "" ? text.padStart(2, "0") : text];
  // An unknown code is never taken for well.
  return known ?? undecodable(`${member}: a code that is not known`);
}

/** One report, or why it is none. */
export function readDetector(form: DetectorForm, body: unknown): DetectorReport | Undecodable {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undecodable("no JSON object");
  const members = body as Members;
  const imei = typeof members.imei === "number" ? String(members.imei) : members.imei;
  if (typeof imei !== "string" || !/^[0-9A-Za-z]{6,32}$/.test(imei)) return undecodable("imei: 6 to 32 letters and digits");
  const says = wordOf(form, members);
  if (typeof says !== "string") return says;
  return {
    ...{ imei, says, at: timeOf(members.eventTime ?? members.at) },
    ...{ battery: numberOf(members.battery), signal: numberOf(members.signal), temperature: numberOf(members.temperature) },
  };
}

/** A push holds one report, or several: an array, or an object with `messages`. */
export function readDetectors(form: DetectorForm, body: unknown): readonly DetectorReport[] | Undecodable {
  const inner = (body as { messages?: unknown } | null)?.messages;
  const list: readonly unknown[] = Array.isArray(body) ? body : Array.isArray(inner) ? inner : [body];
  if (list.length === 0 || list.length > 100) return undecodable(`${list.length} reports in one push: 1 to 100`);
  const reports: DetectorReport[] = [];
  for (const [n, one] of list.entries()) {
    const report = readDetector(form, one);
    if ("kind" in report) return list.length === 1 ? report : undecodable(`report ${n + 1}: ${report.reason}`);
    reports.push(report);
  }
  return reports;
}

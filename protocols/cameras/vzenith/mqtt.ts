// Vzenith over MQTT: the same PlateResult, its texts in base64; commands go down in an envelope and are answered by code.
// Source: the maker's custom MQTT protocol V1.1.14. Two topic layouts are met in the field; both are read.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { longestText } from "../claims.ts";
import { isMembers, type Members, member, readJson, textMember, wholeMember } from "../json.ts";
import type { PlateRead } from "../plate-read.ts";
import { readPlate } from "./plate.ts";

/** device/<sn>/message/up/<name> or <sn>/device/message/up/<name>. */
export interface Topic {
  readonly layout: "device-first" | "serial-first";
  readonly sn: string;
  readonly direction: "up" | "down";
  readonly name: string;
  /** down/<name>/reply: the answer to a command. */
  readonly isReply: boolean;
}

const layouts = [
  ["device-first", /^device\/([^/+#]{1,64})\/message\/(up|down)\/([a-z_]{1,40})(\/reply)?$/],
  ["serial-first", /^([^/+#]{1,64})\/device\/message\/(up|down)\/([a-z_]{1,40})(\/reply)?$/],
] as const;

export function readTopic(topic: string): Topic | undefined {
  for (const [layout, pattern] of layouts) {
    const [, sn, direction, name, reply] = pattern.exec(topic) ?? [];
    if (sn !== undefined && name !== undefined && (direction === "up" || direction === "down"))
      return { layout, sn, direction, name, isReply: reply !== undefined };
  }
  return undefined;
}

export const topicOf = ({ layout, sn, direction, name }: Omit<Topic, "isReply">): string =>
  layout === "device-first" ? `device/${sn}/message/${direction}/${name}` : `${sn}/device/message/${direction}/${name}`;

export type VzenithMessage =
  | {
      readonly kind: "plate";
      readonly read: PlateRead /** A first result without pictures; the full one follows with the same key. */;
      readonly quick: boolean;
    }
  | { readonly kind: "alive"; readonly serialno: string }
  | { readonly kind: "input"; readonly serialno: string; readonly input: number; readonly value: number }
  | { readonly kind: "gate"; readonly serialno: string; readonly status: number; readonly connected: boolean }
  | { readonly kind: "passage"; readonly serialno: string; readonly what: Passage; readonly plate: string }
  | { readonly kind: "replied"; readonly serialno: string; readonly id: string; readonly code: number }
  | { readonly kind: "other"; readonly serialno: string; readonly name: string };

/** lanectrl_result: what a camera with a lane radar saw the car do. */
export type Passage =
  | "person-dwells"
  | "car-dwells"
  | "passed"
  | "turned-back"
  | "tailgating"
  | "crowd"
  | "other-vehicle-dwells"
  | "unknown";
const passages: Readonly<Record<number, Passage>> = {
  81: "person-dwells",
  82: "car-dwells",
  83: "passed",
  84: "turned-back",
  85: "tailgating",
  96: "crowd",
  112: "other-vehicle-dwells",
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** base64 of UTF-8; text that is none is taken as it stands (some firmware writes it plain). */
function fromBase64(text: string): string {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return text;
  try {
    return utf8.decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  } catch {
    return text;
  }
}

/** Keep-alives may carry a stray zero byte. */
const withoutZeros = (bytes: Uint8Array): Uint8Array => (bytes.includes(0) ? bytes.filter((byte) => byte !== 0) : bytes);

export function decodeMessage(topic: string, bytes: Uint8Array): VzenithMessage | Undecodable {
  const place = readTopic(topic);
  if (place === undefined) return undecodable("the topic is none of the two layouts");
  const read = readJson(withoutZeros(bytes));
  if ("kind" in read) return read;
  const { json } = read;
  const serialno = place.sn;
  const said = textMember(json, "sn", longestText);
  if (typeof said === "string" && said !== "" && said !== serialno) return undecodable("the message names another device than its topic");
  if (place.isReply) return reply(json, serialno);
  const payload = member(json, "payload");
  const body = isMembers(payload) ? payload : {};
  switch (place.name) {
    case "ivs_result":
    case "quick_ivs_result":
      return plate(body, serialno, place.name === "quick_ivs_result");
    case "keep_alive":
      return { kind: "alive", serialno };
    case "gpio_in":
      return input(body, serialno);
    case "barr_gate_status":
      return {
        kind: "gate",
        serialno,
        status: wholeMember(body, "gate_status") ?? -1,
        connected: wholeMember(body, "connect_status") === 1,
      };
    case "lanectrl_result":
      return passage(body, serialno);
    default:
      return { kind: "other", serialno, name: place.name };
  }
}

function plate(body: Members, serialno: string, quick: boolean): VzenithMessage | Undecodable {
  const alarm = member(body, "AlarmInfoPlate");
  const result = isMembers(alarm) ? member(alarm, "result") : undefined;
  const given = isMembers(result) ? member(result, "PlateResult") : undefined;
  if (!isMembers(given)) return undecodable("payload.AlarmInfoPlate.result.PlateResult is missing or no object");
  const license = textMember(given, "license", 256);
  if (license === null) return undecodable("PlateResult.license is no text");
  // Over MQTT the colour is called `color`, and the number of the recognition `unique_id`.
  const unique = member(given, "unique_id");
  const read = readPlate({
    serialno,
    result: {
      PlateResult: {
        ...given,
        license: fromBase64(license ?? ""),
        colorType: member(given, "colorType") ?? member(given, "color"),
        plateid: member(given, "plateid") ?? (typeof unique === "number" ? unique : undefined),
        imagePath: undefined,
      },
    },
  });
  if ("kind" in read) return read;
  return {
    kind: "plate",
    quick,
    read: typeof unique === "string" ? { ...read, key: `${serialno}/${unique.slice(0, longestText)}` } : read,
  };
}

function input(body: Members, serialno: string): VzenithMessage | Undecodable {
  const alarm = member(body, "AlarmGioIn");
  const result = isMembers(alarm) ? member(alarm, "result") : undefined;
  const trigger = isMembers(result) ? member(result, "TriggerResult") : body;
  const from = isMembers(trigger) ? trigger : body;
  const source = wholeMember(from, "source") ?? wholeMember(from, "io");
  const value = wholeMember(from, "value");
  if (typeof source !== "number" || typeof value !== "number") return undecodable("gpio_in without source and value");
  return { kind: "input", serialno, input: source, value };
}

function passage(body: Members, serialno: string): VzenithMessage {
  const results = member(body, "result");
  const first: unknown = Array.isArray(results) ? results[0] : results;
  const plateResult = isMembers(first) ? member(first, "plate_result") : undefined;
  const license = isMembers(plateResult) ? textMember(plateResult, "license", 256) : undefined;
  return {
    kind: "passage",
    serialno,
    what: passages[wholeMember(body, "event_type") ?? -1] ?? "unknown",
    plate: fromBase64(license ?? ""),
  };
}

function reply(json: Members, serialno: string): VzenithMessage | Undecodable {
  const id = textMember(json, "id", longestText);
  const code = wholeMember(json, "code");
  if (typeof id !== "string" || typeof code !== "number") return undecodable("a reply without id and code");
  return { kind: "replied", serialno, id, code };
}

/** The outputs are wired so in every system met: 0 opens, 1 closes. */
export const outputs = { open: 0, close: 1 } as const;

export interface Command {
  /** Unique; the reply carries it, code 200 is a yes. */
  readonly id: string;
  readonly sn: string;
  readonly name:
    | "gpio_out"
    | "serial_data"
    | "snapshot"
    | "ivs_trigger"
    | "set_time"
    | "white_list_operator"
    | "tts_voice"
    | "gate_direct_open";
  readonly timestamp_s: number;
  readonly body: Members;
}

export const encodeCommand = ({ id, sn, name, timestamp_s, body }: Command): string =>
  JSON.stringify({ id, sn, name, version: "1.0", timestamp: timestamp_s, payload: { type: name, body } });

const longestPulse_ms = 5_000;
export function pulseBody(output: keyof typeof outputs, delay_ms: number): Members {
  if (!Number.isInteger(delay_ms) || delay_ms < 500 || delay_ms > longestPulse_ms)
    throw new RangeError(`a pulse lasts 500–${longestPulse_ms} ms`);
  return { delay: delay_ms, io: outputs[output], value: 2 };
}

export interface ListedPlate {
  readonly plate: string;
  /** "2026-11-26 08:00:00", the camera's civil time. */
  readonly from: string;
  readonly until: string;
}

/** The camera's own list: who passes while nobody answers it. */
export const listBody = (plates: readonly ListedPlate[]): Members => ({
  operator_type: "update_or_add",
  dldb_rec: plates.map(({ plate: number, from, until }) => ({
    plate: number,
    create_time: from,
    enable: 1,
    enable_time: from,
    overdue_time: until,
    time_seg_enable: 0,
    need_alarm: 0,
  })),
});
export const unlistBody = (plates: readonly string[]): Members => ({ operator_type: "delete", plate: plates });

// Everything that a Vzenith camera posts as JSON: a plate, an input that changed, bytes from its RS-485 port, a snapshot. Source: Vzenith HTTP push protocol.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { isMembers, type Members, member, readJson, textMember, wholeMember } from "../json.ts";
import type { PlateRead } from "../plate-read.ts";
import { readPlate } from "./plate.ts";

export type VzenithPush =
  | { readonly kind: "plate"; readonly read: PlateRead }
  /** `input` 0–3: IO1–IO4 (loops are wired here); 4: over TCP. */
  | { readonly kind: "input"; readonly serialno: string; readonly input: number; readonly value: number }
  | { readonly kind: "serial"; readonly serialno: string; readonly port: number; readonly data: Uint8Array }
  /** A picture that was asked for; it says no serial number, only an address. */
  | { readonly kind: "snapshot"; readonly address: string };

export function decodePush(bytes: Uint8Array): VzenithPush | Undecodable {
  const read = readJson(bytes);
  if ("kind" in read) return read;
  const message = read.json;
  const kinds: readonly (readonly [string, (body: Members) => VzenithPush | Undecodable])[] = [
    ["AlarmInfoPlate", plate],
    ["AlarmGioIn", input],
    ["SerialData", serial],
  ];
  for (const [name, decode] of kinds) {
    const body = member(message, name);
    if (body === undefined) continue;
    return isMembers(body) ? decode(body) : undecodable(`${name} is no object`);
  }
  if (isMembers(member(message, "TriggerImage"))) return { kind: "snapshot", address: textMember(message, "ipaddr", 64) ?? "" };
  return undecodable("none of AlarmInfoPlate, AlarmGioIn, SerialData, TriggerImage");
}

function plate(body: Members): VzenithPush | Undecodable {
  const read = readPlate(body);
  return "kind" in read ? read : { kind: "plate", read };
}

function input(body: Members): VzenithPush | Undecodable {
  const serialno = textMember(body, "serialno", 64);
  const result = member(body, "result");
  const trigger = isMembers(result) ? member(result, "TriggerResult") : undefined;
  if (typeof serialno !== "string" || !isMembers(trigger)) return undecodable("AlarmGioIn without serialno or TriggerResult");
  const source = wholeMember(trigger, "source");
  const value = wholeMember(trigger, "value");
  if (typeof source !== "number" || typeof value !== "number") return undecodable("AlarmGioIn source or value is no whole number");
  return { kind: "input", serialno, input: source, value };
}

/** `dataLen` is not read: devices lie in it. */
function serial(body: Members): VzenithPush | Undecodable {
  const serialno = textMember(body, "serialno", 64);
  const data = textMember(body, "data", 8192);
  if (typeof serialno !== "string" || typeof data !== "string") return undecodable("SerialData without serialno or data");
  const port = wholeMember(body, "serialChannel");
  if (port === null) return undecodable("SerialData.serialChannel is no whole number");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.length % 4 !== 0) return undecodable("SerialData.data is not base64");
  return { kind: "serial", serialno, port: port ?? 0, data: Uint8Array.from(atob(data), (c) => c.charCodeAt(0)) };
}

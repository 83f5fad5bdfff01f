// Hikvision ISAPI: what is asked of the camera's barrier, and what it says of it. HTTP digest and sockets are the driver's.
// Source: ISAPI Parking/channels/<n>/barrierGate and System/IO/outputs, seen with DS-TCG405-E V5.4.0.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { readXml } from "../xml.ts";

export interface HttpRequest {
  readonly method: "GET" | "PUT" | "POST";
  readonly path: string;
  readonly body: string;
}

export type GateOrder = "open" | "close" | "lock" | "unlock";
const prolog = '<?xml version="1.0" encoding="UTF-8"?>';

export const gateRequest = (order: GateOrder, channel = 1): HttpRequest => ({
  method: "PUT",
  path: `/ISAPI/Parking/channels/${channel}/barrierGate`,
  body: `${prolog}<BarrierGate><ctrlMode>${order}</ctrlMode></BarrierGate>`,
});

/** For a barrier on the alarm output of a camera without a gate interface. A level, not a pulse: "low" must follow, and be tried again until it is answered. */
export const outputRequest = (state: "high" | "low", output = 1): HttpRequest => ({
  method: "PUT",
  path: `/ISAPI/System/IO/outputs/${output}/trigger`,
  body: `${prolog}<IOPortData><outputState>${state}</outputState></IOPortData>`,
});

export const gateStatusRequest = (channel = 1): HttpRequest => ({
  method: "GET",
  path: `/ISAPI/Parking/channels/${channel}/barrierGate/barrierGateStatus`,
  body: "",
});

/** "none": no limit switch is wired; it says nothing about the arm. */
export type GateStatus = "none" | "closed" | "open";
const states: Readonly<Record<string, GateStatus>> = { "0": "none", "1": "closed", "2": "open" };

export function decodeGateStatus(bytes: Uint8Array): GateStatus | Undecodable {
  for (const root of ["BarrierGateStatus", "BarrierGate"]) {
    const read = readXml(bytes, root);
    if ("kind" in read) continue;
    const value = read.xml.status ?? read.xml.barrierGateStatus ?? read.xml.gateStatus;
    const known = typeof value === "string" ? states[value] : undefined;
    return known ?? undecodable("the gate's status is none of 0, 1, 2");
  }
  return undecodable("no BarrierGateStatus");
}

/** ISAPI answers every PUT with a ResponseStatus; only statusCode 1 (or 0 with some firmware) is a yes. */
export function isGranted(bytes: Uint8Array): boolean {
  const read = readXml(bytes, "ResponseStatus");
  return "xml" in read && (read.xml.statusCode === "1" || read.xml.statusCode === "0");
}

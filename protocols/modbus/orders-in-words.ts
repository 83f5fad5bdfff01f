// Orders to a device in a few words, as transcripts and the command line say them: "write meter_id 2", "relay 1 flash-on 700", "socket 3 off", "rearm", "pulse open".
import { type Refusal, refusal } from "../vocabulary/faults.ts";
import type { Request } from "./frame.ts";
import { type Device, pulseRequest, relayRequest, switchRequest, writeRequest } from "./write.ts";

const notUnderstood = (text: string): Refusal => refusal("not-understood", `不懂“${text}”`, `"${text}" is no order`);

function relayInWords(device: Device, [which = "", order, ms]: readonly string[]): Request | Refusal | undefined {
  const relay = which === "all" ? "all" : Number(which);
  if (relay !== "all" && !Number.isInteger(relay)) return undefined;
  if (order === "on" || order === "off" || order === "toggle") return relayRequest(device, { relay, order });
  return order === "flash-on" && relay !== "all" ? relayRequest(device, { relay, order, for_ms: Number(ms) }) : undefined;
}

/** The frame that carries out the order. */
export function requestInWords(device: Device, text: string): Request | Refusal {
  const [verb, ...rest] = text.trim().split(/\s+/);
  const [first = "", second = ""] = rest;
  if (verb === "relay") return relayInWords(device, rest) ?? notUnderstood(text);
  if (verb === "rearm") return switchRequest(device, "rearm");
  if (verb === "pulse") return pulseRequest(device, first);
  if (verb === "socket" && (second === "on" || second === "off"))
    return switchRequest(device, { socket: Number(first), on: second === "on" });
  if (verb !== "write" || !/^-?\d+$/.test(second)) return notUnderstood(text);
  const [point = "", socket] = first.split("@");
  return writeRequest(device, { point, value: Number(second), ...(socket === undefined ? {} : { socket: Number(socket) }) });
}

// Orders to a device in a few words, as transcripts and the command line say them: "write meter_id 2", "relay 1 flash-on 700", "socket 3 off", "rearm", "pulse open",
// "address 32", "baud 9600"; where the register holds something else as well, what it held before: "address 32 over 0x0101".
import { type Refusal, refusal } from "../vocabulary/faults.ts";
import { addressRequest, baudRequest } from "./addressing.ts";
import type { Request } from "./frame.ts";
import { type Device, pulseRequest, relayRequest, switchRequest, writeRequest } from "./write.ts";

const notUnderstood = (text: string): Refusal => refusal("not-understood", `不懂“${text}”`, `"${text}" is no order`);

function relayInWords(device: Device, [which = "", order, ms]: readonly string[]): Request | Refusal | undefined {
  const relay = which === "all" ? "all" : Number(which);
  if (relay !== "all" && !Number.isInteger(relay)) return undefined;
  if (order === "on" || order === "off" || order === "toggle") return relayRequest(device, { relay, order });
  return order === "flash-on" && relay !== "all" ? relayRequest(device, { relay, order, for_ms: Number(ms) }) : undefined;
}

function addressingInWords(device: Device, [verb, value = "", over, word = ""]: readonly string[]): Request | Refusal | undefined {
  const held = over === undefined ? undefined : over === "over" && /^0x[0-9a-f]{1,4}$/i.test(word) ? [Number(word)] : "odd";
  if (held === "odd" || !/^\d+$/.test(value)) return undefined;
  return verb === "address" ? addressRequest(device, Number(value), held) : baudRequest(device, Number(value), held);
}

/** The frame that carries out the order. */
export function requestInWords(device: Device, text: string): Request | Refusal {
  const [verb, ...rest] = text.trim().split(/\s+/);
  const [first = "", second = ""] = rest;
  if (verb === "relay") return relayInWords(device, rest) ?? notUnderstood(text);
  if (verb === "address" || verb === "baud") return addressingInWords(device, [verb, ...rest]) ?? notUnderstood(text);
  if (verb === "rearm") return switchRequest(device, "rearm");
  if (verb === "pulse") return pulseRequest(device, first);
  if (verb === "socket" && (second === "on" || second === "off"))
    return switchRequest(device, { socket: Number(first), on: second === "on" });
  if (verb !== "write" || !/^-?\d+$/.test(second)) return notUnderstood(text);
  const [point = "", socket] = first.split("@");
  return writeRequest(device, { point, value: Number(second), ...(socket === undefined ? {} : { socket: Number(socket) }) });
}

// Vzenith over TCP 8131: the gateway connects. An eight-byte head and JSON text (GBK), sometimes with pictures behind the text.
//   'V' 'Z' TYPE SEQ LEN(4, big-endian)    TYPE 0 data, 1 heartbeat (LEN 0); SEQ is echoed in the reply
// Source: the maker's TCP protocol for port 8131.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { isMembers, type Members, member, readJson, textMember, wholeMember } from "../json.ts";
import type { PlateRead } from "../plate-read.ts";
import { readPlate } from "./plate.ts";

const headBytes = 8;
export const longestBody = 1024 * 1024;

export interface TcpPacket {
  readonly type: "data" | "heartbeat";
  readonly sequence: number;
  readonly body: Uint8Array;
}

export function encodePacket(packet: { type: "data"; sequence?: number; json: Members } | { type: "heartbeat" }): Uint8Array {
  const body = packet.type === "heartbeat" ? new Uint8Array(0) : new TextEncoder().encode(JSON.stringify(packet.json));
  const head = new Uint8Array(headBytes + body.length);
  head.set([0x56, 0x5a, packet.type === "heartbeat" ? 1 : 0, packet.type === "heartbeat" ? 0 : (packet.sequence ?? 0)]);
  new DataView(head.buffer).setUint32(4, body.length);
  head.set(body, headBytes);
  return head;
}

export interface PacketReader {
  /** Packets that are whole now; a stream that lost its frame ends with why, and the connection is to be begun anew. */
  take(bytes: Uint8Array): { readonly packets: readonly TcpPacket[]; readonly lost?: Undecodable };
}

export function packetReader(): PacketReader {
  let held: Uint8Array = new Uint8Array(0);
  return {
    take(bytes) {
      const joined = new Uint8Array(held.length + bytes.length);
      joined.set(held);
      joined.set(bytes, held.length);
      let at = 0;
      const packets: TcpPacket[] = [];
      while (joined.length - at >= headBytes) {
        const [v, z, type] = joined.subarray(at);
        if (v !== 0x56 || z !== 0x5a || (type !== 0 && type !== 1))
          return { packets, lost: undecodable("no head: 56 5A, then 00 or 01", at) };
        const length = new DataView(joined.buffer, at).getUint32(4);
        if (length > longestBody) return { packets, lost: undecodable(`a body of ${length} bytes, at most ${longestBody}`, at) };
        if (joined.length - at < headBytes + length) break;
        packets.push({
          type: type === 1 ? "heartbeat" : "data",
          sequence: joined[at + 3] ?? 0,
          body: joined.slice(at + headBytes, at + headBytes + length),
        });
        at += headBytes + length;
      }
      held = joined.slice(at);
      return { packets };
    },
  };
}

export type TcpMessage =
  | { readonly kind: "plate"; readonly read: PlateRead }
  | { readonly kind: "answer"; readonly cmd: string; readonly ok: boolean; readonly json: Members };

const gbk = new TextDecoder("gb18030", { fatal: true });

/** `serialno` is what the camera answered to getsn: a push does not name its sender. Pictures behind the text are stepped over. */
export function decodeBody(body: Uint8Array, serialno: string): TcpMessage | Undecodable {
  const end = textEnd(body);
  let text: string;
  try {
    text = gbk.decode(body.subarray(0, end));
  } catch {
    return undecodable("not GBK");
  }
  const read = readJson(new TextEncoder().encode(text));
  if ("kind" in read) return read;
  const plate = member(read.json, "PlateResult");
  if (isMembers(plate)) {
    const found = readPlate({ serialno, result: { PlateResult: plate } });
    return "kind" in found ? found : { kind: "plate", read: found };
  }
  const state = wholeMember(read.json, "state_code");
  return { kind: "answer", cmd: textMember(read.json, "cmd", 64) ?? "", ok: state === undefined || state === 200, json: read.json };
}

/** The text ends at its zero byte, or where the first picture (FF D8) begins: GBK has no FF. */
function textEnd(body: Uint8Array): number {
  const zero = body.indexOf(0);
  const picture = body.indexOf(0xff);
  return Math.min(zero < 0 ? body.length : zero, picture < 0 ? body.length : picture);
}

export const commands = {
  serialNumber: { cmd: "getsn" },
  subscribe: (image: boolean): Members => ({ cmd: "ivsresult", enable: true, format: "json", image, image_type: 0 }),
  /** "2026-11-26 12:00:00": the camera's civil time. */
  setTime: (timestring: string): Members => ({ cmd: "set_time", timestring }),
  output: (io: number, delay_ms: number): Members => ({ cmd: "ioctl_resp", io, value: 2, delay: delay_ms }),
  serial: (data: Uint8Array): Members => ({
    cmd: "ttransmission",
    subcmd: "send",
    datalen: data.length,
    data: btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join("")),
    comm: "rs485-1",
  }),
} as const;

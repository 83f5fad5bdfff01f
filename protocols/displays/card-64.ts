// Display and voice cards of the "00 64 FF FF" family, behind a camera's RS-485 port or on a line of their own.
//   DA(00) VR(64) PN(FF FF) CMD DL DATA.. CRC-lo CRC-hi      CRC-16/MODBUS over DA..DATA; text is GBK
// Source: the vendors' display protocol V2.4 as its public samples show it; every sample of the test is one of them.
import { concat } from "#protocols/frames/bytes.ts";
import { fitGb18030, fromGb18030, toGb18030 } from "#protocols/frames/gb18030.ts";
import { crc16 } from "#protocols/modbus/frame.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";

export const command64 = { serial: 0x00, voice: 0x30, download: 0x3f, text: 0x62 } as const;

export interface Frame64 {
  readonly command: number;
  readonly data: Uint8Array;
}

const head = [0x00, 0x64, 0xff, 0xff] as const;
/** DL is one byte. */
const longestData = 255;
const beforeData = head.length + 2;

export function encode64({ command, data }: Frame64): Uint8Array {
  if (data.length > longestData) throw new RangeError(`${data.length} bytes of data, at most ${longestData}`);
  const body = Uint8Array.of(...head, command, data.length, ...data);
  const crc = crc16(body);
  return concat(body, Uint8Array.of(crc & 0xff, crc >> 8));
}

/** One whole frame; what its length byte and its checksum say must be so. */
export function decode64(bytes: Uint8Array): Frame64 | Undecodable {
  const wrong = head.findIndex((byte, at) => bytes[at] !== byte);
  if (wrong >= 0) return undecodable("does not begin with 00 64 FF FF", wrong);
  const length = bytes[beforeData - 1];
  if (length === undefined || bytes.length < beforeData + length + 2) return undecodable("ends inside the frame", bytes.length);
  if (bytes.length > beforeData + length + 2) return undecodable("bytes follow the frame", beforeData + length + 2);
  const end = beforeData + length;
  const crc = crc16(bytes, 0, end);
  const said = (bytes[end] ?? 0) | ((bytes[end + 1] ?? 0) << 8);
  if (said !== crc) return undecodable(`checksum ${said.toString(16)}, should be ${crc.toString(16)}`, end);
  return { command: bytes[4] ?? 0, data: bytes.slice(beforeData, end) };
}

/** 0x30: the card says the text. OPT 1: at once, before what it is saying. */
export function voice64(text: string): Uint8Array {
  return encode64({ command: command64.voice, data: concat(Uint8Array.of(1), toGb18030(fitGb18030(text, longestData - 1))) });
}

export interface Line64 {
  /** 0 is the uppermost of four. */
  readonly line: number;
  readonly text: string;
  readonly colour: "red" | "green" | "yellow";
  /** How long before the line shows its own text again; 0 for ever. */
  readonly seconds: number;
}

/** RGBA, the low byte first on the wire. */
const colours = { red: 0x0000_00ff, green: 0x0000_ff00, yellow: 0x0000_ffff } as const;
const little32 = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
const immediate = { mode: 0x15, speed: 1, stay: 0, exit: 0x15, font: 3, endless: 0 } as const;
const beforeText = 19;

/** 0x62: one line of text, shown at once, in the card's font 3 (GBK). */
export function line64({ line, text, colour, seconds }: Line64): Uint8Array {
  if (!Number.isInteger(line) || line < 0 || line > 3) throw new RangeError(`line ${line}, a card has 0–3`);
  const shown = toGb18030(fitGb18030(text, longestData - beforeText));
  const delay = Math.min(255, Math.max(0, Math.round(seconds)));
  const { mode, speed, stay, exit, font, endless } = immediate;
  const data = [line, mode, speed, stay, delay, exit, speed, font, seconds === 0 ? endless : 1, ...little32(colours[colour]), 0, 0, 0, 0];
  return encode64({ command: command64.text, data: concat(Uint8Array.of(...data, shown.length & 0xff, shown.length >> 8), shown) });
}

/** The text that a voice or text frame carries, for people and simulators; undefined where it carries none. */
export function textOf64({ command, data }: Frame64): string | undefined {
  if (command === command64.voice) return fromGb18030(data.slice(1));
  if (command !== command64.text || data.length < beforeText) return undefined;
  const length = (data[17] ?? 0) | ((data[18] ?? 0) << 8);
  return fromGb18030(data.slice(beforeText, beforeText + length));
}

// Display and voice cards of the "AA 55 … AF" family.
//   AA 55 SEQ 64 00 CMD LEN-hi LEN-lo DATA.. CRC-hi CRC-lo AF      CRC-16/MODBUS over SEQ..DATA and two more zero bytes, the high byte first; text is GBK
// Source: frames heard on sites, read byte by byte; the samples of the test are two of them.
import { concat } from "#protocols/frames/bytes.ts";
import { fitGb18030, fromGb18030, toGb18030 } from "#protocols/frames/gb18030.ts";
import { crc16 } from "#protocols/modbus/frame.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";

export const commandAa55 = { relay: 0x13, voice: 0x22, advert: 0x25, plate: 0x27, screen: 0x29, volume: 0xf0 } as const;

/** One byte in a voice text that stands for a phrase of the card. */
export const phrases = { welcome: 0x01, goodBye: 0x02, pleasePay: 0x0b, noEntry: 0x2b } as const;
const phraseWords: Readonly<Record<number, string>> = { 1: "欢迎光临", 2: "一路平安", 11: "请缴费", 43: "禁止通行" };

export interface FrameAa55 {
  readonly sequence: number;
  readonly command: number;
  readonly data: Uint8Array;
}

const beforeData = 8;
const afterData = 3;
const longestData = 240;

export function encodeAa55({ sequence, command, data }: FrameAa55): Uint8Array {
  if (data.length > longestData) throw new RangeError(`${data.length} bytes of data, at most ${longestData}`);
  const body = Uint8Array.of(sequence & 0xff, 0x64, 0x00, command, data.length >> 8, data.length & 0xff, ...data);
  const crc = crc16(Uint8Array.of(...body, 0, 0));
  return concat(Uint8Array.of(0xaa, 0x55), body, Uint8Array.of(crc >> 8, crc & 0xff, 0xaf));
}

/** One whole frame. */
export function decodeAa55(bytes: Uint8Array): FrameAa55 | Undecodable {
  if (bytes[0] !== 0xaa || bytes[1] !== 0x55) return undecodable("does not begin with AA 55", 0);
  if (bytes.length < beforeData) return undecodable("ends inside the frame", bytes.length);
  const length = ((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0);
  const end = beforeData + length;
  if (bytes.length < end + afterData) return undecodable("ends inside the frame", bytes.length);
  if (bytes.length > end + afterData) return undecodable("bytes follow the frame", end + afterData);
  if (bytes[end + 2] !== 0xaf) return undecodable("does not end with AF", end + 2);
  const crc = crc16(Uint8Array.of(...bytes.slice(2, end), 0, 0));
  const said = ((bytes[end] ?? 0) << 8) | (bytes[end + 1] ?? 0);
  if (said !== crc) return undecodable(`checksum ${said.toString(16)}, should be ${crc.toString(16)}`, end);
  return { sequence: bytes[2] ?? 0, command: bytes[5] ?? 0, data: bytes.slice(beforeData, end) };
}

/** 0x22. A phrase's byte and text may follow one another: the card says them in order. */
export function voiceAa55(sequence: number, parts: readonly (string | (typeof phrases)[keyof typeof phrases])[]): Uint8Array {
  const bytes = parts.map((part) => (typeof part === "number" ? Uint8Array.of(part) : toGb18030(part)));
  const data = concat(...bytes);
  // A text too long is cut between characters, its phrases before it are kept.
  const fitted = data.length <= longestData ? data : toGb18030(fitGb18030(fromGb18030(data), longestData));
  return encodeAa55({ sequence, command: commandAa55.voice, data: fitted });
}

export interface LineAa55 {
  readonly text: string;
  readonly colour: "red" | "green";
  readonly seconds: number;
}

/** 0x29: all four lines at once, each [seconds, colour, length, text]; a line that is not given is empty. */
export function screenAa55(sequence: number, lines: readonly LineAa55[]): Uint8Array {
  if (lines.length > 4) throw new RangeError(`${lines.length} lines, a card has four`);
  const four = Array.from({ length: 4 }, (_, at): LineAa55 => lines[at] ?? { text: "", colour: "red", seconds: 0 });
  const room = Math.floor(longestData / 4) - 3;
  const parts = four.map(({ text, colour, seconds }) => {
    const shown = toGb18030(fitGb18030(text, room));
    return Uint8Array.of(Math.min(255, Math.max(0, Math.round(seconds))), colour === "red" ? 1 : 2, shown.length, ...shown);
  });
  return encodeAa55({ sequence, command: commandAa55.screen, data: concat(...parts) });
}

/** The lines of a 0x29 frame, or the text of a plate, voice or advert frame: for people and simulators. */
export function textsOfAa55({ command, data }: FrameAa55): string[] {
  if (command === commandAa55.plate) return [fromGb18030(data.slice(4))];
  if (command === commandAa55.advert) return [fromGb18030(data)];
  if (command === commandAa55.voice) return [Array.from(fromGb18030(data), said).join("")];
  if (command !== commandAa55.screen) return [];
  const texts: string[] = [];
  for (let at = 0; at + 3 <= data.length; at += 3 + (data[at + 2] ?? 0))
    texts.push(fromGb18030(data.slice(at + 3, at + 3 + (data[at + 2] ?? 0))));
  return texts;
}

const said = (character: string): string => phraseWords[character.codePointAt(0) ?? 0] ?? character;

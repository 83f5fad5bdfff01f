// Frames of a data sheet, as somebody typed them in: hex in any dress, questions with their answers, with or without checksum, RTU or TCP.
import { type Undecodable, undecodable } from "../vocabulary/faults.ts";
import { answerWords } from "./decode.ts";
import { crc16, rtuIntact } from "./frame.ts";
import { addressesOf, signAddressAt, widthOf, wordsPer } from "./placement.ts";
import { type Block, readFunctions } from "./plan.ts";
import type { Point, Profile } from "./profile.ts";
import { has } from "./quirks.ts";

export type Heard =
  | {
      readonly kind: "answer";
      readonly block: Block;
      readonly words: readonly number[];
      /** Points that lie wholly in it: `name`, or `name@socket` counting from 1. */
      readonly covers: readonly string[];
    }
  | { readonly kind: "exception"; readonly code: number }
  | { readonly kind: "echo" };

export interface SheetExchange {
  readonly asked?: string;
  readonly bytes?: string;
  readonly heard?: Heard;
  /** What is odd about these frames; they are decoded all the same. */
  readonly notes: readonly string[];
  /** Where it begins in the sheet. */
  readonly line: number;
}

const tables = Object.fromEntries(Object.entries(readFunctions).map(([table, fn]) => [fn, table])) as Readonly<
  Record<number, Point["table"]>
>;
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(" ");
const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** One line of a sheet -> bytes: "> 01 04…", "Tx: 0x01,0x04", "0104000000027 1CB", comments after # or //. `undefined`: nothing on it. */
export function lineBytes(text: string): Uint8Array | Undecodable | undefined {
  const bare = text
    .replace(/(#|\/\/).*$/, "")
    .replace(/^\s*(>|<|[A-Za-z\u4e00-\u9fff ]*[:：])\s*/, "")
    .trim();
  if (bare === "") return undefined;
  const digits = bare
    .replace(/0x/gi, "")
    .replace(/[hH](?=[\s,;]|$)/g, "")
    .replace(/[\s,;$]/g, "");
  if (!/^[0-9A-Fa-f]+$/.test(digits)) return undecodable(`“${text.trim()}” 不是十六进制 / is no hexadecimal`);
  if (digits.length % 2 === 1) return undecodable(`“${text.trim()}” 少半个字节 / ends in half a byte`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

interface Frame {
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly note?: string;
}

/** RTU by its checksum; Modbus TCP by its header; else RTU whose checksum is wrong, which is said. */
function frameOf(bytes: Uint8Array): Frame | Undecodable {
  if (bytes.length < 4) return undecodable(`${bytes.length} 个字节不成一帧 / bytes are no frame`);
  if (rtuIntact(bytes)) return { unit: bytes[0] ?? 0, pdu: bytes.slice(1, -2) };
  if (bytes.length >= 8 && word(bytes, 2) === 0 && word(bytes, 4) === bytes.length - 6) return { unit: bytes[6] ?? 0, pdu: bytes.slice(7) };
  const crc = crc16(bytes, 0, bytes.length - 2);
  const right = hex(Uint8Array.of(crc & 0xff, crc >> 8));
  return {
    unit: bytes[0] ?? 0,
    pdu: bytes.slice(1, -2),
    note: `校验和 ${hex(bytes.slice(-2))} 有误，应为 ${right} / the checksum ${hex(bytes.slice(-2))} is wrong, it should be ${right}`,
  };
}

function blockAsked(profile: Profile, pdu: Uint8Array): Block | undefined {
  const table = tables[pdu[0] ?? 0];
  if (table === undefined || pdu.length !== 5) return undefined;
  const wide = has(profile, "four-byte-registers") && (table === "holding" || table === "input");
  return { table, address: word(pdu, 1), count: word(pdu, 3), ...(wide ? { wide: true as const } : {}) };
}

/** Points whose words, and whose sign, all lie in these blocks: `name`, or `name@socket` counting from 1. */
export function coveredBy(profile: Profile, ...blocks: readonly Block[]): string[] {
  const inside = (table: Point["table"], from: number, width: number): boolean =>
    blocks.some((block) => block.table === table && from >= block.address && from + width <= block.address + block.count);
  return profile.points.flatMap((point) =>
    addressesOf(profile, point)
      .map((address, index) => ({ address, sign: signAddressAt(profile, point, index), index }))
      .filter(
        ({ address, sign }) =>
          inside(point.table, address, widthOf(point, wordsPer(profile, point))) && (sign === undefined || inside(point.table, sign, 1)),
      )
      .map(({ index }) => (point.per === "device" ? point.name : `${point.name}@${index + 1}`)),
  );
}

const unasked =
  "应答前没有问帧：先写问帧，或写一行 at holding 0x0048 / an answer whose question is not there: write the question before it, or a line “at holding 0x0048”";

/** As long as its own count of bytes says, and not as long as a question for reading is: nothing but an answer. */
const isNoQuestion = (pdu: Uint8Array): boolean =>
  (pdu[0] ?? 0) >= 1 && (pdu[0] ?? 0) <= 4 && pdu.length !== 5 && pdu.length === 2 + (pdu[1] ?? 0);

/** What an answer says to the block that was asked for. */
export function hearAnswer(profile: Profile, block: Block | undefined, pdu: Uint8Array): Heard | Undecodable {
  const [fn = 0, code = 0] = pdu;
  if ((fn & 0x80) !== 0 && pdu.length === 2) return { kind: "exception", code };
  if (fn >= 5) return { kind: "echo" };
  if (block === undefined) return undecodable(unasked);
  if (readFunctions[block.table] !== fn)
    return undecodable(
      `功能码 ${fn} 应答了功能码 ${readFunctions[block.table]} 的问 / function ${fn} answers a question of function ${readFunctions[block.table]}`,
    );
  const words = answerWords(block, pdu);
  return Array.isArray(words) ? { kind: "answer", block, words, covers: coveredBy(profile, block) } : words;
}

const placeLine = /^\s*at\s+(coil|discrete|holding|input)\s+(0x[0-9a-f]+|\d+)\s*$/i;

/** An answer with nothing before it but "at holding 72": the block is as long as the answer. */
function blockAt(profile: Profile, at: RegExpMatchArray, pdu: Uint8Array): Block {
  const table = (at[1] ?? "holding").toLowerCase() as Point["table"];
  const wide = has(profile, "four-byte-registers") && (table === "holding" || table === "input");
  const bytes = pdu[1] ?? 0;
  const count = table === "coil" || table === "discrete" ? bytes * 8 : bytes / (wide ? 4 : 2);
  return { table, address: Number(at[2]), count, ...(wide ? { wide: true as const } : {}) };
}

interface Question extends Frame {
  readonly asked: string;
  readonly block: Block | undefined;
  readonly notes: string[];
  readonly line: number;
}

/** Questions and answers of one function can look alike: an answer fits in length, an echo in every byte. */
function isAnswer({ pdu: asked, block }: Question, pdu: Uint8Array): boolean {
  const [fn = 0] = asked;
  if (pdu[0] === (fn | 0x80)) return pdu.length === 2;
  if (pdu[0] !== fn) return false;
  if (fn >= 5) return pdu.length === 5 && pdu.every((byte, at) => byte === asked[at]);
  const bits = block?.table === "coil" || block?.table === "discrete";
  const mayBeQuestion = pdu.length === 5 && !(bits && Math.ceil(block.count / 8) === 3);
  return pdu.length === 2 + (pdu[1] ?? 0) && !mayBeQuestion;
}

/** All exchanges of a sheet; the first line that is none is said by its number. */
export function hearFrames(profile: Profile, text: string): SheetExchange[] | Undecodable {
  const found: SheetExchange[] = [];
  let open: Question | undefined;
  let at: RegExpMatchArray | undefined;
  const flush = (): void => {
    if (open !== undefined) found.push({ asked: open.asked, notes: open.notes, line: open.line });
    open = undefined;
  };
  for (const [index, line] of text.split("\n").entries()) {
    const place = line.match(placeLine);
    if (place !== null) {
      flush();
      at = place;
      continue;
    }
    const bytes = lineBytes(line);
    if (bytes === undefined) continue;
    const frame = bytes instanceof Uint8Array ? frameOf(bytes) : bytes;
    if (!(bytes instanceof Uint8Array) || "kind" in frame)
      return undecodable(`第 ${index + 1} 行 / line ${index + 1}: ${"kind" in frame ? frame.reason : ""}`, index + 1);
    const notes = frame.note === undefined ? [] : [`第 ${index + 1} 行 / line ${index + 1}: ${frame.note}`];
    const answers = open !== undefined && isAnswer(open, frame.pdu);
    if (!answers && at === undefined && isNoQuestion(frame.pdu))
      return undecodable(`第 ${index + 1} 行 / line ${index + 1}: ${unasked}`, index + 1);
    if (!answers && at === undefined) {
      flush();
      open = { ...frame, asked: hex(bytes), block: blockAsked(profile, frame.pdu), notes, line: index + 1 };
      continue;
    }
    const block = at === undefined ? open?.block : blockAt(profile, at, frame.pdu);
    const heard = hearAnswer(profile, block, frame.pdu);
    if (heard.kind === "undecodable") return undecodable(`第 ${index + 1} 行 / line ${index + 1}: ${heard.reason}`, index + 1);
    if (open !== undefined && open.unit !== frame.unit)
      notes.push(
        `第 ${index + 1} 行：从站 ${frame.unit} 应答了给 ${open.unit} 的问 / line ${index + 1}: unit ${frame.unit} answers a question to ${open.unit}`,
      );
    found.push({
      ...(open === undefined ? {} : { asked: open.asked }),
      bytes: hex(bytes),
      heard,
      notes: [...(open?.notes ?? []), ...notes],
      line: open?.line ?? index + 1,
    });
    open = undefined;
    at = undefined;
  }
  flush();
  return found;
}

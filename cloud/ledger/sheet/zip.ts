// A zip file written part by part, each packed in blocks as its text comes: what was written is given on and forgotten, whatever the whole comes to.
// The sizes of a part stand behind it (a data descriptor), for they are not known before. Source: APPNOTE.TXT 6.3.10 §4.3; RFC 1951.
import { constants, crc32, deflateRawSync } from "node:zlib";

interface Written {
  readonly name: Buffer;
  readonly offset: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

export interface Zip {
  begin(name: string): void;
  /** Text, or bytes as they are. */
  write(part: string | Uint8Array): void;
  /** The last part ends, and so does the file. */
  end(): void;
}

const blockBytes = 256 * 1024;
/** 1 January 1980: always the same, so that the same lines are the same bytes. */
const [noTime, noDay] = [0, 33];
/** Sizes behind the part, names in UTF-8. */
const flags = 0x0808;
const deflated = 8;
const most = 0xffff_ffff;

export function openZip(push: (bytes: Uint8Array) => void): Zip {
  const parts: Written[] = [];
  let at = 0;
  let open: { readonly name: Buffer; readonly offset: number; crc: number; packed: number; size: number } | undefined;
  let waiting: string[] = [];
  let letters = 0;
  const give = (bytes: Uint8Array): void => {
    at += bytes.length;
    if (at > most) throw new RangeError("a zip of more than 4 GB is not written");
    push(bytes);
  };
  const pack = (last: boolean): void => {
    const bytes = Buffer.from(waiting.join(""));
    waiting = [];
    letters = 0;
    packBytes(bytes, last);
  };
  const packBytes = (bytes: Uint8Array, last: boolean): void => {
    if (open === undefined || (bytes.length === 0 && !last)) return;
    // A block that does not end the stream ends at a whole byte: the next begins there.
    const packed = deflateRawSync(bytes, { level: 1, finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH });
    open.crc = crc32(bytes, open.crc);
    open.size += bytes.length;
    open.packed += packed.length;
    give(packed);
  };
  const close = (): void => {
    if (open === undefined) return;
    pack(true);
    const { crc, packed, size } = open;
    if (size > most) throw new RangeError("a part of more than 4 GB is not written");
    give(numbers([4, 0x08074b50], [4, crc], [4, packed], [4, size]));
    parts.push(open);
    open = undefined;
  };
  return {
    begin(name) {
      close();
      const bytes = Buffer.from(name);
      open = { name: bytes, offset: at, crc: 0, packed: 0, size: 0 };
      give(numbers([4, 0x04034b50], [2, 20], ...common(), [4, 0], [4, 0], [4, 0], [2, bytes.length], [2, 0]));
      give(bytes);
    },
    write(text) {
      if (typeof text !== "string") {
        pack(false);
        packBytes(text, false);
        return;
      }
      waiting.push(text);
      letters += text.length;
      if (letters >= blockBytes) pack(false);
    },
    end() {
      close();
      const begins = at;
      for (const { name, offset, crc, packed, size } of parts) {
        give(
          numbers(
            ...([
              [4, 0x02014b50],
              [2, 20],
              [2, 20],
            ] as const),
            ...common(),
            ...([
              [4, crc],
              [4, packed],
              [4, size],
              [2, name.length],
              [2, 0],
              [2, 0],
              [2, 0],
              [2, 0],
              [4, 0],
              [4, offset],
            ] as const),
          ),
        );
        give(name);
      }
      const many = parts.length;
      give(numbers([4, 0x06054b50], [2, 0], [2, 0], [2, many], [2, many], [4, at - begins], [4, begins], [2, 0]));
    },
  };
}

type Field = readonly [bytes: 2 | 4, value: number];
const common = (): readonly Field[] => [
  [2, flags],
  [2, deflated],
  [2, noTime],
  [2, noDay],
];

function numbers(...fields: readonly Field[]): Uint8Array {
  const bytes = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) at = bytes.writeUIntLE(value, at, width);
  return bytes;
}

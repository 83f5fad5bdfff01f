// A small append-only file that survives kill -9 and power cuts: each record has a mark, a length and a checksum; a torn tail is dropped, damage in the middle is named.
// A failed fsync leaves pages that look clean (Rebello et al., ATC 2020), so after any refusal the file is opened anew and written on from its last certain byte.
import { type FileHandle, mkdir, open, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import type { AppendFile } from "../ports.ts";

/** Where the file does not read back what was written. */
export interface Damage {
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
}
export interface MachineAppendFile extends AppendFile {
  readonly damage: readonly Damage[];
  close(): Promise<void>;
}

// mark 2 | length 4 | crc32 of length and payload 4 | payload
const mark = 0xc0b1;
const headBytes = 10;
export const longestRecord = 1_048_576;

export function encodeRecord(payload: Uint8Array): Buffer {
  if (payload.length > longestRecord) throw new RangeError(`a record of ${payload.length} bytes`);
  const record = Buffer.alloc(headBytes + payload.length);
  record.writeUInt16BE(mark, 0);
  record.writeUInt32BE(payload.length, 2);
  record.set(payload, headBytes);
  record.writeUInt32BE(crc32(payload, crc32(record.subarray(2, 6))), 6);
  return record;
}

function recordAt(file: Buffer, at: number): Uint8Array | undefined {
  if (file.length - at < headBytes || file.readUInt16BE(at) !== mark) return undefined;
  const length = file.readUInt32BE(at + 2);
  if (length > longestRecord || file.length - at < headBytes + length) return undefined;
  const payload = file.subarray(at + headBytes, at + headBytes + length);
  return crc32(payload, crc32(file.subarray(at + 2, at + 6))) === file.readUInt32BE(at + 6) ? payload : undefined;
}

export interface Parsed {
  readonly records: Uint8Array[];
  readonly damage: Damage[];
  /** Behind the last whole record. */
  readonly end: number;
}

/** Bytes that are no record are damage when a whole record follows, and a torn tail when none does. */
export function parseRecords(file: Buffer): Parsed {
  const records: Uint8Array[] = [];
  const damage: Damage[] = [];
  let end = 0;
  let at = 0;
  while (at < file.length) {
    const payload = recordAt(file, at);
    if (payload === undefined) {
      at += 1;
      continue;
    }
    if (at > end) damage.push({ offset: end, bytes: at - end, reason: "these bytes are no record, and whole records follow" });
    records.push(Uint8Array.from(payload));
    at += headBytes + payload.length;
    end = at;
  }
  return { records, damage, end };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  await syncFolder(path);
}

interface Waiting {
  readonly record: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Opens or makes the file. A torn tail is cut off; damaged bytes are kept beside it as `<path>.damaged`, and the rest is written anew. */
export async function openAppendFile(path: string): Promise<MachineAppendFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await unlink(`${path}.new`).catch(() => undefined); // a replacement that was never finished
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  const { records, damage, end } = parseRecords(content);
  if (damage.length > 0) {
    await replaceFile(`${path}.damaged`, content);
    await replaceFile(path, Buffer.concat(records.map(encodeRecord)));
  }
  const certain = damage.length > 0 ? records.reduce((sum, record) => sum + headBytes + record.length, 0) : end;
  return appending(path, { records, damage, certain });
}

function appending(path: string, found: { records: Uint8Array[]; damage: Damage[]; certain: number }): MachineAppendFile {
  let handle: FileHandle | undefined;
  let { certain } = found;
  const waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  /** Writes on from the last certain byte, so that half of a refused record never stays in the middle. */
  async function ready(): Promise<FileHandle> {
    if (handle !== undefined) return handle;
    const opened = await open(path, "a", 0o600);
    try {
      await opened.truncate(certain);
      await syncFolder(path);
    } catch (error) {
      await opened.close().catch(() => undefined);
      throw error;
    }
    handle = opened;
    return opened;
  }
  async function forget(): Promise<void> {
    const old = handle;
    handle = undefined;
    await old?.close().catch(() => undefined);
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.splice(0);
      const bytes = Buffer.concat(group.map((one) => one.record));
      try {
        const file = await ready();
        await file.appendFile(bytes);
        await file.datasync();
        certain += bytes.length;
        for (const one of group) one.resolve();
      } catch (error) {
        await forget();
        for (const one of group) one.reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
    writing = undefined;
  }

  /** One writer at a time: appends and rewrites queue up. */
  let turn: Promise<unknown> = Promise.resolve();
  return {
    damage: found.damage,
    records: () => found.records,
    append: (payload) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ record: encodeRecord(payload), resolve, reject });
        if (writing !== undefined) return;
        writing = turn.then(drain, drain);
        turn = writing;
      }),
    rewrite(records) {
      const content = Buffer.concat(records.map(encodeRecord));
      const work = async (): Promise<void> => {
        await forget();
        await replaceFile(path, content);
        certain = content.length;
      };
      const done = turn.then(work, work);
      turn = done.catch(() => undefined);
      return done;
    },
    async close() {
      await turn.catch(() => undefined);
      await forget();
    },
  };
}

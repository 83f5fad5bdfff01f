// A file that nobody reads without its passphrase: AES-256-GCM under a key that scrypt derives. What was cut or changed anywhere is no file at all.
//   "CUOBIAN-SEALED 1\n" + salt (16) + nonce (12) + ciphertext + tag (16)
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { closeSync, createReadStream, createWriteStream, openSync, readSync, rmSync, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";

const mark = Buffer.from("CUOBIAN-SEALED 1\n");
const [saltBytes, nonceBytes, tagBytes] = [16, 12, 16];
const begins = mark.length + saltBytes + nonceBytes;
/** As for passwords of people: a third of a second and 128 MB for each guess. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 };
let last: { readonly of: string; readonly key: Buffer } | undefined;
/** The last one again costs nothing: whoever has it here has the passphrase too. */
function keyOf(passphrase: string, salt: Uint8Array): Buffer {
  const of = `${Buffer.from(salt).toString("hex")} ${passphrase.normalize("NFC")}`;
  if (last?.of !== of) last = { of, key: scryptSync(passphrase.normalize("NFC"), salt, 32, cost) };
  return last.key;
}

function part(path: string, { at, length }: { at: number; length: number }): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, at));
  } finally {
    closeSync(file);
  }
}

export const isSealed = (path: string): boolean => part(path, { at: 0, length: mark.length }).equals(mark);

/** Told how much of how much is done, in bytes. */
export type OnBytes = (done: number, of: number) => void;

export async function seal(from: string, to: string, passphrase: string, onBytes: OnBytes = () => undefined): Promise<void> {
  const [salt, nonce] = [randomBytes(saltBytes), randomBytes(nonceBytes)];
  const cipher = createCipheriv("aes-256-gcm", keyOf(passphrase, salt), nonce);
  cipher.setAAD(mark);
  const out = createWriteStream(to, { flags: "wx", mode: 0o600, flush: true });
  out.write(Buffer.concat([mark, salt, nonce]));
  const told = counting(statSync(from).size, onBytes);
  await pipeline(
    createReadStream(from),
    async function* (plain) {
      for await (const bytes of plain) {
        told(bytes as Buffer);
        yield cipher.update(bytes as Buffer);
      }
      yield cipher.final();
      yield cipher.getAuthTag();
    },
    out,
  );
}

function counting(of: number, onBytes: OnBytes): (bytes: Buffer) => void {
  let done = 0;
  return ({ length }) => {
    done += length;
    onBytes(done, of);
  };
}

/** Whole and unchanged, or nothing stands at `to` and false is said. */
export async function unseal(from: string, to: string, passphrase: string, onBytes: OnBytes = () => undefined): Promise<boolean> {
  const { size } = statSync(from);
  if (size < begins + tagBytes) return false;
  const head = part(from, { at: 0, length: begins });
  if (!head.subarray(0, mark.length).equals(mark)) return false;
  const salt = head.subarray(mark.length, mark.length + saltBytes);
  const decipher = createDecipheriv("aes-256-gcm", keyOf(passphrase, salt), head.subarray(mark.length + saltBytes));
  decipher.setAAD(mark);
  decipher.setAuthTag(part(from, { at: size - tagBytes, length: tagBytes }));
  const told = counting(size - begins - tagBytes, onBytes);
  try {
    await pipeline(
      // An empty one has no bytes between its head and its tag.
      size === begins + tagBytes ? [] : createReadStream(from, { start: begins, end: size - tagBytes - 1 }),
      async function* (sealed: AsyncIterable<Buffer> | Iterable<Buffer>) {
        for await (const bytes of sealed) {
          told(bytes);
          yield decipher.update(bytes);
        }
        yield decipher.final();
      },
      createWriteStream(to, { flags: "wx", mode: 0o600, flush: true }),
    );
    return true;
  } catch {
    rmSync(to, { force: true });
    return false;
  }
}

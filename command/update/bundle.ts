// An update as one file: a manifest of everything in it, the maker's signature over the manifest, then the contents one after another. Nothing of it is believed before the
// signature is, and no byte of a content before its hash.
//   "CUOBIAN-UPDATE 1\n" + manifest (JSON, one line) + "\n" + signature (Ed25519 over that line, base64) + "\n" + contents
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join, normalize, posix } from "node:path";

const mark = "CUOBIAN-UPDATE 1";
const longestHead = 32 * 1024 * 1024;

export interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly bytes: number;
  readonly sha256: string;
  /** A symbolic link to here, inside; then it has no content. */
  readonly link?: string;
}

export interface Manifest {
  readonly v: 1;
  readonly product: "cuobian";
  /** Rises with each release: an older one is never installed after it. */
  readonly version: number;
  readonly name: string;
  /** The maker's own leave to go back: from exactly this version. */
  readonly rollback_from?: number;
  readonly files: readonly Entry[];
}

export interface Bundle {
  readonly kind: "bundle";
  readonly manifest: Manifest;
  /** Where the contents begin. */
  readonly at: number;
}
export interface Refused {
  readonly kind: "refused";
  readonly code: "unreadable" | "unsigned" | "signature" | "manifest" | "content";
  readonly zh: string;
  readonly en: string;
}
const refuse = (code: Refused["code"], zh: string, en: string): Refused => ({ kind: "refused", code, zh, en });

/** The three lines at the beginning. */
function headOf(path: string): { lines: string[]; at: number } | undefined {
  const file = openSync(path, "r");
  try {
    const parts: Buffer[] = [];
    const block = Buffer.alloc(64 * 1024);
    for (let read = 0; read < longestHead; ) {
      const got = readSync(file, block, 0, block.length, read);
      if (got === 0) break;
      parts.push(Buffer.from(block.subarray(0, got)));
      read += got;
      const all = Buffer.concat(parts);
      let end = -1;
      for (let line = 0; line < 3; line += 1) {
        end = all.indexOf(10, end + 1);
        if (end < 0) break;
      }
      if (end >= 0) return { lines: all.subarray(0, end).toString("utf8").split("\n"), at: end + 1 };
      // The first line alone says whether this is anything of ours.
      if (read >= mark.length && !all.subarray(0, mark.length).equals(Buffer.from(mark))) return undefined;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Inside, written in one way, and none of the words that lead out. */
const isInside = (path: string): boolean =>
  path !== "" &&
  !path.startsWith("/") &&
  !path.includes("\\") &&
  !path.includes("\0") &&
  posix.normalize(path) === path &&
  !path.startsWith("..");

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== "object" || value === null) return false;
  const { v, product, version, name, files, rollback_from, ...rest } = value as Record<string, unknown>;
  const whole = (one: unknown): one is number => Number.isSafeInteger(one) && (one as number) >= 0;
  if (v !== 1 || product !== "cuobian" || !whole(version) || version < 1 || typeof name !== "string" || Object.keys(rest).length > 0)
    return false;
  if (rollback_from !== undefined && !whole(rollback_from)) return false;
  if (!Array.isArray(files) || new Set(files.map((one: Entry) => one?.path)).size !== files.length) return false;
  return files.every(
    (one: Partial<Entry>) =>
      typeof one.path === "string" &&
      isInside(one.path) &&
      whole(one.mode) &&
      whole(one.bytes) &&
      /^[0-9a-f]{64}$/.test(one.sha256 ?? "") &&
      (one.link === undefined ||
        (typeof one.link === "string" && !one.link.startsWith("/") && isInside(posix.normalize(posix.join(dirname(one.path), one.link))))),
  );
}

export function readBundle(path: string, publicKey: string): Bundle | Refused {
  const head = headOf(path);
  const [first, line = "", signature = ""] = head?.lines ?? [];
  if (head === undefined || first !== mark) return refuse("unreadable", "不是升级包", "this is no update of ours");
  if (signature.trim() === "") return refuse("unsigned", "升级包没有签名", "this update is not signed");
  const bytes = Buffer.from(signature, "base64");
  if (bytes.toString("base64") !== signature || !verify(null, Buffer.from(line), createPublicKey(publicKey), bytes))
    return refuse("signature", "签名不符", "the signature is not the maker's");
  let manifest: unknown;
  try {
    manifest = JSON.parse(line);
  } catch {
    return refuse("manifest", "清单无法解析", "its manifest cannot be read");
  }
  if (!isManifest(manifest)) return refuse("manifest", "清单不符合约定", "its manifest is not as agreed");
  const size = lstatSync(path).size;
  const wanted = head.at + manifest.files.reduce((sum, one) => sum + one.bytes, 0);
  if (size !== wanted) return refuse("content", `应为 ${wanted} 字节，却是 ${size}`, `should be ${wanted} bytes, but is ${size}`);
  return { kind: "bundle", manifest, at: head.at };
}

/** Each content goes to its place under `to` (undefined: nowhere, it is only looked at), and is what the manifest says. */
export async function unpack(path: string, { manifest, at }: Bundle, to: string | undefined): Promise<Refused | undefined> {
  let from = at;
  for (const { path: name, mode, bytes, sha256, link } of manifest.files) {
    const place = to === undefined ? undefined : join(to, normalize(name));
    if (place !== undefined) mkdirSync(dirname(place), { recursive: true });
    if (link !== undefined) {
      if (place !== undefined) symlinkSync(link, place);
      continue;
    }
    const hash = createHash("sha256");
    const file = place === undefined ? undefined : openSync(place, "wx", mode & 0o755);
    try {
      if (bytes > 0)
        for await (const part of createReadStream(path, { start: from, end: from + bytes - 1 })) {
          hash.update(part as Buffer);
          if (file !== undefined) writeSync(file, part as Buffer);
        }
      if (file !== undefined) fsyncSync(file);
    } finally {
      if (file !== undefined) closeSync(file);
    }
    if (hash.digest("hex") !== sha256) return refuse("content", `内容已损坏：${name}`, `a content is damaged: ${name}`);
    from += bytes;
  }
  return undefined;
}

const left = /^(\.git|\.ci|data|dist\/tmp)(\/|$)/;

/** The maker's side. */
export function pack(
  from: string,
  to: string,
  { key, ...about }: { readonly version: number; readonly name: string; readonly rollback_from?: number; readonly key: string },
): Manifest {
  const paths = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1))
    .filter((path) => !left.test(path))
    .sort();
  const empty = createHash("sha256").digest("hex");
  const files = paths.map((path): Entry => {
    const stat = lstatSync(join(from, path));
    if (stat.isSymbolicLink()) return { path, mode: 0o777, bytes: 0, sha256: empty, link: readlinkSync(join(from, path)) };
    const sha256 = createHash("sha256")
      .update(readFileSync(join(from, path)))
      .digest("hex");
    return { path, mode: (stat.mode & 0o100) !== 0 ? 0o755 : 0o644, bytes: stat.size, sha256 };
  });
  const manifest: Manifest = { v: 1, product: "cuobian", ...about, files };
  if (!isManifest(manifest)) throw new Error("a path or a link leads out of the folder");
  const line = JSON.stringify(manifest);
  const signature = sign(null, Buffer.from(line), createPrivateKey(key)).toString("base64");
  const file = openSync(to, "wx", 0o644);
  try {
    writeSync(file, `${mark}\n${line}\n${signature}\n`);
    for (const { path, bytes } of files) if (bytes > 0) writeSync(file, readFileSync(join(from, path)));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return manifest;
}

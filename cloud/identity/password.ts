// Passwords are kept as scrypt hashes (OWASP: N = 2^17, r = 8, p = 1), each with its own salt and its own parameters beside it.
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const parameters = { ln: 17, r: 8, p: 1 } as const;
const hashBytes = 32;

/** One at a time: each takes 128 MB, and guessers must not fill the memory. */
let before: Promise<unknown> = Promise.resolve();

function derive(password: string, salt: Buffer, cost: { ln: number; r: number; p: number }): Promise<Buffer> {
  const derived = before.then(() => deriveNow(password, salt, cost));
  before = derived.catch(() => undefined);
  return derived;
}

function deriveNow(password: string, salt: Buffer, { ln, r, p }: { ln: number; r: number; p: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, hashBytes, { N: 2 ** ln, r, p, maxmem: 256 * 1024 * 1024 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, parameters);
  return `$scrypt$ln=${parameters.ln},r=${parameters.r},p=${parameters.p}$${salt.toString("base64")}$${key.toString("base64")}`;
}

const stored = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/;

/** false for a wrong password, and for a stored text that is no hash of ours; both take as long as a true one. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const match = stored.exec(hash ?? "");
  const [, ln = String(parameters.ln), r = String(parameters.r), p = String(parameters.p), salt = "", key = ""] = match ?? [];
  if (Number(ln) > 20) return false;
  const derived = await derive(password, Buffer.from(salt, "base64"), { ln: Number(ln), r: Number(r), p: Number(p) });
  const wanted = Buffer.from(key, "base64");
  return match !== null && wanted.length === derived.length && timingSafeEqual(wanted, derived);
}

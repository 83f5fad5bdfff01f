// Secrets that are shown once and kept as hashes: codes that somebody reads aloud, tokens that programs carry.
import { createHash, randomBytes } from "node:crypto";

/** Without look-alike letters. */
const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** 80 bits in four groups: short enough to be read aloud once. */
export const oneTimeCode = (): string =>
  [...randomBytes(16)].map((byte, at) => (at > 0 && at % 4 === 0 ? "-" : "") + letters[byte % 32]).join("");

/** Enough for what nobody could guess anyway: it has 80 bits or more. */
export const secretHash = (secret: string): string => createHash("sha256").update(secret).digest("hex");

// The code on a socket: its name with a mark that only this gateway can make, so that a number typed by guess begins nothing.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Tokens {
  tokenOf(socket: string): string;
  socketOfToken(token: string): string | undefined;
}

/** The key is made at first need, and replaced by removing its file: then every printed code is void. */
function keyIn(folder: string): Buffer {
  const path = join(folder, "socket-codes.key");
  try {
    return readFileSync(path);
  } catch {
    const key = randomBytes(32);
    writeFileSync(path, key, { mode: 0o600, flag: "wx" });
    return key;
  }
}

const markBytes = 12;

export function tokensOf(folder: string): Tokens {
  let key: Buffer | undefined;
  const mark = (socket: string): Buffer => {
    key ??= keyIn(folder);
    return createHmac("sha256", key).update(socket).digest().subarray(0, markBytes);
  };
  return {
    tokenOf: (socket) => `${Buffer.from(socket).toString("base64url")}.${mark(socket).toString("base64url")}`,
    socketOfToken(token) {
      const [name = "", said = ""] = token.split(".");
      const socket = Buffer.from(name, "base64url").toString();
      const given = Buffer.from(said, "base64url");
      return given.length === markBytes && timingSafeEqual(given, mark(socket)) ? socket : undefined;
    },
  };
}

// The key with which the cloud signs its commands: made at the first start, readable by the service alone. The public half is what a gateway is given.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SignedCommand } from "#protocols/uplink/commands.ts";

export interface CommandKey {
  readonly id: string;
  sign(text: string): SignedCommand;
}

const privateName = "commands.key.pem";
export const publicName = "commands.pub.pem";

/** `given`: a key that several processes share; it is never made here. */
export function openCommandKey(folder: string, given?: string): CommandKey {
  const path = given ?? join(folder, privateName);
  if (given === undefined && !existsSync(path)) {
    const pair = generateKeyPairSync("ed25519");
    writeFileSync(path, pair.privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  }
  const key = createPrivateKey(readFileSync(path, "utf8"));
  const open = createPublicKey(key);
  writeFileSync(join(folder, publicName), open.export({ type: "spki", format: "pem" }), { mode: 0o644 });
  return commandKey(key, open);
}

function commandKey(key: KeyObject, open: KeyObject): CommandKey {
  const der = open.export({ type: "spki", format: "der" });
  const id = createHash("sha256").update(der).digest("hex").slice(0, 16);
  return {
    id,
    sign: (command) => ({ v: 1, command, key: id, signature: sign(null, Buffer.from(command), key).toString("base64") }),
  };
}

// The key with which the cloud signs its commands: made at the first start, readable by the service alone. The public half is what a gateway is given.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SignedCommand } from "#protocols/uplink/commands.ts";
import type { SignedDocument } from "#protocols/uplink/documents.ts";

export interface CommandKey {
  readonly id: string;
  sign(text: string): SignedCommand;
  /** The same signature under a document. A command's text is no document's, and the other way round: each is strict about its fields. */
  signDocument(text: string): SignedDocument;
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
  const signature = (text: string): string => sign(null, Buffer.from(text), key).toString("base64");
  return {
    id,
    sign: (command) => ({ v: 1, command, key: id, signature: signature(command) }),
    signDocument: (document) => ({ v: 1, document, key: id, signature: signature(document) }),
  };
}

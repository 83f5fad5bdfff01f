// Is this text the cloud's own word? Commands and documents are texts under an Ed25519 signature; nothing here does anything.
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";

export interface CloudKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** A public key in PEM; throws with words when it is none, or no Ed25519 key. */
export function readCloudKey(pem: string): CloudKey {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`not an Ed25519 public key but ${key.asymmetricKeyType}`);
  const id = createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 16);
  return { id, key };
}

export interface SignedText {
  readonly text: string;
  readonly key: string;
  /** base64 */
  readonly signature: string;
}

export function isSignedBy(keys: readonly CloudKey[], { text, key: id, signature: written }: SignedText): boolean {
  const signature = Buffer.from(written, "base64");
  // Written in the one way in which it is written: base64 has bits that say nothing, and a decoder that forgives.
  if (signature.toString("base64") !== written) return false;
  const key = keys.find((one) => one.id === id);
  return key !== undefined && verify(null, Buffer.from(text), key.key, signature);
}

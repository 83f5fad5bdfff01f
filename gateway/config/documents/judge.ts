// Is this a document of the cloud, for us? Asked of what arrives, and again of what lies on the disk, whenever it is read.
import { createHash } from "node:crypto";
import { Compile } from "typebox/compile";
import { type CloudKey, isSignedBy } from "#gateway/signed/signed.ts";
import { ConfigDocument, type DocumentRefusal, documentKinds, largestDocument, SignedDocument } from "#protocols/uplink/documents.ts";

const envelopeShape = Compile(SignedDocument);
const shape = Compile(ConfigDocument);

/** For whom, and whose word. */
export interface Ground {
  readonly site: string;
  readonly gateway: string;
  readonly keys: readonly CloudKey[];
}

export interface Held {
  readonly document: ConfigDocument;
  /** "sha256:…" of its text. */
  readonly hash: string;
  /** As it came, to be kept and to be held against the signature again. */
  readonly signed: string;
}

export interface NotHeld {
  readonly code: DocumentRefusal;
  /** Where the word is the cloud's and for us: then it hears why not. Anything else is nobody's, and is answered by silence. */
  readonly held?: Held;
}

export const hashOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function judgeDocument(bytes: Uint8Array, { site, gateway, keys }: Ground): Held | NotHeld {
  if (bytes.length > largestDocument) return { code: "unreadable" };
  let signed: string;
  try {
    signed = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { code: "unreadable" };
  }
  const envelope = json(signed);
  if (!envelopeShape.Check(envelope)) return { code: "unreadable" };
  if (keys.length === 0) return { code: "no-key" };
  const { document: text, key, signature } = envelope;
  if (!isSignedBy(keys, { text, key, signature })) return { code: "signature" };
  const document = json(text);
  if (!shape.Check(document)) return { code: "unreadable" };
  if (document.site !== site || document.gateway !== gateway) return { code: "wrong-gateway" };
  const held = { document, hash: hashOf(document.text), signed };
  const alone = document.approver === null || document.approver === document.person;
  return documentKinds[document.kind].dangerous && alone ? { code: "one-person", held } : held;
}

export const isHeld = (judged: Held | NotHeld): judged is Held => "signed" in judged;

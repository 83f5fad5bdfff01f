// The certificate with which the cloud itself speaks HTTPS: two files that somebody else renews (an ACME client, an administrator), read again whenever they change.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";

export interface CertificateFiles {
  readonly cert_file: string;
  readonly key_file: string;
}

export interface WebCertificate {
  readonly kind: "certificate";
  /** PEM: the server's own first, then those between it and the root. */
  readonly cert: string;
  readonly key: string;
  readonly until: number;
  /** The key can be read by others on this machine. */
  readonly warning?: string;
}

const largest = 64 * 1024;

/** What does not fit together is refused: a server that starts with it would answer nobody. */
export function readWebCertificate({ cert_file, key_file }: CertificateFiles): WebCertificate | Refusal {
  let file = cert_file;
  try {
    const cert = readWhole(cert_file);
    const own = new X509Certificate(cert);
    file = key_file;
    const key = readWhole(key_file);
    if (!own.checkPrivateKey(createPrivateKey(key)))
      return refusal("another-key", `${key_file} 不是 ${cert_file} 的私钥`, `${key_file} is not the key of ${cert_file}`);
    const { mode, uid } = statSync(key_file);
    const open = (mode & 0o077) !== 0 && uid === process.getuid?.();
    return {
      ...{ kind: "certificate", cert, key, until: Date.parse(own.validTo) },
      ...(open ? { warning: `others can read ${key_file}: chmod 600 it` } : {}),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refusal("no-certificate", `${file} 不可用：${why}`, `${file} cannot be used: ${why}`);
  }
}

function readWhole(path: string): string {
  if (statSync(path).size > largest) throw new Error("too large");
  return readFileSync(path, "utf8");
}

/** Calls `renewed` with what is new; what cannot be used is said, and the one before goes on. */
export function watchWebCertificate(
  files: CertificateFiles,
  held: WebCertificate,
  { renewed, trouble }: { renewed: (certificate: WebCertificate) => void; trouble: (why: Refusal) => void },
): () => void {
  let known = held;
  return () => {
    const found = readWebCertificate(files);
    if (found.kind === "refusal") trouble(found);
    else if (found.cert !== known.cert || found.key !== known.key) {
      known = found;
      renewed(found);
    }
  };
}

// The cloud's own certificate authority: it names gateways, and brokers for them, and nobody else believes it. Made at the first start; its key is for the service alone.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
  X509Certificate,
} from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { certificateToSign, extensionsOf, type Name, readRequest, revocationsToSign, signed } from "#protocols/pki/x509.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

export const caFile = "gateways-ca.pem";
const keyFile = "gateways-ca.key.pem";
const caDays = 3650;
/** A gateway's own; it asks for the next one when a third is left. */
export const gatewayDays = 90;
/** A certificate that ran out may still be exchanged for a new one for so long: a gateway may have been offline (docs/how-to/enrol-a-gateway.md). */
export const graceDays = 90;
const serverDays = 365;
/** Clocks of both sides may differ. */
const before_ms = 3600_000;

export interface Issued {
  /** Lower-case hexadecimal, 32 digits. */
  readonly serial: string;
  readonly pem: string;
  readonly from: number;
  readonly until: number;
}

export interface Authority {
  /** PEM of its own certificate: what a gateway and a broker are given. */
  readonly pem: string;
  /** For a request in PEM; refused when its signature does not prove the key, or the key is another kind. */
  issueGateway(of: { readonly site: string; readonly gateway: string; readonly request: string; readonly now: number }): Issued | Refusal;
  issueServer(of: { readonly names: readonly string[]; readonly now: number }): Issued & { readonly key: string };
  revocations(of: {
    readonly serials: readonly { readonly serial: string; readonly at: number }[];
    readonly number: number;
    readonly now: number;
  }): string;
  /** Whether this PEM is one of ours, whatever its time. */
  isOurs(pem: string): boolean;
}

const civil = (ms: number): string => new Date(ms).toISOString().replace(/[-:T]/g, "").slice(0, 14);
const pemOf = (kind: string, der: Uint8Array): string =>
  `-----BEGIN ${kind}-----\n${Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\n").trimEnd()}\n-----END ${kind}-----\n`;
const derOf = (pem: string, kind: string): Uint8Array | undefined => {
  const found = new RegExp(`^\\s*-----BEGIN ${kind}-----\\s+([A-Za-z0-9+/=\\s]{1,8192})-----END ${kind}-----\\s*$`).exec(pem);
  return found === null ? undefined : Buffer.from(found[1] ?? "", "base64");
};
const spkiOf = (key: KeyObject): Uint8Array => key.export({ type: "spki", format: "der" });
/** RFC 5280, 4.2.1.2 asks for any name of a key that is always the same. */
const idOf = (spki: Uint8Array): Uint8Array => createHash("sha256").update(spki).digest().subarray(0, 20);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
/** Positive and without leading zeros: written in one way wherever it is written. */
const newSerial = (): Uint8Array => Uint8Array.from(randomBytes(16), (byte, at) => (at === 0 ? (byte & 0x7f) | 0x40 : byte));

const own: Name = { organisation: "Cuobian", common: "Cuobian gateways CA" };

export function openAuthority(folder: string, now: number): Authority {
  const [keyPath, pemPath] = [join(folder, keyFile), join(folder, caFile)];
  if (!existsSync(keyPath)) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writeFileSync(keyPath, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  }
  const key = createPrivateKey(readFileSync(keyPath, "utf8"));
  const spki = spkiOf(createPublicKey(key));
  const authority = idOf(spki);
  const complete = (tbs: Uint8Array): Uint8Array => signed(tbs, sign("sha256", tbs, key));
  if (!existsSync(pemPath)) {
    const times = { from: civil(now - before_ms), until: civil(now + caDays * dayMs) };
    const tbs = certificateToSign({
      serial: newSerial(),
      issuer: own,
      subject: own,
      ...times,
      key: spki,
      extensions: extensionsOf.authority(authority),
    });
    writeFileSync(pemPath, pemOf("CERTIFICATE", complete(tbs)), { mode: 0o644 });
  }
  const pem = readFileSync(pemPath, "utf8");
  const root = new X509Certificate(pem);
  if (!root.checkPrivateKey(key)) throw new Error(`${pemPath} is not the certificate of ${keyPath}`);

  function issue(
    kind: "client" | "server",
    of: { subject: Name; spki: Uint8Array; names: readonly string[]; now: number; days: number },
  ): Issued {
    const serial = newSerial();
    const [from, until] = [of.now - before_ms, of.now + of.days * dayMs];
    const extensions = extensionsOf.member(kind, { own: idOf(of.spki), authority, names: of.names });
    const times = { from: civil(from), until: civil(until) };
    const tbs = certificateToSign({ serial, issuer: own, subject: of.subject, ...times, key: of.spki, extensions });
    return { serial: hex(serial), pem: pemOf("CERTIFICATE", complete(tbs)), from, until };
  }

  return {
    pem,
    issueGateway({ site, gateway, request, now: at }) {
      const wrong = refusal("request", "证书请求无效", "this is no certificate request of a P-256 key that its sender holds");
      const der = derOf(request, "CERTIFICATE REQUEST");
      const read = der === undefined ? undefined : readRequest(der);
      if (read === undefined) return wrong;
      try {
        const asked = createPublicKey({ key: Buffer.from(read.key), format: "der", type: "spki" });
        if (asked.asymmetricKeyType !== "ec" || asked.asymmetricKeyDetails?.namedCurve !== "prime256v1") return wrong;
        if (!verify("sha256", read.toVerify, asked, read.signature)) return wrong;
        return issue("client", {
          subject: { organisation: site, common: gateway },
          spki: spkiOf(asked),
          names: [],
          now: at,
          days: gatewayDays,
        });
      } catch {
        return wrong;
      }
    },
    issueServer({ names, now: at }) {
      const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const subject = { organisation: "Cuobian", common: names[0] ?? "localhost" };
      const issued = issue("server", { subject, spki: spkiOf(pair.publicKey), names, now: at, days: serverDays });
      return { ...issued, key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
    },
    revocations({ serials, number, now: at }) {
      const revoked = serials.map((one) => ({ serial: Buffer.from(one.serial, "hex"), at: civil(one.at) }));
      // A broker that cannot fetch the next one must not lock everybody out: the list is long-lived, and rewritten at each revocation and each day.
      const tbs = revocationsToSign({ issuer: own, at: civil(at - before_ms), next: civil(at + 30 * dayMs), number, authority, revoked });
      return pemOf("X509 CRL", complete(tbs));
    },
    isOurs(given) {
      try {
        const certificate = new X509Certificate(given);
        return certificate.checkIssued(root) && certificate.verify(root.publicKey);
      } catch {
        return false;
      }
    },
  };
}

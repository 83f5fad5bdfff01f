// A gateway's identity: a key pair that was made here and never leaves, and the certificate that the cloud gave for it. One file, written whole.
import { createPrivateKey, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { requestToSign, signed } from "#protocols/pki/x509.ts";
import { writeWhole } from "../config/documents/folder.ts";

export interface Identity {
  readonly key: string;
  readonly certificate: string;
  /** Who certified it, and the broker that it calls. */
  readonly authority: string;
}

export interface GatewayName {
  readonly site: string;
  readonly gateway: string;
}

/** undefined: there is none, or it cannot be read; the key is its certificate's. */
export function readIdentity(path: string): Identity | undefined {
  try {
    const { key, certificate, authority } = JSON.parse(readFileSync(path, "utf8")) as Identity;
    const sound = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)) && new X509Certificate(authority).ca;
    return sound ? { key, certificate, authority } : undefined;
  } catch {
    return undefined;
  }
}

export const writeIdentity = (path: string, identity: Identity): void => writeWhole(path, `${JSON.stringify({ v: 1, ...identity })}\n`);

/** A new key pair and the request for its certificate, both PEM. */
export function newRequest({ site, gateway }: GatewayName): { key: string; request: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const tbs = requestToSign({
    subject: { organisation: site, common: gateway },
    key: publicKey.export({ type: "spki", format: "der" }),
  });
  const der = Buffer.from(signed(tbs, sign("sha256", tbs, privateKey))).toString("base64");
  const request = `-----BEGIN CERTIFICATE REQUEST-----\n${der.replace(/.{64}/g, "$&\n").trimEnd()}\n-----END CERTIFICATE REQUEST-----\n`;
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), request };
}

export interface Life {
  readonly from: number;
  readonly until: number;
  /** From then on the next certificate is asked for: when a third of its life is left. */
  readonly due: number;
}

export function lifeOf({ certificate }: Pick<Identity, "certificate">): Life {
  const { validFrom, validTo } = new X509Certificate(certificate);
  const [from, until] = [Date.parse(validFrom), Date.parse(validTo)];
  return { from, until, due: until - Math.floor((until - from) / 3) };
}

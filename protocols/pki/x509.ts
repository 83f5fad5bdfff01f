// The four things that are signed: a request (PKCS #10, RFC 2986), a certificate and a revocation list (RFC 5280), all with ECDSA over P-256 and SHA-256 (RFC 5758).
// What is made here is to be signed; who signs is the caller.
import {
  type Bytes,
  bits,
  contextText,
  explicit,
  moment,
  octets,
  oid,
  read,
  readAll,
  sequence,
  set,
  small,
  tagged,
  truth,
  utf8,
  whole,
} from "./der.ts";

const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));
const commonName = oid("2.5.4.3");
const organisation = oid("2.5.4.10");

export interface Name {
  readonly organisation: string;
  readonly common: string;
}

const nameOf = ({ organisation: o, common }: Name): Bytes =>
  sequence(set(sequence(organisation, utf8(o))), set(sequence(commonName, utf8(common))));

export const signed = (tbs: Bytes, signature: Bytes): Bytes => sequence(tbs, ecdsaWithSha256, bits(signature));

/** `key`: SubjectPublicKeyInfo in DER. */
export const requestToSign = ({ subject, key }: { readonly subject: Name; readonly key: Bytes }): Bytes =>
  sequence(small(0), nameOf(subject), key, explicit(0));

export interface Request {
  readonly toVerify: Bytes;
  readonly signature: Bytes;
  readonly key: Bytes;
}

/** Only what is needed of it: whose key it is, and the proof that the sender holds it. The name in it is not believed. */
export function readRequest(der: Bytes): Request | undefined {
  const outer = read(der);
  const [tbs, algorithm, signature] = outer?.tag === 0x30 ? (readAll(outer.content) ?? []) : [];
  if (tbs?.tag !== 0x30 || signature?.tag !== 0x03 || signature.content[0] !== 0 || algorithm === undefined) return undefined;
  if (!same(algorithm.whole, ecdsaWithSha256)) return undefined;
  const [version, subject, key] = readAll(tbs.content) ?? [];
  if (version?.tag !== 0x02 || subject?.tag !== 0x30 || key?.tag !== 0x30) return undefined;
  return { toVerify: tbs.whole, signature: signature.content.subarray(1), key: key.whole };
}

const same = (a: Bytes, b: Bytes): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);

export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Bytes;
}

const extension = ({ id, critical, value }: Extension): Bytes => sequence(oid(id), ...(critical ? [truth(true)] : []), octets(value));

export interface Certificate {
  readonly serial: Bytes;
  readonly issuer: Name;
  readonly subject: Name;
  /** "20261126184100" in UTC. */
  readonly from: string;
  readonly until: string;
  readonly key: Bytes;
  readonly extensions: readonly Extension[];
}

export const certificateToSign = ({ serial, issuer, subject, from, until, key, extensions }: Certificate): Bytes =>
  sequence(
    explicit(0, small(2)),
    whole(serial),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(moment(from), moment(until)),
    nameOf(subject),
    key,
    explicit(3, sequence(...extensions.map(extension))),
  );

/** RFC 5280, 4.2.1. */
export const extensionsOf = {
  authority: (own: Bytes): readonly Extension[] => [
    { id: "2.5.29.19", critical: true, value: sequence(truth(true), small(0)) },
    // keyCertSign, cRLSign
    { id: "2.5.29.15", critical: true, value: bits(Uint8Array.of(0x06), 1) },
    { id: "2.5.29.14", critical: false, value: octets(own) },
  ],
  member: (kind: "client" | "server", parts: { own: Bytes; authority: Bytes; names: readonly string[] }): readonly Extension[] => [
    { id: "2.5.29.19", critical: true, value: sequence() },
    // digitalSignature
    { id: "2.5.29.15", critical: true, value: bits(Uint8Array.of(0x80), 7) },
    { id: "2.5.29.37", critical: false, value: sequence(oid(kind === "client" ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")) },
    { id: "2.5.29.14", critical: false, value: octets(parts.own) },
    { id: "2.5.29.35", critical: false, value: sequence(tagged(0x80, parts.authority)) },
    ...(parts.names.length === 0 ? [] : [{ id: "2.5.29.17", critical: false, value: sequence(...parts.names.map(alternative)) }]),
  ],
};

function alternative(name: string): Bytes {
  return /^\d+\.\d+\.\d+\.\d+$/.test(name) ? tagged(0x87, Uint8Array.from(name.split("."), Number)) : contextText(2, name);
}

export interface Revocations {
  readonly issuer: Name;
  readonly at: string;
  readonly next: string;
  readonly number: number;
  readonly authority: Bytes;
  readonly revoked: readonly { readonly serial: Bytes; readonly at: string }[];
}

export function revocationsToSign({ issuer, at, next, number, authority, revoked }: Revocations): Bytes {
  const rows = revoked.map((one) => sequence(whole(one.serial), moment(one.at)));
  const counter = Uint8Array.of(...[24, 16, 8, 0].map((shift) => (number / 2 ** shift) & 0xff));
  const extensions = [
    { id: "2.5.29.35", critical: false, value: sequence(tagged(0x80, authority)) },
    { id: "2.5.29.20", critical: false, value: whole(counter) },
  ];
  return sequence(
    small(1),
    ecdsaWithSha256,
    nameOf(issuer),
    moment(at),
    moment(next),
    ...(rows.length === 0 ? [] : [sequence(...rows)]),
    explicit(0, sequence(...extensions.map(extension))),
  );
}

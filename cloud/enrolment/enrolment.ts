// A gateway's identity in the cloud: a one-time code, the first certificate, the next ones, and the end of one.
import { createHash, createPublicKey, verify, X509Certificate } from "node:crypto";
import { oneTimeCode } from "#cloud/identity/one-time.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { type Authority, graceDays, type Issued } from "./authority.ts";

export type CertificateRow = Row<"certificate">;
export interface GatewayName {
  readonly site: string;
  readonly gateway: string;
}

export const codeWithin_ms = dayMs;
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** 80 bits, read aloud once. A newer code of the same gateway ends the older ones. */
export async function newCode(change: Change, of: GatewayName & { readonly person: string; readonly now: number }): Promise<string> {
  const code = oneTimeCode();
  const { site, gateway, person, now } = of;
  await change.deleteFrom("enrolment_code").where("gateway", "=", gateway).where("used_at", "is", null).execute();
  const row = { code_hash: hashOf(code), site, gateway, person, created_at: now, expires_at: now + codeWithin_ms, used_at: null };
  await change.insertInto("enrolment_code").values(row).execute();
  return code;
}

interface Asked {
  readonly request: string;
  readonly now: number;
}

const noCode = refusal("code", "注册码无效、已用过或已过期", "this code is wrong, was used, or has expired");

/** The code is used up by the first request that is one; a wrong request does not use it up. */
export async function enrol(
  change: Change,
  authority: Authority,
  { code, request, now }: Asked & { readonly code: string },
): Promise<{ issued: Issued; row: CertificateRow } | Refusal> {
  const known = await change.selectFrom("enrolment_code").selectAll().where("code_hash", "=", hashOf(code)).executeTakeFirst();
  if (known === undefined || known.used_at !== null || known.expires_at <= now) return noCode;
  const { site, gateway } = known;
  const made = await certify(change, authority, { site, gateway, request, now, before: null });
  if ("kind" in made) return made;
  await change.updateTable("enrolment_code").set({ used_at: now }).where("code_hash", "=", known.code_hash).execute();
  // A box that is enrolled anew takes the place of the one before it.
  await change
    .updateTable("certificate")
    .set({ revoked_at: now, revoked_by: "enrolment", reason: "enrolled anew" })
    .where("gateway", "=", gateway)
    .where("serial", "<>", made.row.serial)
    .where("revoked_at", "is", null)
    .execute();
  return made;
}

async function certify(
  change: Change,
  authority: Authority,
  of: GatewayName & Asked & { readonly before: string | null },
): Promise<{ issued: Issued; row: CertificateRow } | Refusal> {
  const { site, gateway, request, now, before } = of;
  const issued = authority.issueGateway({ site, gateway, request, now });
  if ("kind" in issued) return issued;
  const key_hash = hashOf(new X509Certificate(issued.pem).publicKey.export({ type: "spki", format: "der" }).toString("hex"));
  const known = await change.selectFrom("certificate").select("serial").where("key_hash", "=", key_hash).executeTakeFirst();
  if (known !== undefined)
    return refusal("key-used", "该密钥已签发过证书，请生成新的密钥", "this key was certified before: make a new one");
  const row: CertificateRow = {
    ...{ serial: issued.serial, site, gateway, key_hash, issued_at: now, from_at: issued.from, until_at: issued.until, before },
    ...{ revoked_at: null, revoked_by: null, reason: null },
  };
  await change.insertInto("certificate").values(row).execute();
  return { issued, row };
}

/** What the old key signs, so that only its holder gets the next certificate. */
export const renewalText = (request: string): string => `cuobian renewal\n${request}`;

export interface Renewal extends Asked {
  /** PEM of the certificate that is held. */
  readonly certificate: string;
  /** By its key over renewalText(request), base64. */
  readonly signature: string;
}

/**
 * The next certificate for whoever holds the last one: also when that ran out, for the days of grace. The one before stays good until it ends, or until the next
 * renewal: a gateway that died before it could keep the new one comes with the old one again.
 */
export async function renew(
  change: Change,
  authority: Authority,
  asked: Renewal,
): Promise<{ issued: Issued; row: CertificateRow } | Refusal> {
  const { certificate, request, signature, now } = asked;
  const no = refusal(
    "certificate",
    "证书无效、已吊销或过期太久，请重新注册",
    "this certificate is not ours, was revoked, or ran out too long ago: enrol anew",
  );
  if (!authority.isOurs(certificate)) return no;
  const held = new X509Certificate(certificate);
  const serial = held.serialNumber.toLowerCase();
  const row = await change.selectFrom("certificate").selectAll().where("serial", "=", serial).executeTakeFirst();
  if (row === undefined || row.revoked_at !== null || now > row.until_at + graceDays * dayMs) return no;
  if (
    !verify(
      "sha256",
      Buffer.from(renewalText(request)),
      createPublicKey(held.publicKey.export({ type: "spki", format: "pem" })),
      Buffer.from(signature, "base64"),
    )
  )
    return refusal("proof", "未证明持有原证书的密钥", "the key of the certificate did not sign this request");
  const { site, gateway } = row;
  const made = await certify(change, authority, { site, gateway, request, now, before: serial });
  if ("kind" in made) return made;
  // What was asked for with this one before was never used: only one line of certificates lives.
  await change
    .updateTable("certificate")
    .set({ revoked_at: now, revoked_by: "renewal", reason: "superseded" })
    .where("gateway", "=", gateway)
    .where("revoked_at", "is", null)
    .where("serial", "not in", [serial, made.row.serial])
    .execute();
  return made;
}

/** What the held key signs, so that only its holder takes a gateway out of service. */
export const farewellText = (certificate: string): string => `cuobian farewell\n${certificate}`;

/** A gateway that is taken out of service ends every certificate of its own. Said again it changes nothing; a certificate that was revoked before says nothing for a newer one. */
export async function farewell(
  change: Change,
  authority: Authority,
  asked: { readonly certificate: string; readonly signature: string; readonly reason: string | undefined; readonly now: number },
): Promise<{ readonly row: CertificateRow; readonly ended: number } | Refusal> {
  const { certificate, signature, reason, now } = asked;
  const no = refusal("certificate", "证书无效或已吊销", "this certificate is not ours, or was revoked");
  if (!authority.isOurs(certificate)) return no;
  const held = new X509Certificate(certificate);
  const row = await certificateOf(change, held.serialNumber.toLowerCase());
  if (row === undefined) return no;
  const key = createPublicKey(held.publicKey.export({ type: "spki", format: "pem" }));
  if (!verify("sha256", Buffer.from(farewellText(certificate)), key, Buffer.from(signature, "base64")))
    return refusal("proof", "未证明持有证书的密钥", "the key of the certificate did not sign this");
  const { gateway } = row;
  const good = change.selectFrom("certificate").select("serial").where("gateway", "=", gateway).where("revoked_at", "is", null);
  const living = (await good.execute()).map(({ serial }) => serial);
  if (row.revoked_at !== null && living.length > 0) return no;
  const ending = {
    revoked_at: now,
    revoked_by: "gateway",
    reason: `decommissioned${reason === undefined ? "" : `: ${reason}`}`.slice(0, 200),
  };
  await change
    .updateTable("certificate")
    .set(ending)
    .where("serial", "in", ["", ...living])
    .execute();
  await change.deleteFrom("enrolment_code").where("gateway", "=", gateway).where("used_at", "is", null).execute();
  return { row, ended: living.length };
}

export async function revoke(
  change: Change,
  of: { readonly serial: string; readonly person: string; readonly reason: string; readonly now: number },
): Promise<CertificateRow | undefined> {
  const { serial, person, reason, now } = of;
  await change
    .updateTable("certificate")
    .set({ revoked_at: now, revoked_by: person, reason })
    .where("serial", "=", serial)
    .where("revoked_at", "is", null)
    .execute();
  return certificateOf(change, serial);
}

export const certificateOf = (read: Queries, serial: string): Promise<CertificateRow | undefined> =>
  read.selectFrom("certificate").selectAll().where("serial", "=", serial).executeTakeFirst();

/** Whether who shows this certificate may come in. */
export const isGood = (row: Pick<CertificateRow, "revoked_at" | "from_at" | "until_at"> | undefined, now: number): boolean =>
  row !== undefined && row.revoked_at === null && row.from_at <= now && now < row.until_at;

export async function revoked(read: Queries): Promise<{ serial: string; at: number }[]> {
  const rows = await read
    .selectFrom("certificate")
    .select(["serial", "revoked_at"])
    .where("revoked_at", "is not", null)
    .orderBy("revoked_at")
    .execute();
  return rows.map(({ serial, revoked_at }) => ({ serial, at: revoked_at ?? 0 }));
}

/** Gateways that had certificates, and have no good one any more. */
export async function barred(read: Queries, now: number): Promise<string[]> {
  const rows = await read.selectFrom("certificate").select(["gateway", "revoked_at", "from_at", "until_at"]).execute();
  const good = new Set(rows.filter((row) => isGood(row, now)).map(({ gateway }) => gateway));
  return [...new Set(rows.map(({ gateway }) => gateway))].filter((gateway) => !good.has(gateway)).sort();
}

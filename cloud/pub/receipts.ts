// Receipts of residents' reports: a code that only its holder knows. The phone makes a key of its own before it sends; the code follows from the key, so a report that is sent twice,
// because the first answer was lost, is one report with one receipt. We keep the code's hash alone.
import { createHash } from "node:crypto";
import type { Change, Queries } from "#cloud/store/store.ts";

/** Crockford's base 32: no I, L, O or U. */
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const length = 10;

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Fifty bits of the key's hash: among a million reports, a thousand guesses an hour find one in a hundred years. */
export function receiptOf(asked: string): string {
  const bits = digest(`cuobian receipt ${asked}`).readBigUInt64BE() >> 14n;
  return Array.from({ length }, (_, at) => letters[Number((bits >> BigInt(5 * (length - 1 - at))) & 31n)]).join("");
}

export const receiptText = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`;

/** An objection's number follows from its key too, so that one whose answer was lost is not two; the key cannot be told from it. */
export function objectionId(asked: string): string {
  const hex = digest(`cuobian objection ${asked}`).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/** As people type it: any case, with or without the dash, O for 0 and I or L for 1. Undefined: that can be none. */
export function readReceipt(typed: string): string | undefined {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  return code.length === length && [...code].every((one) => letters.includes(one)) ? code : undefined;
}

const hashOf = (code: string): string => digest(`cuobian receipt kept ${code}`).toString("hex");
export const saidHash = (said: unknown): string => digest(JSON.stringify(said)).toString("hex");

export interface Kept {
  readonly hazard: string;
  readonly said: string;
}

export const receiptKept = (read: Queries, code: string): Promise<Kept | undefined> =>
  read.selectFrom("report_receipt").select(["hazard", "said"]).where("code_hash", "=", hashOf(code)).executeTakeFirst();

export async function keepReceipt(
  change: Change,
  { code, at, ...kept }: Kept & { readonly code: string; readonly at: number },
): Promise<void> {
  await change
    .insertInto("report_receipt")
    .values({ code_hash: hashOf(code), ...kept, at })
    .execute();
}

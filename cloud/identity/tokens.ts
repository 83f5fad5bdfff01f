// API tokens: for programs. A token is a post of a person, narrowed: it acts as him, as that post, within its scopes and its area, and dies with the post.
// An administrator grants it; only its person takes the secret, once: whoever grants rights does not get them.
import { randomBytes } from "node:crypto";
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Queries, Store } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs, hourMs } from "#protocols/vocabulary/time.ts";
import { secretHash } from "./one-time.ts";
import { type Acting, actingAs, personOf } from "./people.ts";

export type TokenRow = Row<"api_token">;

/** So long a grant waits for its person. */
export const takenWithin_ms = 7 * dayMs;
const prefix = "cuobian_";

export interface Grant {
  readonly name: string;
  readonly person: string;
  readonly post: string;
  readonly area: string;
  readonly scopes: readonly string[];
  readonly days: number;
  readonly by: string;
  readonly now: number;
}

export async function grantToken(change: Change, { scopes, days, by, now, ...of }: Grant): Promise<TokenRow> {
  const row: TokenRow = {
    ...of,
    id: randomBytes(8).toString("hex"),
    scopes: JSON.stringify([...new Set(scopes)].sort()),
    ...{ made_by: by, created_at: now, expires_at: now + days * dayMs },
    ...{ secret_hash: null, taken_at: null, used_at: null, revoked_at: null, revoked_by: null },
  };
  await change.insertInto("api_token").values(row).execute();
  return row;
}

export type TokenState = "waiting" | "good" | "lapsed" | "ended" | "revoked";
export function tokenState({ revoked_at, expires_at, taken_at, created_at }: TokenRow, now: number): TokenState {
  if (revoked_at !== null) return "revoked";
  if (now >= expires_at) return "ended";
  if (taken_at !== null) return "good";
  return now >= created_at + takenWithin_ms ? "lapsed" : "waiting";
}

export const tokenOf = (read: Queries, id: string): Promise<TokenRow | undefined> =>
  read.selectFrom("api_token").selectAll().where("id", "=", id).executeTakeFirst();

/** The one moment at which the secret is anywhere but with its holder. */
export async function takeToken(
  change: Change,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<{ kind: "taken"; secret: string; row: TokenRow } | Refusal> {
  const row = await tokenOf(change, id);
  if (row === undefined || tokenState(row, now) !== "waiting")
    return refusal("token-taken", "令牌已领取、过期或被吊销", "this token was taken, has ended, or was revoked");
  const secret = prefix + randomBytes(32).toString("base64url");
  const taken = { secret_hash: secretHash(secret), taken_at: now };
  await change.updateTable("api_token").set(taken).where("id", "=", id).execute();
  return { kind: "taken", secret, row: { ...row, ...taken } };
}

export async function revokeToken(
  change: Change,
  { id, by, now }: { readonly id: string; readonly by: string; readonly now: number },
): Promise<TokenRow | undefined> {
  await change
    .updateTable("api_token")
    .set({ revoked_at: now, revoked_by: by })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .execute();
  return tokenOf(change, id);
}

export interface Carried {
  readonly id: string;
  readonly area: string;
  readonly scopes: readonly string[];
}

/** Who acts by this secret. That it was used is kept to the hour: a write for each request would be dearer than the request. */
export async function actingBy(store: Store, secret: string, now: number): Promise<{ person: Acting; token: Carried } | undefined> {
  if (!secret.startsWith(prefix)) return undefined;
  const row = await store.read.selectFrom("api_token").selectAll().where("secret_hash", "=", secretHash(secret)).executeTakeFirst();
  if (row === undefined || tokenState(row, now) !== "good") return undefined;
  const known = await personOf(store.read, row.person);
  const post = known?.posts.find((one) => one.post === row.post);
  if (known === undefined || post === undefined) return undefined;
  if (row.used_at === null || now - row.used_at >= hourMs)
    await store.change((change) => change.updateTable("api_token").set({ used_at: now }).where("id", "=", row.id).execute());
  return { person: actingAs(known, post), token: { id: row.id, area: row.area, scopes: JSON.parse(row.scopes) as string[] } };
}

// A sign-in is a random token in a cookie; the store keeps only its hash, so that a copy of the store opens nothing.
import { createHash, randomBytes } from "node:crypto";
import type { Change, Queries, Store } from "#cloud/store/store.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";
import { type Acting, actingAs, personOf } from "./people.ts";

export const signInHours = 12;
const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

export interface SigningIn {
  readonly person: string;
  readonly post: string;
  readonly before: string | undefined;
  readonly now: number;
  /** When it ends, whatever happens; not said: half a day from now. */
  readonly until?: number;
}

/** A new token at every sign-in; whoever was signed in with `before` no longer is. */
export async function openSignInIn(change: Change, { person, post, before, now, until }: SigningIn): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await change.deleteFrom("sign_in").where("expires_at", "<=", now).execute();
  if (before !== undefined) await change.deleteFrom("sign_in").where("token_hash", "=", hashOf(before)).execute();
  await change
    .insertInto("sign_in")
    .values({ token_hash: hashOf(token), person, post, created_at: now, expires_at: until ?? now + signInHours * hourMs })
    .execute();
  return token;
}

export async function openSignIn(
  store: Store,
  { also, ...asked }: SigningIn & { also?: (change: Change) => Promise<void> },
): Promise<string> {
  return store.change(async (change) => {
    const token = await openSignInIn(change, asked);
    await also?.(change);
    return token;
  });
}

/** When this sign-in ends: another post of the same person does not prolong it. */
export async function endOf(read: Queries, token: string | undefined): Promise<number | undefined> {
  const row = await read
    .selectFrom("sign_in")
    .select("expires_at")
    .where("token_hash", "=", hashOf(token ?? ""))
    .executeTakeFirst();
  return row?.expires_at;
}

/** The person as the post that was chosen; a post that was taken away ends the sign-in. */
export async function signedIn(store: Store, token: string | undefined, now: number): Promise<Acting | undefined> {
  if (token === undefined) return undefined;
  const row = await store.read
    .selectFrom("sign_in")
    .select(["person", "post", "expires_at"])
    .where("token_hash", "=", hashOf(token))
    .executeTakeFirst();
  if (row === undefined || row.expires_at <= now) return undefined;
  const person = await personOf(store.read, row.person);
  const post = person?.posts.find((one) => one.post === row.post);
  return person === undefined || post === undefined ? undefined : actingAs(person, post);
}

export async function closeSignIn(store: Store, token: string, also: (change: Change) => Promise<void>): Promise<void> {
  await store.change(async (change) => {
    await change.deleteFrom("sign_in").where("token_hash", "=", hashOf(token)).execute();
    await also(change);
  });
}

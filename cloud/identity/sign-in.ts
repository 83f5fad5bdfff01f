// A sign-in is a random token in a cookie; the store keeps only its hash, so that a copy of the store opens nothing.
import { createHash, randomBytes } from "node:crypto";
import type { Change, Store } from "#cloud/store/store.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";
import { type Acting, actingAs, personOf } from "./people.ts";

export const signInHours = 12;
const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** A new token at every sign-in; whoever was signed in with `before` no longer is. */
export async function openSignIn(
  store: Store,
  asked: { person: string; post: string; before: string | undefined; now: number; also?: (change: Change) => Promise<void> },
): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const { person, post, before, now, also } = asked;
  await store.change(async (change) => {
    await change.deleteFrom("sign_in").where("expires_at", "<=", now).execute();
    if (before !== undefined) await change.deleteFrom("sign_in").where("token_hash", "=", hashOf(before)).execute();
    await change
      .insertInto("sign_in")
      .values({ token_hash: hashOf(token), person, post, created_at: now, expires_at: now + signInHours * hourMs })
      .execute();
    await also?.(change);
  });
  return token;
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

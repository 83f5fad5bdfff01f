// A sign-in is a random token in a cookie; the store keeps only its hash, so that a copy of the store opens nothing. It may act as any post that it has chosen, each of its tabs as one.
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
    .deleteFrom("chosen_post")
    .where("token_hash", "not in", (eb) => eb.selectFrom("sign_in").select("token_hash"))
    .execute();
  await change
    .insertInto("chosen_post")
    .values({ token_hash: hashOf(token), post })
    .execute();
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

/** One more post that this sign-in may act as, and the one of a tab that says nothing. The others of before go on in their own tabs. */
export async function choosePost(change: Change, { token, post }: { readonly token: string; readonly post: string }): Promise<void> {
  const token_hash = hashOf(token);
  await change.updateTable("sign_in").set({ post }).where("token_hash", "=", token_hash).execute();
  await change
    .insertInto("chosen_post")
    .values({ token_hash, post })
    .onConflict((conflict) => conflict.columns(["token_hash", "post"]).doNothing())
    .execute();
}

const isChosen = async (read: Queries, token: string, post: string): Promise<boolean> =>
  (await read
    .selectFrom("chosen_post")
    .select("post")
    .where("token_hash", "=", hashOf(token))
    .where("post", "=", post)
    .executeTakeFirst()) !== undefined;

/**
 * The person as the post that was chosen last, or as the one that is wanted ("person/post") where this sign-in has chosen it too: nobody acts as what he did not choose.
 * A post that was taken away is none any more.
 */
export async function signedIn(store: Store, token: string | undefined, now: number, wanted?: string): Promise<Acting | undefined> {
  if (token === undefined) return undefined;
  const row = await store.read
    .selectFrom("sign_in")
    .select(["person", "post", "expires_at"])
    .where("token_hash", "=", hashOf(token))
    .executeTakeFirst();
  if (row === undefined || row.expires_at <= now) return undefined;
  const person = await personOf(store.read, row.person);
  const asked = person?.posts.find((one) => `${person.id}/${one.post}` === wanted);
  const chosen = asked !== undefined && (await isChosen(store.read, token, asked.post));
  const post = chosen ? asked : person?.posts.find((one) => one.post === row.post);
  return person === undefined || post === undefined ? undefined : actingAs(person, post);
}

export async function closeSignIn(store: Store, token: string, also: (change: Change) => Promise<void>): Promise<void> {
  await store.change(async (change) => {
    await change.deleteFrom("sign_in").where("token_hash", "=", hashOf(token)).execute();
    await change.deleteFrom("chosen_post").where("token_hash", "=", hashOf(token)).execute();
    await also(change);
  });
}

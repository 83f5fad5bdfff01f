// A sign-in is a random token in a cookie; the store keeps only its hash, so that a copy of the store opens nothing.
import { createHash, randomBytes } from "node:crypto";
import type { Change, Store } from "#cloud/store/store.ts";
import type { PersonView } from "#protocols/api/views.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";
import { personOf } from "./people.ts";

export const signInHours = 12;
const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** A new token at every sign-in; whoever was signed in with `before` no longer is. */
export async function openSignIn(
  store: Store,
  asked: { person: string; before: string | undefined; now: number; also?: (change: Change) => Promise<void> },
): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const { person, before, now, also } = asked;
  await store.change(async (change) => {
    await change.deleteFrom("sign_in").where("expires_at", "<=", now).execute();
    if (before !== undefined) await change.deleteFrom("sign_in").where("token_hash", "=", hashOf(before)).execute();
    await change
      .insertInto("sign_in")
      .values({ token_hash: hashOf(token), person, created_at: now, expires_at: now + signInHours * hourMs })
      .execute();
    await also?.(change);
  });
  return token;
}

export async function signedIn(store: Store, token: string | undefined, now: number): Promise<PersonView | undefined> {
  if (token === undefined) return undefined;
  const row = await store.read
    .selectFrom("sign_in")
    .select(["person", "expires_at"])
    .where("token_hash", "=", hashOf(token))
    .executeTakeFirst();
  if (row === undefined || row.expires_at <= now) return undefined;
  const person = await personOf(store.read, row.person);
  if (person === undefined) return undefined;
  const { id, name, role, organisation } = person;
  return { id, name, role, organisation };
}

export async function closeSignIn(store: Store, token: string, also: (change: Change) => Promise<void>): Promise<void> {
  await store.change(async (change) => {
    await change.deleteFrom("sign_in").where("token_hash", "=", hashOf(token)).execute();
    await also(change);
  });
}

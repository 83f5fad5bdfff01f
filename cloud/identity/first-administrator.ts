// No password is there from the beginning. While nobody can come in as an administrator, each start prints a code that makes the first one; it is good once, and for a day.
import type { Change, Queries, Store } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { oneTimeCode, secretHash } from "./one-time.ts";
import { addPersonIn } from "./people.ts";
import { wholeTree } from "./tree.ts";

export const firstCodeWithin_ms = dayMs;

/** Somebody with a password and an administrator's post. */
async function hasAdministrator(read: Queries): Promise<boolean> {
  const found = await read
    .selectFrom("person")
    .innerJoin("post", "post.person", "person.id")
    .select("person.id")
    .where("post.role", "=", "administrator")
    .where("post.active", "=", 1)
    .where("person.active", "=", 1)
    .where("person.password_hash", "is not", null)
    .executeTakeFirst();
  return found !== undefined;
}

/** Whether somebody with the code may still become the first. */
export const wantsFirst = async (read: Queries, { demonstration }: { demonstration: boolean }): Promise<boolean> =>
  !demonstration && !(await hasAdministrator(read));

/** Undefined: there is an administrator, or whoever wants to be one chooses it (a demonstration). */
export async function firstCode(
  store: Store,
  { demonstration, now }: { demonstration: boolean; now: number },
): Promise<string | undefined> {
  if (demonstration) return undefined;
  return store.change(
    async (change) => {
      await change.deleteFrom("first_code").where("expires_at", "<=", now).execute();
      if (await hasAdministrator(change)) return undefined;
      const code = oneTimeCode();
      // Several processes start at once on one database: each prints one of its own, and the first that is used ends them all.
      const row = { code_hash: secretHash(code), created_at: now, expires_at: now + firstCodeWithin_ms, used_at: null };
      await change.insertInto("first_code").values(row).execute();
      return code;
    },
    { alone: "first administrator" },
  );
}

export interface First {
  readonly code: string;
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly password_hash: string;
  readonly now: number;
}

export const noCode = refusal("code", "该码无效、已用过或已过期", "this code is wrong, was used, or has expired");

export const isFirstCode = async (read: Queries, { code, now }: Pick<First, "code" | "now">): Promise<boolean> => {
  const known = await read.selectFrom("first_code").selectAll().where("code_hash", "=", secretHash(code)).executeTakeFirst();
  return known !== undefined && known.used_at === null && known.expires_at > now && !(await hasAdministrator(read));
};

/** In one transaction: the code is used up, all others end, and there is an administrator. */
export async function becomeFirst(change: Change, first: First): Promise<{ kind: "done" } | Refusal> {
  const { code, now, ...person } = first;
  if (!(await isFirstCode(change, first))) return noCode;
  const added = await addPersonIn(change, { ...person, role: "administrator", area: wholeTree }, { must_change: 0 });
  if (!added) return refusal("name-taken", "该账号已被使用，请换一个", "somebody has or had this name: choose another");
  await change.updateTable("first_code").set({ used_at: now }).where("code_hash", "=", secretHash(code)).execute();
  await change.deleteFrom("first_code").where("used_at", "is", null).execute();
  return { kind: "done" };
}

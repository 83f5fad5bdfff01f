// Who may come in, and as whom. The configuration names people and their posts; `cloud user add` makes others; who leaves the configuration is shut out, never deleted.
import type { Change, Queries, Store } from "#cloud/store/store.ts";
import type { Role } from "#protocols/api/views.ts";

export interface ConfiguredPost {
  readonly role: Role;
  readonly organisation: string;
  /** A site, an area of the tree, or "all". */
  readonly area: string;
}

export interface ConfiguredPerson extends ConfiguredPost {
  readonly id: string;
  readonly name: string;
  readonly posts?: readonly ConfiguredPost[] | undefined;
  readonly password_hash?: string | undefined;
}

export interface Post extends ConfiguredPost {
  readonly post: string;
}

export interface KnownPerson {
  readonly id: string;
  readonly name: string;
  /** Never empty; the first is the one named with the person. */
  readonly posts: readonly Post[];
  readonly password_hash: string | null;
  readonly must_change: boolean;
}

/** One person as one of his posts. */
export interface Acting extends Post {
  readonly id: string;
  readonly name: string;
}

export const postId = ({ role, area }: ConfiguredPost): string => `${role}@${area}`;
export const actingAs = ({ id, name }: Pick<KnownPerson, "id" | "name">, post: Post): Acting => ({ id, name, ...post });

async function writePosts(change: Change, { id, role, organisation, area, posts = [] }: ConfiguredPerson): Promise<void> {
  // What was given on the page is not the file's to take away.
  await change.updateTable("post").set({ active: 0 }).where("person", "=", id).where("origin", "=", "config").execute();
  for (const post of [{ role, organisation, area }, ...posts]) {
    const row = { ...post, person: id, post: postId(post), active: 1 };
    await change
      .insertInto("post")
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(["person", "post"]).doUpdateSet({ organisation: post.organisation, active: 1, origin: "config" }),
      )
      .execute();
  }
}

export async function syncPeople(store: Store, people: readonly ConfiguredPerson[]): Promise<void> {
  await store.change(async (change) => {
    await change.updateTable("person").set({ active: 0 }).where("origin", "=", "config").execute();
    for (const person of people) {
      const { id, name, role, organisation, password_hash = null } = person;
      const known = { name, role, organisation, origin: "config", active: 1, ...(password_hash === null ? {} : { password_hash }) };
      await change
        .insertInto("person")
        .values({ id, must_change: 0, password_hash, ...known })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(known))
        .execute();
      await writePosts(change, person);
    }
  });
}

export async function addPerson(
  store: Store,
  person: ConfiguredPerson & { readonly password_hash: string },
  also?: (change: Change) => Promise<void>,
): Promise<boolean> {
  return store.change(async (change) => {
    const added = await addPersonIn(change, person, { must_change: 1 });
    if (added) await also?.(change);
    return added;
  });
}

/** `must_change`: 1 for a password that somebody else has seen. */
export async function addPersonIn(
  change: Change,
  person: ConfiguredPerson & { readonly password_hash: string },
  { must_change }: { readonly must_change: 0 | 1 },
): Promise<boolean> {
  const { id, name, role, organisation, password_hash } = person;
  // Also the name of somebody who was shut out: it stands in the ledger for him.
  if ((await change.selectFrom("person").select("id").where("id", "=", id).executeTakeFirst()) !== undefined) return false;
  await change
    .insertInto("person")
    .values({ id, name, role, organisation, password_hash, must_change, origin: "added", active: 1 })
    .execute();
  await writePosts(change, person);
  return true;
}

/** Whoever was signed in with the old one no longer is: it may be the reason why there is a new one. */
export async function changePassword(
  store: Store,
  { person, password_hash, also }: { person: string; password_hash: string; also?: (change: Change) => Promise<void> },
): Promise<void> {
  await store.change(async (change) => {
    await change.updateTable("person").set({ password_hash, must_change: 0 }).where("id", "=", person).execute();
    await change.deleteFrom("sign_in").where("person", "=", person).execute();
    await also?.(change);
  });
}

export async function personOf(read: Queries, id: string): Promise<KnownPerson | undefined> {
  const row = await read.selectFrom("person").selectAll().where("id", "=", id).where("active", "=", 1).executeTakeFirst();
  if (row === undefined) return undefined;
  const posts = await postsOf(read, [row]);
  // Without a post there is nobody to act as.
  if (posts.length === 0) return undefined;
  const { name, password_hash } = row;
  return { id, name, posts: posts.map(({ person: _, ...post }) => post), password_hash, must_change: row.must_change === 1 };
}

interface Named {
  readonly id: string;
  readonly role: string;
  readonly organisation: string;
}

async function postsOf(read: Queries, people: readonly Named[]): Promise<(Post & { person: string })[]> {
  const rows = await read
    .selectFrom("post")
    .selectAll()
    .where("active", "=", 1)
    .where("person", "in", ["", ...people.map(({ id }) => id)])
    .orderBy("post")
    .execute();
  const first = (row: (typeof rows)[number]): boolean =>
    people.some(({ id, role, organisation }) => id === row.person && role === row.role && organisation === row.organisation);
  return [...rows.filter(first), ...rows.filter((row) => !first(row))].map(({ person, post, role, organisation, area }) => ({
    ...{ person, post, organisation, area },
    role: role as Role,
  }));
}

/** Everybody as each of his posts. */
export async function everybody(read: Queries): Promise<Acting[]> {
  const people = await read.selectFrom("person").selectAll().where("active", "=", 1).orderBy("id").execute();
  const posts = await postsOf(read, people);
  return people.flatMap((person) =>
    posts.filter((post) => post.person === person.id).map(({ person: _, ...post }) => actingAs(person, post)),
  );
}

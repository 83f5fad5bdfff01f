// Who may come in. The configuration names people; `cloud user add` makes others; a person who leaves the configuration is shut out, never deleted.
import type { Change, Queries, Store } from "#cloud/store/store.ts";
import type { PersonView, Role } from "#protocols/api/views.ts";

export interface ConfiguredPerson {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly organisation: string;
  readonly password_hash?: string | undefined;
}

export interface KnownPerson extends PersonView {
  readonly password_hash: string | null;
  readonly must_change: boolean;
}

export async function syncPeople(store: Store, people: readonly ConfiguredPerson[]): Promise<void> {
  await store.change(async (change) => {
    await change.updateTable("person").set({ active: 0 }).where("origin", "=", "config").execute();
    for (const { id, name, role, organisation, password_hash = null } of people) {
      const known = { name, role, organisation, origin: "config", active: 1, ...(password_hash === null ? {} : { password_hash }) };
      await change
        .insertInto("person")
        .values({ id, must_change: 0, password_hash, ...known })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(known))
        .execute();
    }
  });
}

export async function addPerson(
  store: Store,
  person: ConfiguredPerson & { readonly password_hash: string },
  also?: (change: Change) => Promise<void>,
): Promise<boolean> {
  const { id, name, role, organisation, password_hash } = person;
  return store.change(async (change) => {
    // Also the name of somebody who was shut out: it stands in the ledger for him.
    if ((await change.selectFrom("person").select("id").where("id", "=", id).executeTakeFirst()) !== undefined) return false;
    await change
      .insertInto("person")
      .values({ id, name, role, organisation, password_hash, must_change: 1, origin: "added", active: 1 })
      .execute();
    await also?.(change);
    return true;
  });
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
  return {
    id: row.id,
    name: row.name,
    role: row.role as Role,
    organisation: row.organisation,
    password_hash: row.password_hash,
    must_change: row.must_change === 1,
  };
}

export async function peopleViews(read: Queries): Promise<PersonView[]> {
  const rows = await read
    .selectFrom("person")
    .select(["id", "name", "role", "organisation"])
    .where("active", "=", 1)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({ ...row, role: row.role as Role }));
}

// People, their sign-ins and their posts: as whom a person may act, and where. One natural person may hold several, and acts as one at a time.
import { type Generated, type Kysely, sql } from "kysely";

export interface PersonTable {
  id: string;
  name: string;
  role: string;
  organisation: string;
  password_hash: string | null;
  must_change: number;
  origin: string;
  active: number;
}

export interface SignInTable {
  token_hash: string;
  person: string;
  /** As whom he acts. */
  post: string;
  created_at: number;
  expires_at: number;
}

export interface PostTable {
  person: string;
  /** "role@area": the same wherever it stands in the configuration. */
  post: string;
  role: string;
  organisation: string;
  area: string;
  active: number;
  /** config: the cloud's file holds it; page: it was given there, and stays whatever the file says. */
  origin: Generated<string>;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createPostSchema(db: Kysely<any>): Promise<void> {
  let table = db.schema.createTable("post");
  for (const column of ["person", "post", "role", "organisation", "area"]) table = table.addColumn(column, "text", (c) => c.notNull());
  await table
    .addColumn("active", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("post_key", ["person", "post"] as never[])
    .execute();
  // Until now everybody saw every compound: whoever was added then goes on with what he had.
  await sql`insert into post (person, post, role, organisation, area, active) select id, role || '@all', role, organisation, 'all', active from person`.execute(
    db,
  );
  await db.deleteFrom("sign_in").execute();
  await db.schema
    .alterTable("sign_in")
    .addColumn("post", "text", (c) => c.notNull().defaultTo(""))
    .execute();
  for (const column of ["rectifier_organisation", "reinspector_organisation"])
    await db.schema.alterTable("hazard").addColumn(column, "text").execute();
}

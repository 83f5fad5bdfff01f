// What was answered under an Idempotency-Key: the row is written in the transaction of what was done, so that the same key never does it again.
import type { Kysely } from "kysely";
import { table } from "./alarm-schema.ts";

export interface AnswerTable {
  person: string;
  key: string;
  /** SHA-256 of the method, the address and the body. */
  asked: string;
  at: number;
  /** Null when we died between doing and answering: it was done, and what was answered is not known. */
  status: number | null;
  answer: string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createAnswerSchema(db: Kysely<any>): Promise<void> {
  await table(db, "answer", "person key asked answer?", "at status?", ["person", "key"]);
  await db.schema.createIndex("answer_at").on("answer").column("at").execute();
  // Lists come in pages: each is read along its own order.
  for (const [name, columns] of [
    ["alarm", ["first_at", "id"]],
    ["entry", ["at", "id"]],
    ["gap", ["to_at", "id"]],
    ["command", ["asked_at", "id"]],
    ["delivery", ["made_at", "id"]],
  ] as const)
    await db.schema
      .createIndex(`${name}_list`)
      .on(name)
      .columns([...columns])
      .execute();
}

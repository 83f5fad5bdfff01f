// The databases that the store speaks, for a suite that is told over each: the embedded one, and a PostgreSQL of its own where the machine has one.
import { afterAll } from "vitest";
import { startPostgres, type TemporaryPostgres } from "#cloud/store/postgres-for-tests.ts";
import type { StorePlace } from "#cloud/store/store.ts";
import { commandPath, hasCommand } from "../debian.ts";
import { plain } from "../promise.ts";

export interface TestDatabase {
  readonly name: "sqlite" | "postgres";
  /** A new, empty one; undefined: the embedded one, wherever whoever opens it likes. */
  place(): StorePlace | undefined;
}

/** A server that is started when it is asked for first, and stopped when the file that called has ended. */
export function bothDatabases(): TestDatabase[] {
  let server: TemporaryPostgres | undefined;
  afterAll(() => server?.stop());
  const sqlite: TestDatabase = { name: "sqlite", place: () => undefined };
  if (!hasCommand("postgres")) return [sqlite];
  const place = (): StorePlace => {
    server ??= startPostgres(commandPath("postgres") ?? "");
    return { kind: "postgres", url: server.fresh() };
  };
  return [sqlite, { name: "postgres", place }];
}

/** A whole plain run tells it on the embedded one; by its name or file both are asked. */
export const bothByName = (): TestDatabase[] => bothDatabases().filter(({ name }) => !plain || name === "sqlite");

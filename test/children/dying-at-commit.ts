// Loaded before the site process of a test (node --import): it dies by SIGKILL at an exact point of the commit that writes a plate read.
// The file that CUOBIAN_TEST_DIE names holds the point: "before" (written, not yet committed) or "after" (committed, nobody told). No file: it lives.
import { readFileSync } from "node:fs";
import Database from "better-sqlite3";

const file = process.env.CUOBIAN_TEST_DIE ?? "";
type Transacted = Database.Transaction<(...args: unknown[]) => unknown>;

function point(): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
const reads = (database: Database.Database): number => {
  try {
    return (database.prepare("SELECT count(*) AS n FROM camera_read").get() as { n: number }).n;
  } catch {
    return 0; // not this database, or not yet this table
  }
};
const die = (): void => process.kill(process.pid, "SIGKILL") as unknown as undefined;

const plain = Database.prototype.transaction as (this: Database.Database, work: (...args: unknown[]) => unknown) => Transacted;
Database.prototype.transaction = function patched(this: Database.Database, work: (...args: unknown[]) => unknown): unknown {
  const made = plain.call(this, (...args: unknown[]) => {
    const armed = point() === "before" ? reads(this) : undefined;
    const result = work(...args);
    if (armed !== undefined && reads(this) > armed) die();
    return result;
  });
  const committed = made.immediate;
  const immediate = (...args: unknown[]): unknown => {
    const armed = point() === "after" ? reads(this) : undefined;
    const result = committed(...args);
    if (armed !== undefined && reads(this) > armed) die();
    return result;
  };
  // The library's own properties cannot be written over; whoever commits here calls `immediate`.
  return Object.assign((...args: unknown[]) => made(...args), { immediate });
} as unknown as typeof Database.prototype.transaction;

// Whether a database is in trouble itself, or only dislikes what it was asked: the first is waited out, the second has a cause that stands in the data.
const retryableSqlite = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|NOMEM|CANTOPEN|READONLY|CORRUPT|PROTOCOL)/;
// Classes of SQLSTATE: 08 connection, 53 resources, 57 operator intervention, 58 system, 40 rolled back (serialisation, deadlock).
const retryablePostgres = /^(08|53|57|58|40)...$/;

// ENOENT: a server on a Unix socket that is down has taken its socket with it.
const unreachable = /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EHOST|ENET|EAI_|ENOENT)/;
// What the driver says in words only: the connection broke before, or under, this statement.
const brokenClient =
  /connection terminated|not queryable|timeout exceeded when trying to connect|driver has already been destroyed|cannot use a pool/i;

/** The store itself is in trouble (disk full, connection lost): try again later. Anything else is the statement's own fault. */
export function isStoreTrouble(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === "string") return retryableSqlite.test(code) || retryablePostgres.test(code) || unreachable.test(code);
  return error instanceof Error && brokenClient.test(error.message);
}

// PostgreSQL as the queries see it: exact numbers, and a connection that no longer answers is noticed and never used again.
import { PostgresDialect, type PostgresPool } from "kysely";
import pg from "pg";

/** `answerWithin_ms`: a statement that is not answered by then is trouble (SQLSTATE class 08), and its connection is closed; undefined: it may take as long as it likes. */
export function postgres(url: string, answerWithin_ms: number | undefined): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    ...(answerWithin_ms === undefined
      ? {}
      : {
          query_timeout: answerWithin_ms,
          // The other end of the same silence: a transaction that nobody goes on with gives its locks back.
          idle_in_transaction_session_timeout: answerWithin_ms,
        }),
    // int8 comes as text by default; what we keep in it (fen, milliseconds, counts) is exact as a number, and anything larger is a bug.
    types: {
      getTypeParser: ((oid: number, format?: "text" | "binary") =>
        oid === pg.types.builtins.INT8 ? exactNumber : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  // A server that goes down breaks every connection, idle ones too. Whoever asks something of one is told; an event that nobody hears would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return new PostgresDialect({ pool: leavingTheSilent(pool) });
}

class Unanswered extends Error {
  readonly code = "08006";
}

/**
 * The driver gives a statement up after its deadline, but would ask the same dead connection again, a rollback first. Here the first silence is the last: whatever is asked
 * of that connection afterwards is refused at once, and it is closed when it is given back.
 */
function leavingTheSilent(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      let silent: Unanswered | undefined;
      const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
        if (silent !== undefined) throw silent;
        try {
          return await client.query(text, [...values]);
        } catch (error) {
          if ((error as Error).message !== "Query read timeout") throw error;
          silent = new Unanswered("the database has not answered within its deadline; its connection is closed");
          throw silent;
        }
      };
      return { query, release: (destroy?: boolean) => client.release(destroy === true || silent !== undefined) } as Awaited<
        ReturnType<PostgresPool["connect"]>
      >;
    },
  };
}

function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large to be exact`);
  return value;
}

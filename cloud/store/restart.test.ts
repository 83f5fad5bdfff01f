// PostgreSQL is stopped and started again under the service: nothing that was not committed counts, nothing is half there, and the service goes on by itself.
import { afterAll, expect, test } from "vitest";
import { commandPath } from "#test/debian.ts";
import { counted, plain } from "#test/promise.ts";
import { startPostgres, type TemporaryPostgres } from "./postgres-for-tests.ts";
import { isStoreTrouble, openStore } from "./store.ts";

const server = commandPath("postgres");
let postgres: TemporaryPostgres | undefined;
afterAll(() => postgres?.stop());

const cases = [
  ["stopped at once, as by a crash", "immediate"],
  ["stopped as by an administrator", "fast"],
] as const;

test.skipIf(server === undefined)(
  "PostgreSQL restarts in the middle of a change: the change is trouble, not a poison, and the next one is taken",
  async (context) => {
    postgres = startPostgres(server ?? "");
    const store = await openStore({ kind: "postgres", url: postgres.fresh() });
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    process.on("uncaughtException", note);
    const put = (name: string, meanwhile?: () => void): Promise<unknown> =>
      store.change(async (change) => {
        await change.insertInto("tally").values({ name, value: 1 }).execute();
        meanwhile?.();
        await change
          .insertInto("tally")
          .values({ name: `${name}, second`, value: 1 })
          .execute();
      });
    let refused = 0;
    try {
      for (const [name, how] of plain ? cases.slice(0, 1) : cases) {
        await Promise.all(Array.from({ length: 4 }, (_, n) => put(`${name} ${n}`)));
        const error = await put(name, () => postgres?.restart(how)).catch((reason: unknown) => reason);
        expect([name, isStoreTrouble(error)]).toEqual([name, true]);
        refused += 1;
        // Those that were idle broke too: each is found out once, and never becomes somebody's poison.
        let taken = false;
        for (let tries = 0; tries < 10 && !taken; tries += 1)
          taken = await put(`${name}, again`).then(
            () => true,
            (reason: unknown) => {
              expect([reason, isStoreTrouble(reason)]).toEqual([reason, true]);
              return false;
            },
          );
        expect(taken).toBe(true);
        const names = (await store.read.selectFrom("tally").select("name").execute()).map((row) => row.name);
        expect(names.filter((one) => one === name || one === `${name}, second`)).toEqual([]);
        expect(names.filter((one) => one.startsWith(`${name}, again`)).length).toBe(2);
      }
      expect(uncaught).toEqual([]);
    } finally {
      process.off("uncaughtException", note);
      await store.close();
    }
    counted(context, { restarts: refused, changes_refused_whole: refused });
  },
);

// PostgreSQL is stopped and started again under the service: nothing that was not committed counts, nothing is half there, and the service goes on by itself.
import { afterAll, expect, test } from "vitest";
import { commandPath } from "#test/debian.ts";
import { counted, plain } from "#test/promise.ts";
import { startTcpProxy } from "#test/world/tcp-proxy.ts";
import { startPostgres, type TemporaryPostgres } from "./postgres-for-tests.ts";
import { isStoreTrouble, openStore } from "./store.ts";

const server = commandPath("postgres");
let postgres: TemporaryPostgres | undefined;
afterAll(() => postgres?.stop());

/** The same database through a proxy that can fall silent. */
async function throughProxy(url: string): Promise<{ url: string; silence: () => void; close: () => Promise<void> }> {
  const { pathname, searchParams, username } = new URL(url.replace("@/", "@unix/"));
  const proxy = await startTcpProxy(`${searchParams.get("host")}/.s.PGSQL.5432`);
  return { url: `postgres://${username}@127.0.0.1:${proxy.port}${pathname}`, silence: proxy.silence, close: proxy.close };
}

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

test.skipIf(server === undefined)(
  "the way to PostgreSQL falls silent under a change: noticed by its deadline, the change is trouble, and the next one goes another way",
  async (context) => {
    postgres ??= startPostgres(server ?? "");
    const way = await throughProxy(postgres.fresh());
    const store = await openStore({ kind: "postgres", url: way.url, answerWithin_ms: 1_000 });
    const put = (name: string, meanwhile?: () => void): Promise<void> =>
      store.change(
        async (change) => {
          await change.insertInto("tally").values({ name, value: 1 }).execute();
          meanwhile?.();
          await change
            .insertInto("tally")
            .values({ name: `${name}, second`, value: 1 })
            .execute();
        },
        { alone: "gw-1" },
      );
    let silences = 0;
    try {
      await put("before");
      for (const name of ["first silence", "second silence"]) {
        const error = await put(name, way.silence).catch((reason: unknown) => reason);
        expect([name, isStoreTrouble(error), (error as Error).message]).toEqual([name, true, expect.stringContaining("not answered")]);
        silences += 1;
        // Idle connections fell silent with it: each is found out once. The lock that the lost change held comes back when its end notices the silence too.
        let taken = false;
        for (let tries = 0; tries < 30 && !taken; tries += 1)
          taken = await put(`${name}, again`).then(
            () => true,
            (reason: unknown) => {
              expect([reason, isStoreTrouble(reason)]).toEqual([reason, true]);
              return false;
            },
          );
        expect(taken).toBe(true);
      }
      const names = (await store.read.selectFrom("tally").select("name").execute()).map((row) => row.name);
      expect(names.filter((one) => /silence(, second)?$/.test(one))).toEqual([]);
      expect(names.filter((one) => one.includes("again")).length).toBe(4);
    } finally {
      await store.close();
      await way.close();
    }
    counted(context, { silences, changes_refused_whole: silences });
  },
);

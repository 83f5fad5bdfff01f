// Last values that several processes share: what one writes the other shows, and nothing older ever replaces what is newer. Over both databases.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { point } from "#cloud/ingest/room-for-tests.ts";
import { startPostgres, type TemporaryPostgres } from "#cloud/store/postgres-for-tests.ts";
import { openStore, type StorePlace } from "#cloud/store/store.ts";
import { commandPath, hasCommand } from "#test/debian.ts";
import { newestIn } from "./newest.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-newest-"));
let server: TemporaryPostgres | undefined;
afterAll(() => {
  server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const places: readonly (readonly [string, boolean, () => StorePlace])[] = [
  ["sqlite", true, () => ({ kind: "sqlite", file: join(folder, "cloud.db") })],
  [
    "postgres",
    hasCommand("postgres"),
    () => {
      server ??= startPostgres(commandPath("postgres") ?? "");
      return { kind: "postgres", url: server.fresh() };
    },
  ],
];

test.each(places.filter(([, here]) => here))(
  "over %s: two who share it show the same last value, the newest by its own time",
  async (_, __, place) => {
    const where = place();
    const [one, other] = [await openStore(where), await openStore(where)];
    const [here, there] = [newestIn(one), newestIn(other)];
    const series = { measurement: "socket", tags: { station: "station-1", socket: "1" }, field: "current_mA" };
    const at = (ms: number, value: number, ns = 0n) => {
      const made = point("station-1/1", ms, { current_mA: value });
      return { ...made, time_ns: made.time_ns + ns };
    };
    expect(await there.last(series)).toBeUndefined();
    await here.write([at(1_000, 10), at(3_000, 30), at(2_000, 20)]);
    expect((await there.last(series))?.value).toBe(30);
    await there.write([at(2_500, 25)]);
    expect((await here.last(series))?.value).toBe(30);
    // Within one millisecond the nanosecond decides, and equal is news.
    await there.write([at(3_000, 31, 7n)]);
    await here.write([at(3_000, 29, 6n)]);
    expect(await here.last(series)).toEqual({ time_ns: at(3_000, 0, 7n).time_ns, value: 31, quality: "good" });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? here : there).write(
          Array.from({ length: 50 }, (_, s) => ({ ...at(4_000 + n, n), tags: { ...series.tags, socket: String((s * (n + 1)) % 50) } })),
        ),
      ),
    );
    // The last round that measured this socket.
    expect((await there.last(series))?.value).toBe(18);
    await one.close();
    await other.close();
  },
);

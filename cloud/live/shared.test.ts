// Two on one PostgreSQL: what one commits the other shows, what is not committed nobody hears, and whoever may have missed something is told to read again.
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { noon, openTestCloud, type TestCloud, Voice } from "#cloud/ingest/room-for-tests.ts";
import { examples } from "#cloud/ingest/story-for-tests.ts";
import { changing } from "#cloud/store/changing.ts";
import type { Mark } from "#cloud/store/marks.ts";
import { startPostgres, type TemporaryPostgres } from "#cloud/store/postgres-for-tests.ts";
import { commandPath, hasCommand } from "#test/debian.ts";
import { type Live, startLive } from "./live.ts";

const withPostgres = test.skipIf(!hasCommand("postgres"));
let server: TemporaryPostgres | undefined;
let url = "";
let here: TestCloud;
let there: TestCloud;
let live: Live;
let stop: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  if (!hasCommand("postgres")) return;
  server = startPostgres(commandPath("postgres") ?? "");
  url = server.fresh();
  here = await openTestCloud({ kind: "postgres", url, shared: true });
  there = await openTestCloud({ kind: "postgres", url, shared: true });
  live = startLive({ store: here.store, telemetry: here.telemetry, now: () => noon, log: here.rooms.log });
  stop = await live.follow();
  live.expect();
});
afterAll(async () => {
  await stop();
  await live?.settled();
  await here?.close();
  await there?.close();
  server?.stop();
});

const heardSince = (position: number): string[] => (live.ring.after(position) ?? []).map(({ message: { kind } }) => kind);
const saying = (count: number) => {
  const voice = new Voice({ epoch: count.toString(16).padStart(16, "0") });
  return voice.message(Array.from({ length: count }, (_, n) => voice.say("lane.passed", { ...examples["lane.passed"], count: n + 1 }, n)));
};

withPostgres(
  "an event that the other takes in is shown here, each once, also when their names fill more than one notification",
  async () => {
    const position = live.ring.position;
    const { topic, payload } = saying(400);
    expect(await there.take(topic, payload)).toBeDefined();
    await vi.waitUntil(() => heardSince(position).filter((kind) => kind === "event").length >= 400, { timeout: 10_000, interval: 10 });
    await live.settled();
    const kinds = Map.groupBy(heardSince(position), (kind) => kind);
    expect(kinds.get("event")).toHaveLength(400);
    expect(kinds.get("lane")?.length).toBeGreaterThan(0);
  },
);

withPostgres("what was rolled back is not heard, and one's own is not heard twice", async () => {
  const seen: Mark[] = [];
  const mute = await here.store.announcements?.hear({ heard: (marks) => void seen.push(...marks), missed: () => undefined });
  const failing = changing({ store: there.store, committed: () => undefined }, async ({ marks }) => {
    marks.add({ kind: "alarm", id: "rolled-back" });
    await Promise.reject(new Error("on purpose"));
  });
  await expect(failing).rejects.toThrow("on purpose");
  for (const [store, id] of [
    [here.store, "own"],
    [there.store, "other"],
  ] as const)
    await changing({ store, committed: () => undefined }, async ({ marks }) => marks.add({ kind: "alarm", id }));
  await vi.waitUntil(() => seen.length > 0, { timeout: 10_000, interval: 10 });
  expect(seen).toEqual([{ kind: "alarm", id: "other" }]);
  await mute?.();
});

withPostgres("a listener that was cut off comes back, says that it may have missed something, and hears on", async () => {
  const position = live.ring.position;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const cut = await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN cuobian_changes'");
  expect(cut.rowCount).toBeGreaterThan(0);
  await admin.end();
  await vi.waitUntil(() => live.ring.after(position) === undefined, { timeout: 10_000, interval: 10 });
  const again = live.ring.position;
  const { topic, payload } = saying(1);
  await there.take(topic, payload);
  await vi.waitUntil(() => heardSince(again).includes("event"), { timeout: 10_000, interval: 10 });
});

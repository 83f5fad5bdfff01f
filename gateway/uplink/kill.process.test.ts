// kill -9 in the middle of committing and sending, again and again: what was committed is delivered, without gap, and takes effect once.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { startAcknowledgingCloud } from "#test/acknowledging-cloud.ts";
import { counted, full } from "#test/promise.ts";

const script = join(import.meta.dirname, "../../test/children/committing-site.ts");

function run(
  args: readonly string[],
  shell?: string,
): { child: ChildProcess; lines: string[]; ended: Promise<void>; until: (line: string) => Promise<void> } {
  const command = [process.execPath, script, ...args];
  const child =
    shell === undefined ? spawn(command[0] ?? "", command.slice(1)) : spawn("sh", ["-c", `${shell}; exec "$@"`, "sh", ...command]);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  child.stderr?.on("data", (bytes) => lines.push(`stderr ${bytes}`));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const until = (line: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (lines.includes(line)) resolve();
      };
      waiting.add(look);
      look();
      ended.then(() => reject(new Error(`ended before "${line}": ${lines.slice(-5).join(" | ")}`)));
    });
  return { child, lines, ended, until };
}
const committedOf = (lines: readonly string[]): string[] => lines.filter((line) => /^(state|urgent) \d+$/.test(line));

test("P 01.outbox kill -9 at any moment: committed is delivered, no gap, no second effect", async (context) => {
  const cloud = await startAcknowledgingCloud();
  const folder = mkdtempSync(join(tmpdir(), "cuobian-kill-"));
  const committed: string[] = [];
  let epochs = new Set<string>();
  const rounds = full ? 40 : 6;
  for (let round = 0; round < rounds; round += 1) {
    const site = run([folder, cloud.url, "100000"]);
    while (committedOf(site.lines).length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, (round * 83) % 310));
    site.child.kill("SIGKILL");
    await site.ended;
    committed.push(...committedOf(site.lines));
    epochs = new Set([...epochs, ...site.lines.filter((line) => line.startsWith("epoch"))]);
  }
  const last = run([folder, cloud.url, "5"]);
  await last.until("done");
  const reader = new Database(join(folder, "journal.sqlite"), { readonly: true });
  const behind = () => reader.prepare("SELECT count(*) AS n FROM stream WHERE acknowledged < next - 1").get() as { n: number };
  while (behind().n > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const streams = reader.prepare("SELECT stream, next - 1 AS last FROM stream WHERE stream <> 'money'").all() as {
    stream: string;
    last: number;
  }[];
  const things = reader.prepare("SELECT seq FROM thing ORDER BY seq").all() as { seq: number }[];
  reader.close();
  last.child.kill("SIGKILL");
  await last.ended;
  await cloud.stop();

  expect(epochs.size).toBe(1);
  // The broker said for each that was killed while connected that it is gone (last will).
  expect(cloud.statuses.filter((state) => state === "offline").length).toBeGreaterThan(0);
  expect(cloud.statuses.lastIndexOf("online")).toBeGreaterThan(cloud.statuses.indexOf("offline"));
  expect(cloud.gaps).toEqual([]);
  expect(cloud.conflicts).toEqual([]);
  const effects = new Set([...cloud.effects.values()].map((one) => `${one.stream} ${one.seq}`));
  const missing = committed.filter((key) => !effects.has(key));
  expect(missing).toEqual([]);
  expect(new Set(committed).size).toBe(committed.length); // no number was given twice
  for (const { stream, last: highest } of streams) {
    const seqs = [...cloud.effects.values()].filter((one) => one.stream === stream).map((one) => one.seq);
    expect(seqs, stream).toEqual(Array.from({ length: highest }, (_, i) => i + 1));
    expect(highest, stream).toBeGreaterThan(0);
  }
  // State and events change together: a row for each of its events.
  expect(things.map((row) => row.seq)).toEqual(Array.from({ length: things.length }, (_, i) => i + 1));
  expect(things.length).toBe(streams.find((one) => one.stream === "state")?.last);
  counted(context, {
    kills: rounds,
    committed: committed.length,
    effects: effects.size,
    "arrivals again": cloud.arrivals.length - effects.size,
    missing: missing.length,
    duplicates: cloud.conflicts.length,
  });
});

test("a disk that refuses a write: nothing is called committed after it, and what was is there", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-disk-"));
  const site = run([folder, "none", "800"], "ulimit -f 3000");
  await site.until("done");
  site.child.kill("SIGKILL");
  await site.ended;
  const committed = committedOf(site.lines);
  const failure = site.lines.findIndex((line) => line.startsWith("failed SQLITE_"));
  expect(failure).toBeGreaterThan(50);
  expect(committedOf(site.lines.slice(failure))).toEqual([]);
  const refused = site.lines.filter((line) => line.startsWith("refused"));
  expect(refused.length).toBe(800 - committed.length);
  const database = new Database(join(folder, "journal.sqlite"));
  expect(database.pragma("quick_check", { simple: true })).toBe("ok");
  const found = new Set(
    (database.prepare("SELECT stream, seq FROM event").all() as { stream: string; seq: number }[]).map((row) => `${row.stream} ${row.seq}`),
  );
  database.close();
  const missing = committed.filter((key) => !found.has(key));
  expect(missing).toEqual([]);
  counted(context, { committed: committed.length, refused: refused.length, missing: missing.length });
});

// What the cloud was told of the disk outlives the process that told it.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { openStorage } from "./storage.ts";

test("a process that dies before it could say that the disk is well says so after its next start, and nothing twice", () => {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-storage-"));
  let free = 1e9;
  let lives = 0;
  const life = () => {
    lives += 1;
    const storage = openStorage({
      ...{ folder, clock: toldClock(), chance: toldChance(lives), tables: [], free: () => free },
      ...{ storage: { reserve_MB: 1 }, onFailure: () => undefined, say: () => undefined },
    });
    const events = storage.journal.all<{ type: string }>("SELECT type FROM event ORDER BY type").map(({ type }) => type);
    const short = storage.short();
    storage.close();
    return { events: events.filter((type) => type.startsWith("storage.")), short };
  };
  expect(life()).toEqual({ events: [], short: false });
  free = 0;
  expect(life()).toEqual({ events: ["storage.short"], short: true });
  expect(life()).toEqual({ events: ["storage.short"], short: true });
  free = 1e9;
  expect(life()).toEqual({ events: ["storage.short", "storage.well"], short: false });
  expect(life()).toEqual({ events: ["storage.short", "storage.well"], short: false });
});

// kill -9 at every step from coming to leaving: one visit, exactly one bill, the money once, at most one pulse for it, and the car gets out.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import { counted, plain } from "../promise.ts";
import { repository } from "../world/program.ts";
import { madeOf } from "./made.ts";
import { goOnAlone, live, type World } from "./one-car.ts";

function newFolder(): string {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "cuobian-kill-"));
  cpSync(join(repository, "tariffs/residential-free-hour.yaml"), join(folder, "tariff.yaml"));
  return folder;
}

/** A life of its own process; resolves with what it printed, and the signal that ended it. */
function lifeOfItsOwn(folder: string, at: number): Promise<{ text: string; signal: string | null }> {
  const child = spawn(process.execPath, [join(repository, "test/children/dying-lane.ts"), folder, String(at)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (some: string) => {
    text += some;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (_code, signal) => resolve({ text, signal }));
  });
}

interface Outcome {
  readonly where: string;
  readonly world: World;
  readonly found: unknown;
}

function foundIn(folder: string): Record<string, unknown> {
  const database = new SqliteDatabase(join(folder, "journal.sqlite"), { readonly: true });
  const all = <R>(sql: string): R[] => database.prepare(sql).all() as R[];
  try {
    const made = madeOf({ all: (sql: string) => all(sql), get: () => undefined } as Parameters<typeof madeOf>[0]);
    const [sums] = all<Record<string, unknown>>(
      "SELECT (SELECT count(*) FROM visit) AS visits, (SELECT count(*) FROM bill) AS bills, (SELECT count(*) FROM payment) AS payments, (SELECT count(*) FROM event WHERE type = 'visit.paid') AS paid, (SELECT count(*) FROM event WHERE type = 'visit.closed') AS closed, (SELECT count(*) FROM event WHERE type = 'visit.billed') AS billed",
    );
    return { ...made, ...sums, check: database.pragma("quick_check", { simple: true }) };
  } finally {
    database.close();
  }
}

async function dieAt(point: number): Promise<Outcome> {
  const folder = newFolder();
  try {
    const { signal, text } = await lifeOfItsOwn(folder, point);
    expect([signal, text], `point ${point}`).toEqual(["SIGKILL", ""]);
    const { world, where } = JSON.parse(readFileSync(join(folder, "world.json"), "utf8")) as { world: World; where: string };
    // Two seconds until it is started again: arms go on, nobody is heard.
    goOnAlone(world, 2_000);
    await live({ world, folder, life: 2, point: () => undefined });
    return { where, world, found: foundIn(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("P 06.kill: kill -9 at every step of enter, fee, pay, open, exit: one bill, one payment, at most one pulse for it, none lost", async (context) => {
  const folder = newFolder();
  const whole = await lifeOfItsOwn(folder, 0);
  const points = JSON.parse(whole.text) as string[];
  const expected = foundIn(folder);
  rmSync(folder, { recursive: true, force: true });
  expect(expected).toMatchObject({ visits: 1, bills: 1, payments: 1, paid: 1, closed: 1, billed: 1, check: "ok" });

  // Every kind of point, and every third of its kind, where a whole run has its quarter of an hour.
  const left = points.map((_, i) => i + 1).filter((point) => !plain || point % 3 === 1);
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let point = left.shift(); point !== undefined; point = left.shift()) outcomes.push(await dieAt(point));
  };
  await Promise.all([worker(), worker()]);

  for (const { where, world, found } of outcomes) {
    expect(found, where).toEqual(expected);
    // By the payment's own pulse, or by the camera's answer when the car was read again: never by two pulses.
    expect(world.pulses.out, where).toBeLessThanOrEqual(1);
    expect([world.lanes.in.barrier.openings, world.lanes.out.barrier.openings], where).toEqual([1, 1]);
  }
  counted(context, { kills: outcomes.length, kinds: new Set(points).size, "bills lost": 0, "payments doubled": 0 });
}, 300_000);

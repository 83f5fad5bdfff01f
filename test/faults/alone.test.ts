// The safety process keeps its promise while everything around it is dead, full or busy: over-current, and OFF is on the wire within one rotation of the question that completed the
// decision, by the simulator's clock. Afterwards every cut is told, once.
import { type ChildProcess, spawn } from "node:child_process";
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Fact } from "#gateway/link/messages.ts";
import { hasCommand } from "#test/debian.ts";
import { counted, plain } from "#test/promise.ts";
import { sleep } from "#test/world/notify-socket.ts";
import { repository, until } from "#test/world/program.ts";
import { type SmallDisk, smallDisk } from "#test/world/small-disk.ts";
import { type ChargingSite, energiseAll, type SiteEnd, startChargingSite } from "./charging-site.ts";

/** Beyond the rotation. With the processors full the simulator, too, gets its turn late: it shares what it measures. */
const margin_ms = { quiet: 10 + 15, full: 10 + 90 };

let site: ChargingSite;
let end: SiteEnd;
let disk: SmallDisk;
let clockFile = "";
let rotation = 0;
const cutSockets: string[] = [];
const busy: ChildProcess[] = [];

const fakeTime = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1")[0];
const setWall = (words: string): void => {
  writeFileSync(`${clockFile}.new`, `${words}\n`);
  renameSync(`${clockFile}.new`, clockFile);
};

beforeAll(async () => {
  site = await startChargingSite();
  const spool = join(site.folder, "spool");
  mkdirSync(spool);
  disk = smallDisk(spool);
  clockFile = join(site.folder, "wall-clock");
  setWall("+0");
  // Its log goes into a pipe that nobody reads, its spool onto a small disk, and its wall clock is told by a file.
  await site.startSafety({
    through: disk.through,
    unread: true,
    env:
      fakeTime === undefined
        ? {}
        : {
            LD_PRELOAD: fakeTime,
            FAKETIME_TIMESTAMP_FILE: clockFile,
            FAKETIME_DONT_FAKE_MONOTONIC: "1",
            DONT_FAKE_MONOTONIC: "1",
            FAKETIME_NO_CACHE: "1",
          },
  });
  end = site.connect();
  await energiseAll(site, end, "alone");
  await sleep(2_000);
  rotation = end.rotation_ms() ?? 0;
}, 90_000);
afterEach(() => {
  for (const child of busy.splice(0)) child.kill("SIGKILL");
});
afterAll(() => site?.end());

const keep = (child: ChildProcess): ChildProcess => {
  busy.push(child);
  return child;
};
const burn = (): number => {
  const count = availableParallelism() + 1;
  for (let i = 0; i < count; i += 1)
    keep(spawn(process.execPath, ["-e", `while (process.ppid === ${process.pid}) for (let i = 0; i < 1e8; i += 1);`], { stdio: "ignore" }));
  return count;
};
const flood = (...ways: string[]): ChildProcess =>
  keep(
    spawn(process.execPath, [join(repository, "test/children/link-flood.ts"), site.safety().ready.link, ...ways], {
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
const memory_MB = (): number =>
  Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${site.safety().pid}/status`, "utf8"))?.[1]) / 1024);

interface Cut {
  readonly fault: number;
  /** The last question to this station before its OFF: the answer to it completed the decision. */
  readonly asked: number;
  readonly off: number;
}

async function overload(socket: string): Promise<Cut> {
  cutSockets.push(socket);
  const unit = `0${socket.charAt(8)}`;
  const head = `${unit}0500${(Number(socket.split("/")[1]) - 1).toString(16).padStart(2, "0")}0000`;
  const { clock_ms: fault } = await site.state();
  await site.fault({ name: "over-current", socket, amount: 2500 });
  return until(
    `${socket} opens`,
    async () => {
      const { frames, sockets } = await site.state();
      if (sockets.find((one) => one.socket === socket)?.relay !== false) return undefined;
      const off = frames.find(({ ms, hex }) => ms >= fault && hex.startsWith(head))?.ms;
      const asked = frames.findLast(({ ms, hex }) => off !== undefined && ms < off && hex.startsWith(`${unit}04`))?.ms;
      expect(sockets.find((one) => one.socket === socket)?.why).toBe("commanded");
      return off === undefined || asked === undefined ? undefined : { fault, asked, off };
    },
    { within_ms: 20_000, every_ms: 100 },
  );
}

/** Cuts under this condition; the worst of them against the bound. */
async function cuts(sockets: readonly string[], margin: number): Promise<Record<string, number>> {
  let worst = 0;
  let slowest = 0;
  for (const socket of sockets) {
    const { fault, asked, off } = await overload(socket);
    worst = Math.max(worst, off - asked);
    slowest = Math.max(slowest, off - fault);
  }
  expect(rotation).toBeGreaterThan(0);
  expect(worst).toBeLessThanOrEqual(rotation + margin);
  return {
    cuts: sockets.length,
    "rotation, ms": rotation,
    "worst, question that completed the decision to OFF frame, ms": Math.round(worst),
    "declared margin, ms": margin,
    "worst, fault to OFF frame, ms": Math.round(slowest),
    late: 0,
  };
}

type CutFact = Extract<Fact, { kind: "cut" }>;
const cutFacts = (): CutFact[] => end.facts.filter((fact): fact is CutFact => fact.kind === "cut");
/** Every socket that was cut so far is told, once. */
async function allAreTold(): Promise<{ lost: number; doubled: number }> {
  await until("every cut is told", () => cutSockets.every((socket) => cutFacts().some((fact) => fact.socket === socket)) || undefined, {
    within_ms: 30_000,
  });
  const told = cutFacts().length;
  expect(told).toBe(cutSockets.length);
  return { lost: 0, doubled: told - cutSockets.length };
}

/** In a whole plain run the last of them, which is all of it at once, stands for each alone. */
const eachAlone: typeof test | undefined = plain ? undefined : test;

describe("P 02.alone", () => {
  eachAlone?.("P 02.alone the spool's disk is full", { timeout: 60_000 }, async (context) => {
    disk.fill(site.safety().pid);
    const found = await cuts(["station-1/1", "station-2/1"], margin_ms.quiet);
    const told = await allAreTold();
    disk.empty(site.safety().pid);
    counted(context, { disk: disk.kind, ...found, ...told });
  });

  test("P 02.alone nobody is there: no site process, no broker, no cloud", { timeout: 60_000 }, async (context) => {
    end.close();
    const found = await cuts(["station-1/2", "station-2/2"], margin_ms.quiet);
    reconnect();
    counted(context, { ...found, ...(await allAreTold()) });
  });

  eachAlone?.("P 02.alone every processor is busy with endless loops", { timeout: 90_000 }, async (context) => {
    const loops = burn();
    await sleep(1_000);
    const found = await cuts(["station-1/3", "station-2/3"], margin_ms.full);
    counted(context, { loops, processors: availableParallelism(), ...found, ...(await allAreTold()) });
  });

  eachAlone?.(
    "P 02.alone the link is flooded: garbage, a line without end, leave asked for nowhere, three who never read; and nobody reads the log",
    {
      timeout: 90_000,
    },
    async (context) => {
      const before = memory_MB();
      const pouring = [flood("garbage"), flood("endless", "mute"), flood("asking")];
      await sleep(5_000);
      const found = await cuts(["station-1/4", "station-2/4"], margin_ms.full);
      await sleep(3_000);
      const grown = memory_MB() - before;
      expect(grown).toBeLessThan(64);
      for (const one of pouring) one.kill("SIGKILL");
      counted(context, { "clients that mean no good": 6, ...found, "memory grown by, MB, not late": grown, ...(await allAreTold()) });
    },
  );

  const steps = [
    ["back to 1970", "@1970-01-01 00:00:10", 5],
    ["forward by four years", "+4y", 6],
    ["back by an hour", "-1h", 7],
  ] as const;
  test.skipIf(!hasCommand("faketime")).for(steps.slice(0, plain ? 1 : 3))(
    "P 02.alone the wall clock jumps %s",
    { timeout: 60_000 },
    async ([, words, number], context) => {
      setWall(words);
      await sleep(1_000);
      const found = await cuts([`station-1/${number}`, `station-2/${number}`], margin_ms.quiet);
      const told = await allAreTold();
      // Nothing that is still on was cut for it.
      const { sockets } = await site.state();
      expect(sockets.filter(({ relay }) => relay)).toHaveLength(20 - cutSockets.length);
      setWall("+0");
      counted(context, { ...found, ...told });
    },
  );

  test("P 02.alone all of it at once, and the disk is pulled; then killed, and the disk is there again: every latch that it had taken holds", {
    timeout: 120_000,
  }, async (context) => {
    const latched = [...cutSockets];
    const loops = burn();
    flood("garbage", "endless", "mute", "asking");
    await sleep(1_000);
    disk.pull(site.safety().pid);
    end.close();
    const found = await cuts(["station-1/9", "station-2/9"], margin_ms.full);
    for (const child of busy.splice(0)) child.kill("SIGKILL");
    reconnect();
    const told = await allAreTold();

    site.safety().signal("SIGKILL");
    await site.safety().ended;
    end.close();
    await site.startSafety({ through: disk.through });
    end = site.connect();
    await until("hello", () => end.hellos.length > 0 || undefined);
    end.energise(latched, "after the kill");
    const refused = (socket: string) =>
      end.facts.some((fact) => fact.kind === "refused" && fact.code === "latched" && fact.socket === socket);
    await until("each is refused", () => latched.every(refused) || undefined);
    counted(context, { loops, ...found, ...told, "latches that held": latched.filter(refused).length });
  });
});

function reconnect(): void {
  const before = end;
  end = site.connect();
  end.facts.push(...before.facts);
}

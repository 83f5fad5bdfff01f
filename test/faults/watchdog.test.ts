// The safety process is watched: pings come from progress alone. Stopped, looping, wrong, or with a bus that says nothing while sockets are on, they stop within half of the
// watchdog's time; a full disk, or a dead bus on which nothing is on, stops them not. systemd's end is played by Python's datagram socket.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hasCommand } from "#test/debian.ts";
import { counted } from "#test/promise.ts";
import { monotonicNow, type NotifySocket, notifySocket, sleep } from "#test/world/notify-socket.ts";
import { type StartOptions, until } from "#test/world/program.ts";
import { smallDisk } from "#test/world/small-disk.ts";
import { type ChargingSite, energiseAll, startChargingSite } from "./charging-site.ts";

const window_ms = 2_000;
const withFault = "test/children/safety-with-a-fault.ts";

let site: ChargingSite;
let folder = "";
let manager: NotifySocket;
let number = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "notify-"));
  site = await startChargingSite();
});
afterAll(async () => {
  await site?.end();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await site.safety().end();
  manager.close();
});

async function watched(options: StartOptions & { readonly file?: string } = {}): Promise<void> {
  number += 1;
  manager = await notifySocket(join(folder, `notify-${number}`));
  await site.startSafety({ ...options, env: { ...options.env, NOTIFY_SOCKET: manager.address, WATCHDOG_USEC: String(window_ms * 1000) } });
  await until("the first pings", () => manager.pings().length >= 2 || undefined);
}

const between = (from: number, to: number): number => manager.pings().filter((ms) => ms > from && ms <= to).length;
const longestGap = (pings: readonly number[]): number => Math.max(...pings.slice(1).map((ms, i) => ms - (pings[i] ?? ms)));

/** Nothing after half of the window, for as long as is looked. */
async function pingsStop(
  since: number,
  look_ms: number,
): Promise<{ before: number; "in the first half": number; "wrongly after it": number }> {
  await sleep(Math.max(0, since + look_ms - monotonicNow()));
  const found = {
    before: manager.pings().filter((ms) => ms <= since).length,
    "in the first half": between(since, since + window_ms / 2),
    "wrongly after it": between(since + window_ms / 2, since + look_ms),
  };
  expect(found.before).toBeGreaterThanOrEqual(2);
  expect(found["wrongly after it"]).toBe(0);
  return found;
}

/** Zeros that are right are said in words, so that no zero is taken for "not looked". */
const asWords = (found: Record<string, number>): Record<string, number | string> =>
  Object.fromEntries(Object.entries(found).map(([what, count]) => [what, count === 0 && !what.includes("wrong") ? "none" : count]));

describe.skipIf(!hasCommand("python3"))("P 02.watchdog", () => {
  test("P 02.watchdog healthy: READY, STATUS, pings in time from the process itself, STOPPING", { timeout: 60_000 }, async (context) => {
    await watched();
    const end = site.connect();
    await energiseAll(site, end, "healthy");
    await until("the status counts them", () => manager.heard.some(({ words }) => words.join().includes("20 on")) || undefined, {
      within_ms: 15_000,
    });
    await sleep(3 * window_ms);
    const pings = manager.pings();
    expect(longestGap(pings)).toBeLessThan(window_ms);
    expect(manager.heard.every(({ pid }) => pid === site.safety().pid)).toBe(true);
    expect(manager.heard.filter(({ words }) => words.includes("READY=1"))).toHaveLength(1);
    expect(await site.safety().end()).toBe(0);
    await until("STOPPING", () => manager.heard.some(({ words }) => words.includes("STOPPING=1")) || undefined);
    end.close();
    counted(context, {
      pings: pings.length,
      "longest gap, ms": Math.round(longestGap(pings)),
      "window, ms": window_ms,
      "messages from anybody else, wrong": manager.heard.filter(({ pid }) => pid !== site.safety().pid).length,
    });
  });

  test.for([
    ["stopped", "SIGSTOP"],
    ["a busy loop", "SIGUSR2"],
    ["a bug that is thrown", "SIGHUP"],
  ] as const)("P 02.watchdog %s: pings stop within half of the window", { timeout: 60_000 }, async ([, signal], context) => {
    await watched({ file: withFault });
    site.safety().signal(signal);
    const found = await pingsStop(monotonicNow(), 3 * window_ms);
    const ended = await Promise.race([site.safety().ended, sleep(0).then(() => "still there")]);
    expect(ended).toBe(signal === "SIGHUP" ? "SIGKILL" : "still there");
    counted(context, asWords(found));
    site.safety().signal("SIGKILL");
  });

  test.for([
    ["the bus falls silent", "SIGSTOP"],
    ["a bug swallows what is written to it", "SIGWINCH"],
  ] as const)(
    "P 02.watchdog %s while sockets are on: pings stop within half of the window, and go on once all is known dead and OFF",
    { timeout: 90_000 },
    async ([what, signal], context) => {
      await watched({ file: withFault });
      const end = site.connect();
      await energiseAll(site, end, what);
      const program = signal === "SIGSTOP" ? site.simulator : site.safety();
      program.signal(signal);
      const since = monotonicNow();
      const found = await pingsStop(since, 9_000);
      // Blind at 10 s: cut, OFF handed over with every probe. Nothing is on any more, and a new start would help nobody.
      const again = await until("pings go on", () => manager.pings().find((ms) => ms > since + 9_000), { within_ms: 20_000 });
      site.simulator.signal("SIGCONT");
      end.close();
      counted(context, { ...asWords(found), "went on after, ms": Math.round(again - since) });
    },
  );

  test("P 02.watchdog a dead bus on which nothing is on: pings go on", { timeout: 60_000 }, async (context) => {
    await watched();
    site.simulator.signal("SIGSTOP");
    const since = monotonicNow();
    await sleep(12_000); // past the moment at which the line is given up and opened anew
    site.simulator.signal("SIGCONT");
    const pings = manager.pings().filter((ms) => ms > since);
    expect(longestGap([since, ...pings, monotonicNow()])).toBeLessThan(window_ms);
    counted(context, { pings: pings.length, "longest gap, ms": Math.round(longestGap([since, ...pings])) });
  });

  test.for([
    ["full", "fill"],
    ["pulled out", "pull"],
  ] as const)("P 02.watchdog the spool's disk %s, with sockets on: pings go on", { timeout: 60_000 }, async ([, how], context) => {
    const spool = join(site.folder, "spool");
    rmSync(spool, { recursive: true, force: true });
    mkdirSync(spool);
    const disk = smallDisk(spool);
    await watched({ through: disk.through });
    const end = site.connect();
    await energiseAll(site, end, how);
    disk[how](site.safety().pid);
    const since = monotonicNow();
    // Facts that want to be written: more than what is left of the file's last block holds.
    end.energise(
      Array.from({ length: 100 }, (_, i) => `nowhere/${i + 1}`),
      "refused",
    );
    await sleep(3 * window_ms);
    end.close();
    const pings = manager.pings().filter((ms) => ms > since);
    expect(longestGap([since, ...pings, monotonicNow()])).toBeLessThan(window_ms);
    if (disk.kind.startsWith("ext4")) expect(site.safety().log()).toContain("spool");
    counted(context, { disk: disk.kind, pings: pings.length, "longest gap, ms": Math.round(longestGap([since, ...pings])) });
  });
});

/** As in the unit: real-time, and ended by the kernel when it never rests. */
const realTime = ["chrt", "--fifo", "20", "prlimit", "--rttime=3000000"];
const mayBeRealTime = spawnSync(realTime[0] ?? "", [...realTime.slice(1), "true"]).status === 0;

test.skipIf(!mayBeRealTime)("a busy loop at real-time priority is ended by the kernel itself", { timeout: 30_000 }, async () => {
  manager = await notifySocket(join(folder, "real-time"));
  const safety = await site.startSafety({ file: withFault, through: realTime });
  await sleep(4_000); // longer than it may run without resting: ordinary work rests
  expect(spawnSync("kill", ["-0", String(safety.pid)]).status).toBe(0);
  safety.signal("SIGUSR2");
  expect(await safety.ended).toMatch(/^SIG(XCPU|KILL)$/);
});

test("an environment of systemd that nobody answers costs nothing", { timeout: 30_000 }, async () => {
  await site.startSafety({ env: { NOTIFY_SOCKET: join(folder, "nobody"), WATCHDOG_USEC: "1000000" } });
  await sleep(1_500);
  expect(site.safety().log()).toContain("a watchdog did not take its feed");
  expect(spawnSync("kill", ["-0", String(site.safety().pid)]).status).toBe(0);
});

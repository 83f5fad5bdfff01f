// What the doctor concludes of what it sees: no watchdog, only the supervisor, systemd, a device; real-time or not.
import { expect, test } from "vitest";
import { hardwareWatchdog, realTime, type Seen, schedulingOf, watchdog } from "./safety.ts";

/** proc(5): pid (comm) state … nice is field 19, rt_priority 40, policy 41. */
const stat = (nice: number, priority: number, policy: number): string =>
  `77 (node (of) us) S ${Array.from({ length: 15 }, (_, i) => i).join(" ")} ${nice} ${Array.from({ length: 20 }, () => 1).join(" ")} ${priority} ${policy} 0 0`;
const seen = (more: Partial<Seen>): Seen => ({ processes: [], units: undefined, runtimeWatchdog: undefined, devices: [], ...more });
const units = (watchdogTime: string, active = "active"): string =>
  `Id=cuobian-safety.service\nActiveState=${active}\nWatchdogUSec=${watchdogTime}\n\nId=cuobian-gateway.service\nActiveState=inactive\nWatchdogUSec=infinity\n`;
const running = [{ pid: 77, stat: stat(-10, 0, 0), device: undefined }];

test.each<[string, Partial<Seen>, "ok" | "warning", RegExp]>([
  ["nothing at all", {}, "warning", /no unit/],
  ["units installed, not active", { units: units("30s", "inactive") }, "warning", /no unit/],
  ["a process under nobody", { processes: running }, "warning", /without systemd/],
  ["a unit without WatchdogSec", { units: units("infinity") }, "warning", /no WatchdogSec/],
  ["a unit with it", { units: units("30s"), processes: running }, "ok", /cuobian-safety.service, 30s/],
])("watchdog: %s", (_what, more, state, words) => expect(watchdog(seen(more))).toMatchObject({ state, en: expect.stringMatching(words) }));

test.each<[string, Partial<Seen>, "ok" | "warning", RegExp]>([
  ["none", {}, "warning", /^no hardware/],
  ["a device that nobody feeds", { devices: ["watchdog0"], runtimeWatchdog: "0" }, "warning", /nobody feeds/],
  ["systemd feeds it", { devices: ["watchdog0"], runtimeWatchdog: "30s" }, "ok", /systemd, 30s/],
  ["we feed it", { devices: ["watchdog0"], processes: [{ pid: 7, stat: "", device: "/dev/watchdog0" }] }, "ok", /feeds \/dev\/watchdog0/],
])("hardware watchdog: %s", (_what, more, state, words) =>
  expect(hardwareWatchdog(seen(more))).toMatchObject({ state, en: expect.stringMatching(words) }),
);

test.each<[string, string | undefined, "ok" | "warning", RegExp]>([
  ["nobody runs", undefined, "warning", /no safety process/],
  ["nice only", stat(-10, 0, 0), "warning", /nice -10/],
  ["fifo", stat(0, 20, 1), "ok", /priority 20/],
  ["round robin", stat(0, 5, 2), "ok", /priority 5/],
  ["batch", stat(0, 0, 3), "warning", /no real-time/],
])("realtime: %s", (_what, text, state, words) => {
  const processes = text === undefined ? [] : [{ pid: 77, stat: text, device: undefined }];
  expect(realTime(seen({ processes }))).toMatchObject({ state, en: expect.stringMatching(words) });
});

test("this very process, as the kernel writes it", async () => {
  const { readFileSync } = await import("node:fs");
  const { getPriority } = await import("node:os");
  expect(schedulingOf(readFileSync("/proc/self/stat", "utf8")).nice).toBe(getPriority());
});

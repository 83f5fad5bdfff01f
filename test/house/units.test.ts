// The systemd units are held to systemd itself (it reads them, and says how exposed they are) and to what the code and its documents promise.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hasCommand } from "../debian.ts";
import { readyLimits } from "../limits.ts";
import { root } from "./reading.ts";

const folder = join(root, "deploy/systemd");
const units = readdirSync(folder).filter((name) => name.endsWith(".service"));
const text = (unit: string): string => readFileSync(join(folder, unit), "utf8");
const value = (unit: string, key: string): string | undefined => new RegExp(`^${key}=(.*)$`, "m").exec(text(unit))?.[1];

const scratch = mkdtempSync(join(tmpdir(), "units-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
/** The units with this machine's own Node, so that systemd finds what they start. It only reads them. */
for (const unit of units) writeFileSync(join(scratch, unit), text(unit).replaceAll("/opt/cuobian/node", process.execPath));

test.skipIf(!hasCommand("systemd-analyze"))("systemd reads every unit without a complaint", () => {
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", ...units.map((unit) => join(scratch, unit))], { encoding: "utf8" });
  expect([status, stderr.split("\n").filter((line) => line.includes("cuobian"))]).toEqual([0, []]);
});

test.skipIf(!hasCommand("systemd-analyze")).each(units)("%s: exposed by at most 3.0, by systemd's own count", (unit) => {
  const { status, stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", "--threshold=30", join(scratch, unit)], {
    encoding: "utf8",
  });
  expect([status, /exposure level/.test(stdout)]).toEqual([0, true]);
});

test.each([
  // unit                       key                       value
  ["cuobian-safety.service", "Type", "notify"],
  ["cuobian-safety.service", "NotifyAccess", "main"],
  ["cuobian-safety.service", "WatchdogSec", "30s"],
  ["cuobian-safety.service", "Restart", "always"],
  ["cuobian-safety.service", "RestartPreventExitStatus", "2 3"],
  ["cuobian-safety.service", "StartLimitAction", "reboot"],
  ["cuobian-safety.service", "CPUSchedulingPolicy", "fifo"],
  ["cuobian-safety.service", "NoNewPrivileges", "yes"],
  ["cuobian-safety.service", "ProtectSystem", "strict"],
  ["cuobian-site.service", "CPUSchedulingPolicy", undefined],
  ["cuobian-site.service", "Requires", undefined],
  ["cuobian-gateway.service", "NotifyAccess", "all"],
  ["cuobian-gateway.service", "WatchdogSec", "30s"],
])("%s: %s=%s", (unit, key, wanted) => expect(value(unit, key)).toBe(wanted));

/** What each of them says, whatever systemd makes of it: a list to be read, and held without systemd too. */
const hardened = [
  ...["NoNewPrivileges=yes", "CapabilityBoundingSet=", "AmbientCapabilities=", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes"],
  ...["ProtectProc=invisible", "ProtectClock=yes", "ProtectHostname=yes", "ProtectKernelLogs=yes", "ProtectKernelModules=yes"],
  ...[
    "ProtectKernelTunables=yes",
    "ProtectControlGroups=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces=yes",
  ],
  ...["RestrictRealtime=yes", "RestrictSUIDSGID=yes", "LockPersonality=yes", "RemoveIPC=yes", "SystemCallArchitectures=native"],
  ...["SystemCallFilter=@system-service", "SystemCallErrorNumber=EPERM", "User=cuobian", "UMask=0077", "StateDirectoryMode=0700"],
];
test.each(units)("%s: hardened, each directive as it is listed; no device but its own", (unit) => {
  const lines = new Set(text(unit).split("\n"));
  expect(hardened.filter((line) => !lines.has(line))).toEqual([]);
  expect(lines.has("DevicePolicy=closed") || lines.has("PrivateDevices=yes")).toBe(true);
  expect(text(unit)).not.toMatch(/^(ReadWritePaths|ExecStartPre|PermissionsStartOnly|Environment)=/m);
});

test("the watchdog's time is at least twice the longest blindness of the ready limits", () => {
  const names = readdirSync(join(root, "gateway/limits")).map((name) => name.replace(/\.yaml$/, ""));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(2 * readyLimits(name).blind.trip_ms, name).toBeLessThanOrEqual(30_000);
});

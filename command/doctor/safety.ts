// Is the safety process looked after on this machine? Who restarts it when it stands, who restarts the machine when nobody can, and does it run before others.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { type Finding, ok, warning } from "./finding.ts";

export interface SafetyProcess {
  readonly pid: number;
  /** /proc/PID/stat. */
  readonly stat: string;
  /** A watchdog device that it holds open itself. */
  readonly device: string | undefined;
}

/** What was seen of the machine. */
export interface Seen {
  readonly processes: readonly SafetyProcess[];
  /** `systemctl show` of our units, one block a unit; `undefined` where systemd does not run. */
  readonly units: string | undefined;
  /** RuntimeWatchdogUSec of systemd itself. */
  readonly runtimeWatchdog: string | undefined;
  /** Names under /sys/class/watchdog. */
  readonly devices: readonly string[];
}

const page = "docs/how-to/install-gateway.md";
const isTime = (text: string | undefined): text is string => text !== undefined && !/^(0|infinity|\[not set\])?$/.test(text);

function activeUnit(units: string | undefined): Readonly<Record<string, string>> | undefined {
  return (units ?? "")
    .split(/\n\s*\n/)
    .map((block) =>
      Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])),
    )
    .find((unit) => unit.ActiveState === "active");
}

export function watchdog({ units, processes }: Seen): Finding {
  const check = "watchdog";
  const unit = activeUnit(units);
  if (unit !== undefined && isTime(unit.WatchdogUSec))
    return ok(check, `systemd 看护 ${unit.Id}，${unit.WatchdogUSec}`, `systemd watches ${unit.Id}, ${unit.WatchdogUSec}`);
  if (unit !== undefined)
    return warning(check, {
      zh: `${unit.Id} 没有 WatchdogSec`,
      en: `${unit.Id} has no WatchdogSec`,
      mend: `deploy/systemd 中的单元带有它 / the units in deploy/systemd have it; ${page}`,
    });
  if (processes.length > 0)
    return warning(check, {
      zh: "保护进程在运行，但不由 systemd 看护；只有内置监督进程",
      en: "the safety process runs without systemd; at most the built-in supervisor watches it",
      mend: `安装 deploy/systemd 的单元 / install the units of deploy/systemd; ${page}`,
    });
  return warning(check, {
    zh: "没有在运行的保护进程单元",
    en: "no unit of the safety process is active",
    mend: `正式安装见 / for an installation see ${page}`,
  });
}

export function hardwareWatchdog({ runtimeWatchdog, devices, processes }: Seen): Finding {
  const check = "hardware watchdog";
  const own = processes.find(({ device }) => device !== undefined);
  if (isTime(runtimeWatchdog)) return ok(check, `由 systemd 喂，${runtimeWatchdog}`, `fed by systemd, ${runtimeWatchdog}`);
  if (own?.device !== undefined) return ok(check, `保护进程喂 ${own.device}`, `the safety process feeds ${own.device}`);
  if (devices.length > 0)
    return warning(check, {
      zh: `有 ${devices.join("、")}，但没有人喂`,
      en: `${devices.join(", ")} is there, and nobody feeds it`,
      mend: `RuntimeWatchdogSec 或站点文件的 watchdog / RuntimeWatchdogSec, or watchdog in the site file; ${page}`,
    });
  return warning(check, {
    zh: "没有硬件看门狗",
    en: "no hardware watchdog",
    mend: `加载驱动（树莓派：config.txt 中 dtparam=watchdog=on）/ load its driver (Raspberry Pi: dtparam=watchdog=on in config.txt); ${page}`,
  });
}

/** /proc/PID/stat: the name may hold spaces; behind its bracket field 3 begins. 19 nice, 40 real-time priority, 41 policy (proc(5)). */
export function schedulingOf(stat: string): { nice: number; priority: number; realTime: boolean } {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3]);
  return { nice: field(19), priority: field(40), realTime: field(41) === 1 || field(41) === 2 };
}

export function realTime({ processes }: Seen): Finding {
  const check = "realtime";
  const [first] = processes;
  if (first === undefined)
    return warning(check, { zh: "没有在运行的保护进程，无从查看", en: "no safety process is running to be looked at", mend: page });
  const { nice, priority, realTime: isRealTime } = schedulingOf(first.stat);
  if (isRealTime) return ok(check, `保护进程实时优先级 ${priority}`, `the safety process runs at real-time priority ${priority}`);
  return warning(check, {
    zh: `保护进程没有实时优先级（nice ${nice}）`,
    en: `the safety process has no real-time priority (nice ${nice})`,
    mend: `单元中 CPUSchedulingPolicy=fifo / CPUSchedulingPolicy=fifo in its unit; ${page}`,
  });
}

const said = (command: string, ...words: string[]): string | undefined => {
  try {
    return execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined; // not here, or not running
  }
};
const names = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

function safetyProcess(pid: string): SafetyProcess | undefined {
  try {
    if (
      !readFileSync(`/proc/${pid}/cmdline`, "utf8")
        .split("\0")
        .some((word) => word.endsWith("gateway/protection/main.ts"))
    )
      return undefined;
    const open = names(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    return {
      pid: Number(pid),
      stat: readFileSync(`/proc/${pid}/stat`, "utf8"),
      device: open.find((path) => path.startsWith("/dev/watchdog")),
    };
  } catch {
    return undefined; // it has just ended, or is not ours to look at
  }
}

export function lookAtSafety(): Seen {
  return {
    processes: names("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => safetyProcess(pid) ?? []),
    units: said("systemctl", "show", "cuobian-safety.service", "cuobian-gateway.service", "-p", "Id,ActiveState,WatchdogUSec"),
    runtimeWatchdog: said("systemctl", "show", "--value", "-p", "RuntimeWatchdogUSec")?.trim(),
    devices: names("/sys/class/watchdog"),
  };
}

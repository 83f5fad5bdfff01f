// Looks this machine over: what the product needs, what is there, and the line that mends what is not.
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { freemem, tmpdir, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { type Finding, ok } from "./finding.ts";
import { hardwareWatchdog, lookAtSafety, realTime, watchdog } from "./safety.ts";

function runtime(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const good = major > 22 || (major === 22 && minor >= 18);
  return good
    ? ok("runtime", `Node ${process.version}`, `Node ${process.version}`)
    : {
        check: "runtime",
        state: "failed",
        zh: `Node ${process.version} 过旧`,
        en: `Node ${process.version} is too old`,
        mend: "npm start 会自行取用新版 / npm start brings a newer one",
      };
}

async function port(number: number, what: string): Promise<Finding> {
  const free = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(number, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  return free
    ? ok(`port ${number}`, `${what} 端口空闲`, `${what}: free`)
    : {
        check: `port ${number}`,
        state: "warning",
        zh: `${what} 端口被占用`,
        en: `${what}: busy`,
        mend: "演示会改用下一个空闲端口；正式运行请改配置中的 port / the demo takes the next free one; in production change `port` in the configuration",
      };
}

function serialPorts(): Finding {
  const folder = "/dev/serial/by-id";
  const found = existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : [];
  if (found.length === 0)
    return {
      check: "serial",
      state: "warning",
      zh: "没有发现 USB 串口适配器",
      en: "no USB serial adapter found",
      mend: "插入 RS-485 适配器后再看；演示使用伪终端，不需要 / plug in the RS-485 adapter; the demo uses a pseudo-terminal and needs none",
    };
  const refused = found.filter((path) => {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return false;
    } catch {
      return true;
    }
  });
  if (refused.length > 0)
    return {
      check: "serial",
      state: "failed",
      zh: `无权使用 ${refused.join(", ")}`,
      en: `no permission for ${refused.join(", ")}`,
      mend: "sudo usermod -aG dialout $USER，然后重新登录 / then sign in again",
    };
  return ok("serial", `串口 ${found.join(", ")}`, `serial ports ${found.join(", ")}`);
}

function clock(): Finding {
  if (existsSync("/run/systemd/timesync/synchronized")) return ok("clock", "时钟已同步", "clock synchronised");
  try {
    if (/Leap status\s*:\s*Normal/.test(execFileSync("chronyc", ["tracking"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })))
      return ok("clock", "时钟已同步 (chrony)", "clock synchronised (chrony)");
  } catch {
    // no chrony here
  }
  return {
    check: "clock",
    state: "warning",
    zh: "看不出时钟已与网络同步",
    en: "nothing says that the clock is synchronised",
    mend: "systemctl enable --now systemd-timesyncd",
  };
}

/** Without a battery behind it the time after a power cut is the last one on the disk, until the network says better. */
function batteryClock(): Finding {
  return existsSync("/dev/rtc0") || existsSync("/dev/rtc")
    ? ok("battery clock", "有实时时钟", "there is a battery clock")
    : {
        check: "battery clock",
        state: "warning",
        zh: "没有实时时钟：断电后到联网前时间不可信",
        en: "no battery clock: after a power cut the time is not to be believed until the network is there",
        mend: "加装 RTC 模块（如 DS3231）；计费与断电不受影响，时间标为未同步 / add an RTC module (e.g. DS3231); billing and cut-offs do not depend on it, times are marked unsynchronised",
      };
}

function disk(): Finding {
  const { bavail, bsize } = statfsSync(tmpdir());
  const gigabytes = (bavail * bsize) / 1e9;
  return gigabytes > 1
    ? ok("disk", `可用 ${gigabytes.toFixed(1)} GB`, `${gigabytes.toFixed(1)} GB free`)
    : {
        check: "disk",
        state: "warning",
        zh: `磁盘仅余 ${gigabytes.toFixed(2)} GB`,
        en: `only ${gigabytes.toFixed(2)} GB free`,
        mend: "清理磁盘 / free some space",
      };
}

function memory(): Finding {
  const free = freemem() / 1e6;
  const text = `${free.toFixed(0)} / ${(totalmem() / 1e6).toFixed(0)} MB`;
  return free > 200
    ? ok("memory", `可用内存 ${text}`, `memory free ${text}`)
    : {
        check: "memory",
        state: "warning",
        zh: `可用内存仅 ${text}`,
        en: `memory free only ${text}`,
        mend: "关闭其他程序 / close other programs",
      };
}

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
});
if (values.help)
  process.stdout.write(
    "cuobian doctor [--json]\n  检查运行环境、端口、串口权限、时钟、看门狗、实时优先级、磁盘、内存 / runtime, ports, serial permission, clock, watchdog, real-time priority, disk, memory\n  退出码 / exit: 0 ok, 1 failed, 5 warnings\n",
  );
else {
  const safety = lookAtSafety();
  const findings = [
    runtime(),
    await port(7300, "cloud http"),
    await port(7310, "gateway http"),
    await port(7320, "mqtt"),
    serialPorts(),
    clock(),
    batteryClock(),
    watchdog(safety),
    hardwareWatchdog(safety),
    realTime(safety),
    disk(),
    memory(),
  ];
  const mark = { ok: "✓", warning: "!", failed: "✗" } as const;
  if (values.json) process.stdout.write(`${JSON.stringify({ findings }, null, 2)}\n`);
  else
    for (const finding of findings)
      process.stdout.write(
        `${mark[finding.state]} ${finding.check.padEnd(17)} ${finding.zh} / ${finding.en}${finding.mend === undefined ? "" : `\n                    ${finding.mend}`}\n`,
      );
  process.exitCode = findings.some((f) => f.state === "failed") ? 1 : findings.some((f) => f.state === "warning") ? 5 : 0;
}

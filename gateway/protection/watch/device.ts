// A hardware watchdog (/dev/watchdog): once opened it restarts the machine unless it is fed. It is fed by the same progress as systemd's, and stopped ("V") only by an orderly end.
// Source: Linux kernel, Documentation/watchdog/watchdog-api.rst.
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { watchdogDriver } from "../../world/libc.ts";
import type { Feed } from "./watch.ts";

export interface DeviceWiring {
  readonly path: string;
  readonly timeout_s: number;
  /** Also when no watchdog driver stands behind the path: a device of one's own that counts bytes. */
  readonly even_without_driver?: boolean;
}

export interface Device extends Feed {
  readonly identity: string;
  readonly stopsInOrder: boolean;
}

const words: Readonly<Record<string, string>> = {
  ENOENT:
    "没有这个设备；加载驱动（如 modprobe bcm2835_wdt）或去掉该配置 / no such device: load its driver (e.g. modprobe bcm2835_wdt), or take it out of the configuration",
  EACCES:
    "无权打开；见 docs/how-to/install-gateway.md 的 udev 规则 / may not be opened: see the udev rule in docs/how-to/install-gateway.md",
  EBUSY:
    "已被占用：systemd（RuntimeWatchdogSec）或 watchdogd 持有它，二者只能取一 / is taken: systemd (RuntimeWatchdogSec) or watchdogd holds it; only one may",
  ENXIO: "没有人在读它 / nobody reads it",
};

/** The configuration asks for a watchdog that is not to be had: nothing is started, and the words say why. */
export class Refused extends Error {}
const refused = (path: string, why: string): Refused => new Refused(`硬件看门狗 / hardware watchdog ${path}: ${why}`);

function open(path: string): number {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw refused(path, words[code] ?? message);
  }
}

/** Opens it, which starts it. Rejects in words when nothing stands behind the path; until that is known not a byte is written. */
export async function openDevice({ path, timeout_s, even_without_driver = false }: DeviceWiring): Promise<Device> {
  const fd = open(path);
  const driver = await watchdogDriver(fd);
  if (driver === undefined && !even_without_driver) {
    closeSync(fd);
    throw refused(
      path,
      "后面没有看门狗驱动，写它不会保护任何人；确要如此请写 even_without_driver: true / no watchdog driver stands behind it, so that feeding it protects nobody; if you mean it, write even_without_driver: true",
    );
  }
  const given_s = driver?.timeout(timeout_s) ?? timeout_s;
  return {
    name: path,
    identity: driver?.identity ?? "no driver",
    stopsInOrder: driver?.stopsInOrder ?? true,
    window_ms: given_s * 1000,
    feed: () => wrote(fd, "\0"),
    close(inOrder) {
      if (inOrder) wrote(fd, "V");
      closeSync(fd);
    },
  };
}

function wrote(fd: number, text: string): boolean {
  try {
    return writeSync(fd, text) === text.length;
  } catch {
    return false; // whoever counts misses one, and that is what a watchdog is for
  }
}

// systemd's notify protocol (sd_notify(3)): one datagram a message, to the socket that NOTIFY_SOCKET names. WATCHDOG_USEC is the time after which silence means death.
import { datagramTo } from "../../world/libc.ts";
import type { Feed } from "./watch.ts";

export interface ServiceManager {
  ready(): void;
  /** One line for `systemctl status`. */
  status(text: string): void;
  stopping(): void;
  /** Asked for by the unit (WatchdogSec), or by nobody. */
  readonly watchdog: Feed | undefined;
}

export const nobody: ServiceManager = { ready: () => undefined, status: () => undefined, stopping: () => undefined, watchdog: undefined };

/** `undefined` when no watchdog is asked for, or it is meant for another process. */
export function watchdogWindow(environment: NodeJS.ProcessEnv, pid: number): number | undefined {
  const { WATCHDOG_USEC: window, WATCHDOG_PID: meant } = environment;
  if (window === undefined || (meant !== undefined && meant !== String(pid))) return undefined;
  const ms = Number(window) / 1000;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

/** Reads and takes out of the environment what systemd has put there: no child of ours shall speak in our name. */
export async function serviceManager(environment: NodeJS.ProcessEnv = process.env): Promise<ServiceManager> {
  const address = environment.NOTIFY_SOCKET;
  const window_ms = watchdogWindow(environment, process.pid);
  for (const key of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete environment[key];
  if (address === undefined || address === "") return nobody;
  const out = await datagramTo(address);
  return {
    ready: () => void out.send("READY=1"),
    status: (text) => void out.send(`STATUS=${text.replaceAll("\n", " ")}`),
    stopping: () => void out.send("STOPPING=1"),
    watchdog:
      window_ms === undefined ? undefined : { name: "systemd", window_ms, feed: () => out.send("WATCHDOG=1"), close: () => undefined },
  };
}

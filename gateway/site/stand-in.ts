// While the site file cannot be used, the page of the safe mode stands in for the gateway, and the file is read again every two seconds: the first sound one is begun with.
import type { Complaints } from "../config/complaint.ts";
import { type Running, readRunning } from "../config/running.ts";
import { salvage } from "../config/salvage.ts";
import { type SafeMode, serveSafeMode } from "../console/safe-mode.ts";
import { serviceManager } from "../protection/watch/systemd.ts";

const look_ms = 2_000;

export interface StandIn {
  readonly http: string;
  /** Resolves with the first sound file; the page is gone by then. */
  readonly mended: Promise<Running>;
  stop(): Promise<void>;
}

/** Rejects where its address cannot be opened. */
export async function standIn(config: string, found: Complaints): Promise<StandIn> {
  let faults = found.complaints;
  const page: SafeMode = await serveSafeMode({ ...salvage(config), faults: () => faults });
  const quiet = await tellManager();
  let timer: NodeJS.Timeout | undefined;
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    quiet();
    await page.stop();
  };
  const mended = new Promise<Running>((resolve, reject) => {
    timer = setInterval(() => {
      try {
        const read = readRunning(config);
        if (read.kind === "complaints") faults = read.complaints;
        else stop().then(() => resolve(read), reject);
      } catch (error) {
        reject(error);
      }
    }, look_ms);
  });
  return { http: page.http, mended, stop };
}

/** systemd learns that this is what there is: nothing is protected here that a watchdog could watch, so it is fed by a timer. What it said stays for who starts afterwards. */
async function tellManager(): Promise<() => void> {
  const manager = await serviceManager({ ...process.env });
  manager.ready();
  manager.status("安全模式：站点文件有误，见网页 / safe mode: the site file is broken, see the page");
  const { watchdog } = manager;
  if (watchdog === undefined) return () => undefined;
  const feeding = setInterval(() => watchdog.feed(), watchdog.window_ms / 3);
  return () => clearInterval(feeding);
}

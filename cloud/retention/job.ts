// Once an hour, if the configuration says for how long: what is past its days leaves. The key of the hashes is made at the first run, for its owner alone.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Store } from "#cloud/store/store.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";
import { runRetention } from "./retention.ts";

export function retentionKey(folder: string): Buffer {
  const path = join(folder, "retention.key");
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString("hex"), { mode: 0o600, flag: "wx" });
  return Buffer.from(readFileSync(path, "utf8").trim(), "hex");
}

interface Settings {
  readonly store: Store;
  readonly folder: string;
  readonly days: number;
  readonly pictureDays: number | undefined;
  readonly now: () => number;
  readonly log: Logger;
}

export function startRetention({ store, folder, days, pictureDays, now, log }: Settings): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const run = (): void => {
    running = running
      .then(() => runRetention(store, { days, pictureDays, key: retentionKey(folder), now: now() }))
      .then((removed) => log.info({ removed }, "what is past its days has left"))
      .catch((error: unknown) => log.error({ err: error }, "what is past its days could not leave"));
  };
  run();
  const timer = setInterval(run, hourMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

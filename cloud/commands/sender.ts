// Says what was issued, at once and then again each second, until the gateway's own fact says that it was received or its time is over. A repeat does no harm: the gateway knows the id.
import type { Logger } from "pino";
import type { Store } from "#cloud/store/store.ts";
import { commandTopic } from "#protocols/uplink/topics.ts";
import { expire, toSay } from "./commands.ts";

export interface SenderParts {
  readonly store: Store;
  readonly log: Logger;
  readonly now: () => number;
  readonly publish: (topic: string, payload: string) => Promise<void>;
}

export interface Sender {
  /** Something was issued: say it now. */
  wake(): void;
  stop(): Promise<void>;
}

export const sayAgain_ms = 1_000;

export function startSender({ store, log, now, publish }: SenderParts): Sender {
  let running: Promise<void> | undefined;
  let again = false;

  async function say(): Promise<void> {
    const at = now();
    const rows = await toSay(store.read);
    if (rows.some((row) => (row.expires_at ?? 0) < at)) await store.change((change) => expire(change, at));
    for (const row of rows) {
      if (row.signed === null || (row.expires_at ?? 0) < at) continue;
      // Not awaited one by one: a gateway's broker connection that hangs must not hold up another's.
      publish(commandTopic(row), row.signed).catch((error: unknown) =>
        log.warn({ err: error, command: row.id }, "a command was not taken by the broker"),
      );
    }
  }

  function wake(): void {
    if (running !== undefined) {
      again = true;
      return;
    }
    running = say()
      .catch((error: unknown) => log.error({ err: error }, "commands could not be said"))
      .finally(() => {
        running = undefined;
        if (!again) return;
        again = false;
        wake();
      });
  }

  const timer = setInterval(wake, sayAgain_ms);
  wake();
  return {
    wake,
    async stop() {
      clearInterval(timer);
      again = false;
      await running;
    },
  };
}

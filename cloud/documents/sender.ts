// Says issued documents until the gateway took or refused them. They are long, so not each second: at once, a minute later again, and when the gateway comes.
import type { Logger } from "pino";
import type { Store } from "#cloud/store/store.ts";
import { configTopic } from "#protocols/uplink/topics.ts";
import { toSay } from "./documents.ts";

export interface DocumentSenderParts {
  readonly store: Store;
  readonly log: Logger;
  readonly now: () => number;
  readonly publish: (topic: string, payload: string) => Promise<void>;
}

export interface DocumentSender {
  wake(): void;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const lookEvery_ms = 2_000;
export const sayAgain_ms = 60_000;

export function startDocumentSender({ store, log, now, publish }: DocumentSenderParts): DocumentSender {
  let running: Promise<void> | undefined;
  const said = new Map<string, number>();

  async function say(): Promise<void> {
    const rows = await toSay(store.read);
    const waiting = new Set(rows.map(({ id }) => id));
    for (const id of said.keys()) if (!waiting.has(id)) said.delete(id);
    if (rows.length === 0) return;
    const online = await store.read.selectFrom("gateway").select(["site", "gateway", "since"]).where("state", "=", "online").execute();
    for (const row of rows) {
      const here = online.find(({ site, gateway }) => site === row.site && gateway === row.gateway);
      const last = said.get(row.id);
      const came = here?.since ?? 0;
      if (row.signed === null || here === undefined || (last !== undefined && now() - last < sayAgain_ms && came <= last)) continue;
      said.set(row.id, now());
      publish(configTopic(row), row.signed).catch((error: unknown) =>
        log.warn({ err: error, document: row.id }, "a document was not taken by the broker"),
      );
    }
  }

  function wake(): void {
    running ??= say()
      .catch((error: unknown) => log.error({ err: error }, "documents could not be said"))
      .finally(() => {
        running = undefined;
      });
  }

  const timer = setInterval(wake, lookEvery_ms);
  return {
    wake,
    settled: async () => running,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

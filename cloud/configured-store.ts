// The stores and files that a configuration names, for the service and for the programs that work beside it.
import { join } from "node:path";
import type { Logger } from "pino";
import type { CloudConfig } from "./config/schema.ts";
import { readSecret as readSecretFile } from "./config/secret.ts";
import { openStore, type Store } from "./store/store.ts";

/** The configuration was checked a moment ago: a secret that cannot be read now is trouble of the machine, not of the file. */
export function readSecret(path: string, log?: Logger): string {
  const read = readSecretFile(path);
  if (read.kind === "secret") {
    if (read.warning !== undefined) log?.warn({ path }, read.warning.en);
    return read.secret;
  }
  throw new Error(`${read.zh} / ${read.en}`);
}

export const openConfiguredStore = ({ store, data, broker }: CloudConfig): Promise<Store> =>
  openStore(
    store.kind === "sqlite"
      ? { kind: "sqlite", file: join(data, "cloud.db") }
      : { kind: "postgres", url: readSecret(store.url_file), shared: broker.kind === "external" && broker.share !== undefined },
  );

export const auditAnchorFile = ({ audit_anchor_file, data }: CloudConfig): string => audit_anchor_file ?? join(data, "audit-anchors.jsonl");

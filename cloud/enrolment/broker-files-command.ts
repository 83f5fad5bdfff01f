// `cuobian cloud broker-files`: writes them, the broker's key for its user alone.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CloudConfig } from "#cloud/config/schema.ts";
import { openConfiguredStore } from "#cloud/configured-store.ts";
import { openAuthority } from "./authority.ts";
import { type BrokerKind, brokerFiles } from "./broker-files.ts";
import { barred, revoked } from "./enrolment.ts";

export async function writeBrokerFiles(
  config: CloudConfig,
  { kind, to, names, port }: { readonly kind: BrokerKind; readonly to: string; readonly names: readonly string[]; readonly port: number },
): Promise<readonly string[]> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const now = Date.now();
  const authority = openAuthority(config.data, now);
  const store = await openConfiguredStore(config);
  try {
    const revocations = authority.revocations({ serials: await revoked(store.read), number: Math.floor(now / 1000), now });
    const { files } = brokerFiles(authority, { kind, folder: to, names, port, now, revocations, barred: await barred(store.read, now) });
    mkdirSync(to, { recursive: true });
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(to, name), content, { mode: name.endsWith(".key.pem") ? 0o600 : 0o644 });
    return Object.keys(files);
  } finally {
    await store.close();
  }
}

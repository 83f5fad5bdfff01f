// Which certificates are good, at hand for the broker's handshake; and the list of revoked ones as a file, for a broker that is not ours.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "#cloud/store/store.ts";
import type { Authority } from "./authority.ts";
import { isGood, revoked } from "./enrolment.ts";

export const revocationFile = "gateways.crl";

export interface Certificates {
  gatewayOf(serial: string): string | undefined;
  /** Read anew, and the file written anew. */
  refresh(): Promise<void>;
}

export async function openCertificates({
  store,
  authority,
  folder,
  now,
}: {
  store: Store;
  authority: Authority;
  folder: string;
  now: () => number;
}): Promise<Certificates> {
  let known = new Map<string, { gateway: string; revoked_at: number | null; from_at: number; until_at: number }>();
  const refresh = async (): Promise<void> => {
    const rows = await store.read.selectFrom("certificate").selectAll().execute();
    known = new Map(rows.map((row) => [row.serial, row]));
    const at = now();
    const list = authority.revocations({ serials: await revoked(store.read), number: Math.floor(at / 1000), now: at });
    writeFileSync(join(folder, revocationFile), list, { mode: 0o644 });
  };
  await refresh();
  return {
    gatewayOf(serial) {
      const row = known.get(serial);
      return row !== undefined && isGood(row, now()) ? row.gateway : undefined;
    },
    refresh,
  };
}

// `cuobian cloud emergency seal | list`: what is put into the envelopes is printed once; who sealed them is a row of the audit log.
import { userInfo } from "node:os";
import { appendAudit } from "#cloud/audit/chain.ts";
import type { CloudConfig } from "#cloud/config/schema.ts";
import { openConfiguredStore } from "#cloud/configured-store.ts";
import { time } from "#cloud/views/words.ts";
import { type Envelope, envelopesOf, sealEnvelopes } from "./emergency.ts";

export async function sealCommand(config: CloudConfig, count: number, now: number): Promise<readonly Envelope[]> {
  const store = await openConfiguredStore(config);
  const by = `控制台 console (${userInfo().username})`;
  const row = { person: null, person_name: by, role: null, organisation: null, address: null, at: now, site: null } as const;
  try {
    return await store.change(
      async (change) => {
        const envelopes = await sealEnvelopes(change, { count, by, now });
        const detail = { envelopes: envelopes.map(({ label }) => label) };
        await appendAudit(change, { ...row, action: "emergency.seal", object: null, outcome: "done", code: null, detail });
        return envelopes;
      },
      { alone: "emergency" },
    );
  } finally {
    await store.close();
  }
}

export async function listCommand(config: CloudConfig): Promise<readonly string[]> {
  const store = await openConfiguredStore(config);
  try {
    return (await envelopesOf(store.read)).map(({ label, sealed_at, sealed_by, ended_at, opened_by }) => {
      const state =
        ended_at === null
          ? "封存 sealed"
          : opened_by === null
            ? `作废 replaced ${time(ended_at)}`
            : `已开启 opened ${time(ended_at)} ${opened_by}`;
      return `${label}  ${time(sealed_at)}  ${sealed_by}  ${state}`;
    });
  } finally {
    await store.close();
  }
}

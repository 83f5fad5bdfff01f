// Who may connect: every account has a password, and no answer tells by its time how much of it was right.
import { createHash, timingSafeEqual } from "node:crypto";
import type { GatewayAddress } from "#protocols/uplink/topics.ts";

export type Account =
  | { readonly kind: "gateway"; readonly site: string; readonly username: string; readonly password: string }
  | { readonly kind: "ingest"; readonly username: string; readonly password: string }
  | { readonly kind: "observer"; readonly username: string; readonly password: string };

/** An account without its password: what the rest of the broker may know and log. */
export interface Party {
  readonly kind: Account["kind"];
  readonly username: string;
  /** A gateway's own branch of the topics; its user name is its id. */
  readonly address?: GatewayAddress;
}

export interface Accounts {
  /** undefined: unknown, or the wrong password. */
  authenticate(username: string | undefined, password: Buffer | undefined): Party | undefined;
  /** Who showed a certificate of this gateway; the name in CONNECT is its own, or none. */
  certified(gateway: string, username: string | undefined): Party | undefined;
  isGateway(username: string): boolean;
}

const digest = (secret: string | Buffer): Buffer => createHash("sha256").update(secret).digest();

export function openAccounts(accounts: readonly Account[]): Accounts {
  const known = new Map<string, { party: Party; digest: Buffer }>();
  for (const account of accounts) {
    const { kind, username, password } = account;
    if (known.has(username)) throw new Error(`two accounts are named ${username}`);
    if (password === "") throw new Error(`${username} has no password`);
    const address = account.kind === "gateway" ? { address: { site: account.site, gateway: username } } : {};
    known.set(username, { party: { kind, username, ...address }, digest: digest(password) });
  }
  const nobody = digest("");
  return {
    authenticate(username, password) {
      const found = username === undefined ? undefined : known.get(username);
      // Compared for unknown names too: equal work, whoever asks.
      const right = timingSafeEqual(digest(password ?? ""), found?.digest ?? nobody);
      return right ? found?.party : undefined;
    },
    certified(gateway, username) {
      const party = known.get(gateway)?.party;
      return party?.kind === "gateway" && (username === undefined || username === gateway) ? party : undefined;
    },
    isGateway: (username) => known.get(username)?.party.kind === "gateway",
  };
}

// What the wall asks of the cloud, every ten seconds: with this browser's sign-in, or with the read-only token of its link. The token stands behind the # of the address, which no server and no log ever sees.

import type { LedgerFigures } from "#protocols/api/ledger-figures.ts";
import type { HazardView, Overview } from "#protocols/api/views.ts";

export interface Asked {
  readonly overview: Overview | null;
  /** null: this post may not read the ledger. */
  readonly figures: LedgerFigures | null;
  readonly overdue: readonly HazardView[];
  readonly signedOut: boolean;
}

const root = "/api/v1";
const longest_ms = 15_000;

export const tokenOf = (hash: string): string | null => new URLSearchParams(hash.replace(/^#/, "")).get("token");

async function read<T>(path: string, token: string | null): Promise<{ status: number; value: T | null }> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), longest_ms);
  try {
    const response = await fetch(`${root}${path}`, {
      signal: stop.signal,
      ...(token === null ? {} : { headers: { authorization: `Bearer ${token}` }, credentials: "omit" as const }),
    });
    return { status: response.status, value: response.ok ? ((await response.json()) as T) : null };
  } catch {
    return { status: 0, value: null };
  } finally {
    clearTimeout(timer);
  }
}

/** null: nobody answered. */
export async function askAll(token: string | null): Promise<Asked | null> {
  const overview = await read<Overview>("/overview", token);
  if (overview.status === 401) return { overview: null, figures: null, overdue: [], signedOut: true };
  if (overview.value === null) return null;
  const [figures, overdue] = await Promise.all([
    read<LedgerFigures>("/ledger/figures", token),
    read<{ items: HazardView[] }>("/hazards?list=overdue&limit=200", token),
  ]);
  // Half an answer is none: what is shown belongs together.
  if (figures.status === 0 || figures.status >= 500) return null;
  return { overview: overview.value, figures: figures.value, overdue: overdue.value?.items ?? [], signedOut: false };
}

/** The page's own text names its script by a hash of it: another text is another version. */
export async function version(): Promise<string | null> {
  try {
    const response = await fetch(location.pathname, { cache: "no-store" });
    return response.ok ? ((/screen-[A-Za-z0-9]{8}\.js/.exec(await response.text()) ?? [])[0] ?? null) : null;
  } catch {
    return null;
  }
}

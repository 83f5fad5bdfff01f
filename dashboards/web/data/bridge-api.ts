// The month's bridge from passages to money, and the rows behind its numbers.
import { type Answer, call } from "./api.ts";
import { query } from "./ledger-api.ts";

interface Sums {
  readonly passages: number;
  readonly charged_fen: number;
  readonly received_fen: number;
}

export interface Bridge {
  readonly passages: number;
  readonly classes: Readonly<Record<string, Sums>>;
  readonly by_hand: readonly (Sums & { readonly operator: string | null })[];
  readonly by_operator: readonly {
    readonly operator: string;
    readonly method: string;
    readonly payments: number;
    readonly received_fen: number;
  }[];
  readonly unattributed_fen: number;
}

export interface PassageRow {
  readonly kind: string;
  readonly ref: string;
  readonly lane: string | null;
  readonly plate: string | null;
  readonly at: string | null;
  readonly operator: string | null;
  readonly reason: string | null;
  readonly charged_fen: number;
  readonly received_fen: number;
}

const root = "/api/v1/income";

export async function readBridge(site: string, month: string): Promise<Answer<Bridge>> {
  const answer = await call<{ bridge: Bridge }>(`${root}${query({ site, month })}`);
  return answer.ok ? { ok: true, value: answer.value.bridge } : answer;
}

/** An operator without a name is asked for too: it is part of the question, not left out. */
export const readPassages = (
  site: string,
  month: string,
  of: Readonly<Record<string, string>>,
): Promise<Answer<{ total: number; items: PassageRow[] }>> =>
  call(`${root}/passages?${new URLSearchParams({ site, month, ...of }).toString()}`);

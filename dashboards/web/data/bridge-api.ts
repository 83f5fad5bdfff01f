// The month's bridge from passages to money, and the rows behind its numbers.
import { type Answer, call } from "./api.ts";
import { query } from "./ledger-api.ts";

export interface Sums {
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
  readonly charged_fen: number;
  readonly received_fen: number;
  readonly difference_fen: number;
  readonly unattributed_fen: number;
  /** A difference of more than 5 %. */
  readonly flagged: boolean;
}

export interface PassageRow {
  readonly kind: string;
  readonly ref: string;
  readonly lane: string | null;
  readonly plate: string | null;
  readonly entered_at: string | null;
  readonly at: string | null;
  readonly operator: string | null;
  readonly reason: string | null;
  readonly charged_fen: number;
  readonly received_fen: number;
}
export interface PassagePage extends Omit<Sums, "passages"> {
  readonly total: number;
  readonly items: readonly PassageRow[];
}

const root = "/api/v1/income";

export async function readBridge(site: string, month: string): Promise<Answer<Bridge>> {
  const answer = await call<{ bridge: Bridge }>(`${root}${query({ site, month })}`);
  return answer.ok ? { ok: true, value: answer.value.bridge } : answer;
}

/** An operator without a name is asked for too: it is part of the question, not left out. */
export const readPassages = (
  of: { readonly site: string; readonly month: string; readonly page: number },
  narrowed: Readonly<Record<string, string>>,
): Promise<Answer<PassagePage>> =>
  call(`${root}/passages?${new URLSearchParams({ ...of, page: String(of.page), ...narrowed }).toString()}`);

// What a pile says of its sockets, beside their charges: kept for the story of a socket, as protection's facts are.
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Transaction } from "../../journal/journal.ts";

export type PileFact =
  | { readonly kind: "pile-alarm" | "pile-fault"; readonly cause: string; readonly code?: string; readonly zh: string; readonly en: string }
  | { readonly kind: "pile-fault-over"; readonly cause: string };

const kept_ms = 40 * 86_400_000;

export function keepInStory(tx: Transaction, sockets: readonly string[], fact: PileFact, at: Stamp): void {
  for (const socket of sockets) {
    tx.run("DELETE FROM socket_fact WHERE socket = ? AND at < ?", socket, at.wall - kept_ms);
    tx.run("INSERT INTO socket_fact (socket, at, n, fact) VALUES (?, ?, 0, ?)", socket, at.wall, JSON.stringify(fact));
  }
}

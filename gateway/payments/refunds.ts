// Entries that give money of phones back, until the provider has done so; the entry's name makes a repeat harmless.
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { SiteContext } from "../site-context.ts";
import type { Provider } from "./providers/provider.ts";

interface RefundRow {
  id: string;
  charge: string;
  provider: string;
  amount_fen: number;
  total_fen: number;
}
const refundsToGive =
  "SELECT e.id, c.id AS charge, c.provider, e.amount_fen, c.received_fen AS total_fen FROM money_entry e JOIN pay_charge c ON c.id = e.payment WHERE e.kind = 'refund' AND e.done IS NULL";
const giveAgainAfter_ms = 30_000;

export function giverBack({ journal, log }: SiteContext, of: (provider: string) => Provider | undefined): (now: Stamp) => void {
  let next = 0;
  return (now) => {
    if (now.mono < next) return;
    next = now.mono + giveAgainAfter_ms;
    for (const row of journal.all<RefundRow>(refundsToGive))
      void of(row.provider)
        ?.refund({ charge: row.charge, refund: row.id, amount_fen: row.amount_fen, total_fen: row.total_fen })
        .then((outcome) => {
          if (outcome === "done")
            journal.commit((tx) => tx.run("UPDATE money_entry SET done = ? WHERE id = ?", JSON.stringify(now), row.id));
          else log.warn({ entry: row.id, detail: outcome.detail }, "the provider has not given the money back yet; it is asked again");
        })
        .catch((error: unknown) => log.error({ entry: row.id, error: String(error) }, "a refund could not be asked or written"));
  };
}

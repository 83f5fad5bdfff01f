// What the customer asked for: money, time, energy, or until it is full; and whether that is reached.
import { type BillAbout, billOf } from "./bill.ts";
import type { ChargePrice, PriceVersion } from "./types.ts";
import type { Usage } from "./usage.ts";

export const choiceKinds = ["money", "time", "energy", "full"] as const;
export type ChoiceKind = (typeof choiceKinds)[number];

export type Choice =
  | { readonly kind: "money"; readonly fen: number }
  | { readonly kind: "time"; readonly seconds: number }
  | { readonly kind: "energy"; readonly mWh: number }
  | { readonly kind: "full" };

export type ReachedCause = "money" | "time" | "energy";

export interface Priced {
  readonly price: Pick<ChargePrice, "id">;
  readonly version: PriceVersion;
}

/** What ends the charge now: its own choice, or a prepayment that is used up. */
export function reached(
  priced: Priced,
  { usage, about }: { readonly usage: Usage; readonly about: BillAbout },
  choice: Choice,
): ReachedCause | undefined {
  if (choice.kind === "time" && usage.ms >= choice.seconds * 1000) return "time";
  if (choice.kind === "energy" && usage.energy_mWh >= choice.mWh) return "energy";
  const money = choice.kind === "money" ? Math.min(choice.fen, about.paid_fen ?? choice.fen) : about.paid_fen;
  if (money === undefined) return undefined;
  return usedUp(priced, { usage, groups: about.groups }) >= money ? "money" : undefined;
}

/** What is used of a prepayment so far. A unit that was begun may be used to its end, and a minimum that is paid anyway ends no charge that has used less. */
function usedUp({ price, version }: Priced, { usage, groups }: { readonly usage: Usage; readonly groups: readonly string[] }): number {
  const { service } = version;
  const exactly: PriceVersion = {
    ...version,
    rounding: "down",
    service: service.kind === "time" ? { ...service, part: "exact" } : service,
  };
  return billOf(price, exactly, { usage, about: { groups, ended: "fault" } }).total_fen;
}

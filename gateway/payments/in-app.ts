// A phone inside the provider's own app: it leaves to say who it is, and comes back with a code. What it left for is kept here meanwhile, under a word that nobody can guess and that is good once.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { Clock } from "../ports.ts";
import type { Charges, Going } from "./charges.ts";
import type { InApp } from "./providers/provider.ts";

/** What is to be paid: a stay, or days of a pass. */
export type ToPay = { readonly visit: string; readonly lot: string } | { readonly order: string; readonly lot: string };
export interface Leaving {
  readonly pay: ToPay;
  readonly method: string;
  readonly peer: string;
  /** Goes on with the phone: its language. */
  readonly language: string;
}

export interface InAppPayments {
  /** Where the phone goes first; undefined: this account has no way inside its app. */
  leave(leaving: Leaving): string | undefined;
  /** It came back. */
  back(told: { code: string; state: string }): Promise<{ readonly going: Going | Refusal; readonly language: string } | undefined>;
}

const away_ms = 10 * 60_000;
/** So many phones may be away at once; the one that left first is forgotten. */
const mostAway = 500;

const notKnown = refusal("payer-unknown", "微信没有确认付款人，请重新查询后再支付", "WeChat did not say who pays: ask again, then pay");

export function inAppPayments(
  charges: Pick<Charges, "askPhone" | "askPass" | "inApp">,
  { clock, chance, address }: { clock: Pick<Clock, "monotonic">; chance: { id(): string }; address: string },
): InAppPayments {
  const away = new Map<string, Leaving & { readonly since: Monotonic }>();
  const wayIn = ({ pay, method }: Leaving): InApp | undefined => charges.inApp(pay.lot, method, "order" in pay ? "pass" : "temporary");

  return {
    leave(leaving) {
      const inApp = wayIn(leaving);
      if (inApp === undefined) return undefined;
      const state = `${chance.id()}${chance.id()}`.replaceAll("-", "");
      const oldest = away.keys().next().value;
      if (away.size >= mostAway && oldest !== undefined) away.delete(oldest);
      away.set(state, { ...leaving, since: clock.monotonic() });
      return inApp.signIn({ state, back: `${address}/pay/in-app` });
    },
    async back({ code, state }) {
      const leaving = away.get(state);
      away.delete(state);
      if (leaving === undefined || clock.monotonic() - leaving.since > away_ms) return undefined;
      const { pay, method, peer, language } = leaving;
      const known = await wayIn(leaving)?.payer(code);
      if (known === undefined || "kind" in known) return { going: notKnown, language };
      const phone = { method, peer, payer: known.payer, back: (charge: string) => `${address}/pay/charge/${charge}` };
      const going = await ("order" in pay
        ? charges.askPass({ ...phone, order: pay.order, lot: pay.lot })
        : charges.askPhone({ ...phone, visit: pay.visit }));
      return { going, language };
    },
  };
}

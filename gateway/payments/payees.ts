// Whose money it is: the first payee of the site file that fits the lot and the kind of income, and has such an account; else the site's own.
import type { SiteContext } from "../site-context.ts";
import type { Provider } from "./providers/provider.ts";

type Accounts = SiteContext["config"]["payments"];
type Payee = NonNullable<NonNullable<Accounts>["payees"]>[number];

export interface MoneyOf {
  readonly lot: string;
  readonly income: "temporary" | "pass" | "charging";
}

const fits = ({ lots, incomes }: Payee, { lot, income }: MoneyOf): boolean =>
  (lots === undefined || lots.includes(lot)) && (incomes === undefined || incomes.includes(income));

const payeesFor = (accounts: Accounts, of: MoneyOf): Payee[] => (accounts?.payees ?? []).filter((payee) => fits(payee, of));

export function accountFor(
  accounts: Accounts,
  providers: readonly Provider[],
  of: MoneyOf & { readonly method: string },
): Provider | undefined {
  const candidates = [...payeesFor(accounts, of).map(({ id }): string | null => id), null];
  for (const payee of candidates) {
    const found = providers.find((one) => one.payee === payee && one.method === of.method);
    if (found !== undefined) return found;
  }
  return undefined;
}

export interface CodeInTheBooth {
  readonly payee: string | null;
  readonly name: string;
  readonly text: string;
}

/** Until there is a merchant account: a code that hangs in the booth. The guard sees the payer's screen, and his confirmation is the payment. */
export function staticCodeFor(accounts: Accounts, of: MoneyOf): CodeInTheBooth | undefined {
  for (const { id, static_code } of payeesFor(accounts, of)) if (static_code !== undefined) return { payee: id, ...static_code };
  return accounts?.static_code === undefined ? undefined : { payee: null, ...accounts.static_code };
}

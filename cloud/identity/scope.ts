// Which compounds a person's post reaches. What lies outside does not exist for him: lists leave it out, ids lead nowhere.
export interface Scope {
  /** Everything, also what belongs to no known compound. */
  readonly all: boolean;
  /** For queries; never empty, so that every database takes it. */
  readonly sites: readonly string[];
}

export const everywhere: Scope = { all: true, sites: [""] };
export const nowhere: Scope = { all: false, sites: [""] };

export const sees = ({ all, sites }: Scope, site: string): boolean => all || (site !== "" && sites.includes(site));

/** What both reach. */
export function both(one: Scope, other: Scope): Scope {
  if (one.all) return other;
  if (other.all) return one;
  const sites = one.sites.filter((site) => other.sites.includes(site));
  return sites.length === 0 ? nowhere : { all: false, sites };
}

/** Whether the first reaches everything that the second does. */
export const covers = (wide: Scope, narrow: Scope): boolean =>
  wide.all || (!narrow.all && narrow.sites.every((site) => wide.sites.includes(site)));

/** The compound of a post that reaches just one: whoever looks after that compound reads there what its people did. */
export function homeOf({ all, sites }: Scope): string | null {
  const [only = "", ...others] = sites;
  return all || others.length > 0 || only === "" ? null : only;
}

// Which compound and which quarter a page shows; both stand in the address.
import type { ComponentChildren } from "preact";
import { live, serverNow } from "../data/live.ts";
import { narrow, route } from "../shell/route.ts";
import { words } from "../words/language.ts";

/** "2026-Q4" of a moment, so many quarters back. */
export function quarterName(at: number, back = 0): string {
  const china = new Date(at + 8 * 3_600_000);
  const n = china.getUTCFullYear() * 4 + Math.floor(china.getUTCMonth() / 3) - back;
  return `${Math.floor(n / 4)}-Q${(n % 4) + 1}`;
}

interface PlaceAndQuarterProps {
  readonly site: string;
  readonly quarter: string;
  readonly withSite?: boolean;
  readonly withQuarter?: boolean;
  readonly children?: ComponentChildren;
}
export function PlaceAndQuarter({ site, quarter, withSite = true, withQuarter = true, children }: PlaceAndQuarterProps) {
  const say = words.value;
  const { filters } = route.value;
  const sites = live.value?.sites ?? [];
  return (
    <form class="filter-line" aria-label={say.filter}>
      {withSite && (
        <label>
          {say.bureau.compound}{" "}
          <select name="site" value={site} onChange={(event) => narrow({ ...filters, site: event.currentTarget.value, number: "" })}>
            {sites.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {withQuarter && (
        <label>
          {say.bureau.quarter}{" "}
          <select name="quarter" value={quarter} onChange={(event) => narrow({ ...filters, week: event.currentTarget.value })}>
            {[0, 1, 2, 3].map((back) => {
              const name = quarterName(serverNow.peek(), back);
              return (
                <option key={name} value={name}>
                  {name}
                </option>
              );
            })}
          </select>
        </label>
      )}
      {children}
    </form>
  );
}

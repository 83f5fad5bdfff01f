// The site file's words on charging, and the price file that they name. A price that cannot be read prices nothing: then nothing begins, and that is said.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseChargePrice } from "../prices/file.ts";
import { spansOfHours } from "../prices/hours.ts";
import type { SiteContext } from "../site-context.ts";
import { type ChargingRules, noRules } from "./rules.ts";

export function rulesOf({ config, folder, log }: Pick<SiteContext, "config" | "folder" | "log">): ChargingRules {
  const { charging } = config;
  if (charging === undefined) return noRules;
  const { price, no_charging = [], after_mains_failure, cards, planning } = charging;
  return {
    price: price === undefined ? "none" : priceOf(resolve(folder, price), log),
    night: no_charging.flatMap(spansOfHours),
    goOn: after_mains_failure?.go_on ?? true,
    spacing_ms: (after_mains_failure?.spacing_s ?? 0) * 1000,
    cards: cards === undefined ? undefined : { hold_fen: Math.round(cards.hold_yuan * 100) },
    planning: planning === undefined ? undefined : { assumed_s: planning.assumed_h * 3600 },
  };
}

function priceOf(path: string, log: SiteContext["log"]): ChargingRules["price"] {
  try {
    const read = parseChargePrice(readFileSync(path, "utf8"), path);
    if ("price" in read) return read.price;
    for (const { line, code, en } of read.complaints) log.error({ path, line, code, en }, "sessions: the charging price is refused");
  } catch (error) {
    log.error({ path, error: String(error) }, "sessions: the charging price cannot be read");
  }
  return "broken";
}

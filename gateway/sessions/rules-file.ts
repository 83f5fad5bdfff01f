// The site file's words on charging, and the price file that they name. A price that cannot be read prices nothing: then nothing begins, and that is said.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseChargePrice } from "../prices/file.ts";
import { spansOfHours } from "../prices/hours.ts";
import type { SiteContext } from "../site-context.ts";
import { type ChargingRules, noRules } from "./rules.ts";

export interface HeldRules {
  readonly rules: ChargingRules;
  /** Another text stands in for the price file from now on, or the file itself again; a charge keeps the price that it began under. */
  renewPrice(given: SiteContext["price"]): void;
}

export function rulesOf({ config, folder, log, price: given }: Pick<SiteContext, "config" | "folder" | "log" | "price">): HeldRules {
  const { charging } = config;
  if (charging === undefined) return { rules: noRules, renewPrice: () => undefined };
  const { price: file, no_charging = [], after_mains_failure, cards, planning } = charging;
  const priced = (text: SiteContext["price"]): ChargingRules["price"] =>
    file === undefined ? "none" : priceOf(resolve(folder, file), { given: text, log });
  const rules = {
    price: priced(given),
    night: no_charging.flatMap(spansOfHours),
    goOn: after_mains_failure?.go_on ?? true,
    spacing_ms: (after_mains_failure?.spacing_s ?? 0) * 1000,
    cards: cards === undefined ? undefined : { hold_fen: Math.round(cards.hold_yuan * 100) },
    ...(planning === undefined ? {} : { planning: { assumed_s: planning.assumed_h * 3600 } }),
  };
  return {
    rules,
    renewPrice(text) {
      rules.price = priced(text);
    },
  };
}

function priceOf(path: string, { given, log }: { given: SiteContext["price"]; log: SiteContext["log"] }): ChargingRules["price"] {
  try {
    const read = parseChargePrice(given?.text ?? readFileSync(path, "utf8"), path);
    if ("price" in read) return read.price;
    for (const { line, code, en } of read.complaints) log.error({ path, line, code, en }, "sessions: the charging price is refused");
  } catch (error) {
    log.error({ path, error: String(error) }, "sessions: the charging price cannot be read");
  }
  return "broken";
}

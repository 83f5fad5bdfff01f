// The price and the rules under which charges are killed: money, a kept socket, nothing free.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChargePrice } from "#gateway/core/charging/price/types.ts";
import { parseChargePrice } from "#gateway/prices/file.ts";
import type { ChargingRules } from "#gateway/sessions/rules.ts";
import { repository } from "#test/world/program.ts";

export function price(): ChargePrice {
  const file = join(repository, "tariffs/charging/month.yaml");
  const read = parseChargePrice(readFileSync(file, "utf8"), "month.yaml");
  if ("complaints" in read) throw new Error(JSON.stringify(read.complaints));
  return read.price;
}

export const rulesOfKill = (charging: ChargePrice): ChargingRules => ({
  price: charging,
  night: [],
  goOn: true,
  spacing_ms: 0,
  cards: undefined,
});

// Each lot's tariff, read at start. One that is missing or wrong is a refusal for every car, said aloud: never a price of 0.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Bill } from "#gateway/core/parking/bill.ts";
import { quote, type Stay, type Tariff, versionAt } from "#gateway/core/parking/tariff.ts";
import { usualGrace_ms } from "#gateway/core/parking/visit.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import type { SiteContext } from "../site-context.ts";
import { parseTariff } from "../tariff/file.ts";

export interface Tariffs {
  /** "<tariff>@<version>" that a car entering now enters under; "none" when there is none. */
  label(lot: string, entered: Wall): string;
  price(lot: string, stay: Stay): Bill | Refusal;
  grace_ms(lot: string, entered: Wall): number;
  /** Lots without a tariff. */
  readonly missing: readonly string[];
}

function readTariff(context: SiteContext, lot: { id: string; tariff: string }): Tariff | undefined {
  const path = resolve(context.folder, lot.tariff);
  try {
    const found = parseTariff(readFileSync(path, "utf8"), path);
    if ("tariff" in found) return found.tariff;
    context.log.error(
      { lot: lot.id, complaints: found.complaints },
      "the tariff file is wrong: cars that would have to pay wait for a person",
    );
  } catch (error) {
    context.log.error(
      { lot: lot.id, path, error: String(error) },
      "the tariff file cannot be read: cars that would have to pay wait for a person",
    );
  }
  return undefined;
}

export function readTariffs(context: SiteContext): Tariffs {
  const found = new Map<string, Tariff>();
  for (const lot of context.config.lots) {
    const tariff = readTariff(context, lot);
    if (tariff !== undefined) found.set(lot.id, tariff);
  }
  const version = (lot: string, entered: Wall) => {
    const tariff = found.get(lot);
    return tariff === undefined ? undefined : versionAt(tariff, entered);
  };
  return {
    label: (lot, entered) => {
      const known = version(lot, entered);
      return known === undefined ? "none" : `${found.get(lot)?.id}@${known.id}`;
    },
    price: (lot, stay) => {
      const tariff = found.get(lot);
      return tariff === undefined
        ? refusal("no-tariff", "本停车场没有可用的收费文件", "this lot has no usable tariff")
        : quote(tariff, stay);
    },
    grace_ms: (lot, entered) => {
      const grace = version(lot, entered)?.payment?.grace;
      return grace === undefined ? usualGrace_ms : grace * 1000;
    },
    missing: context.config.lots.map((lot) => lot.id).filter((id) => !found.has(id)),
  };
}

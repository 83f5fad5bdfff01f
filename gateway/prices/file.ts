// A charging price file: text in, a price or all complaints out. Versioned YAML like the parking tariffs, read by the same hand.
import type { ChargePrice } from "#gateway/core/charging/price/types.ts";
import type { Complaint } from "#gateway/tariff/complaint.ts";
import { readDocument } from "#gateway/tariff/file.ts";
import { readChargePrice } from "./read.ts";
import { type ChargePriceFile, ChargePriceSchema } from "./schema.ts";

/** `file` is only said in the complaints. */
export function parseChargePrice(text: string, file: string): { price: ChargePrice } | { complaints: Complaint[] } {
  const { raw, complaints } = readDocument(text, file, ChargePriceSchema);
  if (raw === undefined) return { complaints: complaints.found };
  const price = readChargePrice(raw as ChargePriceFile, complaints.add);
  return complaints.found.length > 0 ? { complaints: complaints.found } : { price };
}

/** A charging price and a parking tariff begin with another word. */
export const isChargePrice = (text: string): boolean => /^charging:/m.test(text);

export const chargePriceJsonSchema = (): object => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "厝边充电收费文件 · Cuobian charging price file",
  ...ChargePriceSchema,
});

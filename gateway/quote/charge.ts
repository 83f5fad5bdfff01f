// `cuobian quote --charging`: what would this charge cost, line by line, electricity and service apart.
import { quoteCharge } from "#gateway/core/charging/price/quote.ts";
import { kWhText } from "#gateway/core/charging/price/words.ts";
import { type ChargeValues, chargeOf } from "#gateway/prices/charge-words.ts";
import { chargePriceJsonSchema, isChargePrice, parseChargePrice } from "#gateway/prices/file.ts";
import { Misunderstood } from "#gateway/tariff/stay-words.ts";
import { fen, yuanText } from "#protocols/vocabulary/money.ts";
import { complaintText, Leave, readText, say, write } from "./files.ts";

export function runChargeQuote(file: string, values: ChargeValues, json: boolean): number {
  const read = parseChargePrice(readText(file), file);
  if ("complaints" in read) {
    for (const complaint of read.complaints) say(complaintText(complaint));
    throw new Leave(3);
  }
  const told = quoteCharge(read.price, chargeOf(values, readText));
  if ("kind" in told) {
    if (json) write(JSON.stringify({ refusal: told }, null, 2));
    else say(`${told.zh} / ${told.en} (${told.code})`);
    return 1;
  }
  const { bill } = told;
  if (json) {
    write(JSON.stringify(bill, null, 2));
    return 0;
  }
  const yuan = (amount: number): string => `¥${yuanText(fen(amount)).padStart(8)}`;
  write(`${read.price.name.zh} / ${read.price.name.en}  (${bill.price})`);
  for (const { rule, zh, en, amount_fen } of bill.lines) write(`  ${yuan(amount_fen)}  ${zh} / ${en}   [${rule}]`);
  write(
    `  ${yuan(bill.total_fen)}  合计 / total：电量 ${kWhText(bill.energy_mWh)} kWh，电费 ${yuanText(bill.electricity_fen)}，服务费 ${yuanText(bill.service_fen)}${bill.occupied_fen === 0 ? "" : `，占用费 ${yuanText(bill.occupied_fen)}`}`,
  );
  if (values.prepaid !== undefined) write(`  ${yuan(bill.refund_fen)}  退还未用 / given back of ¥${values.prepaid}`);
  return 0;
}

/** The same verb checks both kinds of file: a charging price begins with its own word. */
export function splitByKind(files: readonly string[]): { readonly tariffs: string[]; readonly prices: string[] } {
  const prices = files.filter((file) => isChargePrice(readText(file)));
  return { tariffs: files.filter((file) => !prices.includes(file)), prices };
}

export function runPriceCheck(files: readonly string[], json: boolean): number {
  const found = files.map((file) => ({ file, read: parseChargePrice(readText(file), file) }));
  if (json)
    write(
      JSON.stringify(
        { files: found.map(({ file, read }) => ({ file, ok: "price" in read, complaints: "complaints" in read ? read.complaints : [] })) },
        null,
        2,
      ),
    );
  else
    for (const { file, read } of found)
      if ("price" in read) write(`${file}: ✓ ${read.price.name.zh} / ${read.price.name.en}`);
      else for (const complaint of read.complaints) write(complaintText(complaint));
  return found.some(({ read }) => "complaints" in read) ? 3 : 0;
}

export function runPriceSchema(): number {
  write(JSON.stringify(chargePriceJsonSchema(), null, 2));
  return 0;
}

/** Options that belong to the other kind of quote are no silent extras. */
export function bothKinds(): never {
  throw new Misunderstood("--tariff 或 --charging 之一 / one of --tariff and --charging");
}

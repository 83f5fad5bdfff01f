// `cuobian quote`: what would this stay cost, line by line, with the rule behind each.
import { quote } from "#gateway/core/parking/tariff.ts";
import { yuanText } from "#protocols/vocabulary/money.ts";
import { toRfc3339 } from "#protocols/vocabulary/time.ts";
import { type StayValues, stayOf } from "./arguments.ts";
import { readSound, say, write } from "./files.ts";

export function runQuote(file: string, values: StayValues, json: boolean): number {
  const stay = stayOf(values);
  const tariff = readSound(file);
  const bill = quote(tariff, stay);
  if ("kind" in bill) {
    if (json) write(JSON.stringify({ refusal: bill }, null, 2));
    else say(`${bill.zh} / ${bill.en} (${bill.code})`);
    return 1;
  }
  if (json) {
    const lines = bill.lines.map(({ rule, zh, en, amount }) => ({ rule, zh, en, amount_fen: amount }));
    const doubt = bill.doubt === undefined ? {} : { doubt: bill.doubt };
    write(
      JSON.stringify(
        { tariff: bill.tariff, entered: toRfc3339(stay.entered), left: toRfc3339(stay.left), lines, total_fen: bill.total, ...doubt },
        null,
        2,
      ),
    );
    return 0;
  }
  write(`${tariff.name.zh} / ${tariff.name.en}  (${bill.tariff})`);
  for (const { rule, zh, en, amount } of bill.lines) write(`  ¥${yuanText(amount).padStart(8)}  ${zh} / ${en}   [${rule}]`);
  write(`  ¥${yuanText(bill.total).padStart(8)}  合计 / total`);
  return 0;
}

// `cuobian quote`: what would this stay cost, line by line, with the rule behind each.
import { type Stay, type Tariff, versionAt } from "#gateway/core/parking/tariff.ts";
import { type StayValues, stayOf } from "#gateway/tariff/stay-words.ts";
import { quoteTold } from "#gateway/tariff/tools.ts";
import { fen, yuanText } from "#protocols/vocabulary/money.ts";
import { readSound, say, write } from "./files.ts";

export function runQuote(file: string, values: StayValues, json: boolean): number {
  const stay = stayOf(values);
  const tariff = readSound(file);
  const told = quoteTold(tariff, stay);
  if ("kind" in told) {
    if (json) write(JSON.stringify({ refusal: told }, null, 2));
    else say(`${told.zh} / ${told.en} (${told.code})`);
    return 1;
  }
  sayUnknownClass(tariff, stay);
  if (json) {
    write(JSON.stringify(told, null, 2));
    return 0;
  }
  write(`${tariff.name.zh} / ${tariff.name.en}  (${told.tariff})`);
  for (const { rule, zh, en, amount_fen } of told.lines) write(`  ¥${yuanText(fen(amount_fen)).padStart(8)}  ${zh} / ${en}   [${rule}]`);
  write(`  ¥${yuanText(fen(told.total_fen)).padStart(8)}  合计 / total`);
  return 0;
}

/** A word that no rule of the file knows changes nothing: that is said, for it may be a slip of the pen. */
function sayUnknownClass(tariff: Tariff, stay: Stay): void {
  const version = versionAt(tariff, stay.entered);
  const known = new Set([...(version?.classes ?? []), ...(version?.concessions ?? [])].flatMap(({ when }) => when.classes ?? []));
  if (stay.class !== undefined && !known.has(stay.class))
    say(
      `收费文件没有提到车型 ${stay.class}，按一般车辆计 / the file does not know the class ${stay.class}: priced as any vehicle${known.size === 0 ? "" : ` (${[...known].join(", ")})`}`,
    );
}

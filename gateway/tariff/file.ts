// A tariff file: text in, a tariff or all complaints out. Unknown keys are refused; a rule that the file cannot express is refused, never approximated.
import Value from "typebox/value";
import { LineCounter, parseDocument } from "yaml";
import { whereItFalls } from "#gateway/core/parking/tariff/survey.ts";
import { lengthWords } from "#gateway/core/parking/tariff/words.ts";
import type { Tariff } from "#gateway/core/parking/tariff.ts";
import { yuanText } from "#protocols/vocabulary/money.ts";
import { toRfc3339 } from "#protocols/vocabulary/time.ts";
import { type Complaint, Complaints } from "./complaint.ts";
import { readTariff } from "./read.ts";
import { type TariffFile, TariffSchema } from "./schema.ts";
import { structural } from "./structural.ts";

export type { Complaint } from "./complaint.ts";

/** `file` is only said in the complaints. */
export function parseTariff(text: string, file: string): { tariff: Tariff } | { complaints: Complaint[] } {
  const { tariff, complaints } = readFile(text, file);
  return tariff === undefined || complaints.found.length > 0 ? { complaints: complaints.found } : { tariff };
}

/** All of `parseTariff`, and what shows only when the tariff is tried: a longer stay that costs less, where the file does not declare it. */
export function checkTariffFile(text: string, file: string): { tariff?: Tariff; complaints: Complaint[] } {
  const { tariff, complaints } = readFile(text, file);
  if (tariff === undefined || complaints.found.length > 0) return { complaints: complaints.found };
  for (const [index, version] of tariff.versions.entries()) {
    const falls = version.longerMayCostLess ? undefined : whereItFalls(tariff, version);
    if (falls === undefined) continue;
    const { entered, shorter, longer } = falls;
    const [short, long] = [lengthWords(shorter.seconds), lengthWords(longer.seconds)];
    complaints.add(["versions", index, "pricing"], {
      code: "longer-costs-less",
      zh: `${toRfc3339(entered)}入场：停${short.zh}收${yuanText(shorter.fee)}元，停${long.zh}反而收${yuanText(longer.fee)}元`,
      en: `entering at ${toRfc3339(entered)}: ${short.en} cost ¥${yuanText(shorter.fee)}, ${long.en} only ¥${yuanText(longer.fee)}`,
      example: "longer_may_cost_less: true",
    });
  }
  return { tariff, complaints: complaints.found };
}

function readFile(text: string, file: string): { tariff?: Tariff; complaints: Complaints } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const complaints = new Complaints(file, document, lines);
  for (const error of document.errors)
    complaints.at(error.pos[0], {
      code: "yaml",
      zh: `不是有效的 YAML：${error.message}`,
      en: `not valid YAML: ${error.message}`,
      example: "tariff: my-lot",
    });
  if (complaints.found.length > 0) return { complaints };
  const raw: unknown = document.toJS();
  structural(raw, complaints.add);
  if (complaints.found.length > 0 || !Value.Check(TariffSchema, raw)) return { complaints };
  return { tariff: readTariff(raw as TariffFile, complaints.add), complaints };
}

/** The published JSON Schema: what an editor completes and checks by. */
export const tariffJsonSchema = (): object => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "厝边收费文件 · Cuobian tariff file",
  ...TariffSchema,
});

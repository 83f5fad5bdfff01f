// A tariff file: text in, a tariff or all complaints out. Unknown keys are refused; a rule that the file cannot express is refused, never approximated.
import Value from "typebox/value";
import { LineCounter, parseDocument } from "yaml";
import type { Tariff } from "#gateway/core/parking/tariff.ts";
import { type Complaint, Complaints } from "./tariff/complaint.ts";
import { readTariff } from "./tariff/read.ts";
import { type TariffFile, TariffSchema } from "./tariff/schema.ts";
import { structural } from "./tariff/structural.ts";

export type { Complaint } from "./tariff/complaint.ts";

/** `file` is only said in the complaints. */
export function parseTariff(text: string, file: string): { tariff: Tariff } | { complaints: Complaint[] } {
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
  if (complaints.found.length > 0) return { complaints: complaints.found };
  const raw: unknown = document.toJS();
  structural(raw, complaints.add);
  if (complaints.found.length > 0 || !Value.Check(TariffSchema, raw)) return { complaints: complaints.found };
  const tariff = readTariff(raw as TariffFile, complaints.add);
  return complaints.found.length > 0 ? { complaints: complaints.found } : { tariff };
}

// A tariff file: text in, a tariff or all complaints out. Unknown keys are refused; a rule that the file cannot express is refused, never approximated.
import type { TSchema } from "typebox";
import Value from "typebox/value";
import { type Document, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { Tariff } from "#gateway/core/parking/tariff.ts";
import { type Complaint, Complaints } from "./complaint.ts";
import { readTariff } from "./read.ts";
import { type TariffFile, TariffSchema } from "./schema.ts";
import { structural } from "./structural.ts";
import { tryTariff } from "./tried.ts";

export type { Complaint } from "./complaint.ts";

/** `file` is only said in the complaints. */
export function parseTariff(text: string, file: string): { tariff: Tariff } | { complaints: Complaint[] } {
  const { tariff, complaints } = readFile(text, file);
  return tariff === undefined || complaints.found.length > 0 ? { complaints: complaints.found } : { tariff };
}

/** All of `parseTariff`, and what shows only when the tariff is tried. */
export function checkTariffFile(text: string, file: string): { tariff?: Tariff; complaints: Complaint[] } {
  const { tariff, complaints } = readFile(text, file);
  if (tariff === undefined || complaints.found.length > 0) return { complaints: complaints.found };
  tryTariff(tariff, complaints.add);
  return { tariff, complaints: complaints.found };
}

/** More than this is no tariff. */
const longestText = 256 * 1024;
const mostAliases = 50;

function readFile(text: string, file: string): { tariff?: Tariff; complaints: Complaints } {
  const { raw, complaints } = readDocument(text, file, TariffSchema);
  return raw === undefined ? { complaints } : { tariff: readTariff(raw as TariffFile, complaints.add), complaints };
}

/** A document of one schema, parking or charging; `raw` only where it fits. */
export function readDocument(text: string, file: string, schema: TSchema): { raw?: unknown; complaints: Complaints } {
  const lines = new LineCounter();
  const tooLong = text.length > longestText;
  const document = parseDocument(tooLong ? "" : text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true });
  const complaints = new Complaints(file, document, lines);
  if (tooLong)
    complaints.at(0, {
      code: "wrong-size",
      zh: "文件超过256 KB，不像收费文件",
      en: "larger than 256 KB: no tariff",
      example: "tariff: my-lot",
    });
  else sayBroken(document, complaints);
  if (complaints.found.length > 0) return { complaints };
  const raw = plainValue(document, complaints);
  if (complaints.found.length > 0) return { complaints };
  structural(raw, schema, complaints.add);
  if (complaints.found.length > 0 || !Value.Check(schema, raw)) return { complaints };
  return { raw, complaints };
}

const broken = (message: string) => ({
  code: "yaml",
  zh: `不是有效的 YAML：${message}`,
  en: `not valid YAML: ${message}`,
  example: "tariff: my-lot",
});

function sayBroken(document: Document, complaints: Complaints): void {
  for (const error of [...document.errors, ...document.warnings]) complaints.at(error.pos[0], broken(error.message));
  if (complaints.found.length > 0) return;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined)
        complaints.at(alias.range?.[0] ?? 0, broken(`没有 &${alias.source} 这个锚 / there is no anchor &${alias.source}`));
    },
    Pair: (_, { key }) => {
      if (!isScalar(key)) complaints.at(isNode(key) ? (key.range?.[0] ?? 0) : 0, broken("键必须是一个词 / a key must be one word"));
    },
  });
}

/** What the document says. Aliases inside aliases can make it endless, or larger than any memory. */
function plainValue(document: Document, complaints: Complaints): unknown {
  try {
    const raw: unknown = document.toJS({ maxAliasCount: mostAliases });
    JSON.stringify(raw);
    return raw;
  } catch {
    complaints.at(0, broken("别名过多或自指 / too many aliases, or one within itself"));
    return undefined;
  }
}

/** The published JSON Schema: what an editor completes and checks by. */
export const tariffJsonSchema = (): object => ({
  // Draft 7: what the YAML language server of editors speaks.
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "厝边收费文件 · Cuobian tariff file",
  ...TariffSchema,
});

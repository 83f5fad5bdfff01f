// The schema's own complaints, one by one and in words: unknown keys with the nearest known one, missing keys with an example, wrong words with the right ones.
import type { TSchema } from "typebox";
import Value from "typebox/value";
import type { Complain, Path } from "./complaint.ts";

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Record<string, unknown>;
  readonly message: string;
}

export function structural(raw: unknown, whole: TSchema, complain: Complain): void {
  const schemaAt = (path: Path): AnySchema | undefined => schemaWithin(whole, path);
  for (const error of Value.Errors(whole, raw) as SchemaError[]) {
    const path = pathOf(error.instancePath);
    const schema = schemaAt(path);
    const example = exampleOf(schema);
    const withExample = example === undefined ? {} : { example };
    switch (error.keyword) {
      case "boolean":
        break; // said once more by additionalProperties
      case "additionalProperties":
        for (const key of error.params.additionalProperties as string[]) unknownKey([...path, key], schema, complain);
        break;
      case "required":
        for (const key of error.params.requiredProperties as string[]) {
          const missing = exampleOf(schemaAt([...path, key]));
          complain([...path, key], {
            code: "missing-key",
            zh: `缺少 ${key}；不设默认值`,
            en: `${key} is missing; there is no silent default`,
            ...(missing === undefined ? {} : { example: `${key}: ${missing}` }),
          });
        }
        break;
      case "enum":
      case "const": {
        const allowed = error.keyword === "enum" ? (error.params.allowedValues as unknown[]) : [error.params.allowedValue];
        complain(path, {
          code: "unknown-word",
          zh: `只能是：${allowed.join("、")}`,
          en: `must be one of: ${allowed.join(", ")}`,
          ...withExample,
        });
        break;
      }
      case "type":
        complain(path, {
          code: "wrong-type",
          zh: `这里应当是 ${typeWord(error.params.type).zh}`,
          en: `a ${typeWord(error.params.type).en} belongs here`,
          ...withExample,
        });
        break;
      case "pattern":
        complain(path, { code: "wrong-form", ...formWords(schema), ...withExample });
        break;
      case "minimum":
      case "exclusiveMinimum":
      case "maximum":
        complain(path, {
          code: Number(Value.Pointer.Get(raw as object, error.instancePath)) < 0 ? "negative" : "out-of-range",
          zh: `数值超出范围（${error.message}）`,
          en: `out of range: ${error.message}`,
          ...withExample,
        });
        break;
      default:
        complain(path, { code: "wrong-size", zh: `数量不对（${error.message}）`, en: error.message, ...withExample });
    }
  }
}

const pathOf = (pointer: string): Path =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll("~1", "/").replaceAll("~0", "~")));

interface AnySchema extends TSchema {
  readonly properties?: Record<string, AnySchema>;
  readonly items?: AnySchema;
  readonly examples?: readonly unknown[];
  readonly description?: string;
}

function schemaWithin(whole: TSchema, path: Path): AnySchema | undefined {
  let schema: AnySchema | undefined = whole as AnySchema;
  for (const part of path) schema = typeof part === "number" ? schema?.items : schema?.properties?.[part];
  return schema;
}

/** How it is written: the schema's own words, and all of its examples. */
function formWords(schema: AnySchema | undefined): { zh: string; en: string } {
  const [zh = "", en = ""] = (schema?.description ?? "").split(" · ");
  const examples = (schema?.examples ?? []).map(flow).join("、");
  return {
    zh: `写法不对${zh === "" ? "" : `，应为${zh}`}${examples === "" ? "" : `，例如 ${examples}`}`,
    en: `not written as expected${en === "" ? "" : `: ${en}`}${examples === "" ? "" : `, such as ${examples.replaceAll("、", ", ")}`}`,
  };
}

/** As it would stand in the file: YAML's one-line form. */
function exampleOf(schema: AnySchema | undefined): string | undefined {
  const example = schema?.examples?.[0];
  if (example === undefined) return undefined;
  return flow(example);
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flow(inner)}`)
      .join(", ")} }`;
  return typeof value === "string" && /^\d{2}:/.test(value) ? `"${value}"` : String(value);
}

function unknownKey(path: Path, schema: AnySchema | undefined, complain: Complain): void {
  const known = Object.keys(schema?.properties ?? {});
  const key = String(path.at(-1));
  const near = known.map((word) => ({ word, far: distance(word, key) })).sort((a, b) => a.far - b.far)[0];
  const hint = near !== undefined && near.far <= 3 ? near.word : undefined;
  complain(path, {
    code: "unknown-key",
    zh: `没有 ${key} 这一项${hint === undefined ? `；可用：${known.join("、")}` : `，是不是 ${hint}？`}。文件说不出的规则不会被近似处理`,
    en: `there is no key ${key}${hint === undefined ? `; known: ${known.join(", ")}` : `, did you mean ${hint}?`} A rule that the file cannot express is never approximated`,
    example: hint === undefined ? known.join(" | ") : `${hint}: …`,
  });
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

const typeWords: Record<string, { zh: string; en: string }> = {
  object: { zh: "一组键和值", en: "mapping" },
  array: { zh: "列表", en: "list" },
  string: { zh: "文字", en: "text" },
  number: { zh: "数字", en: "number" },
  integer: { zh: "整数", en: "whole number" },
  boolean: { zh: "true 或 false", en: "true or false" },
};
const typeWord = (type: unknown): { zh: string; en: string } => typeWords[String(type)] ?? { zh: String(type), en: String(type) };

// The keys of a tariff file as a table for the reference page, made from the schema: what an editor shows and what the page says is one text.
import type { TSchema } from "typebox";
import { TariffSchema } from "./schema.ts";

interface AnySchema extends TSchema {
  readonly type?: string;
  readonly properties?: Record<string, AnySchema>;
  readonly required?: readonly string[];
  readonly items?: AnySchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

export function keyTable(whole: TSchema = TariffSchema): string {
  const rows: string[] = [];
  const seen = new Map<AnySchema, string>();
  const walk = (schema: AnySchema, path: string): void => {
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      const list = inner.type === "array";
      const at = `${path === "" ? "" : `${path}.`}${key}${list ? "[]" : ""}`;
      const target = list ? (inner.items ?? inner) : inner;
      const example = [inner.examples?.[0], target.examples?.[0]].find((one) => one !== undefined && typeof one !== "object");
      const words = target.enum === undefined ? "" : `；${target.enum.map((word) => `\`${word}\``).join(" ")}`;
      const optional = schema.required?.includes(key) === true ? "" : "（可省）";
      const description = inner.description ?? target.description ?? "";
      const twin =
        target.properties === undefined ? undefined : [...seen].find(([known]) => JSON.stringify(known) === JSON.stringify(target))?.[1];
      const same = twin === undefined ? "" : `；同 \`${twin}\``;
      rows.push(`| \`${at}\` | ${description}${optional}${words}${same} | ${example === undefined ? "" : `\`${example}\``} |`);
      if (target.properties === undefined || twin !== undefined) continue;
      seen.set(target, at);
      walk(target, at);
    }
  };
  walk(whole as AnySchema, "");
  return ["| 键 / key | 含义 / meaning | 例 / e.g. |", "| --- | --- | --- |", ...rows].join("\n");
}

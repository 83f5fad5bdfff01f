// Holds a value against a schema and says everything that is wrong at once, in words. The schema library checks too, but knows no "did you mean" and no example.

import type { Path } from "#gateway/config/complaint.ts";
import type { Complain } from "#gateway/config/yaml-file.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";

/** The part of JSON Schema that the cloud's file uses. */
export interface Shape {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

export function checkShape(value: unknown, shape: Shape, complain: Complain, path: Path = []): void {
  if (shape.anyOf !== undefined) checkChoice(value, shape.anyOf, complain, path);
  else if (shape.enum !== undefined || shape.const !== undefined) checkMember(value, shape, complain, path);
  else if (shape.type === "object" && isObject(value)) checkKeys(value, shape, complain, path);
  else if (shape.type === "array" && Array.isArray(value))
    for (const [index, item] of value.entries()) checkShape(item, shape.items ?? {}, complain, [...path, index]);
  else if (shape.type === "integer" && typeof value === "number" && Number.isSafeInteger(value)) checkBounds(value, shape, complain, path);
  else if (shape.type === "string" && typeof value === "string") checkText(value, shape, complain, path);
  else if (shape.type !== "boolean" || typeof value !== "boolean") complainOfKind(value, shape, complain, path);
}

const kinds: Readonly<Record<string, { zh: string; en: string }>> = {
  object: { zh: "一组键值", en: "keys and values" },
  array: { zh: "列表", en: "a list" },
  integer: { zh: "整数", en: "a whole number" },
  string: { zh: "文字（可加引号）", en: "text (put it in quotes)" },
  boolean: { zh: "true 或 false", en: "true or false" },
};

function kindOf(value: unknown): { zh: string; en: string } {
  if (value === null || value === undefined) return { zh: "空", en: "nothing" };
  if (Array.isArray(value)) return { zh: "列表", en: "a list" };
  if (typeof value === "object") return { zh: "一组键值", en: "keys and values" };
  if (typeof value === "number") return { zh: `数字 ${value}`, en: `the number ${value}` };
  if (typeof value === "boolean") return { zh: `${value}`, en: `${value}` };
  return { zh: "文字", en: "text" };
}

/** What would be right here, as it would be written. */
function exampleOf(shape: Shape, key: string | number | undefined): string | undefined {
  const value = shape.examples?.[0] ?? shape.const ?? shape.enum?.[0];
  if (value === undefined) return undefined;
  const text = typeof value === "string" && /^[\d.]+$|^$|: |^[{[*&!|>%@`"']/.test(value) ? JSON.stringify(value) : String(value);
  return typeof key === "string" ? `${key}: ${text}` : text;
}

function complainOfKind(value: unknown, shape: Shape, complain: Complain, path: Path): void {
  const wanted = kinds[shape.type ?? ""];
  if (wanted === undefined) throw new Error(`the shape of ${path.join(".")} says ${shape.type}, which this check does not know`);
  const found = kindOf(value);
  complain(path, {
    zh: `应为${wanted.zh}，却是${found.zh}`,
    en: `should be ${wanted.en}, but is ${found.en}`,
    example: exampleOf(shape, path.at(-1)),
  });
}

function checkKeys(value: Record<string, unknown>, shape: Shape, complain: Complain, path: Path): void {
  const properties = shape.properties ?? {};
  const known = Object.keys(properties);
  const missing = (shape.required ?? []).filter((key) => value[key] === undefined);
  for (const key of Object.keys(value)) {
    const inner = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (inner !== undefined) {
      checkShape(value[key], inner, complain, [...path, key]);
      continue;
    }
    const meant = nearest(key, missing.length > 0 ? missing : known) ?? nearest(key, known);
    complain([...path, key], {
      of: "key",
      zh: `没有“${key}”这一项${meant === undefined ? `，可用：${known.join("、")}` : `，是否想写“${meant}”？`}`,
      en: `no such key${meant === undefined ? `; known here: ${known.join(", ")}` : `; did you mean "${meant}"?`}`,
    });
  }
  for (const key of missing) {
    const inner = properties[key] ?? {};
    complain([...path, key], {
      of: "key",
      zh: `缺少“${key}”（${inner.title ?? ""}），必须写明`,
      en: `is missing (${inner.description ?? ""}); it must be written, there is no default`,
      example: exampleOf(inner, key),
    });
  }
}

function checkMember(value: unknown, shape: Shape, complain: Complain, path: Path): void {
  const members = shape.enum ?? [shape.const];
  if (members.includes(value)) return;
  const list = members.join(" | ");
  const meant = typeof value === "string" ? nearest(value, members.map(String)) : undefined;
  complain(path, {
    zh: `应为其中之一：${list}${meant === undefined ? "" : `；是否想写“${meant}”？`}`,
    en: `should be one of ${list}${meant === undefined ? "" : `; did you mean "${meant}"?`}`,
    example: exampleOf(shape, path.at(-1)),
  });
}

/** Alternatives are told apart by the key that is a constant in each: `kind`. */
function checkChoice(value: unknown, choices: readonly Shape[], complain: Complain, path: Path): void {
  const tag = Object.entries(choices[0]?.properties ?? {}).find(([, inner]) => inner.const !== undefined)?.[0];
  if (tag === undefined) throw new Error(`the alternatives at ${path.join(".")} have no key to tell them apart`);
  const tagOf = (choice: Shape): unknown => choice.properties?.[tag]?.const;
  const chosen = isObject(value) ? choices.find((choice) => tagOf(choice) === value[tag]) : undefined;
  if (chosen !== undefined) checkShape(value, chosen, complain, path);
  else if (isObject(value)) checkMember(value[tag], { enum: choices.map(tagOf) }, complain, [...path, tag]);
  else complainOfKind(value, { type: "object" }, complain, path);
}

function checkBounds(value: number, shape: Shape, complain: Complain, path: Path): void {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = shape;
  if (value >= minimum && value <= maximum) return;
  complain(path, {
    zh: `${value} 超出允许范围 ${minimum}～${maximum}`,
    en: `${value} is outside ${minimum} to ${maximum}`,
    example: exampleOf(shape, path.at(-1)),
  });
}

function checkText(value: string, shape: Shape, complain: Complain, path: Path): void {
  const { minLength = 0, maxLength = Number.MAX_SAFE_INTEGER, pattern } = shape;
  const length = [...value].length;
  const example = exampleOf(shape, path.at(-1));
  if (length < minLength || length > maxLength)
    complain(path, {
      zh: `长度 ${length}，应为 ${minLength}～${maxLength}`,
      en: `is ${length} long, should be ${minLength} to ${maxLength}`,
      example,
    });
  else if (pattern !== undefined && !new RegExp(pattern, "u").test(value))
    complain(path, { zh: `写法不对（应符合 ${pattern}）`, en: `is not written as it should be (${pattern})`, example });
}

// Holds a value against the profile schema and says all that is wrong at once. The schema library decides; the words are ours, because it knows no "did you mean".
import { nearest } from "../vocabulary/nearest.ts";
import { type ProfileComplaint, pathOf, type Steps } from "./complaint.ts";

/** The part of JSON Schema that the profile uses. */
export interface Shape {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  /** A record: any name of this pattern. */
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

interface Words {
  readonly zh: string;
  readonly en: string;
  readonly example?: string | undefined;
}
/** The place that is looked at, and where it says what is wrong. */
interface At {
  readonly steps: Steps;
  readonly found: { readonly steps: Steps; readonly words: Words }[];
}
const inside = ({ steps, found }: At, step: string | number): At => ({ steps: [...steps, step], found });
const say = ({ steps, found }: At, words: Words): void => void found.push({ steps, words });

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** What would be right, as it would be written: `"type": "u16"`. */
function exampleOf(shape: Shape, key: string | number | undefined): string | undefined {
  const value = shape.examples?.[0] ?? shape.const ?? shape.enum?.[0] ?? shape.minimum ?? shape.anyOf?.map((one) => one.const)[0];
  if (value === undefined) return undefined;
  return typeof key === "string" ? `"${key}": ${JSON.stringify(value)}` : JSON.stringify(value);
}

const told = (value: unknown): { zh: string; en: string } => {
  if (value === null) return { zh: "空", en: "nothing" };
  if (Array.isArray(value)) return { zh: "列表", en: "a list" };
  if (typeof value === "object") return { zh: "一组键值", en: "keys and values" };
  const text = JSON.stringify(value) ?? "?";
  return typeof value === "string" ? { zh: `文字 ${text}`, en: `the text ${text}` } : { zh: text, en: text };
};

const kinds: Readonly<Record<string, { zh: string; en: string }>> = {
  object: { zh: "一组键值 { … }", en: "keys and values { … }" },
  array: { zh: "列表 [ … ]", en: "a list [ … ]" },
  integer: { zh: "整数，不带引号", en: "a whole number without quotes" },
  string: { zh: "带引号的文字", en: "text in quotes" },
  boolean: { zh: "true 或 false", en: "true or false" },
};

function wrongKind(value: unknown, shape: Shape, at: At): void {
  const wanted = kinds[shape.type ?? ""] ?? { zh: shape.title ?? "别的", en: shape.description ?? "something else" };
  const found = told(value);
  const example = exampleOf(shape, at.steps.at(-1));
  say(at, { zh: `应为${wanted.zh}，却是${found.zh}`, en: `should be ${wanted.en}, but is ${found.en}`, example });
}

function checkMember(value: unknown, members: readonly unknown[], at: At): void {
  if (members.includes(value)) return;
  const list = members.map((one) => JSON.stringify(one)).join(" | ");
  const meant = typeof value === "string" ? nearest(value, members.map(String)) : undefined;
  const hint = meant === undefined ? { zh: "", en: "" } : { zh: `，是否想写 "${meant}"？`, en: `; did you mean "${meant}"?` };
  say(at, { zh: `${told(value).zh} 不在可用值之中${hint.zh}`, en: `${told(value).en} is none of ${list}${hint.en}` });
}

function checkKeys(value: Record<string, unknown>, shape: Shape, at: At): void {
  const { properties = {}, required = [] } = shape;
  const known = Object.keys(properties);
  const missing = required.filter((key) => value[key] === undefined);
  for (const [key, inner] of Object.entries(value)) {
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (own !== undefined) {
      checkShape(inner, own, inside(at, key));
      continue;
    }
    const meant = nearest(key, missing.length > 0 ? missing : known) ?? nearest(key, known);
    say(inside(at, key), {
      zh: `没有这个键${meant === undefined ? "，可用的见后" : `；是否想写 "${meant}"？`}`,
      en: `no such key${meant === undefined ? `; there are ${known.join(", ")}` : `; did you mean "${meant}"?`}`,
    });
  }
  for (const key of missing) {
    const inner = properties[key] ?? {};
    const example = exampleOf(inner, key) ?? `"${key}": { … }`;
    say(inside(at, key), { zh: `缺少此键（${inner.title ?? ""}）`, en: `is missing (${inner.description ?? ""})`, example });
  }
}

function checkRecord(value: Record<string, unknown>, shape: Shape, at: At): void {
  const [[pattern, inner] = ["", {} as Shape]] = Object.entries(shape.patternProperties ?? {});
  for (const [key, own] of Object.entries(value)) {
    const example = JSON.stringify(shape.examples?.[0]);
    if (new RegExp(pattern, "u").test(key)) checkShape(own, inner, inside(at, key));
    else say(inside(at, key), { zh: `名字写法不对（${pattern}）`, en: `is no such name (${pattern})`, example });
  }
}

function checkNumber(value: unknown, shape: Shape, at: At): void {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    wrongKind(value, shape, at);
    return;
  }
  const { minimum, maximum } = shape;
  if ((minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum)) return;
  const range = `${minimum ?? "…"} … ${maximum ?? "…"}`;
  say(at, { zh: `${value} 超出 ${range}`, en: `${value} is outside ${range}`, example: exampleOf(shape, at.steps.at(-1)) });
}

function checkText(value: unknown, shape: Shape, at: At): void {
  if (typeof value !== "string") {
    wrongKind(value, shape, at);
    return;
  }
  const { pattern, maxLength = Number.POSITIVE_INFINITY } = shape;
  const example = exampleOf(shape, at.steps.at(-1));
  const count = Array.from(value).length;
  if (count > maxLength) say(at, { zh: `超过 ${maxLength} 个字`, en: `is longer than ${maxLength} characters`, example });
  if (pattern === undefined || new RegExp(pattern, "u").test(value)) return;
  const how = { zh: shape.title ?? pattern, en: shape.description ?? pattern };
  say(at, { zh: `"${value}" 写法不对：${how.zh}`, en: `"${value}" is not written as it should be: ${how.en}`, example });
}

/** Of alternatives, that which is of the value's own kind is complained of; where none is, all are named. */
function checkChoice(value: unknown, shape: Shape, at: At): void {
  const choices = shape.anyOf ?? [];
  const constants: unknown[] = choices.flatMap((one) => (one.const === undefined ? [] : [one.const]));
  if (constants.includes(value)) return;
  const kindOf = (one: Shape): boolean =>
    one.const === undefined &&
    ((one.type === "integer" && typeof value === "number") ||
      (one.type === "string" && typeof value === "string") ||
      (one.type === "object" && isObject(value)) ||
      (one.type === "array" && Array.isArray(value)));
  const own = choices.find(kindOf);
  if (own !== undefined) checkShape(value, { ...own, examples: own.examples ?? shape.examples ?? [] }, at);
  else if (constants.length === choices.length) checkMember(value, constants, at);
  else wrongKind(value, { ...shape, type: "" }, at);
}

function checkShape(value: unknown, shape: Shape, at: At): void {
  if (shape.anyOf !== undefined) checkChoice(value, shape, at);
  else if (shape.enum !== undefined) checkMember(value, shape.enum, at);
  else if (shape.const !== undefined) checkMember(value, [shape.const], at);
  else if (shape.type === "integer") checkNumber(value, shape, at);
  else if (shape.type === "string") checkText(value, shape, at);
  else if (shape.type === "array" && Array.isArray(value)) {
    if (value.length < (shape.minItems ?? 0)) say(at, { zh: "是空的", en: "is empty", example: exampleOf(shape, at.steps.at(-1)) });
    for (const [index, item] of value.entries()) checkShape(item, shape.items ?? {}, inside(at, index));
  } else if (shape.type === "object" && isObject(value)) {
    if (shape.patternProperties === undefined) checkKeys(value, shape, at);
    else checkRecord(value, shape, at);
  } else if (shape.type !== "boolean" || typeof value !== "boolean") wrongKind(value, shape, at);
}

/** Everything in the file that is not as the schema has it. */
export function schemaComplaints(value: unknown, shape: Shape): ProfileComplaint[] {
  const at: At = { steps: [], found: [] };
  checkShape(value, shape, at);
  return at.found.map(({ steps, words: { zh, en, example } }) => ({
    path: pathOf(steps, value),
    zh,
    en,
    ...(example === undefined ? {} : { example }),
  }));
}

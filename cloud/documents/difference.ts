// What differs between two texts, as values and not as lines: a comment that moved is no change, a number that changed is one.
import { parseDocument } from "yaml";

export interface Difference {
  /** stations[0].unit */
  readonly path: string;
  /** JSON; null: not there. */
  readonly before: string | null;
  readonly after: string | null;
}

export const mostDifferences = 500;

const valueIn = (text: string): unknown => parseDocument(text, { uniqueKeys: true }).toJS({ maxAliasCount: 20 });
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

export function differences(before: string, after: string): readonly Difference[] {
  const found: Difference[] = [];
  compare("", valueIn(before), valueIn(after), found);
  return found.slice(0, mostDifferences);
}

/** Things of a list that have an id are the same thing wherever they stand. */
function keyed(list: readonly unknown[]): Record<string, unknown> {
  const ids = list.map((one) => (isObject(one) && typeof one.id === "string" ? one.id : undefined));
  const named = ids.every((id) => id !== undefined) && new Set(ids).size === ids.length;
  return Object.fromEntries(list.map((one, at) => [named ? `[${ids[at]}]` : `[${at}]`, one]));
}

function compare(path: string, before: unknown, after: unknown, found: Difference[]): void {
  if (found.length >= mostDifferences || JSON.stringify(before) === JSON.stringify(after)) return;
  const lists = Array.isArray(before) && Array.isArray(after);
  if (!lists && !(isObject(before) && isObject(after))) {
    found.push({ path, before: json(before), after: json(after) });
    return;
  }
  const [one, other] = lists ? [keyed(before), keyed(after)] : [before as Record<string, unknown>, after as Record<string, unknown>];
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const next = key.startsWith("[") ? `${path}${key}` : path === "" ? key : `${path}.${key}`;
    compare(next, one[key], other[key], found);
  }
}

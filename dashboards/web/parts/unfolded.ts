// A list of which a person unfolds page after page. What is unfolded stays so when something moves and the list is read anew.
import { useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import type { Answer } from "../data/api.ts";
import { useAsked } from "./asked.ts";

interface Listed<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

export interface Unfolded<T> {
  /** Null: nothing came yet. */
  readonly rows: readonly T[] | null;
  readonly next: string | null;
  readonly problem: Problem | null;
  /** One page more. */
  readonly more: () => void;
  readonly again: () => void;
}

/** Its first pages in one. */
export async function readPages<T>(pages: number, read: (after?: string) => Promise<Answer<Listed<T>>>): Promise<Answer<Listed<T>>> {
  let listed: Listed<T> = { items: [], next: null };
  for (let page = 0; page < pages && (page === 0 || listed.next !== null); page += 1) {
    const answer = await read(listed.next ?? undefined);
    if (!answer.ok) return answer;
    listed = { items: [...listed.items, ...answer.value.items], next: answer.value.next };
  }
  return { ok: true, value: listed };
}

/** Another question begins with its first page; `moved` asks the same one anew, as far as it is unfolded. */
export function useUnfolded<T>(question: string, moved: unknown, read: (after?: string) => Promise<Answer<Listed<T>>>): Unfolded<T> {
  const [unfolded, unfold] = useState({ of: question, pages: 1 });
  const pages = unfolded.of === question ? unfolded.pages : 1;
  const asked = useAsked(`${question} ${pages} ${moved}`, () => readPages(pages, read));
  return {
    ...{ rows: asked.value?.items ?? null, next: asked.value?.next ?? null, problem: asked.problem, again: asked.again },
    more: () => unfold({ of: question, pages: pages + 1 }),
  };
}

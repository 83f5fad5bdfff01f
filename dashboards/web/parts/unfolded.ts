// A list of which a person unfolds page after page. What is unfolded stays so when something moves and the list is read anew.
import { useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import type { Answer } from "../data/api.ts";
import { type Listed, readPages } from "../data/pages.ts";
import { useAsked } from "./asked.ts";

export interface Unfolded<T> {
  /** Null: nothing came yet. */
  readonly rows: readonly T[] | null;
  readonly next: string | null;
  readonly problem: Problem | null;
  /** One page more. */
  readonly more: () => void;
  readonly again: () => void;
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

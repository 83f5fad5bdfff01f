// A list that the cloud hands out page by page: its first pages as one.
import type { Answer } from "./api.ts";

export interface Listed<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

/** Each page is asked after the one before; one that fails fails the whole. */
export async function readPages<T>(pages: number, read: (after?: string) => Promise<Answer<Listed<T>>>): Promise<Answer<Listed<T>>> {
  let listed: Listed<T> = { items: [], next: null };
  for (let page = 0; page < pages && (page === 0 || listed.next !== null); page += 1) {
    const answer = await read(listed.next ?? undefined);
    if (!answer.ok) return answer;
    listed = { items: [...listed.items, ...answer.value.items], next: answer.value.next };
  }
  return { ok: true, value: listed };
}

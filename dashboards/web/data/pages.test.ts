// What a person unfolded, read anew: as many pages, in their order, each asked after the one before.
import { expect, test } from "vitest";
import type { Answer } from "./api.ts";
import { readPages } from "./pages.ts";

type Page = { items: readonly number[]; next: string | null };
const listOf =
  (rows: number, asked: (string | undefined)[], fails?: string) =>
  async (after?: string): Promise<Answer<Page>> => {
    asked.push(after);
    if (after !== undefined && after === fails) return { ok: false, problem: { code: "gone" } } as unknown as Answer<Page>;
    const first = after === undefined ? 0 : Number(after);
    const items = Array.from({ length: Math.min(50, rows - first) }, (_, index) => first + index);
    return { ok: true, value: { items, next: first + 50 < rows ? String(first + 50) : null } };
  };

test("three pages of 137 rows are all of them once; a page that is not there is not asked for; one that fails fails the whole", async () => {
  for (const [pages, rows, shown, next] of [
    [1, 137, 50, "50"],
    [2, 137, 100, "100"],
    [3, 137, 137, null],
    [9, 137, 137, null],
    [1, 0, 0, null],
    [2, 50, 50, null],
  ] as const) {
    const asked: (string | undefined)[] = [];
    const answer = await readPages(pages, listOf(rows, asked));
    expect(answer).toEqual({ ok: true, value: { items: Array.from({ length: shown }, (_, index) => index), next } });
    expect(asked).toHaveLength(Math.max(1, Math.ceil(shown / 50)));
  }
  expect((await readPages(3, listOf(137, [], "50"))).ok).toBe(false);
});

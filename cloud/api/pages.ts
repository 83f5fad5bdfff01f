// Lists come in pages behind a cursor: stable while new rows arrive at the front.
import Type, { type TSchema } from "typebox";
import { ApiProblem } from "./problem.ts";

export const Cursor = {
  limit: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,2}$", description: "at most 500, 50 if not said" })),
  after: Type.Optional(Type.String({ maxLength: 200, description: "`next` of the page before" })),
};

/** What every list answers: the rows of a page, and where the next one begins. */
export const pageOf = <S extends TSchema>(row: S) =>
  Type.Object({ items: Type.Array(row), next: Type.Union([Type.String(), Type.Null()]) }, { additionalProperties: false });

export const limitOf = ({ limit }: { limit?: string }): number => Math.min(500, Number(limit ?? 50));

/** A place in a list that is ordered by one number; undefined for the first page. */
export function numberCursor({ after }: { after?: string }): number | undefined {
  if (after === undefined) return undefined;
  return wholeNumber(after) ?? refuse();
}

/** A place in a list that is ordered by a time and, within it, a text: "<milliseconds>~<id>". */
export function timeCursor({ after }: { after?: string }): { readonly at: number; readonly id: string } | undefined {
  if (after === undefined) return undefined;
  const [at = "", id, ...rest] = after.split("~");
  const number = wholeNumber(at);
  return number === undefined || id === undefined || rest.length > 0 ? refuse() : { at: number, id };
}

export const timeCursorText = (at: number, id: string): string => `${at}~${id}`;

/** What a database takes for a whole number, and we hold exactly. */
export function wholeNumber(text: string): number | undefined {
  return /^[0-9]{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

function refuse(): never {
  throw new ApiProblem(400, {
    code: "no-cursor",
    zh: "after 不是上一页给出的 next",
    en: "after is not the `next` of a page",
    hint_zh: "从第一页重新读取",
    hint_en: "begin with the first page",
  });
}

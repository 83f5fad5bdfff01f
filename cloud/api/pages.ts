// Lists come in pages behind a cursor: stable while new rows arrive at the front. A cursor means nothing to whoever carries it: only we know what stands in it.
import Type, { type TSchema } from "typebox";
import { ApiProblem } from "./problem.ts";

export const Cursor = {
  limit: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,2}$", description: "at most 500, 50 if not said" })),
  after: Type.Optional(Type.String({ maxLength: 300, description: "`next` of the page before" })),
};

/** What every list answers: the rows of a page, and where the next one begins. */
export const pageOf = <S extends TSchema>(row: S) =>
  Type.Object({ items: Type.Array(row), next: Type.Union([Type.String(), Type.Null()]) }, { additionalProperties: false });

export const limitOf = ({ limit }: { limit?: string }): number => Math.min(500, Number(limit ?? 50));

const sealed = (place: string): string => Buffer.from(`p1~${place}`).toString("base64url");

function opened(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString();
  return text.startsWith("p1~") && sealed(text.slice(3)) === cursor ? text.slice(3) : refuse();
}

/** A place in a list that is ordered by one number; undefined for the first page. */
export function numberCursor({ after }: { after?: string }): number | undefined {
  if (after === undefined) return undefined;
  return wholeNumber(opened(after)) ?? refuse();
}

export const numberCursorText = (place: number): string => sealed(String(place));

/** A place in a list that is ordered by a time and, within it, a text. */
export function timeCursor({ after }: { after?: string }): { readonly at: number; readonly id: string } | undefined {
  if (after === undefined) return undefined;
  const [at = "", id, ...rest] = opened(after).split("~");
  const number = wholeNumber(at);
  return number === undefined || id === undefined || rest.length > 0 ? refuse() : { at: number, id };
}

export const timeCursorText = (at: number, id: string): string => sealed(`${at}~${id}`);

/** One row more than the page was asked for: it says whether there is another page, and is not shown. */
export function pageFrom<Row>(rows: readonly Row[], limit: number, placeOf: (row: Row) => string): { shown: Row[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { shown, next: rows.length > limit && last !== undefined ? placeOf(last) : null };
}

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

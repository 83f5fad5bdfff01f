// The words that every part of the cloud's file is declared with.
import Type, { type TObject, type TProperties } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";

/** Chinese first, English second; `example` is what a complaint shows. */
export const said = (zh: string, en: string, example?: unknown) => ({
  title: zh,
  description: en,
  ...(example === undefined ? {} : { examples: [example] }),
});
export const strict = <P extends TProperties>(zh: string, en: string, properties: P): TObject<P> =>
  Type.Object(properties, { ...said(zh, en), additionalProperties: false });

export const id = (zh: string, en: string, example: string) => Type.String({ ...said(zh, en, example), pattern: idPattern });
export const text = (zh: string, en: string, example: string, maxLength = 120) =>
  Type.String({ ...said(zh, en, example), minLength: 1, maxLength });
export const file = (zh: string, en: string, example: string) => text(zh, `${en}, readable by the cloud only`, example, 400);

// A dictionary's shape without its words: what another language must have too.
export type Widen<T> = {
  [K in keyof T]: T[K] extends string ? string : T[K] extends (...values: infer A) => string ? (...values: A) => string : Widen<T[K]>;
};

// Which camera looks at which alarm: by the alarm's source, or the beginning of it. Apart from the schema, which stays on the server.

/** "shed-1" looks at "shed-1" and at "shed-1/smoke-1", and not at "shed-10"; without any it is the whole compound. */
export const looksAt = ({ sources }: { readonly sources: readonly string[] }, source: string): boolean =>
  sources.length === 0 || sources.some((one) => source === one || source.startsWith(`${one}/`) || source.startsWith(`${one}.`));

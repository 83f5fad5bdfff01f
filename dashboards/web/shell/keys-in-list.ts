// The keys of a list of choices: arrows move, digits choose. Pure.

/** The place after a key in a list of so many. Undefined: the key means nothing here. */
export function afterKey(key: string, at: number, many: number): { readonly focus: number } | { readonly choose: number } | undefined {
  if (many === 0) return undefined;
  if (key === "ArrowDown") return { focus: Math.min(many - 1, at + 1) };
  if (key === "ArrowUp") return { focus: Math.max(0, at - 1) };
  if (key === "Home") return { focus: 0 };
  if (key === "End") return { focus: many - 1 };
  const digit = /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
  return digit >= 0 && digit < many ? { choose: digit } : undefined;
}

// What is chosen when a token is granted, and who is found among people. Pure.
import type { HolderView } from "#protocols/api/posts.ts";

/** "alarms:read" and "alarms:write" are one noun with two boxes. */
export function nounsOf(scopes: readonly string[]): readonly { readonly noun: string; readonly read: boolean; readonly write: boolean }[] {
  const nouns = [...new Set(scopes.map((one) => one.split(":")[0] ?? ""))].sort();
  return nouns.map((noun) => ({ noun, read: scopes.includes(`${noun}:read`), write: scopes.includes(`${noun}:write`) }));
}

export const toggled = (chosen: readonly string[], scope: string): readonly string[] =>
  chosen.includes(scope) ? chosen.filter((one) => one !== scope) : [...chosen, scope].sort();

export interface Wanted {
  readonly text: string;
  readonly role: string;
}

/** Every word of the text must be somewhere in what is shown of a person; a role, among the posts. */
export function found(holders: readonly HolderView[], { text, role }: Wanted): readonly HolderView[] {
  const asked = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return holders.filter(({ person, name, posts }) => {
    const shown = [person, name, ...posts.flatMap(({ organisation, area, area_name }) => [organisation, area, area_name])]
      .join(" ")
      .toLowerCase();
    return asked.every((word) => shown.includes(word)) && (role === "" || posts.some((one) => one.role === role));
  });
}

// Which scope of a token a route takes: its noun, and whether it changes something. Read from the route as it was declared, never from the address that was asked.
import type { Access } from "./access.ts";

/** A program never signs in, chooses a post, takes a token or gives one. */
const peopleOnly = new Set(["session", "people", "tokens", "first-administrator"]);
const changing = new Set(["POST", "PUT", "PATCH", "DELETE"]);

export interface Declared {
  readonly method: string;
  readonly url: string;
  readonly access: Access | undefined;
  /** A POST that only computes reads. */
  readonly computes: boolean;
}

/** Undefined: nobody needs a token there, or no token opens it. The second person of two is a person. */
export function tokenScopeOf({ method, url, access, computes }: Declared): string | undefined {
  const noun = /^\/api\/v1\/([a-z-]+)/.exec(url)?.[1];
  if (noun === undefined || access === "anyone" || peopleOnly.has(noun) || url.endsWith("/approval")) return undefined;
  return `${noun}:${changing.has(method) && !computes ? "write" : "read"}`;
}

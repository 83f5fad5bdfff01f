// Tokens that a caller bears (the booth terminal's, the detectors'): read from their file, compared in constant time. Without a usable file nobody is let in.
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { SiteContext } from "../site-context.ts";

export const shortestToken = 16;

export type TokenCheck = (authorization: string | undefined) => "right" | "wrong" | "no-token-file";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

export const tokenCheck = (context: SiteContext): TokenCheck => tokenFileCheck(context, context.config.booth.token_file, "booth");

/** `who`: shut out where the file has no usable token; in the log. */
export function tokenFileCheck(context: Pick<SiteContext, "folder" | "log">, file: string, who: string): TokenCheck {
  const path = resolve(context.folder, file);
  let token = "";
  try {
    token = readFileSync(path, "utf8").trim();
  } catch (error) {
    context.log.error({ path, error: String(error) }, `the token of ${who} cannot be read: ${who} is shut out`);
  }
  if (token.length < shortestToken) {
    if (token !== "") context.log.error({ path, shortestToken }, `the token of ${who} is too short: ${who} is shut out`);
    return () => "no-token-file";
  }
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer ([^\s]{1,512})$/.exec(authorization ?? "")?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected) ? "right" : "wrong";
  };
}

// The booth terminal's token: read from its file, compared in constant time. Without a usable file nobody is let in.
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { SiteContext } from "../site-context.ts";

export const shortestToken = 16;

export type TokenCheck = (authorization: string | undefined) => "right" | "wrong" | "no-token-file";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

export function tokenCheck(context: SiteContext): TokenCheck {
  const path = resolve(context.folder, context.config.booth.token_file);
  let token = "";
  try {
    token = readFileSync(path, "utf8").trim();
  } catch (error) {
    context.log.error({ path, error: String(error) }, "the booth's token cannot be read: the booth is shut out");
  }
  if (token.length < shortestToken) {
    if (token !== "") context.log.error({ path, shortestToken }, "the booth's token is too short: the booth is shut out");
    return () => "no-token-file";
  }
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer ([^\s]{1,512})$/.exec(authorization ?? "")?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected) ? "right" : "wrong";
  };
}

// Pages from this gateway itself: they work when nothing else does. Their files are few and named, are read once, and their types are taken out on the way; nothing is built.
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";

const dashboards = fileURLToPath(new URL("../../dashboards/", import.meta.url));

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  ts: "text/javascript; charset=utf-8",
};

const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

function bodyOf(file: string): string {
  const text = readFileSync(`${dashboards}${file}`, "utf8");
  return file.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
}

/** What pages of every kind say in the same words. */
export const sharedWords = { "course.ts": "../protocols/vocabulary/course.ts" } as const;

/** `files`: what may be asked for by name under `at`, and nothing else; "" is the page. */
export function handOut(server: FastifyInstance, at: string, files: Readonly<Record<string, string>>): void {
  const bodies = new Map<string, string>();
  for (const [name, file] of Object.entries(files))
    server.get(`${at}${name === "" ? "" : `/${name}`}`, async (_request, reply) => {
      const body = bodies.get(file) ?? bodyOf(file);
      bodies.set(file, body);
      return reply
        .headers(headers)
        .type(types[file.slice(file.lastIndexOf(".") + 1)] ?? "text/plain")
        .send(body);
    });
}

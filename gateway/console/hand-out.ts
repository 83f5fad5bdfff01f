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

/** What stands around a page of ours; what it shows is made by its script. */
export interface Shell {
  readonly title: string;
  /** In their order, behind the tokens and what every page begins with. */
  readonly styles: readonly string[];
  readonly script: string;
  readonly body: string;
}

const shellText = ({ title, styles, script, body }: Shell): string => `<!doctype html>
<html lang="zh-CN" data-theme="light">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title} · 厝边</title>
    <link rel="icon" href="/booth/icon.svg" />
${["/booth/tokens.css", "/booth/base.css", ...styles].map((href) => `    <link rel="stylesheet" href="${href}" />`).join("\n")}
    <script type="module" src="${script}"></script>
  </head>
  <body>
    <header id="bar"></header>
    ${body}
    <p id="said" role="status" aria-live="polite"></p>
    <noscript>请启用 JavaScript。 Please enable JavaScript.</noscript>
  </body>
</html>
`;

/** What pages of every kind say in the same words. */
export const sharedWords = { "course.ts": "../protocols/vocabulary/course.ts" } as const;

/** The page at `at`. */
export function handOutPage(server: FastifyInstance, at: string, shell: Shell): void {
  server.get(at, async (_request, reply) =>
    reply
      .headers(headers)
      .type(types.html ?? "")
      .send(shellText(shell)),
  );
}

/** `files`: what may be asked for by name under `at`, and nothing else. */
export function handOut(server: FastifyInstance, at: string, files: Readonly<Record<string, string>>): void {
  const bodies = new Map<string, string>();
  for (const [name, file] of Object.entries(files))
    server.get(`${at}/${name}`, async (_request, reply) => {
      const body = bodies.get(file) ?? bodyOf(file);
      bodies.set(file, body);
      return reply
        .headers(headers)
        .type(types[file.slice(file.lastIndexOf(".") + 1)] ?? "text/plain")
        .send(body);
    });
}

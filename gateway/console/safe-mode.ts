// What stands at the gateway's address while its site file cannot be used: where it is wrong, what is wrong, and how to mend it. Nothing else is served: no camera is
// answered, no gate opened, nothing switched. Places are shown to everybody; the words and lines of the file only to who knows the booth's token.
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isIP } from "node:net";
import { fileURLToPath } from "node:url";
import { type Fault, placeOfFault, safePage } from "./safe-page.ts";
import { shortestToken } from "./token.ts";

export interface SafeModeSettings {
  readonly host: string;
  readonly port: number;
  /** As they are now: the file may be mended meanwhile. */
  readonly faults: () => readonly Fault[];
  /** The booth's token file; undefined: the broken file does not name one. */
  readonly tokenFile: string | undefined;
}

export interface SafeMode {
  readonly http: string;
  stop(): Promise<void>;
}

const headers = {
  "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};
const style = fileURLToPath(new URL("../../dashboards/installer/safe.css", import.meta.url));
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** HTTP Basic: any name, the token as its password; a browser asks for it by itself, without a script. */
function knows(authorization: string | undefined, tokenFile: string | undefined): boolean {
  const given = /^Basic ([A-Za-z0-9+/=]{1,1024})$/.exec(authorization ?? "")?.[1];
  if (given === undefined || tokenFile === undefined) return false;
  const decoded = Buffer.from(given, "base64").toString("utf8");
  try {
    const token = readFileSync(tokenFile, "utf8").trim();
    return token.length >= shortestToken && timingSafeEqual(digest(token), digest(decoded.slice(decoded.indexOf(":") + 1)));
  } catch {
    return false;
  }
}

interface Said {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly more?: Readonly<Record<string, string>>;
}

const json = (status: number, body: object): Said => ({
  status,
  type: "application/problem+json; charset=utf-8",
  body: JSON.stringify(body),
});
const html = (status: number, body: string, more: Said["more"] = {}): Said => ({ status, type: "text/html; charset=utf-8", body, more });
const gateway = "http://gateway/";
const asksToken = { "www-authenticate": 'Basic realm="cuobian", charset="UTF-8"' };

function answerTo({ method, url: asked, headers: { authorization } }: IncomingMessage, { faults: now, tokenFile }: SafeModeSettings): Said {
  const url = URL.parse(asked ?? "/", gateway) ?? new URL(gateway);
  const faults = now();
  const { zh, en } = inBrief(faults);
  if (url.pathname === "/healthz") return json(503, { ok: false, checks: [{ name: "config", ok: false, zh, en }] });
  // Cameras and terminals learn that nothing was taken, and say it again later.
  if (method !== "GET" || url.pathname.startsWith("/api/"))
    return json(503, { type: "urn:cuobian:problem:safe-mode", status: 503, code: "safe-mode", title: en, detail: en, detail_zh: zh });
  if (url.pathname === "/safe.css") return { status: 200, type: "text/css; charset=utf-8", body: readFileSync(style, "utf8") };
  const english = url.searchParams.get("lang") === "en";
  const open = url.pathname === "/details";
  if (open && !knows(authorization, tokenFile)) return html(401, safePage({ faults, english, open: false }), asksToken);
  return html(503, safePage({ faults, english, open }));
}

export async function serveSafeMode(settings: SafeModeSettings): Promise<SafeMode> {
  const { host, port } = settings;
  const answer = (request: IncomingMessage, reply: ServerResponse): void => {
    const { status, type, body, more } = answerTo(request, settings);
    reply.writeHead(status, { ...headers, ...more, "content-type": type }).end(body);
  };
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, answer);
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { http: `http://${isIP(host) === 6 ? `[${host}]` : host}:${taken}`, stop };
}

function inBrief(all: readonly Fault[]): { zh: string; en: string } {
  const [first] = all;
  const place = first === undefined ? "" : placeOfFault(first);
  return {
    zh: `安全模式：站点文件有 ${all.length} 处错误，第一处 ${place}`,
    en: `safe mode: ${all.length} faults in the site file, the first at ${place}`,
  };
}

// The running gateway's own console, as the verbs of `cuobian site` ask it: with the booth's token, from the site file.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Ending, ended, Unreachable, UsageError } from "../device/say.ts";
import { siteOf } from "./visit.ts";

export type Api = (
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: object,
) => Promise<{ readonly status: number; readonly body: unknown }>;

function apiOf(base: string, token: string): Api {
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const answer = await fetch(`${base}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new Unreachable(`${base}: ${error instanceof Error ? (error.cause ?? error.message) : error}`);
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  };
}

/** `url`: where the console listens, when the site file does not say it. */
export function consoleOf(asked: { config?: string | undefined; url?: string | undefined; json: boolean }): { readonly api: Api } | Ending {
  const site = siteOf(asked.config, asked.json);
  if ("code" in site) return site;
  const { host, port } = site.config.http;
  if (asked.url === undefined && port === 0) throw new UsageError("http.port 为 0：用 --url 写明地址 / http.port is 0: give --url");
  const file = resolve(site.folder, site.config.booth.token_file);
  try {
    const token = readFileSync(file, "utf8").trim();
    const base = asked.url ?? `http://${host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host}:${port}`;
    return { api: apiOf(base, token) };
  } catch {
    return ended(3, `${file}: 读不到岗亭口令 / the booth's token cannot be read`);
  }
}

export const problemText = (body: unknown): string => {
  const { detail, detail_zh } = (body ?? {}) as { readonly detail?: string; readonly detail_zh?: string };
  return [detail_zh, detail].filter((text) => text !== undefined).join(" / ") || JSON.stringify(body);
};

/** What it declined, in its own words. */
export function declined(
  { status, body }: { readonly status: number; readonly body: unknown },
  { json, what }: { readonly json: boolean; readonly what: string },
): Ending {
  const code = status === 503 ? 4 : 1;
  return json
    ? { code, stdout: `${JSON.stringify({ ok: false, ...(body as object) })}\n`, stderr: "" }
    : ended(code, `${what}: ${problemText(body)}`);
}

/** The name of a socket as it is typed. */
export function socketOf(text: string | undefined): string {
  if (text === undefined || !/^[a-z0-9][a-z0-9-]{0,39}\/[1-9]\d{0,2}$/.test(text)) throw new UsageError("--socket station-1/3");
  return text;
}

// Every page that a server hands out by itself, beside the application's own routes: the cloud's for everybody and for walls, the gateway's for drivers, guards and installers.
// Read from their routers: a page that has no row here fails, and so does a row without its page.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openTestApi } from "#cloud/api/api-for-tests.ts";
import { repository } from "../world/program.ts";
import type { Demo } from "./demo.ts";

export type Language = "zh" | "en";
/** Where it is seen; a number: a page that only a person's own link opens is seen as whoever has no such link sees it, with that status. */
export interface ServerPage {
  readonly at: (language: Language) => string;
  readonly status: 200 | 404 | 409;
}

const langOf = (language: Language): string => (language === "zh" ? "zh-CN" : "en");
const seen = (at: (language: Language) => string, status: ServerPage["status"] = 200): ServerPage => ({ at, status });
const asked = (path: string, status: ServerPage["status"] = 200): ServerPage => seen((language) => `${path}?lang=${language}`, status);
const stranger = (path: string): ServerPage => asked(path, 404);

export const cloudPages: Readonly<Record<string, ServerPage>> = {
  "/pub/:code/:lang": seen((language) => `/pub/JXHY/${langOf(language)}`),
  "/pub/stars/:lang": seen((language) => `/pub/stars/${langOf(language)}`),
  "/pub/:code/report": seen((language) => `/pub/JXHY/report?lang=${langOf(language)}`),
  "/pub/:code/progress": seen((language) => `/pub/JXHY/progress?lang=${langOf(language)}`),
  "/pub/:code/poster": seen(() => "/pub/JXHY/poster"),
};
const noCloudPages = ["/pub/style.css", "/pub/report.js", "/pub/paper.css", "/healthz", "/metrics", "/openapi.json"];

export const driverPages: Readonly<Record<string, ServerPage>> = {
  "/pay": asked("/pay"),
  "/pay/lane/:lane": asked("/pay/lane/east-out"),
  "/pay/enter/:lane": asked("/pay/enter/west-in"),
  "/pay/join": asked("/pay/join"),
  "/pay/in-app": stranger("/pay/in-app"),
  "/pay/pass/:link": stranger("/pay/pass/0123456789abcdef0123456789abcdef"),
  "/pay/receipt/:receipt": stranger("/pay/receipt/0123456789abcdef0123456789abcdef"),
  "/pay/asked/:request": stranger("/pay/asked/0123456789abcdef0123456789abcdef"),
  "/pay/socket/:token": stranger("/pay/socket/no-such-socket"),
  "/pay/order/:order": stranger("/pay/order/0123456789abcdef0123456789abcdef"),
  "/pay/shop/:link": stranger("/pay/shop/0123456789abcdef0123456789abcdef"),
  "/pay/charge/:charge": stranger("/pay/charge/0123456789abcdef0123456789abcdef"),
  "/pay/occasion/:link": stranger("/pay/occasion/0123456789abcdef0123456789abcdef"),
};
const noDriverPages = ["/pay/page.css", "/pay/page.js"];
/** Handed out as they are; the first run's is seen by setup.test.ts, for it stands where no gateway runs yet. */
export const gatewayPages = ["/booth", "/installer", "/setup"] as const;

const filesIn = (folder: string): string[] =>
  readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(repository, folder, name), "utf8"));
const found = (texts: readonly string[], pattern: RegExp): string[] =>
  [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, one = ""]) => one)))].sort();

/** The routers' lists beside ours; how many pages there are. */
export async function readRouters(demo: Demo): Promise<number> {
  const api = await openTestApi();
  const cloud = new Set(
    api.routes.filter(({ method, url }) => method === "GET" && !url.startsWith("/api/") && url !== "/*").map(({ url }) => url),
  );
  await api.close();
  expect([...cloud].sort()).toEqual([...Object.keys(cloudPages), ...noCloudPages].sort());
  const built = join(demo.compound.files.folder, "web");
  expect(
    readdirSync(built)
      .filter((name) => name.endsWith(".html"))
      .sort(),
  ).toEqual(["index.html", "screen.html"]);
  const sources = filesIn("gateway/console");
  expect(found(sources, /server\s*\.get(?:<(?:[^<>()]|<[^<>]*>)*>)?\(\s*"(\/pay[^"]*)"/g)).toEqual(
    [...Object.keys(driverPages), ...noDriverPages].sort(),
  );
  const handed = found(sources, /handOut\(server, "(\/[^"]+)", \{\s*"": "/g);
  expect(handed).toEqual([...gatewayPages]);
  return Object.keys(cloudPages).length + 1 + Object.keys(driverPages).length + handed.length;
}

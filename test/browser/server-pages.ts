// Pages that servers hand out to everybody, as somebody without a link of his own sees them: residents' and drivers'. Read from the routers: a page that has no row here fails, and so does a row without its page.
import { expect } from "vitest";
import { readRoutes } from "./shots/routes.ts";

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

/** The routers' list beside ours; how many pages there are. */
export async function readRouters(): Promise<number> {
  const { open, handed, built } = await readRoutes();
  expect([...open].sort()).toEqual([...Object.keys(cloudPages), ...Object.keys(driverPages)].sort());
  return open.length + handed.length + built.length;
}

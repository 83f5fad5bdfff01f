// In which ways every page is looked at, and what takes the pictures: one file a page and look, each scanned for text that is cut off, and a count of what could not be taken and why.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { clippedText } from "../clipped.ts";

export interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: true;
  readonly language?: "en";
  /** A compound that has told nothing yet; a service that does not answer. */
  readonly world?: "empty" | "error";
  readonly paper?: true;
}
/** The six in which every route is taken. */
export const looks: readonly Look[] = [
  { name: "1366", width: 1366, height: 768 },
  { name: "390", width: 390, height: 844 },
  { name: "dark", width: 1366, height: 768, dark: true },
  { name: "en", width: 1366, height: 768, language: "en" },
  { name: "empty", width: 1366, height: 768, world: "empty" },
  { name: "error", width: 1366, height: 768, world: "error" },
];
/** Beside the six: where a long word or a wide table is tightest. */
export const more: readonly Look[] = [
  { name: "en-390", width: 390, height: 844, language: "en" },
  { name: "print", width: 794, height: 1123, paper: true },
];

export const langOf = ({ language }: Look): "zh" | "en" => language ?? "zh";
export const optionsOf = ({ width, height, dark }: Look): BrowserContextOptions => ({
  viewport: { width, height },
  colorScheme: dark === true ? "dark" : "light",
  locale: "zh-CN",
});

export interface Camera {
  readonly one: Look;
  /** Whether anything of this name is asked for. */
  wanted(name: string): boolean;
  /** `whole`: to the end of the page, not of the window. */
  take(page: Page, name: string, whole?: boolean): Promise<void>;
  /** There is no such page in this look, and why. */
  none(name: string, why: string): void;
  wrong(line: string): void;
}

export interface Album {
  readonly taken: ReadonlyMap<string, ReadonlySet<string>>;
  readonly none: ReadonlyMap<string, string>;
  readonly wrong: readonly string[];
  readonly pictures: number;
  camera(one: Look): Camera;
}

/** `pictures`: those that the documents show, "name.look" → file; they are written in few bytes. */
export function openAlbum(out: string, parts: readonly string[], pictures: ReadonlyMap<string, string>): Album {
  const taken = new Map<string, Set<string>>();
  const none = new Map<string, string>();
  const wrong: string[] = [];
  let count = 0;
  const wantedIn = (name: string, look: string): boolean => parts.length === 0 || parts.some((part) => `${name}.${look}`.includes(part));
  return {
    ...{ taken, none, wrong },
    get pictures() {
      return count;
    },
    camera: (one) => ({
      one,
      wanted: (name) => wantedIn(name, one.name) || parts.some((part) => part.startsWith(name)),
      async take(page, name, whole = one.width < 1000) {
        if (!wantedIn(name, one.name)) return;
        const file = `${name}.${one.name}`;
        const shown = pictures.get(file);
        if (shown !== undefined) await writeFile(shown, await fewBytes(page));
        if (whole) await unroll(page, one);
        await page.screenshot({ path: join(out, `${file.replaceAll("/", "_")}.png`) });
        if (whole) await page.setViewportSize(one);
        count += 1;
        taken.set(name, (taken.get(name) ?? new Set()).add(one.name));
        wrong.push(...(await clippedText(page)).map((text) => `${name} ${one.name}: ${text}`));
      },
      none: (name, why) => void (wantedIn(name, one.name) && none.set(`${name}.${one.name}`, why)),
      wrong: (line) => void wrong.push(line),
    }),
  };
}

/** To the end of the page by a window that is as long: a bar that stands at the window's foot stands at the picture's. */
async function unroll(page: Page, { width, height }: Look): Promise<void> {
  const long = Number(await page.evaluate("document.documentElement.scrollHeight"));
  if (long > height) await page.setViewportSize({ width, height: Math.min(long, 12_000) });
}

/** As WebP: a page of text in a third of the bytes. */
async function fewBytes(page: Page): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: 62 });
  await devtools.detach();
  return Buffer.from(data, "base64");
}

/** What is on its way has come: nothing says that it loads, and the number of elements stands still. */
export async function settled(page: Page, most_ms = 4_000): Promise<void> {
  const look = "document.querySelectorAll('.late, .skeleton, [aria-busy=true]').length > 0 ? -1 : document.querySelectorAll('*').length";
  const begun = performance.now();
  let [before, still] = [-2, 0];
  while (still < 3 && performance.now() - begun < most_ms) {
    await page.waitForTimeout(70);
    const now = Number(await page.evaluate(look).catch(() => -1));
    still = now === before && now >= 0 ? still + 1 : 0;
    before = now;
  }
}

export const refusal = {
  type: "urn:cuobian:problem:internal",
  title: "数据库暂时没有应答",
  status: 503,
  detail: "云端存储正在重新启动",
  hint: "稍后会自动重试",
};
export const refusalBody = { status: 503, contentType: "application/problem+json", body: JSON.stringify(refusal) };

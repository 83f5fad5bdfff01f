// What the build writes: small, one origin, no inline code, and only syntax that Chromium 87 reads.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildWeb } from "./build.ts";

const budgetBytes = 110 * 1024;
let out = "";
let page = "";
const files = new Map<string, string>();

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "cuobian-web-"));
  await buildWeb(out);
  page = await readFile(join(out, "index.html"), "utf8");
  for (const name of await readdir(join(out, "assets"))) files.set(name, await readFile(join(out, "assets", name), "utf8"));
});
afterAll(() => rm(out, { recursive: true, force: true }));

const ending = (end: string): [string, string] => {
  const found = [...files].filter(([name]) => name.endsWith(end) && !name.startsWith("stream-"));
  expect(found).toHaveLength(1);
  return found[0] ?? ["", ""];
};

test("script and style of the first page stay within 110 KB gzipped", () => {
  const bytes = [".js", ".css"].map((end) => gzipSync(ending(end)[1], { level: 9 }).length);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(budgetBytes);
  for (const one of bytes) expect(one).toBeGreaterThan(1_000);
});

test("the schema library stays on the server: the page imports tables, never schemas", () => {
  expect(ending(".js")[1]).not.toMatch(/TypeBox|"~kind"/);
});

test("the page names exactly the files that were written, and their names carry a hash", () => {
  const named = [...page.matchAll(/\/assets\/([^"]+)"/g)].map((match) => match[1]);
  expect(named.sort()).toEqual([...files.keys()].sort());
  for (const name of named) expect(name).toMatch(/-[0-9A-Za-z]{8}\.(js|css|svg)$/);
});

test("nothing is inline, so that a strict content security policy holds", () => {
  expect(page).not.toMatch(/<style|style=|\son[a-z]+=|javascript:/i);
  for (const [tag] of page.matchAll(/<script[^>]*>/g)) expect(tag).toContain("src=");
  expect(page.match(/<script/g)).toHaveLength(1);
});

test("no address of another host stands in what is sent", () => {
  const foreign = [page, ...files.values()].flatMap((text) =>
    [...text.matchAll(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}/gi)].map(([url]) => url),
  );
  // Names of namespaces are not addresses: nothing is fetched from them.
  expect(foreign.filter((url) => !/^https?:\/\/www\.w3\.org$/.test(url))).toEqual([]);
});

test("the script is already what Chromium 87 reads: writing it down once more changes nothing", async () => {
  const worker = [...files].find(([name]) => name.startsWith("stream-"));
  for (const script of [ending(".js")[1], worker?.[1] ?? ""]) {
    const lowered = await transform(script, { target: "chrome87", charset: "utf8", format: "esm" });
    const asItIs = await transform(script, { target: "esnext", charset: "utf8", format: "esm" });
    expect(script.length).toBeGreaterThan(500);
    expect(lowered.code === asItIs.code).toBe(true);
  }
  const newer = await transform("class A { static { this.x ??= 1; } }", { target: "chrome87" });
  expect(newer.code).not.toContain("static {");
});

test("the style sheet uses nothing that came after Chromium 87", () => {
  const [, style] = ending(".css");
  expect(style).not.toMatch(/:has\(|@layer|@container|color-mix|:is\(|\d[ds]vh|aspect-ratio|accent-color/);
});

test("a browser that cannot start it shows words in both languages", () => {
  expect(page).toContain("这个页面没有启动");
  expect(page).toContain("This page did not start");
});

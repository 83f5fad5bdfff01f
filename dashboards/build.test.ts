// What the build writes: small, one origin, no inline code, and only syntax that Chromium 87 reads.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { buildWeb } from "./build.ts";

const budgetBytes = 110 * 1024;
/** A room beyond the first screen, with all that it alone brings. */
const roomBytes = 40 * 1024;
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

const scripts = (): readonly [string, string][] => [...files].filter(([name]) => name.endsWith(".js"));
const textOf = (name: string): string => files.get(name) ?? "";
const entry = (end: string): string => [...files.keys()].find((name) => new RegExp(`^(page|style)-.*\\${end}$`).test(name)) ?? "";
/** What a script asks for before it runs; and what it asks for when somebody opens it. */
const statically = (name: string): string[] => [...textOf(name).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, file = ""]) => file);
const lazily = (name: string): string[] => [...textOf(name).matchAll(/import\(\s*"\.\/([^"]+)"\s*\)/g)].map(([, file = ""]) => file);
function reached(from: readonly string[], by: (name: string) => string[], found = new Set<string>()): Set<string> {
  for (const name of from)
    if (!found.has(name)) {
      found.add(name);
      reached(by(name), by, found);
    }
  return found;
}
const first = (): string[] => [...reached([entry(".js")], statically), entry(".css")];
const gz = (names: Iterable<string>): number => [...names].reduce((sum, name) => sum + gzipSync(textOf(name), { level: 9 }).length, 0);

test("what the first screen needs stays within 110 KB gzipped, whatever other pages bring; none of them is large", (context) => {
  const needed = first();
  expect(needed.length).toBeGreaterThanOrEqual(2);
  expect(gz(needed)).toBeLessThanOrEqual(budgetBytes);
  expect(gz(needed)).toBeGreaterThan(20_000);
  const rooms = lazily(entry(".js"));
  expect(rooms.length).toBeGreaterThanOrEqual(10);
  const sizes = rooms.map((name) => gz([...reached([name], statically)].filter((one) => !needed.includes(one))));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(roomBytes);
  counted(context, { "first screen, bytes gz": gz(needed), rooms: rooms.length, "largest room, bytes gz": Math.max(...sizes) });
});

test("the schema library stays on the server: the page imports tables, never schemas", () => {
  for (const [name, text] of scripts()) expect(text, name).not.toMatch(/TypeBox|"~kind"/);
});

test("the page names what the first screen needs, everything else is reached from there, and every name carries a hash", () => {
  const named = [...page.matchAll(/\/assets\/([^"]+)"/g)].map(([, name = ""]) => name);
  const worker = [...files.keys()].filter((name) => /^(stream|icon|far)-/.test(name));
  expect([...named].sort()).toEqual([...first(), ...worker].sort());
  const all = reached(named, (name) => (name.endsWith(".js") ? [...statically(name), ...lazily(name)] : []));
  expect([...all].sort()).toEqual([...files.keys()].filter((name) => !name.startsWith("screen")).sort());
  for (const name of files.keys()) expect(name).toMatch(/-[0-9A-Za-z]{8}\.(js|css|svg)$/);
});

test("the wall screen is a page of its own: it names its two files and the icon, holds nothing inline, and stays within 150 KB gzipped", async (context) => {
  const screen = await readFile(join(out, "screen.html"), "utf8");
  const named = [...screen.matchAll(/\/assets\/([^"]+)"/g)].map(([, name = ""]) => name);
  const own = [...files.keys()].filter((name) => name.startsWith("screen"));
  expect(own).toHaveLength(2);
  expect([...named].sort()).toEqual([...own, ...[...files.keys()].filter((name) => name.startsWith("icon-"))].sort());
  expect(screen).not.toMatch(/<style|style=|\son[a-z]+=|javascript:/i);
  expect(screen.match(/<script[^>]*>/g)).toEqual([expect.stringContaining("src=")]);
  expect(gz(own)).toBeLessThanOrEqual(150 * 1024);
  counted(context, { "wall screen, bytes gz": gz(own) });
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
  expect(scripts().length).toBeGreaterThan(10);
  for (const [name, script] of scripts()) {
    const lowered = await transform(script, { target: "chrome87", charset: "utf8", format: "esm" });
    const asItIs = await transform(script, { target: "esnext", charset: "utf8", format: "esm" });
    expect(lowered.code === asItIs.code, name).toBe(true);
  }
  const newer = await transform("class A { static { this.x ??= 1; } }", { target: "chrome87" });
  expect(newer.code).not.toContain("static {");
});

/** What came after Chromium 87 and is called by its name, with the release that brought it. */
const younger: readonly (readonly [called: RegExp, release: number])[] = [
  [/\bObject\.hasOwn\(/, 93],
  [/\bstructuredClone\(/, 98],
  [/\.findLast(Index)?\(/, 97],
  [/\.to(Sorted|Reversed|Spliced)\(/, 110],
  [/\b(Object|Map)\.groupBy\(/, 117],
  [/\bPromise\.withResolvers\(/, 119],
  [/\bArray\.fromAsync\(/, 121],
  [/\bcrypto\.randomUUID\(/, 92],
  [/\bAbortSignal\.(timeout|any)\(/, 103],
  [/\bURL\.(parse|canParse)\(/, 120],
  [/\.(showPicker|checkVisibility|togglePopover)\(/, 99],
  [/\bscheduler\./, 94],
];
const standsIn = /"at"in|"at" in/;

test("no function that Chromium 87 does not have is called; what has a stand-in has it in the same page", () => {
  for (const [name, script] of scripts())
    for (const [called, release] of younger) expect(called.test(script), `${name}: ${called} came with Chromium ${release}`).toBe(false);
  const using = scripts()
    .filter(([, script]) => /\.at\(/.test(script))
    .map(([name]) => name);
  expect(using.length).toBeGreaterThan(0);
  const ofEntry = (pattern: RegExp): string[] =>
    scripts()
      .map(([name]) => name)
      .filter((name) => pattern.test(name));
  for (const from of [[entry(".js")], ofEntry(/^screen/), ofEntry(/^stream-/)]) {
    const all = [...reached(from, (name) => [...statically(name), ...lazily(name)])];
    expect(
      all.some((name) => standsIn.test(textOf(name))),
      from.join(" "),
    ).toBe(true);
  }
});

test("what the gateway hands out is what Chromium 87 reads and has: types out, nothing built", async (context) => {
  let read = 0;
  for (const folder of ["booth", "installer", "plate-keys"])
    for (const name of await readdir(new URL(folder, import.meta.url))) {
      if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
      const script = stripTypeScriptTypes(await readFile(new URL(`${folder}/${name}`, import.meta.url), "utf8"));
      // Chromium has `?.` since 80; esbuild writes it down until 91 for a fault in calls with spread arguments behind it, which we do not write.
      expect(script, `${folder}/${name}`).not.toMatch(/\?\.\([^)]*\.\.\.|\?\.\w+\(\.\.\./);
      const how = { charset: "utf8", format: "esm", supported: { "optional-chain": true } } as const;
      const [lowered, asItIs] = [
        await transform(script, { target: "chrome87", ...how }),
        await transform(script, { target: "esnext", ...how }),
      ];
      expect(lowered.code === asItIs.code, `${folder}/${name}`).toBe(true);
      for (const [called, release] of [...younger, [/\.at\(/, 92] as const])
        expect(called.test(script), `${folder}/${name}: ${called} came with Chromium ${release}`).toBe(false);
      read += 1;
    }
  expect(read).toBeGreaterThan(25);
  counted(context, { "files of the gateway's pages": read });
});

test("the style sheet uses nothing that came after Chromium 87", async () => {
  const style = [...files]
    .filter(([name]) => name.endsWith(".css"))
    .map(([, text]) => text)
    .join("");
  expect(style.length).toBeGreaterThan(10_000);
  const served = await Promise.all(
    ["booth/booth.css", "installer/installer.css", "installer/setup.css", "installer/safe.css", "plate-keys/plate-keys.css"].map((name) =>
      readFile(new URL(name, import.meta.url), "utf8"),
    ),
  );
  const young =
    /:has\(|:where\(|:not\([^)]*,|@layer|@container|color-mix|:is\(|\d[ds]vh|aspect-ratio|overflow(-[xy])?:\s*clip|text-wrap|scrollbar-gutter|subgrid|:modal\b|@media[^{]*[<>]|[;{\s](translate|rotate|scale):/g;
  for (const sheet of [style, ...served]) expect(sheet.replace(/\/\*[\s\S]*?\*\//g, "").match(young) ?? []).toEqual([]);
  expect(style).not.toContain("accent-color");
});

test("a browser that cannot start it shows words in both languages", () => {
  expect(page).toContain("这个页面没有启动");
  expect(page).toContain("This page did not start");
});

// Builds the page: the script of the first screen and one for each room beyond it, the style sheet, the icon, the worker that shares the live stream, under names that carry their own hash,
// and an index.html that names what the first screen needs.
//   node dashboards/build.ts OUT

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { buildScreen } from "./build-screen.ts";

const web = fileURLToPath(new URL("./web/", import.meta.url));

/** The oldest browser that offices here still use: Chromium 87. Newer syntax is written down for it. */
const target = "chrome87";

const common = {
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  target,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
} as const;

function entryOf({ metafile }: { metafile: Metafile }, source: string): string {
  const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined && basename(entryPoint) === source);
  if (found === undefined) throw new Error(`the build wrote nothing for ${source}: ${Object.keys(metafile.outputs).join(", ")}`);
  return found[0];
}

/** The files that must be there before this one runs, and theirs. */
function leansOn(metafile: Metafile, path: string, known: readonly string[] = []): readonly string[] {
  let found = known;
  for (const { kind, path: next } of metafile.outputs[path]?.imports ?? [])
    if (kind === "import-statement" && !found.includes(next)) found = leansOn(metafile, next, [...found, next]);
  return found;
}

/** Writes everything below `outDir`; what is there already is left alone, so that an open page still finds its files after an upgrade. */
export async function buildWeb(outDir: string): Promise<void> {
  const assets = join(outDir, "assets");
  await mkdir(assets, { recursive: true });
  const [result, worker] = await Promise.all([
    build({
      ...common,
      entryPoints: { page: join(web, "main.tsx"), style: join(web, "styles", "main.css"), far: join(web, "styles", "far.css") },
      outdir: assets,
      format: "esm",
      splitting: true,
      jsx: "automatic",
      jsxImportSource: "preact",
    }),
    // Chromium 87 starts a shared worker from a classic script only.
    build({ ...common, entryPoints: { stream: join(web, "data", "stream-worker.ts") }, outdir: assets, format: "iife" }),
  ]);
  const script = entryOf(result, "main.tsx");
  const icon = await readFile(join(web, "icon.svg"));
  const iconName = `icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8)}.svg`;
  await writeFile(join(assets, iconName), icon);
  const names: Readonly<Record<string, string>> = {
    SCRIPT: basename(script),
    STYLE: basename(entryOf(result, "main.css")),
    FAR: basename(entryOf(result, "far.css")),
    ICON: iconName,
    WORKER: basename(entryOf(worker, "stream-worker.ts")),
  };
  const page = await readFile(join(web, "index.html"), "utf8");
  await writeFile(
    join(outDir, "index.html"),
    page
      .replace(/%(SCRIPT|STYLE|FAR|ICON|WORKER)%/g, (_, name: string) => names[name] ?? "")
      // What the script leans on is asked for beside it, not after it.
      .replace("    %SHARED%\n", () =>
        leansOn(result.metafile, script)
          .map((path) => `    <link rel="modulepreload" href="/assets/${basename(path)}">\n`)
          .join(""),
      ),
  );
  await buildScreen(outDir, { common, icon: iconName });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outDir = process.argv[2];
  if (outDir === undefined || outDir.startsWith("-")) {
    process.stderr.write("usage: node dashboards/build.ts OUT   (writes index.html and assets/ there)\n");
    process.exitCode = 2;
  } else await buildWeb(outDir);
}

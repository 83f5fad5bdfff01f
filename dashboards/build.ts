// Builds the page: one script, one style sheet, one icon, the worker that shares the live stream, under names that carry their own hash, and an index.html that names them.
//   node dashboards/build.ts OUT

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

const web = fileURLToPath(new URL("./web/", import.meta.url));

/** The oldest browser that offices here still use: Chromium 87. Newer syntax is written down for it. */
const target = "chrome87";

const common = {
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  target,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
} as const;

/** Writes everything below `outDir`; what is there already is left alone, so that an open page still finds its files after an upgrade. */
export async function buildWeb(outDir: string): Promise<void> {
  const assets = join(outDir, "assets");
  await mkdir(assets, { recursive: true });
  const [result, worker] = await Promise.all([
    build({
      ...common,
      entryPoints: { page: join(web, "main.tsx"), style: join(web, "styles", "main.css") },
      outdir: assets,
      format: "esm",
      jsx: "automatic",
      jsxImportSource: "preact",
    }),
    // Chromium 87 starts a shared worker from a classic script only.
    build({ ...common, entryPoints: { stream: join(web, "data", "stream-worker.ts") }, outdir: assets, format: "iife" }),
  ]);
  const named = (ending: string, of: { metafile: Metafile } = result): string => {
    const outputs = Object.keys(of.metafile.outputs).map((path) => basename(path));
    const found = outputs.find((name) => name.endsWith(ending));
    if (found === undefined) throw new Error(`the build wrote no ${ending} file: ${outputs.join(", ")}`);
    return found;
  };
  const icon = await readFile(join(web, "icon.svg"));
  const iconName = `icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8)}.svg`;
  await writeFile(join(assets, iconName), icon);
  const names: Readonly<Record<string, string>> = {
    SCRIPT: named(".js"),
    STYLE: named(".css"),
    ICON: iconName,
    WORKER: named(".js", worker),
  };
  const page = await readFile(join(web, "index.html"), "utf8");
  await writeFile(
    join(outDir, "index.html"),
    page.replace(/%(SCRIPT|STYLE|ICON|WORKER)%/g, (_, name: string) => names[name] ?? ""),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outDir = process.argv[2];
  if (outDir === undefined || outDir.startsWith("-")) {
    process.stderr.write("usage: node dashboards/build.ts OUT   (writes index.html and assets/ there)\n");
    process.exitCode = 2;
  } else await buildWeb(outDir);
}

// Builds the wall screen: a page of its own beside the other, with its own script and style, so that neither weighs on the other.
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

const web = fileURLToPath(new URL("./web/", import.meta.url));

/** `icon`: the name of the other page's icon, which is this one's too. */
export async function buildScreen(
  outDir: string,
  { common, icon }: { readonly common: BuildOptions; readonly icon: string },
): Promise<void> {
  const { metafile } = await build({
    ...common,
    metafile: true,
    entryPoints: { screen: join(web, "screen", "main.tsx"), "screen-style": join(web, "screen", "screen.css") },
    outdir: join(outDir, "assets"),
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
  });
  const named = (ending: string): string => basename(Object.keys(metafile.outputs).find((path) => path.endsWith(ending)) ?? "");
  const names: Readonly<Record<string, string>> = { SCRIPT: named(".js"), STYLE: named(".css"), ICON: icon };
  const page = await readFile(join(web, "screen.html"), "utf8");
  await writeFile(
    join(outDir, "screen.html"),
    page.replace(/%(SCRIPT|STYLE|ICON)%/g, (_, name: string) => names[name] ?? ""),
  );
}

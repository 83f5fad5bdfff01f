// Which pages servers hand out, read from the routers' own sources: a page that is added tomorrow is in the list, and a list without a way to it is a fault of the run.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../../world/program.ts";

export interface Routes {
  /** For everybody: residents, and drivers by their phones. */
  readonly open: readonly string[];
  /** What is printed or sent as a paper. */
  readonly papers: readonly string[];
  /** The gateway's pages that are one file with a script. */
  readonly handed: readonly string[];
  /** Pages of the built application beside its first. */
  readonly built: readonly string[];
}

async function sourcesOf(folder: string): Promise<readonly string[]> {
  const names = (await readdir(join(repository, folder), { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name)).sort();
  return Promise.all(names.map((name) => readFile(join(repository, folder, name), "utf8")));
}

/** Each registration of a route with what follows it, up to the next one. */
const registered = (source: string): readonly { path: string; text: string }[] =>
  source.split(/(?=\bserver\.(?:get|post|put|patch|delete)\b)/).flatMap((text) => {
    const path = text.startsWith("server.get") ? /"(\/[^"]*)"/.exec(text)?.[1] : undefined;
    return path === undefined ? [] : [{ path, text }];
  });

export async function readRoutes(): Promise<Routes> {
  const [cloud, gateway] = await Promise.all([sourcesOf("cloud/api"), sourcesOf("gateway/console")]);
  const all = [...cloud, ...gateway].flatMap(registered);
  const isOpen = (path: string): boolean => /^\/(pub|pay)(\/|$)/.test(path);
  const html = (await readdir(join(repository, "dashboards/web"))).filter((name) => name.endsWith(".html") && name !== "index.html");
  const found: Routes = {
    open: [...new Set(all.map(({ path }) => path).filter((path) => isOpen(path) && !/\.[a-z]+$/.test(path)))],
    papers: all.filter(({ path, text }) => !isOpen(path) && text.includes("text/html")).map(({ path }) => path),
    handed: [...gateway.join("\n").matchAll(/handOutPage\(server, "([^"]+)"/g)].map(([, path]) => path ?? ""),
    built: html.map((name) => `/${name}`),
  };
  // A router that is written otherwise from tomorrow on is no router without pages.
  for (const [kind, paths] of Object.entries(found)) if (paths.length === 0) throw new Error(`no page was read from the routers: ${kind}`);
  return found;
}

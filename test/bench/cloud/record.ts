// Runs the cloud's benchmarks, and the lane's, one after another, writes their figures into docs/how-to/scale.json, and into the words of docs/how-to/scale.md that cite them.
//   npm run bench -- record ["ingest --seconds 15" "drain --events 200000" …]     (all of them, in full, if none is named)
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withFigures } from "./citations.ts";

const file = join(import.meta.dirname, "../../../docs/how-to/scale.json");
const machine = "2-core x86-64 virtual machine, NVMe, Debian 12, Node 24; the load runs on the same two cores";
const asked = process.argv.slice(2);
const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { figures: Record<string, number> }).figures : {};
const figures: Record<string, number> = { ...known };
for (const words of asked.length > 0 ? asked : ["ingest", "city", "grow", "drain", "alarm", "lane"]) {
  const [name = "", ...args] = words.split(" ");
  process.stderr.write(`${words} …\n`);
  const ran = spawnSync(
    process.execPath,
    [join(import.meta.dirname, name === "lane" || name === "sockets" ? `../${name}/main.ts` : `${name}-main.ts`), "--json", ...args],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const line = ran.stdout.trim().split("\n").at(-1) ?? "";
  if (!line.startsWith("{"))
    throw new Error(`${words}: ended with ${ran.status ?? ran.signal} and no figures; those before it are written`);
  const { figures: found } = JSON.parse(line) as { figures: Record<string, number> };
  for (const key of Object.keys(figures)) if (key.startsWith(`${name}.`)) delete figures[key];
  Object.assign(figures, found);
  const sorted = Object.fromEntries(Object.entries(figures).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ machine, figures: sorted }, null, 2)}\n`);
}
const document = join(import.meta.dirname, "../../../docs/how-to/scale.md");
writeFileSync(document, withFigures(readFileSync(document, "utf8"), figures));
process.stdout.write(readFileSync(file, "utf8"));

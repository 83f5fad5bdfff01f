// Strangers from Debian that our tests are checked by. Where one is missing its tests are shown as skipped, and `npm test` prints the apt line.
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import table from "./debian-packages.json" with { type: "json" };

export function hasCommand(command: string): boolean {
  return commandPath(command) !== undefined;
}

export function commandPath(command: string): string | undefined {
  const known = table.find((row) => row.command === command);
  if (known === undefined) throw new Error(`${command} is not in test/debian-packages.json`);
  if (known.path !== undefined && existsSync(known.path)) return known.path;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const candidate = join(folder, command);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

// A device model by its name in the catalogue or as a file of one's own, held against the schema and the rules; every complaint at once.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkProfile } from "#protocols/modbus/check.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";

const catalogue = fileURLToPath(new URL("../../protocols/profiles/", import.meta.url));

export interface LoadedProfile {
  readonly kind: "loaded";
  readonly profile: Profile;
  readonly path: string;
}
export interface BadProfile {
  readonly kind: "bad";
  readonly complaints: readonly string[];
}

export const catalogueNames = (): string[] =>
  readdirSync(catalogue, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .map((path) => path.slice(0, -".json".length).replaceAll("\\", "/"))
    .sort();

export function loadProfile(name: string): LoadedProfile | BadProfile {
  const inCatalogue = join(catalogue, `${name}.json`);
  const path = /^[a-z]+\/[a-z0-9-]+$/.test(name) && existsSync(inCatalogue) ? inCatalogue : name;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    const names = catalogueNames();
    const meant = nearest(name, names);
    return {
      kind: "bad",
      complaints: [
        meant === undefined
          ? `没有文件或型号 / no file and no model "${name}"\n  型号 / models: ${names.join(", ")}`
          : `没有 / there is no "${name}"；是否想写 / did you mean "${meant}"?`,
      ],
    };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: "bad", complaints: [`不是 JSON / no JSON: ${error instanceof Error ? error.message : String(error)}`] };
  }
  const checked = checkProfile(value);
  return "complaints" in checked ? { kind: "bad", complaints: checked.complaints } : { kind: "loaded", profile: checked.profile, path };
}

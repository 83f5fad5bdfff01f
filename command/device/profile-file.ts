// A device model by its name in the catalogue or as a file of one's own, held against the schema and the rules; every complaint at once.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Compile } from "typebox/compile";
import { profileComplaints } from "#protocols/modbus/check.ts";
import { Profile } from "#protocols/modbus/profile.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";

const catalogue = fileURLToPath(new URL("../../protocols/profiles/", import.meta.url));
const validator = Compile(Profile);

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

/** "/points/3/name must match…" -> with the point's own name, because nobody counts to 3. */
function inWords(value: unknown, error: { readonly instancePath: string; readonly message: string; readonly params?: unknown }): string {
  const index = error.instancePath.match(/^\/points\/(\d+)/)?.[1];
  const points = typeof value === "object" && value !== null && "points" in value && Array.isArray(value.points) ? value.points : [];
  const point: unknown = index === undefined ? undefined : points[Number(index)];
  const name = typeof point === "object" && point !== null && "name" in point ? ` (${String(point.name)})` : "";
  const params = error.params as { additionalProperties?: readonly string[]; allowedValues?: readonly unknown[] } | undefined;
  const extra = params?.additionalProperties ?? params?.allowedValues;
  return `${error.instancePath === "" ? "/" : error.instancePath}${name}: ${error.message}${extra === undefined ? "" : `: ${extra.join(", ")}`}`;
}

export function checkProfile(value: unknown): readonly string[] {
  if (!validator.Check(value)) return validator.Errors(value).map((error) => inWords(value, error));
  return profileComplaints(value);
}

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
  const complaints = checkProfile(value);
  return complaints.length > 0 ? { kind: "bad", complaints } : { kind: "loaded", profile: value as Profile, path };
}

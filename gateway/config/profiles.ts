// Device models are data: a profile file is found by its name, and is held against the profile schema before anything is asked of a device with it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkProfile } from "#protocols/modbus/check.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";

const folder = fileURLToPath(new URL("../../protocols/profiles/", import.meta.url));

export interface NoProfile {
  readonly kind: "no-profile";
  readonly zh: string;
  readonly en: string;
}

/** Every name under protocols/profiles: "stations/ten-socket". */
export function profileNames(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .map((path) => path.slice(0, -".json".length).replaceAll("\\", "/"))
    .sort();
}

export function loadProfile(name: string): Profile | NoProfile {
  const path = join(folder, `${name}.json`);
  if (!/^[a-z]+\/[a-z0-9-]+$/.test(name) || !existsSync(path)) {
    const names = profileNames();
    const meant = nearest(name, names);
    const hint = meant ?? names.join(", ");
    return {
      kind: "no-profile",
      zh: `没有设备型号“${name}”；${meant === undefined ? "可用" : "是否想写"}：${hint}`,
      en: `no device profile "${name}"; ${meant === undefined ? "there are" : "did you mean"}: ${hint}`,
    };
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return broken(name, error instanceof Error ? error.message : String(error));
  }
  const checked = checkProfile(value);
  if ("complaints" in checked) return broken(name, checked.complaints.join("; "));
  return checked.profile.id === name ? checked.profile : broken(name, `id: ${checked.profile.id}`);
}

const broken = (name: string, why: string): NoProfile => ({
  kind: "no-profile",
  zh: `设备型号文件 ${name}.json 有误：${why}`,
  en: `device profile ${name}.json is wrong: ${why}`,
});

// Reads a site file and the limits that it names: everything checked, or every complaint at once. The other files that it names are another matter
// (named-files.ts): protection must not stop for a price list.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Limits } from "../core/charging/limits.ts";
import { checkPeople } from "./booth-checks.ts";
import { type Complaint, type Complaints, complaints } from "./complaint.ts";
import { crossCheck, soundParts } from "./cross-checks.ts";
import { type LimitsDocument, readLimitsFile } from "./limits-file.ts";
import { type Unfit, unfit } from "./limits-fit.ts";
import { checkPayments } from "./pay-checks.ts";
import { type SiteConfig, type StationConfig, siteConfigSchema } from "./schema.ts";
import { checkShape } from "./shape.ts";
import { offersOf } from "./stations.ts";
import { checkTexts } from "./texts-schema.ts";
import { complainer, readYaml } from "./yaml-file.ts";

export interface SiteFile {
  readonly kind: "site";
  readonly config: SiteConfig;
  /** As it was named, and what it said. */
  readonly path: string;
  readonly text: string;
  /** Absolute; relative paths in the file begin here. */
  readonly folder: string;
  /** `config.data`, absolute. */
  readonly data: string;
  /** By name; every profile that the file refers to. */
  readonly profiles: ReadonlyMap<string, Profile>;
  /** By the site file's own name for them. */
  readonly limits: ReadonlyMap<string, Limits>;
  /** "sha256:…" of the text: gateway.started says it. */
  readonly hash: string;
}

/** Why a file cannot be read, and what to do, for who has a shell on this machine. */
export function unreadableWords(path: string, error: unknown): { zh: string; en: string; example?: string } {
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  const known: Readonly<Record<string, { zh: string; en: string; example?: string }>> = {
    EACCES: {
      zh: "读不到：网关的用户没有权限",
      en: "cannot be read: the gateway's user may not",
      example: `chown cuobian ${path} && chmod 640 ${path}`,
    },
    EISDIR: { zh: "这是一个目录，不是文件", en: "this is a folder, and no file" },
    ENOENT: { zh: "没有这个文件", en: "no such file" },
    EIO: { zh: "读不到：磁盘出错", en: "cannot be read: the disk fails", example: "dmesg | tail" },
  };
  return known[code] ?? { zh: `读不到：${message}`, en: `cannot be read: ${message}` };
}

export function readSiteConfig(path: string): SiteFile | Complaints {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return complaints([{ file: path, line: 0, column: 0, path: "", ...unreadableWords(path, error) }]);
  }
  return parseSiteConfig(text, path);
}

/** Where the limits of the site file's name for them come from; `fits`: what is wrong with them for the stations that refer to them. */
export type LimitsSource = (
  named: { readonly id: string; readonly file: string },
  folder: string,
  fits: (limits: Limits) => readonly Unfit[],
) => LimitsDocument | Complaints;

const fromItsFile: LimitsSource = ({ file }, folder) => readLimitsFile(file, folder);

/** `path` names the file in complaints and is where relative paths begin. */
export function parseSiteConfig(text: string, path: string, limitsFrom: LimitsSource = fromItsFile): SiteFile | Complaints {
  const found: Complaint[] = [];
  const yaml = readYaml(text, path);
  if (yaml.broken.length > 0) return complaints(yaml.broken);
  const complain = complainer(yaml, path, found);
  checkShape(yaml.value, siteConfigSchema, complain);
  const faulty = found.map((complaint) => complaint.path);
  const profiles = crossCheck(
    soundParts(yaml.value, (part) => faulty.some((one) => one.startsWith(part))),
    complain,
  );
  checkTexts((yaml.value as { texts?: unknown } | null)?.texts, complain);
  const folder = dirname(resolve(path));
  const config = yaml.value as SiteConfig; // without complaints it is one: checkShape is held equal to the schema library by a test
  if (found.length > 0) return complaints(inOrder(found));
  checkPeople(config.booth, complain);
  checkPayments(
    config.payments,
    config.lots.map(({ id }) => id),
    complain,
  );
  const limits = new Map<string, Limits>();
  const unfitFor = (station: StationConfig, held: Limits): Unfit[] =>
    offersOf(station, { devices: config.devices ?? [], profiles }).flatMap((offers) => unfit(held, offers));
  for (const named of config.limits) {
    const stations = config.stations.filter((station) => station.limits === named.id);
    const read = limitsFrom(named, folder, (held) => stations.flatMap((station) => unfitFor(station, held)));
    if (read.kind === "limits") limits.set(named.id, read.limits);
    else found.push(...read.complaints);
  }
  for (const [i, station] of config.stations.entries()) {
    const held = limits.get(station.limits);
    if (held !== undefined) for (const words of unfitFor(station, held)) complain(["stations", i, "limits"], words);
  }
  if (found.length > 0) return complaints(found);
  const hash = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return { kind: "site", config, path, text, folder, data: resolve(folder, config.data), profiles, limits, hash };
}

const inOrder = (list: readonly Complaint[]): Complaint[] => [...list].sort((a, b) => a.line - b.line || a.column - b.column);

// Reads a shopping list: everything that is wrong at once, and an unknown model with those that its name is near to.
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { unfitSocket } from "#protocols/modbus/built-socket.ts";
import { checkProfile } from "#protocols/modbus/check.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { edits } from "#protocols/vocabulary/nearest.ts";
import { type Complaint, type Complaints, complaints } from "../complaint.ts";
import { loadProfile, type NoProfile, profileNames } from "../profiles.ts";
import { checkShape } from "../shape.ts";
import { unfitWords } from "../station-checks.ts";
import { type Complain, complainer, readYaml } from "../yaml-file.ts";
import { type ShoppingLine, type ShoppingList, shoppingSchema } from "./schema.ts";
import { sidesOf, unitsOf } from "./sockets.ts";

export interface Bought {
  readonly profile: Profile;
  readonly count: number;
}
/** Sockets put together: a relay and a meter each. */
export interface BoughtSockets {
  readonly relay: Profile;
  readonly meter: Profile;
  readonly count: number;
}
export interface ListedLine {
  readonly line: ShoppingLine;
  readonly devices: readonly Bought[];
  readonly sockets?: readonly BoughtSockets[];
}
export interface Shopping {
  readonly kind: "shopping";
  readonly lines: readonly ListedLine[];
}

const mostHints = 3;

/** The names that come nearest, whether or not the folder was typed. */
export function nearestModels(name: string): string[] {
  const wanted = name.toLowerCase();
  const last = (path: string): string => path.split("/").at(-1) ?? path;
  const distance = (known: string): number => {
    const inside = last(wanted).length >= 3 && known.includes(last(wanted)) ? -1 : Number.POSITIVE_INFINITY;
    return Math.min(inside, edits(wanted, known), edits(last(wanted), last(known)));
  };
  return profileNames()
    .map((known) => ({ known, far: distance(known) }))
    .sort((a, b) => a.far - b.far || a.known.localeCompare(b.known))
    .slice(0, mostHints)
    .map(({ known }) => known);
}

function modelOf(name: string, folder: string): Profile | NoProfile {
  if (name.endsWith(".json")) return fileOf(name, resolve(folder, name));
  const found = loadProfile(name);
  if (found.kind !== "no-profile" || existsSync(resolve(folder, `${name}.json`))) return found;
  const near = nearestModels(name);
  return {
    kind: "no-profile",
    zh: `没有设备型号“${name}”；相近的：${near.join("、")}（cuobian device list 列出全部）`,
    en: `no device profile "${name}"; near it: ${near.join(", ")} (cuobian device list shows all)`,
  };
}

function fileOf(name: string, path: string): Profile | NoProfile {
  const wrong = (why: string): NoProfile => ({ kind: "no-profile", zh: `型号文件 ${name}：${why}`, en: `profile ${name}: ${why}` });
  try {
    const checked = checkProfile(JSON.parse(readFileSync(path, "utf8")));
    return "complaints" in checked ? wrong(checked.complaints.join("; ")) : checked.profile;
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

export function readShopping(path: string): Shopping | Complaints {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return complaints([{ file: path, line: 0, column: 0, path: "", zh: `读不到：${why}`, en: `cannot be read: ${why}` }]);
  }
  return parseShopping(text, path);
}

export function parseShopping(text: string, path: string): Shopping | Complaints {
  const found: Complaint[] = [];
  const yaml = readYaml(text, path);
  if (yaml.broken.length > 0) return complaints(yaml.broken);
  const complain = complainer(yaml, path, found);
  checkShape(yaml.value, shoppingSchema, complain);
  if (found.length > 0) return complaints(found);
  const { lines } = yaml.value as ShoppingList;
  if (lines.length === 0) complain(["lines"], { zh: "没有线路", en: "there are no lines" });
  const ids = new Set<string>();
  const listed = lines.map((line, at): ListedLine => {
    if (ids.has(line.id)) complain(["lines", at, "id"], { zh: `编号重复：${line.id}`, en: `id twice: ${line.id}` });
    ids.add(line.id);
    const where = { at, folder: dirname(resolve(path)) };
    const bought = { line, devices: boughtOf(line, where, complain), sockets: socketsOf(line, where, complain) };
    countUnits(bought, at, complain);
    return bought;
  });
  return found.length > 0 ? complaints(found) : { kind: "shopping", lines: listed };
}

/** Unit addresses end at 247. */
const mostUnits = 247;

interface Where {
  readonly at: number;
  readonly folder: string;
}

function countUnits(bought: ListedLine, at: number, complain: Complain): void {
  const total = unitsOf(bought);
  if (total === 0) complain(["lines", at, "devices"], { zh: "没有设备", en: "nothing hangs on this line" });
  if (total > mostUnits)
    complain(["lines", at, "devices"], {
      zh: `共 ${total} 台，一条线路最多 ${mostUnits} 个地址`,
      en: `${total} devices, but a line has ${mostUnits} addresses`,
    });
}

function boughtOf({ devices = [] }: ShoppingLine, { at, folder }: Where, complain: Complain): Bought[] {
  return devices.flatMap(({ profile: name, count }, n) => {
    const profile = modelOf(name, folder);
    if (profile.kind !== "no-profile") return [{ profile, count }];
    complain(["lines", at, "devices", n, "profile"], profile);
    return [];
  });
}

function socketsOf({ sockets = [] }: ShoppingLine, { at, folder }: Where, complain: Complain): BoughtSockets[] {
  return sockets.flatMap((wanted, n) => {
    const path = ["lines", at, "sockets", n] as const;
    const [relay, meter] = [modelOf(wanted.relay, folder), modelOf(wanted.meter, folder)];
    if (relay.kind === "no-profile") complain([...path, "relay"], relay);
    if (meter.kind === "no-profile") complain([...path, "meter"], meter);
    if (relay.kind === "no-profile" || meter.kind === "no-profile") return [];
    const bought = { relay, meter, count: wanted.count };
    const [first] = sidesOf(bought);
    const unfit = first === undefined ? undefined : unfitSocket(first);
    if (first === undefined || unfit === undefined) return [bought];
    complain([...path, unfit.side], unfitWords(first, unfit));
    return [];
  });
}

// What a gateway works by: the file that lies on it, or the newest sound document of the cloud that stands in for it. Whatever is signed by whomever is held
// against the same schema, the same cross-checks and the same hard bounds as a file; what does not pass them is passed over for the one before.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CloudKey, readCloudKey } from "#gateway/signed/signed.ts";
import { type DocumentKind, soleName } from "#protocols/uplink/documents.ts";
import { parseChargePrice } from "../prices/file.ts";
import { parseTariff } from "../tariff/file.ts";
import type { Complaint, Complaints } from "./complaint.ts";
import { type DocumentFolder, openDocumentFolder } from "./documents/folder.ts";
import { type Held, hashOf } from "./documents/judge.ts";
import { countStart, goBack, type ProcessName, trialIn } from "./documents/trial.ts";
import { type LimitsDocument, limitsPath, parseLimits, readLimitsFile } from "./limits-file.ts";
import { type LimitsSource, parseSiteConfig, readSiteConfig, type SiteFile } from "./read.ts";

export interface RunningItem {
  readonly kind: DocumentKind;
  readonly name: string;
  /** 0: the file that lies on the gateway. */
  readonly version: number;
  readonly hash: string | null;
  /** Of the file that lies on the gateway; null: there is none, or it cannot be read. */
  readonly local: string | null;
}

/** Of the cloud, in the place of a file that lies here. */
export interface GivenText {
  readonly text: string;
  readonly hash: string;
}

export interface Running extends SiteFile {
  readonly items: readonly RunningItem[];
  /** By lot: the texts that stand in for its tariff file. */
  readonly tariffs: ReadonlyMap<string, GivenText>;
  /** Stands in for the charging price file; undefined: that file itself, or none is named. */
  readonly price: GivenText | undefined;
  readonly trial: boolean;
  readonly troubles: readonly string[];
  /** Of what protection works by: two processes with the same one run the same. */
  readonly digest: string;
}

/** Why a document does not stand; the code is one of documentRefusals. */
export interface Unfit {
  readonly held: Held;
  readonly code: "wrong" | "another-base" | "ground";
  readonly complaints: readonly Complaint[];
}

interface Choosing {
  /** Newest first. */
  readonly candidates: (kind: DocumentKind, name: string) => readonly Held[];
  readonly unfit: (unfit: Unfit) => void;
  readonly items: RunningItem[];
}

export const documentsOf = (data: string): string => join(data, "documents");

/** Without a readable key no document stands, whatever lies there. */
export function cloudKeys({ config, folder }: Pick<SiteFile, "config" | "folder">): readonly CloudKey[] {
  if (config.commands === undefined) return [];
  try {
    return [readCloudKey(readFileSync(resolve(folder, config.commands.key_file), "utf8"))];
  } catch {
    return [];
  }
}

export function folderOf(local: SiteFile): DocumentFolder {
  const { site, gateway } = local.config;
  return openDocumentFolder(documentsOf(local.data), { site, gateway, keys: cloudKeys(local) });
}

/** `starting`: a process begins with it; starts on trial are counted. */
export function readRunning(path: string, starting?: ProcessName): Running | Complaints {
  const local = readSiteConfig(path);
  if (local.kind === "complaints") return local;
  const folder = folderOf(local);
  if (starting !== undefined) countStart(folder, starting);
  const complaints: string[] = [];
  const running = choose(local, {
    candidates: (kind, name) => folder.held({ kind, name }),
    unfit: ({ held, code }) => complaints.push(`${held.document.kind} ${held.document.name} v${held.document.version}: ${code}`),
    items: [],
  });
  return { ...running, trial: trialIn(folder.path) !== undefined, troubles: [...folder.troubles(), ...complaints] };
}

/** The process cannot begin: if a document on trial is to blame, what ran before is in its place again. */
export function leaveTrial(path: string): boolean {
  const local = readSiteConfig(path);
  return local.kind === "site" && goBack(folderOf(local)) !== undefined;
}

/** What is wrong with a document that has just come; undefined: the gateway would run by it. */
export function unfitToRun(path: string, held: Held): Omit<Unfit, "held"> | undefined {
  const local = readSiteConfig(path);
  if (local.kind === "complaints") return { code: "wrong", complaints: local.complaints };
  const folder = folderOf(local);
  const { kind, name } = held.document;
  let found: Unfit | undefined;
  choose(local, {
    candidates: (of, named) =>
      of === kind && named === name ? [held, ...folder.held({ kind, name })] : folder.held({ kind: of, name: named }),
    unfit: (unfit) => {
      if (unfit.held === held) found = unfit;
    },
    items: [],
  });
  return found;
}

function choose(local: SiteFile, choosing: Choosing): Omit<Running, "trial" | "troubles"> {
  const file = chooseSite(local, choosing);
  const tariffs = new Map<string, GivenText>();
  for (const lot of file.config.lots) {
    const judge: Judge = (text, path) => complaintsIn(parseTariff(text, path));
    const chosen = choosePrices({ kind: "tariff", name: lot.id, path: resolve(file.folder, lot.tariff), judge }, choosing);
    if (chosen !== undefined) tariffs.set(lot.id, chosen);
  }
  const priceFile = file.config.charging?.price;
  const price =
    priceFile === undefined
      ? undefined
      : choosePrices(
          {
            ...{ kind: "price", name: soleName.price, path: resolve(file.folder, priceFile) },
            judge: (text, path) => complaintsIn(parseChargePrice(text, path)),
          },
          choosing,
        );
  const ofProtection = choosing.items.filter(({ kind }) => kind === "site" || kind === "limits").map(({ name, hash }) => [name, hash]);
  const digest = createHash("sha256").update(JSON.stringify(ofProtection)).digest("hex");
  return { ...file, items: choosing.items, tariffs, price, digest };
}

function chooseSite(local: SiteFile, choosing: Choosing): SiteFile {
  for (const held of choosing.candidates("site", "site")) {
    const { document } = held;
    if (document.over !== local.hash) {
      choosing.unfit({ held, code: "another-base", complaints: [] });
      continue;
    }
    const items: RunningItem[] = [{ kind: "site", name: "site", version: document.version, hash: held.hash, local: local.hash }];
    const file = parseSiteConfig(document.text, local.path, limitsFrom({ ...choosing, items }));
    if (file.kind === "complaints") choosing.unfit({ held, code: "wrong", complaints: file.complaints });
    else if (!sameGround(local, file)) choosing.unfit({ held, code: "ground", complaints: [] });
    else {
      choosing.items.push(...items);
      return file;
    }
  }
  choosing.items.push({ kind: "site", name: "site", version: 0, hash: local.hash, local: local.hash });
  const file = parseSiteConfig(local.text, local.path, limitsFrom(choosing));
  // It was read a moment ago without complaints, and a document that does not fit is passed over.
  return file.kind === "site" ? file : local;
}

/** By these the gateway is known and hears the cloud: from afar nobody cuts himself off, or makes it another. */
function sameGround(local: SiteFile, other: SiteFile): boolean {
  const ground = ({ config: { site, gateway, commands }, data }: SiteFile): string => JSON.stringify([site, gateway, data, commands]);
  return ground(local) === ground(other);
}

function limitsFrom({ candidates, unfit, items }: Choosing): LimitsSource {
  return ({ id, file }, folder, fits) => {
    const lying = readLimitsFile(file, folder);
    const local = lying.kind === "limits" ? lying.hash : null;
    for (const held of candidates("limits", id)) {
      const { document, hash } = held;
      const path = limitsPath(file, folder);
      const read: LimitsDocument | Complaints = parseLimits(document.text, path);
      const words = read.kind === "limits" ? fits(read.limits) : [];
      if (document.over !== local) unfit({ held, code: "another-base", complaints: [] });
      else if (read.kind === "complaints") unfit({ held, code: "wrong", complaints: read.complaints });
      else if (words.length > 0)
        unfit({ held, code: "wrong", complaints: words.map(({ zh, en }) => ({ file: path, line: 1, column: 1, path: "", zh, en })) });
      else {
        items.push({ kind: "limits", name: id, version: document.version, hash, local });
        return read;
      }
    }
    items.push({ kind: "limits", name: id, version: 0, hash: local, local });
    return lying;
  };
}

type Judge = (text: string, path: string) => readonly Complaint[];

const complaintsIn = (read: object): readonly Complaint[] => ("complaints" in read ? (read.complaints as readonly Complaint[]) : []);

/** A tariff, or the charging price: what money is asked by. Undefined: by the file that lies here. */
function choosePrices(
  { kind, name, path, judge }: { kind: "tariff" | "price"; name: string; path: string; judge: Judge },
  { candidates, unfit, items }: Choosing,
): GivenText | undefined {
  const lying = textOf(path);
  const local = lying === undefined ? null : hashOf(lying);
  for (const held of candidates(kind, name)) {
    const { document, hash } = held;
    const complaints = judge(document.text, path);
    if (document.over !== local) unfit({ held, code: "another-base", complaints: [] });
    else if (complaints.length > 0) unfit({ held, code: "wrong", complaints });
    else {
      items.push({ kind, name, version: document.version, hash, local });
      return { text: document.text, hash };
    }
  }
  items.push({ kind, name, version: 0, hash: local, local });
  return undefined;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

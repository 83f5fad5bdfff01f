// The documents that a gateway was given, as files: written whole or not at all, three of a name kept, and each held against its signature whenever it is read.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { DocumentKind } from "#protocols/uplink/documents.ts";
import { type Ground, type Held, isHeld, judgeDocument } from "./judge.ts";

export interface Named {
  readonly kind: DocumentKind;
  readonly name: string;
}

export interface DocumentFolder {
  readonly path: string;
  /** Sound ones, newest first. What is spoilt is passed over and named in `troubles`. */
  held(of: Named): readonly Held[];
  /** The highest version of which anything was ever kept here, sound or not. */
  newestVersion(of: Named): number;
  /** The folder is there. */
  ready(): void;
  /** Durable when it returns. */
  keep(held: Held): void;
  /** It is never worked by again; its number stays used. */
  reject(of: Named & { readonly version: number }): void;
  troubles(): readonly string[];
}

const keptOfAName = 3;
const fileName = ({ kind, name }: Named, version: number): string => `${kind}.${name}.${String(version).padStart(10, "0")}.json`;
const pattern = /^(site|limits|tariff|price|list)\.([a-z0-9-]+)\.(\d{10})\.json(\.bad)?$/;

/** Written beside its place, brought to the disk, then put into its place: a death leaves the one or the other. */
export function writeWhole(path: string, text: string | Uint8Array): void {
  const beside = `${path}.new`;
  const file = openSync(beside, "w", 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  syncFolder(join(path, ".."));
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

export function openDocumentFolder(path: string, ground: Ground): DocumentFolder {
  const troubles = new Set<string>();
  interface Found {
    readonly file: string;
    readonly version: number;
    readonly bad: boolean;
  }
  const found = ({ kind, name }: Named): Found[] =>
    (existsSync(path) ? readdirSync(path) : [])
      .map((file) => ({ file, parts: pattern.exec(file) }))
      .flatMap(({ file, parts }) =>
        parts !== null && parts[1] === kind && parts[2] === name ? [{ file, version: Number(parts[3]), bad: parts[4] !== undefined }] : [],
      )
      .sort((a, b) => b.version - a.version);

  function read(of: Named, { file, version }: Found): Held | undefined {
    try {
      const judged = judgeDocument(readFileSync(join(path, file)), ground);
      if (isHeld(judged)) {
        const { document } = judged;
        // A sound document under another's name is no less a fault.
        if (document.kind === of.kind && document.name === of.name && document.version === version) return judged;
        troubles.add(`${file}: name`);
      } else troubles.add(`${file}: ${judged.code}`);
    } catch (error) {
      troubles.add(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return undefined;
  }

  const ready = (): void => void mkdirSync(path, { recursive: true, mode: 0o700 });

  return {
    path,
    held: (of) =>
      found(of)
        .filter(({ bad }) => !bad)
        .flatMap((one) => read(of, one) ?? []),
    newestVersion: (of) => found(of)[0]?.version ?? 0,
    ready,
    keep({ document, signed }) {
      ready();
      writeWhole(join(path, fileName(document, document.version)), signed);
      for (const { file } of found(document)
        .filter(({ bad }) => !bad)
        .slice(keptOfAName))
        rmSync(join(path, file), { force: true });
    },
    reject(of) {
      const from = join(path, fileName(of, of.version));
      if (existsSync(from)) {
        renameSync(from, `${from}.bad`);
        syncFolder(path);
      }
    },
    troubles: () => [...troubles],
  };
}
